"""Article → file → Article is the identity; whatever bytes lie in a content folder, they load or give faults."""

from __future__ import annotations

import json
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from backissue.article import STATUSES, Article, Correction, Image, Named, Provenance, Related
from backissue.dates import Date, parse_date
from backissue.errors import ContentErrors
from backissue.loading.articlefile import body_of, front_matter, parse_article, write_article
from backissue.loading.fields import KNOWN, SYNONYMS, clean_text, read_article
from backissue.loading.yamltext import compose, simple

ZONES: list[tzinfo] = [UTC, ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/St_Johns"), ZoneInfo("Asia/Kathmandu")]

NASTY = [
    "no", "true", "1", "1e3", ".5", "0x1f", "~", "null", "2014-03-01", "12:30", "- a", "? b", ": c", "a: b", "a #b",
    "# a", "[a]", "{b: c}", "&x", "*x", "!t", "|", ">", "%", "@a", "`a`", "'", '"', "''", '"a" b', "\\", "---", "...",
    "+++", "=",
    "<<", "a,b", "a;b", "\u200b", "🎉", "نص", "a\u0301", "\ufeffx", "\x85x", "x\u2028y", "$x", "{% raw %}",
]  # fmt: skip

characters = st.characters(exclude_categories=("Cs",), exclude_characters="\ufffe\uffff")
any_text = st.one_of(
    st.text(characters, max_size=40), st.sampled_from(NASTY), st.text("ab :#-'\"[]{}\n\t\\,", max_size=12)
)
line = any_text.map(lambda text: " ".join(clean_text(text).split()))
words = line.filter(bool)
body = st.lists(any_text, max_size=8).map(lambda parts: clean_text("\n\n".join(parts)).strip("\n"))


@st.composite
def dates(draw: st.DrawFn, zone: tzinfo) -> Date:
    moment = draw(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31)))
    form = draw(st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d", "time"]))
    written = moment.isoformat() if form == "time" else moment.date().isoformat()[: {"%Y": 4, "%Y-%m": 7}.get(form, 10)]
    return parse_date(written, zone)


named = st.builds(Named, words, line)
related = st.builds(Related, line, line).filter(lambda item: item != Related())
notes = st.lists(words, max_size=2).map(tuple)
items = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.text(characters)
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
reserved = KNOWN | set(SYNONYMS) | {"published", "taxonomies", "extra", "body"}
extra = st.dictionaries(words.filter(lambda key: key.lower().replace("-", "_") not in reserved), items, max_size=3)


@st.composite
def articles(draw: st.DrawFn, zone: tzinfo) -> Article:
    date = st.none() | dates(zone)
    return Article(
        title=draw(words),
        date=draw(date),
        updated=draw(date),
        slug=draw(line),
        authors=draw(st.lists(named, max_size=3, unique=True).map(tuple)),
        source=draw(st.none() | named),
        source_url=draw(line),
        captured=draw(date),
        via=draw(st.none() | named),
        dateline=draw(line),
        tags=draw(st.lists(words, max_size=3, unique=True).map(tuple)),
        section=draw(line),
        lang=draw(st.sampled_from(["", "en", "pt-BR", "zh-Hant-TW"])),
        summary=draw(line),
        image=draw(st.none() | st.builds(Image, words, line, line, line).filter(lambda image: image.src != "false")),
        status=draw(st.sampled_from(STATUSES)),  # type: ignore[arg-type]
        corrections=draw(st.lists(st.builds(Correction, words, date), max_size=2).map(tuple)),
        aliases=draw(st.lists(words, max_size=2, unique=True).map(tuple)),
        related=draw(st.lists(related, max_size=2, unique=True).map(tuple)),
        rights=draw(line),
        draft=draw(st.booleans()),
        embargo=draw(date),
        version=draw(line),
        copy_of=draw(line),
        version_of=draw(line),
        provenance=draw(
            st.none()
            | st.builds(Provenance, file=line, format=line, place=line, fixity=line, imported=date, notes=notes)
        ),
        extra=draw(extra),
        body=draw(body),
    )  # fmt: skip


@given(st.data())
def test_article_to_file_to_article_is_the_identity(data: st.DataObject) -> None:
    zone = data.draw(st.sampled_from(ZONES))
    article = data.draw(articles(zone))
    written = write_article(article)
    assert parse_article(written.encode(), "a.md", zone) == article
    assert body_of(written.encode(), "a.md") == article.body


_pieces = st.sampled_from(
    [
     *"~[]{},*!%@`#|>?\n\t\"'\\1é海\x85\u2028\ufeff\x07\xa0",
     "a title: ", "tags:", "- b", "-", ": ", " :", ": x", "\n\n", "  ",
     "''", '""', '"a b"', "'c d'", " # ", "null", "true", "&a", "---", "...", "? ", "<<: ", "> ", "\\n"]
)  # fmt: skip
_lines = st.sampled_from(
    [
        "a: b c\n",
        'b: "c: d"\n',
        "c-1: 'e #'\n",
        "d:\n",
        "- f\n",
        "- 'g'\n",
        "e: 12:30  \n",
        "a: ~\n",
        "  g: h? {i}\n",
        "  j:\n",
        "  - k#\n",
        "  - 'l'\n",
        "   - m\n",
        "  n:: o\n",
        "g:\n",
    ]
)


@given(st.lists(_lines | _pieces, max_size=12).map("".join) | st.lists(_lines, max_size=8).map("".join))
def test_simple_yaml_is_read_as_any_yaml_is(text: str) -> None:
    found = simple(text)
    if found is not None:
        tree = compose(text)
        assert found == ({key: tree.written(node) for key, node in tree.items()} if tree else {})


@given(st.data())
def test_article_to_json_line_to_article_is_the_identity(data: st.DataObject) -> None:
    zone = data.draw(st.sampled_from(ZONES))
    article = data.draw(articles(zone))
    values = json.loads(json.dumps(front_matter(article)))
    text = values.pop("body", "")
    assert read_article(values, text, path="a.jsonl", zone=zone, line_of=lambda _place: 1) == article


@given(st.sampled_from(ZONES), st.data())
def test_a_date_is_read_back_and_orders_with_itself(zone: tzinfo, data: st.DataObject) -> None:
    date = data.draw(dates(zone))
    assert parse_date(date.edtf, zone) == date
    assert date.edtf[:10].startswith(date.sort_key[:4])


@given(
    st.sampled_from(ZONES),
    st.integers(0, 9999),
    st.tuples(*(st.integers(0, most) for most in (13, 32, 25, 60, 61))),
    st.sampled_from(["Z", "+00:00", "-00:30", "+23:59", "-24:00", "+14:00", "+05:60"]),
)
@example(UTC, 1, (1, 1, 0, 0, 0), "+23:59")
@example(ZONES[2], 9999, (12, 31, 23, 59, 59), "-23:59")
def test_exact_times_are_read_as_looser_ones(zone: tzinfo, year: int, rest: tuple[int, ...], offset: str) -> None:
    month, day, hour, minute, second = rest
    date, clock = f"{year:04}-{month:02}-{day:02}", f"{hour:02}:{minute:02}:{second:02}"
    try:
        found = parse_date(f"{date} {clock} {offset}", zone)
    except ValueError:
        with pytest.raises(ValueError, match="is an impossible date"):
            parse_date(f"{date}T{clock}{offset}", zone)
    else:
        assert parse_date(f"{date}T{clock}{offset}", zone) == found


@given(st.text(max_size=60))
@example("2014-03-01 25:61")
def test_any_text_is_a_date_or_is_not(text: str) -> None:
    try:
        date = parse_date(text, UTC)
    except ValueError:
        return
    assert parse_date(date.edtf, UTC) == date


def _loads_or_faults(data: bytes) -> Article | None:
    try:
        return parse_article(data, "2014-03-01-a.md", UTC)
    except ContentErrors as errors:
        lines = data.count(b"\n") + data.count(b"\r") + 1
        for fault in errors.faults:
            assert fault.path == "2014-03-01-a.md"
            assert fault.line is None or 1 <= fault.line <= lines + 1
            assert "\n" not in str(fault)
        return None


@given(st.binary(max_size=200), st.sampled_from([b"", b"---\n", b"+++\n", b"---\ntitle: A\n"]))
def test_any_bytes_load_or_fault(data: bytes, begin: bytes) -> None:
    _loads_or_faults(begin + data + b"\n---\nbody\n")


@given(st.lists(st.tuples(st.sampled_from([*sorted(KNOWN), "x"]), any_text), max_size=5))
def test_any_front_matter_loads_or_faults_and_what_loads_is_kept(pairs: list[tuple[str, str]]) -> None:
    header = "".join(f"{key}: {value}\n" for key, value in pairs)
    article = _loads_or_faults(f"---\ntitle: A\n{header}---\nbody\n".encode("utf-8", "replace"))
    if article is not None:
        assert parse_article(write_article(article).encode(), "2014-03-01-a.md", UTC) == article


LINES = [
    ("date", "soon"),
    ("updated", "2014-02-30"),
    ("lang", "'!'"),
    ("draft", "perhaps"),
    ("status", "lost"),
    ("tags", "{a: 1}"),
]


@given(st.permutations(LINES), st.integers(0, 6), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_every_fault_has_its_own_line(pairs: list[tuple[str, str]], gap: int, end: str, mark: bool) -> None:
    lines = [
        "---",
        "title: A",
        *[f"x{number}: 1" for number in range(gap)],
        *[f"{key}: {value}" for key, value in pairs],
    ]
    data = (b"\xef\xbb\xbf" if mark else b"") + end.join([*lines, "---", "body", ""]).encode()
    with pytest.raises(ContentErrors) as caught:
        parse_article(data, "a.md", UTC)
    assert [fault.message.partition(":")[0] for fault in caught.value.faults] == [key for key, _ in pairs]
    assert [fault.line for fault in caught.value.faults] == [3 + gap + number for number in range(len(pairs))]


@given(st.lists(st.sampled_from(["plain", "été", "日本", ""]), max_size=6), st.binary(min_size=1, max_size=1))
def test_a_byte_that_is_not_utf8_has_its_line(lines: list[str], byte: bytes) -> None:
    assume(byte[0] >= 0x80)
    before = "\n".join(["---", "title: A", "---", *lines, ""]).encode()
    with pytest.raises(ContentErrors) as caught:
        parse_article(before + byte + b"(\n", "a.md", UTC)
    assert caught.value.faults[0].line == before.count(b"\n") + 1


@given(
    st.lists(st.sampled_from(["a = 1", 'b = "x"', "c = [1, 2]", "", "# no"]), max_size=4, unique=True),
    st.sampled_from(["x = ", "= 1", "y = nope"]),
)
def test_broken_toml_has_its_line(lines: list[str], broken: str) -> None:
    text = "\n".join(["+++", 'title = "A"', *lines, broken, "z = 1", "+++", ""])
    with pytest.raises(ContentErrors) as caught:
        parse_article(text.encode(), "a.md", UTC)
    assert caught.value.faults[0].line == len(lines) + 3


def test_whatever_is_written_holds_no_more_than_the_article() -> None:
    values: dict[str, Any] = front_matter(Article(title="A"))
    assert values == {"title": "A"}
