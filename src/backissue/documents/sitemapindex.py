"""The index of the sitemaps (sitemaps.org, protocol 0.9)."""

from __future__ import annotations

from ..phrases import absolute
from ..views import SitemapIndexView
from . import Surroundings
from .xmltext import xml

NAME = "sitemap-index.xml"
VIEW = SitemapIndexView
DEPENDS_ON = ("program", "site")


def render(view: SitemapIndexView, surroundings: Surroundings) -> bytes:
    """The index in UTF-8."""
    url = surroundings.site.url
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
        *(f"<sitemap><loc>{xml(absolute(file, url))}</loc></sitemap>" for file in view.files),
        "</sitemapindex>\n",
    ]
    return "\n".join(lines).encode()
