"""Exports: what each format holds, by the formats' own validators; what is written again, and what is left out."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from tests.conftest import ROOT
from tests.scratch import NOW, ScratchSite

from backissue import exporting
from backissue.building import Options
from backissue.errors import BuildStopped, ContentErrors, MissingExtra
from backissue.exporting import FORMATS, Exported, bagit, oai, run_export, runner
from backissue.exporting.wacz import url_key

ALL = ["jsonl", "csv", "sqlite", "parquet", "oai"]
SETTINGS = "title: The Archive\nurl: https://archive.example/x\ncontact: a@archive.example\nrights: All & none\n"


@pytest.fixture
def site(tmp_path: Path) -> ScratchSite:
    site = ScratchSite(tmp_path, SETTINGS)
    site.write("content/map.png", b"\x89PNG")
    site.write("content/secret.png", b"\x89PNG secret")
    front = {
        "tags": "[Flood, sea wall]",
        "authors": "[Ann Lee, {name: Bo, url: https://bo.example}]",
        "source": "The Courier",
    }
    site.put(
        "flood.md",
        "The flood",
        "![A map](map.png)\n\nWater <rose> &c.",
        date="1953-02-01T10:00:00Z",
        section="Town",
        **front,
    )
    site.put(
        "after.md",
        "=1+1",
        "After the flood.",
        date="1953-02",
        tags="[flood]",
        corrections="[{text: Not so, date: 1954}]",
    )
    site.put("copy.md", "The flood, again", date="1953-02-02", copy_of="flood.md", tags="[Flood]")
    site.put("undated.md", "Überflutung", summary="Kurz", related="[{title: The flood, url: flood.md}]", lang="de")
    site.put("later.md", "Later", date="1960", lucky="7")
    site.put("draft.md", "SECRET draft", "![](secret.png)", date="1961-01-01", draft="true")
    site.put("embargo.md", "SECRET embargo", date="1961-01-01", embargo="2999-01-01")
    site.put("gone.md", "Gone", "SECRET text", date="1962-01-01", status="withdrawn")
    lines = [{"title": "Line", "date": "1970"}, {"title": "SECRET line", "date": "1970", "draft": True}]
    site.write("content/lines.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    return site


def export(site: ScratchSite, wanted: Sequence[str] = ALL, to: str = "export", **options: Any) -> Exported:
    asked = {"jobs": 1} | options
    return run_export(Options(root=site.root, **asked), site.root / to, wanted, lambda *_: None, NOW)


def names(done: Exported) -> set[str]:
    return {"/".join(path.parts[-2:]) for path in done.written}


def lines(site: ScratchSite) -> list[dict[str, Any]]:
    found = []
    for path in sorted((site.root / "export/jsonl").glob("*.jsonl")):
        found += [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return found


def database(site: ScratchSite) -> sqlite3.Connection:
    db = sqlite3.connect(site.root / "export/sqlite/archive.db")
    db.row_factory = sqlite3.Row
    return db


# -- what is in them


def test_json_lines_hold_the_articles_whole(site: ScratchSite) -> None:
    export(site, ["jsonl"])
    assert [line["title"] for line in lines(site)] == [
        "=1+1",
        "The flood",
        "The flood, again",
        "Later",
        "Line",
        "Überflutung",
    ]
    flood = lines(site)[1]
    assert flood["authors"] == ["Ann Lee", {"name": "Bo", "url": "https://bo.example"}]
    assert flood["backissue"] == {
        "path": "1953/02/the-flood.html",
        "url": "https://archive.example/x/1953/02/the-flood.html",
        "file": "flood.md",
    }
    assert lines(site)[3]["lucky"] == 7


def test_csv(site: ScratchSite) -> None:
    export(site, ["csv"])
    data = (site.root / "export/csv/articles-1953.csv").read_bytes()
    assert data.count(b"\r\n") == 4
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    assert [(row["title"], row["authors"], row["tags"]) for row in rows] == [
        ("=1+1", "", "flood"),
        ("The flood", "Ann Lee; Bo", "Flood; sea wall"),
        ("The flood, again", "", "Flood"),
    ]
    assert rows[1]["body"] == "![A map](map.png)\n\nWater <rose> &c."
    assert (rows[2]["relation"], rows[2]["lead"]) == ("copies", "1953/02/the-flood.html")
    sheet = (site.root / "export/csv/spreadsheet-1953.csv").read_bytes()
    assert sheet.startswith(b"\xef\xbb\xbfpath,")
    (cell,) = [row["title"] for row in csv.DictReader(io.StringIO(sheet.decode("utf-8-sig"))) if "1+1" in row["title"]]
    assert cell == "'=1+1"
    assert b"body" not in sheet.splitlines()[0]


def test_sqlite_is_sound_and_normalised(site: ScratchSite) -> None:
    export(site, ["sqlite"])
    db = database(site)
    assert [tuple(row) for row in db.execute("pragma integrity_check")] == [("ok",)]
    assert list(db.execute("pragma foreign_key_check")) == []
    query = "select a.title, t.name from articles a join article_tags on article_id = a.id join tags t on t.id = tag_id"
    assert sorted(map(tuple, db.execute(query))) == [
        ("=1+1", "Flood"), ("The flood", "Flood"), ("The flood", "sea wall"), ("The flood, again", "Flood")
    ]  # fmt: skip
    found = db.execute("select rowid, title from articles_fts where articles_fts match 'uberflutung'").fetchall()
    assert [row["title"] for row in found] == ["Überflutung"]
    (copy,) = db.execute("select * from articles where relation = 'copies'")
    assert copy["lead"] == "1953/02/the-flood.html"
    (later,) = db.execute("select * from articles where title = 'Later'")
    assert (later["year"], later["month"], json.loads(later["extra"])) == (1960, None, {"lucky": 7})
    assert [tuple(row) for row in db.execute("select date, text from corrections")] == [("1954", "Not so")]
    assert [tuple(row) for row in db.execute("select title, url from related")] == [("The flood", "flood.md")]


def test_the_search_that_the_docs_give_finds_articles(site: ScratchSite) -> None:
    export(site, ["sqlite"])
    (query,) = re.findall(r'sqlite3 export/sqlite/archive\.db "([^"]*)"', (ROOT / "docs/exporting.md").read_text())
    assert ("The flood", "1953-02-01T10:00:00+00:00") in [tuple(row) for row in database(site).execute(query)]


def test_datasette_is_told_of_the_archive(site: ScratchSite) -> None:
    export(site, ["sqlite"])
    metadata = json.loads((site.root / "export/sqlite/metadata.json").read_bytes())
    assert (metadata["title"], metadata["license"]) == ("The Archive", "All & none")
    (tables,) = [each["tables"] for each in metadata["databases"].values()]
    known = {row["name"] for row in database(site).execute("select name from sqlite_master")}
    assert tables.keys() <= known
    assert tables["articles"]["fts_table"] in known


def test_parquet(site: ScratchSite) -> None:
    from pyarrow import parquet

    export(site, ["parquet"])
    rows = parquet.read_table(site.root / "export/parquet/articles-1953.parquet").to_pylist()
    assert [(row["title"], row["authors"], row["year"], row["line"]) for row in rows] == [
        ("=1+1", [], 1953, None),
        ("The flood", ["Ann Lee", "Bo"], 1953, None),
        ("The flood, again", [], 1953, None),
    ]


def test_oai_static_repository(site: ScratchSite) -> None:
    export(site, ["oai"])
    tree = etree.parse(site.root / "export/oai/oai.xml").getroot()
    space = {"s": tree.nsmap[None], "o": tree.nsmap["oai"], "d": "http://purl.org/dc/elements/1.1/"}
    assert [child.tag.partition("}")[2] for child in tree] == ["Identify", "ListMetadataFormats", "ListRecords"]
    assert [(child.tag.partition("}")[2], child.text) for child in tree[0]] == [
        ("repositoryName", "The Archive"),
        ("baseURL", "https://archive.example/x/oai.xml"),
        ("protocolVersion", "2.0"),
        ("adminEmail", "a@archive.example"),
        ("earliestDatestamp", "1970-01-01"),
        ("deletedRecord", "no"),
        ("granularity", "YYYY-MM-DD"),
    ]
    identifiers = tree.xpath("//o:identifier/text()", namespaces=space)
    assert len(identifiers) == len(set(identifiers)) == 6
    flood = tree.xpath("//o:record[.//d:title='The flood']", namespaces=space)[0]
    assert [(e.tag.partition("}")[2], e.text) for e in flood.iter("{http://purl.org/dc/elements/1.1/}*")] == [
        ("title", "The flood"), ("creator", "Ann Lee"), ("creator", "Bo"), ("subject", "Flood"),
        ("subject", "sea wall"),
        ("subject", "Town"), ("publisher", "The Courier"), ("date", "1953-02-01T10:00:00+00:00"), ("type", "Text"),
        ("format", "text/html"), ("identifier", "https://archive.example/x/1953/02/the-flood.html"), ("language", "en"),
        ("rights", "All & none"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("front", "day"),
    [
        ({}, "1970-01-01"),
        ({"date": "1953-02-01"}, "1970-01-01"),
        ({"date": "2001"}, "2001-01-01"),
        ({"date": "2001-05", "updated": "2001-04-03"}, "2001-05-01"),
        ({"date": "2001-05-06T07:08:09Z", "captured": "2020-01-02"}, "2020-01-02"),
    ],
)
def test_a_datestamp_is_the_last_day_that_is_known(front: dict[str, str], day: str, tmp_path: Path) -> None:
    site = ScratchSite(tmp_path, SETTINGS)
    site.put("a.md", **front)
    export(site, ["oai"])
    assert f"<oai:datestamp>{day}</oai:datestamp>" in (tmp_path / "export/oai/oai.xml").read_text("utf-8")


def test_packages_are_valid(site: ScratchSite) -> None:
    """By Frictionless' own library: sizes, digests, and every cell of every table."""
    export(site)
    code = (
        "import sys, frictionless\n"
        "for path in sys.argv[1:]:\n"
        "    report = frictionless.validate(path)\n"
        "    assert report.valid, report.flatten()\n"
        "    assert report.stats['tasks']\n"
    )
    packages = [str(site.root / f"export/{name}/datapackage.json") for name in ALL]
    done = subprocess.run([sys.executable, "-c", code, *packages], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (site.root / "export/csv/articles-1960.csv").write_bytes(b"path\r\nx\r\n")
    done = subprocess.run([sys.executable, "-c", code, packages[1]], capture_output=True, text=True, check=False)
    assert done.returncode == 1


def test_what_is_not_published_is_in_none(site: ScratchSite) -> None:
    site.build()
    export(site, [*ALL, "bagit", "wacz"])
    for path, data in site.tree(site.root / "export").items():
        if path.endswith(".wacz"):
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                data = b"".join(
                    gzip.decompress(package.read(name)) for name in package.namelist() if name.endswith("gz")
                )
        assert b"SECRET" not in data, path
    assert not list(site.root.glob("export/**/secret.png"))


# -- what is written again


def test_the_second_export_writes_nothing(site: ScratchSite) -> None:
    site.build()
    first = export(site, [*ALL, "bagit", "wacz"])
    assert first.articles == 6
    times = {path: path.stat().st_mtime_ns for path in (site.root / "export").rglob("*")}
    second = export(site, [*ALL, "bagit", "wacz"])
    assert (second.written, second.removed) == ((), 0)
    assert {path: path.stat().st_mtime_ns for path in (site.root / "export").rglob("*")} == times
    shutil.rmtree(site.root / ".backissue")
    site.build()
    assert export(site, ALL).written == ()


def test_a_change_is_written_where_it_stands(site: ScratchSite) -> None:
    export(site, ["jsonl", "csv", "sqlite"])
    site.put("later.md", "Later", "Another text altogether.", date="1960")
    assert names(export(site, ["jsonl", "csv", "sqlite"])) == {
        "jsonl/articles-1960.jsonl",
        "csv/articles-1960.csv",
        "csv/spreadsheet-1960.csv",
        "sqlite/archive.db",
        "jsonl/datapackage.json",
        "csv/datapackage.json",
        "sqlite/datapackage.json",
    }


def test_what_lies_elsewhere_is_written_again(site: ScratchSite) -> None:
    export(site)
    (site.root / "content/later.md").rename(site.root / "content/much-later.md")
    (site.root / "content/lines.jsonl").rename(site.root / "content/more.jsonl")
    export(site)
    assert {line["backissue"]["file"] for line in lines(site)} >= {"much-later.md", "more.jsonl"}
    export(site, to="clean", state=site.root / "clean-state")
    assert site.tree(site.root / "export") == site.tree(site.root / "clean")


def test_addresses_are_those_of_the_site(site: ScratchSite) -> None:
    """Those of the ledger: lists and articles stay where they are, whatever becomes of their names."""
    site.build()
    site.put("later.md", "Much later", date="1960")
    site.put("first.md", "First", tags="[sea-wall]", date="1950-01-01")
    export(site, ["jsonl", "sqlite"])
    site.build()
    paths = {line["backissue"]["path"] for line in lines(site)}
    assert "1960/later.html" in paths
    lists = {row["path"] for kind in ("tags", "authors") for row in database(site).execute(f"select path from {kind}")}
    assert len(lists) == 5
    assert all((site.output / path).is_file() for path in paths | lists)


def test_a_year_that_is_gone_is_removed(site: ScratchSite) -> None:
    export(site, ["jsonl"])
    (site.root / "export/jsonl/mine.txt").write_text("mine")
    site.remove("content/later.md")
    done = export(site, ["jsonl"])
    assert (names(done), done.removed) == ({"jsonl/datapackage.json"}, 1)
    assert not (site.root / "export/jsonl/articles-1960.jsonl").exists()
    assert (site.root / "export/jsonl/mine.txt").exists()


def test_what_was_changed_by_others_is_mended(site: ScratchSite) -> None:
    export(site, ["jsonl"])
    before = site.tree(site.root / "export")
    (site.root / "export/jsonl/articles-1960.jsonl").write_text("mine")
    (site.root / "export/jsonl/articles-1953.jsonl").unlink()
    export(site, ["jsonl"])
    assert site.tree(site.root / "export") == before


def test_an_export_after_edits_is_that_of_a_clean_one(site: ScratchSite) -> None:
    export(site)
    site.put("flood.md", "The great flood", date="1954-02-01", tags="[Wall]")
    site.put("after.md", "After", status="withdrawn", date="1953-02")
    site.remove("content/undated.md")
    site.put("draft.md", "No draft", date="1961-01-01")
    site.write("site.yaml", SETTINGS.replace("The Archive", "Other") + "tag_aliases: {wall: sea wall}\n")
    export(site)
    export(site, to="clean", state=site.root / "clean-state")
    assert site.tree(site.root / "export") == site.tree(site.root / "clean")


def test_the_build_after_an_export_is_whole(site: ScratchSite) -> None:
    site.build()
    site.put("new.md", "New", date="1955")
    export(site, ["jsonl"])
    site.build()
    assert (site.output / "1955/new.html").exists()


def test_the_same_bytes_elsewhere_on_another_day(site: ScratchSite, tmp_path: Path) -> None:
    """Another folder, zone, locale, seed of hashes and mask of permissions, and processes."""
    trees = []
    for number, (zone, mask, jobs) in enumerate([("UTC", 0o022, 1), ("Asia/Tokyo", 0o077, 2)]):
        root = tmp_path / f"copy{number}"
        shutil.copytree(site.root / "content", root / "content")
        (root / "site.yaml").write_text(SETTINGS, "utf-8")
        code = (
            "import os, sys\nfrom datetime import datetime, timedelta, UTC\nfrom pathlib import Path\n"
            "from backissue import building, executors, exporting, pipeline\n"
            f"os.umask({mask})\n"
            f"executors.SMALL = 0\nnow = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(days={number * 400})\n"
            f"options = building.Options(root=Path(sys.argv[1]), jobs={jobs})\n"
            "pipeline.build(options, lambda *_: None, now)\n"
            "exporting.run_export(options, options.root / 'export', sys.argv[2:], lambda *_: None, now)\n"
        )
        env = {**os.environ, "TZ": zone, "LC_ALL": "tr_TR.UTF-8" if number else "C", "PYTHONHASHSEED": str(number)}
        env["PYTHONPATH"] = str(ROOT / "src")
        subprocess.run([sys.executable, "-c", code, str(root), *ALL, "bagit", "wacz"], check=True, env=env)
        trees.append({top: site.tree(root / top) for top in ("export", "public", "manifests")})
    assert trees[0] == trees[1]


# -- what is in the way


def test_faults_of_the_content_are_told(site: ScratchSite) -> None:
    site.write("content/bad.md", "---\ndate: 1953\n---\n")
    with pytest.raises(ContentErrors, match="no title"):
        export(site)
    assert not (site.root / "export").exists()
    done = export(site, ["jsonl"], skip_bad=True)
    assert (len(done.faults), done.articles) == (1, 6)
    site.build(skip_bad=True)
    with pytest.raises(BuildStopped, match="some of it can't be read — mend that"):
        export(site, ["bagit"], skip_bad=True)


@pytest.mark.parametrize(
    ("to", "what"), [("content/x", "read as articles"), ("content", "read as articles"), ("public/x", "the build's")]
)
def test_folders_that_are_for_others(site: ScratchSite, to: str, what: str) -> None:
    with pytest.raises(BuildStopped, match=what):
        export(site, to=to)


def test_by_default_there_is_what_there_can_be(site: ScratchSite, monkeypatch: pytest.MonkeyPatch) -> None:
    assert export(site, []).notes == ()
    assert {path.name for path in (site.root / "export").iterdir()} == {"jsonl", "csv", "sqlite", "oai"}
    monkeypatch.setattr(oai, "MOST", 5)
    assert export(site, [], to="few").notes == ("no OAI-PMH repository: a static one holds fewer than 5 records",)
    with pytest.raises(BuildStopped, match="holds 1 to 4 records, not 7"):
        export(site, ["oai"])
    site.write("site.yaml", "title: A\n")
    assert export(site, [], to="none").notes == ("no OAI-PMH repository: it needs url and contact in site.yaml",)
    with pytest.raises(BuildStopped, match="--oai needs url and contact"):
        export(site, ["oai"])


def test_an_archive_without_articles_is_exported(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path, SETTINGS)
    done = export(site, [])
    assert (done.articles, done.notes) == (0, ())
    assert {path.name for path in (site.root / "export").iterdir()} == {"jsonl", "csv", "sqlite"}


def test_identifiers_of_records_are_uris_whatever_the_paths(site: ScratchSite) -> None:
    site.write("permalinks.txt", "ä/ö.html\tflood.md\n")
    export(site, ["oai"])
    tree = etree.parse(site.root / "export/oai/oai.xml")
    found = [element.text for element in tree.iter("{http://www.openarchives.org/OAI/2.0/}identifier")]
    assert "oai:archive.example:%C3%A4/%C3%B6.html" in found  # OAI-PMH 2.0, section 2.4


def test_an_extra_that_is_missing_is_told(site: ScratchSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.build()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "warcio", None)
    with pytest.raises(MissingExtra, match=r"backissue\[parquet\]"):
        export(site, ["parquet"])
    with pytest.raises(MissingExtra, match=r"backissue\[wacz\]"):
        export(site, ["wacz"])
    assert not list((site.root / "export").rglob(".new"))


def test_all_formats_say_what_they_are() -> None:
    assert set(FORMATS) == set(ALL)
    assert exporting.FORMATS is runner.FORMATS


# -- packages of the site


def test_a_bag_is_valid(site: ScratchSite) -> None:
    site.build()
    export(site, ["bagit"])
    bag = site.root / "export/bag"
    code = "import sys, bagit; bagit.Bag(sys.argv[1]).validate()"
    subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(bag)], check=True)
    files = site.tree(bag)
    assert files["data/content/lines.jsonl"] == b'{"title": "Line", "date": "1970"}\n'
    assert {path.removeprefix("data/site/") for path in files if path.startswith("data/site/")} == site.tree().keys()
    assert not {"data/content/draft.md", "data/content/gone.md", "data/content/secret.png"} & files.keys()
    (bag / "data/content/flood.md").write_text("other")
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(bag)], check=False, capture_output=True)
    assert done.returncode == 1


def test_paths_in_a_bags_manifest_are_encoded(site: ScratchSite) -> None:
    """As RFC 8493 has it (2.1.3), which bagit.py 1.9 can't read of a percent sign."""
    site.write("content/100%.png", b"x")
    site.put("percent.md", "Percent", "![x](100%25.png)", date="1980")
    site.build()
    export(site, ["bagit"])
    bag = site.root / "export/bag"
    assert (bag / "data/content/100%.png").read_bytes() == b"x"
    assert "  data/content/100%25.png\n" in (bag / "manifest-sha256.txt").read_text("utf-8")
    assert export(site, ["bagit"]).written == ()


def test_a_bag_that_was_cut_off_is_finished(site: ScratchSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.build()
    real = shutil.copyfile

    def full(source: Path, target: Path) -> None:
        if Path(source).name == "index.html":
            raise OSError(28, "No space left on device", str(target))
        real(source, target)

    monkeypatch.setattr(bagit.shutil, "copyfile", full)
    with pytest.raises(BuildStopped, match="No space left"):
        export(site, ["bagit"])
    monkeypatch.undo()
    export(site, ["bagit"])
    export(site, ["bagit"], to="clean")
    assert site.tree(site.root / "export") == site.tree(site.root / "clean")


def test_a_bag_follows_the_archive(site: ScratchSite) -> None:
    site.build()
    export(site, ["bagit"])
    site.put("later.md", "Later", status="withdrawn", date="1960")
    site.build()
    done = export(site, ["bagit"])
    bag = site.root / "export/bag"
    assert not (bag / "data/content/later.md").exists()
    assert "content/flood.md" not in {"/".join(path.parts[-2:]) for path in done.written}
    (bag / "data/extra.txt").write_text("mine")
    with pytest.raises(BuildStopped, match=r"data/extra.txt: a file that is not of this bag"):
        export(site, ["bagit"])


def test_packages_are_made_of_what_was_built(site: ScratchSite) -> None:
    with pytest.raises(BuildStopped, match="not up to its content — build it first"):
        export(site, ["wacz"])
    site.build()
    page = site.output / "index.html"
    page.write_bytes(page.read_bytes() + b" ")
    for kind in ("bagit", "wacz"):
        with pytest.raises(BuildStopped, match=r"index.html: is not what was built"):
            export(site, [kind])
    page.unlink()
    for kind in ("bagit", "wacz"):
        with pytest.raises(BuildStopped, match=r"index.html: is missing"):
            export(site, [kind])


def test_packages_without_manifests(site: ScratchSite) -> None:
    site.write("site.yaml", (site.root / "site.yaml").read_text("utf-8") + "manifests: false\n")
    site.build(clean=True)
    export(site, ["bagit", "wacz"])
    before = (site.root / "export/archive.wacz").read_bytes()
    assert export(site, ["bagit", "wacz"]).written == ()
    page = site.output / "index.html"
    data = page.read_bytes()
    page.write_bytes(data.replace(b"<title>", b"<TITLE>"))  # as long as before
    export(site, ["bagit", "wacz"])
    assert (site.root / "export/bag/data/site/index.html").read_bytes() != data
    assert (site.root / "export/archive.wacz").read_bytes() != before
    page.unlink()
    for kind in ("bagit", "wacz"):
        with pytest.raises(BuildStopped, match=r"index.html: is missing"):
            export(site, [kind])


def test_a_wacz_is_valid(site: ScratchSite) -> None:
    site.put("later.md", "Later", date="1960", captured="1999-12-31")
    site.build()
    export(site, ["wacz"])
    target = site.root / "export/archive.wacz"
    command = [str(Path(sys.executable).with_name("wacz")), "validate", "-f", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "the passed WACZ is valid" in done.stdout, done.stdout + done.stderr
    with zipfile.ZipFile(target) as package:
        assert all(info.compress_type == zipfile.ZIP_STORED for info in package.infolist())
        index = gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines()
        warc = package.read("archive/data.warc.gz")
        pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()]
    assert len(index) == len(site.tree())
    assert index == sorted(index)
    for line in index:
        fields = json.loads(line.split(" ", 2)[2])
        at, length = int(fields["offset"]), int(fields["length"])
        head, _, body = gzip.decompress(warc[at : at + length]).partition(b"\r\n\r\n")[2].partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        path = fields["url"].removeprefix("https://archive.example/x/")
        assert body.removesuffix(b"\r\n\r\n") == (site.output / path).read_bytes()
    assert [page["url"] for page in pages[1:3]] == [
        "https://archive.example/x/index.html",
        "https://archive.example/x/1953/02/1-1.html",
    ]
    assert {page["ts"] for page in pages[1:]} == {"1999-12-31T00:00:00Z"}


@pytest.mark.parametrize(
    "url", ["https://www.archive.example/X/a.html", "https://a.example/", "http://a.b.example/1953/%C3%A4.html"]
)
def test_addresses_are_sorted_as_others_sort_them(url: str) -> None:
    surt = pytest.importorskip("surt")
    assert url_key(url) == surt.surt(url)
