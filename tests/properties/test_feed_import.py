"""Whatever a feed holds, its entries become articles that load again, and no input makes the reader fail."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backissue.importers import feed
from backissue.importers.looser_dates import read_date
from backissue.importers.outcomes import Imported, Input, Rejected, Settings, Unreadable
from backissue.loading.articlefile import parse_article, write_article

PLAIN = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40)
PIECES = st.sampled_from(
    ["<p>", "</p>", "<b>", "&lt;", "&amp;", "<img src='/i.png'>", "\n\n", "1. ", "# ", "---\n", "[a](b)", "Read more"]
)
HTML = st.lists(st.one_of(PLAIN, PIECES), max_size=8).map("".join)
DATES = st.one_of(PLAIN, st.sampled_from(["Mon, 24 Sep 2018 19:22:00 GMT", "2018-09", "24 Set 2018", "0000-00-00"]))


@st.composite
def entries(draw: st.DrawFn) -> str:
    fields = {
        "title": draw(HTML),
        "description": draw(HTML),
        "pubDate": draw(DATES),
        "guid": draw(PLAIN),
        "link": draw(st.sampled_from(["", "https://p.example/a", "http://[", "javascript:x", "/rel"])),
        "category": draw(PLAIN),
        "author": draw(PLAIN),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(fields))))
    return "<item>" + "".join(f"<{name}>{escape(fields[name])}</{name}>" for name in sorted(chosen)) + "</item>"


@settings(max_examples=60, deadline=None)
@given(st.lists(entries(), max_size=4))
@example(["<item><description>0</description><pubDate>0\xa00</pubDate></item>"])
def test_every_entry_has_its_outcome_and_loads_again(items: list[str]) -> None:
    data = f"<rss version='2.0'><channel><title>T</title>{''.join(items)}</channel></rss>".encode()
    outcomes = list(feed.read(Input.from_bytes(data), Settings()))
    assert len(outcomes) == len(items)
    for outcome in outcomes:
        if isinstance(outcome, Imported):
            assert outcome.article.title
            assert parse_article(write_article(outcome.article).encode(), "a.md", UTC) == outcome.article


TAGS = ("rss", "channel", "item", "feed", "entry", "title", "content", "summary", "id", "updated")
RUBBISH = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>".encode() for tag in TAGS] + [f"</{tag}>".encode() for tag in TAGS]),
        st.sampled_from(
            [b"<![CDATA[", b"]]>", b"&x;", b"<!DOCTYPE rss [", b"<!ENTITY a 'b'>", b"]>", b"<!--", b"{", b'"items":[']
        ),
        st.binary(max_size=12),
    ),
    max_size=24,
).map(b"".join)


@settings(max_examples=150, deadline=None)
@given(RUBBISH)
def test_no_input_makes_the_reader_fail(data: bytes) -> None:
    assert 0 <= feed.recognises(data) <= 100
    reason = ""
    try:
        for outcome in feed.read(Input.from_bytes(data), Settings()):
            assert not isinstance(outcome, Rejected) or "\n" not in outcome.reason
    except Unreadable as error:
        reason = str(error)
    assert "\n" not in reason


ZONES: list[tzinfo] = [UTC, ZoneInfo("Asia/Kolkata"), ZoneInfo("America/New_York")]


@settings(max_examples=150, deadline=None)
@given(
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2099, 1, 1)),
    st.sampled_from("en de fr es it pt nl sv da pl cs hu ro ru uk tr el fi ar ja ko zh vi id".split()),
    st.sampled_from(["d MMMM y", "d MMMM y HH:mm", "EEE, dd MMM y HH:mm:ss Z", "EEEE, d. MMMM y, HH:mm"]),
    st.sampled_from(ZONES),
)
def test_dates_as_cldr_writes_them_are_read_right_or_not_at_all(moment, language: str, form: str, zone: tzinfo) -> None:
    aware = moment.replace(tzinfo=UTC)
    written = format_datetime(aware, form, locale=language)
    date = read_date(written, zone, [language])
    if language in ("en", "de", "fr", "ru", "es", "pt"):
        assert date is not None, written
    if date is not None and "HH" not in form:
        assert date.edtf == f"{aware:%Y-%m-%d}"
    elif date is not None and "Z" in form and date.precision == "time":
        assert datetime.fromisoformat(date.edtf) == aware.replace(microsecond=0)
        assert len(date.edtf) == len("2014-03-01T12:00:00+01:00")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789:/.-+, TZapmMonSeptember年月日GMT", max_size=40))
def test_any_text_is_a_date_or_none(text: str) -> None:
    date = read_date(text, UTC)
    assert date is None or date.precision in ("year", "month", "day", "time")
