"""A feed in JSON Feed, version 1.1 (jsonfeed.org)."""

from __future__ import annotations

from typing import Any

import msgspec

from ..phrases import absolute, moment, plain_address
from ..views import FeedView
from . import Surroundings
from .syndication import Item, content, feed_path, headline, items, title

NAME = "feed.json"
VIEW = FeedView
DEPENDS_ON = ("program", "site", "words", "markdown")


def render(view: FeedView, surroundings: Surroundings) -> bytes:
    """The feed in UTF-8. An item has the identifier that it has in the Atom feed."""
    site, body, words = surroundings.site, surroundings.body, surroundings.words
    base = site.url + "/"

    def item_of(item: Item) -> dict[str, Any]:
        card = item.card
        name = headline(card, words)
        found: dict[str, Any] = {"id": item.id, "url": absolute(card.path, site.url), "title": name}
        original = plain_address(card.source_url)
        if original:
            found["external_url"] = original
        html = content(item, body, base, words)
        if html:
            found["content_html"] = html
        else:
            found["content_text"] = card.summary or name
        if card.summary:
            found["summary"] = card.summary
        if card.image:
            found["image"] = f"{base}{card.image}"
        found["date_published"] = moment(card.date)
        if card.changed != card.date:
            found["date_modified"] = moment(card.changed)
        if card.authors:
            found["authors"] = [{"name": author} for author in card.authors]
        if card.section:
            found["tags"] = [card.section]
        if card.lang != site.language:
            found["language"] = card.lang
        return found

    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title(view, site),
        "home_page_url": absolute(view.page, site.url),
        "feed_url": absolute(feed_path(view, NAME), site.url),
        "language": site.language,
        "authors": [{"name": site.title, "url": base}],
    }
    if site.tagline and not view.term:
        feed["description"] = site.tagline
    if view.ended:
        feed["expired"] = True
    feed["items"] = [item_of(item) for item in items(view, site)]
    return msgspec.json.encode(feed) + b"\n"
