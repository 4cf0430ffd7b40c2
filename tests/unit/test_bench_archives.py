"""The archives that the benchmarks build: N articles, the same for a seed, that load as real ones do."""

from __future__ import annotations

import gzip
import importlib
import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
archives = importlib.import_module("bench.archives")
newsprint = importlib.import_module("bench.newsprint")

TEXT = newsprint.invented(seed=3, count=40)


def made(count: int, seed: int = 0, text=TEXT) -> list:
    return list(archives.articles(count, seed, text))


def front_matter(path: Path) -> tuple[dict, str]:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.load(front, Loader=yaml.CSafeLoader), body


def test_same_seed_same_archive() -> None:
    assert made(120, seed=5) == made(120, seed=5)
    assert newsprint.invented(seed=3, count=40) == TEXT


def test_another_seed_another_archive() -> None:
    assert made(120, seed=5) != made(120, seed=6)
    assert newsprint.invented(seed=4, count=40) != TEXT


@pytest.mark.parametrize("count", [1, 39, 41, 500])
def test_as_many_articles_as_asked_for_each_with_a_path_of_its_own(count: int, tmp_path: Path) -> None:
    size = archives.write_markdown(made(count), tmp_path)

    files = list(tmp_path.rglob("*.md"))
    assert len(files) == count
    assert sum(path.stat().st_size for path in files) == size


def test_clashing_headlines_of_a_month_get_slugs_of_their_own() -> None:
    one_headline = newsprint.Newsprint(("Rain",), (0,), ("It rained again, and the river rose.",))

    found = made(2_000, text=one_headline)

    assert len({(article.month, article.slug) for article in found}) == 2_000
    assert len({article.title for article in found}) == 2_000


def test_a_headline_without_letters_still_has_a_slug() -> None:
    nameless = newsprint.Newsprint(("***",), (0,), ("A paragraph.",))
    assert made(1, text=nameless)[0].slug == "article"


def test_repeated_text_comes_under_other_titles() -> None:
    found = made(len(TEXT.headlines) * 3)
    first, second = found[0], found[len(TEXT.headlines)]
    assert second.title.startswith(first.title + ": ")
    assert first.date < second.date


def test_front_matter_is_yaml_that_says_what_was_made(tmp_path: Path) -> None:
    text = newsprint.Newsprint(
        ('Minister: "no: comment" # 5 & <b>', "Yes", "1987", "Čapek's été — 東京"),
        (0, 1, 2, 3),
        ("Text.",) * 4,
    )
    found = made(4, text=text)
    archives.write_markdown(found, tmp_path)

    for article in found:
        meta, body = front_matter(archives.markdown_path(tmp_path, article))
        assert meta["title"] == article.title
        assert meta["slug"] == article.slug
        assert meta["date"] == article.date
        assert tuple(meta["authors"]) == article.authors
        assert tuple(meta["tags"]) == article.tags
        assert (meta["section"], meta["source"]) == (article.section, article.source)
        assert meta.get("summary", "") == article.summary
        assert body.strip() == article.body.strip()


def test_lines_hold_what_the_markdown_files_hold(tmp_path: Path) -> None:
    found = made(300)
    archives.write_lines(found, tmp_path / "lines")
    archives.write_markdown(found, tmp_path / "files")

    rows = [
        json.loads(line)
        for path in (tmp_path / "lines").glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert len(rows) == 300
    by_path = {(row["date"][:7], row["slug"]): row for row in rows}
    for article in found:
        meta, body = front_matter(archives.markdown_path(tmp_path / "files", article))
        row = by_path[f"{article.date:%Y-%m}", article.slug]
        assert row.pop("body").strip() == body.strip()
        assert datetime.fromisoformat(row.pop("date")) == meta.pop("date")
        assert row == meta


def test_the_archive_is_shaped_like_a_newspapers() -> None:
    found = made(4_000)

    assert all(1 <= len(article.authors) <= 2 for article in found)
    assert all(2 <= len(article.tags) <= 5 == len({*article.tags}) + 5 - len(article.tags) for article in found)
    assert len({name for article in found for name in article.authors}) == 4_000 // archives.ARTICLES_AN_AUTHOR
    assert 0 < sum(bool(article.summary) for article in found) < 4_000
    assert sum(len(article.body.encode()) for article in found) / 4_000 == pytest.approx(4_000, rel=0.03)
    tags = [count for _, count in Counter(tag for article in found for tag in article.tags).most_common()]
    assert len(tags) > 300
    assert tags[0] > 20 * tags[-1]


def test_dates_spread_over_forty_years_and_more_come_later() -> None:
    found = made(4_000)
    years = Counter(article.date.year for article in found)

    assert set(years) == set(range(1986, 2026))
    assert 2 < years[2024] / years[1986] < 4
    assert [article.date.date() for article in found] == sorted(article.date.date() for article in found)


def test_the_added_article_comes_after_all_others(tmp_path: Path) -> None:
    found = made(500)
    late = archives.added_article(500, 0, TEXT)

    assert late.date > max(article.date for article in found)
    assert late.date < datetime(2026, 1, 1, tzinfo=UTC)
    archives.write_markdown(found, tmp_path)
    assert not archives.markdown_path(tmp_path, late).exists()
    assert archives.add_markdown(late, tmp_path).read_text(encoding="utf-8") == archives.as_markdown(late)


def test_adding_a_line_keeps_the_lines_before_it(tmp_path: Path) -> None:
    archives.write_lines(made(3_000), tmp_path)
    late = archives.added_article(3_000, 0, TEXT)
    before = archives.lines_path(tmp_path, late).read_bytes()

    path = archives.add_line(late, tmp_path)

    assert path.read_bytes() == before + archives.as_json_line(late).encode()
    assert before


def test_there_are_names_enough_for_a_million_articles() -> None:
    pool = archives.author_pool(1_000_000)
    assert len(pool) == len({*pool}) == 5_000


def test_wire_text_becomes_paragraphs_without_accidental_markup(tmp_path: Path) -> None:
    rows = [
        {"title": "A\n  headline", "body": "<Acme Corp>\nsaid it *rose*.\n    It did [so] again."},
        {"title": "Figures", "body": "    Shr 3 cts\n    Net 5\n   \n    1. not a list"},
    ]
    corpus = tmp_path / "corpus.jsonl.gz"
    with gzip.open(corpus, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)

    found = newsprint.from_corpus(corpus)

    assert found.headlines == ("A headline", "Figures")
    assert found.paragraphs == (
        r"&lt;Acme Corp&gt; said it \*rose\*.",
        r"It did \[so\] again.",
        "Shr 3 cts Net 5",
    )
    assert found.starts == (0, 2)


def test_absent_corpus_means_invented_text(tmp_path: Path) -> None:
    assert newsprint.newsprint(seed=0, corpus=tmp_path / "none.gz") == newsprint.invented(seed=0)
