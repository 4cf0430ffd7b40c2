"""The search as readers meet it: typed and clicked, by keyboard, in all scripts, from disk, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser import conftest
from tests.browser.conftest import Built
from tests.browser.looking import NARROW, PHONE, opened, overflow, resize, shift, violations, window
from tests.scratch import article
from tests.searching import need_pagefind

HARBOUR = {
    "zh.md": article("海堤决口", "昨夜潮水漫过海堤，三条街被淹。", date="1953-02-02", lang="zh"),
    "zh2.md": article("渡轮复航", "渡轮停了四十年。海风吹过长堤。", date="1991-05-01", lang="zh"),
    "ja.md": article("港の灯台", "灯台は百年の間、港を照らした。", date="1962-07-01", lang="ja"),
    "en.md": article("Ferries return", "The running of ferries began again.", date="1991-05-02", tags="[Ferries]"),
    "en2.md": article("Strike at the yard", "The ferry workers of 海堤 struck.", date="1978", source="The Tide"),
    "fr.md": article("Le bac", "Les bateaux étaient rentrés à l'aube.", date="2004-03-01", lang="fr"),
    "old.md": article("An old ferry", "It was a ferry & a <b>barge</b>.", authors="[Ann Lee]"),
    "quays.md": article("All quays", " ".join(["quay", *(f"quay{n}" for n in range(1000, 3500))]), date="1951"),
    "quays2.md": article("More quays", " ".join(f"quay{n}" for n in range(5000, 7500)), date="1951"),
    **{
        f"n{number}.md": article(f"Notice {number}", "Tide tables.", date=f"19{60 + number}-01-01")
        for number in range(25)
    },
}


@pytest.fixture(scope="module")
def harbour() -> Iterator[Built]:
    """A small archive in many scripts, below a sub-folder's address."""
    need_pagefind()

    def fill(content: object) -> None:
        content.mkdir()  # type: ignore[attr-defined]
        for name, text in HARBOUR.items():
            (content / name).write_text(text, "utf-8")  # type: ignore[operator]

    yield from conftest.served(conftest.built("harbour", "title: Harbour\nsearch: pagefind\n", fill))


@pytest.fixture(autouse=True)
def _pagefind() -> None:
    need_pagefind()


def done(page: Page) -> list[str]:
    """The headlines of the results, when all that there are to what was asked last are drawn."""
    expect(page.locator("#search")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".results li, .count:text-matches('.')").first).to_be_visible()
    return page.locator(".results h2").all_inner_texts()


def search(page: Page, query: str) -> list[str]:
    page.locator("#f-q").fill(query)
    page.locator("#f-q").press("Enter")
    return done(page)


def test_words_are_found_by_their_stems_and_highlighted(browser: Browser, harbour: Built) -> None:
    with opened(browser, harbour.url + "search.html") as page:
        assert set(search(page, "ferry")) == {"An old ferry", "Ferries return", "Strike at the yard"}
        assert done(page)[0] in ("An old ferry", "Ferries return")
        marks = page.locator(".results mark").all_inner_texts()
        assert {mark.strip(".,").lower() for mark in marks} == {"ferry", "ferries"}
        expect(page.locator(".count")).to_have_text("Found: 3")
        assert "It was a ferry & a barge" in page.locator(".results").inner_text()
        page.locator(".results a", has_text="Ferries return").click()
        expect(page.locator("h1")).to_have_text("Ferries return")


def test_results_come_while_a_word_is_typed(browser: Browser, harbour: Built) -> None:
    with opened(browser, harbour.url + "search.html") as page:
        expect(page.locator("#f-q")).to_be_focused()
        page.keyboard.type("barg")
        expect(page.locator(".results h2")).to_have_text(["An old ferry"])
        page.wait_for_url("**/search.html?q=barg")


def test_every_word_must_be_there(browser: Browser, harbour: Built) -> None:
    with opened(browser, harbour.url + "search.html") as page:
        assert search(page, "ferry strike") == ["Strike at the yard"]
        assert search(page, "ferry xyzzy") == []
        expect(page.locator(".count")).to_have_text("Nothing found for “ferry xyzzy”.")
        assert search(page, "ferryman") == []  # not what it begins like
        assert search(page, '"ferries began"') == ["Ferries return"]
        assert search(page, '"began ferries"') == []


def test_words_that_begin_alike_are_found_in_all_pieces_of_an_index(browser: Browser, harbour: Built) -> None:
    with opened(browser, harbour.url + "search.html") as page:
        assert set(search(page, "quay")) == {"All quays", "More quays"}
        assert search(page, "quay7499") == ["More quays"]


def test_other_languages_have_their_own_stems_and_accents(browser: Browser, harbour: Built) -> None:
    with opened(browser, harbour.url + "search.html") as page:
        for query in ("bateau", "bateaux", "etaient", "rentré"):
            assert search(page, query) == ["Le bac"], query


def test_chinese_and_japanese_are_found_wherever_a_word_begins(browser: Browser, harbour: Built) -> None:
    with opened(browser, harbour.url + "search.html") as page:
        assert set(search(page, "海堤")) == {"海堤决口", "Strike at the yard"}
        assert search(page, "过海") == ["海堤决口"]
        assert search(page, "灯台") == ["港の灯台"]
        assert search(page, "を照らし") == ["港の灯台"]
        assert "灯台は百年の間、港を照らした。" in page.locator(".results .gist").inner_text()
        assert page.locator(".results .gist mark").all_inner_texts() == ["を照らし"]


def test_the_search_is_narrowed(browser: Browser, harbour: Built) -> None:
    with opened(browser, harbour.url + "search.html") as page:
        search(page, "ferry")
        page.locator("summary").click()
        page.locator("#f-from").fill("1980")
        assert done(page) == ["Ferries return"]
        page.locator("#f-from").fill("")
        page.locator("#f-source").select_option(label="The Tide")
        assert done(page) == ["Strike at the yard"]
        page.wait_for_url(re.compile(r"q=ferry&source=the\+tide"))
        page.locator("#f-source").select_option(index=0)
        page.locator("#f-tag").fill("ferries")
        assert done(page) == ["Ferries return"]
        page.locator("#f-tag").fill("")
        page.locator("#f-author").fill("Ann Lee")
        assert done(page) == ["An old ferry"]
        page.locator(".clear").click()
        assert len(done(page)) == 3
        assert page.locator("#f-language option").all_inner_texts()[1:] == ["English", "Chinese", "French", "Japanese"]
        page.locator("#f-language").select_option("zh")
        page.locator("#f-q").fill("")
        assert set(done(page)) == {"海堤决口", "渡轮复航"}


def test_results_are_ordered_by_date(browser: Browser, harbour: Built) -> None:
    with opened(browser, harbour.url + "search.html?q=ferry&sort=newest") as page:
        assert done(page) == ["Ferries return", "Strike at the yard", "An old ferry"]
        page.locator("#f-sort").select_option("oldest")
        assert done(page) == ["Strike at the yard", "Ferries return", "An old ferry"]
        page.locator("#f-q").fill("")
        page.locator("summary").click()
        page.locator("#f-from").fill("1953")
        page.locator("#f-sort").select_option("newest")
        assert done(page)[:4] == ["Le bac", "Ferries return", "渡轮复航", "Notice 24"]


def test_more_are_shown_on_request(browser: Browser, harbour: Built) -> None:
    with opened(browser, harbour.url + "search.html?q=tide+tables") as page:
        assert len(done(page)) == 10
        page.get_by_text("Show more").click()
        expect(page.locator(".results li")).to_have_count(20)
        expect(page.locator(".results a").nth(10)).to_be_focused()
        page.get_by_text("Show more").click()
        expect(page.locator(".results li")).to_have_count(25)
        expect(page.locator(".more")).to_be_hidden()


def test_it_is_worked_by_keyboard(browser: Browser, harbour: Built) -> None:
    with opened(browser, harbour.url + "search.html?q=ferry") as page:
        done(page)
        page.keyboard.press("/")
        expect(page.locator("#f-q")).to_be_focused()
        expect(page.locator("#f-q")).to_have_value("ferry")
        page.keyboard.press("ArrowDown")
        expect(page.locator(".results a").first).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.locator(".results a").nth(1)).to_be_focused()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        expect(page.locator("#f-q")).to_be_focused()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Escape")
        expect(page.locator("#f-q")).to_be_focused()
        page.keyboard.type("/")
        expect(page.locator("#f-q")).to_have_value(re.compile("/"))


def test_what_is_asked_stands_in_the_address(browser: Browser, harbour: Built) -> None:
    with opened(browser, harbour.url + "search.html?q=ferry&from=1980&sort=oldest") as page:
        assert done(page) == ["Ferries return"]
        assert page.locator("#f-from").input_value() == "1980"
        assert page.locator("details").get_attribute("open") is not None
        assert page.title() == "ferry · Search · Harbour"
        search(page, "bateau")
        page.go_back()
        expect(page.locator("#f-q")).to_have_value("ferry")
        assert done(page) == ["Ferries return"]


def test_every_page_has_a_field_that_leads_there(browser: Browser, harbour: Built) -> None:
    with opened(browser, harbour.url + "1991/05/ferries-return.html", PHONE) as page:
        page.locator(".find input").fill("bac")
        page.locator(".find input").press("Enter")
        page.wait_for_url("**/search.html?q=bac")
        assert done(page) == ["Le bac"]


def test_without_scripts_the_page_says_so_and_leads_on(browser: Browser, harbour: Built) -> None:
    with opened(browser, harbour.url + "search.html?q=ferry", java_script_enabled=False) as page:
        assert "Searching needs JavaScript" in page.locator(".notice").inner_text()
        assert not page.locator("#f-q").is_visible()
        page.locator(".notice a").first.click()
        expect(page.locator("h1")).to_have_text("Calendar")


def test_from_disk_titles_are_searched_without_a_fetch(browser: Browser, harbour: Built) -> None:
    with opened(browser, (harbour.folder / "search.html").as_uri() + "?q=ferr") as page:
        assert "titles only" in page.locator(".note").inner_text()
        assert set(done(page)) == {"Ferries return", "An old ferry"}
        assert search(page, "決口") == []
        assert search(page, "决口") == ["海堤决口"]
        assert search(page, "notice 1")[0].startswith("Notice 1")
        assert not page.locator("#f-tag").is_visible()
        page.locator(".results a").first.click()
        expect(page.locator("h1")).to_have_text(re.compile("Notice 1"))
        page.locator(".find input").fill("bac")
        page.locator(".find input").press("Enter")
        page.wait_for_url("**/search.html?q=bac")
        assert done(page) == ["Le bac"]


def test_where_the_index_can_not_be_loaded_titles_are_searched(browser: Browser, harbour: Built) -> None:
    with window(browser) as context:
        page = context.new_page()
        page.route("**/shards.json", lambda route: route.fulfill(status=404, body=""))
        page.goto(harbour.url + "search.html?q=ferr")
        expect(page.locator(".note")).to_contain_text("could not be loaded")
        assert set(done(page)) == {"Ferries return", "An old ferry"}


SLOW_WORKER = """
    globalThis.Worker = class extends EventTarget {
        constructor() { super(); globalThis.worker = this; this.tickets = [] }
        postMessage(asked) { if (asked.asked) this.run = asked.run; if (asked.ticket) this.tickets.push(asked) }
        say(data) { this.dispatchEvent(new MessageEvent('message', {data: {run: this.run, ...data}})) }
        found(shard, pages, left) {
            this.say({shard, stream: 'en.0', dated: true, hits: pages.map(page => [page, shard]), left})
        }
        answer(shard) {
            for (const {ticket, shard: of, page} of this.tickets.splice(0))
                if (of === shard) this.say({ticket, data: {title: `${of}/${page}`, path: 'index.html'}})
                else this.tickets.push({ticket, shard: of, page})
        }
    }
"""
"""A worker that says nothing until it is told to."""


def test_what_was_drawn_too_early_never_stands_for_the_whole(browser: Browser, harbour: Built) -> None:
    best = [f"2/{page}" for page in range(9, -1, -1)]
    for late in (False, True):
        with window(browser, bypass_csp=True) as context:
            page = context.new_page()
            page.add_init_script(SLOW_WORKER)
            page.goto(harbour.url + "search.html?q=ferry")
            page.evaluate("worker.found(1, [0], 1)")
            page.wait_for_function("worker.tickets.length")
            # The rest is found while the first result is still on its way.
            page.evaluate(f"worker.found(2, [...Array(10).keys()], 0); {'' if late else 'worker.answer(1)'}")
            assert page.locator("#search").get_attribute("aria-busy") == "true"
            page.wait_for_function("worker.tickets.length >= 10")
            page.evaluate("worker.answer(2); worker.answer(1)")
            assert done(page) == best
            expect(page.locator(".count")).to_have_text("Found: 11")


def test_axe_finds_nothing_with_results_and_nothing_sticks_out(browser: Browser, harbour: Built) -> None:
    with opened(browser, harbour.url + "search.html?q=ferry&from=1900", bypass_csp=True) as page:
        done(page)
        assert violations(page) == ""
        for width in (PHONE, NARROW):
            resize(page, width)
            assert overflow(page) <= 0
        page.emulate_media(color_scheme="dark")
        assert violations(page) == ""


def test_an_arabic_site_s_search_runs_from_right_to_left(browser: Browser, arabic: Built) -> None:
    with opened(browser, arabic.url + "search.html?q=السد", PHONE) as page:
        assert done(page)
        assert "عدد النتائج" in page.locator(".count").inner_text()
        assert overflow(page) <= 0


def test_the_demo_s_articles_are_found(browser: Browser, demo: Built) -> None:
    with opened(browser, demo.url + "search.html?q=bridge") as page:
        assert done(page)[0] == "The bridge holds, but the road is gone on both sides"
        assert shift(page) < 0.1


def test_ten_thousand_articles_are_searched_at_once(browser: Browser, large: Built) -> None:
    with opened(browser, large.url + "search.html") as page:
        loaded: list[str] = []
        page.on("request", lambda request: loaded.append(request.url))
        assert len(search(page, "shipping")) == 10
        found = int(re.sub(r"\D", "", page.locator(".count").inner_text()))
        assert found > 100
        sizes = [(large.folder / url.split("?")[0].removeprefix(large.url)).stat().st_size for url in loaded]
        assert sum(sizes) < 400_000
        page.locator("#f-sort").select_option("oldest")
        done(page)
        dates = page.locator(".results time").evaluate_all("all => all.map(each => each.dateTime)")
        assert dates == sorted(dates)
        page.locator("#f-sort").select_option("newest")
        done(page)
        dates = page.locator(".results time").evaluate_all("all => all.map(each => each.dateTime)")
        assert dates == sorted(dates, reverse=True)
        page.locator("summary").click()
        page.locator("#f-from").fill("1999")
        page.locator("#f-to").fill("2000")
        done(page)
        dates = page.locator(".results time").evaluate_all("all => all.map(each => each.dateTime)")
        assert {date[:4] for date in dates} <= {"1999", "2000"}
