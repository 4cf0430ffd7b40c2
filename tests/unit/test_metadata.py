"""What an article's head says to machines."""

from __future__ import annotations

import json
import re
from typing import Any

import html5lib
import msgspec
import pytest
from tests.editions import URL, dated, edition, pages
from tests.zotero import item_of

from backissue.article import Article, Correction, Image, Named, Provenance
from backissue.config import Site
from backissue.metadata import described
from backissue.views import ArticleView, SiteView

SITE = SiteView("The Archive", "", URL, "en", "ltr", "UTC", "", (), (), "archive", "", True)
HOSTILE = "</script><b>\"'&amp;"
FULL = Article(
    title="Rise & fall",
    date=dated("1953-02-01T10:00:00+01:00"),
    updated=dated("1953-02-03"),
    authors=(Named("Ann Lee", "https://paper.example/ann"), Named("Reuters News Agency")),
    source=Named("The Courier", "https://paper.example/"),
    source_url="https://paper.example/rise?a=1&b=2",
    via=Named("Wire Co"),
    dateline="Port Merrow",
    section="Town",
    tags=("Sea", "Flood of 1953"),
    lang="en-GB",
    summary="It rose; then it fell.",
    image=Image("p.png", "A pier"),
    corrections=(Correction("Not Monday.", dated("1953-03")), Correction("Nor Tuesday.")),
    rights="© The Courier",
    provenance=Provenance(file="x", format="feed", identity="https://paper.example/?p=17"),
)


def view_of(article: Article, **files: bytes) -> ArticleView:
    planned = pages(edition({"a.md": article}, Site(url=URL), {"p.png": b"1"}))
    (page,) = (page for page in planned.values() if page.template == "article.html")
    return msgspec.msgpack.decode(page.view(), type=ArticleView)


def head_of(article: Article, **settings: Any) -> Any:
    site = msgspec.structs.replace(SITE, **settings)
    markup = described(view_of(article), site, "../../")
    parser = html5lib.HTMLParser(strict=True, tree=html5lib.getTreeBuilder("lxml"), namespaceHTMLElements=False)
    return parser.parse(f"<!DOCTYPE html><html><head><title>x</title>\n{markup}\n</head><body></body></html>").find(
        "head"
    )


def metas(head: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in head.iter("meta"):
        for name in filter(None, (meta.get("name"), meta.get("property"))):
            found.setdefault(name, []).append(meta.get("content"))
    return found


def links(head: Any) -> dict[str, str]:
    return {link.get("rel"): link.get("href") for link in head.iter("link")}


def data_of(article: Article, **settings: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(head_of(article, **settings).findtext("script"))
    return found


def test_zotero_makes_a_newspaper_article_of_a_page() -> None:
    item = item_of(head_of(FULL), "https://elsewhere.example/")
    assert item == {
        "itemType": "newspaperArticle",
        "title": "Rise & fall",
        "creators": [("Ann", "Lee"), ("Reuters News", "Agency")],
        "publicationTitle": "The Courier",
        "rights": "© The Courier",
        "section": "Town",
        "date": "1953-02-01",
        "url": f"{URL}/1953/02/rise-fall.html",
        "abstractNote": "It rose; then it fell.",
        "language": "en-GB",
        "archiveLocation": "",
    }


@pytest.mark.parametrize("date", ["1953-02-01", "1953-02", "1953", ""])
def test_zotero_gets_a_date_as_it_is_known(date: str) -> None:
    item = item_of(head_of(Article(title="Flood", date=dated(date))), "https://here.example/")
    assert (item["itemType"], item["date"]) == ("newspaperArticle", date)


def test_zotero_gets_the_address_of_the_page_where_the_site_has_none() -> None:
    item = item_of(head_of(FULL, url=""), "https://here.example/rise")
    assert (item["itemType"], item["url"]) == ("newspaperArticle", "https://here.example/rise")


def test_what_google_scholar_reads() -> None:
    found = metas(head_of(FULL))
    assert found["citation_title"] == ["Rise & fall"]
    assert found["citation_author"] == ["Ann Lee", "Reuters News Agency"]
    assert found["citation_publication_date"] == ["1953/02/01"]
    assert "citation_journal_title" not in found


def test_opengraph_dublin_core_and_prism() -> None:
    found = metas(head_of(FULL))
    expected = {
        "og:type": "article", "og:title": "Rise & fall", "og:site_name": "The Archive",
        "og:url": f"{URL}/1953/02/rise-fall.html", "og:image": f"{URL}/media/p.png", "og:image:alt": "A pier",
        "og:description": "It rose; then it fell.", "article:published_time": "1953-02-01T10:00:00+01:00",
        "article:modified_time": "1953-03", "article:section": "Town", "DC.date": "1953-02-01T10:00:00+01:00",
        "DC.source": "The Courier", "DC.identifier": f"{URL}/1953/02/rise-fall.html",
        "DC.rights": "© The Courier", "PRISM.publicationName": "The Courier",
        "PRISM.publicationDate": "1953-02-01T10:00:00+01:00", "description": "It rose; then it fell.",
        "citation_language": "en-GB", "DC.language": "en-GB",
    }  # fmt: skip
    assert {name: found[name] for name in expected} == {name: [value] for name, value in expected.items()}
    assert sorted(found["article:tag"]) == sorted(found["DC.subject"]) == ["Flood of 1953", "Sea"]


def test_schema_org() -> None:
    page, original = f"{URL}/1953/02/rise-fall.html", "https://paper.example/rise?a=1&b=2"
    newspaper = {"@type": "NewsMediaOrganization", "name": "The Courier"}
    found = data_of(FULL)
    assert found.pop("identifier").startswith("tag:archive.example,2026:/id/")
    assert sorted(found.pop("keywords")) == ["Flood of 1953", "Sea"]
    assert found == {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": "Rise & fall",
        "url": page, "mainEntityOfPage": page, "archivedAt": page, "isBasedOn": original,
        "citation": {"@type": "NewsArticle", "url": original, "publisher": newspaper},
        "datePublished": "1953-02-01T10:00:00+01:00", "dateModified": "1953-03", "inLanguage": "en-GB",
        "author": [
            {"@type": "Person", "name": "Ann Lee", "url": "https://paper.example/ann"},
            {"@type": "Organization", "name": "Reuters News Agency"},
        ],
        "publisher": {**newspaper, "url": "https://paper.example/"},
        "sourceOrganization": {"@type": "Organization", "name": "Wire Co"},
        "image": f"{URL}/media/p.png", "articleSection": "Town",
        "dateline": "Port Merrow", "copyrightNotice": "© The Courier",
        "correction": [
            {"@type": "CorrectionComment", "text": "Not Monday.", "datePublished": "1953-03"},
            {"@type": "CorrectionComment", "text": "Nor Tuesday."},
        ],
    }  # fmt: skip


def test_addresses_of_people_are_ones_or_are_not_said() -> None:
    people = (Named("Ann Lee", "https://a.example/a b"), Named("Bo Ek", "javascript:alert(1)"))
    assert [author.get("url") for author in data_of(msgspec.structs.replace(FULL, authors=people))["author"]] == [
        "https://a.example/a%20b", None,
    ]  # fmt: skip


def test_links_of_an_article() -> None:
    found = links(head_of(FULL))
    assert found == {
        "canonical": f"{URL}/1953/02/rise-fall.html",
        "original": "https://paper.example/rise?a=1&b=2",
        "alternate": "../../1953/02/rise-fall.json",
        "schema.DC": "http://purl.org/dc/elements/1.1/",
        "schema.PRISM": "http://prismstandard.org/namespaces/basic/2.0/",
    }
    assert "alternate" not in links(head_of(FULL, twins=False))


def test_which_page_is_the_canonical_one() -> None:
    assert links(head_of(FULL, canonical="original"))["canonical"] == FULL.source_url
    assert links(head_of(FULL, canonical="original", url=""))["canonical"] == FULL.source_url
    without = Article(title="A", date=dated("1953"))
    assert links(head_of(without, canonical="original"))["canonical"] == f"{URL}/1953/a.html"
    assert "canonical" not in links(head_of(without, url=""))


def test_the_licence_is_the_article_s_own_or_the_site_s() -> None:
    by = "https://creativecommons.org/licenses/by/4.0/"
    assert links(head_of(FULL, license=by))["license"] == data_of(FULL, license=by)["license"] == by
    own = msgspec.structs.replace(FULL, rights="http://rights.example/x")
    assert links(head_of(own, license=by))["license"] == "http://rights.example/x"
    unwise = msgspec.structs.replace(FULL, rights="http://rights.example/<x>")
    assert links(head_of(unwise))["license"] == data_of(unwise)["license"] == "http://rights.example/%3Cx%3E"
    told = msgspec.structs.replace(FULL, rights="http://rights.example/x and more")
    assert "license" not in links(head_of(told))


def test_nothing_is_absolute_where_the_site_has_no_address() -> None:
    head = head_of(FULL, url="")
    assert URL not in head.findtext("script")
    assert not [value for values in metas(head).values() for value in values if value.startswith("http")]
    assert json.loads(head.findtext("script"))["isBasedOn"] == FULL.source_url


def test_nothing_breaks_out_of_a_tag_or_a_script() -> None:
    article = Article(
        title=HOSTILE, date=dated("1953"), authors=(Named(HOSTILE, "javascript:alert(1)"),), source=Named(HOSTILE),
        section=HOSTILE, tags=(HOSTILE,), summary=HOSTILE, dateline=HOSTILE, rights=HOSTILE, lang="en",
        source_url="javascript:alert(1)", corrections=(Correction(HOSTILE),), slug="a",
    )  # fmt: skip
    head = head_of(article)
    assert metas(head)["DC.title"] == [HOSTILE]
    text = head.findtext("script")
    assert not re.search("[<>&]", text)
    assert json.loads(text)["headline"] == HOSTILE
    assert "javascript" not in json.dumps(links(head)) + text


def test_a_withdrawn_article_says_only_where_it_stood() -> None:
    article = msgspec.structs.replace(FULL, status="withdrawn")
    head = head_of(article)
    assert links(head) == {"canonical": f"{URL}/1953/02/rise-fall.html"}
    assert metas(head) == {}
    assert head.find("script") is None


def test_a_retracted_article_says_so() -> None:
    assert data_of(msgspec.structs.replace(FULL, status="retracted"))["creativeWorkStatus"] == "Retracted"
