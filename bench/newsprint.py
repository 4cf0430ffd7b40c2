"""Text for made-up archives: headlines and Markdown paragraphs, from the corpus or from a seeded generator."""

from __future__ import annotations

import gzip
import json
import random
import re
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "data" / "corpus" / "dated-articles.jsonl.gz"
LONGEST_PARAGRAPH = 700
INVENTED_ARTICLES = 2_000

# What Markdown would take for a list, heading, quotation, table or definition at the start of a paragraph.
_BLOCK_MARK = re.compile(r"(?:\d+[.)]|[-+*#=>|~:`])")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_SPECIAL = re.compile(r"[\\`*_\[\]{}]")

_words = str.split
_PLACES = _words(
    """
    Ashford Benmore Calder Dunholm Eastbourne Fairhaven Glenmoor Harwick Inverloch Kingsport Lowfield
    Marston Northgate Oakhurst Pemberton Queensferry Redcliff Stanmore Thornbury Westhaven
    """
)
_BODIES = _words(
    """
    council ministry court union bank hospital university commission regulator airline railway port
    authority parliament cooperative museum school company federation observatory
    """
)
_VERBS = _words(
    """
    approved rejected postponed announced reviewed defended questioned completed extended withdrew published
    criticised welcomed renewed suspended
    """
)
_THINGS = _words(
    """
    budget harvest timetable agreement inquiry report contract tender bridge tariff strike forecast licence
    programme appeal survey merger reservoir festival election pension ferry quota census
    """
)
_QUALITIES = _words(
    """
    annual revised disputed long-awaited regional provisional record emergency interim modest public
    independent final joint preliminary
    """
)
_CLAUSES = [
    "according to figures released on {day}",
    "although several members voted against it",
    "a spokesman for the {body} said",
    "its chairman told reporters in {place}",
    "after months of talks with the {body}",
    "the first such step in {number} years",
    "despite objections from {place}",
    "which officials put at {number} million",
    "and said details would follow by {day}",
]
_DAYS = _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")


@dataclass(frozen=True, slots=True)
class Newsprint:
    """Headlines, the paragraphs of them all in sequence, and where each headline's own paragraphs begin."""

    headlines: tuple[str, ...]
    starts: tuple[int, ...]
    paragraphs: tuple[str, ...]


def from_corpus(path: Path, seed: int = 0) -> Newsprint:
    """Read a gzip file of JSON lines with `title` and `body` as Newsprint.

    Bodies are plain wire text: indented lines begin paragraphs. Characters that mean something in Markdown are escaped,
    and some paragraphs get the links, emphasis, lists and quotations that a newsroom's own text has.
    """
    headlines: list[str] = []
    bodies: list[list[str]] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            headlines.append(" ".join(row["title"].split()))
            bodies.append(_paragraphs(row["body"]))
    return _set(headlines, bodies, seed)


def invented(seed: int = 0, count: int = INVENTED_ARTICLES) -> Newsprint:
    """Make `count` headlines and texts of news-like English; the same for the same seed."""
    rng = random.Random(f"newsprint {seed}")
    headlines, bodies = [], []
    for _ in range(count):
        headlines.append(
            f"{rng.choice(_PLACES)} {rng.choice(_BODIES)} {rng.choice(_VERBS)} {rng.choice(_QUALITIES)}"
            f" {rng.choice(_THINGS)}"
        )
        bodies.append([_invented_paragraph(rng) for _ in range(rng.randint(4, 14))])
    return _set(headlines, bodies, seed)


def newsprint(seed: int = 0, corpus: Path | None = CORPUS) -> Newsprint:
    """Take the corpus where it is present, else invent."""
    if corpus is not None and corpus.is_file():
        return from_corpus(corpus, seed)
    return invented(seed)


def _set(headlines: list[str], bodies: list[list[str]], seed: int) -> Newsprint:
    rng = random.Random(f"markup {seed}")
    starts: list[int] = []
    paragraphs: list[str] = []
    for body in bodies:
        starts.append(len(paragraphs))
        paragraphs.extend(_marked_up(rng, paragraph) for paragraph in body)
    return Newsprint(tuple(headlines), tuple(starts), tuple(paragraphs))


def _paragraphs(text: str) -> list[str]:
    """Split wire text: a blank line ends a paragraph; so does an indented line after a full stop or two lines."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        stripped = line.strip()
        current = found[-1]
        indented = line.startswith("    ")
        if current and (not stripped or (indented and (len(current) > 1 or current[-1].endswith(".")))):
            found.append([])
        if stripped:
            found[-1].append(stripped)
    whole = (" ".join(" ".join(lines).split()) for lines in found)
    pieces = (piece for paragraph in whole for piece in _at_most(paragraph, LONGEST_PARAGRAPH))
    return [_escaped(piece) for piece in pieces if piece and not _BLOCK_MARK.match(piece)]


def _at_most(paragraph: str, length: int) -> list[str]:
    if len(paragraph) <= length:
        return [paragraph]
    pieces = [""]
    for sentence in _SENTENCE_END.split(paragraph):
        if pieces[-1] and len(pieces[-1]) + len(sentence) > length:
            pieces.append("")
        pieces[-1] = f"{pieces[-1]} {sentence}".strip()
    return pieces


def _escaped(text: str) -> str:
    # Angle brackets as entities: a backslash before them is not an escape in every Markdown.
    return _SPECIAL.sub(r"\\\g<0>", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _marked_up(rng: random.Random, paragraph: str) -> str:
    """Give about one paragraph in six of those long enough some markup, as an edited article has."""
    words = paragraph.split(" ")
    if len(words) < 12:
        return paragraph
    dice = rng.random()
    at = rng.randrange(2, len(words) - 4)
    phrase = " ".join(words[at : at + 2])
    before, after = " ".join(words[:at]), " ".join(words[at + 2 :])
    if dice < 0.05:
        return f"{before} [{phrase}](https://example.org/{rng.randrange(10_000)}) {after}"
    if dice < 0.10:
        return f"{before} *{phrase}* {after}"
    if dice < 0.12:
        return f"{before} **{phrase}** {after}"
    if dice < 0.14:
        return f"> {paragraph}"
    if dice < 0.15:
        third = len(words) // 3
        return "\n".join(
            f"- {' '.join(part)}" for part in (words[:third], words[third : 2 * third], words[2 * third :])
        )
    if dice < 0.17:
        return f"## {' '.join(words[:5])}\n\n{paragraph}"
    return paragraph


def _invented_paragraph(rng: random.Random) -> str:
    return " ".join(_invented_sentence(rng) for _ in range(rng.randint(2, 4)))


def _invented_sentence(rng: random.Random) -> str:
    clause = rng.choice(_CLAUSES).format(
        day=rng.choice(_DAYS), body=rng.choice(_BODIES), place=rng.choice(_PLACES), number=rng.randint(2, 90)
    )
    return (
        f"The {rng.choice(_PLACES)} {rng.choice(_BODIES)} {rng.choice(_VERBS)} the {rng.choice(_QUALITIES)}"
        f" {rng.choice(_THINGS)}, {clause}."
    )
