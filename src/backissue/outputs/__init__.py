"""What a site is made of: one module an output, each with `sheaves(edition)`, the pages that it adds.

The modules of this package are found by themselves: to add an output, add a module (and its template).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from ..config import Site
from ..languagetags import direction
from ..plan import Edition, Sheaf
from ..views import SiteView
from .corrections import CORRECTIONS
from .feeds import feed_paths


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """Every sheaf of the site, output by output, in the order of the modules' names."""
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        output = importlib.import_module(f"{__name__}.{module}")
        if hasattr(output, "sheaves"):
            yield from output.sheaves(edition)


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
