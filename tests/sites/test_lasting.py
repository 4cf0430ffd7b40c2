"""Whatever is edited or set, each address of a site has something still, or the build stops and says what it loses.

The settings are found in `Site` itself, so that one that comes is tried as well.
"""

from __future__ import annotations

import fnmatch
import io
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
import pytest
from PIL import Image
from tests.scratch import ScratchSite, differences
from tests.sites.plain_theme import use_plain_theme

from backissue.catalog import Catalog
from backissue.check.site import check_site
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

NOBODY_KNOWS = ("assets/*", "search/*", "sitemap-*", "media/*")
"""What only pages, and indexes that name it, lead to, or what comes and goes with the articles that show it."""

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

LINE = '{"id": "l1", "title": "Line", "date": "1961-05-01", "tags": ["Sea"]}\n'

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
    site.write("content/lines.jsonl", LINE)
    site.build(allow_gone=False, explain=False)
    return site


@pytest.fixture
def site(built: ScratchSite, tmp_path: Path) -> ScratchSite:
    """A copy of it, with all that was remembered."""
    root = tmp_path / "site"
    # What a build changes it puts anew into its place; but SQLite writes into its file.
    shutil.copytree(built.root, root, copy_function=os.link, ignore=shutil.ignore_patterns("*.sqlite*"))
    for file in (built.root / ".backissue").glob("*.sqlite*"):
        shutil.copy(file, root / ".backissue")
    copied = ScratchSite(root, (root / "site.yaml").read_text())
    with closing(Catalog(root / ".backissue/catalog.sqlite")) as catalog:
        catalog.set_meta("output", output_identity(copied.output))
        catalog.commit()
    return copied


def addresses(site: ScratchSite) -> set[str]:
    """The addresses of a site that somebody may know."""
    paths = (path.relative_to(site.output).as_posix() for path in site.output.rglob("*") if path.is_file())
    return {path for path in paths if not is_one_of(path, NOBODY_KNOWS)}


def is_one_of(path: str, kinds: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(path, kind) for kind in kinds)


def noted(site: ScratchSite, name: str) -> dict[str, str]:
    """The lines of a file of the ledger."""
    file = site.root / f"urls/{name}.txt"
    return dict(line.split("\t") for line in file.read_text().splitlines()) if file.exists() else {}


def hold(site: ScratchSite, **options: Any) -> None:
    """Build: nothing is lost, or the build stopped and named all that would be, and just that is given up then, with
    what lies beside it.
    """
    before, aliases = addresses(site), noted(site, "aliases")
    try:
        site.build(allow_gone=False, explain=False, **options)
    except ContentErrors as errors:
        told = str(errors)
        assert addresses(site) == before
        assert "--allow-gone" in told
        site.build(explain=False, **options)
        gone = noted(site, "gone")
        assert all(kind in told for kind in gone)
        beside = [f"{path.removesuffix('.html')}.*" for path in gone]
        led = [alias for alias, page in aliases.items() if page in gone or "those of urls/aliases.txt" in gone]
        given_up = [*gone, *beside, *led, "sizes/*"]
        assert [path for path in before - addresses(site) if not is_one_of(path, given_up)] == []
    else:
        assert before - addresses(site) == set()
    # A file that is kept where no page can be is still what it was: a feed, a map.
    found = check_site(site.output, parse_site((site.root / "site.yaml").read_text()).url)
    assert [str(one) for one in found if one.rule in ("feed", "map")] == []


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


# -- what is edited


def redo(site: ScratchSite, name: str, **front: str) -> None:
    """Write lines of an article's front matter anew; an empty one takes the line away."""
    path = site.root / "content" / name
    lines = path.read_text().split("\n")
    kept = [line for line in lines if line.partition(":")[0] not in front]
    added = [f"{key}: {value}" for key, value in front.items() if value]
    site.write(f"content/{name}", "\n".join([kept[0], *added, *kept[1:]]))


EDITS: dict[str, tuple[Callable[[ScratchSite], Any], dict[str, Any]]] = {
    "nothing": (lambda site: None, {}),
    "an article deleted": (lambda site: site.remove("content/a.md"), {}),
    "its only version left deleted": (lambda site: site.remove("content/w1.md"), {}),
    "a version deleted": (lambda site: site.remove("content/v1.md"), {}),
    "a copy deleted": (lambda site: site.remove("content/copy.md"), {}),
    "a line deleted": (lambda site: site.write("content/lines.jsonl", ""), {}),
    "an undated article deleted": (lambda site: site.remove("content/d.md"), {}),
    "an article withdrawn": (lambda site: redo(site, "c.md", status="withdrawn", slug="tide"), {}),
    "an article with a history withdrawn": (
        lambda site: [redo(site, name, status="withdrawn") for name in ("b.md", "w1.md")], {},
    ),
    "a version withdrawn": (lambda site: redo(site, "v2.md", status="withdrawn"), {}),
    "the first version withdrawn": (lambda site: redo(site, "v1.md", status="withdrawn"), {}),
    "a draft again": (lambda site: redo(site, "c.md", draft="true"), {}),
    "a new headline": (lambda site: redo(site, "a.md", title="Storm"), {}),
    "a new headline, and moved": (lambda site: redo(site, "a.md", title="Storm"), {"move": ("a.md",)}),
    "a new date": (lambda site: redo(site, "a.md", date="1954-03-01"), {}),
    "a new date, and moved": (lambda site: redo(site, "a.md", date="1954-03-01"), {"move": ("a.md",)}),
    "no date any more, and moved": (lambda site: redo(site, "a.md", date=""), {"move": ("a.md",)}),
    "a slug": (lambda site: redo(site, "b.md", slug="ramparts"), {}),
    "a version dated anew": (lambda site: redo(site, "v2.md", updated="1953-02-05"), {}),
    "all moved": (
        lambda site: [redo(site, f"{name}.md", date="1955-01-01", title=f'"New {name}"') for name in "abc"],
        {"move": ("",)},
    ),
    "a file renamed": (lambda site: (site.root / "content/b.md").rename(site.root / "content/e.md"), {}),
    "a topic left": (lambda site: redo(site, "a.md", tags="[Sea]"), {}),
    "the only topic left": (lambda site: redo(site, "c.md", tags="[]"), {}),
    "a topic called otherwise": (
        lambda site: [redo(site, name, tags="[Waters]") for name in ("a.md", "b.md")] + [
            site.write("content/lines.jsonl", LINE.replace("Sea", "Waters")),
            site.write("site.yaml", msgspec.json.encode({**ALL_ON, "tag_aliases": {"sea": "Waters"}})),
        ],
        {},
    ),
    "no writer, section, newspaper": (lambda site: redo(site, "a.md", authors="", section="", source=""), {}),
    "dated articles leave a list": (lambda site: redo(site, "d.md", tags="[Sea]"), {}),
    "a correction taken back": (lambda site: redo(site, "b.md", corrections=""), {}),
    "an alias taken back": (lambda site: redo(site, "c.md", aliases="[/old.html]"), {}),
    "aliases of an article that moves": (lambda site: redo(site, "c.md", aliases="", slug="ebb"), {}),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_loses_no_address_silently(site: ScratchSite, edit: str) -> None:
    change, options = EDITS[edit]
    change(site)
    hold(site, **options)
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


@pytest.mark.parametrize("name", ["a.md", "b.md", "c.md", "v2.md", "w1.md", "copy.md", "lines.jsonl"])
def test_what_can_not_be_read_for_a_while_is_there_again(site: ScratchSite, name: str) -> None:
    """With `--skip-bad` a site is built without it; nothing that the ledger says of it changes."""
    before, files = site.tree(), ledger(site)
    text = (site.root / "content" / name).read_text()
    site.write(f"content/{name}", "---\ntitle: [\n---\n")
    report = site.build(allow_gone=False, skip_bad=True, explain=False)
    assert report.faults
    assert ledger(site) == files
    site.write(f"content/{name}", text)
    site.build(allow_gone=False, explain=False)
    assert ledger(site) == files
    assert not differences(site.tree(), before)


def ledger(site: ScratchSite) -> dict[str, str]:
    return {path.name: path.read_text() for path in (site.root / "urls").iterdir()}
