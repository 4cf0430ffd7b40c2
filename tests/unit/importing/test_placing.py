"""Where records go: names, pictures, provenance; the same again; hand edits; versions of one article."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.importing import tinyformat
from tests.unit.importing.archives import Archive

from backissue.article import Provenance
from backissue.dates import Date
from backissue.importing.holdings import Holding, identity_key
from backissue.importing.placing import supersedes


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def edit(archive: Archive, path: str, old: str, new: str) -> bytes:
    file = archive.content / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    return file.read_bytes()


# -- names


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ("title=Flood in März\tdate=1953-02-01", "1953/02/flood-in-marz.md"),
        ("title=Flood\tdate=1953", "1953/flood.md"),
        ("title=Flood", "undated/flood.md"),
        ("title=Flood\tdate=2019-03-31T23:30:00+00:00\tslug=the-flood", "2019/03/the-flood.md"),
        ("title=2014-03-01 minutes", "undated/on-2014-03-01-minutes.md"),
    ],
)
def test_an_article_lies_by_its_date_and_slug(archive: Archive, fields: str, path: str) -> None:
    archive.run(archive.write("a.tiny", fields))
    assert list(archive.files()) == [f"imported/{path}"]


def test_an_undated_article_stays_undated_whatever_its_name(archive: Archive) -> None:
    archive.run(archive.write("a.tiny", "title=2014-03-01 minutes"))
    assert archive.article("imported/undated/on-2014-03-01-minutes.md").date is None


def test_articles_of_one_name_get_names_and_pages_of_their_own(archive: Archive) -> None:
    archive.run(archive.write("a.tiny", "title=Weather\tdate=2019-03-01\tbody=Rain.", "title=Weather\tdate=2019-03-02"))
    first, other = archive.files()
    assert {first, other} >= {"imported/2019/03/weather.md"}
    tailed = next(path for path in (first, other) if not path.endswith("/weather.md"))
    assert archive.article(tailed).slug == tailed.rpartition("/")[2][:-3]


def test_a_page_of_a_handwritten_article_is_not_taken(archive: Archive) -> None:
    (archive.content / "mine.md").write_text("---\ntitle: Weather\ndate: 2019-03-05\n---\n\nMine.\n")
    archive.run(archive.write("a.tiny", "title=Weather\tdate=2019-03-01"))
    (imported,) = [path for path in archive.files() if path != "mine.md"]
    assert imported != "imported/2019/03/weather.md"


def test_a_file_that_is_no_article_is_not_overwritten(archive: Archive) -> None:
    target = archive.content / "imported/undated/one.md"
    target.parent.mkdir(parents=True)
    target.write_text("not front matter at all")
    archive.run(archive.write("a.tiny", "title=One"))
    assert target.read_text() == "not front matter at all"
    assert len(archive.files()) == 2


def test_pictures_lie_in_a_folder_named_after_the_article(archive: Archive) -> None:
    record = 'title=One\tfile=a b.PNG\tbody=![x](<a b.PNG>) and <img src="a b.PNG"> not a b.PNG'
    archive.run(archive.write("a.tiny", record))
    assert archive.files()["imported/undated/one/a-b.png"] == b"picture"
    body = archive.article("imported/undated/one.md").body
    assert body == '![x](<one/a-b.png>) and <img src="one/a-b.png"> not a b.PNG'


@pytest.mark.parametrize("name", ["../../evil.png", "/etc/evil.png", "..\\evil.png", "x/../../evil.png"])
def test_pictures_stay_inside(archive: Archive, name: str) -> None:
    archive.run(archive.write("a.tiny", f"title=One\tfile={name}"))
    assert all(path.startswith("imported/undated/one") for path in archive.files())
    assert len(archive.files()) == 2


def test_a_picture_is_never_read_as_an_article(archive: Archive) -> None:
    archive.run(archive.write("a.tiny", "title=One\tfile=notes.md"))
    assert "imported/undated/one/notes.md.txt" in archive.files()


def test_provenance_says_what_an_article_was_imported_from(archive: Archive) -> None:
    archive.run(archive.write("sub/a.tiny", "title=One\tidentity=urn:x:1\tplace=entry 9"))
    provenance = archive.article("imported/undated/one.md").provenance
    assert provenance is not None
    assert provenance.digest.startswith("sha256:")
    assert provenance == Provenance(
        file="a.tiny",
        format="tiny",
        digest=provenance.digest,
        place="entry 9",
        importer="tiny/1",
        identity="urn:x:1",
        imported=Date("2026-11-24"),
        fixity=provenance.fixity,
    )


def test_the_day_of_the_import_is_the_sites(archive: Archive, tmp_path: Path) -> None:
    from backissue.config import Site

    far = Archive(tmp_path / "far", Site(timezone="Pacific/Auckland"))
    far.run(far.write("a.tiny", "title=One"))
    provenance = far.article("imported/undated/one.md").provenance
    assert provenance is not None
    assert provenance.imported == Date("2026-11-25")


def test_a_folder_is_walked_in_order_and_hidden_files_left_out(archive: Archive) -> None:
    for name in ("b.tiny", "a/z.tiny", "a/b.tiny", ".hidden.tiny", ".git/x.tiny", "CVS/y.tiny"):
        archive.write(name, f"title={name}")
    accounts = archive.run(str(archive.root / "in"))
    assert accounts.imported == 3
    files = [archive.article(path).provenance for path in archive.files()]
    assert {one.file for one in files if one} == {"b.tiny", "a/z.tiny", "a/b.tiny"}


def test_records_that_a_reader_calls_the_same_are_kept_apart(archive: Archive) -> None:
    paper = archive.write("a.tiny", *(f"title=T{n}\tplace=here" for n in range(3)))
    assert archive.run(paper).imported == 3
    places = [archive.article(path).provenance for path in archive.files()]
    assert [one.place for one in places if one] == ["here", "here (2)", "here (3)"]
    assert archive.run(paper).duplicates == 3


def test_places_of_many_records_stay_apart() -> None:
    from backissue.importing.reading import _Places

    places = _Places()
    names = [places.own(f"line {n}") for n in range(30_000)]
    assert names == [f"line {n}" for n in range(30_000)]
    assert places.own("line 7") == "line 7 (2)"
    assert places.own("line 29999") == "line 29999 (2)"


# -- again


@pytest.mark.parametrize("forget", [False, True])
def test_the_same_again_changes_nothing(archive: Archive, forget: bool) -> None:
    paper = archive.write(
        "a.tiny",
        "title=One\tdate=2019-03-01\tbody=A.\\n\\nB.\tfile=p.png",
        "title=One\tbody=other\tdate=2019-03-01",
        "title=Draft\tdraft=1",
        "title=V\tidentity=urn:1\tversion=1\tbody=old",
        "title=V\tidentity=urn:1\tversion=2\tbody=new",
        "title=Odd: #!\tsummary=  two  spaces \tbody=  indented\\n\\n\\n\\nend  ",
        "title=1936\tdateline=12:30\tversion=1.0\tsection=true",
    )
    first = archive.run(paper)
    files, times = archive.files(), archive.times()
    archive.clock = archive.clock.replace(year=2027)
    if forget:
        archive.forget()
    again = archive.run(paper)
    assert archive.files() == files
    assert archive.times() == times
    assert (again.duplicates, again.records) == (first.imported + first.withheld, first.records)


def test_the_same_bytes_under_another_name_are_duplicates(archive: Archive) -> None:
    accounts = archive.run(archive.write("a.tiny", "title=One"), archive.write("b.tiny", "title=One"))
    assert (accounts.imported, accounts.duplicates) == (1, 1)


def test_a_larger_edition_of_an_input_adds_only_what_is_new(archive: Archive) -> None:
    archive.run(archive.write("a.tiny", "title=One", "title=Two"))
    times = archive.times()
    accounts = archive.run(archive.write("a.tiny", "title=Zero", "title=One", "title=Two"))
    assert (accounts.imported, accounts.duplicates) == (1, 2)
    assert times.items() <= archive.times().items()


def test_a_deleted_article_is_imported_again(archive: Archive) -> None:
    paper = archive.write("a.tiny", "title=One")
    archive.run(paper)
    (archive.content / "imported/undated/one.md").unlink()
    assert archive.run(paper).imported == 1


def test_a_moved_article_is_still_known(archive: Archive) -> None:
    paper = archive.write("a.tiny", "title=One")
    archive.run(paper)
    (archive.content / "imported/undated/one.md").rename(archive.content / "mine.md")
    assert archive.run(paper).duplicates == 1
    assert list(archive.files()) == ["mine.md"]


def test_a_hand_edited_article_is_left_alone_when_the_same_comes_again(archive: Archive) -> None:
    paper = archive.write("a.tiny", "title=One\tbody=As printed.")
    archive.run(paper)
    edited = edit(archive, "imported/undated/one.md", "As printed.", "As it should be.")
    assert archive.run(paper).duplicates == 1
    assert archive.files()["imported/undated/one.md"] == edited


@pytest.fixture
def better_importer(monkeypatch: pytest.MonkeyPatch) -> None:
    read = tinyformat.read

    def better(source, settings):  # type: ignore[no-untyped-def]
        import msgspec

        for outcome in read(source, settings):
            yield msgspec.structs.replace(outcome, article=msgspec.structs.replace(outcome.article, section="News"))

    def install() -> None:
        monkeypatch.setattr(tinyformat, "VERSION", 2)
        monkeypatch.setattr(tinyformat, "read", better)

    return install  # type: ignore[return-value]


@pytest.mark.parametrize("forget", [False, True])
def test_what_a_better_importer_gives_replaces_an_untouched_file(archive: Archive, better_importer, forget) -> None:
    paper = archive.write("a.tiny", "title=One\tbody=A.", "title=One\tbody=B.")
    archive.run(paper)
    paths = list(archive.files())
    better_importer()
    archive.clock = archive.clock.replace(year=2027)
    if forget:
        archive.forget()
    accounts = archive.run(paper)
    assert (accounts.imported, accounts.replaced) == (2, 2)
    assert list(archive.files()) == paths
    for path in paths:
        article = archive.article(path)
        assert article.section == "News"
        assert article.provenance is not None
        assert article.provenance.importer == "tiny/2"
        assert article.provenance.imported == Date("2026-11-24")
    assert archive.run(paper).duplicates == 2


@pytest.mark.parametrize("forget", [False, True])
def test_what_a_better_importer_gives_never_replaces_an_edited_file(archive: Archive, better_importer, forget) -> None:
    paper = archive.write("a.tiny", "title=One\tbody=As printed.")
    archive.run(paper)
    edited = edit(archive, "imported/undated/one.md", "As printed.", "As it should be.")
    better_importer()
    if forget:
        archive.forget()
    accounts = archive.run(paper)
    assert (accounts.rejected, accounts.replaced) == (1, 0)
    assert "conflict: edited by hand" in accounts.faults[0].reason
    assert archive.files()["imported/undated/one.md"] == edited


def test_line_ends_of_another_system_are_no_edit(archive: Archive, better_importer) -> None:
    paper = archive.write("a.tiny", "title=One\tbody=A.")
    archive.run(paper)
    path = archive.content / "imported/undated/one.md"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    better_importer()
    assert archive.run(paper).replaced == 1


# -- versions


def test_a_newer_version_takes_the_articles_place_and_the_older_stays_beside_it(archive: Archive) -> None:
    archive.run(archive.write("a.tiny", "title=Fire\tdate=2019-03-01\tidentity=urn:1\tversion=1\tbody=First report."))
    accounts = archive.run(
        archive.write("b.tiny", "title=Fire out\tdate=2019-03-01\tidentity=urn:1\tversion=2\tbody=It is out.")
    )
    assert (accounts.imported, accounts.versions) == (1, 1)
    newest = archive.article("imported/2019/03/fire.md")
    assert (newest.title, newest.body, newest.slug, newest.version_of) == ("Fire out", "It is out.", "fire", "")
    older = archive.article("imported/2019/03/fire-v1.md")
    assert (older.title, older.body) == ("Fire", "First report.")
    assert (older.version_of, older.slug) == ("imported/2019/03/fire.md", "fire-v1")


def test_versions_end_alike_whichever_comes_first(archive: Archive, tmp_path: Path) -> None:
    records = [f"title=Fire\tdate=2019-03-01\tidentity=urn:1\tversion={n}\tbody=Report {n}." for n in (1, 2, 3)]
    bodies = []
    for number, order in enumerate(((0, 1, 2), (2, 1, 0), (1, 2, 0))):
        other = Archive(tmp_path / str(number))
        for which in order:
            other.run(other.write(f"{which}.tiny", records[which]))
        bodies.append({path: other.article(path).body for path in other.files()})
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0] == {
        "imported/2019/03/fire.md": "Report 3.",
        "imported/2019/03/fire-v1.md": "Report 1.",
        "imported/2019/03/fire-v2.md": "Report 2.",
    }


def test_several_captures_of_one_url_are_versions(archive: Archive) -> None:
    url = "identity=https://www.paper.example/a?utm_source=x"
    archive.run(archive.write("a.tiny", f"title=A\tcaptured=2014-05-01\tbody=Old.\t{url}"))
    archive.run(archive.write("b.tiny", "title=A\tcaptured=2016-01-01\tbody=New.\tidentity=http://paper.example/a"))
    accounts = archive.run(archive.write("c.tiny", f"title=A\tcaptured=2017-01-01\tbody=New.\t{url}"))
    assert accounts.duplicates == 1
    assert {path: archive.article(path).body for path in archive.files()} == {
        "imported/undated/a.md": "New.",
        "imported/undated/a-v2014-05-01.md": "Old.",
    }


def test_the_address_of_a_whole_site_names_no_article() -> None:
    assert identity_key("https://paper.example/", "html", "a.html") == ""
    assert identity_key("https://paper.example/?p=1", "feed", "a.xml") == "url:paper.example?p=1"
    assert identity_key("17", "csv", "a.csv") == "csv:a.csv:17"
    assert identity_key("urn:newsml:x", "newsml1", "a.xml") == "urn:newsml:x"


def test_an_older_version_that_was_edited_is_a_conflict(archive: Archive) -> None:
    archive.run(archive.write("a.tiny", "title=Fire\tidentity=urn:1\tversion=1\tbody=First report."))
    edited = edit(archive, "imported/undated/fire.md", "First report.", "My report.")
    accounts = archive.run(archive.write("b.tiny", "title=Fire\tidentity=urn:1\tversion=2\tbody=Second."))
    assert accounts.rejected == 1
    assert archive.files() == {"imported/undated/fire.md": edited}


def test_an_article_that_moves_to_another_month_is_found_at_its_old_address(archive: Archive) -> None:
    archive.run(archive.write("a.tiny", "title=Fire\tdate=2019-03-31\tidentity=urn:1\tversion=1"))
    archive.run(archive.write("b.tiny", "title=Fire\tdate=2019-04-01\tidentity=urn:1\tversion=2"))
    assert archive.article("imported/2019/03/fire.md").aliases == ("/2019/03/fire.html",)


def test_a_version_takes_its_pictures_along(archive: Archive) -> None:
    archive.run(archive.write("a.tiny", "title=Fire\tidentity=urn:1\tversion=1\tfile=p.png\tbody=![](p.png) old"))
    archive.run(archive.write("b.tiny", "title=Fire\tidentity=urn:1\tversion=2\tfile=q.png\tbody=![](q.png) new"))
    assert archive.article("imported/undated/fire-v1.md").body == "![](fire-v1/p.png) old"
    assert archive.files()["imported/undated/fire-v1/p.png"] == b"picture"
    assert archive.article("imported/undated/fire.md").body == "![](fire/q.png) new"


def test_a_withdrawal_withdraws_the_older_versions_too(archive: Archive) -> None:
    for version, status in ((1, "published"), (2, "published"), (3, "withdrawn")):
        archive.run(
            archive.write(
                f"{version}.tiny", f"title=F\tidentity=urn:1\tversion={version}\tstatus={status}\tbody={version}"
            )
        )
    assert {archive.article(path).status for path in archive.files()} == {"withdrawn"}
    assert len(archive.files()) == 3
    archive.run(archive.write("late.tiny", "title=F\tidentity=urn:1\tversion=0\tbody=late"))
    assert {archive.article(path).status for path in archive.files()} == {"withdrawn"}


def test_what_was_stopped_between_two_writes_is_not_there_twice(archive: Archive) -> None:
    first = archive.write("a.tiny", "title=Fire\tidentity=urn:1\tversion=1\tbody=First.")
    second = archive.write("b.tiny", "title=Fire\tidentity=urn:1\tversion=2\tbody=Second.")
    archive.run(first)
    before = archive.files()["imported/undated/fire.md"]
    archive.run(second)
    whole = archive.files()
    # As if it had been killed after the older version was written and before the newer took its place.
    (archive.content / "imported/undated/fire.md").write_bytes(before)
    archive.run(second)
    assert archive.files() == whole


def made(importer: str = "feed/1", **fields: object) -> Holding:
    return Holding("a.md", importer=importer, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("new", "old", "newer"),
    [
        (made(version="10"), made(version="9"), True),
        (made(version="2", updated="2019"), made(version="3", updated="2018"), False),
        (made(updated="2019-01-02"), made(updated="2019-01-01"), True),
        (made(sort="2019-01-02"), made(updated="2019-01-03"), False),
        (made(captured="2014"), made(captured="2015"), False),
        (made(), made(), True),
        (made("feed/1", length=100), made("html/1", length=5000), False),
        (made("html/1", length=5000), made("feed/1", length=100, updated="2030"), True),
        (made("feed/1", length=100), made("feed/2", length=5000), True),
        (made(version="10", draft=True), made(version="9"), False),
        (made(version="9"), made(version="10", draft=True), True),
        (made(version="10", draft=True), made(version="9", draft=True), True),
    ],
)
def test_which_version_is_newer(new: Holding, old: Holding, newer: bool) -> None:
    assert supersedes(new, old) is newer
