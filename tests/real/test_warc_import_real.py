"""Real web archives: every web page of them gives one outcome, and nothing is lost that warcio finds."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from backissue.importers import formats, recognise, wacz, warc
from backissue.importers.outcomes import Duplicate, Imported, Input, Outcome, Rejected, Settings, Unreadable


@pytest.fixture(scope="module")
def archives(shared: Path) -> dict[str, Path]:
    folder = shared / "data/warc"
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in (".md", ".jsonl")
    }


def outcomes(path: Path) -> list[Outcome]:
    data = path.read_bytes()
    reader = wacz if data.startswith(b"PK") else warc
    return list(reader.read(Input.from_bytes(data, path.name), Settings()))


def test_every_file_is_recognised(archives: dict[str, Path]) -> None:
    for name, path in archives.items():
        head = path.read_bytes()[:65_536]
        if head.startswith(b"\x1f\x8b"):
            head = zlib.decompressobj(31).decompress(head, 65_536)
        found = recognise(head, formats())
        assert found is not None, name
        assert found.name == ("wacz" if name.endswith(".wacz") else "warc"), name


def test_accounts_balance_in_every_file(
    archives: dict[str, Path], shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages are not read here (each is taken for an article), so that whole files are quick."""
    from backissue.article import Article

    def taken(data: bytes, *, url: str = "", charset: str = "", settings: Settings) -> Imported:
        return Imported(article=Article(title="A"), place=url)

    monkeypatch.setattr(warc, "read_page", taken)
    index = {row["file"]: row for row in map(json.loads, (shared / "data/warc/index.jsonl").read_text().splitlines())}
    for name, path in archives.items():
        try:
            found = outcomes(path)
        except Unreadable:
            assert name == "pywb/invalid_example_1.wacz"
            continue
        assert found, name
        assert len({each.place for each in found}) == len(found), name
        row: dict[str, Any] = index["warc/" + name]
        broken = [each for each in found if isinstance(each, Rejected) and "broken at byte" in each.reason]
        pages = sum(isinstance(each, Imported | Duplicate) for each in found)
        statuses = sum(isinstance(each, Rejected) and "HTTP status" in each.reason for each in found)
        assert pages + len(broken) + statuses >= row["html"], name


def test_what_warcio_finds_arrives(archives: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    from warcio.archiveiterator import ArchiveIterator

    read: list[str] = []

    def noted(data: bytes, *, url: str = "", charset: str = "", settings: Settings) -> Rejected:
        read.append(f"{url} {len(data)}")
        return Rejected(place=url, reason="-")

    monkeypatch.setattr(warc, "read_page", noted)
    for name in (
        "pywb/iana.warc.gz",
        "resiliparse/clueweb-quirk.warc.gz",
        "resiliparse/warcfile.warc",
        "ukwa/BL-20140325121225068-00000-32090~opera~8443.warc.gz",
        "warcio/example.arc.gz",
    ):
        read.clear()
        outcomes(archives[name])
        expected = Counter()
        with archives[name].open("rb") as stream:
            for record in ArchiveIterator(stream):
                head = record.http_headers
                is_page = record.rec_type == "response" and head is not None and head.get_statuscode() == "200"
                if is_page and (head.get_header("content-type") or "").startswith("text/html"):
                    url = record.rec_headers.get_header("WARC-Target-URI") or record.rec_headers.get_header("uri")
                    expected[f"{url} {len(record.content_stream().read())}"] += 1
        assert expected
        assert set(read) == set(expected), name


def test_small_archives_give_articles_or_reasons(archives: dict[str, Path]) -> None:
    found: dict[str, list[Outcome]] = {
        name: outcomes(path)
        for name, path in archives.items()
        if path.stat().st_size < 30_000 and not name.endswith("invalid_example_1.wacz")
    }
    for each in (each for some in found.values() for each in some):
        if isinstance(each, Imported):
            assert each.article.source_url
            assert each.article.provenance is not None
            assert each.article.provenance.notes
        elif isinstance(each, Rejected):
            assert each.reason
            assert "\n" not in each.reason
    assert any(isinstance(each, Imported) for each in found["whirlwind/whirlwind.warc.gz"])
    alike = [[type(each) for each in some] for name, some in found.items() if "transfer_compression" in name]
    assert len(alike) == 6
    assert all(each == alike[0] for each in alike)


def test_every_compression_gives_the_same(archives: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def noted(data: bytes, *, url: str = "", charset: str = "", settings: Settings) -> Rejected:
        return Rejected(place=url, reason=str(zlib.crc32(data)))

    monkeypatch.setattr(warc, "read_page", noted)
    plain, members, frames = (
        [each.reason for each in outcomes(archives[f"resiliparse/warcfile.warc{ending}"]) if isinstance(each, Rejected)]
        for ending in ("", ".gz", ".lz4")
    )
    assert len(plain) == 16
    assert plain == members == frames
