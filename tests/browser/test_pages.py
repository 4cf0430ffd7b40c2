"""What holds of every page, whatever its kind."""

from __future__ import annotations

import itertools

from playwright.sync_api import Browser
from tests.browser import kinds
from tests.browser.conftest import Built
from tests.browser.looking import DESKTOP, NARROW, PHONE, opened, overflow, resize, shift, violations

HOME_BYTES, ARTICLE_BYTES = 100_000, 40_000
"""The most that the front page and an article's may weigh with their style, pictures and fonts left out."""


def test_pages_of_every_kind_are_found(demo: Built) -> None:
    found = kinds.every_part(demo.folder)
    for known in ("index.html", "404.html", "calendar/index.html"):
        assert known in found
    shown = "".join((demo.folder / path).read_text("utf-8") for path in found)
    for part in ('dir="rtl"', "<table", "<pre", 'class="notice"', 'name="robots" content="noindex"'):
        assert part in shown, part


def test_paths_of_one_kind_have_one_shape() -> None:
    same = ["2019/03/a.html", "1936/12/b-c.html"], ["tags/x/index.html", "tags/1984/index.html"], ["a/page/1.html"]
    shapes = [{kinds.shape_of(path) for path in paths} for paths in same]
    assert all(len(found) == 1 for found in shapes)
    assert len(set.union(*shapes)) == len(same)
    assert kinds.shape_of("2019/03/a.versions.html") != kinds.shape_of("2019/03/a.html")


def test_every_page_reflows_and_has_its_headings_in_order(browser: Browser, demo: Built, demo_page: str) -> None:
    with opened(browser, demo.url + demo_page) as page:
        for width in (PHONE, NARROW):
            resize(page, width)
            assert overflow(page) <= 0
        levels = page.eval_on_selector_all("h1,h2,h3,h4,h5,h6", "found => found.map(each => +each.tagName[1])")
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), levels


def test_a_right_to_left_site_reflows_too(browser: Browser, arabic: Built, arabic_page: str) -> None:
    with opened(browser, arabic.url + arabic_page) as page:
        assert page.evaluate("document.documentElement.dir") == "rtl"
        for width in (DESKTOP, NARROW):
            resize(page, width)
            assert overflow(page) <= 0
            # Nothing sticks out at the left, where such a page would be scrolled to.
            assert page.evaluate("document.documentElement.scrollLeft") == 0


def test_axe_finds_nothing_to_complain_of(browser: Browser, demo: Built, demo_page: str) -> None:
    with opened(browser, demo.url + demo_page, color_scheme="light", bypass_csp=True) as page:
        assert violations(page) == ""
        resize(page, NARROW)
        page.emulate_media(color_scheme="dark")
        assert violations(page) == ""


def test_axe_finds_nothing_on_a_right_to_left_site(browser: Browser, arabic: Built, arabic_page: str) -> None:
    with opened(browser, arabic.url + arabic_page, bypass_csp=True) as page:
        assert violations(page) == ""


def test_every_page_works_from_disk_and_without_javascript(browser: Browser, demo: Built, demo_page: str) -> None:
    with opened(browser, (demo.folder / demo_page).as_uri(), java_script_enabled=False) as page:
        assert page.locator("h1").is_visible()


def test_focus_is_seen_wherever_it_goes(browser: Browser, demo: Built, demo_page: str) -> None:
    with opened(browser, demo.url + demo_page) as page:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                break
            style, width, seen = page.evaluate(
                """(element => {
                    const style = getComputedStyle(element), box = element.getBoundingClientRect()
                    return [style.outlineStyle, parseFloat(style.outlineWidth), box.bottom > 0 && box.top < innerHeight]
                })(document.activeElement)"""
            )
            assert style != "none"
            assert width >= 2
            assert seen


def test_every_page_can_be_printed(browser: Browser, demo: Built, demo_page: str) -> None:
    with opened(browser, demo.url + demo_page, color_scheme="dark") as page:
        page.emulate_media(media="print")
        assert page.locator("h1").is_visible()
        assert not page.locator(".masthead nav").first.is_visible()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_nothing_moves_while_a_page_loads(browser: Browser, demo: Built, demo_page: str) -> None:
    for width in (PHONE, DESKTOP):
        with opened(browser, demo.url + demo_page, width) as page:
            assert shift(page) == 0


def test_pages_are_light(demo: Built, large: Built) -> None:
    for site in (demo, large):
        style = (site.folder / "assets/style.css").stat().st_size
        assert (site.folder / "index.html").stat().st_size + style <= HOME_BYTES
    style = (demo.folder / "assets/style.css").stat().st_size
    for path in demo.folder.glob("[12]*/*/*.html"):
        assert path.stat().st_size + style <= ARTICLE_BYTES, path


def test_a_large_archive_s_pages_hold_as_well(browser: Browser, large: Built) -> None:
    for path in kinds.heaviest(large.folder):
        with opened(browser, large.url + path, bypass_csp=True) as page:
            assert shift(page) == 0, path
            for width in (DESKTOP, NARROW):
                resize(page, width)
                assert overflow(page) <= 0, path
                assert violations(page) == "", path
