"""The ledger of addresses: its files, what a build makes of them, and what that does to a site."""

from __future__ import annotations

import json
import re
import shutil
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scratch import NOW, ScratchSite, article, differences

from backissue.addresses.changes import Change, reckon, write
from backissue.addresses.claims import Claim, Left, asks_to_move, exchanged, heirs
from backissue.addresses.ledger import Ledger, collapsed, file_of, parse, read_by_hand, shard_of
from backissue.addresses.listed import kinds_made, page_lines, page_redirects
from backissue.building import Options
from backissue.check import check_archive
from backissue.config import Site, lacking
from backissue.entries import Place
from backissue.errors import ContentErrors
from backissue.pipeline import opened
from backissue.reading import Reader

names = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\n\r\t\0"), min_size=1, max_size=20)


# -- the files


def faults(text: str | bytes, name: str = "1953") -> list[str]:
    with pytest.raises(ContentErrors) as caught:
        parse(text if isinstance(text, bytes) else text.encode(), f"urls/{name}.txt", name)
    return [str(fault) for fault in caught.value.faults]


def change(**parts: object) -> Change:
    return Change(*({key: {} for key in Change._fields} | parts).values())


def test_there_need_be_none(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    assert (ledger.live(), ledger.moved, ledger.stamp) == ({}, {}, ())
    assert read_by_hand(tmp_path) == {}


@given(st.dictionaries(names, st.integers(1900, 1903), max_size=5))
@settings(max_examples=25)
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, years: dict[str, int]) -> None:
    root = tmp_path_factory.mktemp("root")
    lines = {f"{year}/02/{number}.html": f"{name}.md" for number, (name, year) in enumerate(years.items())}
    write(root, Ledger(root), change(added=lines))
    ledger = Ledger(root)
    assert ledger.live() == lines
    assert ledger.kept(lines.values()) == {name: path for path, name in lines.items()}
    assert all(ledger.has(path) for path in lines)
    assert not ledger.has("1900/02/none.html")


def test_a_line_an_address_in_files_by_year(tmp_path: Path) -> None:
    added = {
        "1953/02/b.html": "x/b.md",
        "1953/02/a.html": "z.md",
        "copies/1953/02/c.html": "c.md",
        "1936/d.html": "d.md",
    }
    moved = {"1953/02/old.html": "1953/02/a.html"}
    lists = {"tags": {"tags/sea/index.html": "sea"}}
    write(tmp_path, Ledger(tmp_path), change(added=added, moved=moved, lists=lists, lost={"undated/e.html": "e.md"}))
    assert {path.name: path.read_text() for path in (tmp_path / "urls").iterdir()} == {
        "1936.txt": "1936/d.html\td.md\n",
        "1953.txt": "1953/02/a.html\tz.md\n1953/02/b.html\tx/b.md\ncopies/1953/02/c.html\tc.md\n",
        "moved.txt": "1953/02/old.html\t1953/02/a.html\n",
        "gone.txt": "undated/e.html\te.md\n",
        "tags.txt": "tags/sea/index.html\tsea\n",
    }


def test_only_what_changes_is_written(tmp_path: Path) -> None:
    write(tmp_path, Ledger(tmp_path), change(added={"1953/a.html": "a.md", "1954/b.html": "b.md"}))
    before = {path.name: path.stat().st_ino for path in (tmp_path / "urls").iterdir()}
    assert not write(tmp_path, Ledger(tmp_path), change(added={"1953/a.html": "a.md"}))
    assert write(tmp_path, Ledger(tmp_path), change(removed={"1954/b.html": "b.md"}))
    assert {path.name: path.stat().st_ino for path in (tmp_path / "urls").iterdir()} == {"1953.txt": before["1953.txt"]}


def test_files_as_editors_leave_them() -> None:
    found = parse("\ufeff1953/a.html\ta.md\r\n\r\n1953/b.html\tmy b.md".encode(), "urls/1953.txt")
    assert found == {"1953/a.html": "a.md", "1953/b.html": "my b.md"}


def test_the_last_line_needs_no_end(tmp_path: Path) -> None:
    (tmp_path / "urls").mkdir()
    (tmp_path / "urls/1953.txt").write_bytes(b"1953/a.html\ta.md\r\n1953/b.html\tb.md")
    assert Ledger(tmp_path).kept(["b.md", "a.md", "c.md"]) == {"a.md": "1953/a.html", "b.md": "1953/b.html"}


@pytest.mark.parametrize(
    "line",
    [
        "no tab",
        "1953/a.html\t",
        "\ta.md",
        "1953/a\ta.md",
        "/1953/a.html\ta.md",
        "../a.html\ta.md",
        "1953//a.html\ta.md",
        "1953/./a.html\ta.md",
        "1953\\a.html\ta.md",
        "1953/index.html\ta.md",  # a list's own page
        "tags/sea/page/1.html\ta.md",  # a numbered page
        "404.html\ta.md",
        ".html\ta.md",
        "<<<<<<< HEAD",
    ],
)
def test_lines_that_are_none(line: str) -> None:
    assert faults(f"1953/b.html\tb.md\n{line}\n") == [
        "urls/1953.txt:2: no path and what has it — write the page's path (such as 2019/03/slug.html), a tab, and the"
        " article's file"
    ]


def test_one_address_of_two_articles() -> None:
    assert faults("1/a.html\ta.md\n1/a.html\tb.md\n1/a.html\ta.md\n") == [
        "urls/1953.txt:2: 1/a.html has another line too — leave one of the lines out"
    ]


def test_two_addresses_of_one_article(tmp_path: Path) -> None:
    write(tmp_path, Ledger(tmp_path), change(added={"1953/a.html": "a.md", "1954/a.html": "a.md"}))
    with pytest.raises(
        ContentErrors, match=r"urls/1954\.txt: a\.md has 1953/a\.html too — take one of the two lines out"
    ):
        Ledger(tmp_path).live()


def test_bytes_that_are_no_text() -> None:
    (fault,) = faults(b"1/\xff.html\ta.md\n")
    assert fault.startswith("urls/1953.txt: can't be read: ")


def test_chains_lead_to_their_end_and_circles_are_faults() -> None:
    assert collapsed({"a": "b", "b": "c", "x": "b", "c": "d"}) == {"a": "d", "b": "d", "c": "d", "x": "d"}
    with pytest.raises(ContentErrors, match=r"urls/moved\.txt: a leads round to itself"):
        collapsed({"a": "b", "b": "c", "c": "a"})


@pytest.mark.parametrize(
    ("path", "shard"),
    [("2019/03/a.html", "2019"), ("copies/2019/a.html", "2019"), ("undated/a.html", "undated"), ("mine.html", "other"),
     ("copies/undated/a.html", "undated"), ("notes/a.html", "other")],
)  # fmt: skip
def test_the_file_of_an_address(path: str, shard: str) -> None:
    assert shard_of(path) == shard


def test_the_file_of_an_article() -> None:
    assert [file_of(name) for name in ("a#b.md", "x/l.jsonl#12", "l.jsonl.gz#a.b", "l.jsonl#x/a.md")] == [
        "a#b.md", "x/l.jsonl", "l.jsonl.gz", "l.jsonl"
    ]  # fmt: skip


# -- who has a right to what


@pytest.mark.parametrize(
    ("slug", "kept", "asks"),
    [("", "1953/flood.html", False), ("flood", "1953/flood.html", False), ("storm", "1953/flood.html", True),
     ("flood", "1953/flood-3a8f4bb1.html", True)],
)  # fmt: skip
def test_a_slug_asks_for_another_name(slug: str, kept: str, asks: bool) -> None:
    assert asks_to_move(slug, kept, "a.md") is asks


def test_a_slug_asks_for_no_other_name_than_the_one_that_told_it_apart() -> None:
    from backissue.slugs import tailed

    assert not asks_to_move("flood", f"1953/{tailed('flood', 'a.md')}.html", "a.md")


def claim(name: str, digest: bytes = b"", line: int = 0, known_as: tuple[str, ...] = ()) -> Claim:
    return Claim(name, "1999/new.html", "", True, Place(file_of(name), line, 0, 0, digest), known_as)


def left(name: str, digest: bytes = b"x", line: int = 0, known_as: tuple[str, ...] = (), path: str = "") -> Left:
    return Left(name, path or f"1953/{name[0]}.html", Place(file_of(name), line, 0, 0, digest), known_as)


def test_articles_are_known_under_other_names() -> None:
    one, two, three = left("a.md", b"1"), left("b.md", b"2", known_as=("u",)), left("l.jsonl#1", b"3", 7)
    came = [claim("n.md", b"1"), claim("m.md", b"9", known_as=("u", "v")), claim("l.jsonl#2", b"8", 7), claim("o.md")]
    assert heirs([one, two, three], came) == {"n.md": one, "m.md": two, "l.jsonl#2": three}


def test_a_page_tells_more_than_a_line() -> None:
    before = left("l.jsonl#1", b"1", 1), left("l.jsonl#2", b"2", 2, path="1999/new.html")
    came = [claim("l.jsonl#3", b"3", 1), claim("l.jsonl#4", b"4", 2)._replace(path="1999/newer.html")]
    assert heirs(before, came) == {"l.jsonl#3": before[1]}


def test_what_may_be_two_articles_is_nobodys() -> None:
    assert heirs([left("a.md", b"1")], [claim("n.md", b"1"), claim("m.md", b"1")]) == {}
    assert heirs([left("a.md", b"1"), left("b.md", b"1")], [claim("n.md", b"1")]) == {}


def test_files_that_change_their_names_among_each_other() -> None:
    """Each is known by its bytes, as long as it is sure whose they are."""
    before = {name: left(name, data) for name, data in (("1.md", b"1"), ("2.md", b"2"), ("3.md", b"3"))}

    def found(**after: bytes) -> dict[str, str]:
        claims = [claim(f"{name[1:]}.md", data) for name, data in after.items()]
        return {name: each.name for name, each in exchanged(before, claims).items()}

    assert found(n1=b"2", n2=b"1", n3=b"4") == {"1.md": "2.md", "2.md": "1.md"}
    assert found(n1=b"new", n2=b"1", n3=b"2", n4=b"3") == {"2.md": "1.md", "3.md": "2.md", "4.md": "3.md"}
    assert found(n2=b"1", n3=b"new", n4=b"2") == {"2.md": "1.md", "4.md": "2.md"}
    # A copy of what is edited then is a new article, and what two have is nobody's.
    assert found(n1=b"edited", copy=b"1") == {}
    assert found(n1=b"2", n2=b"1", copy=b"1") == {}
    assert found(n1=b"1", n2=b"2") == {}
    # Nor does a file that another one was written over go on as that.
    assert found(n2=b"1") == found(n2=b"1", n3=b"2") == {}


# -- what a build makes of it


def reckoned(root: Path, was: dict[str, str], now: dict[str, str], **more: object) -> Change:
    given = {
        "successors": {},
        "known_by": {},
        "claimant": lambda _path: "",
        "absent": lambda _name: False,
        "lists": {},
        "unmade": {},
    } | more
    return reckon(Ledger(root), was, now, *given.values())


def test_moved_claimed_absent_and_lost(tmp_path: Path) -> None:
    was = {"1/a.html": "a.md", "1/b.html": "b.md", "1/c.html": "c.md", "1/d.html": "d.md", "1/e.html": "e.md"}
    now = {"2/a.html": "a.md", "2/n.html": "n.md", "1/e.html": "f.md"}
    found = reckoned(
        tmp_path,
        was,
        now,
        claimant=lambda path: "2/n.html" if path == "1/b.html" else "",
        absent=lambda name: name == "c.md",
    )
    assert found.moved == {"1/a.html": "2/a.html", "1/b.html": "2/n.html"}
    assert found.lost == {"1/d.html": "d.md"}
    assert found.removed == {"1/a.html": "a.md", "1/b.html": "b.md", "1/d.html": "d.md"}
    assert found.added == {"2/a.html": "a.md", "2/n.html": "n.md", "1/e.html": "f.md"}


def test_what_led_to_a_lost_page_is_lost_with_it(tmp_path: Path) -> None:
    moved = {"1/a.html": "2/a.html", "1/b.html": "2/b.html"}
    write(tmp_path, Ledger(tmp_path), change(moved=moved))
    found = reckoned(tmp_path, {"2/a.html": "a.md"}, {})
    assert found.lost == {"2/a.html": "a.md", "1/a.html": "a.md"}
    assert found.moved == {"1/b.html": "2/b.html"}


def test_back_to_where_it_was(tmp_path: Path) -> None:
    write(tmp_path, Ledger(tmp_path), change(moved={"1/a.html": "2/a.html", "0/a.html": "2/a.html"}))
    found = reckoned(tmp_path, {"2/a.html": "a.md"}, {"1/a.html": "a.md"})
    assert found.moved == {"2/a.html": "1/a.html", "0/a.html": "1/a.html"}


def test_what_comes_back_is_not_gone(tmp_path: Path) -> None:
    write(tmp_path, Ledger(tmp_path), change(lost={"1/a.html": "a.md", "1/b.html": "b.md"}))
    assert reckoned(tmp_path, {}, {"1/a.html": "a.md"}).gone == {"1/b.html": "b.md"}


# -- sites


@pytest.fixture
def site(tmp_path: Path) -> ScratchSite:
    site = ScratchSite(tmp_path)
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", tags="[Sea]")
    site.put("b.md", "Walls", "Walls held.", date="1953-02-03", tags="[Sea]")
    site.build(allow_gone=False)
    return site


def ledger(site: ScratchSite) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted((site.root / "urls").iterdir())}


def test_every_address_is_noted(site: ScratchSite) -> None:
    lines = ledger(site)
    assert "feed.xml\turl, feeds.formats: atom\n" in lines.pop("settings.txt")
    assert lines == {
        "1953.txt": "1953/02/flood.html\ta.md\n1953/02/walls.html\tb.md\n",
        "calendar.txt": "1953/02/index.html\t1953-02\n1953/index.html\t1953\n",
        "tags.txt": "tags/sea/index.html\tsea\n",
    }


def test_a_new_title_or_date_keeps_the_address(site: ScratchSite) -> None:
    site.put("a.md", "The great flood", "Water rose.", date="1953-01-31", tags="[Sea]")
    site.build(allow_gone=False)
    assert "The great flood" in site.page("1953/02/flood.html")
    assert '"../02/flood.html"' in site.page("1953/01/index.html").replace("../../1953/", "../")
    assert "1953/01/the-great-flood.html" not in site.tree()
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_a_slug_moves_an_article_and_its_old_address_leads_on(site: ScratchSite) -> None:
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", tags="[Sea]", slug="the-storm")
    site.build(allow_gone=False)
    assert "Water rose." in site.page("1953/02/the-storm.html")
    old = site.page("1953/02/flood.html")
    assert '<meta http-equiv="refresh" content="0; url=../../1953/02/the-storm.html">' in old
    assert '<link rel="canonical" href="https://archive.example/1953/02/the-storm.html">' in old
    assert "noindex" in old
    assert ledger(site)["moved.txt"] == "1953/02/flood.html\t1953/02/the-storm.html\n"
    assert "1953/02/flood.html" not in site.page("sitemap-1953.xml")
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", tags="[Sea]", slug="sea-storm")
    site.build(allow_gone=False)
    assert "sea-storm.html" in site.page("1953/02/flood.html")  # no chain
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_a_clone_without_state_keeps_every_address(site: ScratchSite) -> None:
    site.put("a.md", "The great flood", "Water rose.", date="1954-01-31", tags="[Sea]")
    site.build(allow_gone=False)
    before = site.tree()
    for folder in (".backissue", "public"):
        shutil.rmtree(site.root / folder)
    site.build(allow_gone=False)
    assert not differences(site.tree(), before)


def test_a_renamed_file_keeps_its_address(site: ScratchSite) -> None:
    site.put("a.md", "The great flood", "Water rose.", date="1953-02-01", tags="[Sea]")
    site.build(allow_gone=False)
    (site.root / "content/a.md").rename(site.root / "content/z.md")
    site.build(allow_gone=False)
    assert "The great flood" in site.page("1953/02/flood.html")
    assert "1953/02/flood.html\tz.md\n" in ledger(site)["1953.txt"]
    assert "moved.txt" not in ledger(site)
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_what_was_never_published_leaves_no_address(site: ScratchSite) -> None:
    line = '{"title": "%s", "date": "1953-03-01", "body": "It blew."}\n'
    site.write("content/lines.jsonl", line % "Storm")
    site.remove("content/a.md")
    with pytest.raises(ContentErrors):  # a.md's address would be lost, so nothing is published
        site.build(allow_gone=False)
    site.write("content/lines.jsonl", line % "Gale")
    site.build(allow_gone=True)
    assert site.page("1953/03/gale.html")
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_a_lost_address_stops_the_build(site: ScratchSite) -> None:
    before = site.tree()
    site.remove("content/a.md")
    with pytest.raises(ContentErrors) as caught:
        site.build(allow_gone=False)
    assert str(caught.value) == (
        "content/a.md: is gone, and with it the page 1953/02/flood.html — put it back, or write"
        " aliases: [/1953/02/flood.html] in another article, or build with --allow-gone"
    )
    assert site.tree() == before
    with pytest.raises(ContentErrors):  # still, and from nothing too
        site.build(allow_gone=False)
    with pytest.raises(ContentErrors):
        site.build(allow_gone=False, state=site.root / "other")
    site.put("c.md", "Another", date="1953-03-01", aliases="[/1953/02/flood.html]")
    site.build(allow_gone=False)
    assert "1953/03/another.html" in site.page("1953/02/flood.html")
    assert "a.md" not in "".join(ledger(site).values())


def test_an_address_is_given_up(site: ScratchSite) -> None:
    site.remove("content/a.md")
    site.build(allow_gone=True)
    assert ledger(site)["gone.txt"] == "1953/02/flood.html\ta.md\n"
    site.build(allow_gone=False)
    site.put("a.md", "Flood", "It rose again.", date="1953-02-01")
    site.build(allow_gone=False)
    assert "gone.txt" not in ledger(site)


@pytest.mark.parametrize("front", [{"draft": "true"}, {"embargo": "2999-01-01"}])
def test_unpublishing_is_a_loss_but_not_of_what_never_was_published(site: ScratchSite, front: dict[str, str]) -> None:
    site.put("c.md", "Draft", date="1953-02-01", draft="true")
    site.build(allow_gone=False)
    site.remove("content/c.md")
    site.build(allow_gone=False)
    site.put("a.md", "Flood", date="1953-02-01", **front)
    with pytest.raises(ContentErrors, match=r"content/a\.md: is published no more, and with it the page 1953/02/flood"):
        site.build(allow_gone=False)


def test_what_can_not_be_read_is_not_lost(site: ScratchSite) -> None:
    site.write("content/a.md", "---\ntitle: [\n---\n")
    report = site.build(skip_bad=True, allow_gone=False)
    assert (len(report.faults), report.articles) == (1, 1)
    site.put("a.md", "The great flood", date="1953-02-01")
    site.build(allow_gone=False)
    assert "The great flood" in site.page("1953/02/flood.html")


def test_a_preview_notes_nothing_and_the_next_build_does(site: ScratchSite) -> None:
    before = ledger(site)
    site.put("c.md", "Tpyo", date="1953-02-04")
    site.build(preview=True, allow_gone=False)
    assert ledger(site) == before
    site.put("c.md", "Typo", date="1953-02-04")
    site.remove("content/a.md")
    site.build(preview=True, allow_gone=False)  # it is only looked at
    assert "1953/02/typo.html" in site.tree()
    assert "1953/02/flood.html" not in site.tree()
    with pytest.raises(ContentErrors, match=r"content/a\.md: is gone"):
        site.build(allow_gone=False)
    site.put("a.md", "Flood", date="1953-02-01")
    site.build(allow_gone=False)
    assert "1953/02/typo.html\tc.md\n" in ledger(site)["1953.txt"]


def test_a_new_article_may_not_have_an_address_that_leads_on(site: ScratchSite) -> None:
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", slug="storm")
    site.build(allow_gone=False)
    site.put("c.md", "Flood", "Again.", date="1953-02-09")
    with pytest.raises(ContentErrors) as caught:
        site.build(allow_gone=False)
    assert str(caught.value) == (
        "content/c.md: has the address 1953/02/flood.html, which leads on to 1953/02/storm.html — give it another slug,"
        " or set clash: suffix in site.yaml"
    )
    site.write("site.yaml", "title: S\nurl: https://archive.example\nclash: suffix\n")
    site.build(allow_gone=False)
    assert "storm.html" in site.page("1953/02/flood.html")
    assert "Again." in next(site.page(path) for path in site.tree() if path.startswith("1953/02/flood-"))
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_lines_with_an_id_keep_their_addresses(site: ScratchSite) -> None:
    def lines(*titles: str) -> str:
        return "".join(
            json.dumps({"id": number, "title": title, "date": "1960-01-01", "body": "x"}) + "\n"
            for number, title in enumerate(titles)
        )

    site.write("content/l.jsonl", lines("One", "Two"))
    site.build(allow_gone=False)
    site.write("content/l.jsonl", lines("Zero", "Two", "Three"))
    site.build(allow_gone=False, jobs=1)
    assert "Zero" in site.page("1960/01/one.html")
    assert ledger(site)["1960.txt"].splitlines()[0] == "1960/01/one.html\tl.jsonl#0"
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))
    site.write("content/l.jsonl", lines("Zero"))
    with pytest.raises(
        ContentErrors, match=r"content/l\.jsonl: is published no more, and with it the page 1960/01/three"
    ):
        site.build(allow_gone=False)


def test_a_line_without_an_id_is_known_by_its_number(site: ScratchSite) -> None:
    one, two = ({"title": title, "date": "1960-01-01", "body": "x"} for title in ("One", "Two"))
    site.write("content/l.jsonl", f"{json.dumps(one)}\n{json.dumps(two)}\n")
    site.build(allow_gone=False)
    site.write("content/l.jsonl", f"{json.dumps(one)}\n{json.dumps(two | {'title': 'Second'})}\n")
    site.build(allow_gone=False)
    assert "Second" in site.page("1960/01/two.html")
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_lines_all_written_anew_with_one_more_before_them_keep_their_addresses(site: ScratchSite) -> None:
    titles = ("One", "Two", "Three")
    lines = [{"title": title, "date": "1960-01-01", "body": "x"} for title in titles]
    site.write("content/l.jsonl", "".join(f"{json.dumps(line)}\n" for line in lines))
    site.build(allow_gone=False)
    zero = {"title": "Zero", "date": "1960-01-01", "body": "x"}
    site.write("content/l.jsonl", "".join(f"{json.dumps(line, indent=None)} \n" for line in [zero, *lines]))
    site.build(allow_gone=False)
    for title in (*titles, "Zero"):
        assert f"<title>{title}" in site.page(f"1960/01/{title.lower()}.html")
        assert f":/1960/01/{title.lower()}.html" in site.page(f"1960/01/{title.lower()}.json")
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_what_takes_the_page_of_another_is_known_as_that_was(site: ScratchSite) -> None:
    """What feeds know a page by is its own: the ledger has it by the page, whoever stands there."""
    site.build(allow_gone=False)
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", slug="deluge")
    site.build(allow_gone=False)
    assert ":/1953/02/flood.html" in site.page("1953/02/deluge.json")
    site.remove("content/a.md")
    site.put("z.md", "Flood again", "Other words.", date="1953-02-01", slug="deluge")
    site.build(allow_gone=False)
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_what_others_noted_is_taken_up(site: ScratchSite) -> None:
    """As after a pull: the ledger says other things than the last build."""
    site.write("urls/1953.txt", "1953/02/flood.html\ta.md\n1953/02/the-walls.html\tb.md\n")
    site.write("urls/moved.txt", "1953/02/walls.html\t1953/02/the-walls.html\n")
    site.build(allow_gone=False)
    assert "Walls held." in site.page("1953/02/the-walls.html")
    assert "the-walls.html" in site.page("1953/02/walls.html")
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_lists_without_articles_lead_to_what_is_next(site: ScratchSite) -> None:
    site.put("a.md", "Flood", "Water rose.", date="1954-02-01", tags="[Ocean]")
    site.put("b.md", "Walls", "Walls held.", date="1954-02-03", tags="[Ocean]")
    site.build(allow_gone=False)
    assert '"../../tags/index.html"' in site.page("tags/sea/index.html")
    assert '"../../calendar/index.html"' in site.page("1953/02/index.html")
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))
    site.write("site.yaml", "title: S\nurl: https://archive.example\ntag_aliases: {sea: ocean}\n")
    site.build(allow_gone=False)
    assert '"../../tags/ocean/index.html"' in site.page("tags/sea/index.html")
    site.put("c.md", "Tide", date="1953-02-01", tags="[Ocean]")
    site.build(allow_gone=False)
    assert "Tide" in site.page("1953/02/index.html")


# -- numbered pages


def test_of_numbered_pages_the_highest_ever_is_noted(tmp_path: Path) -> None:
    noted = {"tags/sea/page/7.html": "tags/sea/index.html", "tags/page/s-2.html": "tags/index.html"}
    write(tmp_path, Ledger(tmp_path), change(lists={"pages": noted}))
    lists = {"tags": {"tags/sea/index.html": "sea", "tags/air/index.html": "air"}}
    assert page_lines(Ledger(tmp_path), lists, {}) == noted
    fewer = {"tags/sea/page/2.html": "tags/sea/index.html", "tags/air/page/1.html": "tags/air/index.html"}
    assert page_lines(Ledger(tmp_path), lists, fewer) == noted | {"tags/air/page/1.html": "tags/air/index.html"}
    more = {"tags/sea/page/10.html": "tags/sea/index.html", "tags/page/s.html": "tags/index.html"}
    assert page_lines(Ledger(tmp_path), lists, more) == more | {"tags/page/s-2.html": "tags/index.html"}
    assert page_lines(Ledger(tmp_path), {"tags": {}}, {}) == {"tags/page/s-2.html": "tags/index.html"}  # forgotten


def test_branches_may_both_have_noted_a_last_page(tmp_path: Path) -> None:
    (tmp_path / "urls").mkdir()
    lines = "tags/sea/page/7.html\ttags/sea/index.html\ntags/sea/page/12.html\ttags/sea/index.html\n"
    (tmp_path / "urls/pages.txt").write_text(lines)
    lists = {"tags": {"tags/sea/index.html": "sea"}}
    for last in (0, 7, 9, 12, 13):
        now = {f"tags/sea/page/{last}.html": "tags/sea/index.html"} if last else {}
        found = page_lines(Ledger(tmp_path), lists, now)
        assert found == {f"tags/sea/page/{max(last, 12)}.html": "tags/sea/index.html"}
        numbers = range(last + 1, 13)
        assert page_redirects(found, now, {}) == {
            f"tags/sea/page/{number}.html": "tags/sea/index.html" for number in numbers
        }


def test_numbered_pages_that_are_no_more_lead_to_their_list_or_on() -> None:
    lines = {"tags/sea/page/4.html": "tags/sea/index.html", "tags/page/s-2.html": "tags/index.html"}
    now = {"tags/sea/page/2.html": "tags/sea/index.html", "tags/page/s-2.html": "tags/index.html"}
    assert page_redirects(lines, lines, {}) == {}
    assert page_redirects(lines, now, {}) == {
        "tags/sea/page/3.html": "tags/sea/index.html",
        "tags/sea/page/4.html": "tags/sea/index.html",
    }
    assert page_redirects(lines, {}, {"tags/sea/index.html": "tags/ocean/index.html"}) == {
        **{f"tags/sea/page/{number}.html": "tags/ocean/index.html" for number in (1, 2, 3, 4)},
        "tags/page/s-2.html": "tags/index.html",
    }


SMALL_PAGES = """title: S
url: https://archive.example
page_size: %d
feeds: {lists: [tags]}
citations: {lists: [tags, months], pages: all}
redirects: {maps: [netlify]}
tag_aliases: {sea: ocean}
"""


def test_a_list_that_shrinks_keeps_its_numbers(site: ScratchSite) -> None:
    site.write("site.yaml", SMALL_PAGES % 1)
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", tags="[Wind]")
    site.put("b.md", "Walls", "Walls held.", date="1953-02-03", tags="[Wind]")
    site.build(allow_gone=False)
    noted = "1953/02/page/3.html\t1953/02/index.html\ntags/wind/page/3.html\ttags/wind/index.html\n"
    assert ledger(site)["pages.txt"] == noted
    whole = site.page("tags/wind/page/2.html")
    site.write("site.yaml", SMALL_PAGES % 2)
    site.build(allow_gone=False)
    assert "noindex" not in site.page("tags/wind/page/2.html")  # the empty one behind the first, which is full
    assert '<meta http-equiv="refresh" content="0; url=../../../tags/wind/index.html">' in site.page(
        "tags/wind/page/3.html"
    )
    assert '"../../../1953/02/index.html"' in site.page("1953/02/page/3.html")
    assert ledger(site)["pages.txt"] == noted
    assert "/tags/wind/page/3.bib /tags/wind/citations.bib 301" in site.page("_redirects").splitlines()
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))
    again = site.build(allow_gone=False)
    assert (again.rendered, again.written, again.removed) == (0, 0, 0)
    site.write("site.yaml", SMALL_PAGES % 1)
    site.build(allow_gone=False)
    assert site.page("tags/wind/page/2.html") == whole
    assert ledger(site)["pages.txt"] == noted


def test_a_list_that_emptied_leads_all_that_it_had_on(site: ScratchSite) -> None:
    site.write("site.yaml", SMALL_PAGES % 1)
    for name, tag in (("a.md", "Wind"), ("b.md", "Ocean")):
        site.put(name, name[0].upper(), "Text.", date="1954-01-01", tags=f"[{tag}]")
    site.build(allow_gone=False)
    (site.root / "content/a.md").unlink()
    site.build()
    assert '"../../../tags/index.html"' in site.page("tags/wind/page/2.html")
    assert "tags/wind/page/1.html" in site.tree()
    # The topic "sea", of the first build, had one page only; site.yaml says that it is "ocean" now.
    lines = set(site.page("_redirects").splitlines())
    assert {
        "/tags/sea/feed.xml /tags/ocean/feed.xml 301",
        "/tags/sea/feed.json /tags/ocean/feed.json 301",
        "/tags/sea/citations.bib /tags/ocean/citations.bib 301",
    } <= lines
    # A host that reads no such list has the same files at both addresses; what emptied has files that hold nothing.
    for file in ("feed.xml", "feed.json", "citations.bib"):
        assert site.page(f"tags/sea/{file}") == site.page(f"tags/ocean/{file}")
    assert json.loads(site.page("tags/wind/feed.json"))["expired"] is True
    assert "<entry>" not in site.page("tags/wind/feed.xml")
    assert ":/tags/wind/index.html</id>" in site.page("tags/wind/feed.xml")
    for file in ("tags/wind/citations.bib", "tags/wind/page/1.bib", "1953/02/citations.bib"):
        assert site.page(file) == ""
    assert json.loads(site.page("tags/wind/citations.csl.json")) == []
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))
    for folder in (".backissue", "public"):
        shutil.rmtree(site.root / folder)
    before = ledger(site)
    site.build(allow_gone=False)
    assert '"../../../tags/index.html"' in site.page("tags/wind/page/2.html")
    assert ledger(site) == before
    # Whose very address must go is forgotten with its line.
    tags = (site.root / "urls/tags.txt").read_text().replace("tags/wind/index.html\twind\n", "")
    site.write("urls/tags.txt", tags)
    site.build()
    assert not any(path.startswith("tags/wind/") for path in site.tree())
    assert "wind" not in "".join(ledger(site).values())


def test_parts_of_an_index_lead_to_it(site: ScratchSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backissue.outputs.terms.ON_ONE_PAGE", 2)
    site.put("c.md", "Tide", date="1953-02-01", tags="[Sand, Stone, Wind]")
    site.build(allow_gone=False)
    parts = ["tags/page/s-1.html", "tags/page/s-2.html", "tags/page/w.html"]
    assert ledger(site)["pages.txt"] == "".join(f"{path}\ttags/index.html\n" for path in parts)
    site.put("c.md", "Tide", date="1953-02-01", tags="[Sand, Wind]")
    site.build(allow_gone=False)
    assert '"../../tags/index.html"' in site.page("tags/page/s-2.html")
    assert "noindex" not in site.page("tags/page/w.html")
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_a_preview_notes_no_numbered_page(site: ScratchSite) -> None:
    before = ledger(site)
    site.write("site.yaml", SMALL_PAGES % 1)
    site.build(preview=True)
    assert ledger(site) == before


def test_a_second_term_with_one_slug_leaves_the_first_its_folder(site: ScratchSite) -> None:
    site.put("c.md", "One", date="1960-01-01", tags='["C++"]')
    site.build(allow_gone=False)
    assert "C++" in site.page("tags/c/index.html")
    site.put("d.md", "Two", date="1960-01-02", tags='["C"]')
    site.build(allow_gone=False)
    assert "C++" in site.page("tags/c/index.html")
    assert "Two" not in site.page("tags/c/index.html").partition("<main")[2].partition("</main>")[0]
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_the_history_of_an_article_moves_with_it(site: ScratchSite) -> None:
    site.put("old.md", "Flood (first)", "It rose.", date="1953-02-01", version_of="a.md")
    site.build(allow_gone=False)
    assert "1953/02/flood.versions.html" in site.tree()
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", tags="[Sea]", slug="storm")
    site.build(allow_gone=False)
    assert '"../../1953/02/storm.versions.html"' in site.page("1953/02/flood.versions.html")
    assert "1953/02/storm.versions.html" in site.tree()
    (changes,) = [path for path in site.tree() if path.startswith("1953/02/storm.changes-")]
    assert f'"../../{changes}"' in site.page(changes.replace("storm", "flood"))
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_a_version_that_comes_after_the_move_and_one_that_goes(site: ScratchSite) -> None:
    site.write("site.yaml", "title: S\nurl: https://archive.example\nredirects: {maps: [apache]}\n")
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", slug="storm")
    site.build(allow_gone=False)
    assert not [path for path in site.tree() if ".versions" in path]
    site.put("old.md", "Flood (first)", "It rose.", date="1953-02-01", version_of="a.md")
    site.build(allow_gone=False)
    assert "1953/02/flood.versions.html" not in site.tree()  # where it never was
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", slug="gale")
    site.build(allow_gone=False)
    assert '"../../1953/02/gale.versions.html"' in site.page("1953/02/storm.versions.html")
    assert "/1953/02/storm.timemap /1953/02/gale.timemap" in site.page("redirects.apache").splitlines()
    mementos = site.page("1953/02/gale.timemap").partition("memento")[2]
    assert site.page("1953/02/storm.timemap").partition("memento")[2] == mementos
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))
    site.put("old.md", date="1953-02-01", version_of="a.md", status="withdrawn")
    site.build(allow_gone=False)
    assert '"../../1953/02/gale.html"' in site.page("1953/02/storm.versions.html")
    assert '"../../1953/02/gale.html"' in site.page("1953/02/gale.versions.html")
    assert "timemap" not in site.page("redirects.apache")
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_feeds_know_an_article_that_moves_by_its_first_address(site: ScratchSite) -> None:
    def known() -> str:
        (item,) = [
            item for item in json.loads(site.page("feed.json"))["items"] if item["content_text"] == "Water rose."
        ]
        return item["id"]

    first = known()
    assert first.endswith("/1953/02/flood.html")
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", tags="[Sea]", slug="storm")
    site.build(allow_gone=False)
    assert known() == first
    assert ledger(site)["known.txt"] == "1953/02/storm.html\t1953/02/flood.html\n"
    assert f"<id>{first}</id>" in site.page("feed.xml")
    assert json.loads(site.page("1953/02/flood.json")) == json.loads(site.page("1953/02/storm.json"))
    assert json.loads(site.page("1953/02/storm.json"))["uri"] == first
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))
    again = site.build(allow_gone=False)
    assert (again.parsed, again.rendered, again.written) == (0, 0, 0)
    site.put("a.md", "Gale", "Water rose.", date="1954-03-01", tags="[Sea]")
    site.build(allow_gone=False, move=("a.md",))
    assert known() == first
    assert ledger(site)["known.txt"] == "1954/03/gale.html\t1953/02/flood.html\n"
    for folder in (".backissue", "public"):
        shutil.rmtree(site.root / folder)
    site.build(allow_gone=False)
    assert known() == first
    # As after a merge: what others noted counts.
    site.write("urls/known.txt", "1954/03/gale.html\t1953/02/storm.html\n")
    site.build(allow_gone=False)
    assert known() == first.replace("flood", "storm")
    site.write("urls/known.txt", "1954/03/gale.html\t1953/02/flood.html\n")
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", tags="[Sea]", slug="flood")
    site.build(allow_gone=False, move=("a.md",))
    assert known() == first
    assert "known.txt" not in ledger(site)
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_what_is_withdrawn_is_known_by_the_address_that_it_has(site: ScratchSite) -> None:
    site.put("a.md", date="1953-02-01", status="withdrawn", slug="notice")
    site.build(allow_gone=False)
    site.write("urls/moved.txt", "")
    site.build(allow_gone=False)
    assert not [path for path, data in site.tree().items() if b"flood" in data or "flood" in path]


def test_an_alias_once_published_leads_on(site: ScratchSite) -> None:
    settings = "title: S\nurl: https://archive.example\nredirects: {aliases: %s, maps: [%s]}\n"
    site.write("site.yaml", settings % ("true", "netlify"))
    site.put(
        "a.md",
        "Flood",
        "Water rose.",
        date="1953-02-01",
        tags="[Sea]",
        aliases="[/story/7, /statistics/, /search.html]",
    )
    site.put("b.md", "Walls", "Walls held.", date="1953-02-03", aliases="[/story/8]")
    site.build(allow_gone=False)
    assert ledger(site)["aliases.txt"] == (
        "story/7/index.html\t1953/02/flood.html\nstory/8/index.html\t1953/02/walls.html\n"
    )
    assert "refresh" not in site.page("statistics/index.html")
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", tags="[Sea]")
    site.put("b.md", "Walls", "Walls held.", date="1953-02-03", slug="ramparts")
    site.build(allow_gone=False)
    assert '"../../1953/02/flood.html"' in site.page("story/7/index.html")
    assert '"../../1953/02/ramparts.html"' in site.page("story/8/index.html")
    assert "/story/8/ /1953/02/ramparts.html 301" in site.page("_redirects").splitlines()
    assert "aliases.txt" not in ledger(site)
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))
    # As long as one article gives it, it leads there.
    site.put("b.md", "Walls", "Walls held.", date="1953-02-03", aliases="[/story/9]", slug="ramparts")
    site.put("c.md", "Tide", "It came.", date="1953-02-09", aliases="[/story/9]")
    site.build(allow_gone=False)
    site.put("b.md", "Walls", "Walls held.", date="1953-02-03", slug="ramparts")
    site.build(allow_gone=False)
    assert '"../../1953/02/tide.html"' in site.page("story/9/index.html")
    assert ledger(site)["aliases.txt"] == "story/9/index.html\t1953/02/tide.html\n"
    site.write("site.yaml", settings % ("false", "netlify"))
    with pytest.raises(ContentErrors, match=r"those of urls/aliases\.txt — write it back, or build with --allow-gone"):
        site.build(allow_gone=False)
    site.write("site.yaml", settings % ("false", ""))
    site.build()
    assert "story/9/index.html" not in site.tree()
    assert '"../../1953/02/flood.html"' in site.page("story/7/index.html")
    assert "aliases.txt" not in ledger(site)


def test_an_alias_of_several_articles_is_noted_for_the_first_whichever_changed(site: ScratchSite) -> None:
    site.write("site.yaml", "title: A\nurl: https://archive.example\nredirects: {aliases: true}\n")
    for name, year in (("x.md", "1953"), ("y.md", "1960"), ("z.md", "1960")):
        site.put(name, name, date=year, aliases="[/story/9]")
    for body in ("One.", "Two."):
        site.put("y.md", "y.md", body, date="1960", aliases="[/story/9]")
        site.build()
        assert ledger(site)["aliases.txt"] == "story/9/index.html\t1953/x-md.html\n"
    assert '"../../1953/x-md.html"' in site.page("story/9/index.html")
    site.remove("content/x.md")
    site.build()
    assert ledger(site)["aliases.txt"] == "story/9/index.html\t1960/y-md.html\n"


def test_settings_that_take_addresses_away_stop_a_build(site: ScratchSite) -> None:
    before = site.tree()
    site.write(
        "site.yaml", "title: Scratch\nurl: https://archive.example\nstatistics: false\nfeeds: {formats: [json]}\n"
    )
    with pytest.raises(ContentErrors) as caught:
        site.build(allow_gone=False)
    assert [str(fault) for fault in caught.value.faults] == [
        'site.yaml: without "feeds.formats: atom" these addresses would be lost: feed.xml, tags/*/feed.xml'
        " — write it back, or build with --allow-gone to give them up",
        'site.yaml: without "statistics: true" these addresses would be lost: statistics/index.html'
        " — write it back, or build with --allow-gone to give them up",
    ]
    assert site.tree() == before
    site.build(preview=True)
    site.build()
    assert "statistics/index.html" not in site.tree()
    assert ledger(site)["gone.txt"] == (
        "feed.xml\turl, feeds.formats: atom\nstatistics/index.html\tstatistics: true\n"
        "tags/*/feed.xml\turl, feeds.formats: atom, feeds.lists: tags\n"
    )
    site.build(allow_gone=False)
    site.write("site.yaml", "title: Scratch\nurl: https://archive.example\n")
    site.build(allow_gone=False)
    assert site.tree() == before
    assert "gone.txt" not in ledger(site)


def test_what_only_the_content_takes_away_is_no_matter_of_settings(tmp_path: Path) -> None:
    kept = {"tags/*/feed.xml": "url", "search.html": "search"}
    write(tmp_path, Ledger(tmp_path), change(lists={"settings": kept}))
    assert kinds_made(Ledger(tmp_path), {}, lambda takes: []) == (kept, {})
    assert kinds_made(Ledger(tmp_path), {}, partial(lacking, Site(url="", search="off"))) == ({}, kept)


def test_a_year_without_corrections_leads_to_them_all(site: ScratchSite) -> None:
    corrections = "[{text: No., date: 1954-03-01}]"
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", tags="[Sea]", corrections=corrections)
    site.build(allow_gone=False)
    assert "refresh" not in site.page("corrections/1954.html")
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", tags="[Sea]")
    site.build(allow_gone=False)
    assert 'url=../corrections/index.html"' in site.page("corrections/1954.html")
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))
    site.write("site.yaml", "title: S\nurl: https://archive.example\ncorrections: false\n")
    site.build()
    assert not [path for path in site.tree() if path.startswith("corrections")]
    assert "pages.txt" not in ledger(site)


def test_aliases_have_pages_and_maps_where_that_is_asked_for(site: ScratchSite) -> None:
    aliases = '["/1953/the-flood/", /old.html, /story/7, /1953/02/walls.html, "https://elsewhere.example/x", "/?p=3"]'
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", tags="[Sea]", aliases=aliases, slug="storm")
    before = site.tree().keys()
    site.build(allow_gone=False)
    assert site.tree().keys() - before == {"1953/02/storm.html", "1953/02/storm.json"}
    maps = "redirects: {aliases: true, maps: [netlify, nginx, apache, caddy]}\n"
    site.write("site.yaml", "title: S\nurl: https://archive.example/papers\n" + maps)
    site.build(allow_gone=False)
    assert '"../../1953/02/storm.html"' in site.page("1953/the-flood/index.html")
    assert '"../../1953/02/storm.html"' in site.page("story/7/index.html")
    assert '"1953/02/storm.html"' in site.page("old.html")
    assert "Walls held." in site.page("1953/02/walls.html")
    assert site.page("_redirects").splitlines()[:4] == [
        "/papers/1953/02/flood.html /papers/1953/02/storm.html 301",
        "/papers/1953/02/flood.json /papers/1953/02/storm.json 301",
        "/papers/1953/the-flood/index.html /papers/1953/02/storm.html 301",
        "/papers/1953/the-flood/ /papers/1953/02/storm.html 301",
    ]
    assert '"/papers/story/7/" "/papers/1953/02/storm.html";\n' in site.page("redirects.nginx")
    assert "/papers/story/7/ /papers/1953/02/storm.html\n" in site.page("redirects.apache")
    assert '\t"/papers/story/7/" "/papers/1953/02/storm.html"\n' in site.page("redirects.caddy")
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_maps_hold_any_address(site: ScratchSite) -> None:
    """What a server takes for a sign of its own, or for another case, is neither (tried with nginx 1.22, Apache 2.4 and
    Caddy 2.6).
    """
    aliases = ["/a b/é.html", '/q"{x}/100%25.html', "/1953/02/Flood.html", "/x/Old.html", "/x/old.html", "/*/+.html"]
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", aliases=json.dumps(aliases, ensure_ascii=False))
    site.write(
        "site.yaml",
        'title: S\nurl: "https://archive.example/the%20papers"\nredirects: {maps: [netlify, nginx, apache, caddy]}\n',
    )
    site.build(allow_gone=False)
    goal = "/the%20papers/1953/02/flood.html"
    words = {
        "_redirects": (
            "/the%20papers/%2A/%2B.html", "/the%20papers/1953/02/Flood.html", "/the%20papers/a%20b/%C3%A9.html",
            "/the%20papers/q%22%7Bx%7D/100%25.html", "/the%20papers/x/Old.html", "/the%20papers/x/old.html",
        ),
        "redirects.nginx": (
            '"/the papers/*/+.html"', r'"~^/the\\ papers/1953/02/Flood\\.html$"', '"/the papers/a b/é.html"',
            r'"/the papers/q\"{x}/100%.html"', r'"~^/the\\ papers/x/Old\\.html$"', r'"~^/the\\ papers/x/old\\.html$"',
        ),
        "redirects.apache": (
            "/the%20papers/*/+.html", "/the%20papers/1953/02/Flood.html", "/the%20papers/a%20b/%c3%a9.html",
            "/the%20papers/q%22%7bx%7d/100%25.html", "/the%20papers/x/Old.html", "/the%20papers/x/old.html",
        ),
        "redirects.caddy": (
            '"/the papers/*/+.html"', '"/the papers/1953/02/Flood.html"', '"/the papers/a b/é.html"',
            r'"/the papers/q\"{x}/100%.html"', '"/the papers/x/Old.html"', '"/the papers/x/old.html"',
        ),
    }  # fmt: skip
    for file, expected in words.items():
        lines = [line.strip() for line in site.page(file).splitlines() if "flood.html" in line]
        assert [line.partition(f" {goal}")[0].partition(f' "{goal}"')[0] for line in lines] == list(expected)


def test_a_map_for_nginx_leads_nobody_from_a_page_that_is_there(site: ScratchSite) -> None:
    """A map's words know no case, its expressions do."""
    site.write("site.yaml", "title: S\nurl: https://archive.example\nredirects: {maps: [nginx]}\n")
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", aliases="[/1953/03/Gale.html]")
    site.build(allow_gone=False)
    assert '"/1953/03/Gale.html" "/1953/02/flood.html";' in site.page("redirects.nginx")
    site.put("g.md", "Gale", "It blew.", date="1953-03-01")
    site.build(allow_gone=False)
    assert r'"~^/1953/03/Gale\\.html$" "/1953/02/flood.html";' in site.page("redirects.nginx")
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_maps_are_made_anew_by_another_program(site: ScratchSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", aliases="[/old.html]")
    site.write("site.yaml", "title: S\nurl: https://archive.example\nredirects: {maps: [caddy]}\n")
    site.build(allow_gone=False)
    monkeypatch.setattr("backissue.salts.program", lambda: b"another")
    assert "redirects.caddy" in dict(site.build(allow_gone=False).explained)


def test_a_broken_ledger_is_told_with_its_line(site: ScratchSite) -> None:
    site.write("urls/1953.txt", "<<<<<<< HEAD\n1953/02/flood.html\ta.md\n")
    with pytest.raises(ContentErrors, match=r"urls/1953\.txt:1: no path and what has it"):
        site.build()


def test_links_to_former_addresses_lead_to_where_the_article_is(site: ScratchSite) -> None:
    """In the build that moves it, in later ones, in clean ones; however often it moves, and from its alias's page."""
    settings = "title: S\nurl: https://archive.example\nredirects: {aliases: true}\n"
    site.write("site.yaml", settings)
    links = "[a](/1953/02/flood.html) [b](/1953/02/storm.html) [c](/story/7/)"
    site.put("l.md", "Links", links, date="1960", related="[/1953/02/flood.html]")
    site.put("a.md", "Flood", date="1953-02-01", aliases="[/story/7/]")
    site.build(allow_gone=False)
    for slug in ("storm", "gale"):
        site.put("a.md", "Flood", date="1953-02-01", slug=slug)
        site.build(allow_gone=False)
        assert not differences(site.tree(), site.clean_tree(site.root / f"clean-{slug}"))
        found = re.findall(r'<a href="([^"]*)"[^>]*>[abc]<', site.page("1960/links.html"))
        assert found == [f"../1953/02/{slug}.html"] * 3
    assert list(check_archive(Options(root=site.root, jobs=1), lambda *_: None)) == []
    site.put("b.md", "Walls", "Walls held.", date="1953-02-04")
    site.build(allow_gone=False)
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_no_article_takes_an_address_that_another_one_leaves(site: ScratchSite) -> None:
    """In one build as in two: who had the old address is to find the article that was there."""
    site.put("a.md", "Flood", date="1953-02-01", slug="one")
    site.put("b.md", "Walls", date="1953-02-03", slug="two")
    site.build(allow_gone=False)
    before, noted = site.tree(), ledger(site)
    for other in ("three", "one"):
        site.put("a.md", "Flood", date="1953-02-01", slug="two")
        site.put("b.md", "Walls", date="1953-02-03", slug=other)
        with pytest.raises(
            ContentErrors, match=rf"a\.md: has the address 1953/02/two\.html, which leads on to .*{other}"
        ):
            site.build(allow_gone=False)
        assert (site.tree(), ledger(site)) == (before, noted)
    site.write("site.yaml", "title: S\nurl: https://archive.example\nclash: suffix\n")
    site.build(allow_gone=False)
    moved = dict(line.split("\t") for line in ledger(site)["moved.txt"].splitlines())
    assert moved["1953/02/one.html"].startswith("1953/02/two-")
    assert moved["1953/02/two.html"].startswith("1953/02/one-")


@pytest.mark.parametrize("slugs", [True, False])
@pytest.mark.parametrize("faulty", [True, False])
def test_files_that_change_names_keep_their_articles_addresses(slugs: bool, faulty: bool, site: ScratchSite) -> None:
    """Nothing is made anew but what says in which file an article is; nor where a build failed in between."""
    for name in ("a.md", "b.md", "c.md"):
        more = {"slug": f"s-{name[0]}"} if slugs else {}
        site.put(name, f"Title {name}", f"Text of {name}.", date="1953-02-01", **more)
    site.put("d.md", "D", date="1953-02-02")
    site.build(allow_gone=False)
    before, known = site.tree(), ledger(site).get("known.txt")
    content = site.root / "content"
    for old, new in (("a.md", "t"), ("c.md", "new.md"), ("b.md", "c.md"), ("t", "b.md")):
        (content / old).rename(content / new)
    if faulty:
        site.put("d.md", "D", date="99/99")
        with pytest.raises(ContentErrors):
            site.build(allow_gone=False)
        site.put("d.md", "D", date="1953-02-02")
    site.build(allow_gone=False)
    assert not differences(site.tree(), before)
    assert ledger(site).get("known.txt") == known
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_addresses_are_exchanged_by_hand(site: ScratchSite) -> None:
    """Feeds go on knowing each by the address that it had first."""
    site.put("a.md", "Flood", date="1953-02-01", slug="one")
    site.put("b.md", "Walls", date="1953-02-03", slug="two")
    site.build(allow_gone=False)
    site.write("permalinks.txt", "1953/02/two.html\ta.md\n1953/02/one.html\tb.md\n")
    site.build(allow_gone=False)
    assert "<h1>Walls" in site.page("1953/02/one.html")
    assert ledger(site)["known.txt"] == "1953/02/one.html\t1953/02/walls.html\n1953/02/two.html\t1953/02/flood.html\n"
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_an_address_that_leads_on_is_given_away_by_hand(site: ScratchSite) -> None:
    site.put("a.md", "Flood", date="1953-02-01", slug="storm")
    site.build(allow_gone=False)
    site.write("permalinks.txt", "1953/02/flood.html\tb.md\n")
    site.build(allow_gone=False)
    assert "<h1>Walls" in site.page("1953/02/flood.html")
    ids = re.findall("<id>(.*)</id>", site.page("feed.xml"))
    assert len(ids) == len(set(ids)) == 3
    site.put("new.md", "Another", date="1953-02-05")
    site.write("permalinks.txt", "1953/02/walls.html\tnew.md\n")
    with pytest.raises(ContentErrors, match="leads on to 1953/02/flood"):  # feeds know that by it
        site.build(allow_gone=False)
    site.write("permalinks.txt", "1953/02/flood.html\tb.md\n")
    site.remove("content/new.md")
    site.build(allow_gone=False)
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_a_former_address_that_leads_to_nothing_is_told(site: ScratchSite) -> None:
    """As where one branch moved what the other one gave up."""
    site.build(allow_gone=False)
    site.write("urls/moved.txt", "old.html\t1953/02/gone.html\nolder.html\told.html\nx.html\t1953/02/flood.html\n")
    with pytest.raises(ContentErrors) as caught:
        site.build()
    assert [str(fault) for fault in caught.value.faults] == [
        f"urls/moved.txt: {path} leads to 1953/02/gone.html, which is no page — delete the line,"
        " or write where it leads"
        for path in ("old.html", "older.html")
    ]
    site.write("urls/moved.txt", "x.html\t1953/02/flood.html\n")
    site.build(allow_gone=False)
    assert "flood.html" in site.page("x.html")


@pytest.mark.parametrize("path", ["search.html", "corrections/1953.html", "404.html", "tags/page/2.html"])
def test_an_article_has_no_page_of_another_output(path: str, site: ScratchSite) -> None:
    site.write("permalinks.txt", f"{path}\ta.md\n")
    with pytest.raises(ContentErrors, match=r"permalinks\.txt:1: no path"):
        site.build(allow_gone=False)


@pytest.mark.parametrize(
    "path", ["a b.html", "100%.html", "a?p=1.html", "x/a#b.html", 'q".html', "a:b.html", "a&lt.html"]
)
def test_paths_by_hand_can_be_linked_to_as_they_are(site: ScratchSite, path: str) -> None:
    site.write("permalinks.txt", f"{path}\ta.md\n")
    with pytest.raises(ContentErrors, match=r"permalinks\.txt: .* can be no address as it is — leave out"):
        site.build()
    site.write("permalinks.txt", "old/ä,ö+(x).html\ta.md\n")
    site.build(allow_gone=False)
    assert "Water rose." in site.page("old/ä,ö+(x).html")


def test_lines_of_permalinks_txt_win(site: ScratchSite) -> None:
    site.write("permalinks.txt", "mine.html\ta.md\n")
    site.build(allow_gone=False)
    assert "Water rose." in site.page("mine.html")
    assert "../../mine.html" in site.page("1953/02/flood.html")
    assert ledger(site)["other.txt"] == "mine.html\ta.md\n"
    site.write("permalinks.txt", "mine.html\ta.md\nother.html\ta.md\n")
    with pytest.raises(ContentErrors, match=r"permalinks\.txt: a\.md stands in two lines"):
        site.build()


def test_moving_names_a_file_that_is_there(site: ScratchSite) -> None:
    from backissue.errors import BuildStopped

    with pytest.raises(BuildStopped, match=r"none\.md: --move found no such file"):
        site.build(move=("none.md",))
    site.write("content/a.md", article("Storm", date="1954"))
    site.write("content/b.md", article("Dykes", date="1954"))
    site.build(move=("",), allow_gone=False)
    assert ledger(site)["moved.txt"] == ("1953/02/flood.html\t1954/storm.html\n1953/02/walls.html\t1954/dykes.html\n")


def test_an_article_that_keeps_its_path_in_another_month_is_not_written_over(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path, "title: S\nclash: suffix\n")
    site.put("a.md", "Same", "one", date="1953-02-01")
    site.put("m.md", "Same", "two", date="1953-02-01")
    site.build()
    site.put("a.md", "Same", "one", date="1954-02-01")
    site.build()
    site.put("n.md", "Same", "three", date="1953-02-05")
    site.build()
    pages = [page for path, page in site.tree().items() if path.startswith("1953/02/same") and ".html" in path]
    assert len(pages) == 3
    for text in (b"one", b"two", b"three"):
        assert any(text in page for page in pages)
    assert "one" in site.page("1953/02/same.html")
    assert not differences(site.tree(), site.clean_tree(tmp_path / "clean"))


def test_claims_are_kept_only_where_something_binds_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They take 1 kB an article, of which the first build of a large archive needs nothing."""
    kept: list[int] = []
    claims = Reader.claims

    def counted(reader: Reader) -> list[Claim]:
        found = claims(reader)
        kept.append(len(found))
        return found

    monkeypatch.setattr(Reader, "claims", counted)
    site = ScratchSite(tmp_path)
    site.put("a.md", "Flood", date="1953-02-01")
    site.put("b.md", "Walls", date="1953-02-03")
    site.build()
    assert sum(kept) == 0
    shutil.rmtree(site.root / ".backissue")
    site.build()
    assert kept[1] == 2


def test_what_was_given_to_an_article_that_went_is_forgotten(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path, "clash: suffix\n")
    site.put("b.md", "Walls", date="2001-01-01")
    site.put("c.md", "Walls", date="2001-01-02")
    with opened(Options(root=site.root, jobs=1), lambda *_: None, NOW):  # as an export does, which notes no address
        pass
    for name in ("b.md", "c.md"):
        site.remove(f"content/{name}")
    site.put("d.md", "Flood", date="1953-02-01")
    site.build()
    site.put("b.md", "Flood", date="1953-02-03")
    site.put("e.md", "Walls", date="2001-01-02")
    site.build(allow_gone=False)
    assert ledger(site)["2001.txt"] == "2001/01/walls.html\te.md\n"


def test_a_given_path_that_another_article_has_is_a_fault(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path, "title: S\n")
    site.put("a.md", "Same", date="1953-02-01")
    site.put("b.md", "Other", date="1954-02-01")
    site.write("permalinks.txt", "1953/02/same.html\tb.md\n")
    with pytest.raises(ContentErrors, match=r"content/a\.md: has the same page, 1953/02/same\.html, as content/b\.md"):
        site.build()
    report = site.build(skip_bad=True)
    assert (report.articles, len(report.faults)) == (1, 1)
