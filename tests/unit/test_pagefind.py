"""Records, and what Pagefind makes of them: the same every time, in the archive's order."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from tests.editions import dated, entry_of
from tests.searching import need_pagefind

from backissue import pagefind
from backissue.article import Article, Correction, Image, Named
from backissue.errors import BuildStopped

FERRY = Article(
    title="Ferry returns",
    date=dated("1953-02-01"),
    lang="pt-BR",
    authors=(Named("Ann Lee"), Named("Bo Kay")),
    source=Named("The Courier"),
    section="Harbour",
    tags=("Sea", "Ferries"),
    dateline="Ansby",
    summary="After forty years.",
    image=Image("p.png", "A pier", "The pier at noon"),
    corrections=(Correction("It was Monday."),),
    body="Water rose.",
)


def record(article: Article, text: str = "Water rose.") -> pagefind.Record:
    entry = entry_of(article)
    return pagefind.record_of(entry.card, entry.details, entry.facts, text)


def test_a_record_has_what_is_searched_filtered_and_shown() -> None:
    found = record(FERRY)
    assert found.text == "Ansby — After forty years. Water rose. The pier at noon It was Monday."
    assert found.fields == {
        "title": "Ferry returns",
        "author": "Ann Lee, Bo Kay",
        "source": "The Courier",
        "tag": "Sea, Ferries",
    }
    assert found.filters == {
        "year": ["1953"],
        "tag": ["sea", "ferries"],
        "author": ["ann lee", "bo kay"],
        "source": ["the courier"],
        "section": ["harbour"],
    }
    assert found.shown == {
        "title": "Ferry returns",
        "path": "1953/02/ferry-returns.html",
        "date": "1953-02-01",
        "lang": "pt-BR",
        "dir": "ltr",
        "authors": "Ann Lee, Bo Kay",
        "source": "The Courier",
    }


def test_letters_of_the_east_are_words() -> None:
    found = record(Article(title="海堤", lang="zh"), "潮水 A 漫过")
    assert found.text.split() == ["潮", "水", "A", "漫", "过"]
    assert found.fields["title"].split() == ["海", "堤"]
    assert found.shown["title"] == "海堤"


def test_an_article_can_not_give_pagefind_orders() -> None:
    found = record(Article(title="___PAGEFIND_WEIGHT___9 x"), "___PAGEFIND_ANCHOR___p:1")
    assert "___PAGEFIND" not in found.text + "".join(found.fields.values())


def made(folder: Path, count: int = 40, language: str = "fr") -> dict[str, bytes]:
    folder.mkdir()
    records = [
        pagefind.Record(
            f"Texte été naïve numéro {number} " + " ".join(f"mot{(number * k) % 97}é" for k in range(40)),
            {"title": f"Titre {number}", "author": f"Auteur {number % 7}"},
            {"tag": [f"t{number % 11}", f"u{number % 5}"], "year": [str(1950 + number % 9)]},
            {"title": f"Titre {number}", "path": f"{number}.html"},
        )
        for number in range(count)
    ]
    names = pagefind.index(records, language, folder)
    assert sorted(names) == sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name: (folder / name).read_bytes() for name in names}


def unpacked(data: bytes) -> Any:
    import cbor2

    return cbor2.loads(zlib.decompress(data))


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    need_pagefind()
    one, other, third = (made(tmp_path / name) for name in "abc")
    assert one == other == third


def test_pages_are_in_the_archives_order_and_filters_in_that_of_their_values(tmp_path: Path) -> None:
    need_pagefind()
    files = made(tmp_path / "a")
    about = json.loads(zlib.decompress(files["shard.pf_meta"]))
    assert about["version"] == pagefind.version()
    assert len(about["lengths"]) == 40
    packs = [json.loads(zlib.decompress(files[f"pack/{number}.pf_pack"])) for number in range(7)]
    assert [len(pack) for pack in packs] == [6, 6, 6, 6, 6, 6, 4]
    assert [page["meta"]["path"] for pack in packs for page in pack] == [f"{number}.html" for number in range(40)]
    assert about["filters"] == ["tag", "year"]
    assert about["fields"] == ["author", "title"]
    name, values = unpacked(files["filter/tag.pf_filter"])
    assert name == "tag"
    assert [value for value, _pages in values] == sorted(value for value, _pages in values)
    assert dict(values)["t3"] == [3, 14, 25, 36]
    assert about["pieces"] == sorted(about["pieces"])
    pieces = len(about["pieces"]) // 2
    assert {f"index/{number}.pf_index" for number in range(pieces)} == {name for name in files if "index/" in name}


def test_a_word_of_every_page_has_a_piece_of_the_index_for_itself(tmp_path: Path) -> None:
    need_pagefind()
    rare = " ".join(f"word{number}" for number in range(2_000))
    records = [pagefind.Record(f"{rare} tide {'tide ' * 600} zebra", {"title": "A"}, {}, {}) for _ in range(30)]
    names = pagefind.index(records, "en", tmp_path)
    pieces = [zlib.decompress((tmp_path / name).read_bytes()) for name in names if name.startswith("index/")]
    held = [[word for word, *_places in unpacked(zlib.compress(piece))[0]] for piece in pieces]
    assert ["tide"] in held
    assert [word for words in held for word in words] == sorted(word for words in held for word in words)
    assert len(held) < 100
    assert all(len(piece) < pagefind.PIECE + 10 or len(words) == 1 for piece, words in zip(pieces, held, strict=True))


def test_records_without_a_word_make_an_empty_shard(tmp_path: Path) -> None:
    need_pagefind()
    names = pagefind.index([pagefind.Record("", {}, {}, {})], "en", tmp_path)
    assert "shard.pf_meta" in names
    assert json.loads(zlib.decompress((tmp_path / "shard.pf_meta").read_bytes()))["lengths"] == []


def test_the_browsers_side_has_each_language(tmp_path: Path) -> None:
    need_pagefind()
    names = pagefind.engine(("ar", "en", "und", "zh"), tmp_path)
    assert sorted(names) == ["ar.pf_wasm", "en.pf_wasm", "pagefind.js", "und.pf_wasm", "zh.pf_wasm"]
    assert (tmp_path / "pagefind.js").read_text("utf-8").rstrip().endswith("as engine};")
    assert (tmp_path / "ar.pf_wasm").read_bytes() != (tmp_path / "en.pf_wasm").read_bytes()


def test_what_fails_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need_pagefind()
    monkeypatch.setattr(pagefind, "_executable", lambda: "/bin/false")
    with pytest.raises(BuildStopped, match="Pagefind could not index"):
        pagefind.index([pagefind.Record("a", {}, {}, {})] * 3, "en", tmp_path)


def test_without_the_extra_there_is_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagefind, "_PACKAGE", "no-such-package")
    assert pagefind.version() == ""
