"""Real captures, OCR of newspapers and a data set of articles: all become articles, and lose nothing."""

from __future__ import annotations

import gzip
import html
import json
import re
import tarfile
from collections import Counter
from datetime import UTC
from pathlib import Path

import markdown
import pytest

from backissue.article import Article
from backissue.config import DEFAULT_EXTENSIONS
from backissue.importers import jsonl, ocr, text
from backissue.importers.decoding import decode
from backissue.importers.outcomes import HEAD_BYTES, Imported, Input, Outcome, Settings
from backissue.importers.titling import NOTE
from backissue.loading.articlefile import parse_article, write_article


def article_of(outcome: Outcome) -> Article:
    assert isinstance(outcome, Imported), outcome
    article = outcome.article
    assert parse_article(write_article(article).encode(), "a.md", UTC) == article
    return article


def shown(body: str) -> str:
    page = markdown.markdown(body, extensions=list(DEFAULT_EXTENSIONS))
    return html.unescape(re.sub(r"</?(?:p|blockquote)>", " ", page))


def letters(written: str) -> str:
    return "".join(re.findall(r"[^\W_]", written))


def test_captures(shared: Path) -> None:
    boilerplate = re.compile(
        r"^(?:Read(?: more| also)?:|Author:|Go to Source|The post .* appeared first on|\|)\s*", re.MULTILINE
    )
    for path in sorted((shared / "data/rawtext/captures").glob("*.txt")):
        data = path.read_bytes()
        assert text.recognises(data[:HEAD_BYTES]) > ocr.recognises(data[:HEAD_BYTES])
        (outcome,) = text.read(Input.from_bytes(data, path.name), Settings())
        article = article_of(outcome)
        assert article.date is None
        assert article.authors
        assert article.source is not None
        assert article.image is not None
        assert article.image.caption
        assert article.related
        assert "> “" in article.body
        assert "Go to Source" not in article.body
        related = " ".join(item.title for item in article.related)
        people = " ".join(author.name for author in article.authors)
        kept = f"{article.title} {article.image.caption} {shown(article.body)} {related} {people} {article.source.name}"
        words = Counter(re.findall(r"\w+", boilerplate.sub("", decode(data)).replace(article.title, "")))
        assert not words - Counter(re.findall(r"\w+", kept))


def test_ocr(shared: Path) -> None:
    folder = shared / "data/rawtext"
    index = {
        entry["file"]: entry for entry in map(json.loads, (folder / "ocr-index.jsonl").read_text("utf-8").splitlines())
    }
    read = languages = broken = unmended = 0
    with tarfile.open(folder / "ocr-newspapers.tar.gz") as archive:
        for place, member in enumerate(archive):
            entry = index.get(member.name)
            if entry is None or place % 5:
                continue
            stream = archive.extractfile(member)
            assert stream is not None
            data = stream.read()
            assert ocr.recognises(data[:HEAD_BYTES]) > text.recognises(data[:HEAD_BYTES]), member.name
            (outcome,) = ocr.read(Input.from_bytes(data, member.name), Settings())
            article = article_of(outcome)
            made = article.provenance is not None and NOTE in article.provenance.notes
            kept = shown(article.body) if made else f"{article.title} {shown(article.body)}"
            assert letters(kept) == letters(decode(data)), member.name
            broken += len(re.findall(r"[^\W\d_][¬⸗]\n", decode(data)))
            unmended += len(re.findall(r"[^\W\d_][¬⸗] ", article.body))
            read += 1
            languages += article.lang == entry["lang"]
    assert read > 100
    assert languages / read > 0.97
    assert broken > 500
    assert unmended / broken < 0.01  # figures, notes or marks stand between the two halves


@pytest.mark.parametrize("every", [25])
def test_data_set(shared: Path, every: int) -> None:
    with gzip.open(shared / "data/corpus/dated-articles.jsonl.gz") as stream:
        lines = [line for place, line in enumerate(stream) if place % every == 0]
    data = b"".join(lines)
    assert jsonl.recognises(data[:HEAD_BYTES]) >= 90
    outcomes = list(jsonl.read(Input.from_bytes(data, "set.jsonl"), Settings()))
    assert len(outcomes) == len(lines)
    for line, outcome in zip(lines, outcomes, strict=True):
        record = json.loads(line)
        article = article_of(outcome)
        for field in ("title", "section", "lang", "dateline"):
            assert getattr(article, field) == " ".join((record[field] or "").split())
        assert article.date is not None
        assert article.date.edtf == f"{record['date'][:19]}+00:00"[: 25 if "T" in record["date"] else 10]
        assert article.source is not None
        assert article.source.name == record["source"]
        assert article.source_url == (record["url"] or "")
        assert list(article.tags) == list(dict.fromkeys(record["tags"]))
        assert bool(article.authors) == bool(record["author"])
        assert all(author.name in record["author"] for author in article.authors)
        assert article.extra == {"record": {"id": record["id"]}}
        assert letters(shown(article.body)) == letters(record["body"])
