"""Dates, counts, names and addresses as pages say them, and that every language of the theme is whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from tests.conftest import ROOT

from backissue import phrases
from backissue.config import parse_site
from backissue.dates import Date
from backissue.entries import Link
from backissue.loading.articlefile import parse_article
from backissue.terms import TermRef
from backissue.theme import phrases_of, read_theme
from backissue.views import MonthMark, Thread, YearRow

THEME = read_theme([ROOT / "templates"])
EN = phrases_of(THEME, "en")
LANGUAGES = sorted(name[6:-5] for name in THEME.words)


@pytest.mark.parametrize(
    ("date", "text"),
    [
        ("2019-03-03T14:30:00+00:00", "3 March 2019, 14:30"),
        ("2019-03-03", "3 March 2019"),
        ("2019-03", "March 2019"),
        ("1936", "1936"),
        ("", "Undated"),
        (None, "Undated"),
        (Date("1936-11"), "November 1936"),
        ("0987-01-09", "9 January 987"),
    ],
)
def test_a_date_is_said_as_exactly_as_it_is_known(date: str | Date | None, text: str) -> None:
    assert phrases.date_text(date, EN) == text


@pytest.mark.parametrize(
    ("language", "day", "month"),
    [
        ("de", "3. März 2019", "März 2019"),
        ("es", "3 de marzo de 2019", "marzo de 2019"),
        ("ru", "3 марта 2019", "март 2019"),
        ("zh", "2019年3月3日", "2019年3月"),
        ("ar", "3 مارس 2019", "مارس 2019"),
    ],
)
def test_dates_follow_the_language(language: str, day: str, month: str) -> None:
    words = phrases_of(THEME, language)
    assert phrases.date_text("2019-03-03", words) == day
    assert phrases.date_text("2019-03", words) == month


def test_the_machine_s_date_has_no_fraction_that_html_could_not_read() -> None:
    assert phrases.machine_date("2019-03-03T14:30:00.123456+01:00") == "2019-03-03T14:30:00+01:00"
    assert phrases.machine_date("2019-03-03T14:30:00+01:00") == "2019-03-03T14:30:00+01:00"
    assert phrases.machine_date("1936") == "1936"
    assert phrases.machine_date(None) == ""


@pytest.mark.parametrize(
    ("date", "instant"),
    [
        ("1936", "1936-01-01T00:00:00Z"),
        ("1936-05", "1936-05-01T00:00:00Z"),
        ("1936-05-09", "1936-05-09T00:00:00Z"),
        ("2019-03-03T14:30:00.500000+01:00", "2019-03-03T14:30:00+01:00"),
    ],
)
def test_a_feed_s_instant_is_the_first_that_the_date_may_mean(date: str, instant: str) -> None:
    assert phrases.moment(date) == instant


def test_a_time_element_only_where_there_is_a_date() -> None:
    assert phrases.time_tag("1936-05", EN) == Markup('<time datetime="1936-05">May 1936</time>')
    assert phrases.time_tag("", EN) == Markup("<span>Undated</span>")
    assert phrases.time_tag("", {"undated": "<b>"}) == Markup("<span>&lt;b&gt;</span>")


def test_attributes_tell_of_another_language_only() -> None:
    assert phrases.lang_attrs(Link("t", "p", "", "ar", "rtl"), "en") == ' lang="ar" dir="rtl"'
    assert phrases.lang_attrs(Link("t", "p", "", "en", "ltr"), "en") == ""
    assert isinstance(phrases.lang_attrs(Link("t", "p", "", "en", "ltr"), "en"), Markup)


@pytest.mark.parametrize(
    ("rule", "forms"),
    [
        ("one", {0: "other", 1: "one", 2: "other", 21: "other"}),
        ("zero-one", {0: "one", 1: "one", 2: "other"}),
        (
            "slavic",
            {0: "many", 1: "one", 2: "few", 5: "many", 11: "many", 12: "many", 21: "one", 22: "few", 111: "many"},
        ),
        ("polish", {1: "one", 2: "few", 5: "many", 12: "many", 21: "many", 22: "few"}),
        ("czech", {1: "one", 2: "few", 4: "few", 5: "other"}),
        ("hebrew", {1: "one", 2: "two", 3: "other"}),
        (
            "arabic",
            {0: "zero", 1: "one", 2: "two", 3: "few", 10: "few", 11: "many", 99: "many", 100: "other", 103: "few"},
        ),
        ("none", {0: "other", 1: "other", 9: "other"}),
    ],
)
def test_plural_forms_are_those_of_cldr(rule: str, forms: dict[int, str]) -> None:
    assert {count: phrases.plural_form(count, rule) for count in forms} == forms


def test_counts_have_their_noun_s_form_and_the_language_s_thousands() -> None:
    assert phrases.counted(1, EN, "articles") == "1 article"
    assert phrases.counted(12_345, EN, "articles") == "12,345 articles"
    assert phrases.counted(12_345, phrases_of(THEME, "de"), "articles") == "12.345 Artikel"
    assert phrases.counted(22, phrases_of(THEME, "ru"), "articles") == "22 статьи"
    assert phrases.counted(2, phrases_of(THEME, "ar"), "articles") == "مقالتان"


def test_names_are_listed_as_in_a_sentence() -> None:
    assert phrases.names((), EN) == ""
    assert phrases.names(("A",), EN) == "A"
    assert phrases.names(("A", "B"), EN) == "A and B"
    assert phrases.names(("A", "B", "C"), EN) == "A, B and C"


def test_only_web_addresses_are_linked_to() -> None:
    assert phrases.web_address("HTTPS://a.example/x") == "HTTPS://a.example/x"
    for bad in ("javascript:alert(1)", "data:text/html,x", " http://a", "//a.example", "", "httpx://a"):
        assert phrases.web_address(bad) == ""


def test_a_host_is_shown_without_www() -> None:
    assert phrases.host("https://www.courier.example:8080/a") == "courier.example"
    assert phrases.host("http://[broken") == ""


@pytest.mark.parametrize(
    ("href", "link"),
    [
        ("sections/harbour/", "../../sections/harbour/index.html"),
        ("/sections/harbour/", "../../sections/harbour/index.html"),
        ("/", "../../index.html"),
        ("about.html", "../../about.html"),
        ("https://a.example/", "https://a.example/"),
        ("mailto:a@a.example", "mailto:a@a.example"),
    ],
)
def test_navigation_works_from_disk(href: str, link: str) -> None:
    assert phrases.local_link(href, "../../") == link


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("index.html", "https://a.example/x/"),
        ("tags/flood/index.html", "https://a.example/x/tags/flood/"),
        ("2019/03/myindex.html", "https://a.example/x/2019/03/myindex.html"),
        ("media/a b.png", "https://a.example/x/media/a%20b.png"),
    ],
)
def test_whole_addresses_name_a_folder_by_its_name(path: str, url: str) -> None:
    assert phrases.absolute(path, "https://a.example/x/") == url
    assert phrases.absolute(path, "https://a.example/x") == url


def test_a_tag_uri_is_that_of_rfc_4151() -> None:
    assert phrases.tag_uri("2019/03/a.html", "https://a.example/x/") == "tag:a.example,2026:/x/2019/03/a.html"


def test_threads_are_parted_by_kind() -> None:
    later = Link("t", "p", "2019", "en", "ltr")
    alone = Thread(TermRef("tags", "a", "tags/a/index.html"), None, None)
    story = Thread(TermRef("tags", "b", "tags/b/index.html"), None, later)
    source = Thread(TermRef("sources", "c", "sources/c/index.html"), None, later)
    parted = phrases.by_kind([alone, story, source])
    assert parted == {"tags": [alone, story], "authors": [], "sources": [source], "sections": [], "stories": [story]}


def test_links_are_escaped_and_say_their_language() -> None:
    link = Link("Cats & <dogs>", "2019/03/a.html", "2019", "ar", "rtl")
    wanted = '<a href="../../2019/03/a.html" lang="ar" dir="rtl">Cats &amp; &lt;dogs&gt;</a>'
    assert phrases.link_to(link, "../../", "en") == Markup(wanted)
    thread = Thread(TermRef("tags", "<i>", "tags/i/index.html"), None, None)
    linked = '<a href="../tags/i/index.html"><bdi>&lt;i&gt;</bdi></a>'
    assert phrases.term_link(thread, "../") == Markup(linked)
    words = {"comma": ", ", "and": " & "}
    assert phrases.term_links([thread] * 3, "../", words) == Markup(f"{linked}, {linked} &amp; {linked}")
    assert phrases.term_links([thread], "../", words) == Markup(linked)


def test_cards_are_grouped_under_days_or_years() -> None:
    def link(date: str) -> Link:
        return Link("t", "p", date, "en", "ltr")

    cards = [link("2019-03-04T10:00:00+00:00"), link("2019-03-04"), link("2019-03"), link("")]
    assert [(heading, len(run)) for heading, run in phrases.grouped(cards, "month", EN)] == [
        ("4 March 2019", 2),
        ("March 2019", 1),
        ("Undated", 1),
    ]
    assert [heading for heading, _ in phrases.grouped(cards, "tags", EN)] == ["2019", "Undated"]
    assert phrases.grouped(cards, "undated", EN) == [("", cards)]


def test_years_stand_in_their_decade() -> None:
    rows = [YearRow(year, f"{year}/index.html", 1, (0,) * 12, 1) for year in ("2001", "1999", "1990")]
    found = phrases.decades(rows)
    assert [decade for decade, _ in found] == ["2000", "1990"]
    assert found[0][1][1] is rows[0]
    assert found[1][1][9] is rows[1]
    assert found[1][1][0] is rows[2]
    assert sum(place is not None for _, places in found for place in places) == 3


def test_months_stand_in_their_place() -> None:
    march = MonthMark("03", 2, "2019/03/index.html", (), ())
    assert phrases.twelve([march]) == [None, None, march, *[None] * 9]


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_heat_grows_with_the_count_and_stays_on_its_scale(count: int, most: int) -> None:
    level = phrases.heat(min(count, most), most)
    assert 0 <= level <= 5
    assert (level == 0) == (min(count, most) == 0)
    assert phrases.heat(max(min(count, most) - 1, 0), most) <= level
    assert phrases.heat(min(count, most), most, 2) == (level and max(level, 2))


def test_wide_parts_of_a_body_are_reached_by_keyboard() -> None:
    body = Markup("<p>a</p><table><tr><td>b</td></tr></table><pre>c</pre>")
    assert phrases.reachable(body) == Markup(
        '<p>a</p><div class="wide" tabindex="0"><table><tr><td>b</td></tr></table></div><pre tabindex="0">c</pre>'
    )
    assert phrases.reachable(Markup("<p>a</p>")) == Markup("<p>a</p>")


@given(st.text(alphabet='<>"&table/pre= ', max_size=40))
def test_cleaned_attributes_and_text_never_look_like_a_table(text: str) -> None:
    cleaned = nh3.clean(
        f'<img alt="{text}"><p title="{text}">', tags={"img", "p"}, attributes={"img": {"alt"}, "p": {"title"}}
    )
    assert "<table" not in cleaned
    assert "<pre" not in cleaned


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything(language: str) -> None:
    own = phrases_of(THEME, "en") | {}
    only = _own_phrases(language)
    assert only.keys() == own.keys()
    for key, phrase in only.items():
        assert type(phrase) is type(own[key]), key
        if key in ("months", "months_in_dates", "months_short"):
            assert len(phrase) == 12, key
        if isinstance(phrase, dict):
            wanted = {phrases.plural_form(count, only["plural"]) for count in range(1, 130)} | {"other"}
            assert wanted <= phrase.keys(), key
    for count in (0, 1, 2, 3, 11, 100, 1000):
        assert phrases.counted(count, only, "articles")
    assert phrases.date_text("2019-03-03T14:30:00+00:00", only)


def test_templates_use_no_phrase_that_is_missing() -> None:
    for name, text in THEME.templates.items():
        for key in re.findall(r'words\["(\w+)"\]|counted\(words, "(\w+)"', text):
            assert (key[0] or key[1]) in EN, name


def _own_phrases(language: str) -> dict[str, Any]:
    theme = read_theme([ROOT / "templates"])
    return phrases_of(type(theme)({}, {f"words/{language}.yaml": theme.words[f"words/{language}.yaml"]}, {}), language)


def test_the_demo_archive_reads_without_a_fault() -> None:
    site = parse_site((ROOT / "site.yaml").read_text("utf-8"))
    articles = [
        parse_article(path.read_bytes(), path.relative_to(ROOT / "content").as_posix(), site.zone)
        for path in _articles(ROOT / "content")
    ]
    assert len(articles) >= 28
    assert {article.lang for article in articles} >= {"", "de", "ar"}
    assert {len(article.date.edtf) if article.date else 0 for article in articles} >= {0, 4, 7, 10, 25}
    assert {article.status for article in articles} == {"published", "retracted", "withdrawn"}
    assert not [article.title for article in articles if article.image and not article.image.alt]


def _articles(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.md"))


def test_a_run_of_cards_has_a_place_that_other_pages_lead_to() -> None:
    def cards(date: str) -> list[Link]:
        return [Link("T", "t.html", date, "en", "ltr")]

    assert phrases.place_id(cards("1953-02-01"), "month") == ' id="d01"'
    assert phrases.place_id(cards("1953-02-01T10:00:00+00:00"), "month") == ' id="d01"'
    assert phrases.place_id(cards("1953-02"), "tags") == ' id="y1953"'
    assert not any(
        phrases.place_id(cards(date), kind) for date, kind in [("1953-02", "month"), ("", "tags"), ("1953", "year")]
    )


@pytest.mark.parametrize(
    ("count", "lang", "expected"),
    [(0, "en", 0), (10, "en", 1), (230, "en", 1), (690, "de-AT", 3), (690, "zh", 2), (690, "th", 0), (690, "ar", 3)],
)
def test_minutes(count: int, lang: str, expected: int) -> None:
    assert phrases.minutes(count, lang) == expected


def test_a_day_of_the_year() -> None:
    assert phrases.day_of_year("10-05", EN) == "5 October"
    assert phrases.day_of_year("10", EN) == "October"


@pytest.mark.parametrize(
    ("days", "text"),
    [(1, "1 day"), (61, "61 days"), (62, "2 months"), (700, "23 months"), (730, "2 years"), (20_000, "55 years")],
)
def test_stretches_of_time(days: int, text: str) -> None:
    assert phrases.duration(days, EN) == text


def test_languages_go_by_their_own_names() -> None:
    assert phrases.language_name("de") == '<bdi lang="de">Deutsch</bdi>'
    assert phrases.language_name("pt-BR") == '<bdi lang="pt-BR">Português (BR)</bdi>'
    assert phrases.language_name("x<y") == "<bdi>x&lt;y</bdi>"


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        ("https://a.example/x?y=1&z=%20#t", "https://a.example/x?y=1&z=%20#t"),
        ("https://bücher.example/zoë", "https://xn--bcher-kva.example/zo%C3%AB"),
        ("http://a.example/a b", "http://a.example/a%20b"),
        ("http://a.example/100%/%zz?{é}", "http://a.example/100%25/%25zz?%7B%C3%A9%7D"),
        ("http://[x", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_a_web_address_as_a_uri(url: str, uri: str) -> None:
    assert phrases.plain_address(url) == uri
