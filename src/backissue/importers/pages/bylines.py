"""The people who wrote an article, out of what a page states as its author or byline."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .blocks import key_of

_LEAD = re.compile(
    r"^(?:(?:written|words|text|story|reporting|posted|published|reported|analysis|opinion|interview|a report)\s+by|by|"
    r"von|vom|par|propos recueillis par|por|di|da|de|door|av|af|skrivet av|tekst|text|autor(?:in|en|ka|zy)?|author|"
    r"authors|redaktion|journalist|reporter|opracowanie|oprac|автор|texto|texte|testo|yazan|haber|foto und text)\s*[:：]?\s+",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^[\w ]{2,20}[:：]\s*(?=\S)")
_ROLE = re.compile(
    r"\b(?:senior|chief|political|science|health|sports?|business|foreign|national|deputy|associate|contributing|staff|"
    r"managing|executive|special|our|digital|news|editor-in-chief|crime|local|world|economics|environment|technology)\b"
    r"[\w\s&-]*\b(?:reporter|editor|correspondent|writer|columnist|journalist|contributor|producer)s?\b|"
    r"\b(?:reporter|editor|correspondent|staff writer|columnist|contributor|redakteur(?:in)?|korrespondent(?:in)?)s?$",
    re.IGNORECASE,
)
_JUNK = frozenset(
    key_of(text)
    for text in (
        "admin administrator author authors staff webmaster editor editors redaktion newsroom user guest anonymous unknown "
        "none null undefined nan news team online web contributor default editorial byline reporter deskthe press.office "
        "root redacción redaction rédaction redazione redactie editorial.staff staff.writer staff.reporter web.desk "
        "news.desk online.desk view.profile follow see.all read.more more facebook twitter instagram linkedin email share"
    ).split()
)
_SPLIT = re.compile(
    r"\s*(?:[;|/•·]|\n|\s+(?:and|und|et|y|og|och|en|i|ve|oraz|a|e|ja|és|&|sowie|with|mit|avec)\s+|&)\s*|\s*,\s*|、|，",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://|www\.|^[@/]|\S+@\S+\.\w|\.(?:com|html?|php|net)\b", re.IGNORECASE)
_NOTE = re.compile(r"\s*[(\[（][^)\]）]{0,60}[)\]）]")
_ENDING = re.compile(r"\s*(?:기자|記者|记者|특파원)$")
_COMMA_LAST_FIRST = re.compile(r"^([^\W\d_][\w'’-]+),\s+([^\W\d_][\w'’.-]+(?:\s[\w.]+)?)$")
MAX_NAME = 70
MAX_AUTHORS = 30


def names_in(text: str, site_names: frozenset[str] = frozenset(), whole: bool = False) -> list[str]:
    """The names that a byline holds, without what is no name: labels, roles, addresses, numbers, the site itself.

    `site_names` are keys (see `blocks.key_of`). `whole` says that the text is one author's name, as a record has it:
    it is split where commas or conjunctions stand between names of two words or more.
    """
    text = " ".join(text.split())
    if not text or len(text) > 600 or _ADDRESS.search(text[:12]):
        return []
    text = _LEAD.sub("", _LEAD.sub("", text))
    if match := _COMMA_LAST_FIRST.match(text):
        return _clean_all([f"{match[2]} {match[1]}"], site_names)
    parts = [part for part in _SPLIT.split(text) if part and part.strip()]
    if whole and len(parts) > 1 and not all(" " in part.strip() or not part.isascii() for part in parts):
        parts = [text]
    return _clean_all(parts, site_names)


def unique(names: Iterable[str]) -> list[str]:
    """Each name once, in order; of spellings that differ in case alone the first stands."""
    found: dict[str, str] = {}
    for name in names:
        if key := key_of(name):
            found.setdefault(key, name)
    return list(found.values())[:MAX_AUTHORS]


def _clean_all(parts: Iterable[str], site_names: frozenset[str]) -> list[str]:
    return unique(name for part in parts if (name := _clean(part, site_names)))


def _clean(part: str, site_names: frozenset[str]) -> str:
    name = _NOTE.sub("", part)
    name = _ENDING.sub("", _LEAD.sub("", name.strip(" \t\"'“”«»,;:–—-|·•*"))).strip(" \t\"'“”,;:–—-|·•*")
    key = key_of(name)
    if not key or key in _JUNK or key in site_names or len(name) > MAX_NAME or len(key) < 2:
        return ""
    if key.isdigit() or sum(char.isdigit() for char in key) > 2 or _ADDRESS.search(name):
        return ""
    if len(name.split()) > 7 or name.endswith(("?", "!")):
        return ""
    if (role := _ROLE.search(name)) and role.start() == 0:
        return ""
    return name
