"""A feed in Atom (RFC 4287)."""

from __future__ import annotations

from ..phrases import absolute, moment, plain_address, tag_uri
from ..views import FeedView
from . import Surroundings
from .syndication import Item, content, feed_path, headline, items, title, updated
from .xmltext import xml

NAME = "feed.xml"
VIEW = FeedView
DEPENDS_ON = ("program", "site", "words", "markdown")


def render(view: FeedView, surroundings: Surroundings) -> bytes:
    """The feed in UTF-8: what section 4.1.1 asks of a feed and 4.1.2 of an entry, and identifiers that never change."""
    site, body, words = surroundings.site, surroundings.body, surroundings.words
    base = site.url + "/"

    def entry(item: Item) -> str:
        card = item.card
        url = xml(absolute(card.path, site.url))
        lines = [
            f'<entry xml:lang="{xml(card.lang)}">' if card.lang != site.language else "<entry>",
            f"<id>{xml(item.id)}</id>",
            f"<title>{xml(headline(card, words))}</title>",
            f"<updated>{moment(card.changed)}</updated>",
            f"<published>{moment(card.date)}</published>",
            f'<link rel="alternate" type="text/html" hreflang="{xml(card.lang)}" href="{url}"/>',
        ]
        original = plain_address(card.source_url)
        if original:
            lines.append(f'<link rel="via" href="{xml(original)}"/>')
        lines += [f"<author><name>{xml(author)}</name></author>" for author in card.authors]
        if card.section:
            lines.append(f'<category term="{xml(card.section)}"/>')
        if card.summary:
            lines.append(f"<summary>{xml(card.summary)}</summary>")
        if item.article is not None:
            lines.append(f'<content type="html" xml:base="{url}">{xml(content(item, body, base, words))}</content>')
        return "\n".join([*lines, "</entry>"])

    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{xml(site.language)}">',
        f"<id>{xml(tag_uri(view.page, site.url))}</id>",
        f"<title>{xml(title(view, site))}</title>",
    ]
    if site.tagline and not view.term:
        lines.append(f"<subtitle>{xml(site.tagline)}</subtitle>")
    lines += [
        f"<updated>{updated(view)}</updated>",
        f"<author><name>{xml(site.title)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href="{xml(absolute(feed_path(view, NAME), site.url))}"/>',
        f'<link rel="alternate" type="text/html" href="{xml(absolute(view.page, site.url))}"/>',
    ]
    if site.rights:
        lines.append(f"<rights>{xml(site.rights)}</rights>")
    lines += map(entry, items(view, site))
    return "\n".join([*lines, "</feed>\n"]).encode("utf-8", "replace")
