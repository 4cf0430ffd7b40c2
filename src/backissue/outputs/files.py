"""Files that are copied: what articles show of the content folder, under `media/`, and the theme's assets; and the
smaller pictures made of those, under `sizes/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from ..archive import Archive
from ..config import Site
from ..darkroom import recipe
from ..entries import digest
from ..paths import site_file
from ..pictures import sized_file
from ..plan import Edition, Page, Sheaf, encode
from ..views import CopyView, SizedView

COPY = "copy"

_WORKER = "assets/search-worker.js"
_UNUSED = {"pagefind": set[str](), "titles": {_WORKER}, "off": {_WORKER, "assets/search.js", "assets/search.css"}}
"""What a way of searching does not need."""
SIZED = "sized"


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for the files of each volume, each file once, and one for the assets."""
    seen: set[str] = set()
    made_with = recipe(edition.site.images)
    for volume in edition.archive.volumes:
        files = [file for file in volume.files if file in edition.files and file not in seen]
        seen.update(files)
        if files:
            pages = [_media(file, edition.files[file]) for file in files]
            pages += (
                _sized(file, width, edition.files[file], made_with)
                for file in files
                for width in volume.sized.get(file, ())
            )
            yield _sheaf(f"media:{volume.name}", pages)
    unused = _UNUSED[edition.site.search]
    assets = [_asset(name, key) for name, key in sorted(edition.assets.items()) if name not in unused]
    yield _sheaf("assets", assets)


def by_setting(archive: Archive, _site: Site) -> Iterator[tuple[str, str]]:
    """The smaller pictures of each width."""
    widths = {width for volume in archive.volumes for some in volume.sized.values() for width in some}
    for width in sorted(widths):
        yield sized_file("*", width), f"images.sizes: {width}"


def _media(file: str, content: bytes) -> Page:
    encoded = encode(CopyView(file, theme=False))
    return Page(unquote(site_file(file)), COPY, digest(encoded, content), lambda: encoded)


def _sized(file: str, width: int, content: bytes, made_with: bytes) -> Page:
    encoded = encode(SizedView(file, width))
    return Page(sized_file(file, width), SIZED, digest(encoded, content, made_with), lambda: encoded)


def _asset(name: str, content: bytes) -> Page:
    encoded = encode(CopyView(name, theme=True))
    return Page(name, COPY, digest(encoded, content), lambda: encoded)


def _sheaf(name: str, pages: list[Page]) -> Sheaf:
    return Sheaf(name, digest(*(page.path.encode() + page.key for page in pages)), lambda: iter(pages))
