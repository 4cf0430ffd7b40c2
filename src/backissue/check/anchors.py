"""Links of articles to places on their own page that are not there: the page shows them as plain text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote

from ..executors import Workers
from ..markup.links import ID_PREFIX
from .findings import Finding

ARTICLES_IN_BATCH = 128
_TO_ITSELF = re.compile(r"(?:\]\(\s*<?|href\s*=\s*\\?[\"']?)#([^\s<>()\"'\\]+)")


class Lying(NamedTuple):
    """Where an article lies, and its page: its file, the bytes it takes there (a length of -1: all), its line or 0."""

    file: str
    start: int
    length: int
    line: int
    page: str


def dead_anchors(
    content: str, output: str, articles: Iterable[Lying], workers: Callable[[int], Workers], count: int
) -> Iterator[Finding]:
    """What articles of a content folder say that leads to no place on their own pages, in the site's folder.

    Paths are from the content folder; `workers` gives the workers for so many articles, `count`.
    """
    waiting = iter(articles)
    parts = iter(lambda: list(islice(waiting, ARTICLES_IN_BATCH)), [])
    for found in workers(count).run(look_within, ((content, output, part) for part in parts)):
        yield from found


def look_within(batch: tuple[str, str, list[Lying]]) -> list[Finding]:
    """The findings of some articles; those whose file or page can't be read have none."""
    content, output, articles = batch
    found: list[Finding] = []
    for article in articles:
        try:
            with open(f"{content}/{article.file}", "rb") as file:
                file.seek(article.start)
                data = file.read(article.length)
            if b"#" not in data:
                continue
            text = data.decode("utf-8", "replace").replace("\r\n", "\n")
            named = [(match.start(), match[1]) for match in _TO_ITSELF.finditer(text) if match[1] != "top"]
            if not named:
                continue
            with open(f"{output}/{article.page}", encoding="utf-8", errors="replace") as page:
                places = set(map(html.unescape, re.findall(rf'\bid="{ID_PREFIX}([^"]*)"', page.read())))
        except OSError:
            continue
        for at, name in named:
            meant = html.unescape(name)
            if meant not in places and unquote(meant) not in places:
                line = article.line or text.count("\n", 0, at) + 1
                what = f'"#{name}" leads to no place on its page; it is shown as plain text'
                found.append(Finding(article.file, line, "anchor", what, about=f"#{name}"))
    return found
