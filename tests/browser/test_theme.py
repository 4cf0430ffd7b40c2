"""The pages as readers meet them: on phone and desktop, light and dark, by keyboard, on paper, from disk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.conftest import Built
from tests.browser.looking import NARROW, colour, contrast, opened

PAGES = {
    "home": "index.html",
    "article": "2023/10/the-night-the-bridge-swung-again.html",
    "table": "2024/02/what-the-old-catch-books-say-about-a-warmer-sea.html",
    "code": "1983/08/a-computer-that-knows-the-tide.html",
    "rtl": "1985/03/maqha-abi-salim.html",
    "clipping": "1936/thirty-winters-at-skerrow-light.html",
    "retracted": "2016/06/skerrow-light-is-sinking-survey-says.html",
    "withdrawn": "1998/02/court-report.html",
    "undated": "undated/verses-on-the-lost-bell.html",
    "copy": "copies/2021/05/first-train-4e8d400a.html",
    "tag": "tags/wend-bridge/index.html",
    "tags": "tags/index.html",
    "authors": "authors/index.html",
    "year": "1953/index.html",
    "month": "1953/02/index.html",
    "calendar": "calendar/index.html",
    "undated list": "undated/index.html",
    "404": "404.html",
}
ARABIC = {
    "home": "index.html",
    "article": "1953/02/ala-al-sadd.html",
    "tag": "tags/wend-bridge/index.html",
    "numbered": "tags/wend-bridge/page/2.html",
    "last": "tags/wend-bridge/page/4.html",
    "calendar": "calendar/index.html",
    "year": "1953/index.html",
}


def test_links_lead_on_when_opened_from_disk(browser: Browser, demo: Built) -> None:
    with opened(browser, (demo.folder / "index.html").as_uri()) as page:
        page.get_by_role("link", name="Calendar").click()
        page.locator("a.cell").first.click()
        expect(page.locator("h1")).to_have_text("February 2024")
        page.get_by_role("link", name="What the old catch books say").click()
        expect(page.locator("h1")).to_have_text("What the old catch books say about a warmer sea")
        assert page.evaluate("document.fonts.load('600 20px Newsreader').then(faces => faces.length)") > 0
        page.locator(".threads").get_by_role("link", name="The tide mill turns").first.click()
        picture = page.locator("figure.lead img")
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_dark_and_light_follow_the_reader(browser: Browser, demo: Built) -> None:
    found = {}
    for scheme in ("light", "dark"):
        with opened(browser, demo.url, color_scheme=scheme) as page:
            found[scheme] = colour(page, "body", "backgroundColor"), colour(page, "body", "color")
    assert found["light"] == ("rgb(255, 255, 255)", "rgb(23, 21, 15)")
    assert found["dark"] == ("rgb(20, 20, 19)", "rgb(235, 231, 222)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_a_cell_is_read_easily(browser: Browser, demo: Built, scheme: str) -> None:
    with opened(browser, demo.url + PAGES["calendar"], color_scheme=scheme) as page:
        for level in range(1, 6):
            page.evaluate("level => { document.querySelector('a.cell').className = 'cell h' + level }", level)
            ink, paper = (colour(page, "a.cell", name) for name in ("color", "backgroundColor"))
            assert contrast(ink, paper) >= 4.5, (level, ink, paper)


def test_an_arabic_article_runs_from_right_to_left(browser: Browser, demo: Built) -> None:
    with opened(browser, demo.url + PAGES["rtl"]) as page:
        article = page.locator("article")
        assert article.get_attribute("lang") == "ar"
        assert colour(page, "article", "direction") == "rtl"
        assert colour(page, ".rail", "direction") == "ltr"
        box = article.bounding_box()
        kicker = page.locator("article .kicker a").bounding_box()
        assert box is not None
        assert kicker is not None
        assert kicker["x"] + kicker["width"] / 2 > box["x"] + box["width"] / 2


def test_a_card_in_another_language_says_so(browser: Browser, demo: Built) -> None:
    with opened(browser, demo.url + PAGES["month"]) as page:
        assert page.locator("li[lang=ar][dir=rtl] h3").count() == 1
        assert page.locator("li[lang=de][dir=ltr] h3").count() == 1


def test_the_skip_link_comes_first_and_leads_to_the_text(browser: Browser, demo: Built) -> None:
    with opened(browser, demo.url + PAGES["article"]) as page:
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        expect(skip).to_have_text("Skip to the text")
        box = skip.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_navigation_says_where_the_reader_is(browser: Browser, demo: Built) -> None:
    with opened(browser, demo.url + PAGES["calendar"]) as page:
        assert page.locator("[aria-current=page]").inner_text() == "Calendar"
    with opened(browser, demo.url + PAGES["tag"]) as page:
        assert page.locator("[aria-current=true]").inner_text() == "Topics"
    with opened(browser, demo.url + "sections/harbour/index.html") as page:
        assert page.locator("[aria-current=page]").inner_text() == "Harbour"


def test_paper_has_the_text_and_no_navigation(browser: Browser, demo: Built) -> None:
    with opened(browser, demo.url + PAGES["article"], color_scheme="dark") as page:
        page.emulate_media(media="print")
        assert page.locator(".body").is_visible()
        assert page.locator(".provenance").is_visible()
        for hidden in (".masthead nav", ".turn", ".threads", ".skip"):
            assert not page.locator(hidden).first.is_visible()
        assert colour(page, "body", "backgroundColor") == "rgb(255, 255, 255)"
        assert colour(page, "body", "color") == "rgb(0, 0, 0)"


def test_the_style_and_the_fonts_are_light(demo: Built) -> None:
    assert (demo.folder / "assets/style.css").stat().st_size <= 30_000
    assert sum(path.stat().st_size for path in (demo.folder / "assets/fonts").glob("*.woff2")) < 100_000


def test_a_policy_comes_first_and_forbids_scripts(browser: Browser, demo: Built) -> None:
    for path in PAGES.values():
        head = (demo.folder / path).read_text("utf-8").partition("<head>")[2].lstrip()
        assert head.startswith('<meta http-equiv="Content-Security-Policy" content="default-src \'none\'')
        assert "script-src" not in head[:400]


def test_every_picture_keeps_its_place_and_is_described(browser: Browser, demo: Built) -> None:
    for kind in ("home", "article", "rtl", "tag"):
        with opened(browser, demo.url + PAGES[kind]) as page:
            for picture in page.locator("img").all():
                assert picture.get_attribute("alt") is not None
                assert picture.get_attribute("width")
                assert picture.get_attribute("height")
    with opened(browser, demo.url + PAGES["article"]) as page:
        assert "swing bridge at night" in str(page.locator("figure.lead img").get_attribute("alt"))


def test_a_withdrawn_article_leaves_its_name_only(browser: Browser, demo: Built) -> None:
    with opened(browser, demo.url + PAGES["withdrawn"]) as page:
        assert page.locator("meta[name=robots]").get_attribute("content") == "noindex"
        assert page.locator(".body").count() == 0
        assert page.locator(".notice").inner_text().startswith("Withdrawn.")


def test_a_correction_stands_at_the_head(browser: Browser, demo: Built) -> None:
    with opened(browser, demo.url + PAGES["article"]) as page:
        notice, body = page.locator(".notice").bounding_box(), page.locator(".body").bounding_box()
        assert notice is not None
        assert body is not None
        assert notice["y"] < body["y"]
        assert page.locator(".notice").inner_text().startswith("Correction, 6 October 2023.")


def test_a_copy_says_whose_it_is_and_where_the_story_is_listed(browser: Browser, demo: Built) -> None:
    with opened(browser, demo.url + PAGES["copy"]) as page:
        assert "The Merrow Courier" in page.locator(".byline").inner_text()
        page.locator(".notice a").click()
        expect(page.locator("h1")).to_have_text("First train in 57 years reaches Ansby, four minutes late")
        expect(page.get_by_role("link", name="Ansby has its train back")).to_have_count(1)


def test_a_dateline_runs_into_the_first_paragraph(browser: Browser, demo: Built) -> None:
    for kind in ("article", "copy", "rtl"):
        with opened(browser, demo.url + PAGES[kind]) as page:
            dateline, first = page.locator(".dateline").bounding_box(), page.locator(".dateline + p").bounding_box()
            assert dateline is not None
            assert first is not None
            assert abs(dateline["y"] - first["y"]) < 8, kind


def test_a_year_s_months_keep_their_columns_on_a_phone(browser: Browser, demo: Built) -> None:
    with opened(browser, demo.url + PAGES["calendar"], NARROW) as page:
        rows = page.eval_on_selector_all(
            "table.calendar tbody tr",
            """rows => rows.map(row => [...row.querySelectorAll('td')].slice(0, 12)
                .map(cell => cell.getBoundingClientRect()).map(box => [box.left, box.top, box.width]))""",
        )
        for row in rows:
            assert [left for left, _top, _width in row] == [left for left, _top, _width in rows[0]]
            assert len({round(top) for _left, top, _width in row}) == 1
            assert all(width >= 24 for _left, _top, width in row)


def test_numbered_pages_lead_to_each_other(browser: Browser, arabic: Built) -> None:
    with opened(browser, arabic.url + ARABIC["tag"]) as page:
        page.locator("a[rel=prev]").first.click()
        page.wait_for_url("**/page/2.html")
        expect(page.locator(".cards > li")).to_have_count(2)
        page.locator("a[rel=next]").click()
        page.wait_for_url("**/page/3.html")
        page.locator(".opening h1 a").click()
        page.wait_for_url("**/tags/wend-bridge/index.html")


def test_the_page_for_lost_addresses_works_at_any_depth(browser: Browser, demo: Built, arabic: Built) -> None:
    with opened(browser, demo.url + "404.html") as page:
        page.get_by_role("link", name="Front page").click()
        expect(page.locator("h1")).to_have_text("The Wend Archive")
    text = (arabic.folder / "404.html").read_text("utf-8")
    assert 'href="/archive/index.html"' in text
    assert "assets/" not in text
