"""Plain text loses no word on its way into an article, and no input breaks its readers."""

from __future__ import annotations

import html
import re
from datetime import UTC

import markdown
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backissue.article import Article
from backissue.config import DEFAULT_EXTENSIONS
from backissue.importers import ocr, text
from backissue.importers.decoding import decode
from backissue.importers.linebreaks import MARKED_HYPHENS, lines_of, paragraphs
from backissue.importers.outcomes import Imported, Input, Rejected, Settings
from backissue.loading.articlefile import parse_article, write_article
from backissue.loading.fields import clean_text

_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.sampled_from("*_[]()<>&#`\\|~\"“”‘’'-."),
    min_size=1,
    max_size=9,
)
_LINES = st.lists(_WORDS, min_size=1, max_size=12).map(" ".join)
_NAMES = st.sampled_from("ferry storm harbour mayor nine across council agreed island trade bridge".split())
_PARAGRAPHS = st.lists(_LINES, min_size=2, max_size=8)


def _sentence(words: list[str]) -> str:
    return " ".join(words).capitalize() + "."


def shown(article: Article) -> str:
    """Everything that an article shows, the body as its page has it."""
    body = markdown.markdown(article.body, extensions=list(DEFAULT_EXTENSIONS))
    plain = html.unescape(re.sub(r"</?(?:p|blockquote)>", " ", body))
    image = article.image.caption if article.image else ""
    related = " ".join(f"{item.title} {item.url}" for item in article.related)
    named = " ".join(item.name for item in (*article.authors, article.source, article.via) if item)
    dates = " ".join(date.edtf for date in (article.date, article.updated) if date)
    return " ".join((article.title, plain, image, related, named, article.source_url, dates))


def read_text(written: str) -> Imported | Rejected:
    (outcome,) = text.read(Input.from_bytes(written.encode()), Settings())
    assert isinstance(outcome, Imported | Rejected)
    if isinstance(outcome, Imported):
        article = outcome.article
        assert parse_article(write_article(article).encode(), "a.md", UTC) == article
    return outcome


def words_of(written: str) -> list[str]:
    return re.findall(r"[^\W_]+", clean_text(written))


@settings(deadline=None)
@given(_PARAGRAPHS, st.sampled_from(["\n\n", "\n", "\r\n\r\n"]))
@example(["A headline", "The Wire said:", "“One", "two” three", "Read: “x"], "\n\n")
@example(["A headline", "Read:", "By A", "one two three four five"], "\n")
def test_every_word_stays(blocks: list[str], between: str) -> None:
    outcome = read_text(between.join(blocks))
    if isinstance(outcome, Rejected):
        return
    kept = shown(outcome.article)
    labels = re.compile(r"^\W*(?:read|title|headline)\W*", re.IGNORECASE)
    for block in blocks:
        for word in words_of(labels.sub("", block)):
            assert word in kept


@settings(deadline=None)
@given(
    headline=_LINES.filter(lambda line: len(words_of(line)) > 1),
    caption=st.sampled_from(["", "Photo: A Sight", "Two men at a table."]),
    quoted=st.lists(st.lists(_NAMES, min_size=3, max_size=20).map(" ".join), min_size=1, max_size=4),
    after=st.lists(st.lists(_NAMES, min_size=30, max_size=35).map(_sentence), min_size=2, max_size=3),
    related=st.lists(_NAMES, min_size=2, max_size=7).map(lambda words: " ".join(words).title()),
)
def test_parts_of_a_capture(headline: str, caption: str, quoted: list[str], after: list[str], related: str) -> None:
    blocks = [headline, "|", headline, *([caption] if caption else []), *after, "The Wire reported:"]
    blocks += [*(f"“{part}" if place == 0 else part for place, part in enumerate(quoted))]
    blocks[-1] += "”"
    blocks += [
        *after,
        f"Read: {related}",
        f"The post {headline} appeared first on The Pilot.",
        "Go to Source",
        "Author: Jo Doe",
    ]
    outcome = read_text("\n\n".join(blocks))
    if isinstance(outcome, Rejected):
        assert len(headline) > 300 or not any(map(str.isalpha, headline))
        return
    article = outcome.article
    assert [item.title for item in article.related] == [related]
    assert [author.name for author in article.authors] == ["Jo Doe"]
    assert article.source is not None
    assert article.source.name == "The Pilot"
    assert (article.image.caption if article.image else "") == caption
    assert [line[2:].strip("“”") for line in article.body.split("\n") if line.startswith("> ")] == quoted
    assert article.body.count("\n\nThe Wire reported:\n\n") == 1


@settings(deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda value: value.encode("utf-8", "ignore")))
def test_no_input_breaks_the_readers(data: bytes) -> None:
    for reader in (text, ocr):
        assert 0 <= reader.recognises(data) <= 100
        (outcome,) = reader.read(Input.from_bytes(data), Settings())
        if isinstance(outcome, Imported):
            article = outcome.article
            assert article.title
            assert article.body
            assert parse_article(write_article(article).encode(), "a.md", UTC) == article
        else:
            assert isinstance(outcome, Rejected)
            assert outcome.reason
            assert "\n" not in outcome.reason


_LETTERS = st.text("abcdefgHIJKÄöß,.", min_size=1, max_size=9)
_COLUMN = st.lists(
    st.tuples(st.lists(_LETTERS, min_size=1, max_size=6).map(" ".join), st.sampled_from(["", "", "-", "¬", "⸗", " —"])),
    min_size=1,
    max_size=30,
).map(lambda lines: "\n".join(line + end for line, end in lines))


@settings(deadline=None)
@given(_COLUMN)
def test_columns_keep_their_letters(column: str) -> None:
    joined = " ".join(paragraphs(lines_of(column)))
    hyphens = re.compile(rf"[-{MARKED_HYPHENS}\s]")
    assert hyphens.sub("", joined) == hyphens.sub("", column)


@settings(deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_unicode_decodes_to_itself(written: str, encoding: str) -> None:
    assert decode(written.encode(encoding)) == written.removeprefix("\ufeff")
