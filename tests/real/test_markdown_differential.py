"""On real text, the shortcuts give every byte that Python-Markdown gives; and what is made of it is well-formed.

A sample of each set is read here, the same at each run. All of it: `python -m tests.real.test_markdown_differential`.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import tarfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import html5lib
import pytest

from backissue.bodies import Bodies
from backissue.config import DEFAULT_EXTENSIONS, MarkdownSettings
from backissue.markup.pythonmarkdown import Converter, build

MORE = (*DEFAULT_EXTENSIONS, "abbr", "attr_list", "def_list", "toc")
_FRONT_MATTER = re.compile(r"\A\ufeff?(---|\+\+\+)\r?\n.*?\n\1\r?\n", re.DOTALL)


def corpus(shared: Path) -> Iterator[str]:
    with gzip.open(shared / "data/corpus/dated-articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["body"]


def posts(shared: Path) -> Iterator[str]:
    for archive in sorted((shared / "data/mdsites").glob("*.tar.gz")):
        for text in _members(archive, (".md", ".markdown")):
            yield _FRONT_MATTER.sub("", text, count=1)


def captures(shared: Path) -> Iterator[str]:
    for archive in sorted((shared / "data/rawtext").glob("*.tar.gz")):
        yield from _members(archive, (".txt",))
    for file in sorted((shared / "data/rawtext").rglob("*.txt")):
        yield file.read_text(encoding="utf-8", errors="replace")


def _members(archive: Path, suffixes: tuple[str, ...]) -> Iterator[str]:
    with tarfile.open(archive) as files:
        for member in files:
            opened = files.extractfile(member) if member.isfile() and member.name.endswith(suffixes) else None
            if opened is not None:
                yield opened.read().decode("utf-8", "replace")


SETS = {"corpus": (corpus, 40), "posts": (posts, 40), "captures": (captures, 6)}


def differing(texts: Iterator[str], extensions: tuple[str, ...]) -> tuple[int, int, list[str]]:
    """How many texts there were, how many needed no Python-Markdown, and those that came out otherwise than from it."""
    ours = Converter(extensions, {})
    stock, _extensions = build(extensions, {})
    assert ours._direct is not None
    count = direct = 0
    wrong = []
    for text in texts:
        count += 1
        direct += ours._direct.document(text) is not None
        if ours.convert(text) != stock.reset().convert(text):
            wrong.append(text)
    return count, direct, wrong


@pytest.mark.parametrize("extensions", [DEFAULT_EXTENSIONS, MORE], ids=["default", "more"])
@pytest.mark.parametrize("name", SETS)
def test_every_byte_is_the_same(shared: Path, name: str, extensions: tuple[str, ...]) -> None:
    texts, step = SETS[name]
    count, direct, wrong = differing(islice(texts(shared), 0, None, step), extensions)
    assert count > 100
    assert direct > 5
    assert not wrong


@pytest.mark.parametrize("engine", ["python-markdown", "commonmark"])
@pytest.mark.parametrize("name", SETS)
def test_real_bodies_are_well_formed_and_call_nobody(shared: Path, name: str, engine: str) -> None:
    bodies = Bodies(MarkdownSettings(engine=engine))  # type: ignore[arg-type]
    texts, step = SETS[name]
    for text in islice(texts(shared), 0, None, step * 3):
        made = bodies.html(text, lambda target: None)
        html5lib.HTMLParser(strict=True).parseFragment(made, container="div")
        assert not re.search(r'<[^>]* (?:src|poster)="(?:[a-z]+:)?//', made)


def main() -> None:
    shared = Path(__file__).resolve().parents[3] / "shared"
    for name, (texts, _step) in SETS.items():
        for extensions in (DEFAULT_EXTENSIONS, MORE):
            count, direct, wrong = differing(texts(shared), extensions)
            line = f"{name}, {len(extensions)} extensions: {count} texts, {direct} direct, {len(wrong)} differ\n"
            sys.stdout.write(line)


if __name__ == "__main__":
    main()
