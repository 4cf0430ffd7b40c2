"""The same story twice: which texts are copies, and what becomes of them in the content folder."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest
from tests.unit.importing.archives import TINY, Archive

from backissue.config import Site, StorySettings, parse_site
from backissue.errors import ContentErrors
from backissue.importing import run_group
from backissue.importing.stories import Text, clusters, group, likeness, shingles, stories, words

SETTINGS = StorySettings()
WORDS = [f"w{n}" for n in range(4000)]


def text(seed: int, length: int = 200) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def told(*bodies: str, titles: tuple[str, ...] = ()) -> dict[int, int]:
    given = itertools.chain(titles, itertools.repeat("A headline"))
    return dict(group([Text(title, body) for title, body in zip(given, bodies, strict=False)], SETTINGS))


def test_words_are_those_that_people_read() -> None:
    assert words("The **Mayor’s** [plan](http://x.example/a) ![map](m.png) <b>now</b>\n\n[1]: http://y.example") == [
        "the", "mayor", "s", "plan", "now",
    ]  # fmt: skip
    assert words("橋が再開") == ["橋", "が", "再", "開"]


def test_an_exact_copy_is_found_whatever_its_headline_and_markup() -> None:
    assert told(text(1), text(1).replace("w1 ", "**w1** ").upper(), text(2), titles=("A", "B", "A")) == {1: 0}


def test_an_edited_copy_is_found() -> None:
    changed = text(1).split()
    changed[50:56] = ["another", "few", "words"]
    assert told(text(1), " ".join(changed)) == {1: 0}


def test_a_cut_copy_and_one_with_paragraphs_around_it_are_found() -> None:
    cut = " ".join(text(1).split()[:130])
    framed = f"{text(7, 60)}\n\n{text(1)}\n\n{text(8, 60)}"
    assert told(text(1), cut) == {1: 0}
    assert told(text(1), framed) == {1: 0}


def test_a_recurring_column_is_no_copy() -> None:
    intro = "Every week our reporter walks the harbour and tells what is new."
    assert told(f"{intro} {text(1)}", f"{intro} {text(2)}", f"{intro} {text(3)}", titles=("Harbour",) * 3) == {}


def test_short_texts_are_copies_only_as_a_whole() -> None:
    short = "Dividend of 25 cents. Pay April 10. Record March 20."
    assert told(short, short, titles=("Smith Corp dividend", "Jones Corp dividend")) == {}
    assert told(short, short, titles=("Smith Corp dividend", "Smith Corp dividend")) == {1: 0}
    assert told("", "", "One two.", "One two.") == {}


def test_a_copy_is_like_its_story_however_long_the_chain() -> None:
    steps = [text(1)]
    for step in range(1, 8):
        kept = steps[-1].split()
        steps.append(" ".join(kept[16:] + text(100 + step, 16).split()))
    found = told(*steps)
    assert found
    for copy, story in found.items():
        assert likeness(shingles(Text("", steps[copy]), 5), shingles(Text("", steps[story]), 5)) >= 0.8
        assert story not in found


def test_many_copies_of_one_text_are_one_group() -> None:
    assert told(*[text(1)] * 90, text(2)) == dict.fromkeys(range(1, 90), 0)


def test_clusters_and_stories() -> None:
    assert clusters([(1, 2), (5, 4), (2, 3)]) == [[1, 2, 3], [4, 5]]
    like = {(1, 2), (2, 3), (3, 4)}
    assert stories([1, 2, 3, 4], lambda one, other: (one, other) in like) == {2: 1, 4: 3}


# -- in the content folder


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def copies(archive: Archive) -> dict[str, str]:
    return {
        path.removeprefix("imported/"): archive.article(path).copy_of.removeprefix("imported/")
        for path in archive.files()
        if path.endswith(".md") and archive.article(path).copy_of
    }


def test_the_earliest_original_is_the_story_whichever_comes_first(tmp_path: Path) -> None:
    records = [
        f"title=Late\tdate=2019-03-05\tbody={text(1)}",
        f"title=Early\tdate=2019-03-01\tbody={text(1)} more",
        f"title=Wire\tdate=2019-02-01\tvia=A wire\tbody={text(1)}",
        f"title=Undated\tbody={text(1)}",
        f"title=Other\tdate=2019-03-01\tbody={text(2)}",
    ]
    expected = dict.fromkeys(("2019/03/late.md", "2019/02/wire.md", "undated/undated.md"), "2019/03/early.md")
    for number, order in enumerate(((0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 0, 3, 1, 4))):
        at_once, one_by_one = Archive(tmp_path / f"a{number}"), Archive(tmp_path / f"b{number}")
        accounts = at_once.run(at_once.write("a.tiny", *(records[which] for which in order)))
        assert accounts.copies == 3
        for which in order:
            one_by_one.run(one_by_one.write(f"{which}.tiny", records[which]))
        assert copies(at_once) == copies(one_by_one) == expected


@pytest.mark.parametrize("forget", [False, True])
def test_copies_again_change_nothing(archive: Archive, forget: bool) -> None:
    papers = [archive.write(f"{n}.tiny", f"title=T{n}\tdate=2019-03-0{n}\tbody={text(1)}") for n in (1, 2, 3)]
    archive.run(*papers)
    files, times = archive.files(), archive.times()
    if forget:
        archive.forget()
    accounts = archive.run(*papers)
    assert (accounts.duplicates, accounts.copies) == (3, 0)
    assert (archive.files(), archive.times()) == (files, times)


def test_an_edited_copy_is_not_rewritten_but_told_of(archive: Archive) -> None:
    archive.run(archive.write("a.tiny", f"title=Late\tdate=2019-03-05\tbody={text(1)}"))
    path = archive.content / "imported/2019/03/late.md"
    path.write_text(path.read_text().replace("title: Late", "title: Later"))
    before = path.read_bytes()
    accounts = archive.run(archive.write("b.tiny", f"title=Early\tdate=2019-03-01\tbody={text(1)}"))
    assert path.read_bytes() == before
    assert [str(fault) for fault in accounts.faults] == [
        "content/imported/2019/03/late.md: tells the same story as imported/2019/03/early.md, but is not an import's "
        "to change — write copy_of: imported/2019/03/early.md into it if you agree"
    ]
    assert accounts.rejected == 0


def test_a_handwritten_article_can_be_the_story(archive: Archive) -> None:
    (archive.content / "mine.md").write_text(f"---\ntitle: Mine\ndate: 2001-01-01\n---\n\n{text(1)}\n")
    archive.run(archive.write("a.tiny", f"title=Copy\tdate=2019-03-05\tbody={text(1)}"))
    assert copies(archive) == {"2019/03/copy.md": "mine.md"}


def test_what_a_person_wrote_about_copies_holds(archive: Archive) -> None:
    (archive.content / "mine.md").write_text(
        f"---\ntitle: Mine\ndate: 2001-01-01\ncopy_of: elsewhere.md\n---\n\n{text(1)}\n"
    )
    accounts = archive.run(archive.write("a.tiny", f"title=Copy\tdate=2019-03-05\tbody={text(1)}"))
    assert (accounts.copies, accounts.faults) == (0, ())


def test_one_text_under_many_headlines_of_one_newspaper_is_filler(archive: Archive) -> None:
    def records(source: str, count: int) -> list[str]:
        return [f"title={source} {n}\tdate=2019-03-0{n + 1}\tsource={source}\tbody={text(1)}" for n in range(count)]

    archive.run(archive.write("a.tiny", *records("Filler", 5)))
    assert copies(archive) == {}
    archive.run(archive.write("b.tiny", *records("Paper", 3)))
    assert copies(archive) == {f"2019/03/paper-{n}.md": "2019/03/filler-0.md" for n in range(3)}


def test_when_the_story_goes_its_copies_find_another(archive: Archive) -> None:
    for day in (1, 2, 3):
        archive.run(archive.write(f"{day}.tiny", f"title=T{day}\tdate=2019-03-0{day}\tbody={text(1)}"))
    (archive.content / "imported/2019/03/t1.md").unlink()
    archive.run(archive.write("x.tiny", "title=X"))
    assert copies(archive) == {"2019/03/t3.md": "2019/03/t2.md"}


def test_drafts_and_older_versions_are_nobodys_story(archive: Archive) -> None:
    archive.run(
        archive.write(
            "a.tiny",
            f"title=Draft\tdate=2001-01-01\tdraft=1\tbody={text(1)}",
            f"title=Soon\tdate=2001-01-01\tembargo=2027-01-01\tbody={text(1)}",
            f"title=V\tdate=2002-01-01\tidentity=urn:1\tversion=1\tbody={text(1)}",
            f"title=V\tdate=2002-01-01\tidentity=urn:1\tversion=2\tbody={text(2)}",
            f"title=Copy\tdate=2019-03-05\tbody={text(1)}",
        )
    )
    assert copies(archive) == {}
    archive.clock = archive.clock.replace(year=2027)
    archive.run(archive.write("b.tiny", "title=X"))
    assert copies(archive) == {"2019/03/copy.md": "2001/01/soon.md"}


def test_another_threshold_looks_at_all_again(archive: Archive) -> None:
    words_ = text(1).split()
    words_[::20] = ["changed"] * len(words_[::20])
    archive.run(archive.write("a.tiny", f"title=A\tbody={text(1)}", f"title=B\tbody={' '.join(words_)}"))
    assert copies(archive) == {}
    archive.site = Site(stories=StorySettings(threshold=0.6))
    told: list[int] = []
    accounts = run_group(
        site=archive.site,
        root=archive.root,
        now=lambda: archive.clock,
        step=lambda name, done, total: told.append(done) if name == "looking for copies" else None,
        inline=True,
    )
    assert told == [2]
    assert accounts.copies == 1
    assert copies(archive) == {"undated/b.md": "undated/a.md"}


def test_copies_are_found_by_several_processes_alike(archive: Archive, tmp_path: Path) -> None:
    paper = archive.write("a.tiny", *(f"title=T{n}\tdate=2019-03-01\tbody={text(n % 20)}" for n in range(60)))
    archive.run(paper)
    other = Archive(tmp_path / "other")
    other.run(paper, inline=False, jobs=2)
    assert copies(archive) == copies(other)
    assert len(copies(archive)) == 40


def test_without_datasketch_an_import_says_that_copies_were_not_looked_for(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "datasketch", None)
    accounts = archive.run(archive.write("a.tiny", f"title=A\tbody={text(1)}"))
    assert accounts.imported == 1
    assert accounts.remarks[0].startswith("copies were not looked for")
    assert TINY


def test_settings_are_checked() -> None:
    assert parse_site("stories: {threshold: 1, shingle: 4}").stories == StorySettings(threshold=1.0, shingle=4)
    for wrong in ("{threshold: 0.4}", "{threshold: 1.1}", "{shingle: 1}", "{treshold: 0.9}"):
        with pytest.raises(ContentErrors, match=r"site\.yaml:1: "):
            parse_site(f"stories: {wrong}")
