"""Real WordPress exports: every item has its outcome, and every post arrives."""

from __future__ import annotations

import gzip
import json
from datetime import UTC
from pathlib import Path

import pytest

from backissue.importers import feed, wordpress
from backissue.importers.outcomes import Imported, Input, Rejected, Settings, Unreadable
from backissue.loading.articlefile import parse_article, write_article

LARGE = 200
"""Of exports with more items than this only the counts are checked."""


def rows(shared: Path):
    return [json.loads(line) for line in (shared / "data" / "wxr" / "index.jsonl").read_text().splitlines()]


def read(shared: Path, name: str):
    data = gzip.decompress((shared / "data" / name).read_bytes())
    reader = max((wordpress, feed), key=lambda module: module.recognises(data[:65_536]))
    try:
        return list(reader.read(Input.from_bytes(data, name), Settings()))
    except Unreadable:
        return []


def test_every_post_arrives_and_loads_again(shared: Path) -> None:
    tried = 0
    for row in rows(shared):
        if row["items"] > LARGE:
            continue
        found = read(shared, row["file"])
        tried += len(found)
        assert len(found) >= row["items"], row["file"]
        for outcome in found:
            if isinstance(outcome, Imported):
                assert parse_article(write_article(outcome.article).encode(), "a.md", UTC) == outcome.article
            else:
                assert isinstance(outcome, Rejected)
                assert outcome.reason.endswith("not an article") or "no title and no text" in outcome.reason
    assert tried > 500


@pytest.mark.parametrize("name", ["wxr/site-sheepless-ko.xml.gz", "wxr/site-bitcoin-france.xml.gz"])
def test_nothing_unpublished_is_published(shared: Path, name: str) -> None:
    (row,) = (row for row in rows(shared) if row["file"] == name)
    found = read(shared, name)
    assert len(found) == row["items"]
    posts = [outcome.article for outcome in found if isinstance(outcome, Imported)]
    assert len(posts) == sum(count for kind, count in row["post_types"].items() if kind in ("post", "page"))
    assert sum(not post.draft for post in posts) <= row["statuses"]["publish"]
