from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scratch import ScratchSite, differences

from backissue.errors import ContentErrors
from backissue.permalinks import NAME, read_permalinks, write_permalinks

names = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\n\r\t\0"), min_size=1, max_size=20)


def faults(root: Path, text: str | bytes) -> list[str]:
    (root / NAME).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ContentErrors) as caught:
        read_permalinks(root)
    return [str(fault) for fault in caught.value.faults]


def test_there_need_be_none(tmp_path: Path) -> None:
    assert read_permalinks(tmp_path) == {}


@given(st.dictionaries(names, st.integers(1, 99), max_size=5))
@settings(max_examples=25)
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, numbers: dict[str, int]) -> None:
    root = tmp_path_factory.mktemp("root")
    paths = {f"{place}.md": f"1953/02/{place_number}.html" for place_number, place in enumerate(numbers)}
    write_permalinks(root, paths)
    assert read_permalinks(root) == paths
    assert [path.name for path in root.iterdir()] == [NAME]


def test_lines_are_sorted_by_place(tmp_path: Path) -> None:
    write_permalinks(tmp_path, {"b.md": "1/x.html", "a.md": "2/x.html", "lines.jsonl#0011": "0/x.html"})
    assert (tmp_path / NAME).read_text() == "2/x.html\ta.md\n1/x.html\tb.md\n0/x.html\tlines.jsonl#0011\n"


def test_files_as_editors_leave_them(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes("\ufeff1953/a.html\ta.md\r\n\r\n1953/b.html\tmy b.md".encode())
    assert read_permalinks(tmp_path) == {"a.md": "1953/a.html", "my b.md": "1953/b.html"}


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
    ],
)
def test_lines_that_are_none(tmp_path: Path, line: str) -> None:
    assert faults(tmp_path, f"1953/b.html\tb.md\n{line}\n") == [
        "permalinks.txt:2: no path and place — write the page's path (such as 2019/03/slug.html), a tab, and the"
        " article's file"
    ]


def test_what_stands_twice(tmp_path: Path) -> None:
    assert faults(tmp_path, "1/a.html\ta.md\n1/a.html\tb.md\n2/a.html\ta.md\n") == [
        "permalinks.txt:2: 1/a.html stands in line 1 too — leave one of the lines out",
        "permalinks.txt:3: a.md stands in line 1 too — leave one of the lines out",
    ]


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, b"1/\xff.html\ta.md\n")
    assert fault.startswith("permalinks.txt: can't be read: ")


def test_an_article_that_keeps_its_path_in_another_month_is_not_written_over(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path, "title: S\nclash: suffix\n")
    site.put("a.md", "Same", "one", date="1953-02-01")
    site.put("m.md", "Same", "two", date="1953-02-01")
    site.build()
    site.put("a.md", "Same", "one", date="1954-02-01")
    site.build()
    site.put("n.md", "Same", "three", date="1953-02-05")
    site.build()
    pages = [page for path, page in site.tree().items() if path.startswith("1953/02/same")]
    assert len(pages) == 3
    for text in (b"one", b"two", b"three"):
        assert any(text in page for page in pages)
    assert "one" in site.page("1953/02/same.html")
    assert not differences(site.tree(), site.clean_tree(tmp_path / "clean"))


def test_a_given_path_that_another_article_has_is_a_fault(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path, "title: S\n")
    site.put("a.md", "Same", date="1953-02-01")
    site.put("b.md", "Other", date="1954-02-01")
    site.write(NAME, "1953/02/same.html\tb.md\n")
    with pytest.raises(ContentErrors, match=r"content/a\.md: has the same page, 1953/02/same\.html, as content/b\.md"):
        site.build()
    report = site.build(skip_bad=True)
    assert (report.articles, len(report.faults)) == (1, 1)
