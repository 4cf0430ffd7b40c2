from __future__ import annotations

from datetime import UTC, date
from typing import Any

import pytest

from backissue.article import Article, Correction, Image, Named, Provenance, Related
from backissue.dates import Date
from backissue.errors import ContentErrors
from backissue.loading.fields import SYNONYMS, clean_text, dated_name, read_article


def read(values: dict[str, Any], path: str = "a.md", body: str = "") -> Article:
    return read_article({"title": "T"} | values, body, path=path, zone=UTC, line_of=lambda _place: 7)


def faults(values: dict[str, Any], path: str = "a.md") -> list[str]:
    with pytest.raises(ContentErrors) as caught:
        read(values, path)
    return str(caught.value).split("\n")


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("title", "  Two\n words ", "Two words"),
        ("title", 1984, "1984"),
        ("date", "2014-03", Date("2014-03")),
        ("date", 1936, Date("1936")),
        ("date", date(2014, 3, 1), Date("2014-03-01")),
        ("date", "", None),
        ("updated", "2014", Date("2014")),
        ("slug", "a-b", "a-b"),
        ("authors", "Ann Lee", (Named("Ann Lee"),)),
        ("authors", "Ann Lee; Bo Co", (Named("Ann Lee"), Named("Bo Co"))),
        ("authors", "Lee, Ann", (Named("Lee, Ann"),)),
        ("authors", ["Ann", None, "Bo", "Ann"], (Named("Ann"), Named("Bo"))),
        ("authors", [{"name": "Ann", "url": "https://a.example"}], (Named("Ann", "https://a.example"),)),
        ("authors", {"display_name": "Ann", "link": "x"}, (Named("Ann", "x"),)),
        ("source", "The Post", Named("The Post")),
        ("source", {"name": "The Post", "url": "u"}, Named("The Post", "u")),
        ("source", "", None),
        ("source_url", "https://a.example/1", "https://a.example/1"),
        ("captured", "2020-01-02", Date("2020-01-02")),
        ("via", "Wire", Named("Wire")),
        ("dateline", "BERLIN", "BERLIN"),
        ("tags", "a, b ,a,,", ("a", "b")),
        ("tags", ["a, b", "c", None, 1], ("a, b", "c", "1")),
        ("tags", 2014, ("2014",)),
        ("section", "World", "World"),
        ("lang", "pt_BR", "pt-BR"),
        ("summary", "One\ntwo", "One two"),
        ("image", "a.jpg", Image("a.jpg")),
        ("image", ["a.jpg", "b.jpg"], Image("a.jpg")),
        ("image", {"path": "a.jpg", "alt": "A", "caption": "C", "credit": "D"}, Image("a.jpg", "A", "C", "D")),
        ("image", False, None),
        ("image", "false", None),
        ("image", "", None),
        ("status", "Publish", "published"),
        ("status", "retracted", "retracted"),
        ("corrections", "One", (Correction("One"),)),
        ("corrections", [{"text": "One", "date": "2014"}, "Two"], (Correction("One", Date("2014")), Correction("Two"))),
        ("aliases", "/a", ("/a",)),
        ("aliases", ["/a", "/b", "/a"], ("/a", "/b")),
        ("related", "A title", (Related("A title"),)),
        ("related", ["http://a/", "/x", "b.md"], (Related("", "http://a/"), Related("", "/x"), Related("", "b.md"))),
        ("related", [{"title": "A", "url": "b"}], (Related("A", "b"),)),
        ("rights", "©", "©"),
        ("draft", True, True),
        ("draft", "yes", True),
        ("draft", "off", False),
        ("embargo", "2030-01-01", Date("2030-01-01")),
        ("version", 3, "3"),
        ("copy_of", "b.md", "b.md"),
        ("version_of", "b.md", "b.md"),
        ("provenance", {"file": "x", "format": "y", "notes": ["z"]}, Provenance(file="x", format="y", notes=("z",))),
    ],
)  # fmt: skip
def test_every_key(key: str, value: Any, expected: Any) -> None:
    assert getattr(read({key: value}), key) == expected


@pytest.mark.parametrize(("synonym", "key"), sorted(SYNONYMS.items()))
def test_every_synonym_in_any_case_and_with_hyphens(synonym: str, key: str) -> None:
    value = "2014" if key in ("date", "updated") else "en"
    expected = read({key: value})
    assert read({synonym: value}) == read({synonym.title().replace("_", "-"): value}) == expected
    assert expected != read({})


def test_our_own_key_wins_over_a_synonym_and_the_other_is_kept() -> None:
    for values in ({"author": "Ann", "authors": "Bo"}, {"authors": "Bo", "author": "Ann"}):
        article = read(values)
        assert (article.authors, article.extra) == ((Named("Bo"),), {"author": "Ann"})


def test_an_empty_value_is_as_none_at_all() -> None:
    assert read(dict.fromkeys(("date", "tags", "authors", "image", "draft", "provenance", "status"))) == read({})


def test_of_several_categories_the_first_is_the_section() -> None:
    article = read({"categories": ["World", "Europe", "b"], "tags": "b"})
    assert (article.section, article.tags) == ("World", ("b", "Europe"))


def test_drafts_of_every_kind() -> None:
    assert read({"status": "draft"}).draft
    assert read({"status": "hidden"}).draft
    assert read({"published": "false"}).draft
    assert not read({"published": True}).draft
    assert read({}, "_drafts/a.md").draft
    assert read({}, "x/_drafts/a.md").draft


def test_zolas_taxonomies() -> None:
    article = read({"taxonomies": {"tags": ["a", "b"], "categories": ["World"]}})
    assert (article.tags, article.section) == (("a", "b"), "World")


def test_unknown_keys_are_kept() -> None:
    assert read({"layout": "post", "when": date(2014, 3, 1), "deep": {"a": (1, 2)}}).extra == {
        "layout": "post",
        "when": "2014-03-01",
        "deep": {"a": [1, 2]},
    }


def test_what_an_image_says_beside_is_kept() -> None:
    assert read({"image": {"src": "a.jpg", "width": 300}}).extra == {"image.width": 300}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("2014-03-01-title.md", Date("2014-03-01")),
        ("posts/2014-3-1-title.markdown", Date("2014-03-01")),
        ("2014-03-01-title/index.md", Date("2014-03-01")),
        ("2014-title.md", None),
        ("x2014-03-01-title.md", None),
    ],
)
def test_a_date_from_the_files_name(path: str, expected: Date | None) -> None:
    assert read({}, path).date == expected
    assert read({"date": "1999"}, path).date == Date("1999")


def test_dated_name() -> None:
    assert dated_name("a/2014-03-01-the-title.md") == ("2014-03-01", "the-title")
    assert dated_name("a/the-title.md") is None


def test_an_impossible_date_in_the_name() -> None:
    assert faults({}, "2014-02-30-a.md")[0].startswith("2014-02-30-a.md: the file's name: ")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"title": ["a"]}, "title: expected text, found a list — write it as one line of text"),
        ({"title": ""}, "no title"),
        ({"date": True}, "date: expected a date, found true or false"),
        ({"date": "01/03/2014"}, 'date: "01/03/2014" is not a date — write 2023-11-05'),
        ({"lastmod": "x"}, 'lastmod: "x" is not a date'),
        ({"tags": {"a": 1}}, "tags: expected text, found a mapping"),
        ({"lang": "the English"}, 'lang: "the English" is no language tag'),
        ({"draft": "perhaps"}, 'draft: expected true or false, found "perhaps"'),
        ({"status": "retractd"}, 'status: unknown status "retractd" — did you mean "retracted"?'),
        ({"author": {"email": "a@b"}}, "author: a mapping without a name"),
        ({"corrections": [{"txt": "a"}]}, 'corrections: unknown key "txt" — did you mean "text"?'),
        ({"corrections": [{"date": "2014"}]}, "corrections: a correction without a text"),
        ({"related": [{"name": "a"}]}, 'related: unknown key "name"'),
        ({"provenance": "a"}, 'provenance: expected a mapping, found "a"'),
    ],
)
def test_faults(values: dict[str, Any], message: str) -> None:
    assert faults(values)[0].startswith("a.md:7: " + message)


@pytest.mark.parametrize("around", ["", "é" * 300, "海。" * 300, "x" * 300])
@pytest.mark.parametrize(
    "char", ["\x01", "\x7f", "\x80", "\x9f", "\ufdd0", "\ufdef", "\ufffe", "\U0001ffff", "\U0010fffe"]
)
def test_what_no_page_may_hold_goes(char: str, around: str) -> None:
    assert clean_text(f"{around}a{char}\nb{around}") == f"{around}a\nb{around}"


@pytest.mark.parametrize("kept", ["\xa0", "«»", "翾", "\ufdcf", "\ufdf0", "\ufffd", "\U0001fffd", "\u2028", "\xad"])
def test_what_may_stand_on_a_page_stays(kept: str) -> None:
    assert clean_text(f"a{kept}\nb") == f"a{kept}\nb"
    assert clean_text(f"{'é' * 300}{kept}\nb") == f"{'é' * 300}{kept}\nb"


def test_clean_text() -> None:
    assert clean_text("a\x85b") == clean_text("é" * 300 + "a\x85b")[300:] == "a\nb"
    assert clean_text("a\r\nb\rc\x00\x1f\x7f\ufffe\td") == "a\nb\nc\td"


def test_the_body_loses_only_empty_lines_around_it() -> None:
    assert read({}, body="\n\n    code\n\n").body == "    code"
