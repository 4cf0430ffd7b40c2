"""Plain text → one article: captures of syndicated posts, exports of word processors, and other plain text.

The first line is the headline. What a capture has around the text (bylines, dates, `Read:` lines, where the post
appeared first) becomes the article's fields; long quotations of other papers become block quotes. Every other word of
the text stands in the article, as it stood. Needs no extra, but for old encodings of scripts other than Latin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ..article import Article, Image, Provenance, Related
from ..loading.fields import clean_text
from . import capturelines
from .captions import is_caption
from .capturelines import MAX_HEADLINE, Facts, same_words
from .decoding import Undecodable, decode, decode_head
from .inline_markdown import write_run
from .languages import language_of
from .linebreaks import lines_of, paragraphs
from .outcomes import Imported, Input, Outcome, Rejected, Settings
from .quotations import Paragraph, find_quotations

FORMAT = "text"
TITLE = "Plain text"
VERSION = 1
ALONE = True

MAX_TEXT_BYTES = 16 * 1024 * 1024
"""A text larger than this is no article."""
MAX_SENTENCE = 160
"""Characters of a first line with a full stop at its end; a longer one is a paragraph, not a headline."""
MIN_WORDS = 5
"""A text of fewer words is no article; scripts without spaces count each letter."""

_RUN = re.compile(r"[^\W_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff]{1001,}")
"""Letters and figures without a space or a mark, but for scripts that set no spaces."""
_MARKUP = re.compile(r"\s*(?:<[!?a-zA-Z]|[{\[]\s*[{\"\]}]|---\n|\+\+\+\n|%PDF|\{\\rtf|#!)")
_MAIL_HEADER = re.compile(r"(?im)^(?:Received|Return-Path|Delivered-To|MIME-Version|Message-ID|Content-Type): ")
_PROSE = re.compile(r"[.!?]['\"’”»)]*(?:\s|$)|[。！？]")
_CAPTURE = re.compile(r"appeared first on|^[^\w\n]*go to source[^\w\n]*$|^Author: \S", re.IGNORECASE | re.MULTILINE)
_CODE = re.compile(r"(?:[;{}]|=>|\*/)\s*$|^\s*(?://|/\*|import |#include|def |function )", re.MULTILINE)


def recognises(head: bytes) -> int:
    """60 for what bears the marks of a capture; at most 30 for other text, as every text format is plain text too."""
    try:
        text = decode_head(head)
    except Undecodable:
        return 0
    if looks_structured(text):
        return 0
    if _CAPTURE.search(text):
        return 60
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 3 and sum(bool(_CODE.search(line)) for line in lines) * 4 > len(lines):
        return 5
    return 30


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """Yield the article, or the reason why the text is none."""
    text = read_text(source)
    if isinstance(text, Rejected):
        yield text
        return
    blocks = [paragraph for paragraph in paragraphs(lines_of(text)) if not capturelines.is_noise(paragraph)]
    fault = _fault(blocks)
    if fault:
        yield Rejected(place="", reason=fault)
        return
    article = _article(blocks, settings, Provenance(file=source.name, format=FORMAT))
    if isinstance(article, str):
        yield Rejected(place="", reason=article)
    else:
        yield Imported(article=article, identity=article.source_url)


def looks_structured(text: str) -> bool:
    """Whether a text begins as markup, data, front matter, a program or a mail does, and so is more than plain."""
    if not any(char.isalpha() for char in text) or _MARKUP.match(text):
        return True
    return len(_MAIL_HEADER.findall(text[:8192])) >= 3


def read_text(source: Input) -> str | Rejected:
    """The whole text of an input that is one article, or why it is none."""
    with source.open() as stream:
        data = stream.read(MAX_TEXT_BYTES + 1)
    if len(data) > MAX_TEXT_BYTES:
        return Rejected(place="", reason=f"more than {MAX_TEXT_BYTES >> 20} MiB of text: no single article — split it")
    try:
        text = clean_text(decode(data))
    except Undecodable as error:
        return Rejected(place="", reason=str(error))
    return Rejected(place="", reason="no text: most of it is one word") if is_unbroken(text) else text


def is_unbroken(text: str) -> bool:
    """Whether a text is, for the most part, one run of letters and figures that no language has: data, no words."""
    return any(2 * len(run) > len(text) for run in _RUN.findall(text))


def count_words(texts: Sequence[str]) -> int:
    """Words of a text; each letter of Chinese, Japanese and other scripts that set no spaces is one."""
    return sum(
        len(re.findall(r"[\u0e00-\u0eff\u3040-\u9fff]|[^\W_\u0e00-\u0eff\u3040-\u9fff]+", text)) for text in texts
    )


def _fault(blocks: Sequence[str]) -> str:
    """Why these paragraphs are no article, or nothing."""
    if not blocks:
        return "no text"
    words = count_words(blocks)
    if words < MIN_WORDS:
        return f"too short for an article: {words} word{'' if words == 1 else 's'}"
    if len(blocks) == 1:
        return "no headline with a text below it — put the headline in a line of its own"
    if not any(char.isalpha() for char in blocks[0]):
        return f'no headline: the first line is "{blocks[0][:40]}"'
    if len(blocks[0]) > MAX_HEADLINE:
        return f"no headline: the first line has {len(blocks[0]):,} characters — put the headline in a line of its own"
    if (len(blocks[0]) > MAX_SENTENCE and blocks[0].endswith((".", ".”", '."'))) or len(_PROSE.findall(blocks[0])) > 3:
        return "no headline: the first line is a paragraph — put the headline in a line of its own"
    return ""


def _article(blocks: Sequence[str], settings: Settings, provenance: Provenance) -> Article | str:
    headline = re.sub(r"^(?:title|headline)\s*:\s*(?=\S)", "", blocks[0], flags=re.IGNORECASE).strip("| ") or blocks[0]
    rest = [block.strip("| ") or block for block in blocks[1:]]
    repeated = len(rest)
    rest = [block for block in rest if not same_words(block, headline)]
    facts = Facts(syndicated=len(rest) < repeated)
    rest = _take_related(rest, facts, headline)
    rest = [block for block in rest if not capturelines.learn_anywhere(block, facts, headline)]
    above = 0
    while above < min(len(rest), 6) and capturelines.learn_above(rest[above], facts, settings.zone):
        above += 1
    rest = rest[above:]
    image = None
    if is_caption(rest, syndicated=facts.syndicated):
        image, rest = Image("", "", rest[0]), rest[1:]
        while rest and capturelines.learn_above(rest[0], facts, settings.zone):
            rest = rest[1:]
    if not rest:
        return "no text below the headline"
    body = as_markdown(find_quotations(rest))
    url = facts.url or settings.url
    return Article(
        title=headline,
        date=facts.date,
        updated=facts.updated,
        authors=tuple(facts.authors.values()),
        source=facts.source,
        source_url=url,
        via=facts.via,
        lang=settings.lang or language_of("\n".join(rest)),
        image=image,
        related=tuple(facts.related),
        provenance=provenance,
        body=body,
    )


def as_markdown(found: Sequence[Paragraph]) -> str:
    """Paragraphs of plain text as Markdown that shows the same text, quotations as block quotes."""
    blocks = []
    for quotation, group in groupby(found, key=lambda paragraph: paragraph.quotation):
        texts = [written for paragraph in group if (written := write_run([paragraph.text]))]
        if quotation:
            blocks.append("\n>\n".join(f"> {text}" for text in texts))
        else:
            blocks.extend(texts)
    return "\n\n".join(blocks)


def _take_related(blocks: Sequence[str], facts: Facts, headline: str) -> list[str]:
    """Take the `Read:` lines out, with the headlines that stand below one that names none itself."""
    kept: list[str] = []
    place = 0
    while place < len(blocks):
        title = capturelines.related_title(blocks[place])
        if title is None:
            kept.append(blocks[place])
            place += 1
            continue
        place += 1
        if title:
            facts.related[capturelines.as_related(title)] = None
            continue
        count = _headlines_below(blocks[place:], headline)
        if not count:
            kept.append(blocks[place - 1])
        for below in blocks[place : place + count]:
            facts.related[capturelines.as_related(below)] = None
        place += count
    facts.related.pop(Related(), None)
    return kept


def _headlines_below(blocks: Sequence[str], headline: str) -> int:
    """How many paragraphs below an empty `Read more:` are headlines: the first, and all to the end if all look so."""
    following = 0
    for block in blocks:
        if capturelines.related_title(block) is not None or capturelines.learn_anywhere(block, Facts(), headline):
            break
        if len(block) > MAX_HEADLINE:
            return min(following, 1)
        following += 1
    looks = all(not re.search(r"[.:;,]$", block) and len(block) < 200 for block in blocks[:following])
    return following if looks else min(following, 1)
