"""What Zotero makes of a page: the rules of its translators "Embedded Metadata" and "RDF" for what stands in meta tags.

Only those that bear on an article: how a tag's name becomes a property, how the type of an item is found, which of
several properties fills a field, and how the citation tags lie over that.
"""

from __future__ import annotations

import re
from typing import Any

DC, DCTERMS = "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"
OG, ARTICLE = "http://ogp.me/ns#", "http://ogp.me/ns/article#"
PRISMS = (
    "http://prismstandard.org/namespaces/1.2/basic/",
    "http://prismstandard.org/namespaces/basic/2.0/",
    "http://prismstandard.org/namespaces/basic/2.1/",
)
_PREFIXES = {"dc": DC, "dcterms": DCTERMS, "prism": PRISMS[0], "og": OG, "article": ARTICLE}
_TYPES = {"newspaperArticle", "journalArticle", "webpage", "magazineArticle", "blogPost", "document", "report", "book"}
_HIGHWIRE = {
    "citation_title": "title", "citation_publication_date": "date", "citation_date": "date",
    "citation_journal_title": "publicationTitle", "citation_language": "language", "citation_abstract": "abstractNote",
    "citation_public_url": "url", "citation_publisher": "publisher",
}  # fmt: skip


def item_of(head: Any, url: str) -> dict[str, Any]:
    """The item that Zotero makes of a page, given the `head` of its parsed HTML and its address."""
    prefixes = dict(_PREFIXES)
    for link in head.iter("link"):
        match = re.match(r"schema\.([a-zA-Z]+)", link.get("rel") or "")
        if match:
            prefixes[match[1].lower()] = link.get("href").replace("/DC/", "/dc/")
    known: dict[str, list[str]] = {}
    metas = [(meta.get("name") or meta.get("property") or "", meta.get("content") or "") for meta in head.iter("meta")]
    guess = ""
    sure = ""
    for name, value in metas:
        if not name or not value:
            continue
        match = re.search(r"[.:_]", name)
        prefix = name[: match.start()].lower() if match else ""
        if prefix in prefixes:
            rest = name[match.end() :]  # type: ignore[union-attr]
            known.setdefault(prefixes[prefix] + rest[:1].lower() + rest[1:], []).append(value)
        elif name == "citation_journal_title":
            sure = "journalArticle"
        elif name in ("citation_title", "citation_series_title"):
            guess = guess or "journalArticle"

    def first(*names: str) -> str:
        return next((known[name][0] for name in names if name in known), "")

    def prism(name: str) -> tuple[str, ...]:
        return tuple(namespace + name for namespace in PRISMS)

    og = {"website": "webpage", "book": "book"}.get(first(OG + "type"), "")
    dc = first(DC + "type", DCTERMS + "type")
    dc = dc if dc in _TYPES else {"newsitem": "newspaperArticle"}.get(dc.lower().replace(" ", ""), "")
    item: dict[str, Any] = {
        "itemType": og or dc or sure or guess or ("webpage" if known else ""),
        "title": first(DC + "title", DCTERMS + "title", OG + "title"),
        "creators": [cleaned(name) for name in known.get(DC + "creator", [])],
        "publicationTitle": first(*prism("publicationName"), DC + "source", DCTERMS + "source", OG + "site_name"),
        "rights": first(*prism("copyright"), DC + "rights", DCTERMS + "rights"),
        "section": first(ARTICLE + "section"),
        "date": first(*prism("publicationDate"), OG + "published_time", DC + "date", DCTERMS + "date"),
        "url": first(OG + "url", *prism("url")[1:]),
        "abstractNote": first(*prism("teaser"), OG + "description", DCTERMS + "abstract"),
        "language": first(DC + "language", DCTERMS + "language"),
        "archiveLocation": first(DC + "coverage", DCTERMS + "coverage"),
    }
    for name, field in _HIGHWIRE.items():
        values = [value for other, value in metas if other.endswith(name)]
        if values:
            item[field] = " ".join(", ".join(values).split())
    authors = [value for name, value in metas if name.endswith(("citation_author", "citation_authors"))]
    creators = []
    for author in authors:
        parts = re.split(r"\s*;\s*", author)
        if len(parts) == 1:
            by_comma = re.split(r"\s*,\s*", author)
            if len(by_comma) > 1 and " " in by_comma[0] and " " in by_comma[1]:
                parts = by_comma
        creators += [cleaned(part.strip()) for part in parts if re.search(r"[^\s,-.;]", part)]
    item["creators"] = creators or item["creators"]
    item["url"] = item["url"] or url
    item["abstractNote"] = item["abstractNote"] or next((value for name, value in metas if name == "description"), "")
    return item


def cleaned(author: str) -> tuple[str, str]:
    """A name as Zotero parts it: (given, family); at its comma, or before its last word."""
    if "," in author:
        family, _, given = author.partition(",")
        return given.strip(), family.strip()
    given, _, family = author.rpartition(" ")
    return given, family
