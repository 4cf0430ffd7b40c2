"""What browsers read to search the archive from their address bar (OpenSearch 1.1, draft 6)."""

from __future__ import annotations

from ..gist import shortened
from ..phrases import absolute
from ..views import OpenSearchView
from . import Surroundings
from .xmltext import xml

NAME = "opensearch.xml"
VIEW = OpenSearchView
DEPENDS_ON = ("program", "site")

_SHORT_NAME = 16
"""The longest `ShortName`."""


def render(view: OpenSearchView, surroundings: Surroundings) -> bytes:
    """The description in UTF-8: the search page is given what was typed as `q`."""
    site = surroundings.site
    template = xml(absolute(view.page, site.url)) + "?q={searchTerms}"
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
        f"<ShortName>{xml(shortened(site.title, _SHORT_NAME))}</ShortName>",
        f"<LongName>{xml(shortened(site.title, 48))}</LongName>",
        f"<Description>{xml(shortened(site.tagline or site.title, 1_024))}</Description>",
        f'<Url type="text/html" template="{template}"/>',
        f'<Image width="16" height="16" type="image/svg+xml">{xml(absolute("assets/icon.svg", site.url))}</Image>',
        f"<Language>{xml(site.language)}</Language>",
        "<InputEncoding>UTF-8</InputEncoding>",
        "</OpenSearchDescription>\n",
    ]
    return "\n".join(lines).encode("utf-8", "replace")
