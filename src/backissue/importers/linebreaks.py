"""Lines of plain text → paragraphs: line breaks that only the width of a column made are undone, and their hyphens.

Where lines are wrapped, a paragraph ends at an empty line, before an indented line, after a short line that ends a
sentence, and around headings in capitals. Where they aren't, each line is a paragraph.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

MARKED_HYPHENS = "¬⸗\u00ad"
"""What OCR and typesetting write for a hyphen that only a line's end made."""

_HYPHENS = ("-", "‐", *MARKED_HYPHENS)
_SEPARATORS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_BROKEN = re.compile(rf"([^\W\d_]+)([-{MARKED_HYPHENS}‐]|--)$")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_LOWER_CASE = re.compile("[a-z]{3}")
_ENDS_SENTENCE = re.compile(r"[.!?…:。！？؟।]['\"’”“»«)\]]*$")
_SUSPENDED = frozenset("und oder bis sowie bzw als and or to et ou en of y o e".split())
_KEEPS_HYPHEN_BEFORE = frozenset(
    "il ils elle elles on je tu nous vous ce ci là le la les lui leur moi toi même mêmes être".split()
)
"""French words that a hyphen ties to the word before (`vient-il`, `celui-ci`, `peut-être`)."""

_KEEPS_HYPHEN_AFTER = frozenset(
    "self ex vice non anti quasi pseudo semi well so-called vingt trente quarante cinquante soixante quatre dix "
    "twenty thirty forty fifty sixty seventy eighty ninety one-half saint sainte peut est grand demi mi avant".split()
)


def lines_of(text: str) -> list[str]:
    """A text's lines, whatever ends them, without spaces at their ends."""
    return [line.rstrip() for line in _SEPARATORS.sub("\n", text).split("\n")]


def is_wrapped(lines: Sequence[str]) -> bool:
    """Whether lines are broken by the width of a column, not by the author: many break off within a sentence."""
    breaks = within = 0
    for line, following in pairwise(lines):
        if not line.strip() or not following.strip():
            continue
        breaks += 1
        within += _runs_on(line, following.lstrip())
    return breaks > 0 and within * 4 >= breaks and _width(lines) <= 200


def paragraphs(lines: Sequence[str]) -> list[str]:
    """The paragraphs of a text, each as one line with single spaces. No word is lost or added."""
    if not is_wrapped(lines):
        return [text for line in lines if (text := " ".join(line.split()))]
    known = Words(lines)
    return [known.joined(group) for group in _groups(lines)]


class Words:
    """The words of a text as they stand within its lines: evidence for what a hyphen at a line's end means."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._counts: Counter[str] = Counter()
        if not any(line.endswith(_HYPHENS) for line in lines):
            return
        for line in lines:
            words = _WORD.findall(line.rstrip(MARKED_HYPHENS + "-‐"))
            self._counts.update(word.lower().replace("‐", "-") for word in words)

    def joined(self, lines: Sequence[str]) -> str:
        """Lines as one, hyphens at their ends undone where the word is one."""
        if not any(line.rstrip().endswith(_HYPHENS) or _spaceless(line.rstrip()[-1:]) for line in lines):
            return " ".join(" ".join(lines).split())
        pieces = [" ".join(line.split()) for line in lines]
        for place, following in enumerate(pieces[1:]):
            before = pieces[place]
            broken = _BROKEN.search(before) if before.endswith(_HYPHENS) else None
            if broken is None or not following[:1].isalpha():
                pieces[place] += _gap(before, following)
            else:
                pieces[place] = before[: broken.end(1)] + self._mark(broken[1], broken[2], following)
        return "".join(pieces)

    def _mark(self, head: str, hyphen: str, following: str) -> str:
        """What stands between the two halves: nothing, the hyphen, or the hyphen and a space."""
        match = _FIRST_WORD.match(following)
        tail = match[0] if match else ""
        one, two = (head + tail).lower(), f"{head}-{tail}".lower()
        if hyphen == "--":
            return hyphen
        if self._counts[one] != self._counts[two]:
            return "" if self._counts[one] > self._counts[two] else "-"
        capitals = head.isupper() and len(head) > 1
        if tail[0].isupper() and not capitals:
            return "-"
        if tail.lower() in _SUSPENDED and hyphen not in MARKED_HYPHENS:
            return "- "
        if hyphen not in MARKED_HYPHENS and (
            tail.lower() in _KEEPS_HYPHEN_BEFORE or head.lower() in _KEEPS_HYPHEN_AFTER
        ):
            return "-"
        return ""


def _gap(before: str, following: str) -> str:
    """A space, but none after a hyphen between figures, nor between letters of scripts that have no spaces."""
    if not before or not following:
        return ""
    if before.endswith(("-", "‐")) and before[-2:-1].isdigit() and following[0].isdigit():
        return ""
    return "" if _spaceless(before[-1]) and _spaceless(following[0]) else " "


def _spaceless(char: str) -> bool:
    return "\u3000" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\uff00" <= char <= "\uff60"


def _groups(lines: Sequence[str]) -> list[list[str]]:
    """The lines of each paragraph of a wrapped text."""
    width = _width(lines)
    margin = _margin(lines)
    groups: list[list[str]] = []
    before = ""
    for line in lines:
        if not line.strip():
            before = ""
            continue
        if not before or not groups or _starts_paragraph(before, line, width, margin):
            groups.append([])
        groups[-1].append(line)
        before = line
    return groups


def _starts_paragraph(before: str, line: str, width: int, margin: int) -> bool:
    if before.rstrip().endswith(_HYPHENS):
        return False
    indent = _indent(line)
    if indent >= margin + 2 and _indent(before) < indent:
        return True
    if indent >= margin + 2 and _ends_sentence(before):
        return True
    text, last = line.strip(), before.strip()
    if _in_capitals(text):
        if len(text) < width and not _in_capitals(last):
            return True
    elif len(last) < width and _in_capitals(last):
        return True
    return len(last) < 0.8 * width and _ends_sentence(last) and not text[0].islower()


def _ends_sentence(line: str) -> bool:
    return _ENDS_SENTENCE.search(line[-4:]) is not None


def _runs_on(line: str, following: str) -> bool:
    if line.endswith(_HYPHENS):
        return True
    if _ends_sentence(line):
        return False
    return following[0].islower() or _spaceless(following[0])


def _width(lines: Sequence[str]) -> int:
    """The usual length of a full line, in characters."""
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    return lengths[len(lengths) * 3 // 5] if lengths else 0


def _margin(lines: Sequence[str]) -> int:
    """The indentation that most lines have."""
    counts = Counter(_indent(line) for line in lines if line.strip())
    return counts.most_common(1)[0][0] if counts else 0


def _indent(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


def _in_capitals(text: str) -> bool:
    if _LOWER_CASE.search(text):
        return False
    upper, lower = sum(map(str.isupper, text)), sum(map(str.islower, text))
    return upper >= 4 and upper > 3 * lower
