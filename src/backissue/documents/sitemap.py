"""A sitemap (sitemaps.org, protocol 0.9)."""

from __future__ import annotations

from ..phrases import absolute
from ..views import SitemapView
from . import Surroundings
from .xmltext import xml

NAME = "sitemap.xml"
VIEW = SitemapView
DEPENDS_ON = ("program", "site")


def render(view: SitemapView, surroundings: Surroundings) -> bytes:
    """The map in UTF-8: a line an address, which `outputs.sitemaps` reckons with."""
    url = surroundings.site.url
    lines = ['<?xml version="1.0" encoding="utf-8"?>', '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">']
    lines += [
        f"<url><loc>{xml(absolute(page, url))}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>"
        for page, changed in view.urls
    ]
    return "\n".join([*lines, "</urlset>\n"]).encode()
