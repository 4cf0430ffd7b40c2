"""Real Markdown sites as content: every file is a page or a reported fault, and no link of the site is broken."""

from __future__ import annotations

import tarfile
from datetime import UTC
from pathlib import Path

import msgspec
import pytest
from tests.scratch import ScratchSite

from backissue.catalog import Catalog
from backissue.check import check_site
from backissue.entries import Place
from backissue.loading.articlefile import parse_article

SITES = {"18f-blog": 3, "opensuse-news": 12, "ruby-lang-news": 25, "rust-blog": 4, "ucsc-press-archive": 9}
"""The sites, and of how many files one is taken: the whole sets are for a run by hand."""


def unpack(archive: Path, content: Path, every: int) -> set[str]:
    """Unpack one of `every` Markdown files of an archive; their names."""
    names = set()
    with tarfile.open(archive) as packed:
        posts = sorted((member for member in packed if member.name.endswith(".md")), key=lambda member: member.name)
        for member in posts[::every]:
            stream = packed.extractfile(member)
            assert stream is not None
            name = member.name.partition("/")[2]
            (content / name).parent.mkdir(parents=True, exist_ok=True)
            (content / name).write_bytes(stream.read())
            names.add(name)
    return names


def pages_by_file(site: ScratchSite) -> dict[str, list[str]]:
    """The path of the page that each file's articles have, hidden articles' left out."""
    catalog = Catalog(site.root / ".backissue/catalog.sqlite")
    found: dict[str, list[str]] = {}
    for volume in catalog.volume_names():
        for row in catalog.rows(volume):
            found.setdefault(msgspec.msgpack.decode(row.place, type=Place).file, []).append(row.path)
    catalog.close()
    return found


@pytest.mark.parametrize("name", SITES)
def test_no_post_vanishes(shared: Path, tmp_path: Path, name: str) -> None:
    site = ScratchSite(tmp_path, "title: S\nurl: https://archive.example\nclash: suffix\n")
    files = unpack(shared / f"data/mdsites/{name}.tar.gz", tmp_path / "content", SITES[name])
    report = site.build(skip_bad=True)
    pages = pages_by_file(site)
    faulty = {fault.path.removeprefix("content/") for fault in report.faults}
    hidden = {file for file in files if file not in pages and file not in faulty}
    assert len(hidden) == report.hidden
    for file in hidden:
        assert parse_article((tmp_path / "content" / file).read_bytes(), file, UTC).draft, file
    assert pages.keys() | faulty | hidden == files
    assert not pages.keys() & faulty
    assert len(faulty) <= 0.01 * len(files) + 2
    paths = [path for found in pages.values() for path in found]
    assert len(paths) == len(set(paths)) == len(pages) == report.articles
    assert all((site.output / path).is_file() for path in paths)
    assert [str(finding) for finding in check_site(site.output) if not finding.remark] == []
