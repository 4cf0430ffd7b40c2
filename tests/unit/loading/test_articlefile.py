from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from backissue.article import Article, Correction, Image, Named, Provenance, Related
from backissue.dates import Date
from backissue.errors import ContentErrors
from backissue.loading.articlefile import (
    body_of,
    decode,
    front_matter,
    parse_article,
    split,
    write_article,
)

PARIS = ZoneInfo("Europe/Paris")


def load(text: str | bytes, path: str = "a.md") -> Article:
    return parse_article(text.encode() if isinstance(text, str) else text, path, UTC)


def faults(text: str | bytes, path: str = "a.md") -> list[str]:
    with pytest.raises(ContentErrors) as caught:
        load(text, path)
    return str(caught.value).split("\n")


def test_yaml() -> None:
    assert load("---\ntitle: A day\ndate: 2014-03-01\n---\n\nBody *text*.\n") == Article(
        title="A day", date=Date("2014-03-01"), body="Body *text*."
    )


def test_toml() -> None:
    article = load(
        '+++\ntitle = "A day"\ndate = 2014-03-01\nupdated = 2014-03-02T10:00:00Z\ntags = ["a", "b"]\nweight = 5\n'
        '[source]\nname = "The Post"\n[extra]\nteam = "Desk"\n+++\nBody.\n'
    )
    assert article == Article(
        title="A day",
        date=Date("2014-03-01"),
        updated=Date("2014-03-02T10:00:00+00:00"),
        tags=("a", "b"),
        source=Named("The Post"),
        extra={"team": "Desk", "weight": 5},
        body="Body.",
    )


def test_toml_local_times_are_in_the_archives_zone() -> None:
    article = parse_article(b'+++\ntitle = "A"\ndate = 2014-07-01T12:00:00\n+++\n', "a.md", PARIS)
    assert article.date == Date("2014-07-01T12:00:00+02:00")


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
def test_any_line_ends(ends: str) -> None:
    text = "---\ntitle: A\n---\n\none\ntwo\n".replace("\n", ends)
    assert load(text) == Article(title="A", body="one\ntwo")


def test_byte_order_mark_and_empty_lines_before_the_front_matter() -> None:
    assert load(b"\xef\xbb\xbf---\ntitle: A\n---\nb").body == "b"
    assert load("\n  \n---\ntitle: A\n---\nb").title == "A"
    assert faults("\n\n---\nx: 1\ntitle: a: b\n---\n")[0].startswith("a.md:5: broken YAML")


def test_dots_may_close_yaml_and_spaces_follow_the_marks() -> None:
    assert load("---  \ntitle: A\n...\nb") == Article(title="A", body="b")
    assert load("--- \ntitle: A\n--- \nb") == Article(title="A", body="b")


def test_a_rule_in_the_body_ends_nothing() -> None:
    assert load("---\ntitle: A\n---\none\n\n---\n\ntwo").body == "one\n\n---\n\ntwo"


def test_empty_body() -> None:
    assert load("---\ntitle: A\n---").body == ""


def test_control_characters_go() -> None:
    assert load("---\ntitle: A\n---\na\x00b\x0bc").body == "abc"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "a.md:1: the file is empty — write an article into it, or delete it"),
        (" \n\n", "a.md:1: the file is empty"),
        ("Just text\n", "a.md:1: no front matter — begin the file with a line ---"),
        ("---\ntitle: A\n", "a.md:1: the front matter has no end — close it with a line ---"),
        ("+++\ntitle = 1\n---\n", "a.md:1: the front matter has no end — close it with a line +++"),
        ("---\n---\nbody", 'a.md:2: no title — add a line such as title: "…"'),
        ("---\ntitle:\n---\nbody", "a.md:2: no title"),
        ("---\ntitle: A\nx: [b\n---\n", "a.md:3: broken YAML: a bracket is not closed"),
        (
            "---\ntitle: A: b\n---\n",
            "a.md:2: broken YAML: mapping values are not allowed in this context — put quotation",
        ),
        ("---\ntitle: A\ntags:\n\t- b\n---\n", "a.md:4: broken YAML"),
        (
            "---\ntitle: A\ntitle: B\n---\n",
            'a.md:3: the key "title" stands twice (first on line 2) — keep one of the two',
        ),
        ("---\n- a\n---\n", "a.md:2: expected lines of the form key: value"),
        ('+++\ntitle = "A"\ndate = nope\n+++\n', "a.md:3: broken TOML"),
        ('+++\ntitle = "A"\ntitle = "B"\n+++\n', "a.md:3: broken TOML"),
        ('+++\ntitle = "A"\ndate = "soon"\n+++\n', 'a.md:3: date: "soon" is not a date'),
        ("---\ntitle: A\n\ndate: 2014-03-01 25:61\n---\n", "a.md:4: date: "),
    ],
)
def test_faults_name_their_line(text: str, fault: str) -> None:
    assert faults(text)[0].startswith(fault)


def test_all_faults_of_a_file_are_told_together() -> None:
    text = "---\ndate: soon\nlang: '!'\ndraft: maybe\nstatus: lost\nimage: {src: a, alt: [b]}\n---\n"
    lines = [fault.split(":")[1] for fault in faults(text)]
    assert lines == ["2", "2", "3", "4", "5", "6"]  # on line 2 also: no title


def test_bad_encoding_names_the_line_and_the_byte() -> None:
    assert faults(b"---\ntitle: A\n---\none\ncaf\xe9\n") == [
        "a.md:5: not UTF-8: byte 0xe9 — save the file in the encoding UTF-8"
    ]


def test_split_counts_lines() -> None:
    parts = split("---\na: 1\nb: 2\n---\n\nbody", "a.md")
    assert (parts.kind, parts.header, parts.header_line, parts.body_line) == ("yaml", "a: 1\nb: 2\n", 2, 5)


def test_decode_and_body_of() -> None:
    assert decode(b"\xef\xbb\xbfa\r\nb", "x") == "a\nb"
    assert body_of(b"---\ntitle: A\n---\n\n\nbody\x00\n\n", "x") == "body"


def test_line_breaks_of_yaml_alone_are_kept() -> None:
    article = Article(title="A", extra={"x": "a\x85\U00010000", "y": "b\u2028c"})
    assert parse_article(write_article(article).encode(), "a.md", UTC) == article


def test_an_article_with_everything_is_written_and_read_back() -> None:
    article = Article(
        title="“Quoted”: a # title",
        date=Date("2014-03-01T12:00:00+00:00"),
        updated=Date("2014-03"),
        slug="the-slug",
        authors=(Named("Ann Lee", "https://a.example/ann"), Named("Bo; Co")),
        source=Named("The Post", "https://a.example/"),
        source_url="https://a.example/1",
        captured=Date("2020-01-01"),
        via=Named("Wire"),
        dateline="BERLIN",
        tags=("no", "1", "a: b", "true", "2014-03-01"),
        section="World",
        lang="pt-BR",
        summary="- not a list",
        image=Image("a.jpg", "alt", "caption", "credit"),
        status="retracted",
        corrections=(Correction("Wrong name", Date("2014-03-02")), Correction("Wrong day")),
        aliases=("/old/1.html",),
        related=(Related("Other", "other.md"), Related("Title only"), Related("", "https://a.example/2")),
        rights="© The Post",
        draft=True,
        embargo=Date("2015"),
        version="2",
        copy_of="b.md",
        version_of="c.md",
        provenance=Provenance(file="x.xml", format="feed", digest="sha256:1", notes=("one", "two")),
        extra={"weight": 5, "nested": {"a": [1, "1", None, True]}, "text": "1"},
        body="# Body\n\n---\n\ntext",
    )
    assert load(write_article(article)) == article


def test_defaults_are_not_written() -> None:
    assert front_matter(Article(title="A")) == {"title": "A"}
    assert write_article(Article(title="A", body="b")) == "---\ntitle: A\n---\n\nb\n"


def test_text_is_not_escaped_and_order_is_kept() -> None:
    assert write_article(Article(title="Élan 東京", lang="fr")).startswith("---\ntitle: Élan 東京\nlang: fr\n---\n")
