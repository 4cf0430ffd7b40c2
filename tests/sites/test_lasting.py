"""Whatever is edited or set, each address of a site has something still, or the build stops and says what it loses.

The settings are found in `Site` itself, so that one that comes is tried as well.
"""

from __future__ import annotations

import fnmatch
import io
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
import pytest
from PIL import Image
from tests.scratch import ScratchSite, differences
from tests.sites.plain_theme import use_plain_theme

from backissue.catalog import Catalog
from backissue.config import Site, parse_site
from backissue.errors import ContentErrors
from backissue.publishing import output_identity

ALL_ON: dict[str, Any] = {
    "title": "Scratch",
    "url": "https://archive.example",
    "license": "https://archive.example/licence",
    "contact": "a@archive.example",
    "navigation": [{"label": "Town", "href": "sections/town/"}],
    "tag_aliases": {"ocean": "Sea"},
    "page_size": 1,
    "feeds": {"lists": ["tags", "authors", "sources", "sections"], "content": "full"},
    "citations": {"lists": ["tags", "authors", "sources", "sections", "months"], "pages": "all"},
    "redirects": {"aliases": True, "maps": ["netlify", "nginx", "apache", "caddy"]},
    "news_sitemap": True,
    "images": {"sizes": [16, 32]},
}

NOBODY_KNOWS = ("assets/*", "search/*", "sitemaps/*")
"""What only pages, and indexes that name it, lead to."""

OTHER: dict[str, list[Any]] = {
    "url": ["", "https://other.example/papers"],
    "language": ["ar"],
    "timezone": ["Asia/Tokyo"],
    "host": ["netlify"],
    "markdown.extensions": [["tables"]],
    "images.sizes": [[16], []],
    "stories.threshold": [0.9],
    "navigation": [[]],
}
"""Values that a setting of a type may not have by that alone."""

FOLDERS = ("content", "templates", "output")
"""Settings that say where things lie beside the site."""


def settings_of(record: type[msgspec.Struct], before: str = "") -> Iterator[tuple[str, Any]]:
    """Each setting, by its name with those that it stands in before it, and its type."""
    for field in msgspec.structs.fields(record):
        name = before + field.name
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from settings_of(field.type, f"{name}.")
        elif name not in FOLDERS:
            yield name, field.type


def other_values(name: str, type_: Any, value: Any) -> list[Any]:
    """What else a setting may be."""
    if name in OTHER:
        return OTHER[name]
    if type_ is bool:
        return [not value]
    if type_ in (int, float):
        return [value + 1]
    if type_ is str:
        return ["" if value else "Other"]
    if get_origin(type_) is Literal:
        return [each for each in get_args(type_) if each != value and each != "pagefind"]
    if get_origin(type_) is tuple:
        return [[each for each in value if each != one] for one in value]
    if get_origin(type_) is dict:
        return [{}]
    raise AssertionError(f"{name} is of a type that this test knows no other value of: add some to OTHER")


def changes() -> Iterator[tuple[str, Any]]:
    site = parse_site(msgspec.json.encode(ALL_ON).decode())
    for name, type_ in settings_of(Site):
        value: Any = site
        for part in name.split("."):
            value = getattr(value, part)
        for other in other_values(name, type_, value):
            yield name, other


def picture() -> bytes:
    data = io.BytesIO()
    Image.effect_noise((64, 64), 90).save(data, "PNG")
    return data.getvalue()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ScratchSite:
    """A site of a few articles with everything that there is."""
    site = ScratchSite(tmp_path_factory.mktemp("lasting"))
    use_plain_theme(site)
    site.write("site.yaml", msgspec.json.encode(ALL_ON))
    site.write("content/p.png", picture())
    known = {"authors": "[Ann Lee]", "source": "The Courier", "section": "Town"}
    site.put("a.md", "Flood", "Water rose. ![p](p.png)", date="1953-02-01", tags="[Sea, Flood]", image="p.png", **known)
    corrected = "[{text: Not Monday., date: 1954-03-01}]"
    site.put("b.md", "Walls", "Walls held.", date="1953-02-03", tags="[Sea]", corrections=corrected, **known)
    site.put(
        "c.md", "Tide", "It came.", date="1960", tags="[Tide]", aliases="[/story/7, /old.html]", authors="[Bo Kay]"
    )
    site.put("d.md", "Undated", "No date.", tags="[Lost]", source="The Echo")
    site.put("v1.md", "Flood, first", "Water.", date="1953-02-01", version_of="a.md", updated="1953-02-01")
    site.put("v2.md", "Flood, second", "Water came.", date="1953-02-01", version_of="a.md", updated="1953-02-02")
    site.put("w1.md", "Walls, first", "Walls?", date="1953-02-03", version_of="b.md", updated="1953-02-03")
    site.put("copy.md", "Flood", "Water rose.", date="1953-02-02", copy_of="a.md")
    site.write("content/lines.jsonl", '{"id": "l1", "title": "Line", "date": "1961-05-01", "tags": ["Sea"]}\n')
    site.build(allow_gone=False, explain=False)
    return site


@pytest.fixture
def site(built: ScratchSite, tmp_path: Path) -> ScratchSite:
    """A copy of it, with all that was remembered."""
    root = tmp_path / "site"
    shutil.copytree(built.root, root)
    copied = ScratchSite(root, (root / "site.yaml").read_text())
    with closing(Catalog(root / ".backissue/catalog.sqlite")) as catalog:
        catalog.set_meta("output", output_identity(copied.output))
        catalog.commit()
    return copied


def lost(before: set[str], site: ScratchSite) -> set[str]:
    """The addresses that there were, and that have nothing any more."""
    gone = before - site.tree().keys()
    return {path for path in gone if not any(fnmatch.fnmatchcase(path, kind) for kind in NOBODY_KNOWS)}


def hold(site: ScratchSite, **options: Any) -> None:
    """Build: nothing is lost, or the build stopped and named all that would be, and just that is given up then."""
    before = set(site.tree())
    try:
        site.build(allow_gone=False, explain=False, **options)
    except ContentErrors as errors:
        told = str(errors)
        assert set(site.tree()) == before
        assert "--allow-gone" in told
        site.build(explain=False, **options)
        gone = [line.split("\t")[0] for line in (site.root / "urls/gone.txt").read_text().splitlines()]
        assert all(kind in told for kind in gone)
        kinds = [kind for path in gone for kind in (path, path.removesuffix(".html") + ".*")]
        assert not {path for path in lost(before, site) if not any(fnmatch.fnmatchcase(path, kind) for kind in kinds)}
    else:
        assert not lost(before, site)
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


@pytest.mark.parametrize(("name", "value"), [pytest.param(*one, id=f"{one[0]}={one[1]}") for one in changes()])
def test_a_setting_loses_no_address_silently(site: ScratchSite, name: str, value: Any) -> None:
    settings = msgspec.json.decode(msgspec.json.encode(ALL_ON))
    *groups, key = name.split(".")
    holder = settings
    for group in groups:
        holder = holder.setdefault(group, {})
    holder[key] = value
    site.write("site.yaml", msgspec.json.encode(settings))
    hold(site)
