"""The agencies' real files: every item with a headline or a text arrives, the others are told of in a line."""

from __future__ import annotations

import contextlib
import json
import re
import tarfile
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from backissue.importers import newsml1, newsml_g2, ninjs, nitf, vendorxml, wire
from backissue.importers.outcomes import HEAD_BYTES, Imported, Input, Outcome, Rejected, Settings, Unreadable

READERS = (ninjs, newsml_g2, newsml1, nitf, wire, vendorxml)
OF_KIND: dict[str, ModuleType] = {
    "ninjs": ninjs,
    "json": ninjs,
    "NewsML-G2": newsml_g2,
    "NewsML-G2 message": newsml_g2,
    "NewsML-G2 package": newsml_g2,
    "G2 concept": newsml_g2,
    "G2 knowledge": newsml_g2,
    "EventsML/PlanningML": newsml_g2,
    "NewsML-1.x": newsml1,
    "NITF": nitf,
    "ANPA/IPTC7901 wire text": wire,
    "xml:RBNews": vendorxml,
    "xml:release": vendorxml,
    "xml:XMLNewsQueuedResponse": vendorxml,
    "xml:document": vendorxml,
}


def index(shared: Path) -> list[dict[str, Any]]:
    with (shared / "data/iptc/index.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def outcomes(data: bytes, name: str) -> list[Outcome]:
    reader = max(READERS, key=lambda one: one.recognises(data[:HEAD_BYTES]))
    return list(reader.read(Input.from_bytes(data, name), Settings()))


def test_every_file_is_recognised_as_what_it_is(shared: Path) -> None:
    wrong = []
    for row in index(shared):
        expected = OF_KIND.get(row["kind"])
        if expected is None:
            continue
        head = (shared / "data" / row["file"]).read_bytes()[:HEAD_BYTES]
        found = max(READERS, key=lambda one: one.recognises(head))
        if found is not expected or not found.recognises(head):
            wrong.append((row["file"], row["kind"], found.FORMAT))
    assert not wrong


def test_every_item_with_a_headline_or_text_arrives(shared: Path) -> None:
    counts: Counter[str] = Counter()
    for row in index(shared):
        if row["kind"] not in OF_KIND:
            continue
        data = (shared / "data" / row["file"]).read_bytes()
        found = outcomes(data, row["file"])
        assert found, row["file"]
        for each in found:
            counts[type(each).__name__] += 1
            if isinstance(each, Rejected):
                assert not _says_something(data) or len(found) > 1 or row["kind"] not in ("NITF", "ninjs"), row["file"]
            else:
                assert isinstance(each, Imported)
                article = each.article
                assert article.title
                assert article.body or article.title
                assert "\ufffd" not in article.title + article.body, row["file"]
                assert not re.search("[\x00-\x08\x0b-\x1f]", article.title + article.body), row["file"]
    assert counts["Imported"] > 250
    assert counts["Rejected"] < 50


def _says_something(data: bytes) -> bool:
    return bool(re.search(rb"<hl1>\s*[^<\s]|<p>\s*[^<\s]|\"(?:headline|body_\w+)\"\s*:\s*\"[^\"]", data))


def test_arabic_items_are_whole(shared: Path) -> None:
    rows = [row for row in index(shared) if row.get("lang") == "ar"][::3]
    assert rows
    for row in rows:
        data = (shared / "data" / row["file"]).read_bytes()
        text = re.sub(r"\s+", "", data.decode("utf-8-sig"))
        for each in outcomes(data, row["file"]):
            if isinstance(each, Rejected):
                continue
            assert isinstance(each, Imported)
            assert each.article.lang == "ar"
            assert each.article.date is not None
            assert each.article.date.precision == "time"
            assert re.search("[\u0600-\u06ff]{3}", each.article.title)
            plain = re.sub(r"[\\*#]|&amp;", "", text.replace("&quot;", '"').replace("&apos;", "'"))
            for paragraph in each.article.body.split("\n\n"):
                if paragraph.startswith(("*", "![")):
                    continue  # a picture, with its caption and credit in one line
                told = re.sub(r"[\s\\*#]+", "", paragraph)
                assert told in plain or "&" in told or "[" in told, row["file"]


def test_the_suite_of_ninjs_gives_an_outcome_for_every_file(shared: Path) -> None:
    counts: Counter[str] = Counter()
    refused: list[str] = []
    with tarfile.open(shared / "data/iptc/newsinjson-validation-suite.tar.gz") as suite:
        for member in suite:
            stream = suite.extractfile(member) if member.name.endswith(".json") else None
            if stream is None or "/should_" not in member.name:
                continue
            data = stream.read()
            try:
                for each in ninjs.read(Input.from_bytes(data, member.name), Settings()):
                    counts[type(each).__name__] += 1
                    if isinstance(each, Rejected):
                        assert not re.search(rb'"(?:headline|body)(?:_\w+)?"\s*:\s*"\s*\w', data), member.name
            except Unreadable:
                counts["unreadable"] += 1
                refused.append(member.name)
    assert counts["Imported"] > 60
    assert all("/should_fail/" in name for name in refused), "only what is no JSON is refused"
    assert counts["unreadable"] < 10


@pytest.mark.parametrize("cut", [0.3, 0.7])
def test_files_that_break_off_are_kept_or_told_of(shared: Path, cut: float) -> None:
    for row in index(shared)[::4]:
        if row["kind"] in OF_KIND:
            data = (shared / "data" / row["file"]).read_bytes()
            with contextlib.suppress(Unreadable):
                assert outcomes(data[: int(len(data) * cut)], row["file"])
