from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from tests.editions import Shelf, dated, edition, entry_of

from backissue.archive import (
    NOTHING,
    Archive,
    Clash,
    Spot,
    clash_fault,
    clashes,
    decode_volume,
    encode_volume,
    numbers,
    pinned_paths,
    summarise,
)
from backissue.article import Article, Named, Related
from backissue.entries import Facts, Link, Place
from backissue.references import digest_of


def piece(date: str = "", title: str = "T", **other: Any) -> Article:
    return Article(title=title, date=dated(date), **other)


def archive_of(articles: Mapping[str, Article]) -> Archive:
    return edition(articles).archive


def titles(articles: Mapping[str, Article], spots: list[Spot]) -> list[str]:
    """What articles at spots are called."""
    planned = edition(articles)
    return [msgspec.msgpack.decode(planned.link(spot), type=Link).title for spot in spots]


def test_volumes_stand_in_order() -> None:
    archive = archive_of(
        {
            "a.md": piece("2001-01-01", "New"),
            "b.md": piece("", "Undated"),
            "c.md": piece("1953", "Year"),
            "d.md": piece("1953-02", "Month"),
            "e.md": piece("0800-12-25", "Old"),
            "f.md": piece("1953-02-01", "Copy", copy_of="d.md"),
            "g.md": piece("1953-02-01", "Version", version_of="d.md"),
        }
    )
    assert [volume.name for volume in archive.volumes] == [
        "", "0800-12", "1953", "1953-02", "2001-01", "copies:1953-02", "versions:1953-02",
    ]  # fmt: skip
    assert (archive.listed, archive.count, archive.first_dated) == (5, 5, 1)
    assert [volume.year for volume in archive.volumes[-2:]] == ["1953", "1953"]
    assert [volume.apart for volume in archive.volumes[-3:]] == ["", "copies", "versions"]


def test_articles_of_a_volume_stand_by_instant_then_by_path() -> None:
    articles = {
        "a.md": piece("1953-02-01T10:00:00+00:00", "Later"),
        "b.md": piece("1953-02-01T11:00:00+02:00", "Earlier"),
        "c.md": piece("1953-02-01", "Day"),
        "d.md": piece("1953-02", "Month"),
        "e.md": piece("1953-02-01", "Also that day"),
    }
    assert titles(articles, archive_of(articles).newest(9)) == ["Later", "Earlier", "Day", "Also that day", "Month"]


def test_an_empty_archive() -> None:
    archive = Archive([])
    assert (archive.count, archive.first_dated, archive.newest(5), archive.terms) == (0, 0, [], {})


def test_neighbours_across_volumes() -> None:
    archive = archive_of(
        {"a.md": piece("", "U"), "b.md": piece("1953-01-01", "B"), "c.md": piece("1953-01-02", "C"),
         "d.md": piece("1955", "D"), "e.md": piece("1955", "E", copy_of="d.md")}
    )  # fmt: skip
    assert archive.before(0) is archive.after(0) is archive.before(1) is None  # the undated are nobody's neighbours
    assert archive.after(1) == Spot(2, 0)
    assert archive.before(2) == Spot(1, 1)
    assert archive.after(2) is archive.before(3) is archive.after(3) is None
    assert archive.link_digest(None) == NOTHING != archive.link_digest(Spot(0, 0))


def test_the_newest_are_dated_first() -> None:
    articles = {"a.md": piece("", "U"), "b.md": piece("1953", "B"), "c.md": piece("1954", "C")}
    archive = archive_of(articles)
    assert titles(articles, archive.newest(2)) == ["C", "B"]
    assert titles(articles, archive.newest(9)) == ["C", "B", "U"]
    assert archive.newest(0) == []


def test_a_summary_is_read_back() -> None:
    shelf = Shelf([entry_of(piece("1953-02-01", tags=("Sea",), body="[a](b.md) ![c](d.png)"), there=["d.png"])])
    (name, rows), *_ = shelf.facts()
    volume = summarise(name, rows)
    assert decode_volume(encode_volume(volume)) == volume
    assert (len(volume), list(numbers(volume.ids)), volume.files) == (1, [0], ("d.png",))
    assert volume.runs.keys[-1] == "tags:sea"
    assert len(volume.runs.run(len(volume.runs) - 1)) == 1


def test_a_term_is_shown_as_most_articles_write_it() -> None:
    archive = archive_of(
        {
            "a.md": piece("1953", tags=("sea",)),
            "b.md": piece("1954", "B", tags=("Sea",)),
            "c.md": piece("1954", "C", tags=("Sea",)),
            "d.md": piece("1955", "D", tags=("SEA", "Tie")),
            "e.md": piece("1956", "E", tags=("TIE",)),
        }
    )
    assert (archive.terms["tags:sea"].ref.name, archive.terms["tags:sea"].count) == ("Sea", 4)
    assert archive.terms["tags:tie"].ref.name == "TIE"  # of equals the first by code point, whatever the order
    assert [index for index, _run in archive.terms["tags:sea"].runs] == [0, 1, 2]
    assert archive.terms["tags:sea"].folder == "tags/sea/"


def test_terms_with_one_slug_have_folders_of_their_own() -> None:
    archive = archive_of(
        {
            f"{n}.md": piece("1953", str(n), tags=(tag,))
            for n, tag in enumerate(["C++", "C", "C#", "Новости", "Novosti"])
        }
    )
    paths = {term.ref.name: term.ref.path for term in archive.kinds("tags")}
    assert paths["C"] == "tags/c/index.html"
    assert paths["Novosti"] == "tags/novosti/index.html"
    assert len(set(paths.values())) == 5
    assert paths["C++"].startswith("tags/c-")
    assert paths["Новости"].startswith("tags/novosti-")


def test_of_terms_that_only_resemble_their_slug_the_first_has_the_plain_folder() -> None:
    archive = archive_of({f"{n}.md": piece("1953", str(n), tags=(tag,)) for n, tag in enumerate(["C++", "C#"])})
    paths = {term.ref.name: term.ref.path for term in archive.kinds("tags")}
    assert paths["C#"] == "tags/c/index.html"


def test_terms_of_two_taxonomies_do_not_meet() -> None:
    archive = archive_of({"a.md": piece("1953", tags=("Sea",), section="Sea", source=Named("Sea"))})
    assert {term.ref.path for term in archive.terms.values()} == {
        "tags/sea/index.html", "sections/sea/index.html", "sources/sea/index.html",
    }  # fmt: skip
    assert [term.ref.name for term in archive.kinds("sources")] == ["Sea"]


def test_of_several_with_one_headline_the_last_before_is_meant() -> None:
    related = (Related("Flood"),)
    articles = {
        "a.md": piece("1950", "Flood", slug="one"),
        "b.md": piece("1953", "Flood", slug="two"),
        "c.md": piece("1954", "Walls", related=related),
        "d.md": piece("1960", "Flood", slug="three"),
        "e.md": piece("1940", "Before all", related=related),
        "f.md": piece("1953", "Flood", slug="zwei", related=related),
    }
    archive = archive_of(articles)
    name = (digest_of("title:flood"),)
    order = [spot for volume in range(archive.listed) for spot in [Spot(volume, 0)]]
    before_all, one, two, walls, three = order
    assert archive.resolve(name, walls) == Spot(two.volume, 1)
    assert archive.resolve(name, before_all) == one
    assert archive.resolve(name, Spot(two.volume, 1)) == two  # never itself
    assert archive.resolve((digest_of("title:gone"), *name), three) == Spot(two.volume, 1)
    assert archive.resolve((digest_of("title:gone"),), walls) is None
    assert archive.referrers == {Spot(two.volume, 1): [walls], one: [before_all], two: [Spot(two.volume, 1)]}


def test_nobody_is_looked_up_that_nobody_wants() -> None:
    assert archive_of({"a.md": piece("1950", "Flood")}).providers == {}


def test_leads_and_followers() -> None:
    archive = archive_of(
        {
            "a.md": piece("1953-02-01", "Flood"),
            "b.md": piece("1953-02-02", "Flood", copy_of="a.md"),
            "c.md": piece("1954-01", "Flood", copy_of="a.md"),
            "d.md": piece("1953-02", "Old", version_of="a.md", related=(Related("Flood"),)),
            "e.md": piece("1955", "Copy of a draft", copy_of="f.md"),
            "f.md": piece("1955", "Draft", draft=True),
        }
    )
    flood = Spot(0, 0)
    assert archive.followers == {flood: [Spot(1, 0), Spot(2, 0), Spot(4, 0)]}
    assert archive.leads[Spot(1, 0)] == flood
    assert archive.referrers == {}  # what is listed with an article does not count as pointing to it
    assert archive.before(2) is archive.after(1) is None


def place(name: str) -> Place:
    file, _, line = name.partition(":")
    return Place(file, int(line or 0), 0, 0, name.encode())


def test_clashes_name_every_place() -> None:
    entries = [
        entry_of(piece("1953", "Same"), "b.md"), entry_of(piece("1953", "Same"), "lines.jsonl:12"),
        entry_of(piece("1953", "Same"), "a.md"), entry_of(piece("1953", "Other"), "c.md"),
    ]  # fmt: skip
    (_name, rows), *_ = Shelf(entries).facts()
    assert summarise("1953", rows).clashing
    (clash,) = clashes(rows)
    assert clash.path == "1953/same.html"
    assert str(clash_fault(clash, "content")) == (
        "content/a.md: has the same page, 1953/same.html, as content/b.md and content/lines.jsonl:12"
        " — give one of them another slug, or set clash: suffix in site.yaml"
    )
    assert not summarise("1953", rows[:1]).clashing


@pytest.mark.parametrize(
    ("taken", "changed", "plain"),
    [
        ({}, (), "a.md"),
        ({}, ("a.md",), "b.md"),  # the one that was there before
        ({}, ("a.md", "b.md"), "a.md"),
        ({"b.md": "x/same.html"}, (), "b.md"),
        ({"z.md": "x/same.html"}, (), None),
        ({"a.md": "x/same.html", "b.md": "x/same.html"}, ("a.md",), "b.md"),  # each was chosen when a third was there
    ],
)
def test_paths_of_clashing_articles(taken: dict[str, str], changed: tuple[str, ...], plain: str | None) -> None:
    clash = Clash("x/same.html", (place("a.md"), place("b.md")))
    chosen = pinned_paths(clash, taken, changed)
    assert chosen.keys() == {"a.md", "b.md"}
    assert len(set(chosen.values())) == 2
    assert [name for name, path in chosen.items() if path == "x/same.html"] == ([plain] if plain else [])
    assert all(path.startswith("x/same") for path in chosen.values())
    assert chosen == pinned_paths(Clash(clash.path, clash.places[::-1]), taken, changed)
    assert pinned_paths(clash, taken | chosen, ("a.md", "b.md")) == chosen


def test_wants_and_offers_are_noted_with_their_articles() -> None:
    entry = entry_of(piece("1953", "Flood", body="[x](b.md) [y](b.md#part)"))
    facts = msgspec.msgpack.decode(entry.facts, type=Facts)
    assert len(facts.wants) == 2
    (_name, rows), *_ = Shelf([entry]).facts()
    volume = summarise("1953", rows)
    assert list(memoryview(volume.wants).cast("Q")) == [digest_of("file:b.md")]
    assert len(volume.offers) // 8 == len(numbers(volume.offer_positions)) == len(facts.offers)


def test_a_volume_tallies_days_languages_and_lengths() -> None:
    archive = archive_of(
        {
            "a.md": piece("1953-02", "Month only", body="One two three."),
            "b.md": piece("1953-02-03T10:00:00+00:00", "Timed", body="word " * 300),
            "c.md": piece("1953-02-01", "Day", lang="de", body=""),
            "d.md": piece("1953-02-03", "Same day", body="word " * 5_000),
        }
    )
    (volume,) = archive.volumes
    assert list(volume.days) == [0, 1, 3, 3]  # in the order of the articles, so the days never fall
    assert volume.langs == {"en": 3, "de": 1}
    assert (volume.lengths, volume.words) == ((1, 1, 0, 1, 0, 0, 0, 1), 5_303)


def test_a_version_of_a_copy_is_led_to_by_the_copy() -> None:
    articles = {
        "a.md": piece("1953-02-01", "Story"),
        "b.md": piece("1953-02-02", "Copy", copy_of="a.md"),
        "c.md": piece("1953-02-03", "Older", version_of="b.md"),
        "d.md": piece("1953-02-04", "Copy of a copy", copy_of="b.md"),
        "e.md": piece("1953-02-05", "Of nothing", version_of="d.md"),
    }
    archive = archive_of(articles)
    assert titles(articles, archive.strays()) == ["Copy of a copy", "Of nothing"]
