"""Whether a page is an article: front pages, lists, error pages and empty pages are none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from .blocks import Block
from .structured import Node, types_of

MIN_TEXT = 140
"""A text shorter than this, in characters, is an article only where the page says that it is one."""
MIN_STATED_TEXT = 50

_ERROR = re.compile(
    r"^\W*(?:(?:error\W*)?(?:400|401|403|404|410|429|500|502|503|504)\b|error\b|forbidden\b|access denied|page not "
    r"found|"
    r"not found|page introuvable|seite nicht gefunden|página no encontrada|página não encontrada|pagina non trovata|"
    r"pagina niet gevonden|strona nie (?:została )?znaleziona|just a moment|attention required|are you a (?:robot|"
    r"human)|"
    r"service unavailable|bad gateway|gateway time-?out|too many requests|moved permanently|object moved|redirecting|"
    r"site (?:under )?maintenance|under construction|captcha|verify you are human|pardon our interruption)"
    r"|(?:404|not found|page introuvable)\W*$",
    re.IGNORECASE,
)
_LISTS = frozenset(("CollectionPage", "ItemList", "SearchResultsPage", "ProfilePage", "ContactPage", "AboutPage"))
_FRONTS = re.compile(r"^/?(?:index\.\w{2,5}|home|default\.aspx?|[a-z]{2}(?:-[a-z]{2})?)?/?$", re.IGNORECASE)


def states_article(record: Node, meta: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether the page's metadata say that it is an article."""
    return (
        bool(record)
        or any(kind.lower().endswith("article") for kind in meta.get("og:type", ()))
        or "article:published_time" in meta
    )


def no_article_because(title: str, url: str, nodes: list[Node], stated: bool, kept: list[Block], markdown: str) -> str:
    """In one line why the page is no article, or nothing where it is one.

    `stated` says that its metadata call it an article; `kept` are the blocks of its body, `markdown` that body.
    """
    size = sum(len(block.text) for block in kept) or len(markdown)
    if _ERROR.search(title) and size < 1500:
        return f'an error page ("{title[:60]}")'
    if size < (MIN_STATED_TEXT if stated else MIN_TEXT) and not _dense(markdown, stated):
        return f"too little text for an article ({size} characters)"
    if stated:
        return ""
    parts = urlsplit(url)
    if url and _FRONTS.match(parts.path) and not parts.query:
        return "a site's front page, no article"
    linked = sum(block.linked for block in kept)
    if kept and linked > 0.6 * size:
        return "a list of links, no article"
    kinds = set().union(*(types_of(node) for node in nodes)) if nodes else set()
    prose = sum(len(block.text) for block in kept if len(block.text) > 200 and block.linked < 0.3 * len(block.text))
    if kinds & _LISTS and prose < 1500:
        return f"a {min(kinds & _LISTS)}, no article"
    return ""


def _dense(markdown: str, stated: bool) -> bool:
    """Whether a short text is long enough in a script that says much with few characters."""
    wide = sum("\u2e80" <= char <= "\uffdc" for char in markdown)
    return wide > (15 if stated else 80)
