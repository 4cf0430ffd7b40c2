"""Feeds become articles: one an entry, nothing invented, nothing lost."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from backissue.article import Image, Named
from backissue.importers import feed, formats, recognise, wordpress
from backissue.importers.outcomes import Duplicate, Imported, Input, Rejected, Settings, Unreadable

NAMES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/"'
)


def rss(*items: str, head: str = "") -> bytes:
    entries = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {NAMES}><channel><title>The Paper</title>'
        f"<link>https://p.example/</link>{head}{entries}</channel></rss>"
    ).encode()


def outcomes(data: bytes, **settings):
    return list(feed.read(Input.from_bytes(data, "feed.xml"), Settings(**settings)))


def article(data: bytes, **settings):
    (outcome,) = outcomes(data, **settings)
    assert isinstance(outcome, Imported)
    return outcome.article


def notes(found) -> str:
    return "\n".join(found.provenance.notes) if found.provenance else ""


def test_an_entry_with_everything() -> None:
    data = rss(
        """<title>Bridge &amp;amp; tower</title><link>https://p.example/1</link><guid isPermaLink="false">tag:1</guid>
        <dc:creator>Ann Lee and Bo Ray</dc:creator><dc:creator>Cy Day</dc:creator>
        <category>Harbour</category><category>Trade</category>
        <pubDate>Mon, 24 Sep 2018 19:22:00 +0200</pubDate>
        <description>What the council said.</description>
        <content:encoded><![CDATA[<p>It <b>opens</b>. <a href="/x">More</a></p>]]></content:encoded>
        <media:content url="https://p.example/i.jpg" medium="image"><media:credit>Di Fox</media:credit>
        </media:content>""",
        head="<language>en-gb</language><copyright>All rights</copyright>",
    )
    (outcome,) = outcomes(data, zone=ZoneInfo("Europe/Berlin"))
    found = outcome.article
    assert outcome.identity == "tag:1"
    assert (found.title, found.lang, found.rights) == ("Bridge & tower", "en-GB", "All rights")
    assert [author.name for author in found.authors] == ["Ann Lee", "Bo Ray", "Cy Day"]
    assert found.tags == ("Harbour", "Trade")
    assert found.date is not None
    assert found.date.edtf == "2018-09-24T19:22:00+02:00"
    assert found.source == Named("The Paper", "https://p.example/")
    assert found.source_url == "https://p.example/1"
    assert found.summary == "What the council said."
    assert found.image == Image("https://p.example/i.jpg", credit="Di Fox")
    assert found.body == "It **opens**. [More](https://p.example/x)"


def test_a_summary_is_marked_as_such() -> None:
    found = article(rss("<title>T</title><description>Only this […]</description>"))
    assert found.body == "Only this […]"
    assert "description only" in notes(found)
    whole = rss("<title>T</title><content:encoded>All of it, and more.</content:encoded>")
    assert "only" not in notes(article(whole))


def test_a_summary_cut_from_the_text_is_not_said_twice() -> None:
    data = rss(
        "<title>T</title><description>It opens on […]</description>"
        "<content:encoded>&lt;p&gt;It &lt;b&gt;opens&lt;/b&gt; on Monday.&lt;/p&gt;</content:encoded>"
    )
    assert article(data).summary == ""


@pytest.mark.parametrize(
    ("written", "edtf"),
    [("Seg, 24 Set 2018 19:22:00 -0300", "2018-09-24T22:22:00+00:00"), ("пн, 24 сен 2018", "2018-09-24")],
)
def test_localised_dates(written: str, edtf: str) -> None:
    date = article(rss(f"<title>T</title><pubDate>{written}</pubDate>")).date
    assert date is not None
    assert date.edtf == edtf


@pytest.mark.parametrize("written", ["soon", "31 Feb 2018", "03/04/05", "Mon, 30 Nov -0001 00:00:00 +0000"])
def test_a_date_is_never_invented(written: str) -> None:
    found = article(rss(f"<title>T</title><pubDate>{written}</pubDate>"))
    assert found.date is None
    assert "could not be read" in notes(found)


def test_a_month_stays_a_month() -> None:
    date = article(rss("<title>T</title><dc:date>2003-12</dc:date>")).date
    assert date is not None
    assert date.edtf == "2003-12"


def test_first_appeared_elsewhere() -> None:
    data = rss(
        "<title>T</title><content:encoded><![CDATA[<p>Text.</p><p>The post <a href='https://o.example/t'>T</a> "
        "appeared first on <a href='https://o.example'>The Other</a>.</p>"
        "<img src='https://p.example/p.gif' width='1' height='1'>]]></content:encoded>"
    )
    found = article(data)
    assert found.body == "Text."
    assert found.source == Named("The Other", "https://o.example")
    assert found.via == Named("The Paper", "https://p.example/")
    assert "appeared first on The Other" in notes(found)


def test_an_entry_without_title_is_called_by_its_first_words() -> None:
    found = article(rss("<description>" + "word " * 40 + "</description>"))
    assert found.title.startswith("word word")
    assert found.title.endswith("…")
    assert len(found.title) <= 81
    assert "title:" in notes(found)


def test_neither_title_nor_text() -> None:
    (outcome,) = outcomes(rss("<link>https://p.example/1</link><description>&lt;p&gt;&lt;/p&gt;</description>"))
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "no title and no text"


def test_the_same_entry_again() -> None:
    item = "<title>T</title><guid>https://p.example/1</guid><description>Text</description>"
    first, second = outcomes(rss(item, item))
    assert isinstance(first, Imported)
    assert second == Duplicate(place="entry 2", of="entry 1")


def test_a_guid_that_all_entries_share_tells_none_apart() -> None:
    found = outcomes(rss(*(f"<title>T{n}</title><guid>https://p.example/</guid>" for n in range(4))))
    assert [type(outcome) for outcome in found] == [Imported] * 4
    assert {outcome.identity for outcome in found} == {""}


def test_recordings_stay() -> None:
    found = article(rss('<title>T</title><enclosure url="https://p.example/a.mp3" type="audio/mpeg" length="1"/>'))
    assert found.body == "[https://p.example/a.mp3](https://p.example/a.mp3)"


def test_mail_addresses_stay_out() -> None:
    found = article(rss("<title>T</title><author>ann@paper.org (Ann Lee)</author>"))
    assert found.authors == (Named("Ann Lee"),)
    found = article(rss("<title>T</title><author>ann@paper.org</author>"))
    assert found.authors == ()
    assert "ann@" not in notes(found)


def test_atom() -> None:
    data = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Das Blatt</title>
    <author><name>Red Aktion</name></author>
    <entry xml:base="https://b.example/c/"><id>urn:1</id><title type="html">a &amp;lt;b> &lt;b>c&lt;/b></title>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>q <a href="x">l</a></p></div></content>
    <link href="https://b.example/1"/><published>2003-12-13T18:30:02Z</published><updated>2003-12-14T18:30:02Z</updated>
    <category term="t" label="Label"/></entry></feed>"""
    found = article(data)
    assert (found.title, found.lang, found.tags) == ("a <b> c", "de", ("Label",))
    assert found.authors == (Named("Red Aktion"),)
    assert found.body == "q [l](https://b.example/c/x)"
    assert found.updated is not None
    assert found.updated.edtf == "2003-12-14T18:30:02+00:00"


def test_blogger_comments_are_no_articles_and_drafts_are_withheld() -> None:
    kind = "<category scheme='http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#{}'/>"
    data = (
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:app='http://purl.org/atom/app#'><title>B</title>"
        f"<entry><id>1</id>{kind.format('post')}<title>T</title><content>x</content>"
        "<app:control><app:draft>yes</app:draft></app:control></entry>"
        f"<entry><id>2</id>{kind.format('comment')}<title>C</title><content>x</content></entry></feed>"
    )
    post, comment = outcomes(data.encode())
    assert post.article.draft
    assert post.article.tags == ()
    assert comment == Rejected(place="entry 2", reason="comment: not an article")


def test_json_feed() -> None:
    data = (
        b'\xef\xbb\xbf{"version": "https://jsonfeed.org/version/1.1", "title": "The Paper", "language": "en", '
        b'"items": [{"id": 7, "url": "https://p.example/7", "title": "T", "content_html": "<p>x</p>", '
        b'"authors": [{"name": "Ann Lee"}], "date_published": "2018-09-24T19:22:00Z", "tags": ["a", 3], '
        b'"image": "https://p.example/i.png"}, {"id": "8"}, 9]}'
    )
    assert feed.recognises(data) > 90
    first, *others = outcomes(data)
    assert first.identity == "7"
    assert first.article.authors == (Named("Ann Lee"),)
    assert first.article.image == Image("https://p.example/i.png")
    assert [type(outcome) for outcome in others] == [Rejected, Rejected]


def test_an_undeclared_encoding_is_told() -> None:
    data = rss("<title>Größe und Maß für Öl</title>").replace(b' encoding="utf-8"', b"").decode().encode("cp1252")
    assert article(data).title == "Größe und Maß für Öl"


@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/hostname">',
        f'<!ENTITY a "{"a" * 2000}">',
    ],
)
def test_harmful_entities_are_refused(entities: str) -> None:
    data = (
        f"<!DOCTYPE rss [{entities}]><rss><channel><title>T</title><item><title>&b;&a;</title></item></channel></rss>"
    )
    with pytest.raises(Unreadable, match="refused"):
        outcomes(data.encode())


def test_what_is_no_feed() -> None:
    with pytest.raises(Unreadable, match="byte 9"):
        outcomes(b"<a><b>x</a>")
    with pytest.raises(Unreadable, match="broken JSON"):
        outcomes(b'{"items": [')


def test_recognition_goes_by_the_bytes() -> None:
    assert feed.recognises(rss()) > 80
    assert feed.recognises("\ufeff<?xml version='1.0'?><!-- x --><rss><channel/>".encode("utf-16")) > 80
    assert feed.recognises(b"<html><body>&lt;rss&gt;<rss>") == 0
    assert feed.recognises(b"# A text about <rss>") == 0
    wxr = rss().replace(b"<rss ", b'<rss xmlns:wp="http://wordpress.org/export/1.2/" ')
    assert wordpress.recognises(wxr) > feed.recognises(wxr)


def test_a_channel_definition_is_a_feed() -> None:
    data = b'<!-- CDF --><CHANNEL HREF="http://a.example/"><ITEM HREF="http://a.example/1"><TITLE>Storm over</TITLE>'
    data += b"<ABSTRACT>The storm is over.</ABSTRACT></ITEM></CHANNEL>"
    found = recognise(data, formats())
    assert found is not None
    assert found.name == "feed"
    (outcome,) = found.read(Input.from_bytes(data), Settings())
    assert isinstance(outcome, Imported)
    assert outcome.article.title == "Storm over"
