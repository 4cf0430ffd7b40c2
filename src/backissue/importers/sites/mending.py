"""Front matter that its own site took and YAML does not → an Article all the same, with a note of what was done.

Only what has one reading is mended: a text that lacks its quotation marks, tabs for spaces, a key given twice (of which
site generators take the last), a date or language that can't be read (left out). Anything else stays a fault.
"""

from __future__ import annotations

import json
import re
from datetime import tzinfo

from ...article import Article
from ...errors import ContentError, ContentErrors
from ...loading.articlefile import parse_article

MAX_MENDS = 20

_ENTRY = re.compile(r"(?P<key>[A-Za-z_][\w -]*?)(?P<sep>[ \t]*:[ \t]+)(?P<value>\S.*?)[ \t]*$")
_TOP = re.compile(r"[\"']?[A-Za-z_][\w -]*[\"']?[ \t]*[:=]|---|\+\+\+|\.\.\.|\[")
_TEXTS = frozenset(
    ("title", "subtitle", "headline", "description", "summary", "excerpt", "caption", "author", "alt", "byline")
)
_MAY_GO = re.compile(
    r"(date|updated|modified|lastmod|last_modified_at|last_updated|publishdate|date_updated|lang|language|locale): ",
    re.IGNORECASE,
)
_TWICE = re.compile(r'the key "(.*)" stands twice \(first on line (\d+)\)')


def parse_mended(text: str, path: str, zone: tzinfo) -> tuple[Article, tuple[str, ...]]:
    """Read an article's file as `parse_article` does, mending what can be; gives the notes of what was mended.

    Raises ContentErrors where something is left that can't be.
    """
    notes: list[str] = []
    for _ in range(MAX_MENDS):
        try:
            return parse_article(text.encode("utf-8", "surrogatepass"), path, zone), tuple(notes)
        except ContentErrors as errors:
            mended = next((found for fault in errors.faults if (found := _mend(text, fault)) is not None), None)
            if mended is None:
                raise
            text, note = mended
            notes.append(note)
    return parse_article(text.encode("utf-8", "surrogatepass"), path, zone), tuple(notes)


def _mend(text: str, fault: ContentError) -> tuple[str, str] | None:
    """The text with one fault mended, and a note; None where there is no one way to mend it."""
    lines = text.split("\n")
    if fault.line is None or not 0 < fault.line <= len(lines):
        return None
    at = fault.line - 1
    if (twice := _TWICE.fullmatch(fault.message)) is not None:
        gone = _blank_entry(lines, int(twice[2]) - 1)
        return "\n".join(lines), f'the front matter has "{twice[1]}" twice; the first was left out: {gone}'
    if (may_go := _MAY_GO.match(fault.message)) is not None:
        gone = _blank_entry(lines, at)
        return "\n".join(lines), f"{may_go[1]} could not be read and was left out: {gone}"
    if fault.message.startswith("broken YAML"):
        return _mend_yaml(lines, at)
    return None


def _mend_yaml(lines: list[str], at: int) -> tuple[str, str] | None:
    for place in (at, at - 1):
        line = lines[place] if place > 0 else ""
        spaced = line.replace("\t", "  ")
        if spaced != line and not re.search(r"[\"'][^\"']*\t", line):
            lines[place] = spaced
            return "\n".join(lines), f"front matter line {place + 1}: tabs read as spaces"
        entry = _ENTRY.fullmatch(line)
        if entry is None or (place + 1 < len(lines) and lines[place + 1][:1] in (" ", "\t")):
            continue
        value = entry["value"]
        if value[0] in "[{|>&*!" and entry["key"].lower() not in _TEXTS:
            continue
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        quoted = json.dumps(value, ensure_ascii=False)
        if quoted == entry["value"]:
            continue
        lines[place] = entry["key"] + entry["sep"] + quoted
        return "\n".join(lines), f"front matter line {place + 1}: not YAML, {entry['key']} read as the text it is"
    return None


def _blank_entry(lines: list[str], at: int) -> str:
    """Empty the lines of the entry that begins at `at`, so that all others keep their numbers; gives its first."""
    gone = lines[at].strip()
    lines[at] = ""
    following = at + 1
    while following < len(lines) and not _TOP.match(lines[following]):
        lines[following] = ""
        following += 1
    return gone
