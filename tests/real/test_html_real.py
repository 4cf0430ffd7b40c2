"""Real pages: a deterministic sample of them keeps the figures that the whole set reaches."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import json
from collections import Counter
from pathlib import Path
from types import ModuleType

from bench.extraction import pages, result_of

from backissue.importers.html import read_page, recognises
from backissue.importers.outcomes import Imported, Rejected, Settings

SETTINGS = Settings()


def sampled(file: str, share: int) -> bool:
    return int(hashlib.sha256(file.encode()).hexdigest(), 16) % share == 0


def scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_extraction", shared / "tools" / "score_extraction.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_sample_reaches_the_figures(shared: Path) -> None:
    score = scorer(shared)
    root = shared / "data" / "html"
    gold = {file: facts for file, facts in score.golds(root) if sampled(file, 4)}
    found = {}
    for file, url, data in pages(root):
        if file in gold:
            outcome = read_page(data, url=url, settings=SETTINGS)
            found[file] = result_of(file, outcome) if isinstance(outcome, Imported) else {}
    figures: dict[str, list[float]] = {"title": [], "date": [], "authors": [], "body": []}
    for file, facts in gold.items():
        result = found[file]
        if facts.get("title"):
            figures["title"].append(
                score.f1(Counter(score.words(result.get("title"))), Counter(score.words(facts["title"])))
            )
        if facts.get("date"):
            figures["date"].append((result.get("date") or "")[:10] == facts["date"][:10])
        if facts.get("authors"):
            names = Counter(" ".join(score.words(name)) for name in result.get("authors") or [])
            figures["authors"].append(
                score.f1(names, Counter(" ".join(score.words(name)) for name in facts["authors"]))
            )
        if facts.get("body"):
            figures["body"].append(score.f1(score.grams(result.get("body")), score.grams(facts["body"])))
    mean = {name: sum(values) / len(values) for name, values in figures.items()}
    assert mean["title"] >= 0.93, mean
    assert mean["date"] >= 0.97, mean
    assert mean["authors"] >= 0.85, mean
    assert mean["body"] >= 0.94, mean


def test_every_sampled_page_is_an_article_or_says_why_not(shared: Path) -> None:
    count = rejected = 0
    for file, url, data in pages(shared / "data" / "html"):
        if not sampled(file, 10):
            continue
        count += 1
        outcome = read_page(data, url=url, settings=SETTINGS)
        if isinstance(outcome, Rejected):
            rejected += 1
            assert outcome.reason
            assert "\n" not in outcome.reason
        else:
            assert recognises(data) > 0
            assert outcome.article.title
            assert outcome.article.body
            assert "\ufffd" * 3 not in outcome.article.body
    assert count > 40
    assert rejected < count / 10


def test_front_pages_are_no_articles(shared: Path) -> None:
    root = shared / "data" / "html"
    entries = [json.loads(line) for line in (root / "index.jsonl").read_text(encoding="utf-8").splitlines()]
    fronts = [entry for entry in entries if "main_site" in entry["file"]]
    assert fronts
    for entry in fronts:
        path = root / Path(entry["file"]).relative_to("html")
        outcome = read_page(gzip.decompress(path.read_bytes()), url=entry["url"] or "", settings=SETTINGS)
        assert isinstance(outcome, Rejected)
