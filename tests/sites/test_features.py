"""What a site has of its articles: links that resolve now or later, copies, versions, pictures, clashes, lines."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.scratch import NOW, ScratchSite, differences

from backissue.check import check_site


def links(page: str) -> set[str]:
    return {part.split('"')[0] for part in page.split('href="')[1:]}


@pytest.fixture
def site(tmp_path: Path) -> ScratchSite:
    return ScratchSite(tmp_path)


def test_a_related_article_is_linked_whichever_came_first(site: ScratchSite) -> None:
    site.put("b.md", "The walls held", date="1953-02-03", related='["The “sea” wall"]')
    site.build()
    assert "The “sea” wall" in site.page("1953/02/the-walls-held.html")
    site.put("a.md", 'The \\"sea\\" wall', date="1953-02-01")
    rendered = site.built()
    assert "1953/02/the-walls-held.html" in rendered
    assert "../../1953/02/the-sea-wall.html" in links(site.page("1953/02/the-walls-held.html"))
    # … and the article that is referred to shows what refers to it.
    assert "../../1953/02/the-walls-held.html" in links(site.page("1953/02/the-sea-wall.html"))


def test_links_in_bodies_lead_to_articles_and_files(site: ScratchSite) -> None:
    body = (
        "[a](other.md) [b](https://www.paper.example/story/?utm_source=x) [c](/old/address.html#part) [d](map.pdf)\n\n"
        "![A map](map.png) [e](gone.pdf) [f](https://elsewhere.example/) ![far](https://elsewhere.example/p.png)"
    )
    site.put("1953/a.md", "First", body, date="1953-02-01")
    site.put(
        "1953/other.md",
        "Other",
        "## Part\n\nText.",
        date="1954-02-01",
        source_url="http://paper.example/story",
        aliases="[/old/address.html]",
    )
    site.write("content/1953/map.png", b"png")
    site.write("content/1953/map.pdf", b"pdf")
    site.build()
    page = site.page("1953/02/first.html")
    found = links(page)
    assert {
        "../../1954/02/other.html",
        "../../1954/02/other.html#b-part",
        "../../media/1953/map.pdf",
        "https://elsewhere.example/",
        "https://elsewhere.example/p.png",
    } <= found
    assert 'src="../../media/1953/map.png"' in page
    assert "gone.pdf" not in page
    assert 'src="https://' not in page
    assert (site.output / "media/1953/map.png").read_bytes() == b"png"
    assert list(check_site(site.output, "https://archive.example")) == []


def test_a_link_that_led_somewhere_on_the_original_site_leads_there(site: ScratchSite) -> None:
    site.put(
        "a.md", "A", "[more](/about) [next](next.html)", date="1953", source_url="https://paper.example/news/a.html"
    )
    site.build()
    assert {"https://paper.example/about", "https://paper.example/news/next.html"} <= links(site.page("1953/a.html"))


def test_a_copy_stands_with_a_story_on_a_line(site: ScratchSite) -> None:
    lines = [
        {"title": "Flood", "date": "1953-02-01", "body": "Water."},
        {
            "title": "Again",
            "slug": "flood-2",
            "date": "1953-02-03",
            "copy_of": "lines.jsonl#flood",
            "body": "Water.",
        },
    ]
    site.write("content/lines.jsonl", "".join(json.dumps(line) + "\n" for line in lines).encode())
    site.put("b.md", "Flood", date="1953-02-02", copy_of="lines.jsonl#flood")
    assert site.build().articles == 1
    copies = [path for path in site.tree() if path.startswith("copies/1953/02/") and path.endswith(".html")]
    assert len(copies) == 2
    assert {f"../../{copy}" for copy in copies} <= links(site.page("1953/02/flood.html"))


def test_a_copy_stands_with_its_story_only(site: ScratchSite) -> None:
    site.put("a.md", "Flood", date="1953-02-01", source="The Courier", tags="[Sea]")
    site.put("b.md", "Flood", date="1953-02-02", source="The Herald", tags="[Sea]", copy_of="a.md")
    site.put("c.md", "Flood (first edition)", date="1953-02-01", source="The Courier", version_of="a.md", tags="[Sea]")
    report = site.build()
    assert report.articles == 1
    story = site.page("1953/02/flood.html")
    copy = next(path for path in site.tree() if path.startswith("copies/1953/02/flood-"))
    version = next(path for path in site.tree() if path.startswith("versions/1953/02/flood-first-edition-"))
    assert {f"../../{copy}", f"../../{version}"} <= links(story)
    assert "The Herald" in story
    assert "../../../1953/02/flood.html" in links(site.page(copy))
    assert "../../../1953/02/flood.html" in links(site.page(version))
    for path in ("index.html", "tags/sea/index.html", "1953/02/index.html", "feed.xml"):
        assert "copies/" not in site.page(path)
        assert "versions/" not in site.page(path)
    site.remove("content/a.md")  # without its story it stands for itself
    site.build()
    assert "1953/02/flood.html" not in site.tree()
    assert "The Herald" in site.page(copy)  # where it always stood
    assert f"../../{copy}" in links(site.page("1953/02/index.html"))


def test_copies_that_no_list_leads_to_are_told(site: ScratchSite) -> None:
    site.put("a.md", "One", date="1953-02-01", copy_of="b.md")
    site.put("b.md", "Two", date="1953-02-01", copy_of="a.md")
    site.put("c.md", "Three", date="1953-02-01", version_of="d.md")
    site.put("d.md", "Four", date="1953-02-01", draft="true")
    site.put("e.md", "Five", date="1953-02-01", copy_of="f.md")
    site.put("f.md", "Six", date="1953-02-01")
    expected = (
        "in no list, for what copy_of or version_of names is in none itself: content/a.md, content/b.md, content/c.md",
    )
    assert site.build().notes == expected
    assert site.build().notes == expected  # also where nothing is to be done


def test_drafts_and_embargoes_are_in_no_output(site: ScratchSite) -> None:
    site.put("open.md", "Open", date="1953-02-01", tags="[Shown]")
    site.put("draft.md", "Secretdraft", "Secretdraft", date="1953-02-02", draft="true", tags="[Secretdraft]")
    site.put("later.md", "Secretlater", "Secretlater", date="1953-02-02", embargo="2026-06-01")
    site.put("past.md", "Lifted", date="1953-02-02", embargo="2026-01-01")
    report = site.build()
    assert (report.articles, report.hidden) == (2, 2)
    for path, data in site.tree().items():
        assert b"ecretdraft" not in data, path
        assert b"ecretlater" not in data, path
        assert "secret" not in path


def test_an_embargo_ends_without_an_edit(site: ScratchSite) -> None:
    from datetime import timedelta

    from backissue.building import Options
    from backissue.pipeline import build

    site.put("later.md", "Later", date="1953-02-02", embargo="2026-01-03")
    assert site.build().articles == 0
    report = build(Options(root=site.root), lambda *_: None, NOW + timedelta(days=2))
    assert report.articles == 1


def test_a_withdrawn_article_leaves_a_tombstone(site: ScratchSite) -> None:
    site.put("a.md", "Named in error", "Privatetext.", date="1953-02-01", summary="Privatetext", status="withdrawn")
    site.build()
    assert "noindex" in site.page("1953/02/named-in-error.html")
    assert not any(b"Privatetext" in data for data in site.tree().values())
    state = b"".join(path.read_bytes() for path in (site.root / ".backissue").iterdir() if path.is_file())
    assert b"Privatetext" not in state


def test_clashing_articles_get_paths_that_stay(site: ScratchSite) -> None:
    site.write("site.yaml", "title: S\nurl: https://archive.example\nclash: suffix\n")
    site.put("m.md", "Same", "first", date="1953-02-01")
    site.build()
    site.put("a.md", "Same", "second", date="1953-02-02")  # sorts before the one that was there
    site.build()
    assert "first" in site.page("1953/02/same.html")
    second = next(path for path in site.tree() if path.startswith("1953/02/same-"))
    assert "second" in site.page(second)
    kept = (site.root / "urls/1953.txt").read_text()
    assert kept == f"{second}\ta.md\n1953/02/same.html\tm.md\n"
    before = site.tree()
    assert before == site.clean_tree(site.root / "clean")
    site.remove("content/m.md")
    site.build()
    assert "second" in site.page(second)
    site.write("permalinks.txt", "1953/02/mine.html\ta.md\n")
    site.build()
    assert "second" in site.page("1953/02/mine.html")
    assert "../../1953/02/mine.html" in links(site.page(second))


def test_lines_of_json_are_articles(site: ScratchSite) -> None:
    articles = [
        {"title": f"Line {n}", "date": f"1953-02-{n + 1:02}", "body": f"Text {n}.", "tags": ["T"]} for n in range(20)
    ]
    text = "\n".join(map(json.dumps, articles)) + "\n"
    site.write("content/lines.jsonl", text)
    assert site.build().articles == 20
    assert "Text 7." in site.page("1953/02/line-7.html")
    articles[7]["body"] = "Other text.\n\nAnd more."
    articles.insert(0, {"title": "Before", "date": "1953-01-01", "body": "First."})
    site.write("content/lines.jsonl", "\n".join(map(json.dumps, articles)))
    rendered = set(site.built())
    assert "1953/02/line-7.html" in rendered
    assert "1953/02/line-12.html" not in rendered
    plain = site.tree()
    (site.root / "content/lines.jsonl").unlink()
    site.write("content/lines.jsonl.gz", gzip.compress("\n".join(map(json.dumps, articles)).encode()))
    site.build()
    assert not differences(site.tree(), plain)


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: os.truncate(path, 10)])
def test_what_was_unpacked_may_go_away(site: ScratchSite, spoil: Callable[[Path], None]) -> None:
    site.write("content/lines.jsonl.gz", gzip.compress(b'{"title": "A", "date": "1953", "body": "*x*"}\n'))
    site.build()
    (unpacked,) = (site.root / ".backissue/unpacked").iterdir()
    spoil(unpacked)
    site.write("site.yaml", "title: Other\n")
    assert site.build().parsed == 0
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))
    site.remove("content/lines.jsonl.gz")
    site.build()
    assert not unpacked.exists()
    assert site.build().pages


def test_broken_gzip_is_one_line(site: ScratchSite) -> None:
    from backissue.errors import ContentErrors

    site.write("content/lines.jsonl.gz", gzip.compress(b'{"title": "A"}\n' * 1000)[:40])
    with pytest.raises(ContentErrors, match=r"content/lines\.jsonl\.gz: can't be read: .* — pack it again"):
        site.build()


def test_numbered_pages_never_change_once_full(site: ScratchSite) -> None:
    site.write("site.yaml", "title: S\npage_size: 3\n")
    for number in range(7):
        site.put(f"{number}.md", f"T{number}", date=f"1953-02-{number + 1:02}", tags="[Sea]")
    site.build()
    full = {
        path: data for path, data in site.tree().items() if path in ("tags/sea/page/1.html", "tags/sea/page/2.html")
    }
    assert len(full) == 2
    for number in range(7, 12):
        site.put(f"{number}.md", f"T{number}", date=f"1953-03-{number + 1:02}", tags="[Sea]")
    site.build()
    assert {path: site.tree()[path] for path in full} == full


def test_tags_are_one_whatever_their_case_or_form(site: ScratchSite) -> None:
    site.write("site.yaml", "title: S\ntag_aliases:\n  ocean: Sea\n")
    for number, tag in enumerate(["Sea", "sea", "SEA", "Ocean", "Café", "Cafe\u0301", "python3", "python"]):
        site.put(f"{number}.md", f"T{number}", date="1953-02-01", tags=json.dumps([tag], ensure_ascii=False))
    site.build()
    folders = {path.split("/")[1] for path in site.tree() if path.startswith("tags/") and path.count("/") == 2}
    assert folders == {"sea", "cafe", "python3", "python"}
    assert site.page("tags/sea/index.html").count("<h3>") == 4


def test_the_same_bytes_whatever_the_surroundings(site: ScratchSite, tmp_path: Path) -> None:
    """Executor, hash seed, time zone, locale, working directory (design, invariant 4)."""
    for number in range(160):
        site.put(f"{number}.md", f"T {number}", date=f"1953-02-01T{number % 24:02}:10:00", tags=f"[A{number % 5}, Sea]")
    site.build()
    expected = site.tree()
    for number, variables in enumerate(
        [
            {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
            {"PYTHONHASHSEED": "77", "TZ": "America/Los_Angeles", "LC_ALL": "C.UTF-8"},
        ]
    ):
        output = tmp_path / f"other-{number}"
        command = [
            sys.executable,
            "-m",
            "backissue",
            "build",
            "--clean",
            "--jobs",
            str(number + 1),
            "--root",
            str(site.root),
        ]
        subprocess.run(
            [*command, "--output", str(output)], check=True, env=os.environ | variables, cwd="/", capture_output=True
        )
        assert not differences(site.tree(output), expected)
