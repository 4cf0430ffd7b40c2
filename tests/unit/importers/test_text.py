"""Captures of syndicated posts and other plain text become articles."""

from __future__ import annotations

from datetime import UTC

import pytest

from backissue.article import Article, Image, Named, Related
from backissue.importers import text
from backissue.importers.outcomes import Imported, Input, Rejected, Settings
from backissue.loading.articlefile import parse_article, write_article


def imported(written: str | bytes, settings: Settings | None = None) -> Article:
    data = written if isinstance(written, bytes) else written.encode()
    (outcome,) = text.read(Input.from_bytes(data, "post.txt"), settings or Settings())
    assert isinstance(outcome, Imported), outcome
    article = outcome.article
    assert parse_article(write_article(article).encode(), "post.md", UTC) == article
    return article


def rejected(data: bytes) -> str:
    (outcome,) = text.read(Input.from_bytes(data, "post.txt"), Settings())
    assert isinstance(outcome, Rejected)
    return outcome.reason


CAPTURE = """\
Harbour Reopens: Ferries Return After the Storm
|

Harbour Reopens: Ferries Return After the Storm

Harbour Reopens: Ferries Return After the Storm

Harbour master Ida Quist and Mayor Tom Fell.

The harbour of Norrwick reopened on Tuesday after eleven days, and the first ferry carried two hundred people.

Read: Storm Season, Day Three: The ‘Long Night’, as Islanders Saw It

Coastal Press reported:

“’We have waited for this’, Quist said, according to a transcript.

She praised the ‘all-night work’ of the crews.

‘We expect more this week’, she said.”

Trade is slowly coming back.

Read more:

Island Summit: Mayors Meet, With Little to Show

The post Harbour Reopens: Ferries Return After the Storm appeared first on The Norrwick Pilot.

Go to Source
Author: Paula Stern"""


def test_capture() -> None:
    article = imported(CAPTURE)
    assert article.title == "Harbour Reopens: Ferries Return After the Storm"
    assert article.authors == (Named("Paula Stern"),)
    assert article.source == Named("The Norrwick Pilot")
    assert article.image == Image("", "", "Harbour master Ida Quist and Mayor Tom Fell.")
    assert article.related == (
        Related("Storm Season, Day Three: The ‘Long Night’, as Islanders Saw It"),
        Related("Island Summit: Mayors Meet, With Little to Show"),
    )
    assert article.date is None
    assert article.body == (
        "The harbour of Norrwick reopened on Tuesday after eleven days, and the first ferry carried two hundred people."
        "\n\nCoastal Press reported:"
        "\n\n> “’We have waited for this’, Quist said, according to a transcript."
        "\n>\n> She praised the ‘all-night work’ of the crews."
        "\n>\n> ‘We expect more this week’, she said.”"
        "\n\nTrade is slowly coming back."
    )


BODY = "\n\nThe council met for nine hours on Monday and agreed on nothing, to nobody's surprise.\n\nIt rained.\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Published: 12 March 2021", "2021-03-12"),
        ("March 12, 2021", "2021-03-12"),
        ("Posted on 2021-03-12", "2021-03-12"),
        ("By Jane Doe | March 12, 2021", "2021-03-12"),
        ("12. März 2021", "2021-03-12"),
        ("Date: 2021-03-12 14:05", "2021-03-12T14:05:00+00:00"),
    ],
)
def test_date_line_below_the_headline(line: str, expected: str) -> None:
    article = imported(f"Council Meets\n{line}{BODY}")
    assert article.date is not None
    assert article.date.edtf == expected
    assert "2021" not in article.body


@pytest.mark.parametrize("line", ["03/04/2021", "In March 2021 the council met.", "2021", "Chapter 12"])
def test_no_date_is_invented(line: str) -> None:
    article = imported(f"Council Meets\n{line}{BODY}")
    assert article.date is None
    assert line.replace("_", "") in article.body


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Jane Doe", ["Jane Doe"]),
        ("By Jane Doe and John Roe", ["Jane Doe", "John Roe"]),
        ("By JANE DOE, JOHN ROE", ["JANE DOE", "JOHN ROE"]),
        ("Author: Ana de la Cruz", ["Ana de la Cruz"]),
        ("By Jane Doe, Staff Writer", ["Jane Doe"]),
    ],
)
def test_byline(line: str, names: list[str]) -> None:
    article = imported(f"Council Meets\n{line}{BODY}")
    assert [author.name for author in article.authors] == names
    assert line not in article.body


def test_what_only_looks_like_a_byline_stays() -> None:
    article = imported(f"Council Meets\n\nBy the time they met it was dark.{BODY}")
    assert article.authors == ()
    assert article.body.startswith("By the time they met it was dark.")


def test_source_url_and_via() -> None:
    article = imported(
        f"Council Meets{BODY}\nSource: The Pilot\nVia: Coastal Wire\nURL: https://pilot.example/council\n"
        "Originally published by The Pilot."
    )
    assert (article.source, article.via) == (Named("The Pilot"), Named("Coastal Wire"))
    assert article.source_url == "https://pilot.example/council"
    assert "Pilot" not in article.body


def test_a_post_line_about_another_post_stays() -> None:
    article = imported(f"Council Meets{BODY}\nThe post Something Else appeared first on The Pilot.")
    assert article.source is None
    assert "Something Else" in article.body


@pytest.mark.parametrize(
    ("quoted", "block"),
    [
        ('The Wire wrote:\n\n"One.\n\n"Two "in" three."\n\nAfter.', '> "One.\n>\n> "Two "in" three."\n\nAfter.'),
        ("The Wire wrote:\n\n“One.” More text follows.", "> “One.”\n\nMore text follows."),
        ("The Wire wrote:\n\n“One,” she said. “Two.”\n\nAfter.", "> “One,” she said. “Two.”\n\nAfter."),
        ("The Wire wrote:\n\n“One.\n\nTwo.\n\nThree.", "> “One.\n\nTwo.\n\nThree."),
        ("According to the Wire: “One.\n\nTwo.”\n\nAfter.", "> “One.\n>\n> Two.”\n\nAfter."),
        ("Die Zeitung schreibt:\n\n„Eins.\n\nZwei.“\n\nDanach.", "> „Eins.\n>\n> Zwei.“\n\nDanach."),
        ("Le journal écrit :\n\n« Un.\n\nDeux. »\n\nEnsuite.", "> « Un.\n>\n> Deux. »\n\nEnsuite."),
        ("The Wire says:\n\n“A “nested” word.\n\nEnd.”\n\nAfter.", "> “A “nested” word.\n>\n> End.”\n\nAfter."),
        ("Per the Wire:\n\n‘It’s one.\n\nTwo.’\n\nAfter.", "> ‘It’s one.\n>\n> Two.’\n\nAfter."),
    ],
)
def test_quotations(quoted: str, block: str) -> None:
    body = imported(f"Council Meets{BODY}\n{quoted}\n").body
    assert block in body
    assert body.count("> ") == block.count("> ")


def test_speech_in_a_sentence_is_no_block_quote() -> None:
    article = imported(f'Council Meets{BODY}\nHe said: "We met." Then he left the room.\n')
    assert ">" not in article.body


def test_read_lines_with_several_headlines_at_the_end() -> None:
    article = imported(f"Council Meets{BODY}\nRelated:\n\n- First Other Story\n- Second Other Story\n")
    assert article.related == (Related("First Other Story"), Related("Second Other Story"))


def test_read_line_with_an_address() -> None:
    article = imported(f"Council Meets{BODY}\nRead also: Other Story https://pilot.example/other\n")
    assert article.related == (Related("Other Story", "https://pilot.example/other"),)


@pytest.mark.parametrize(
    ("line", "is_caption"),
    [
        ("Photo: the mayor at his desk", True),
        ("The harbour, seen here in May (Jo Lens/Getty)", True),
        ("It rained all day long there.", False),
        ("“We met.”", False),
    ],
)
def test_caption(line: str, is_caption: bool) -> None:
    article = imported(f"Council Meets\n\n{line}{BODY}")
    assert (article.image is not None) is is_caption
    assert (line in article.body) is not is_caption


def test_wrapped_lines_are_joined_and_typed_lines_are_not() -> None:
    wrapped = "Council Meets\n\nThe council met for nine\nhours on Monday and then\nagreed on nothing.\n\nIt rained.\n"
    assert (
        imported(wrapped).body == "The council met for nine hours on Monday and then agreed on nothing.\n\nIt rained."
    )
    typed = "Council Meets\nThe council met on Monday.\nIt agreed on nothing.\nThen it rained for hours.\n"
    assert imported(typed).body.count("\n\n") == 2


def test_export_of_a_word_processor() -> None:
    data = "\ufeffCouncil Meets\r\nBy Jane Doe\r\n\r\nThe council met — again.\r\nIt agreed on nothing.\r\n".encode()
    article = imported(data)
    assert (article.title, article.authors) == ("Council Meets", (Named("Jane Doe"),))
    assert article.body == "The council met — again.\n\nIt agreed on nothing."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "mac_roman"])
def test_encodings(encoding: str) -> None:
    written = "Café réouvert à l’été\n\nLe café de la forêt a été réouvert, où l’on mange très bien à présent.\n"
    article = imported(written.encode(encoding))
    assert article.title == "Café réouvert à l’été"
    assert article.body == "Le café de la forêt a été réouvert, où l’on mange très bien à présent."


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("cp1251", "Порт снова открыт\n\nПервый паром перевёз вчера двести человек, сообщил начальник порта.\n"),
        ("koi8-r", "Порт снова открыт\n\nПервый паром перевёз вчера двести человек, сообщил начальник порта.\n"),
        ("cp1250", "Přístav je otevřen\n\nPrvní trajekt včera převezl dvě stě lidí, řekl šéf přístavu. Žádné škody.\n"),
        (
            "iso8859-2",
            "Port znów otwarty\n\nPierwszy prom przewiózł wczoraj dwieście osób, powiedział szef. Żadnych łodzi.\n",
        ),
        ("shift_jis", "港が再開\n\n最初のフェリーは昨日、二百人を運んだと港長は述べた。被害は少なかった。\n"),
    ],
)
def test_old_encodings(encoding: str, written: str) -> None:
    article = imported(written.encode(encoding))
    title, _, body = written.strip().partition("\n\n")
    assert (article.title, article.body) == (title, body)


def test_text_that_markdown_would_misread() -> None:
    article = imported(
        "Council Meets\n\n1. The first point & the *second* <b>one</b>\n\n# Not a heading\n\nThe end of it.\n"
    )
    assert article.body == (
        "1\\. The first point & the \\*second\\* &lt;b>one&lt;/b>\n\n\\# Not a heading\n\nThe end of it."
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no text"),
        (b" \n|\n", "no text"),
        (b"Only two", "too short for an article: 2 words"),
        (b"One line of text that has no headline at all above it, sadly.", "no headline with a text below it"),
        (b"word " * 100 + b"\n\nMore of the text follows here.", "no headline: the first line has 499 characters"),
        (b"The council met on Monday. " + b"It sat for " + b"very " * 30 + b"long.\n\nIt rained.", "no headline"),
        (b"It met. It sat. It ate. It left. It slept.\n\nIt rained for nine days.", "no headline"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 40, "binary data, not text"),
        (b"Council Meets\n\nBy Jane Doe\n\nAuthor: John Roe Read Go to Source", "no text below the headline"),
    ],
)
def test_no_article(data: bytes, reason: str) -> None:
    assert rejected(data).startswith(reason)


def test_settings_give_language_and_address() -> None:
    settings = Settings(lang="cy", url="https://pilot.example/a")
    (outcome,) = text.read(Input.from_bytes(f"Council Meets{BODY}".encode(), "a.txt"), settings)
    assert isinstance(outcome, Imported)
    assert (outcome.article.lang, outcome.article.source_url) == ("cy", "https://pilot.example/a")
    assert outcome.identity == "https://pilot.example/a"


def test_language_is_told_from_the_words() -> None:
    german = "Rat tagt\n\n" + "Der Rat hat am Montag mit der Stadt und den Bürgern über die Brücke gesprochen. " * 3
    assert imported(german).lang == "de"
    assert imported(f"Council Meets{BODY}"[:60]).lang == ""


MAIL = b"Return-Path: <a@b.example>\nReceived: by b.example\nMIME-Version: 1.0\nSubject: Hello\n\nSome text.\n"


def test_recognition() -> None:
    assert text.recognises(CAPTURE.encode()) > text.recognises(b"Council Meets\n\nThe council met.") > 0
    for other in (b"<!doctype html><p>x", b'{"a": 1}', b"\x00\x01\x02" * 50, b"", b"12 34", MAIL):
        assert text.recognises(other) == 0
