"""What a site is made of: one module an output, each with `sheaves(edition)`, the pages that it adds.

The modules of this package are found by themselves: to add an output, add a module (and its template).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from ..plan import Edition, Sheaf


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """Every sheaf of the site, output by output, in the order of the modules' names."""
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        output = importlib.import_module(f"{__name__}.{module}")
        if hasattr(output, "sheaves"):
            yield from output.sheaves(edition)
