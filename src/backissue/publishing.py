"""The stale pages of an edition: found, rendered, put into the output folder, and noted in the catalog.

Until everything is rendered nothing of the site is touched. Then, in this order: the catalog notes what is about to be
written, the pages are moved into their places, the catalog notes what they hold, and what is no longer part of the site
is deleted. A build that is killed anywhere is put right by the next.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from .batches.making import Leaf
from .catalog import Catalog
from .entries import Place
from .errors import BuildStopped, ContentError, ContentErrors
from .executors import SMALL, Workers
from .outputs.articles import TWIN
from .plan import Page, Sheaf
from .recognising import note_folders, recognise
from .theme import ARTICLE
from .writing import Staging, prune

MANY = 1_000
"""As many pages that were looked into are kept until they are rendered."""

GONE_SHARE = 10
"""A build that would remove more than one in so many files stops…"""

GONE_AT_LEAST = 20
"""…unless there are fewer."""

_place_decoder = msgspec.msgpack.Decoder(list[msgspec.Raw])


class Rendered(NamedTuple):
    """A page that was rendered, and why."""

    path: str
    reason: str


class Published(NamedTuple):
    """What publishing did: pages rendered, files written, files removed; each page with its reason, if asked for."""

    rendered: int
    written: int
    removed: int
    explained: tuple[Rendered, ...]


class Ledger(NamedTuple):
    """What the catalog knows of the site for a set of sheaves: which are stale, how many of their pages are (as far as
    they had to be looked into), what their pages held, what may go.
    """

    fresh: bool
    stale: list[Sheaf]
    stale_pages: int
    dropped: list[str]
    before: Mapping[str, Mapping[str, bytes]]
    gone: set[str]


def recover(catalog: Catalog, output: Path, anew: bool, workers: Callable[[int], Workers], manifests: Path) -> bool:
    """Put right what a killed build left; `anew` distrusts what the catalog knows. `workers` gives the workers for so
    many files, `manifests` is the folder of those of the last build. Whether it is known of all that lies in the output
    folder whose it is.
    """
    identity = output_identity(output)
    known = False
    if catalog.meta("staged") is not None:
        # Killed while a first build was taking the output folder's name: it has it now, or it never will.
        catalog.set_meta("output", identity)
        catalog.set_meta("staged", None)
        if not identity:
            catalog.drop_all_sheaves()
    if catalog.meta("output") == identity:
        known = bool(catalog.sheaf_keys() or catalog.expected())
    else:
        if identity:
            known = recognise(catalog, output, manifests, workers)
        else:
            catalog.drop_all_sheaves()
        catalog.set_meta("output", identity)
    if anew:
        # What earlier builds wrote is still theirs to remove; but nothing is taken for known of what is in it.
        catalog.distrust_sheaves()
    doomed = catalog.doomed()
    if doomed:
        prune(output, doomed)
        catalog.clear_doomed()
    return known


def stale_sheaves(sheaves: Iterable[Sheaf], catalog: Catalog) -> list[Sheaf]:
    """Those of the sheaves that the site does not have as they are, or of which nobody knows."""
    keys, expected = catalog.sheaf_keys(), catalog.expected()
    return [sheaf for sheaf in sheaves if keys.get(sheaf.name) != sheaf.key or sheaf.name in expected]


def compare(sheaves: list[Sheaf], stale: list[Sheaf], catalog: Catalog) -> Ledger:
    """Hold sheaves against the catalog, and look into the `stale` ones (`stale_sheaves`), whose shards are indexed."""
    keys, expected = catalog.sheaf_keys(), catalog.expected()
    names = {sheaf.name for sheaf in sheaves}
    stale = list(stale)
    dropped = [name for name in (keys.keys() | expected.keys()) if name not in names]
    before: dict[str, dict[str, bytes]] = {}
    gone: set[str] = set()
    if keys or expected:
        for name in [*(sheaf.name for sheaf in stale), *dropped]:
            before[name] = catalog.sheaf_pages(name) | dict.fromkeys(expected.get(name, ()), b"")
            gone.update(before[name])
    count = kept = 0
    if gone:
        for at, sheaf in enumerate(stale):
            old = before[sheaf.name]
            if kept + len(old) <= MANY:
                # They are looked into again when they are rendered: so few can be kept until then.
                pages = tuple(sheaf.pages())
                stale[at] = sheaf = sheaf._replace(pages=partial(iter, pages))
                kept += len(pages)
            for page in sheaf.pages():
                gone.discard(page.path)
                count += old.get(page.path) != page.key
    return Ledger(not keys and not expected, stale, count, dropped, before, gone)


def guard(ledger: Ledger, total: int) -> None:
    """Stop a build that would remove much of the site's `total` files: pictures, say, for no address that the ledger
    knows comes as far as here. The search's files come and go with its shards, and nobody links to them.
    """
    gone = [path for path in ledger.gone if not path.startswith("search/")]
    if len(gone) >= GONE_AT_LEAST and len(gone) * GONE_SHARE > total:
        some = ", ".join(sorted(gone)[:3])
        raise BuildStopped(
            f"this would remove {len(gone):,} of the site's {total:,} files ({some}, …)"
            " — if that is meant, build with --allow-gone"
        )


class Publisher:
    """Publishes what is stale of one edition."""

    def __init__(
        self, catalog: Catalog, output: Path, reason: Callable[[Page, Mapping[str, bytes]], str] | None, known: bool
    ) -> None:
        """`reason` says why a page is rendered, given what its sheaf held before; None where nobody asks. Where all
        that is ours in the output folder is `known`, no page takes the place of another file.
        """
        self._catalog = catalog
        self._output = output
        self._reason = reason
        self._known = known
        self._pages: dict[str, dict[str, bytes]] = {}
        self._rendered = 0
        self._explained: list[Rendered] = []

    def publish(
        self,
        ledger: Ledger,
        workers: Callable[[int], Workers],
        context_path: Callable[[], str],
        progress: Callable[[int], None],
        rendered: Callable[[], None],
    ) -> Published:
        """Render what is stale, put it into its place, and remove what is gone.

        `workers` gives the workers for so many pages, `context_path` where their context lies; `rendered` is called
        when nothing can go wrong any more, before anything is put into place.
        """
        catalog, written = self._catalog, 0
        made: Mapping[str, bytes] = {}
        if ledger.stale:
            # Where nothing was there before, nothing was looked into: then it is all that there is.
            count = ledger.stale_pages or len(ledger.stale)
            if count <= SMALL and not ledger.stale_pages:
                count = sum(1 for _ in islice(self._paths(ledger), SMALL + 1))
            staging = Staging(self._output, workers(count), context_path())
            staging.render(self._leaves(ledger), progress)
            whole = ledger.fresh and staging.whole
            try:
                if self._known:
                    self._spare_others(ledger, staging.replaced)
                rendered()
                if whole:
                    # The site is not there yet: what is noted of it holds from the moment that it takes its name.
                    self._note(ledger, staging.prints)
                    catalog.set_meta("staged", b"1")
                else:
                    self._expect(ledger)
                catalog.commit()
            except BaseException:
                staging.discard()
                raise
            staging.publish()
            if not whole:
                self._note(ledger, staging.prints)
            written, made = staging.written, staging.prints
        else:
            rendered()
        catalog.clear_expected()
        catalog.set_meta("staged", None)
        catalog.set_meta("output", output_identity(self._output))
        catalog.drop_sheaves(ledger.dropped)
        catalog.doom(ledger.gone)
        catalog.commit()
        if ledger.gone:
            prune(self._output, ledger.gone)
            catalog.clear_doomed()
        if ledger.gone or ledger.stale:
            note_folders(catalog, self._output, (*made, *ledger.gone))
            catalog.commit()
        return Published(self._rendered, written, len(ledger.gone), tuple(self._explained))

    def _leaves(self, ledger: Ledger) -> Iterator[Leaf]:
        # Lists at the end: of all pages they keep workers busy longest for what they ask of this process, so that at no
        # time, least of all in the end, workers wait for it.
        for sheaf in sorted(ledger.stale, key=lambda sheaf: sheaf.name.startswith("list:")):
            before = ledger.before.get(sheaf.name, {})
            pages = self._pages[sheaf.name] = {}
            for page in sheaf.pages():
                pages[page.path] = page.key
                if before.get(page.path) != page.key:
                    self._rendered += 1
                    if self._reason is not None:
                        self._explained.append(Rendered(page.path, self._reason(page, before)))
                    yield Leaf(page.template, page.path, page.view())

    def _spare_others(self, ledger: Ledger, replaced: Iterable[str]) -> None:
        """Raises ContentErrors where pages would take the places of files that no build put there."""
        ours = {path for pages in ledger.before.values() for path in pages}
        hint = "move the file elsewhere, or give the page another address"
        foreign = [
            ContentError("stands where a page of the site belongs, and is none", f"{self._output}/{path}", None, hint)
            for path in replaced
            if path not in ours and os.path.lexists(f"{self._output}/{path}")
        ]
        if foreign:
            raise ContentErrors(foreign)

    @staticmethod
    def _paths(ledger: Ledger) -> Iterator[str]:
        for sheaf in ledger.stale:
            for page in sheaf.pages():
                yield page.path

    def _expect(self, ledger: Ledger) -> None:
        for sheaf in ledger.stale:
            before = ledger.before.get(sheaf.name, {})
            now = self._pages[sheaf.name]
            changed = [path for path, key in now.items() if before.get(path) != key]
            # What it has no more, another sheaf may write.
            changed += [path for path in before if path not in now]
            if changed:
                self._catalog.expect(sheaf.name, changed)
        for name in ledger.dropped:
            self._catalog.expect(name, list(ledger.before.get(name, ())))

    def _note(self, ledger: Ledger, made: Mapping[str, bytes]) -> None:
        for sheaf in ledger.stale:
            pages = self._pages[sheaf.name]
            before = {} if ledger.fresh else self._catalog.sheaf_prints(sheaf.name)
            prints = {path: made.get(path) or before.get(path, b"") for path in pages}
            self._catalog.put_sheaf(sheaf.name, sheaf.key, pages, prints)


def output_identity(output: Path) -> bytes:
    """What tells an output folder from another one that takes its place; nothing where it is not there."""
    try:
        status = output.stat()
    except OSError:
        return b""
    return f"{output.resolve()}\0{status.st_ino}".encode("utf-8", "surrogateescape")


def reasons(changes: Mapping[str, str], changed_files: frozenset[str]) -> Callable[[Page, Mapping[str, bytes]], str]:
    """Say why pages are rendered: `changes` has the templates whose salts changed, and why."""

    def reason(page: Page, before: Mapping[str, bytes]) -> str:
        old = before.get(page.path)
        if old is None:
            return "new"
        if not old:
            return "the build before was cut off, the file was taken away, or --clean was asked for"
        if page.template in changes:
            return changes[page.template]
        if page.template == "pagefind":
            return "an article of its shard changed"
        if page.template not in (ARTICLE, TWIN):
            return "what it shows changed"
        place = msgspec.msgpack.decode(_place_decoder.decode(page.view())[0], type=Place)
        name = f"{place.file}:{place.line}" if place.line else place.file
        if place.file in changed_files:
            return f"{name} changed"
        return f"an article or list that it points to changed ({name} did not)"

    return reason
