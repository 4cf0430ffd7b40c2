"""What feeds have in common, whatever their format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ..dates import Date
from ..entries import Card
from ..escaping import escape_text
from ..phrases import moment, tag_uri
from ..views import ArticleView, FeedView, SiteView


class Item(NamedTuple):
    """An article in a feed: its card, its `tag:` URI, and what its body is made from, if the feed has bodies."""

    card: Card
    id: str
    article: ArticleView | None


def items(view: FeedView, site: SiteView) -> Iterator[Item]:
    """The articles of a feed, no two with one identifier.

    Of articles that their publisher calls by one name the first has it to itself, and the others go by their paths.
    """
    seen: set[str] = set()
    articles = view.articles or (None,) * len(view.cards)
    for card, article in zip(view.cards, articles, strict=True):
        name = card.path if card.id in seen else card.id
        seen.add(name)
        yield Item(card, tag_uri(name, site.url), article)


def headline(card: Card, words: Mapping[str, Any]) -> str:
    """An article's headline as a feed gives it: that it was retracted stands before it, where all readers show it."""
    return f"{words[card.status]}: {card.title}" if card.status == "retracted" else card.title


def content(item: Item, body: Callable[[ArticleView, str], str], base: str, words: Mapping[str, Any]) -> str:
    """The HTML of an article's body, with whole addresses; what was retracted stands below its notice. Nothing where
    the feed has no bodies, or the article has none.
    """
    article = item.article
    if article is None:
        return ""
    html = body(article, base)
    if item.card.status != "retracted":
        return html
    notice = article.details.notice
    said = f"{words['retracted_note']} {notice.text if notice else ''}".rstrip()
    return f"<p><strong>{escape_text(words['retracted'])}.</strong> {escape_text(said)}</p>\n{html}"


def updated(view: FeedView) -> str:
    """When anything in a feed was last changed, as RFC 3339 says it; the beginning of the epoch for an empty feed."""
    dates = [card.changed for card in view.cards]
    return moment(max(dates, key=lambda date: Date(date).sort_key)) if dates else "1970-01-01T00:00:00Z"


def feed_path(view: FeedView, name: str) -> str:
    """Where a feed lies: beside its list's own page, wherever else its bytes may be found."""
    return view.page.removesuffix("index.html") + name


def title(view: FeedView, site: SiteView) -> str:
    """What a feed is called."""
    return f"{view.term.name} · {site.title}" if view.term else site.title
