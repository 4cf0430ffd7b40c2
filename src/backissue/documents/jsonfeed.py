"""A feed in JSON Feed, version 1.1 (jsonfeed.org)."""

from __future__ import annotations

from typing import Any

import msgspec

from ..phrases import absolute, moment, plain_address
from ..views import FeedView
from . import Surroundings
from .syndication import Item, feed_path, items, title

NAME = "feed.json"
VIEW = FeedView
DEPENDS_ON = ("program", "site", "markdown")


def render(view: FeedView, surroundings: Surroundings) -> bytes:
    """The feed in UTF-8. An item has the identifier that it has in the Atom feed."""
    site, body = surroundings.site, surroundings.body
    base = site.url + "/"

    def item_of(item: Item) -> dict[str, Any]:
        card = item.card
        found: dict[str, Any] = {"id": item.id, "url": absolute(card.path, site.url), "title": card.title}
        original = plain_address(card.source_url)
        if original:
            found["external_url"] = original
        html = body(item.article, base) if item.article is not None else ""
        if html:
            found["content_html"] = html
        else:
            found["content_text"] = card.summary or card.title
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
