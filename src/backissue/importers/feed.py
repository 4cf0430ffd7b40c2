"""RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0 (Blogger's export too), CDF and JSON Feed → articles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .feeds import assembly
from .outcomes import HEAD_BYTES, Input, Outcome, Settings
from .prologue import demand_harmless, root_of, text_of_head

FORMAT = "feed"
TITLE = "RSS, Atom and JSON Feed"
VERSION = 1
ALONE = True

_WORDPRESS = re.compile(r"wordpress\.org/export/", re.IGNORECASE)
_JSON_FEED = re.compile(
    r"\s*\{[^<]{0,4000}?\"version\"\s*:\s*\"https?:(?:\\?/){2}(?:www\.)?jsonfeed\.org(?:\\?/)version", re.DOTALL
)
_ROOTS = {"rss": 90, "feed": 90, "rdf": 60, "channel": 40}


def recognises(head: bytes) -> int:
    """How surely these are the first bytes of a feed; WordPress' export, which is RSS too, is another reader's."""
    text = text_of_head(head)
    if _JSON_FEED.match(text.lstrip("\ufeffï»¿")):
        return 95
    root = root_of(head)
    certainty = _ROOTS.get(root.name, 0)
    if root.name == "feed" and "w3.org/2005/Atom" not in root.attributes and "purl.org/atom" not in root.attributes:
        certainty = 50
    if root.name == "rdf" and "purl.org/rss" not in text and "netscape.com/rdf/simple" not in text:
        certainty = 0
    return 20 if certainty and _WORDPRESS.search(text) else certainty


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """One outcome for every entry. Raises Unreadable for what is no feed or defines entities that do harm."""
    with source.open() as stream:
        data = stream.read()
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        from .feeds import jsonfeed

        feed, entries = jsonfeed.parse(data)
    else:
        from .feeds import xmlfeed

        demand_harmless(data[:HEAD_BYTES])
        feed, entries = xmlfeed.parse(data)
    yield from assembly.outcomes_of(feed, entries, settings, source.name, FORMAT)
