"""Charts as readers meet them: a click leads on, a table says the same, colours are seen in every scheme."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import Built
from tests.browser.looking import PHONE, colour, contrast, opened


def bar(page: Page, name: str) -> tuple[float, float]:
    """The middle of the bar whose tooltip begins with a name; where the pointer goes, near the top of its slot."""
    found = page.locator(".plot a", has=page.locator("title", has_text=name)).locator(".slot")
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + 4


def test_a_click_above_a_bar_leads_to_its_year(browser: Browser, demo: Built) -> None:
    with opened(browser, demo.url, java_script_enabled=False) as page:
        page.mouse.click(*bar(page, "1953:"))
        page.wait_for_url("**/1953/index.html")
        expect(page.locator("h1")).to_have_text("1953")


def test_a_click_on_a_day_leads_to_its_place_in_the_month(browser: Browser, demo: Built) -> None:
    for width in (PHONE, 1280):
        with opened(browser, demo.url + "1953/index.html", width) as page:
            day = page.locator(".days a", has_text="3").first
            assert day.get_attribute("title") == "3 February 1953: 1 article"
            day.click()
            page.wait_for_url("**/1953/02/index.html#d03")
            place = page.locator(":target")
            expect(place.locator("h2")).to_have_text("3 February 1953")
            expect(place).to_be_in_viewport()
            box = place.bounding_box()
            assert box is not None
            assert box["y"] >= 0


def test_every_bar_s_page_is_linked_from_the_table_behind_it(browser: Browser, demo: Built) -> None:
    for path in ("index.html", "statistics/index.html"):
        with opened(browser, demo.url + path, java_script_enabled=False) as page:
            if page.locator("summary").count():
                page.locator("summary").first.click()
            bars = page.locator("main > section .plot a[href]").evaluate_all("all => all.map(a => a.href.baseVal)")
            table = page.locator(".decades")
            assert table.is_visible()
            links = table.locator("a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
            assert set(bars) & set(links) == set(links) != set()
            # The keyboard goes through the table, which says what its numbers are, and not through a hundred bars.
            assert page.locator(".plot a:not([tabindex='-1'])").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bars_and_sparklines_stand_out(browser: Browser, demo: Built, scheme: str) -> None:
    for path, shape in (("statistics/index.html", ".plot rect + rect"), ("tags/index.html", ".spark path")):
        with opened(browser, demo.url + path, color_scheme=scheme) as page:
            assert contrast(colour(page, shape, "fill"), colour(page, "body", "backgroundColor")) >= 3


def test_bars_are_seen_in_forced_colours_and_on_paper(browser: Browser, demo: Built) -> None:
    with opened(browser, demo.url + "statistics/index.html") as page:
        for media in ({"forced_colors": "active"}, {"forced_colors": "none", "media": "print"}):
            page.emulate_media(**media)
            fill, paper = colour(page, ".plot rect + rect", "fill"), colour(page, "body", "backgroundColor")
            assert contrast(fill, paper) >= 3, media


def test_time_runs_from_the_right_on_a_right_to_left_site(browser: Browser, arabic: Built) -> None:
    with opened(browser, arabic.url) as page:
        first, last = (bar(page, f"{year}:")[0] for year in (1924, 2024))
        assert first > last
        labels = page.locator(".ticks text")
        places = [box["x"] for label in labels.all() if (box := label.bounding_box())]
        assert places == sorted(places, reverse=True)
        for number in page.locator(".plot text").all():
            box, plot = number.bounding_box(), page.locator(".plot").first.bounding_box()
            assert box is not None
            assert plot is not None
            # Beside the bars, where the page begins, and not beyond its edge.
            assert plot["x"] + plot["width"] <= box["x"] <= 1280 - box["width"]


def test_the_labels_of_a_chart_do_not_run_into_each_other(browser: Browser, demo: Built) -> None:
    for width in (320, PHONE, 1280):
        with opened(browser, demo.url + "statistics/index.html", width) as page:
            for ticks in page.locator(".ticks").all():
                boxes = [box for label in ticks.locator("text").all() if (box := label.bounding_box())]
                for one, other in itertools.pairwise(boxes):
                    assert one["x"] + one["width"] + 2 <= other["x"]


def test_letters_lead_to_their_terms(browser: Browser, demo: Built) -> None:
    with opened(browser, demo.url + "tags/index.html") as page:
        page.locator(".letters a", has_text="W").click()
        expect(page.locator(":target")).to_have_text("W")
        assert (
            page.locator("section", has=page.locator(":target")).locator("li a").first.inner_text() == "war and peace"
        )


def test_the_days_of_a_year_are_read_on_paper_whatever_the_scheme(browser: Browser, demo: Built) -> None:
    for path in ("1953/index.html", "calendar/index.html"):
        with opened(browser, demo.url + path, color_scheme="dark") as page:
            page.emulate_media(media="print")
            assert contrast(colour(page, "a.cell", "color"), colour(page, "a.cell", "backgroundColor")) >= 4.5
            assert colour(page, "a.cell", "print-color-adjust") == "exact"
