"""A TimeMap in the link format (RFC 7089, section 5; RFC 6690): all versions of an article with their moments."""

from __future__ import annotations

from datetime import UTC, datetime

from ..entries import moment_of
from ..phrases import absolute, moment, web_address
from ..views import HistoryView, Version
from . import Surroundings

NAME = "timemap"
VIEW = HistoryView
DEPENDS_ON = ("program", "site")


def render(view: HistoryView, surroundings: Surroundings) -> bytes:
    """The TimeMap in UTF-8. The original resource is what the newest version was captured from, where that is known;
    else the article's page in the archive. A version whose date is unknown is no memento.
    """
    site = surroundings.site
    page = absolute(view.lead, site.url)
    original = (view.versions and web_address(view.versions[-1].card.source_url)) or page
    links = [
        f'<{_quoted(original)}>; rel="original"',
        f'<{absolute(surroundings.path, site.url)}>; rel="self"; type="application/link-format"',
    ]
    mementos = [(version, instant) for version in view.versions if (instant := memento_datetime(version))]
    for place, (version, instant) in enumerate(mementos):
        ends = "first " * (not place) + "last " * (place == len(mementos) - 1)
        links.append(f'<{absolute(version.card.path, site.url)}>; rel="{ends}memento"; datetime="{instant}"')
    return (",\n".join(links) + "\n").encode()


def memento_datetime(version: Version) -> str:
    """When a version was as it is, as RFC 7089 writes it (RFC 1123, in GMT); empty where that is not known.

    Of a date without a time, a day or a month it is the first instant that it may mean, in UTC.
    """
    from email.utils import format_datetime  # it brings along what speaks to networks, which few builds need

    known = moment_of(version.card, version.details)
    if not known:
        return ""
    try:
        return format_datetime(datetime.fromisoformat(moment(known)).astimezone(UTC), usegmt=True)
    except (ValueError, OverflowError):
        return ""


def _quoted(url: str) -> str:
    """An address without what would end it here."""
    return url.replace(">", "%3E").replace("<", "%3C").replace(" ", "%20").replace("\n", "")
