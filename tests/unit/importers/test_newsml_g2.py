from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from backissue.article import Article, Image, Related
from backissue.importers import newsml_g2, vendorxml
from backissue.importers.agency import records as agency_records
from backissue.importers.outcomes import Imported, Input, Outcome, Rejected, Settings, Unreadable

NAMESPACE = "http://iptc.org/std/nar/2006-10-01/"
ITEM = """
<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:1" version="4" xml:lang="de">
  <rightsInfo><copyrightHolder literal="EXA"/>
    <copyrightNotice xml:lang="en">(c) Example Agency</copyrightNotice>
    <copyrightNotice xml:lang="de">© Beispielagentur</copyrightNotice>
    <usageTerms>Nicht im Druck.</usageTerms></rightsInfo>
  <itemMeta>
    <itemClass qcode="ninat:text"/>
    <provider qcode="nprov:EXA"><name>Beispielagentur</name></provider>
    <versionCreated>2020-02-03T09:30:00+01:00</versionCreated>
    <firstCreated>2020-02-03T08:00:00+01:00</firstCreated>
    <pubStatus qcode="stat:usable"/>
    <edNote>Mit Bild.</edNote>
    <edNote role="x:private">Handy 0170 123</edNote>
    <edNote pubconstraint="c:nonpublic">Handy 0170 456</edNote>
    <link rel="irel:seeAlso" href="https://example.org/wall"><title>Die Mauer</title></link>
  </itemMeta>
  <contentMeta>
    <urgency>4</urgency>
    <located qcode="city:1"><name>Salzdorf</name><broader><name>Nordland</name></broader></located>
    <creator qcode="p:1"><name>login.name</name></creator>
    <language tag="de"/>
    <subject qcode="exadepartment:3"><name>Inland</name></subject>
    <subject qcode="medtop:1"><name xml:lang="en">building</name><name xml:lang="de">Bau</name></subject>
    <subject qcode="N2:GB"/>
    <subject qcode="subj:06000000"/>
    <keyword>Hafen</keyword>
    <slugline>Hafen/Mauer</slugline>
    <headline xml:lang="en">Wall finished</headline>
    <headline xml:lang="de">Mauer fertig</headline>
    <headline role="hld:subHeadline">Neun Jahre zu spät</headline>
    <dateline>Salzdorf (exa) -</dateline>
    <by>Von Ada Hill und Ben Moss</by>
    <description role="drol:summary">Nach neun Jahren steht sie.</description>
  </contentMeta>
  <contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head>
    <title>x</title></head><body><header><ul><li>Bau</li></ul><h1>Mauer fertig</h1></header>
    <p>Sie steht.</p><table><tr><th>Jahr</th><th>Meter</th></tr><tr><td>2019</td><td>30</td></tr></table>
  </body></html></inlineXML></contentSet>
</newsItem>"""


def message(*items: str) -> bytes:
    return (
        f'<newsMessage xmlns="{NAMESPACE}"><header><sent>2020-02-03T10:00:00Z</sent></header>'
        f"<itemSet>{''.join(items)}</itemSet></newsMessage>"
    ).encode()


def outcomes(data: bytes) -> list[Outcome]:
    return list(newsml_g2.read(Input.from_bytes(data), Settings()))


def article(xml: str) -> Article:
    (found,) = outcomes(xml.encode())
    assert isinstance(found, Imported), found
    return found.article


def test_an_item_gives_all_that_an_article_has() -> None:
    (found,) = outcomes(message(ITEM))
    assert isinstance(found, Imported)
    one = found.article
    assert (found.identity, one.version) == ("urn:x:1", "4")
    assert one.title == "Mauer fertig"
    assert [author.name for author in one.authors] == ["Ada Hill", "Ben Moss"]
    assert one.body == "Sie steht.\n\n| Jahr | Meter |\n| --- | --- |\n| 2019 | 30 |"
    assert one.summary == "Nach neun Jahren steht sie."
    assert one.date is not None
    assert one.date.edtf == "2020-02-03T07:00:00+00:00"
    assert one.updated is not None
    assert one.updated.edtf == "2020-02-03T08:30:00+00:00"
    assert one.tags == ("Inland", "Bau", "Hafen", "environmental issue")
    assert (one.section, one.lang, one.dateline) == ("Inland", "de", "Salzdorf (exa)")
    assert one.rights == "© Beispielagentur"
    assert one.source is not None
    assert one.source.name == "Beispielagentur"
    assert one.related == (Related("Die Mauer", "https://example.org/wall"),)
    assert one.extra["slugline"] == "Hafen/Mauer"
    assert one.extra["located"] == "Salzdorf, Nordland"
    assert one.extra["subheadline"] == "Neun Jahre zu spät"
    assert one.extra["subject_codes"] == ["N2:GB", "subj:06000000"]


def test_notes_that_are_not_for_publication_are_left_out_and_that_is_said() -> None:
    one = article(ITEM)
    assert one.extra["ednote"] == "Mit Bild."
    assert one.provenance is not None
    assert any("not for publication" in note for note in one.provenance.notes)


def test_a_correction_is_one() -> None:
    one = article(ITEM.replace("<edNote>", '<signal qcode="sig:correction"/><edNote>'))
    assert [correction.text for correction in one.corrections] == ["Mit Bild."]
    assert "ednote" not in one.extra


@pytest.mark.parametrize(
    ("status", "told", "draft"),
    [
        ('qcode="stat:usable"', "published", False),
        ('qcode="stat:canceled"', "withdrawn", False),
        ('uri="http://cv.iptc.org/newscodes/pubstatusg2/withheld"', "published", True),
        ('qcode="stat:whatever"', "published", True),
    ],
)
def test_publishing_status(status: str, told: str, draft: bool) -> None:
    one = article(ITEM.replace('qcode="stat:usable"', status))
    assert (one.status, one.draft) == (told, draft)


@pytest.mark.parametrize(
    ("embargoed", "until", "draft"),
    [
        ("<embargoed>2031-05-01T12:00:00+02:00</embargoed>", "2031-05-01T10:00:00+00:00", False),
        ("<embargoed/>", "", False),
        ('<embargoed xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>', "", True),
        ("<embargoed/><edNote>Under embargo until the speech</edNote>", "", True),
        ("<embargoed>later</embargoed>", "", True),
    ],
)
def test_embargo(embargoed: str, until: str, draft: bool) -> None:
    one = article(ITEM.replace("<edNote>", f"{embargoed}<edNote>", 1))
    assert (one.embargo.edtf if one.embargo else "", one.draft) == (until, draft)


def test_nitf_inside_is_read_for_what_the_item_does_not_say() -> None:
    one = article(
        """<newsItem guid="g"><contentMeta/><contentSet><inlineXML><nitf xmlns="http://iptc.org/std/NITF/2006-10-18/">
        <body><body.head><hedline><hl1>Wall</hl1></hedline><byline>By <person>Ada Hill</person></byline></body.head>
        <body.content><p>It stands.</p></body.content></body></nitf></inlineXML></contentSet></newsItem>"""
    )
    assert (one.title, one.body, one.authors[0].name) == ("Wall", "It stands.", "Ada Hill")


def test_plain_inline_data_is_text() -> None:
    one = article(
        '<newsItem guid="g"><contentSet><inlineData contenttype="text/plain">One.\n\nTwo &amp; three.</inlineData>'
        "</contentSet></newsItem>"
    )
    assert one.body == "One.\n\nTwo & three."


def test_a_picture_item() -> None:
    one = article(
        """<newsItem guid="g"><itemMeta><itemClass qcode="ninat:picture"/></itemMeta><contentMeta>
        <creator role="crol:photographer"><name>Cy Low</name></creator><creditline>EXA/Cy Low</creditline>
        <headline>The wall</headline><description role="drol:caption">The wall at dawn.</description></contentMeta>
        <contentSet><remoteContent href="https://example.org/s.jpg" width="90" contenttype="image/jpeg"/>
        <remoteContent href="https://example.org/l.jpg" width="900" contenttype="image/jpeg"/></contentSet>
        </newsItem>"""
    )
    assert one.image == Image("https://example.org/l.jpg", "The wall", "", "EXA/Cy Low")
    assert one.body == "The wall at dawn."
    assert one.authors[0].name == "Cy Low"


def test_a_package_lists_its_items() -> None:
    package = """<packageItem guid="p"><contentMeta>{}</contentMeta><groupSet><group>
        <itemRef residref="urn:x:1"><headline>Wall</headline></itemRef>
        <itemRef href="https://example.org/2"><title>Harbour</title></itemRef></group></groupSet></packageItem>"""
    first, second = outcomes(message(package.format("<headline>Top stories</headline>"), package.format("")))
    assert isinstance(first, Imported)
    assert first.article.related == (Related("Wall", ""), Related("Harbour", "https://example.org/2"))
    assert isinstance(second, Rejected)
    assert "2 items" in second.reason


@pytest.mark.parametrize(
    "name", ["conceptItem", "knowledgeItem", "planningItem", "catalogItem", "groupSet", "contentMeta"]
)
def test_what_is_no_news_is_rejected_with_its_reason(name: str) -> None:
    (found,) = outcomes(f'<{name} xmlns="{NAMESPACE}" guid="c"><headline>x</headline></{name}>'.encode())
    assert isinstance(found, Rejected)
    assert found.reason


def test_data_without_text_is_rejected_with_its_reason() -> None:
    (found,) = outcomes(b"<newsItem guid='g'><contentSet><inlineXML><events/></inlineXML></contentSet></newsItem>")
    assert found == Rejected(place="g", reason="no headline and no text: its content is data (events)")


@pytest.mark.parametrize("prefix", ["", "n:", "nar:"])
def test_prefixes_declared_or_not_make_no_difference(prefix: str) -> None:
    declared = f' xmlns{":" + prefix[:-1] if prefix else ""}="{NAMESPACE}"'
    for attribute in (declared, ""):
        data = (
            f"<{prefix}newsMessage{attribute}><{prefix}itemSet><{prefix}newsItem guid='g'><{prefix}contentMeta>"
            f"<{prefix}headline>Wall</{prefix}headline></{prefix}contentMeta></{prefix}newsItem></{prefix}itemSet>"
            f"</{prefix}newsMessage>"
        ).encode()
        assert newsml_g2.recognises(data) >= 85
        (found,) = outcomes(data)
        assert isinstance(found, Imported)
        assert found.article.title == "Wall"
        assert found.article.provenance is None


def test_a_message_is_read_item_by_item_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    item = ITEM.encode() + b"\n"
    count = 300
    taken = 0

    class Endless(io.RawIOBase):
        """A message of many items that tells how much of it was taken."""

        def __init__(self) -> None:
            self.parts: Iterator[bytes] = iter(
                [b"<newsMessage><itemSet>", *[item] * count, b"</itemSet></newsMessage>"]
            )

        def readable(self) -> bool:
            return True

        def seek(self, offset: int, whence: int = 0) -> int:
            self.__init__()  # type: ignore[misc]
            return 0

        def read(self, size: int = -1) -> bytes:
            nonlocal taken
            part = next(self.parts, b"")
            taken += len(part)
            return part

    source = Input(name="m", digest="", head=item, open=Endless)  # type: ignore[arg-type]
    monkeypatch.setattr(agency_records, "RECORD_BYTES", 4 * len(item))
    found = newsml_g2.read(source, Settings())
    next(found)
    before = taken
    assert sum(1 for _ in found) == count - 1
    assert taken > before, "the first item came before the last was read"


def test_a_record_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agency_records, "RECORD_BYTES", 1 << 20)
    with pytest.raises(Unreadable, match="larger than 1 MiB"):
        outcomes(b"<newsItem guid='g'><contentSet><inlineXML>" + b"<p>word</p>" * 400_000)


def test_recognition() -> None:
    assert newsml_g2.recognises(message(ITEM)) == 95
    assert newsml_g2.recognises(b"<soap xmlns:n='http://iptc.org/std/nar/2006-10-01/'><n:newsItem/></soap>") == 60
    assert newsml_g2.recognises(b"<NewsML><NewsItem/></NewsML>") == 0
    assert newsml_g2.recognises(b"newsItem") == 0


def test_xml_of_other_vendors_by_the_names_of_its_fields() -> None:
    data = """<Queue><ListOfNews><News id="n1"><headline/><title>Mauer fertig</title><byLine>Ada Hill</byLine>
        <PublishDate>2018-01-31T18:45:36</PublishDate><section>Inland</section><version>2</version>
        <keywords><keyword>Hafen</keyword><keyword>Bau</keyword></keywords>
        <content>&lt;p&gt;Sie &lt;b&gt;steht&lt;/b&gt;.&lt;/p&gt;</content>
        <images><image><url>https://example.org/a.jpg</url><caption>Die Mauer</caption></image></images></News>
        <News><headline>Zweite</headline><body><p>Text.</p></body><Annuleret>true</Annuleret></News></ListOfNews>
        </Queue>"""
    assert vendorxml.recognises(data.encode()) == 20
    first, second = vendorxml.read(Input.from_bytes(data.encode()), Settings(lang="de"))
    assert isinstance(first, Imported)
    assert isinstance(second, Imported)
    one = first.article
    assert (first.identity, one.title, one.body, one.section) == ("n1", "Mauer fertig", "Sie **steht**.", "Inland")
    assert (one.tags, one.version, one.lang, one.authors[0].name) == (("Hafen", "Bau"), "2", "de", "Ada Hill")
    assert one.image == Image("https://example.org/a.jpg", "", "Die Mauer", "")
    assert (second.article.body, second.article.status) == ("Text.", "withdrawn")


def test_xml_without_an_item_of_news_is_rejected_with_a_line() -> None:
    (found,) = vendorxml.read(
        Input.from_bytes(b"<catalog><title>CDs</title><cd><artist>x</artist></cd></catalog>"), Settings()
    )
    assert isinstance(found, Rejected)
    assert "<catalog>" in found.reason
    assert vendorxml.recognises(b"<html><title>x</title><body>") == 0
