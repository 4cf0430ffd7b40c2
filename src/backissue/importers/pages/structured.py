"""JSON-LD (schema.org): the nodes of a page's script elements, and the one that is its article."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

Node = dict[str, Any]

_ARTICLES = re.compile(
    r"(?:News|Reportage|Analysis|Background|Opinion|Review|Ask|Advertiser|Satirical|Scholarly|Tech|Medical\w*|Report)*"
    r"Article|BlogPosting|LiveBlogPosting|SocialMediaPosting|DiscussionForumPosting|Report|(?:Critic|User)?Review|"
    r"Reportage|Recipe|HowTo"
)
_COMMENT = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*.{0,40}?\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$", re.DOTALL
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')
_MAX_BYTES = 2_000_000
_MAX_NODES = 5_000
_MAX_DEPTH = 40


def nodes_of(tree: HtmlElement) -> list[Node]:
    """All JSON-LD objects of a page, nested ones and those of `@graph` too, outermost first, in the page's order."""
    found: list[Node] = []
    for script in tree.iter("script"):
        kind = (script.get("type") or "").lower()
        if "ld+json" not in kind or not script.text or len(script.text) > _MAX_BYTES:
            continue
        for value in _parsed(script.text):
            _collect(value, found)
        if len(found) >= _MAX_NODES:
            break
    return found


def types_of(node: Node) -> set[str]:
    """The names of a node's types, without the vocabulary's address."""
    kinds = node.get("@type")
    return {str(kind).rsplit("/", 1)[-1].rsplit(":", 1)[-1] for kind in (kinds if isinstance(kinds, list) else [kinds])}


def is_article(node: Node) -> bool:
    """Whether a node describes an article, a post, a report or a review."""
    return any(_ARTICLES.fullmatch(kind) for kind in types_of(node))


def article_of(nodes: list[Node], url: str, heading: str) -> Node:
    """The node of the page's own article, or an empty one.

    Pages also describe the articles that they link to: the own one is known by its address or by its headline, or is
    the first that has a date or a headline.
    """
    candidates = [node for node in nodes if is_article(node)]
    if not candidates:
        return {}
    address = _bare(url)

    def merit(node: Node) -> int:
        points = 0
        points += 4 * (bool(address) and address in {_bare(text) for text in _addresses(node)})
        title = " ".join(text_of(node.get("headline") or node.get("name")).casefold().split())
        points += 4 * (bool(title) and (title in heading or heading in title) and bool(heading))
        points += 2 * bool(node.get("articleBody"))
        points += 2 * bool(node.get("datePublished")) + bool(node.get("headline")) + bool(node.get("author"))
        return points

    return max(candidates, key=merit)


def text_of(value: Any) -> str:
    """The plain text of a JSON-LD value: the first of a list, the name of a thing; entities are resolved."""
    for _ in range(5):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            value = value.get("name") or value.get("@value") or value.get("headline") or ""
        else:
            break
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        return ""
    return " ".join(plain(str(value)).split())


def plain(text: str) -> str:
    """Text with its entities resolved, also where they were escaped twice."""
    for _ in range(2):
        if "&" not in text:
            break
        text = html.unescape(text)
    return text


def each(value: Any) -> Iterator[Any]:
    """The members of a list, or the value alone, or nothing."""
    if isinstance(value, list):
        for member in value[:200]:
            yield from each(member)
    elif value is not None and value != "":
        yield value


def address_of(value: Any) -> str:
    """The URL of a JSON-LD value: a string that is one, or what a thing gives as its own."""
    for member in each(value):
        if isinstance(member, str):
            if member.startswith(("http://", "https://", "//", "/")):
                return member.strip()
        elif isinstance(member, dict):
            for key in ("url", "contentUrl", "@id"):
                if found := address_of(member.get(key)):
                    return found
    return ""


def by_id(nodes: list[Node], value: Any) -> Any:
    """A value, or the node that it refers to by `@id` alone."""
    if isinstance(value, dict) and "@id" in value and not value.get("name"):
        wanted = value["@id"]
        for node in nodes:
            if node.get("@id") == wanted and node.get("name"):
                return node
    return value


def _addresses(node: Node) -> Iterator[str]:
    for key in ("url", "mainEntityOfPage", "@id"):
        for member in each(node.get(key)):
            if isinstance(member, str):
                yield member
            elif isinstance(member, dict):
                for inner in ("@id", "url"):
                    if isinstance(member.get(inner), str):
                        yield member[inner]


def _bare(url: str) -> str:
    return re.sub(r"^https?://(?:www\.|m\.|amp\.)?|[?#].*$", "", url.strip()).rstrip("/")


def _parsed(text: str) -> Iterator[Any]:
    text = _COMMENT.sub("", text).strip().rstrip(";")
    decoder = json.JSONDecoder(strict=False)
    for attempt in (text, _BAD_ESCAPE.sub(r"\\\\", _TRAILING_COMMA.sub(r"\1", text)), html.unescape(text)):
        try:
            value, end = decoder.raw_decode(attempt)
        except (ValueError, RecursionError):
            continue
        yield value
        rest = attempt[end:].lstrip(" \t\r\n,;")
        while rest[:1] in ("{", "["):
            try:
                value, end = decoder.raw_decode(rest)
            except (ValueError, RecursionError):
                break
            yield value
            rest = rest[end:].lstrip(" \t\r\n,;")
        return


def _collect(value: Any, found: list[Node]) -> None:
    waiting = [(value, 0)]
    while waiting and len(found) < _MAX_NODES:
        item, depth = waiting.pop(0)
        if depth > _MAX_DEPTH:
            continue
        if isinstance(item, list):
            waiting.extend((member, depth + 1) for member in item[:_MAX_NODES])
        elif isinstance(item, dict):
            if "@type" in item or "@id" in item:
                found.append(item)
            waiting.extend((member, depth + 1) for member in item.values() if isinstance(member, (list, dict)))
