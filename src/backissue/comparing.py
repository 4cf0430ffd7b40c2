"""What changed between two texts: paragraphs that stayed, went or came, and within those that changed, words.

Texts are compared by paragraphs first (difflib), then, where paragraphs gave way to others, by words: so a long text is
compared in little time, and what a reader sees is a sentence with its changed words, not two texts. Scripts that put no
spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) are compared by characters.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from html.parser import HTMLParser
from itertools import pairwise
from typing import Literal, NamedTuple

Kind = Literal["same", "removed", "added"]

MOST = 2_000
"""Stretches of more words than this are first cut where both have the same RUN words, and nowhere else: difflib takes
time that can grow with the square of what it compares. What is longer still is not compared, but removed and added."""
RUN = 5

FEW = 0.25
"""Where less than this share of the words of two stretches is common, they are two texts, not one that changed."""

CONTEXT = 1
"""So many unchanged paragraphs are shown on either side of a change; what lies between is folded, if it is more than
FOLDED paragraphs."""
FOLDED = 2

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_UNSPACED += "\U00020000-\U0003ffff"
_MARKS = "\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3"
_TOKEN = rf"\n\n|[{_UNSPACED}][{_MARKS}]*|[^\s{_UNSPACED}]+|\s+"
"""Compiled where texts are compared: a set so large takes 2 ms."""
_BREAK = "\n\n"

_BLOCKS = frozenset(
    "address aside blockquote caption dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li ol p"
    " pre section summary table tbody td tfoot th thead tr ul".split()
)


class Piece(NamedTuple):
    """Words of a paragraph that stayed, were removed or were added; with the spaces that follow them."""

    kind: Kind
    text: str


class Stretch(NamedTuple):
    """Paragraphs that belong together: unchanged ones (`folded` where there are many, far from any change), removed
    or added ones, or (`changed`) such as have words of both; each paragraph is its pieces.
    """

    kind: Literal["same", "removed", "added", "changed"]
    paragraphs: tuple[tuple[Piece, ...], ...]
    folded: bool = False


class Comparison(NamedTuple):
    """Two texts compared: all of both, in order, and how many words were added and removed."""

    stretches: tuple[Stretch, ...]
    added: int
    removed: int


def paragraphs_of(html: str) -> list[str]:
    """The paragraphs of an HTML text as plain text, spaces put in order: what stands in one block is one. A picture is
    its description, in brackets.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end()
    return reader.paragraphs


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[str] = []
        self._parts: list[str] = []

    def end(self) -> None:
        text = " ".join("".join(self._parts).split())
        self._parts.clear()
        if text:
            self.paragraphs.append(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.end()
        elif tag == "br":
            self._parts.append(" ")
        elif tag == "img" and (alt := dict(attrs).get("alt")):
            self._parts.append(f" [{alt}] ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.end()

    def handle_data(self, data: str) -> None:
        self._parts.append(data)


def compare(old: Sequence[str], new: Sequence[str]) -> Comparison:
    """Compare two texts, given by their paragraphs."""
    stretches: list[Stretch] = []
    for tag, low, high, begin, end in _opcodes(old, new):
        if tag == "equal":
            stretches.append(Stretch("same", tuple((Piece("same", text),) for text in new[begin:end])))
        else:
            stretches += _changed(old[low:high], new[begin:end])
    pieces = [piece for stretch in stretches for paragraph in stretch.paragraphs for piece in paragraph]
    added = sum(count(piece.text) for piece in pieces if piece.kind == "added")
    removed = sum(count(piece.text) for piece in pieces if piece.kind == "removed")
    return Comparison(tuple(_folded(stretches)), added, removed)


def pieces_of(old: str, new: str) -> tuple[Piece, ...]:
    """What changed within a line: a headline, a byline."""
    return tuple(_joined(_words(tokens(old), tokens(new))))


def count(text: str) -> int:
    """How many words a text has; in scripts without spaces between words, characters."""
    return sum(any(map(str.isalnum, token)) for token in tokens(text))


def tokens(text: str) -> list[str]:
    """A text cut into words, with the spaces that follow each, and marks; put together again they are the text."""
    found: list[str] = []
    for run in re.findall(_TOKEN, text):
        if run.isspace() and run != _BREAK:
            if found:
                found[-1] += run
            else:
                found.append(run)
            continue
        start, stop = 0, len(run)
        while start < stop and _is_mark(run[start]):
            start += 1
        while stop > start and _is_mark(run[stop - 1]):
            stop -= 1
        found += [*run[:start], *([run[start:stop]] if start < stop else ()), *run[stop:]] if run != _BREAK else [run]
    return found


def _is_mark(char: str) -> bool:
    return not char.isalnum() and unicodedata.category(char)[0] in "PS"


def _changed(old: Sequence[str], new: Sequence[str]) -> list[Stretch]:
    """Paragraphs that gave way to others, compared by words where they have enough of them in common."""
    if old and new:
        pieces = _words(tokens(_BREAK.join(old)), tokens(_BREAK.join(new)))
        same = sum(count(piece.text) for piece in pieces if piece.kind == "same")
        if same and same >= FEW * min(count(_BREAK.join(old)), count(_BREAK.join(new))):
            return [Stretch("changed", tuple(_paragraphs(pieces)))]
    removed = tuple((Piece("removed", text),) for text in old)
    added = tuple((Piece("added", text),) for text in new)
    return [*([Stretch("removed", removed)] if old else ()), *([Stretch("added", added)] if new else ())]


def _words(old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    """The pieces of two texts that are cut into words."""
    pieces: list[Piece] = []
    one, other = [_bare(word) for word in old], [_bare(word) for word in new]
    for (low, begin), (high, end) in pairwise([(0, 0), *_anchors(one, other), (len(old), len(new))]):
        if max(high - low, end - begin) > MOST:
            pieces += (Piece("removed", "".join(old[low:high])), Piece("added", "".join(new[begin:end])))
            continue
        for tag, *at in _opcodes(one[low:high], other[begin:end]):
            if tag == "equal":
                pieces.append(Piece("same", "".join(new[begin + at[2] : begin + at[3]])))
            else:
                pieces.append(Piece("removed", "".join(old[low + at[0] : low + at[1]])))
                pieces.append(Piece("added", "".join(new[begin + at[2] : begin + at[3]])))
    return _tidied(list(_joined(pieces)))


def _bare(token: str) -> str:
    return token if token == _BREAK else token.rstrip()


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Places at which two long texts can be cut: where RUN words begin that each has once, in the same order in both.

    It is what patience diff does with lines: the longest rising sequence of their places, found in O(n log n).
    """
    if max(len(old), len(new)) <= MOST:
        return []
    there = _once(new)
    pairs = [(place, there[run]) for run, place in _once(old).items() if run in there]
    ends: list[int] = []  # ends[n]: where, in the new text, the best sequence of n + 1 pairs found so far ends
    last: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [number]
    found: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _once(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    """The runs of RUN words that a text has once, in order, each with its place."""
    runs = list(zip(*(words[offset:] for offset in range(RUN)), strict=False))
    times = Counter(runs)
    return {run: place for place, run in enumerate(runs) if times[run] == 1}


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """What difflib finds, between what both begin and end with: the rest is less, and found faster."""
    low = 0
    while low < min(len(old), len(new)) and old[low] == new[low]:
        low += 1
    back = 0
    while back < min(len(old), len(new)) - low and old[-1 - back] == new[-1 - back]:
        back += 1
    if low:
        yield "equal", 0, low, 0, low
    one, other = old[low : len(old) - back], new[low : len(new) - back]
    if one or other:
        for tag, *at in SequenceMatcher(None, one, other).get_opcodes():
            first, second, third, fourth = (low + place for place in at)
            yield tag, first, second, third, fourth
    if back:
        yield "equal", len(old) - back, len(old), len(new) - back, len(new)


def _tidied(pieces: list[Piece]) -> list[Piece]:
    """Without words that stayed by chance: few, among many that changed (as diff-match-patch does it)."""
    kept: list[Piece] = []
    for place, piece in enumerate(pieces):
        if piece.kind == "same" and _BREAK not in piece.text and 0 < place < len(pieces) - 1:
            length = count(piece.text)
            if 2 * length <= min(_most(pieces, place, -1), _most(pieces, place, 1), 8):
                kept += (Piece("removed", piece.text), Piece("added", piece.text))
                continue
        kept.append(piece)
    return list(_joined(kept))


def _most(pieces: list[Piece], place: int, step: int) -> int:
    """The words removed or added, whichever are more, next to a piece."""
    most = 0
    place += step
    while 0 <= place < len(pieces) and pieces[place].kind != "same":
        most = max(most, count(pieces[place].text))
        place += step
    return most


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Pieces with those of one kind put together: between two that stayed, one that was removed, then one added."""
    waiting: dict[Kind, str] = {"removed": "", "added": ""}
    for piece in (*pieces, Piece("same", "")):
        if piece.kind != "same":
            waiting[piece.kind] += piece.text
            continue
        for kind, text in waiting.items():
            if text:
                yield Piece(kind, text)
                waiting[kind] = ""
        if piece.text:
            yield piece


def _paragraphs(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, ...]]:
    """Pieces cut into paragraphs where a break stayed or was added; one that was removed is shown as a mark."""
    current: list[Piece] = []
    for piece in pieces:
        parts = piece.text.split(_BREAK)
        if piece.kind == "removed":
            text = " ¶ ".join(parts)
            current += [Piece("removed", text)] if text.strip() else []
            continue
        for place, part in enumerate(parts):
            if place and current:
                yield tuple(current)
                current = []
            if part:
                current.append(Piece(piece.kind, part))
    if current:
        yield tuple(current)


def _folded(stretches: list[Stretch]) -> Iterator[Stretch]:
    for place, stretch in enumerate(stretches):
        if stretch.kind != "same":
            yield stretch
            continue
        before = CONTEXT if place else 0
        after = CONTEXT if place + 1 < len(stretches) else 0
        hidden = len(stretch.paragraphs) - before - after
        if hidden <= FOLDED:
            yield stretch
            continue
        inner = len(stretch.paragraphs) - after
        if before:
            yield Stretch("same", stretch.paragraphs[:before])
        yield Stretch("same", stretch.paragraphs[before:inner], folded=True)
        if after:
            yield Stretch("same", stretch.paragraphs[inner:])
