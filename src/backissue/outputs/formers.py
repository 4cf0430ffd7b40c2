"""Lists by their former addresses: what their paths say of them, and which led to a list that there is."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..plan import Edition

_OF_LIST = re.compile(
    r"(?P<folder>(?:(?P<kind>tags|authors|sources|sections)/[^/]+|\d{4}/(?:\d\d|undated)|undated)/)"
    r"(?:index|page/(?P<number>\d+))\.html",
    re.ASCII,
)


class FormerList(NamedTuple):
    """A page of a list: the list's kind, empty for the calendar's, its folder, and the page's number, 0 for its own."""

    kind: str
    folder: str
    number: int


def former_list(path: str) -> FormerList | None:
    """What the path of a list's own page, or of a numbered one, says; nothing for any other path."""
    match = _OF_LIST.fullmatch(path)
    return FormerList(match["kind"] or "", match["folder"], int(match["number"] or 0)) if match else None


def former_lists(edition: Edition, page: str) -> list[FormerList]:
    """The former pages of lists that lead to a list's own page."""
    return list(filter(None, map(former_list, edition.former.get(page, ()))))
