"""How large a site will be, before anything of it is written: files and folders exactly, bytes by a sample.

What stays is as large as it was, and copies as what they are copied from. Of the pages to be made a sample of each
template is rendered, and the rest taken to be like it.
"""

from __future__ import annotations

import posixpath
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from .batches import making
from .catalog import Catalog
from .config import Site
from .errors import BuildStopped
from .fixity import unpacked
from .hosts import HOSTS, Extent, exceeded
from .plan import Page, Sheaf
from .publishing import Ledger
from .views import CopyView

SAMPLE = 100
"""At least so many pages of a template are rendered, where there are so many; at most twice as many."""


class _Sample:
    """Some pages of one template, evenly spread over all of them, however many there are."""

    def __init__(self) -> None:
        self.count = 0
        self.pages: list[Page] = []
        self._stride = 1

    def take(self, page: Page) -> None:
        if self.count % self._stride == 0:
            self.pages.append(page)
            if len(self.pages) > 2 * SAMPLE:
                self.pages = self.pages[::2]
                self._stride *= 2
        self.count += 1


class _Tally:
    """Files as they are counted."""

    def __init__(self) -> None:
        self.in_folders: Counter[str] = Counter()
        self.size = 0
        self.largest, self.largest_size = "", 0

    def weigh(self, path: str, size: int) -> None:
        """Note the bytes of a file."""
        self.size += size
        if size > self.largest_size:
            self.largest, self.largest_size = path, size


def limits(
    site: Site,
    sheaves: Iterable[Sheaf],
    ledger: Ledger,
    catalog: Catalog,
    copied: Callable[[CopyView], int],
    context_path: Callable[[], str],
    scratch: Path,
) -> tuple[str, ...]:
    """What the site will have more of than its host takes.

    `copied` tells the bytes of a file that is copied, `context_path` where the workers' context lies; the folder
    `scratch` is made, and removed. Raises BuildStopped where the settings ask for that.
    """
    host = HOSTS.get(site.host)
    if host is None:
        return ()

    def render(leaves: list[making.Leaf]) -> list[int]:
        made = making.render((context_path(), making.Destination(str(scratch), ""), making.Leaves.of(leaves)))
        return [unpacked(known_by).size for known_by in made.prints]

    try:
        extent = foresee(sheaves, ledger, catalog, copied, render)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    lines = tuple(exceeded(host, extent))
    if lines and site.host_limits == "stop":
        raise BuildStopped("; ".join(lines))
    return lines


def foresee(
    sheaves: Iterable[Sheaf],
    ledger: Ledger,
    catalog: Catalog,
    copied: Callable[[CopyView], int],
    render: Callable[[list[making.Leaf]], list[int]],
) -> Extent:
    """What a site will have once what is stale of it is published.

    `copied` tells the bytes of a file that is copied; `render` makes pages, and tells their sizes.
    """
    tally = _Tally()
    samples: dict[str, _Sample] = {}
    stale = {sheaf.name for sheaf in ledger.stale}

    for sheaf in sheaves:
        if sheaf.name not in stale:
            for path, packed in catalog.sheaf_prints(sheaf.name).items():
                tally.in_folders[posixpath.dirname(path)] += 1
                tally.weigh(path, unpacked(packed).size)
            continue
        before = ledger.before.get(sheaf.name, {})
        prints = catalog.sheaf_prints(sheaf.name) if before else {}
        for page in sheaf.pages():
            tally.in_folders[posixpath.dirname(page.path)] += 1
            if before.get(page.path) == page.key:
                tally.weigh(page.path, unpacked(prints.get(page.path, b"")).size)
            elif page.template == "copy":
                tally.weigh(page.path, copied(msgspec.msgpack.decode(page.view(), type=CopyView)))
            else:
                samples.setdefault(page.template, _Sample()).take(page)
    for _template, sample in sorted(samples.items()):
        sizes = render([making.Leaf(page.template, page.path, page.view()) for page in sample.pages])
        for page, size in zip(sample.pages, sizes, strict=True):
            tally.weigh(page.path, size)
        tally.size += round(sum(sizes) / len(sizes) * (sample.count - len(sizes)))
    fullest, in_fullest = max(tally.in_folders.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    return Extent(
        files=tally.in_folders.total(),
        folders=_folders(tally.in_folders),
        fullest=fullest,
        in_fullest=in_fullest,
        size=tally.size,
        largest=tally.largest,
        largest_size=tally.largest_size,
    )


def _folders(in_folders: Iterable[str]) -> int:
    """How many folders there are, those that hold only folders among them; the root is none."""
    found: set[str] = set()
    for folder in in_folders:
        while folder and folder not in found:
            found.add(folder)
            folder = posixpath.dirname(folder)
    return len(found)
