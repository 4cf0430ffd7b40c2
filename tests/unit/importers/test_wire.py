from __future__ import annotations

import pytest

from backissue.article import Article
from backissue.importers import wire
from backissue.importers.agency.wirestamps import anpa_stamp, iptc_stamp
from backissue.importers.outcomes import Imported, Input, Rejected, Settings, Unreadable

IPTC = (
    "\x01exa062 4 i 211 ccccb   exa 061\r\n\nNorland-harbour/wall/\r\n"
    "\x021ST LEAD\r\nHarbour wall finished after nine\r\nlong years\r\nBy Ada Hill and Ben Moss, exa =\r\n\n"
    "   Saltby (exa) - The wall that was begun in the year of the flood\r\n"
    "stands at last, and nobody in the town could believe what they saw\r\n"
    'there: "It stands," said Cy Low.\r\n\n'
    "   A half mile more is to follow.\r\n\n"
    "# Notebook\r\n\n## Internet links\r\n- [Wall](https://example.org/wall)\r\n- [Town](https://example.org/town)\r\n\n"
    "- * * * *\r\n\nThe following information is not intended for publication\r\n\n- Tel: +47 12 34 56\r\n\n"
    "\x03131137 GMT Nov 13 \r\n\x7f\n\x7f\x04"
)
ANPA = (
    "\x16\x16\x01W2870\x1fasian\nr s\x13\x11 BC-NO--Saltby-Wall     11-13 1049\n"
    "\x02^BC-NO--Saltby Wall, 1st Ld-Writethru,466<\n^Wall finished in ``record'' time<\n^EXA Photo XNP101, XNP102<\n"
    "^Eds: Adds quote. With EXA Photos.<\n^By ADA HILL and BEN MOSS=\n^Example Press=\n"
    "\t   SALTBY, Norland (EXA) _ The wall stands _ at last. \n \n\t   ``It does,'' said Cy Low. \n"
    "^What comes next=\n\x08^;W;L;Pct\x10 \n\x08Saltby\x10 Bay;23;13{;.639\x10 \n\x08Norport;24;_;.632\x10 \n"
    "\t   ___\n\t   Dee Ray helped.\n^END<\n\n\t   \x03EXA-WF-11-13-13 1509GMT<\n\n\x0c\n\x04"
)


def imported(text: str, encoding: str = "latin-1") -> Imported:
    (found,) = wire.read(Input.from_bytes(text.encode(encoding)), Settings())
    assert isinstance(found, Imported), found
    return found


def article(text: str, encoding: str = "latin-1") -> Article:
    return imported(text, encoding).article


def test_iptc_7901() -> None:
    one = article(IPTC)
    assert one.title == "Harbour wall finished after nine long years"
    assert [author.name for author in one.authors] == ["Ada Hill", "Ben Moss"]
    assert one.date is not None
    assert one.date.edtf == "2013-11-13T11:37:00+00:00"
    assert (one.section, one.dateline, one.version) == ("international", "Saltby", "1ST LEAD")
    assert one.source is not None
    assert one.source.name == "exa"
    assert one.extra["slugline"] == "Norland-harbour/wall"
    assert one.body.split("\n\n") == [
        "Saltby (exa) - The wall that was begun in the year of the flood stands at last, and nobody in the town could "
        'believe what they saw there: "It stands," said Cy Low.',
        "A half mile more is to follow.",
        "## Notebook",
        "### Internet links",
        "- [Wall](https://example.org/wall)\n- [Town](https://example.org/town)",
    ]
    assert one.provenance is not None
    assert any("not for publication" in note for note in one.provenance.notes)


def test_anpa_1312() -> None:
    found = imported(ANPA)
    one = found.article
    assert one.title == "Wall finished in “record” time"
    assert [author.name for author in one.authors] == ["ADA HILL", "BEN MOSS"]
    assert one.date is not None
    assert one.date.edtf == "2013-11-13T15:09:00+00:00"
    assert (one.section, one.dateline, one.version) == ("sports", "SALTBY, Norland", "1st Ld-Writethru")
    assert one.source is not None
    assert one.source.name == "EXA"
    assert one.extra["slugline"] == "BC-NO--Saltby Wall"
    assert "Adds quote." in one.extra["ednote"]
    assert found.identity == "EXA BC-NO--Saltby Wall 2013-11-13", "every take of the story has this name"
    assert one.body.split("\n\n") == [
        "SALTBY, Norland (EXA) — The wall stands — at last.",
        "“It does,” said Cy Low.",
        "### What comes next",
        "|   | W | L | Pct |\n| --- | --- | --- | --- |\n| Saltby Bay | 23 | 13½ | .639 |\n| Norport | 24 | — | .632 |",
        "* * *",
        "Dee Ray helped.",
    ]


def test_an_alert_without_a_headline_is_called_by_its_text() -> None:
    text = (
        "\x01W1645\x1fasian\nb a\x13\x11 BC-NO--NewsAlert     06-29 0358\n\x02^BC-NO--NewsAlert,17<\n"
        "\t   SALTBY (EXA) _ The wall of the U.S. harbour stands.\n\x03EXA-WF-06-29-17 2350GMT<\n\x04"
    )
    found = imported(text)
    assert found.article.title == "The wall of the U.S. harbour stands"
    assert found.identity == "W1645 2017-06-29T23:50:00Z", "alerts of a day are not one story"


def test_a_killed_story_is_withdrawn() -> None:
    assert article(IPTC.replace("1ST LEAD", "KILL")).status == "withdrawn"


def test_every_message_of_a_file_is_an_article_and_the_last_may_break_off() -> None:
    data = (IPTC + "\n" + ANPA + "\n" + IPTC[:400]).encode()
    found = list(wire.read(Input.from_bytes(data), Settings()))
    assert [each.article.title[:12] for each in found if isinstance(each, Imported)] == [
        "Harbour wall",
        "Wall finishe",
        "Harbour wall",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp850", "cp437"])
def test_characters_are_told_from_the_bytes(encoding: str) -> None:
    words = "Die Straße war für größere Züge gesperrt, später fährt über die Brücke wieder ein Zug nach Österreich."
    text = (
        f"\x01exa062 4 pl 21 exa 061\r\nx/\r\n\x02Müller kehrt zurück =\r\n\r\n{words}\r\n\x03131137 MEZ Nov 13\r\n\x04"
    )
    one = article(text, encoding)
    assert (one.title, one.body, one.section) == ("Müller kehrt zurück", words, "Politik")
    assert one.date is not None
    assert one.date.edtf == "2013-11-13T10:37:00+00:00"
    assert (one.provenance is None) == (encoding == "utf-8")


def test_what_is_no_wire_text_is_told() -> None:
    (found,) = wire.read(Input.from_bytes(b"\x01only a header\x04"), Settings())
    assert isinstance(found, Rejected)
    (found,) = wire.read(Input.from_bytes(b"\x01exa062 4 i 211 exa 061\r\n\x02 \x03\x04"), Settings())
    assert found == Rejected(place="message 1", reason="no headline and no text")
    with pytest.raises(Unreadable, match="no message"):
        list(wire.read(Input.from_bytes(b"\x01\x02\x03\x04"), Settings()))
    with pytest.raises(Unreadable, match="4 MiB"):
        list(wire.read(Input.from_bytes(b"\x01exa062 4 i 211 exa 061\r\n\x02" + b"word " * 1_000_000), Settings()))


@pytest.mark.parametrize(
    ("trailer", "stamp"),
    [
        ("131137 GMT Nov 13", "2013-11-13T11:37:00Z"),
        ("071341 GMT Okt 15", "2015-10-07T13:41:00Z"),
        ("071341 MESZ Mai 99", "1999-05-07T13:41:00+02:00"),
        ("071341 XYZ Nov 13", "2013-11-07"),
        ("071341 Nov 13", "2013-11-07T13:41:00"),
        ("071341 GMT Xyz 13", ""),
        ("", ""),
    ],
)
def test_iptc_times(trailer: str, stamp: str) -> None:
    assert iptc_stamp(trailer) == stamp


def test_anpa_times() -> None:
    assert anpa_stamp("AP-WF-11-13-13 1509GMT<") == ("AP", "2013-11-13T15:09:00Z")
    assert anpa_stamp("AP-WF-11-13-98 1509EST<") == ("AP", "1998-11-13T15:09:00-05:00")
    assert anpa_stamp("none") == ("", "")


def test_recognition() -> None:
    assert wire.recognises(IPTC.encode()) == 95
    assert wire.recognises(ANPA.encode()) == 95
    assert wire.recognises(b"Dear Sir,\n\nwith 4 i 211 words") == 0
    assert wire.recognises(b"") == 0
