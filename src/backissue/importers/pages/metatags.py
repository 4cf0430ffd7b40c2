"""Meta and link elements of a page, by name: OpenGraph, Dublin Core, Parse.ly, Sailthru, citation_* and the rest."""

from __future__ import annotations

from collections.abc import Mapping

from lxml.html import HtmlElement

from .structured import plain

_NAMES = ("property", "name", "itemprop", "http-equiv")


def meta_of(tree: HtmlElement) -> Mapping[str, tuple[str, ...]]:
    """The contents of meta elements by their names in lower case, each name's in the order of the page.

    Meta elements inside a thing that microdata describes (`itemscope`) are of that thing, not of the page.
    """
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = " ".join(plain(element.get("content") or "").split())
        if not content:
            continue
        parent = element.getparent()
        in_head = parent is not None and parent.tag in ("head", "html", "body")
        for attribute in _NAMES:
            name = (element.get(attribute) or "").strip().lower()
            if name and (in_head or attribute != "itemprop"):
                values = found.setdefault(name, [])
                if content not in values:
                    values.append(content)
    return {name: tuple(values) for name, values in found.items()}


def first(meta: Mapping[str, tuple[str, ...]], *names: str) -> str:
    """The first content that one of the names has, in the order of the names, or nothing."""
    for name in names:
        for content in meta.get(name, ()):
            return content
    return ""


def links_of(tree: HtmlElement) -> Mapping[str, str]:
    """The addresses of link elements by their relation, the first of each."""
    found: dict[str, str] = {}
    for element in tree.iter("link"):
        href = (element.get("href") or "").strip()
        for relation in (element.get("rel") or "").lower().split():
            if href:
                found.setdefault(relation, href)
    return found
