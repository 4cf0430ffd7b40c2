"""Whatever is imported: the accounts balance, again changes nothing, and all that was written loads."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.unit.importing.archives import Archive

from backissue.article import Article, Image, Named, Provenance, Related
from backissue.dates import Date
from backissue.importers.outcomes import Imported
from backissue.importing.preparing import record_digest, rehoused, stem_of, wholesome
from backissue.importing.sealing import seal_of, sealed
from backissue.loading.articlefile import parse_article
from backissue.loading.fields import dated_name

plain = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\n\t\r\x00=\x0b\x0c\x1c\x1d\x1e\x85  ")
)
titles = st.one_of(st.sampled_from(["One", "Two", "one", "2014-01-02 x", "index"]), plain)
records = st.fixed_dictionaries(
    {"title": titles},
    optional={
        "body": st.one_of(st.sampled_from(["", "a b", "---", "# x"]), plain),
        "date": st.sampled_from(["2019-03-01", "2019-03", "1936", "2019-03-01T10:00:00+02:00"]),
        "identity": st.sampled_from(["urn:1", "urn:2", "https://a.example/x", "7"]),
        "version": st.sampled_from(["1", "2", "x"]),
        "captured": st.sampled_from(["2019", "2020-01-01"]),
        "draft": st.just("1"),
        "embargo": st.sampled_from(["2026-11-25", "2026-11-23"]),
        "status": st.sampled_from(["published", "retracted", "withdrawn"]),
        "slug": st.sampled_from(["one", "two words", "Ünï"]),
        "file": st.sampled_from(["p.png", "../p.png", "a/b.md"]),
        "do": st.sampled_from(["reject", "repeat", "raise"]),
        "place": st.sampled_from(["here", "there"]),
    },
)
inputs = st.lists(st.lists(records, max_size=5), min_size=1, max_size=3)


def written(record: dict[str, str]) -> str:
    return "\t".join(f"{key}={value}" for key, value in record.items())


@settings(max_examples=60, deadline=None)
@given(inputs)
@example(
    [[{"title": "One", "identity": "urn:1", "version": "2"}, {"title": "One", "identity": "urn:1", "version": "1"}]]
)
def test_accounts_balance_and_again_changes_nothing(papers: list[list[dict[str, str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        names = [archive.write(f"{n}.tiny", *map(written, paper)) for n, paper in enumerate(papers)]
        report = Path(folder, "report.jsonl")
        accounts = archive.run(*names, report=report)
        lines = [json.loads(line) for line in report.read_text().splitlines()]
        counts = Counter(line["outcome"] for line in lines)
        assert accounts.records == len(lines)
        assert accounts.imported == counts["imported"]
        assert accounts.duplicates == counts["duplicate"]
        assert accounts.rejected == counts["rejected"]
        assert accounts.withheld == counts["withheld"]
        assert {line["input"] for line in lines} == set(names)
        articles = [path for path in archive.files() if path.endswith(".md")]
        assert len(articles) == counts["imported"] + counts["withheld"]
        for path in articles:
            archive.article(path)
            seal = seal_of((archive.content / path).read_bytes(), path)
            assert seal is not None
            assert seal.intact
        for line in lines:
            if line["outcome"] in ("imported", "withheld"):
                assert Path(folder, line["path"]).exists()
        files, times = archive.files(), archive.times()
        for _ in range(2):
            again = archive.run(*names)
            assert (archive.files(), archive.times()) == (files, times)
            assert (again.imported, again.withheld) == (0, 0)
            archive.forget()


@settings(max_examples=200, deadline=None)
@given(st.text(), st.text(), st.text(min_size=1), st.sampled_from(["a.md", "a.jsonl#a"]))
@example("", "\r", "0", "a.md")
def test_a_seal_breaks_when_anything_changes(title: str, body: str, more: str, path: str) -> None:
    # A body neither begins nor ends with a line end: that is how it is read, and how importers make it.
    whole = wholesome(body).strip("\n")
    article = Article(title=wholesome(title), body=whole, provenance=Provenance(file="a", format="b"))
    text = sealed(article, "0123456789abcdef", path)
    seal = seal_of(text.encode(), path)
    assert seal is not None
    assert seal.intact
    assert seal.record == "0123456789abcdef"
    assert seal_of(text.replace("\n", "\r\n").encode(), path) == seal or "\r" in text
    changed = seal_of((text + wholesome(more)).encode(), path)
    assert changed is None or not changed.intact


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_no_name_of_a_file_is_read_as_a_date(title: str) -> None:
    assert dated_name(f"2019/03/{stem_of(Article(title=title))}.md") is None


@settings(max_examples=200, deadline=None)
@given(
    st.builds(
        Article,
        title=st.text(),
        body=st.text(),
        authors=st.lists(st.builds(Named, st.text())).map(tuple),
        related=st.lists(st.builds(Related, st.text())).map(tuple),
        extra=st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.lists(st.text()))),
        date=st.sampled_from([None, Date("2019")]),
        image=st.one_of(st.none(), st.builds(Image, st.text())),
    )
)
def test_a_record_has_one_digest_and_wholesome_is_the_identity_on_what_a_file_can_hold(article: Article) -> None:
    whole = wholesome(article)
    whole.title.encode()
    assert wholesome(whole) == whole
    assert record_digest(Imported(article=whole)) == record_digest(Imported(article=wholesome(article)))


@settings(max_examples=200, deadline=None)
@given(st.text(), st.sampled_from(["p.png", "a b.png", "x(1).jpg", "é.png"]))
def test_pictures_are_renamed_where_they_are_targets_only(text: str, name: str) -> None:
    article = Article(title="T", body=f"{text}\n\n![x](<{name}>)", image=Image(name))
    renamed = rehoused(article, {name: "one/z.png"})
    assert renamed.body.endswith("![x](<one/z.png>)")
    assert renamed.image == Image("one/z.png")
    assert rehoused(renamed, {"one/z.png": name}).body.endswith(article.body[-20:])


def test_what_loads_is_what_was_sealed() -> None:
    article = Article(title="T", body="B", provenance=Provenance(file="a", format="b"))
    from datetime import UTC

    read = parse_article(sealed(article, "0" * 16, "a.md").encode(), "a.md", UTC)
    assert (read.title, read.body) == ("T", "B")
