"""The headline of a page: what it states in JSON-LD, OpenGraph, its headings and its title, without the site's name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from .blocks import key_of

_SEPARATOR = re.compile(r"\s+[|–—\-·•*«»:/~⋆›‹⁄]{1,2}\s+|\s*[|｜ㅣ]\s*|--|(?<=[^\W\d_])-(?=\S+[|｜ㅣ])")
_WORDS = re.compile(r"\w+")
_MAX_LENGTH = 400


def headings_of(tree: HtmlElement, level: str = "h1") -> list[str]:
    """The texts of a page's headings of a level."""
    found = (" ".join("".join(element.itertext()).split()) for element in tree.iter(level))
    return [text for text in found if text and len(text) <= _MAX_LENGTH]


def stated_headlines(record: str, graph: str, headings: list[str], title: str) -> list[str]:
    """The headlines of JSON-LD and of OpenGraph, the one that serves an archive better first.

    What JSON-LD calls a headline is none where it has no word of the page's title, which begins as the heading does:
    encyclopedias put a description of their subject there.

    JSON-LD's is the article's own. Where the page's heading repeats it, OpenGraph's wording is the one written to stand
    alone, without a kicker above and a picture beside, as in an archive's lists; unless it tells something else.
    """
    if headings and key_of(title).startswith(key_of(headings[0])) and not _share_a_word(record, title):
        return [graph]
    if record and graph and headings and key_of(record) == key_of(headings[0]):
        words = set(_WORDS.findall(record.casefold()))
        if len(words & set(_WORDS.findall(graph.casefold()))) >= 0.2 * len(words):
            return [graph, record]
    return [record, graph]


def _share_a_word(one: str, other: str) -> bool:
    return not set(_WORDS.findall(one.casefold())).isdisjoint(_WORDS.findall(other.casefold()))


def choose_headline(
    stated: Iterable[str],
    headings: list[str],
    title: str,
    site_names: Iterable[str],
) -> str:
    """The headline: the first that is stated, else the heading, else the title; each without what names the site.

    `stated` are the headlines of the page's metadata, the surest first. One that was cut short (`…`) gives way to
    another that goes on.
    """
    sites = {key for name in site_names if (key := key_of(name))}
    candidates = [text for text in (*stated, *headings[:1], title, *headings[1:]) if text and len(text) <= _MAX_LENGTH]
    cleaned = [_without_site(text, candidates, sites) for text in candidates]
    usable = [text for text in cleaned if key_of(text) and key_of(text) not in sites]
    if not usable:
        return next(iter(cleaned), "")
    best = usable[0]
    if best.endswith(("…", "...")):
        begun = key_of(best)
        best = next((text for text in usable if text != best and key_of(text).startswith(begun)), best)
    return best


def _without_site(text: str, candidates: list[str], sites: set[str]) -> str:
    """A headline without the parts, at its end or its beginning, that name the site, a section or the date."""
    others = {key_of(other) for other in candidates if other != text}
    cuts = list(_SEPARATOR.finditer(text))
    for cut in cuts:
        head = text[: cut.start()].strip()
        if len(head) >= 10 and key_of(head) in others:
            return head
    for cut in reversed(cuts):
        head, tail = text[: cut.start()].strip(), text[cut.end() :].strip()
        if _names_site(tail, sites) and head:
            return _without_site(head, candidates, sites)
    for cut in cuts[:1]:
        head, tail = text[: cut.start()].strip(), text[cut.end() :].strip()
        if _names_site(head, sites) and tail:
            return _without_site(tail, candidates, sites)
    return text


def _names_site(part: str, sites: set[str]) -> bool:
    key = key_of(part)
    return bool(key) and (
        key in sites or any(len(site) > 3 and (key in (f"the{site}", f"{site}online")) for site in sites)
    )
