"""The people who wrote an article, out of what a page states as its author or byline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .blocks import Block, key_of
from .furniture import words_of

_LEAD = re.compile(
    r"^(?:(?:(?:written|words|text|story|reporting|posted|published|reported|analysis|opinion|interview|report|beitrag|"
    r"foto und text|ein gastbeitrag|eine analyse|ein kommentar|skrevet|skrivet|geschreven|propos recueillis)\s+)?"
    r"(?:by|von|vom|par|por|di|da|de|door|av|af|przez)\s+|"
    r"(?:tekst|text|texte?s?|testo|texto|words|autor(?:in|en|ka|zy|es)?|auteur|autore|authors?|redaktion|redaktør|"
    r"journalist|"
    r"reporter|opracowanie|oprac\.?|written by|author's name|автор|yazan|haber|muhabir|editör|reporter|skrevet av|"
    r"von|by|记者|記者|作者|文|责编|責編|责任编辑|编辑|取材・文|글)\s*[:：/／]\s*)",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:senior|chief|political|science|health|sports?|business|foreign|national|deputy|associate|contributing|staff|"
    r"managing|executive|special|our|digital|news|editor-in-chief|crime|local|world|economics|environment|technology)\b"
    r"[\w\s&-]*\b(?:reporter|editor|correspondent|writer|columnist|journalist|contributor|producer)s?\b|"
    r"\b(?:reporter|editor|correspondent|columnist|contributor|redakteur(?:in)?|korrespondent(?:in)?)s?$",
    re.IGNORECASE,
)
_JUNK = frozenset(
    key_of(text)
    for text in (
        "admin administrator author authors staff webmaster editor editors redaktion newsroom user guest anonymous "
        "unknown none null undefined nan news team online web contributor default editorial byline reporter "
        "press.office "
        "root redacción redaction rédaction redazione redactie editorial.staff staff.writer staff.reporter web.desk "
        "news.desk online.desk view.profile follow see.all read.more more facebook twitter instagram linkedin email x "
        "share agenturen agencies agentur agencia agence others andere updated published by von par por"
    ).split()
)
_AGENCIES = frozenset(
    "dpa afp apa ap sda sid kna epd upi pap čtk ria reuters bloomberg belga keystone ritzau xinhua interfax tass "
    "ansa efe lusa ntb".split()
)
_SPLIT = re.compile(
    r"\s*(?:[;|•·]|\n|\s/\s|\s+(?:and|und|et|y|og|och|en|i|ve|oraz|e|ja|és|&|sowie|with|mit|avec)\s+|&|,|、|，)\s*",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\s*(?:\d{1,2}[./]\s?\d{1,2}[./]|\d{4}[-.年/]|\d{1,2}[:h.]\d{2}|\d{1,2}\.? \w{3,10}\.? \d{4}|\w{3,9}\.? "
    r"\d{1,2}, \d{4}"
    r"|\b\d+ (?:seconds?|minutes?|mins?|hours?|days?|weeks?|months?|years?) ago|\b\d+ (?:minutes?|hours?|days?)\b|"
    r"\b(?:updated|published|posted|aktualisiert|veröffentlicht|publié|publicado|stand)\b).*$",
    re.IGNORECASE | re.DOTALL,
)
_ADDRESS = re.compile(r"https?://|www\.|^[@/]|\S+@\S+\.\w|\.(?:com|html?|php|net)\b", re.IGNORECASE)
_NOTE = re.compile(r"\s*[(\[（][^)\]）]{0,60}[)\]）]")
_ENDING = re.compile(r"\s*(?:기자|特派員|記者|记者|특파원)$")
_COMMA_LAST_FIRST = re.compile(r"^([^\W\d_][\w'’-]+),\s+([^\W\d_][\w'’.-]+(?:\s[\w.]+)?)$")
_PROFILE = re.compile(
    r"/(?:authors?|autor(?:en|es|i|zy)?|auteurs?|people|profiles?|staff|journalists?|by|reporters?|"
    r"contributors?|writers?|team|redaktion|firmas?|schrijver|columnists?|person)s?/",
    re.IGNORECASE,
)
_NAMED = frozenset(
    "author authors byline bylines autor autoren autores autore auteur auteurs journalist writer reporter contributor "
    "verfasser redakteur firma creator".split()
)
_ADDED = frozenset(
    "nachrichten news redaktion online digital team staff tv media editors editorial desk newsdesk webdesk reporters "
    "the com net org de fr es it co uk press agencies redaction redacción redazione web the by".split()
)
MAX_NAME = 70
MAX_AUTHORS = 30
MAX_BYLINE = 220


def names_in(text: str, site_names: frozenset[str] = frozenset(), whole: bool = False) -> list[str]:
    """The names that a byline holds, without what is no name: labels, roles, addresses, numbers, the site itself.

    `site_names` are keys (see `blocks.key_of`). `whole` says that the text is one author's name, as a record has it:
    it is split where commas or conjunctions stand between names of two words or more.
    """
    text = " ".join(text.split())
    if not text or len(text) > 600 or _ADDRESS.search(text[:12]):
        return []
    text = _LEAD.sub("", _LEAD.sub("", text))
    if whole and (match := _COMMA_LAST_FIRST.match(text)):
        return _clean_all([f"{match[2]} {match[1]}"], site_names)
    parts = [part.strip() for part in _SPLIT.split(text) if part and part.strip()]
    if parts and _is_site(key_of(parts[0]), site_names) and not any(" " in part for part in parts[1:]):
        return []
    if whole and len(parts) > 1 and not all(" " in part or not part.isascii() for part in parts):
        parts = [text]
    return _clean_all(_without_places(parts), site_names)


def _without_places(parts: list[str]) -> list[str]:
    """The parts of a byline without the place that it ends with (`Ann Lee and Bo Ek, Nairobi`)."""
    last = parts[-1] if parts else ""
    is_place = last.istitle() and last.isalpha() and last.lower() not in _AGENCIES
    return parts[:-1] if is_place and all(" " in part for part in parts[:-1]) else parts


def signed(blocks: Iterable[Block], site_names: frozenset[str], sure: bool = False) -> list[str]:
    """The names with which an article is signed, in the blocks around its headline, its beginning or its end.

    A byline is a short block that begins as one (`By …`), links to an author's page, or, unless we must be `sure`, is
    named as one in the page's markup.
    """
    named: list[str] = []
    for block in blocks:
        if block.picture is not None or len(block.text) > MAX_BYLINE or not block.key or block.tag == "h1":
            continue
        if names := unique(
            name
            for text in _profiles(block)
            for name in names_in(text, site_names)
            if " " in name or not name.isascii()
        ):
            return names
        text = block.text.strip("()（）[]【】 ")
        for part in re.split(r"\s[|•·]\s", text):
            if _LEAD.match(part) and (names := _plausible(names_in(_WHEN.sub("", part), site_names))):
                return names
        if not named and not sure and _is_named(block):
            named = [
                name
                for name in _plausible(names_in(_WHEN.sub("", text), site_names))
                if " " in name or "-" in name or not name.isascii() or name.lower() in _AGENCIES
            ]
    return named


def _profiles(block: Block) -> Iterator[str]:
    """The texts of a block's links to authors' pages."""
    links = [link for node, is_text in block.nodes if not is_text for link in node.iter("a")]
    if block.tag == "a":
        links.append(block.home)
    for link in links:
        if "author" in (link.get("rel") or "") or _PROFILE.search(link.get("href") or ""):
            yield " ".join("".join(link.itertext()).split())


def _is_site(key: str, site_names: frozenset[str]) -> bool:
    """Whether a key is the site's name, also with what sites add to it (`n-tv Nachrichten`)."""
    if key in site_names:
        return True
    return any(key[len(site) :] in _ADDED for site in site_names if len(site) >= 3 and key.startswith(site)) or any(
        key[: -len(site)] in _ADDED for site in site_names if len(site) >= 3 and key.endswith(site)
    )


def _plausible(names: list[str]) -> list[str]:
    """The names if they all look like names: written with capitals, or in a script that has none, and short."""
    return (
        names
        if all(
            len(name.split()) <= 5 and (name[:1] != name[:1].lower() or not name.isascii() or len(name) < 6)
            for name in names
        )
        else []
    )


def _is_named(block: Block) -> bool:
    element = block.home
    for _ in range(3):
        if (
            not _NAMED.isdisjoint(words_of(element))
            or element.get("itemprop") == "author"
            or element.get("rel") == "author"
        ):
            return True
        parent = element.getparent()
        if parent is None:
            break
        element = parent
    return False


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
    if not key or key in _JUNK or _is_site(key, site_names) or len(name) > MAX_NAME or len(key) < 2:
        return ""
    if key.isdigit() or sum(char.isdigit() for char in key) > 2 or _ADDRESS.search(name):
        return ""
    if len(name.split()) > 7 or name.endswith(("?", "!")) or ":" in name:
        return ""
    if (role := _ROLE.search(name)) and role.start() == 0:
        return ""
    return name
