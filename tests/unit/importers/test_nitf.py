from __future__ import annotations

import pytest

from backissue.article import Image
from backissue.importers import nitf
from backissue.importers.agency.bylines import names_in
from backissue.importers.agency.timestamps import parse_timestamp
from backissue.importers.outcomes import Imported, Input, Rejected, Settings, Unreadable

HEAD = """
<head>
  <title>SALTBY Wall</title>
  <meta name="anpa-keyword" content="Saltby Wall"/>
  <tobject><tobject.subject tobject.subject.refnum="04000000" tobject.subject.type="Economy"
     tobject.subject.matter="Building"/><tobject.subject tobject.subject.refnum="06000000"/></tobject>
  <docdata management-status="usable">
    <doc-id id-string="EXA.17"/><urgency ed-urg="4"/>
    <date.issue norm="20200203T080000+0100"/>
    <ed-msg info="With pictures"/>
    <doc.copyright year="2020" holder="Example Agency"/>
    <key-list><keyword key="harbour"/></key-list>
  </docdata>
</head>"""
BODY_HEAD = """
<body.head>
  <hedline><hl1>Wall &amp; harbour finished</hl1><hl2>Nine years late</hl2></hedline>
  <byline>By <person>Ada Hill</person> and <person>Ben Moss</person><byttl>Harbour writers</byttl></byline>
  <distributor>Example Agency</distributor>
  <dateline><location><city>Saltby</city><country>Norland</country></location></dateline>
  <abstract><p>After nine years the wall stands.</p></abstract>
</body.head>"""
CONTENT = """
<block><p lede="true">It stands, said <person>Cy Low</person> on <chron norm="20200203">Monday</chron>.</p>
<hl2>What comes next</hl2>
<p>A <frac><numer>1</numer><frac-sep/><denom>2</denom></frac> mile more.</p>
<bq><block><p>Enough.</p></block><credit>Cy Low</credit></bq>
<nitf-table><nitf-table-metadata subclass="x"/><table><tr><th>Year</th><th>Metres</th></tr>
<tr><td>2019</td><td>30</td></tr></table></nitf-table></block>"""


def document(head: str = HEAD, body_head: str = BODY_HEAD, content: str = CONTENT, start: str = "") -> bytes:
    return (
        f"{start}<nitf baselang='en'>{head}<body>{body_head}<body.content>{content}</body.content>"
        "<body.end><tagline>Dee Ray helped.</tagline></body.end></body></nitf>"
    ).encode()


def imported(data: bytes) -> Imported:
    (found,) = nitf.read(Input.from_bytes(data), Settings())
    assert isinstance(found, Imported), found
    return found


def body(content: str) -> str:
    return imported(document(content=content)).article.body.removesuffix("Dee Ray helped.").strip()


def test_a_document_gives_all_that_an_article_has() -> None:
    found = imported(document())
    one = found.article
    assert found.identity == "EXA.17"
    assert one.title == "Wall & harbour finished"
    assert [author.name for author in one.authors] == ["Ada Hill", "Ben Moss"]
    assert one.dateline == "Saltby, Norland"
    assert one.summary == "After nine years the wall stands."
    assert one.date is not None
    assert one.date.edtf == "2020-02-03T07:00:00+00:00"
    assert one.tags == ("Building", "harbour", "environmental issue")
    assert (one.section, one.lang, one.rights) == ("Economy", "en", "© 2020 Example Agency")
    assert one.source is not None
    assert one.source.name == "Example Agency"
    assert one.extra["slugline"] == "Saltby Wall"
    assert one.extra["subheadline"] == "Nine years late"
    assert one.extra["ednote"] == "With pictures"
    assert one.extra["subject_codes"] == ["06000000"]
    assert one.provenance is None


def test_the_text_becomes_markdown() -> None:
    assert imported(document()).article.body.split("\n\n") == [
        "It stands, said Cy Low on Monday.",
        "## What comes next",
        "A 1/2 mile more.",
        "> Enough.\n>\n> Cy Low",
        "| Year | Metres |\n| --- | --- |\n| 2019 | 30 |",
        "Dee Ray helped.",
    ]


def test_lines_of_a_wire_are_joined_and_those_of_verse_are_not() -> None:
    wrapped = (
        "The wall that was begun in the year of the great flood stands<br/>"
        "at last, and nobody in the town could quite believe what they<br/>saw.<br/>"
    )
    assert body(f"<p>{wrapped}</p>") == (
        "The wall that was begun in the year of the great flood stands at last, and nobody in the town could quite "
        "believe what they saw."
    )
    assert body("<p>O wall<br/>that stands<br/>so tall</p>") == "O wall  \nthat stands  \nso tall"


def test_text_that_was_escaped_twice_is_read() -> None:
    assert body("<p>It&amp;#39;s &amp;quot;done&amp;quot; by Low &amp; Co &amp;amp; others</p>") == (
        'It\'s "done" by Low & Co & others'
    )


def test_a_picture_before_the_text_leads_and_one_within_stays() -> None:
    media = (
        '<media media-type="image"><media-reference source="https://example.org/{0}-s.jpg" width="90"/>'
        '<media-reference source="https://example.org/{0}.jpg" width="900" alternate-text="wall"/>'
        "<media-caption>The {0}.</media-caption><media-producer>Cy Low</media-producer></media>"
    )
    one = imported(document(content=media.format("dawn") + "<p>Text.</p>" + media.format("dusk"))).article
    assert one.image == Image("https://example.org/dawn.jpg", "", "The dawn.", "Cy Low")
    assert "dawn" not in one.body
    assert "![wall](https://example.org/dusk.jpg)" in one.body.replace("![]", "![wall]")
    assert "The dusk. (Cy Low)" in one.body


@pytest.mark.parametrize(
    ("status", "told", "draft"),
    [("usable", "published", False), ("canceled", "withdrawn", False), ("withheld", "published", True)],
)
def test_management_status(status: str, told: str, draft: bool) -> None:
    one = imported(document(head=HEAD.replace("usable", status))).article
    assert (one.status, one.draft) == (told, draft)


def test_a_release_after_the_issue_is_an_embargo() -> None:
    issue = '<date.issue norm="20200203T080000+0100"/>'

    def embargo(release: str) -> str:
        one = imported(document(head=HEAD.replace(issue, f'{issue}<date.release norm="{release}"/>'))).article
        assert not one.draft
        return one.embargo.edtf if one.embargo else ""

    assert embargo("20200204T000100+0100") == "2020-02-03T23:01:00+00:00"
    assert embargo("20200203T080000+0100") == ""
    assert embargo("20200203T070000+0000") == "", "the same moment in another zone"
    assert embargo("YYYYMMDD000000-HHMM") == ""


def test_without_a_headline_the_title_or_the_text_gives_one() -> None:
    assert imported(document(body_head="")).article.title == "SALTBY Wall"
    one = imported(document(head="<head/>", body_head="", content="<p>It stands at last. Nobody knew.</p>")).article
    assert one.title == "It stands at last"
    assert one.provenance is not None
    assert "no headline" in one.provenance.notes[0]


def test_the_first_paragraph_is_the_byline_where_nothing_else_is() -> None:
    one = imported(document(body_head="", content="<p>By Ada Hill and Ben Moss</p><p>It stands.</p>")).article
    assert [author.name for author in one.authors] == ["Ada Hill", "Ben Moss"]
    assert one.body.startswith("It stands.")
    kept = imported(document(body_head="", content="<p>By Monday night</p><p>It stands.</p>")).article
    assert (kept.body.partition("\n")[0], kept.authors) == ("By Monday night", ())


def test_neither_headline_nor_text_is_rejected() -> None:
    (found,) = nitf.read(Input.from_bytes(b"<nitf><body><body.content/></body></nitf>"), Settings())
    assert found == Rejected(place="item 1", reason="no headline and no text")


DECLARATION = '<?xml version="1.0" encoding="{}"?>'


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        ("Café – „Zoë“", "utf-8", "iso-8859-1"),
        ("Café – „Zoë“ über Straßen", "cp1252", "utf-8"),
        ("Café über Straßen", "iso-8859-1", "iso-8859-1"),
        ("Der Wall – “fertig”", "cp1252", "iso-8859-1"),
        ("ميناء المدينة القديمة", "utf-8", "utf-8"),
        ("ميناء المدينة القديمة", "cp1256", "windows-1256"),
        ("Город у моря", "koi8-r", "koi8-r"),
        ("港の壁が完成", "shift_jis", "shift_jis"),
        ("Wall – ميناء", "utf-16", "utf-16"),
        ("Wall – ميناء", "utf-8", "no-such-encoding"),
    ],
)
def test_text_is_never_garbled(text: str, encoding: str, declared: str) -> None:
    data = document(content=f"<p>{text}</p>", start=DECLARATION.format(declared)).decode().encode(encoding)
    assert nitf.recognises(data) == 95
    assert imported(data).article.body.split("\n\n")[0] == text


def test_control_characters_and_junk_before_the_declaration_are_dropped() -> None:
    data = document(content="<p>a\x0bb\x1fc</p>", start="\n\ufeff <?xml version='1.0'?>")
    one = imported(data).article
    assert one.body.startswith("abc")
    assert one.provenance is None


def test_entities_of_characters_and_words_are_read() -> None:
    start = '<!DOCTYPE nitf SYSTEM "nitf.dtd" [<!ENTITY agency "Example Agency">]>'
    found = imported(document(content="<p>&agency; says&hellip; &unknown;</p>", start=start))
    assert found.article.body.startswith("Example Agency says… &")
    assert found.article.provenance is not None
    assert "unknown" in found.article.provenance.notes[0]


BOMB = (
    '<!DOCTYPE nitf [<!ENTITY a0 "lol">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (document(content="<p>&a9;</p>", start=BOMB), "refused"),
        (document(content='<p id="&a9;">x</p>', start=BOMB), "refused"),
        (document(content="<p>&e;</p>", start='<!DOCTYPE n [<!ENTITY e SYSTEM "file:///etc/hostname">]>'), "external"),
        (document(content="<p>&e;</p>", start='<!DOCTYPE n [<!ENTITY f "x"><!ENTITY e "&f;&f;">]>'), "made of others"),
        (document(content="<p>" * 1000 + "x" + "</p>" * 1000), "refused"),
        (document(content=f"<p>{'x' * 11_000_000}</p>"), "refused"),
        (b"<nit", "not well-formed"),
        (b"<a><b/></a>", "no item"),
        (b"\x00\x01\x02" * 50, ""),
    ],
)
def test_hostile_input_is_refused_in_one_line(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as fault:
        list(nitf.read(Input.from_bytes(data), Settings()))
    assert reason in str(fault.value)
    assert "\n" not in str(fault.value)


def test_what_breaks_off_is_kept_with_a_note() -> None:
    whole = document(content="<p>It stands.</p><p>The rest is gone.</p>")
    one = imported(whole[: whole.index(b"gone")]).article
    assert one.body == "It stands.\n\nThe rest is"
    assert one.provenance is not None
    assert "not well-formed" in one.provenance.notes[0]


@pytest.mark.parametrize(
    "start",
    [
        "",
        "\ufeff",
        "<?xml version='1.0'?>\n<!-- <NewsML> -->\n",
        '<!DOCTYPE nitf PUBLIC "-//IPTC//DTD NITF 3.6//EN" "nitf.dtd" [<!ENTITY a "<x>">]>\n',
    ],
)
def test_recognition(start: str) -> None:
    assert nitf.recognises(f"{start}<nitf>".encode()) == 95
    assert nitf.recognises(f"{start}<n:nitf xmlns:n='http://iptc.org/std/NITF/2006-10-18/'>".encode()) == 95
    assert nitf.recognises(f"{start}<html><nitf/></html>".encode()) == 0
    assert nitf.recognises(b'{"a": "<nitf>"}') == 0


@pytest.mark.parametrize(
    ("byline", "lang", "names"),
    [
        ("By Ada Hill", "", ("Ada Hill",)),
        ("BY ADA HILL and BEN MOSS, Associated Press", "en", ("ADA HILL", "BEN MOSS")),
        ("Von Ada Hill und Ben Moss, dpa", "de", ("Ada Hill", "Ben Moss")),
        ("Von Miller", "en", ("Von Miller",)),
        ("Par Ada Hill et Ben Moss", "fr", ("Ada Hill", "Ben Moss")),
        ("Ada Hill, Ben Moss and Cy Low", "en", ("Ada Hill", "Ben Moss", "Cy Low")),
        ("Hill, Ada", "nb", ("Ada Hill",)),
        ("Ada Hill/EXA", "sv", ("Ada Hill",)),
        ("Ada Hill in Saltby and Ben Moss in Norland", "en", ("Ada Hill", "Ben Moss")),
        ("Ada Hill (ada@example.org); Ben Moss", "en", ("Ada Hill", "Ben Moss")),
        ("Ada Hill / Foto: Ben Moss", "nb", ("Ada Hill",)),
        ("By The Associated Press", "en", ("The Associated Press",)),
        ("فيصل كمال وسام", "ar", ("فيصل كمال وسام",)),
        ("gr/bp", "", ()),
        ("ab/de/dl", "fr", ()),
        ("", "", ()),
        (" , and ; ", "", ()),
    ],
)
def test_bylines(byline: str, lang: str, names: tuple[str, ...]) -> None:
    assert names_in(byline, lang) == names


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("20231125T162741+0000", "2023-11-25T16:27:41+00:00"),
        ("20231125T162741Z", "2023-11-25T16:27:41+00:00"),
        ("20231125T1627+0130", "2023-11-25T14:57:00+00:00"),
        ("20231125", "2023-11-25"),
        ("2023-11-25T16:27:41.123Z", "2023-11-25T16:27:41.123000+00:00"),
        ("2016-05-24 20:53:25+00:00", "2016-05-24T20:53:25+00:00"),
        ("15.07.2019 12:09", "2019-07-15T12:09:00+00:00"),
        ("Sat, 25 Nov 2023 16:27:41 +0200", "2023-11-25T14:27:41+00:00"),
        ("4/4/2018", None),
        ("YYYYMMDD000000-HHMM", None),
        ("20231345", None),
        ("soon", None),
        ("", None),
    ],
)
def test_time_stamps(text: str, date: str | None) -> None:
    found = parse_timestamp(text, Settings().zone)
    assert (found.edtf if found else None) == date
