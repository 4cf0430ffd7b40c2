"""A sitemap of news, as Google reads it (schemas/sitemap-news/0.9)."""

from __future__ import annotations

from ..entries import Card
from ..phrases import absolute, machine_date
from ..views import NewsSitemapView
from . import Surroundings
from .xmltext import xml

NAME = "sitemap-news.xml"
VIEW = NewsSitemapView
DEPENDS_ON = ("program", "site")


def render(view: NewsSitemapView, surroundings: Surroundings) -> bytes:
    """The map in UTF-8. An article's publication is the newspaper that it is from, or else the site itself."""
    site = surroundings.site

    def url(card: Card) -> str:
        return (
            f"<url><loc>{xml(absolute(card.path, site.url))}</loc>\n<news:news>\n"
            f"<news:publication><news:name>{xml(card.source or site.title)}</news:name>"
            f"<news:language>{_language(card.lang)}</news:language></news:publication>\n"
            f"<news:publication_date>{machine_date(card.date)}</news:publication_date>\n"
            f"<news:title>{xml(card.title)}</news:title>\n</news:news></url>"
        )

    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">',
        *map(url, view.cards),
        "</urlset>\n",
    ]
    return "\n".join(lines).encode("utf-8", "replace")


def _language(tag: str) -> str:
    """A language as the format wants it: two or three letters of ISO 639, or one of the two kinds of Chinese."""
    lowered = tag.lower()
    if lowered.split("-")[0] == "zh":
        return "zh-tw" if {"tw", "hk", "hant"} & set(lowered.split("-")) else "zh-cn"
    return lowered.split("-")[0]
