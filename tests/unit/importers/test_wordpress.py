"""WordPress' exports become articles: every post, whole or damaged, and only what was published is published."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from backissue.article import Image, Named
from backissue.importers import wordpress
from backissue.importers.outcomes import Imported, Input, Rejected, Settings, Unreadable
from backissue.importers.wxr.autop import autop

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>The Paper</title><link>https://p.example</link>
<language>en-US</language><wp:wxr_version>1.2</wp:wxr_version>
<wp:author><wp:author_login><![CDATA[ann]]></wp:author_login>
<wp:author_display_name><![CDATA[Ann Lee]]></wp:author_display_name></wp:author>
"""
TAIL = "</channel></rss>"


def item(content: str = "Text", **fields: str) -> str:
    known = {
        "title": "Title",
        "link": "https://p.example/2018/09/slug/",
        "dc:creator": "ann",
        "excerpt:encoded": "",
        "wp:post_id": "7",
        "wp:post_date": "2018-09-24 19:22:00",
        "wp:post_date_gmt": "2018-09-24 17:22:00",
        "wp:post_name": "slug",
        "wp:status": "publish",
        "wp:post_type": "post",
    } | {name.replace("__", ":"): value for name, value in fields.items() if name != "more"}
    written = "".join(f"<{name}><![CDATA[{value}]]></{name}>\n" for name, value in known.items())
    return f"<item>{written}<content:encoded><![CDATA[{content}]]></content:encoded>{fields.get('more', '')}</item>\n"


def outcomes(*items: str, **settings):
    data = (HEAD + "".join(items) + TAIL).encode()
    return list(wordpress.read(Input.from_bytes(data, "export.xml"), Settings(**settings)))


def article(*args: str, **fields: str):
    (outcome,) = outcomes(item(*args, **fields))
    assert isinstance(outcome, Imported), outcome
    return outcome.article


def notes(found) -> str:
    return "\n".join(found.provenance.notes) if found.provenance else ""


def test_a_post_with_everything() -> None:
    terms = (
        '<category domain="category" nicename="harbour"><![CDATA[Harbour]]></category>'
        '<category domain="category" nicename="trade"><![CDATA[Trade &amp; Ships]]></category>'
        '<category domain="post_tag" nicename="bridge"><![CDATA[Bridge]]></category>'
        '<category domain="post_format" nicename="x"><![CDATA[Aside]]></category>'
        '<guid isPermaLink="true">https://old.example/bridge.html</guid>'
    )
    (outcome,) = outcomes(item(more=terms, excerpt__encoded="In <b>short</b>."), zone=ZoneInfo("Europe/Berlin"))
    found = outcome.article
    assert outcome.identity == "https://old.example/bridge.html"
    assert found.authors == (Named("Ann Lee"),)
    assert (found.section, found.tags) == ("Harbour", ("Trade & Ships", "Bridge"))
    assert found.date is not None
    assert found.date.edtf == "2018-09-24T19:22:00+02:00"
    assert (found.slug, found.summary, found.lang) == ("slug", "In short.", "en-US")
    assert found.source == Named("The Paper", "https://p.example")
    assert found.source_url == "https://p.example/2018/09/slug/"
    assert found.aliases == ("/2018/09/slug/", "https://old.example/bridge.html")
    assert not found.draft


@pytest.mark.parametrize(
    "status", ["draft", "private", "pending", "future", "trash", "auto-draft", "archived-by-plugin"]
)
def test_what_was_not_published_is_withheld(status: str) -> None:
    found = article(wp__status=status)
    assert found.draft
    assert status in notes(found)


def test_a_password_withholds_and_is_not_told() -> None:
    found = article(wp__post_password="sesame")
    assert found.draft
    assert "password" in notes(found)
    assert "sesame" not in repr(found)


@pytest.mark.parametrize("kind", ["attachment", "revision", "nav_menu_item", "custom_css", "feedback", "wp_template"])
def test_what_is_no_article_is_rejected(kind: str) -> None:
    assert outcomes(item(wp__post_type=kind)) == [Rejected(place="item 1", reason=f"{kind}: not an article")]


def test_types_of_the_sites_own_are_articles() -> None:
    found = article(wp__post_type="review")
    assert not found.draft
    assert "post type: review" in notes(found)


def test_dates() -> None:
    zero = "0000-00-00 00:00:00"
    (outcome,) = outcomes(item(wp__post_date_gmt=zero), zone=ZoneInfo("Europe/Berlin"))
    assert outcome.article.date.edtf == "2018-09-24T19:22:00+02:00"
    assert article(wp__post_date_gmt=zero, wp__post_date=zero).date is None
    assert article(wp__post_date_gmt=zero, wp__post_date=zero, pubDate="Mon, 30 Nov -0001 00:00:00 +0000").date is None
    edited = article(wp__post_modified_gmt="2019-01-02 03:04:05")
    assert edited.updated is not None
    assert edited.updated.edtf == "2019-01-02T03:04:05+00:00"


def test_plain_editor_text_gets_its_paragraphs() -> None:
    content = (
        "One\ntwo\n\nThree <b>bold</b>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\nhttps://v.example/1\n\n<!--more-->\nEnd"
    )
    assert article(content).body == (
        "One  \ntwo\n\nThree **bold**\n\n- a\n- b\n\n[https://v.example/1](https://v.example/1)\n\nEnd"
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\n\nb\nc", "<p>a</p>\n<p>b<br />\nc</p>\n"),
        ("<pre>a\n\nb</pre>", "<pre>a\n\nb</pre>"),
        ("<blockquote>a</blockquote>", "<blockquote><p>a</p></blockquote>\n"),
        ("a<br /><br />b", "<p>a</p>\n<p>b</p>\n"),
        ('<img\nsrc="a">', '<p><img src="a"></p>\n'),
        ("  \n ", ""),
    ],
)
def test_autop(text: str, html: str) -> None:
    assert autop(text).strip() == html.strip()


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (
            '[caption id="a" width="9"]<a href="/f"><img src="/i.png" alt="A"/></a> The <i>cap</i>[/caption]After',
            "[![A](https://p.example/i.png)](https://p.example/f)\n\n*The cap*\n\nAfter",
        ),
        (
            '[caption caption="Old"]<img src="/i.png"/>[/caption]',
            "![](https://p.example/i.png)\n\n*Old*",
        ),
        ("[youtube https://youtu.be/x]", "[https://youtu.be/x](https://youtu.be/x)"),
        ("[youtube=https://youtu.be/x&amp;w=5]", "[https://youtu.be/x&w=5](https://youtu.be/x&w=5)"),
        ("[vimeo 123]", "[https://vimeo.com/123](https://vimeo.com/123)"),
        ("[embed width=1]https://e.example/[/embed]", "[https://e.example/](https://e.example/)"),
        ('[audio mp3="https://e.example/a.mp3"][/audio]', "[https://e.example/a.mp3](https://e.example/a.mp3)"),
        ('[sourcecode language="css"]a < b\n\n* c[/sourcecode]', "```css\na < b\n\n* c\n```"),
        ("[[gallery]]", "[gallery]"),
        ("He said [sic] so.", "He said [sic] so."),
    ],
)
def test_shortcodes(content: str, body: str) -> None:
    assert article(content).body == body


def test_unknown_shortcodes_stay_and_are_told() -> None:
    found = article('Before [contact-form-7 id="3"] and [quiz]what[/quiz] after')
    assert found.body == 'Before [contact-form-7 id="3"] and [quiz]what[/quiz] after'
    assert "[contact-form-7], [quiz]" in notes(found)


def test_a_page_builders_frames_go() -> None:
    found = article("[vc_row][vc_column width='1/2'][vc_column_text]Words[/vc_column_text][/vc_column][/vc_row]")
    assert found.body == "Words"
    assert "[vc_row]" in notes(found)


def test_blocks() -> None:
    content = (
        '<!-- wp:heading --><h2>Head</h2><!-- /wp:heading -->\n\n<!-- wp:paragraph {"a":1} -->\n<p>One\ntwo</p>\n'
        '<!-- /wp:paragraph -->\n\n<!-- wp:embed {"url":"https://v.example/"} --><figure><div '
        'class="wp-block-embed__wrapper">\nhttps://v.example/\n</div></figure><!-- /wp:embed -->'
        '<!-- wp:image {"url":"https://p.example/i.png"} /--><!-- wp:acme/stars /--><!-- wp:block {"ref":9} /-->'
    )
    found = article(content)
    assert found.body == (
        "## Head\n\nOne two\n\n[https://v.example/](https://v.example/)\n\n![](https://p.example/i.png)"
    )
    assert "acme/stars" in notes(found)
    assert "block 9" in notes(found)


def test_shared_blocks_are_filled_in() -> None:
    shared = item("<!-- wp:paragraph --><p>Shared</p><!-- /wp:paragraph -->", wp__post_type="wp_block", wp__post_id="9")
    first, _ = outcomes(item('<!-- wp:block {"ref":9} /-->'), shared)
    assert first.article.body == "Shared"


def attachment(number: str, **fields: str) -> str:
    alt = (
        "<wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key>"
        f"<wp:meta_value>Alt {number}</wp:meta_value></wp:postmeta>"
    )
    named = {"wp__post_type": "attachment", "wp__post_id": number, "excerpt__encoded": f"Caption {number}"}
    return item("", wp__attachment_url=f"https://p.example/{number}.png", more=alt, **(named | fields))


def test_featured_pictures_and_galleries() -> None:
    featured = "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>21</wp:meta_value></wp:postmeta>"
    post = item("[gallery ids='22']\n\n[gallery]", more=featured)
    first, *_ = outcomes(post, attachment("21"), attachment("22"), attachment("23", wp__post_parent="7"))
    assert first.article.image == Image("https://p.example/21.png", "Alt 21", "Caption 21")
    assert first.article.body == (
        "![Alt 22](https://p.example/22.png)\n\n*Caption 22*\n\n![Alt 23](https://p.example/23.png)\n\n*Caption 23*"
    )
    (alone,) = outcomes(item("[gallery ids='99']"))
    assert alone.article.body == "[gallery ids='99']"


def test_several_authors() -> None:
    terms = (
        '<category domain="author" nicename="cap-ann">ann</category>'
        '<category domain="author" nicename="cap-bo">Bo Ray</category>'
    )
    assert article(more=terms).authors == (Named("Ann Lee"), Named("Bo Ray"))
    assert article(dc__creator="ANN").authors == (Named("Ann Lee"),)
    assert article(dc__creator="gone").authors == (Named("gone"),)


def test_without_title_or_text() -> None:
    assert article("First words here", title="").title == "First words here"
    assert outcomes(item("", title="")) == [Rejected(place="item 1", reason="publish: no title and no text")]


def test_readers_comments_are_counted() -> None:
    comments = "<wp:comment><wp:comment_id>1</wp:comment_id></wp:comment>" * 2
    assert "comments by readers (2)" in notes(article(more=comments))


DAMAGED = {
    "a bare ampersand": item().replace("<![CDATA[Title]]>", "Fish & Chips"),
    "control characters": item("Te\x00x\x0bt"),
    "a section that is not closed": item().replace("Text]]></content", "Text</content"),
    "a section that closes too early": item("Te]]>xt"),
    "no end tag": item().replace("</item>", ""),
    "an undeclared name": item(more="<acme:stars>5</acme:stars>"),
    "bytes that are not UTF-8": item("T\udcfcxt"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_damage_stays_in_its_item(damage: str) -> None:
    items = item(title="One", wp__post_id="1"), DAMAGED[damage], item(title="Three", wp__post_id="3")
    data = (HEAD + "".join(items) + TAIL).encode("utf-8", "surrogateescape")
    found = list(wordpress.read(Input.from_bytes(data), Settings()))
    assert [type(outcome) for outcome in found] == [Imported] * 3
    first, second, third = (outcome.article for outcome in found)
    assert (first.title, third.title) == ("One", "Three")
    assert (first.draft, second.draft and damage != "no end tag", third.draft) == (False, False, False)
    assert second.body.startswith("T")
    assert second.authors == (Named("Ann Lee"),)


def test_a_cut_export_keeps_what_it_has() -> None:
    data = (HEAD + item(title="One") + item("A long text that is cut off")).encode()
    cut = data[: data.rindex(b"cut off") + 3]
    first, second = wordpress.read(Input.from_bytes(cut), Settings())
    assert first.article.title == "One"
    assert "A long text that is cut" in second.article.body
    assert "not well-formed" in notes(second.article)


def test_an_item_beyond_repair_is_told_with_its_place() -> None:
    data = (HEAD + item() + "<item>\x01</item>" + item()).encode()
    _, broken, third = wordpress.read(Input.from_bytes(data), Settings())
    assert broken == Rejected(place="item 2", reason=f"broken at byte {data.index(b'<item>' + bytes([1]))}")
    assert isinstance(third, Imported)


def test_no_export_and_harmful_entities() -> None:
    with pytest.raises(Unreadable, match="no items"):
        list(wordpress.read(Input.from_bytes(b"<rss>nothing"), Settings()))
    bomb = HEAD.replace("<rss", '<!DOCTYPE rss [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><rss') + item() + TAIL
    with pytest.raises(Unreadable, match="bomb"):
        list(wordpress.read(Input.from_bytes(bomb.encode()), Settings()))


def test_an_entity_within_an_item_is_not_fetched() -> None:
    found = article().body
    damaged = item().replace("<![CDATA[Title]]>", "&secret; title")
    data = (HEAD + damaged + TAIL).encode()
    (outcome,) = wordpress.read(Input.from_bytes(data), Settings())
    assert outcome.article.title == "&secret; title"
    assert outcome.article.body == found


def test_other_encodings() -> None:
    data = (HEAD + item("Größe", title="Maß") + TAIL).replace("UTF-8", "ISO-8859-1", 1).encode("latin-1")
    (outcome,) = wordpress.read(Input.from_bytes(data), Settings())
    assert (outcome.article.title, outcome.article.body) == ("Maß", "Größe")
    data = (HEAD + item("Größe") + TAIL).replace("UTF-8", "UTF-16", 1).encode("utf-16")
    (outcome,) = wordpress.read(Input.from_bytes(data), Settings())
    assert outcome.article.body == "Größe"


def test_recognition() -> None:
    assert wordpress.recognises(HEAD.encode()) > 90
    assert wordpress.recognises(b"<rss><channel><title>wp</title>") == 0


def test_an_end_tag_within_a_text_ends_nothing() -> None:
    (outcome,) = outcomes(item("<pre>&lt;/item&gt; </item> <item> x</pre>"))
    assert "x" in outcome.article.body
