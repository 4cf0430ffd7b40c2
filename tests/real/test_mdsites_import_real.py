"""Real Markdown sites: every file is an article or one line that says why not, imported or used as content."""

from __future__ import annotations

import tarfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from backissue.errors import ContentErrors
from backissue.importers import formats, markdown_site, recognise
from backissue.importers.outcomes import Imported, Input, Rejected, Settings
from backissue.loading.articlefile import parse_article, write_article

EVERY = 8
"""One of so many files is read: the whole sets are for a run by hand."""

SITES = ["18f-blog", "opensuse-news", "ruby-lang-news", "rust-blog", "ucsc-press-archive"]


@pytest.fixture(scope="module")
def posts(shared: Path) -> dict[str, list[tuple[str, bytes]]]:
    return {site: list(_sample(shared / f"data/mdsites/{site}.tar.gz")) for site in SITES}


def _sample(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for number, member in enumerate(each for each in archive if each.name.endswith(".md")):
            stream = archive.extractfile(member) if number % EVERY == 0 else None
            if stream is not None:
                yield member.name.partition("/")[2], stream.read()


@pytest.mark.parametrize("site", SITES)
def test_every_post_is_imported_or_told(posts: dict[str, list[tuple[str, bytes]]], site: str) -> None:
    counts: Counter[str] = Counter()
    for name, data in posts[site]:
        source = Input.from_bytes(data, name)
        (found,) = markdown_site.read(source, Settings())
        counts[type(found).__name__] += 1
        if isinstance(found, Rejected):
            assert found.reason, name
            assert "\n" not in found.reason, name
            continue
        assert isinstance(found, Imported)
        chosen = recognise(source.head, formats())
        assert chosen is not None, name
        assert chosen.name == "markdown", name
        assert "{% raw %}" not in found.article.body, name
        assert parse_article(write_article(found.article).encode(), "a.md", UTC) == found.article, name
    assert counts["Rejected"] <= 0.01 * len(posts[site]) + 2
    assert counts["Imported"] >= 0.97 * len(posts[site])


@pytest.mark.parametrize("site", SITES)
def test_every_post_loads_as_content_or_is_told_with_its_line(
    posts: dict[str, list[tuple[str, bytes]]], site: str
) -> None:
    faulty = 0
    for name, data in posts[site]:
        try:
            article = parse_article(data, name, UTC)
        except ContentErrors as errors:
            faulty += 1
            for fault in errors.faults:
                assert fault.line is None or 1 <= fault.line <= data.count(b"\n") + 1, name
                assert fault.hint, name
            continue
        assert parse_article(write_article(article).encode(), name, UTC) == article, name
    assert faulty <= 0.01 * len(posts[site]) + 2
