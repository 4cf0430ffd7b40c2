"""A site that the catalog does not know: copied, restored, or forgotten. It is known by its bytes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.scratch import ScratchSite, differences
from tests.sites.plain_theme import use_plain_theme

from backissue import recognising
from backissue.errors import BuildStopped, ContentErrors
from backissue.fixity import Print


@pytest.fixture
def site(tmp_path: Path) -> ScratchSite:
    site = ScratchSite(tmp_path / "site")
    use_plain_theme(site)
    for number in range(6):
        site.put(f"{number}.md", f"Title {number}", date=f"19{number}0-02-01", tags=f"[T{number}]")
    site.build()
    return site


def forget(site: ScratchSite) -> None:
    (site.root / ".backissue/catalog.sqlite").unlink()


def test_a_copy_of_an_archive_has_nothing_made_anew(site: ScratchSite, tmp_path: Path) -> None:
    """As on a build server, which puts back what it kept of the last build."""
    copy = ScratchSite(Path(shutil.copytree(site.root, tmp_path / "copy")))
    report = copy.build()
    assert (report.parsed, report.rendered, report.written) == (0, 0, 0)
    copy.remove("content/5.md")
    copy.build()
    assert "1950/02/title-5.html" not in copy.tree()
    assert not differences(copy.tree(), copy.clean_tree(tmp_path / "clean"))


def test_what_went_while_a_copy_was_made_is_taken_out_of_it(site: ScratchSite, tmp_path: Path) -> None:
    copy = ScratchSite(Path(shutil.copytree(site.root, tmp_path / "copy")))
    copy.remove("content/5.md")
    assert copy.build().removed
    assert not differences(copy.tree(), copy.clean_tree(tmp_path / "clean"))


def test_what_differs_in_a_copy_is_made_anew(site: ScratchSite, tmp_path: Path) -> None:
    copy = ScratchSite(Path(shutil.copytree(site.root, tmp_path / "copy")))
    copy.write("public/1900/02/title-0.html", "edited")
    copy.remove("public/1910/02/title-1.html")
    assert set(copy.built()) == {"1900/02/title-0.html", "1910/02/title-1.html"}
    assert not differences(copy.tree(), copy.clean_tree(tmp_path / "clean"))


def test_what_went_together_with_the_catalog_is_taken_out(site: ScratchSite, tmp_path: Path) -> None:
    forget(site)
    site.remove("content/5.md")
    site.write("public/foreign.html", "mine")
    site.write("public/1950/02/title-5.json", "edited, and so no longer ours")
    site.build()
    found = site.tree()
    assert found.pop("foreign.html") == b"mine"
    assert found.pop("1950/02/title-5.json").startswith(b"edited")
    assert not differences(found, site.clean_tree(tmp_path / "clean"))
    assert site.build().rendered == 0


@pytest.mark.parametrize("clean", [False, True])
def test_so_it_is_where_a_build_was_cut_off(site: ScratchSite, tmp_path: Path, clean: bool) -> None:
    forget(site)
    site.remove("content/5.md")
    site.write("content/bad.md", "---\ntitle: [\n---\n")
    site.build(skip_bad=True, clean=clean)
    site.remove("content/bad.md")
    site.build()
    assert not differences(site.tree(), site.clean_tree(tmp_path / "clean"))


def test_manifests_lead_nowhere_else(site: ScratchSite) -> None:
    forget(site)
    outside = site.write("outside.txt", "")
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    lines = f"{nothing}  ../outside.txt\n{nothing}  {outside}\n{nothing}  x/../../outside.txt\n"
    site.write("manifests/site.sha256", lines)
    site.write("manifests/site.sizes", "")
    site.build()
    assert outside.exists()


def test_manifests_that_can_not_be_read_tell_nothing(site: ScratchSite) -> None:
    forget(site)
    site.write("manifests/site.sha256", "what is this\n")
    assert site.build().removed == 0


def test_removing_much_of_a_forgotten_site_stops(site: ScratchSite) -> None:
    for number in range(30):
        site.write(f"content/{number}.pdf", str(number))
    site.put("a.md", "Papers", " ".join(f"[{number}]({number}.pdf)" for number in range(30)))
    site.build()
    forget(site)
    site.put("a.md", "Papers", "None.")
    with pytest.raises(BuildStopped, match=r"would remove .* --allow-gone"):
        site.build(allow_gone=False)
    assert site.build().removed == 30


@pytest.mark.parametrize("manifests", [True, False])
def test_what_was_taken_away_by_hand_is_there_again(site: ScratchSite, tmp_path: Path, manifests: bool) -> None:
    if not manifests:
        site.write("site.yaml", "title: Scratch\nurl: https://archive.example\nmanifests: false\n")
        site.build()
    whole = site.tree()
    site.remove("public/index.html")
    shutil.rmtree(site.output / "1910")
    site.write("public/tags/t2/index.html", "other")
    made = set(site.built())
    assert {"index.html", "1910/index.html", "1910/02/title-1.html", "tags/t2/index.html"} <= made
    assert "1920/02/title-2.html" not in made
    assert site.tree() == whole
    assert site.build().rendered == 0
    for path in site.output.iterdir():
        path.unlink() if path.is_file() else shutil.rmtree(path)
    site.put("0.md", "Other", date="1900-02-01", slug="title-0")
    site.build()
    assert not differences(site.tree(), site.clean_tree(tmp_path / "clean"))


def test_only_folders_in_which_something_came_or_went_are_looked_into(
    site: ScratchSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_into: list[str] = []
    held = recognising._held

    def noting(output: Path, prints: dict[str, Print], *others: object, **named: object) -> set[str]:
        looked_into.extend(prints)
        return held(output, prints, *others, **named)

    monkeypatch.setattr(recognising, "_held", noting)
    for number in (1, 2):
        site.put("0.md", f"Title {number}", date=f"190{number}-02-01", tags="[T9]")
        site.build()
        assert site.build().rendered == 0
    assert looked_into == []
    site.write("public/1910/mine.txt", "mine")
    assert site.build().rendered == 0
    assert looked_into == ["1910/index.html"]
    assert site.build().rendered == 0
    assert looked_into == ["1910/index.html"]


def test_a_copy_is_looked_into_once(site: ScratchSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = ScratchSite(Path(shutil.copytree(site.root, tmp_path / "copy")))
    copy.build()
    monkeypatch.setattr(recognising, "_held", None)
    assert copy.build().rendered == 0


@pytest.mark.parametrize("clean", [False, True])
def test_no_page_takes_the_place_of_a_file_of_others(site: ScratchSite, clean: bool) -> None:
    for path in ("2001/01/a.html", "2001/01/b.html"):
        site.write(f"public/{path}", "mine")
    before = site.tree()
    for name in "ab":
        site.put(f"{name}.md", name, date="2001-01-01")
    with pytest.raises(ContentErrors) as caught:
        site.build(clean=clean)
    assert [fault.path.partition("public/")[2] for fault in caught.value.faults] == ["2001/01/a.html", "2001/01/b.html"]
    assert "stands where a page of the site belongs" in str(caught.value)
    assert site.tree() == before
    for path in ("2001/01/a.html", "2001/01/b.html"):
        site.remove(f"public/{path}")
    assert {"2001/01/a.html", "2001/01/b.html"} <= set(site.built())


def test_a_first_build_takes_no_file_of_others_place(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path / "site")
    use_plain_theme(site)
    site.put("a.md", "A", date="2001-01-01")
    site.write("public/index.html", "mine")
    site.write("public/other.html", "mine")
    with pytest.raises(ContentErrors, match=r"index\.html: stands where"):
        site.build()
    assert site.tree() == {"index.html": b"mine", "other.html": b"mine"}
    assert not (site.root / "urls").exists()
    site.remove("public/index.html")
    site.build()
    assert site.tree()["other.html"] == b"mine"


def test_nor_does_a_build_into_another_folder(site: ScratchSite, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "index.html").write_text("mine")
    for known in (True, False):
        if not known:
            forget(site)
        with pytest.raises(ContentErrors, match=r"index\.html: stands where"):
            site.build(output=elsewhere)
        assert [path.name for path in elsewhere.iterdir()] == ["index.html"]
    (elsewhere / "index.html").unlink()
    site.build(output=elsewhere)
    assert (elsewhere / "1900/02/title-0.html").exists()


def test_a_forgotten_site_without_manifests_is_made_anew(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path / "site", 'title: Wend\nurl: "https://wend.example"\nmanifests: false\n')
    use_plain_theme(site)
    site.put("a.md", "A", date="2001-01-01")
    site.build()
    forget(site)
    site.put("a.md", "A", "Other words.", date="2001-01-01")
    assert "2001/01/a.html" in site.built()


def test_a_page_that_was_cut_off_is_ours(site: ScratchSite, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    site.put("a.md", "A", date="2001-01-01")
    with monkeypatch.context() as patched:
        patched.setattr("backissue.publishing.Publisher._note", killed)
        with pytest.raises(Killed):
            site.build()
    assert "2001/01/a.html" in site.tree()
    site.put("a.md", "A", "Other words.", date="2001-01-01")
    assert "2001/01/a.html" in site.built()
