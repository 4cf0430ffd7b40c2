from __future__ import annotations

import pytest

from backissue.article import Article, Image
from backissue.importers import newsml1
from backissue.importers.outcomes import Imported, Input, Rejected, Settings, Unreadable

ITEM = """<NewsItem xml:lang="ar"><Identification><NewsIdentifier><ProviderId>example.org</ProviderId>
<DateId>20231125T162741Z</DateId><NewsItemId>W-17</NewsItemId><RevisionId PreviousRevision="1" Update="N">2</RevisionId>
<PublicIdentifier>urn:newsml:example.org:20231125T162741Z:W-17:2</PublicIdentifier></NewsIdentifier>
<NameLabel>ميناء</NameLabel></Identification>
<NewsManagement><NewsItemType FormalName="News"/><FirstCreated>20231125T162741+0000</FirstCreated>
<ThisRevisionCreated>20231125T180000+0000</ThisRevisionCreated><Status FormalName="Usable"/></NewsManagement>
<NewsComponent><NewsLines><HeadLine xml:lang="ar">اكتمال جدار الميناء</HeadLine><ByLine>آدا هيل وبن موس</ByLine>
<DateLine>سالتبي (أ ف ب)</DateLine><CopyrightLine>© 2023 EXA</CopyrightLine><SlugLine>ميناء-جدار</SlugLine>
<NewsLine><NewsLineType FormalName="AdvisoryLine"/><NewsLineText>إضافة تصريحات</NewsLineText></NewsLine></NewsLines>
<AdministrativeMetadata><Provider><Party FormalName="example.org"/></Provider></AdministrativeMetadata>
<DescriptiveMetadata><Language FormalName="ar"/><SubjectCode><Subject FormalName="16000000" cat="UNR"/></SubjectCode>
<Location HowPresent="Origin"><Property FormalName="Country" Value="NOR"/><Property FormalName="City" Value="سالتبي"/>
</Location><Property FormalName="Keyword" Value="ميناء"/></DescriptiveMetadata>
<NewsComponent><ContentItem><MediaType FormalName="Text"/><Format FormalName="NITF3.1"/><DataContent>
<media media-type="image"><media-reference data-location="#photo0" mime-type=""/></media>
<p>اكتمل الجدار "أخيراً" بعد تسع سنوات.</p><p>ولم يصدق أحد.</p><p/></DataContent></ContentItem></NewsComponent>
<NewsComponent Duid="photo0"><NewsLines><HeadLine>الجدار</HeadLine><ByLine>سي لو</ByLine><CreditLine>أ ف ب</CreditLine>
</NewsLines><NewsComponent><Role FormalName="Caption"/><ContentItem><MediaType FormalName="Text"/><DataContent>
<p>الجدار عند الفجر</p></DataContent></ContentItem></NewsComponent>
<NewsComponent><Role FormalName="Thumbnail"/><ContentItem Href="https://example.org/s.jpg">
<MediaType FormalName="Photo"/>
<Characteristics><Property FormalName="Width" Value="90"/></Characteristics></ContentItem></NewsComponent>
<NewsComponent><Role FormalName="HighDef"/><ContentItem Href="https://example.org/l.jpg"><MediaType FormalName="Photo"/>
<Characteristics><Property FormalName="Width" Value="900"/></Characteristics></ContentItem></NewsComponent>
</NewsComponent>
</NewsComponent></NewsItem>"""


def document(*items: str) -> bytes:
    envelope = "<NewsEnvelope><DateAndTime>20231125T162741Z</DateAndTime></NewsEnvelope>"
    return f'<?xml version="1.0" encoding="utf-8"?><NewsML Version="1.2">{envelope}{"".join(items)}</NewsML>'.encode()


def imported(data: bytes) -> Imported:
    (found,) = newsml1.read(Input.from_bytes(data), Settings())
    assert isinstance(found, Imported), found
    return found


def article(item: str) -> Article:
    return imported(document(item)).article


def test_an_arabic_item_gives_all_that_an_article_has() -> None:
    found = imported(document(ITEM))
    one = found.article
    assert (found.identity, one.version) == ("urn:newsml:example.org:20231125T162741Z:W-17", "2")
    assert (one.title, one.lang) == ("اكتمال جدار الميناء", "ar")
    assert one.body == 'اكتمل الجدار "أخيراً" بعد تسع سنوات.\n\nولم يصدق أحد.'
    assert [author.name for author in one.authors] == ["آدا هيل وبن موس"]
    assert one.dateline == "سالتبي (أ ف ب)"
    assert one.date is not None
    assert one.date.edtf == "2023-11-25T16:27:41+00:00"
    assert one.updated is not None
    assert one.updated.edtf == "2023-11-25T18:00:00+00:00"
    assert one.tags == ("ميناء", "unrest, conflicts and war")
    assert one.source is not None
    assert one.source.name == "EXA", "a domain is named by who holds the copyright"
    assert one.rights == "© 2023 EXA"
    assert one.extra["slugline"] == "ميناء-جدار"
    assert one.extra["located"] == "سالتبي"
    assert one.extra["ednote"] == "إضافة تصريحات"
    assert one.provenance is None


def test_the_picture_is_its_largest_rendition_with_its_own_caption_and_credit() -> None:
    one = article(ITEM)
    assert one.image == Image("https://example.org/l.jpg", "الجدار", "الجدار عند الفجر", "سي لو / أ ف ب")
    assert "الفجر" not in one.body


def test_an_alert_without_a_headline_is_called_by_its_text() -> None:
    one = article(ITEM.replace("اكتمال جدار الميناء", ""))
    assert one.title == 'اكتمل الجدار "أخيراً" بعد تسع سنوات'
    assert one.provenance is not None
    assert "no headline" in one.provenance.notes[0]


@pytest.mark.parametrize(
    ("change", "status", "draft", "until"),
    [
        ('<Status FormalName="Usable"/>', "published", False, ""),
        ('<Status FormalName="Canceled"/>', "withdrawn", False, ""),
        ('<Status FormalName="Withheld"/>', "published", True, ""),
        ('<Status FormalName="Embargoed"/>', "published", True, ""),
        (
            '<Status FormalName="Embargoed"/><StatusWillChange><FutureStatus FormalName="Usable"/>'
            "<DateAndTime>20310501T120000+0200</DateAndTime></StatusWillChange>",
            "published",
            False,
            "2031-05-01T10:00:00+00:00",
        ),
    ],
)
def test_status_and_embargo(change: str, status: str, draft: bool, until: str) -> None:
    one = article(ITEM.replace('<Status FormalName="Usable"/>', change))
    assert (one.status, one.draft, one.embargo.edtf if one.embargo else "") == (status, draft, until)


def test_revisions_share_an_identity() -> None:
    later = ITEM.replace(">2</RevisionId>", ">3</RevisionId>").replace("W-17:2", "W-17:3N")
    first, second = newsml1.read(Input.from_bytes(document(ITEM, later)), Settings())
    assert isinstance(first, Imported)
    assert isinstance(second, Imported)
    assert first.identity == second.identity
    assert (first.article.version, second.article.version) == ("2", "3")


def test_html_in_a_section_of_characters_and_names_of_topics() -> None:
    one = article(
        """<NewsItem><NewsComponent><TopicSet><Topic><FormalName>09003000</FormalName>
        <Description xml:lang="el" Variant="Name">Εργασία</Description>
        <Description xml:lang="en" Variant="Name">Work</Description></Topic></TopicSet>
        <NewsLines><HeadLine>Wall</HeadLine><DateLine>4/4/2018</DateLine></NewsLines>
        <DescriptiveMetadata><Language FormalName="EN"/><SubjectCode><SubjectMatter FormalName="09003000"/>
        </SubjectCode>
        <Property FormalName="City" Value="Saltby"/></DescriptiveMetadata>
        <ContentItem><MimeType FormalName="text/html"/>
        <DataContent><![CDATA[<P>It <B>stands</B>.</P><TABLE><TR><TH>A</TH><TH>B</TH></TR></TABLE>]]></DataContent>
        </ContentItem></NewsComponent></NewsItem>"""
    )
    assert one.body.startswith("It **stands**.\n\n| A | B |")
    assert (one.tags, one.lang, one.dateline) == (("Work",), "en", "Saltby")


def test_nitf_with_a_head_of_its_own() -> None:
    one = article(
        """<NewsItem><NewsComponent><ContentItem><DataContent><nitf><body><body.head><hedline><hl1>Wall</hl1></hedline>
        <byline>By Ada Hill</byline></body.head><body.content><p>It stands.</p></body.content></body></nitf>
        </DataContent></ContentItem></NewsComponent></NewsItem>"""
    )
    assert (one.title, one.body, one.authors[0].name) == ("Wall", "It stands.", "Ada Hill")


def test_several_stories_in_an_item_are_all_kept() -> None:
    part = """<NewsComponent><NewsLines><HeadLine>{0}</HeadLine></NewsLines><ContentItem><DataContent>
<p>Text of {0}.</p>
        </DataContent></ContentItem></NewsComponent>"""
    one = article(f"<NewsItem><NewsComponent>{part.format('One')}{part.format('Two')}</NewsComponent></NewsItem>")
    assert (one.title, one.body) == ("One", "Text of One.\n\n## Two\n\nText of Two.")


def test_neither_headline_nor_text_is_rejected() -> None:
    (found,) = newsml1.read(Input.from_bytes(document("<NewsItem><NewsComponent/></NewsItem>")), Settings())
    assert found == Rejected(place="item 1", reason="no headline and no text")
    with pytest.raises(Unreadable, match="no item"):
        list(newsml1.read(Input.from_bytes(document()), Settings()))


def test_recognition() -> None:
    assert newsml1.recognises(document(ITEM)) == 95
    assert newsml1.recognises(b"\xef\xbb\xbf<!DOCTYPE NewsML SYSTEM 'x'><NewsML>") == 95
    assert newsml1.recognises(b"<!-- NewsML --><newsMessage/>") == 0
    assert newsml1.recognises(b"") == 0
