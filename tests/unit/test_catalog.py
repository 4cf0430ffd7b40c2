from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.editions import dated, entry_of

from backissue.article import Article
from backissue.catalog import SCHEMA_VERSION, Catalog
from backissue.entries import Entry, Place
from backissue.scanning import Files


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "state/catalog.sqlite")
    yield opened
    opened.close()


def entry(title: str, date: str, file: str, **other: object) -> Entry:
    return entry_of(msgspec.structs.replace(Article(title=title, date=dated(date)), **other), file)


def again(catalog: Catalog, path: Path) -> Catalog:
    """The catalog as the next build finds it."""
    catalog.close()
    return Catalog(path / "state/catalog.sqlite")


def test_a_new_catalog_is_fresh(catalog: Catalog, tmp_path: Path) -> None:
    assert catalog.fresh
    assert (catalog.sources(), catalog.volume_names(), catalog.count_pages()) == ({}, [], 0)
    catalog.commit()
    catalog = again(catalog, tmp_path)
    assert not catalog.fresh
    catalog.close()


def test_a_catalog_without_its_first_commit_is_begun_anew(catalog: Catalog, tmp_path: Path) -> None:
    catalog.put_sources((f"{number}.md", (1, 2, 3), b"d" * 1_000) for number in range(100_000))  # more than is cached
    assert (tmp_path / "state/catalog.sqlite").stat().st_size > 1_000_000
    catalog = again(catalog, tmp_path)
    assert (catalog.fresh, catalog.sources()) == (True, {})
    catalog.close()


def test_what_is_not_committed_is_forgotten(catalog: Catalog, tmp_path: Path) -> None:
    catalog.set_meta("output", b"x")
    catalog.commit()
    catalog.set_meta("output", b"y")
    catalog.put_sources([("a.md", (1, 2, 3), b"d")])
    catalog = again(catalog, tmp_path)
    assert (catalog.meta("output"), catalog.sources()) == (b"x", {})
    catalog.set_meta("output", None)
    assert catalog.meta("output") is None
    catalog.rollback()
    assert catalog.meta("output") == b"x"
    catalog.close()


def test_sources(catalog: Catalog) -> None:
    catalog.put_sources([("a.md", (1, 2**62, 2**60), b"one"), ("b.png", (4, 5, 6), b"")])
    catalog.put_sources([("a.md", (7, 8, 9), b"two")])
    assert catalog.sources() == {"a.md": (7, 8, 9), "b.png": (4, 5, 6)}
    assert catalog.digests(["a.md", "b.png", "c.md"]) == {"a.md": b"two"}
    catalog.put_entries([entry("A", "1953", "a.md"), entry("B", "1953", "b.md")])
    catalog.drop_sources(["a.md"])
    assert (catalog.sources().keys(), [row.path for row in catalog.rows("1953")]) == ({"b.png"}, ["1953/b.html"])


def test_stamps_are_kept_by_folders_until_something_is_read(catalog: Catalog) -> None:
    read = [("a.md", (1, 2, 3), b"one"), ("x/b.md", (4, 5, 6), b"two"), ("y/c.md", (7, 8, 9), b"three")]
    catalog.put_sources(read)
    catalog.keep_stamps(Files.of((path, stamp) for path, stamp, _digest in read))
    assert catalog.sources() == {path: stamp for path, stamp, _digest in read}
    catalog.put_sources([("x/b.md", (4, 5, 7), b"two")])
    catalog.drop_sources(["y/c.md"])
    now = {"a.md": (1, 2, 3), "x/b.md": (4, 5, 7)}
    assert catalog.sources() == now
    catalog.keep_stamps(Files.of(now.items()))
    assert catalog.sources() == now
    assert catalog.sources().folders.keys() == {"", "x"}


def test_entries_come_back_in_the_archives_order(catalog: Catalog) -> None:
    entries = [
        entry("Second", "1953-02-03", "a.md"),
        entry("First", "1953-02-01", "z.md"),
        entry("Also", "1953-02-03", "b.md"),
        entry("Draft", "1953-02-02", "c.md", draft=True),
        entry("Undated", "", "d.md"),
    ]
    catalog.put_entries(entries)
    assert catalog.volume_names() == ["", "1953-02"]
    rows = catalog.rows("1953-02")
    assert [row.path.rpartition("/")[2] for row in rows] == ["first.html", "also.html", "second.html"]
    first = entries[1]
    assert (rows[0].link, rows[0].card, rows[0].details, rows[0].facts) == (
        first.link, first.card, first.details, first.facts,
    )  # fmt: skip
    assert msgspec.msgpack.decode(rows[0].place, type=Place) == first.place
    assert [(row[1], row[2]) for row in catalog.facts("1953-02")] == [(row.path, row.facts) for row in rows]
    assert catalog.links([rows[2].id]) == [entries[0].link]
    assert catalog.cards([rows[2].id, rows[0].id]) == [entries[0].card, first.card]
    assert catalog.count_hidden() == 1


def test_many_cards_keep_their_order(catalog: Catalog) -> None:
    entries = [entry(f"T{number}", "1953", f"{number}.md") for number in range(1203)]
    catalog.put_entries(entries)
    ids = [row.id for row in catalog.rows("1953")][::-1]
    assert catalog.cards(ids) == [catalog.cards([id_])[0] for id_ in ids]


def test_articles_of_a_file(catalog: Catalog) -> None:
    catalog.put_entries([entry("A", "1953", "x.jsonl:1"), entry("B", "", "x.jsonl:2"), entry("C", "", "c.md")])
    (one, volume, place), (two, *_) = catalog.entries_of("x.jsonl")
    assert (volume, place.line) == ("1953", 1)
    catalog.move_entries([(one, Place("x.jsonl", 9, 900, place.length, place.digest))])
    catalog.drop_entries([two])
    assert [(id_, place.line) for id_, _volume, place in catalog.entries_of("x.jsonl")] == [(one, 9)]
    catalog.put_volume("1953", b"summary")
    assert dict(catalog.volumes()) == {"1953": b"summary"}
    catalog.put_volume("1953", None)
    assert dict(catalog.volumes()) == {}
    catalog.put_volume("1953", b"summary")
    catalog.drop_all_entries()
    assert (catalog.entries_of("x.jsonl"), dict(catalog.volumes()), catalog.volume_names()) == ([], {}, [])


def test_embargoes_that_are_over(catalog: Catalog) -> None:
    catalog.put_entries(
        [
            entry("Later", "1953", "a.md", embargo=dated("2027")),
            entry("Draft", "1953", "b.md", embargo=dated("2027"), draft=True),
            entry("Past", "1953", "c.md", embargo=dated("2020")),
        ]
    )
    assert catalog.embargo_ended("2026-12-31T23:59:59+00:00") == []
    assert catalog.embargo_ended("2027-01-01T00:00:00+00:00") == ["a.md"]


def test_paths_that_several_articles_have(catalog: Catalog) -> None:
    catalog.put_entries(
        [
            entry("Same", "1953", "a.md"),
            entry("Other", "1953", "b.md"),
            entry_of(Article(title="C", date=dated("1960")), "c.md", pinned={"c.md": "1953/same.html"}),
            entry("Other", "1953", "d.md", draft=True),
        ]
    )
    shared = catalog.shared_paths({"1953/same.html", "1953/other.html", "1953/none.html"})
    assert list(shared) == ["1953/same.html"]
    assert {msgspec.msgpack.decode(place, type=Place).file for place in shared["1953/same.html"]} == {"a.md", "c.md"}


def test_sheaves(catalog: Catalog) -> None:
    catalog.put_sheaf("home", b"k1", {"index.html": b"p1"})
    catalog.put_sheaf("list", b"k2", {"a.html": b"p2", "b.html": b"p3"})
    catalog.put_sheaf("home", b"k3", {"index.html": b"p4", "404.html": b"p5"})
    assert catalog.sheaf_keys() == {"home": b"k3", "list": b"k2"}
    assert catalog.sheaf_pages("home") == {"index.html": b"p4", "404.html": b"p5"}
    assert catalog.sheaf_pages("gone") == {}
    assert (dict(catalog.all_pages())["list"], catalog.count_pages()) == ({"a.html": b"p2", "b.html": b"p3"}, 4)
    catalog.distrust_sheaves()
    assert catalog.sheaf_pages("list") == {"a.html": b"", "b.html": b""}
    catalog.drop_sheaves(["home"])
    assert (catalog.sheaf_keys(), catalog.count_pages()) == ({"list": b""}, 2)


def test_what_was_about_to_be_written_and_deleted(catalog: Catalog) -> None:
    catalog.expect("list", ["a.html"])
    catalog.expect("list", ["b.html", "a.html"])
    catalog.expect("home", ["index.html"])
    assert catalog.expected() == {"list": {"a.html", "b.html"}, "home": {"index.html"}}
    catalog.clear_expected()
    assert catalog.expected() == {}
    catalog.doom(["b.html", "a.html", "b.html"])
    assert catalog.doomed() == ["a.html", "b.html"]
    catalog.clear_doomed()
    catalog.doom(["c.html"])
    catalog.drop_all_sheaves()
    assert (catalog.doomed(), catalog.sheaf_keys()) == ([], {})


@pytest.mark.parametrize("damage", [b"", b"no database at all, but long enough to be one" * 100])
def test_a_damaged_catalog_is_begun_anew(catalog: Catalog, tmp_path: Path, damage: bytes) -> None:
    catalog.put_sources([("a.md", (1, 2, 3), b"d")])
    catalog.commit()
    catalog.close()
    (tmp_path / "state/catalog.sqlite").write_bytes(damage)
    catalog = again(catalog, tmp_path)
    assert (catalog.fresh, catalog.sources()) == (True, {})
    catalog.put_sources([("a.md", (1, 2, 3), b"d")])
    catalog.commit()
    catalog = again(catalog, tmp_path)
    assert (catalog.fresh, list(catalog.sources())) == (False, ["a.md"])
    catalog.close()


def test_another_versions_catalog_is_begun_anew(catalog: Catalog, tmp_path: Path) -> None:
    catalog.put_sources([("a.md", (1, 2, 3), b"d")])
    catalog.commit()
    catalog.set_meta("schema", str(SCHEMA_VERSION + 1).encode())
    catalog.commit()
    catalog = again(catalog, tmp_path)
    catalog.commit()
    assert (catalog.fresh, catalog.sources(), catalog.meta("schema")) == (True, {}, str(SCHEMA_VERSION).encode())
    catalog.close()


def test_another_programs_database_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("create table other (x)")
    db.close()
    catalog = Catalog(path)
    assert catalog.fresh
    catalog.close()
