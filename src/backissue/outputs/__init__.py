"""What a site is made of: one module an output, each with `sheaves(edition)`, the pages that it adds. Where settings
decide about its addresses it has `by_setting(archive, site)` too: the kinds that there are, and the settings they take.

The modules of this package are found by themselves: to add an output, add a module (and its template).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType

from ..archive import Archive
from ..config import Site
from ..languagetags import direction
from ..plan import Edition, Sheaf
from ..views import SiteView
from .corrections import CORRECTIONS
from .feeds import feed_paths


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """Every sheaf of the site, output by output, in the order of the modules' names."""
    for output in _modules():
        if hasattr(output, "sheaves"):
            yield from output.sheaves(edition)


def by_setting(archive: Archive, site: Site) -> dict[str, str]:
    """The kinds of addresses that there are by a setting's leave, such as `tags/*/feed.xml`, each with the settings
    that it takes, as `config.lacking` reads them.

    No kind is made of what nobody leads to by name: the theme's assets, what searches load, the parts of sitemaps.
    """
    found: dict[str, str] = {}
    for output in _modules():
        if hasattr(output, "by_setting"):
            found.update(output.by_setting(archive, site))
    return found


@cache
def _modules() -> tuple[ModuleType, ...]:
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    return tuple(importlib.import_module(f"{__name__}.{name}") for name in names)


def site_view(site: Site) -> SiteView:
    """What templates see of the settings, and of what the site is made of by them."""
    return SiteView(
        site.title,
        site.tagline,
        site.url.rstrip("/"),
        site.language,
        direction(site.language),
        site.timezone,
        site.rights,
        site.navigation,
        feed_paths(site, ""),
        site.canonical,
        site.license,
        site.json_twins,
        "" if site.search == "off" else "search.html",
        CORRECTIONS if site.corrections else "",
    )
