"""Real feeds, and the cases of feedparser's own test suite: every usable entry arrives."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import warnings
from datetime import UTC
from pathlib import Path

import feedparser
import pytest

from backissue.importers import feed
from backissue.importers.outcomes import Duplicate, Imported, Input, Rejected, Settings, Unreadable
from backissue.loading.articlefile import parse_article, write_article


def stored(shared: Path, name: str) -> bytes:
    """A stored feed's bytes: some were compressed when they were found."""
    data = gzip.decompress((shared / "data" / name).read_bytes())
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def outcomes(data: bytes):
    return list(feed.read(Input.from_bytes(data, "feed"), Settings()))


def is_usable(entry) -> bool:
    """Whether an entry has a title or a text, once its markup is taken away."""
    from lxml import html

    texts = [
        dict.get(entry, "title"),
        dict.get(entry, "summary"),
        *(each.get("value") for each in entry.get("content", ())),
    ]
    pages = [html.fromstring(f"<div>{text}</div>") for text in texts if text and text.strip()]
    for page in pages:
        for name in list(page.iter("title")):
            name.text = ""  # of a drawing: shown by no page
    return any(page.text_content().strip() for page in pages)


@pytest.mark.parametrize("part", ["wellformed", "illformed", "encoding", "entities", "json"])
def test_entries_that_feedparser_gives_arrive(shared: Path, part: str) -> None:
    lost = []
    count = 0
    with tarfile.open(shared / "data" / "feeds" / "feedparser-tests.tar.gz") as archive:
        for member in archive:
            if not member.isfile() or not member.name.removeprefix("./").startswith(part) or "/http/" in member.name:
                continue
            data = archive.extractfile(member).read()  # type: ignore[union-attr]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                entries = feedparser.parse(io.BytesIO(data)).entries
            try:
                found = outcomes(data)
            except Unreadable:
                found = []
            count += len(found)
            if len(found) < len(entries):
                lost.append((member.name, "entries", len(found), len(entries)))
            lost += [
                (member.name, outcome)
                for entry, outcome in zip(entries, found, strict=False)
                if isinstance(outcome, Rejected) and is_usable(entry)
            ]
    assert count
    assert lost == []


def test_real_feeds(shared: Path) -> None:
    rows = [json.loads(line) for line in (shared / "data" / "feeds" / "index.jsonl").read_text().splitlines()]
    tried = 0
    for row in rows[::8]:
        data = stored(shared, row["file"])
        try:
            found = outcomes(data)
        except Unreadable:
            assert not row["entries"], row["file"]
            continue
        tried += 1
        assert len(found) == row["entries"], row["file"]
        for outcome in found:
            if isinstance(outcome, Imported):
                assert parse_article(write_article(outcome.article).encode(), "a.md", UTC) == outcome.article
            else:
                assert isinstance(outcome, Rejected | Duplicate)
    assert tried > 20


def test_feeds_are_recognised(shared: Path) -> None:
    rows = [json.loads(line) for line in (shared / "data" / "feeds" / "index.jsonl").read_text().splitlines()]
    known = [row for row in rows if row["entries"] and row["format"] not in ("unknown", "")]
    heads = {row["file"]: stored(shared, row["file"])[:65_536] for row in known}
    missed = [name for name, head in heads.items() if not feed.recognises(head) and b"<html" not in head[:300]]
    assert missed == []
