"""Shards: which articles are indexed together, and that one more article changes one of them."""

from __future__ import annotations

from collections.abc import Mapping

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given, settings
from tests.editions import dated, edition

from backissue import shards
from backissue.archive import Archive, numbers
from backissue.article import Article


def archive(counts: Mapping[str, int], lang: str = "") -> Archive:
    """An archive with so many articles of each period (EDTF, or nothing)."""
    return edition(
        {
            f"{period or 'undated'}-{number}.md": Article(title=f"T {period} {number}", date=dated(period), lang=lang)
            for period, count in counts.items()
            for number in range(count)
        }
    ).archive


def sizes(found: list[shards.Shard]) -> dict[str, int]:
    return {shard.name: len(shard) for shard in found}


@pytest.fixture
def small_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "LARGE", 6)
    monkeypatch.setattr(shards, "SMALL", 3)


def test_a_small_archive_is_one_shard_a_language() -> None:
    articles = {
        "a.md": Article(title="A", date=dated("1953-02-01")),
        "b.md": Article(title="B", date=dated("2020"), lang="de-AT"),
        "c.md": Article(title="C", date=dated("2021-01-01"), lang="de"),
        "d.md": Article(title="D"),
        "e.md": Article(title="E", date=dated("1953-02-01"), lang="x-strange"),
    }
    found = shards.plan(edition(articles).archive)
    assert [(shard.name, shard.first, shard.last, len(shard)) for shard in found] == [
        ("de/all", "2020", "2021", 2),
        ("en/all", "1953", "1953", 1),
        ("en/undated", "", "", 1),
        ("und/all", "1953", "1953", 1),
    ]


@pytest.mark.usefixtures("small_ones")
def test_years_are_halved_until_they_fit_and_the_latest_down_to_its_months() -> None:
    counts = {"1984": 2, "1985": 2, "1986": 4, "1987": 3, "2024-01": 2, "2024-02": 2, "2024-09": 3, "2024": 1, "": 2}
    found = sizes(shards.plan(archive(counts)))
    assert found == {
        "en/2024-08to15": 3,
        "en/2024-02to03": 2,
        "en/2024-00to01": 3,
        "en/1986": 4,
        "en/1987": 3,
        "en/1984to1985": 4,
        "en/undated": 2,
    }
    assert next(iter(found)) == "en/2024-08to15"
    assert list(found)[-1] == "en/undated"


@pytest.mark.usefixtures("small_ones")
def test_a_month_with_very_many_is_in_parts_of_which_one_more_changes_one() -> None:
    one = shards.plan(archive({"1953-02": 30, "2020": 1}))
    other = shards.plan(archive({"1953-02": 31, "2020": 1}))
    names = {shard.name for shard in one}
    assert "en/1953-02.0" in names
    assert names == {shard.name for shard in other}
    before, after = sizes(one), sizes(other)
    assert sum(after[name] != before[name] for name in names) == 1


def test_withdrawn_articles_copies_and_drafts_are_in_none() -> None:
    articles = {
        "a.md": Article(title="A", date=dated("1953-02-01")),
        "gone.md": Article(title="Gone", date=dated("1953-02-02"), status="withdrawn"),
        "copy.md": Article(title="A", date=dated("1953-02-01"), copy_of="a.md"),
        "draft.md": Article(title="Draft", date=dated("1953-02-01"), draft=True),
    }
    (shard,) = shards.plan(edition(articles).archive)
    assert len(shard) == 1


@given(
    st.dictionaries(
        st.sampled_from(["", "1936", "1953-02", "1953-03", "1953", "1954", "2023-12", "2024-01", "2024-02", "2024"]),
        st.integers(1, 9),
        min_size=1,
    ),
    st.sampled_from(["1936-05", "1953-02", "2024-02"]),
)
@settings(max_examples=60)
def test_every_article_is_in_one_shard_and_one_more_leaves_the_others(counts: dict[str, int], where: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "LARGE", 6)
        patch.setattr(shards, "SMALL", 3)
        before = archive(counts)
        found = shards.plan(before)
        places = [(volume, at) for shard in found for volume, packed in shard.places for at in numbers(packed)]
        assert len(places) == len(set(places)) == before.count
        assert len({shard.name for shard in found}) == len(found)
        if max(counts)[:4] >= where[:4]:  # else it begins a new latest year, which the whole plan may hang on
            after = shards.plan(archive({**counts, where: counts.get(where, 0) + 1}))
            held = {msgspec.msgpack.encode((shard.name, len(shard))) for shard in found}
            again = {msgspec.msgpack.encode((shard.name, len(shard))) for shard in after}
            year = where[:4]
            touched = {
                shard.name
                for shard in (*found, *after)
                if msgspec.msgpack.encode((shard.name, len(shard))) in held ^ again
            }
            for shard in (*found, *after):
                if shard.name in touched:
                    assert shard.first <= year <= shard.last or "to" in shard.name or "all" in shard.name
