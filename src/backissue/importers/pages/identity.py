"""What a page says of itself beyond its text: address, publisher, section, tags, language, summary, lead picture."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from ...article import Named
from .blocks import key_of
from .metatags import first
from .structured import Node, address_of, by_id, each, text_of, types_of

Meta = Mapping[str, tuple[str, ...]]

_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|mc_\w+|ref|source|cmp\w*|at_\w+|xtor|sh|smid|ocid)$", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_SLUGGISH = re.compile(r"^[0-9a-f]{8}-[0-9a-f-]{20,}$|[:=/{}\[\]<>]|^\W*$|^\d+$|https?")
MAX_TAGS = 40
MAX_TAG = 60


def canonical_url(links: Mapping[str, str], meta: Meta, article: Node, url: str) -> str:
    """The article's own address: canonical link, OpenGraph, JSON-LD, or the URL that it was got from.

    A page that gives its site's front page as its address says nothing of itself.
    """
    base = url or next((at for at in (links.get("canonical", ""), first(meta, "og:url")) if at.startswith("http")), "")
    page = article.get("mainEntityOfPage")
    for stated in (links.get("canonical", ""), first(meta, "og:url"), address_of(page), address_of(article.get("url"))):
        address = _joined(base, stated)
        if address and _has_path(address):
            return address
    return url if url.startswith("http") else _joined(base, links.get("canonical", ""))


def publisher_of(nodes: list[Node], article: Node, meta: Meta, url: str) -> Named | None:
    """Who published the page: JSON-LD's publisher, the site's own name, or the address's host."""
    parts = urlsplit(url)
    home = f"{parts.scheme}://{parts.netloc}/" if parts.netloc else ""
    names = [
        text_of(by_id(nodes, article.get("publisher"))),
        first(
            meta,
            "og:site_name",
            "application-name",
            "al:android:app_name",
            "dc.publisher",
            "dcterms.publisher",
            "citation_publisher",
        ),
        *(text_of(node) for node in nodes if types_of(node) & {"WebSite", "NewsMediaOrganization"}),
        first(meta, "publisher", "apple-mobile-web-app-title"),
    ]
    for name in names:
        if name and len(name) <= 80 and not name.startswith(("http", "@")):
            return Named(name, home)
    host = parts.netloc.removeprefix("www.")
    return Named(host, home) if host else None


def site_names(nodes: list[Node], article: Node, meta: Meta, url: str) -> list[str]:
    """All the names by which a page calls its site."""
    host = urlsplit(url).netloc.lower().removeprefix("www.").split(":")[0]
    labels = host.split(".")
    return [
        name
        for name in (
            text_of(by_id(nodes, article.get("publisher"))),
            *meta.get("og:site_name", ()),
            *meta.get("application-name", ()),
            *meta.get("apple-mobile-web-app-title", ()),
            *meta.get("publisher", ()),
            *(name.lstrip("@") for name in meta.get("twitter:site", ())),
            *(
                text_of(node)
                for node in nodes
                if types_of(node) & {"WebSite", "NewsMediaOrganization", "Organization", "Corporation"}
            ),
            host,
            max(labels[:-1], key=len) if len(labels) > 1 else "",
        )
        if name and len(name) < 80
    ]


def section_of(article: Node, meta: Meta) -> str:
    """The section that the article stands in."""
    stated = [
        *(text_of(value) for value in each(article.get("articleSection"))),
        first(
            meta,
            "article:section",
            "og:article:section",
            "parsely-section",
            "dcsext.section",
            "section",
            "cxenseparse:category",
        ),
    ]
    for name in stated:
        if name and len(name) <= MAX_TAG and not _SLUGGISH.search(name):
            return name
    return ""


def tags_of(tree: HtmlElement, article: Node, meta: Meta, leave_out: set[str]) -> tuple[str, ...]:
    """What the article is about, from the first of its sources that says: JSON-LD, OpenGraph, keywords, tag links."""
    sources: list[list[str]] = [
        [text_of(value) for value in each(article.get("keywords"))],
        list(meta.get("article:tag", ())) or list(meta.get("og:article:tag", ())),
        list(meta.get("news_keywords", ())),
        list(meta.get("parsely-tags", ())) or list(meta.get("sailthru.tags", ())),
        [
            " ".join("".join(link.itertext()).split())
            for link in tree.iter("a")
            if "tag" in (link.get("rel") or "").split()
        ],
        list(meta.get("keywords", ())),
    ]
    for texts in sources:
        found: dict[str, str] = {}
        for text in texts:
            for tag in re.split(r"[,;|、，]", text):
                tag = " ".join(tag.split()).strip("#\"' ")
                if tag and len(tag) <= MAX_TAG and not _SLUGGISH.search(tag) and key_of(tag) not in leave_out:
                    found.setdefault(key_of(tag), tag)
        if found:
            return tuple(found.values())[:MAX_TAGS]
    return ()


def language_of(tree: HtmlElement, article: Node, meta: Meta) -> str:
    """The language that the page says it is in, as a BCP 47 tag, or nothing."""
    body = tree.find("body")
    stated = (
        text_of(article.get("inLanguage")),
        tree.get("lang") or tree.get("xml:lang") or "",
        body.get("lang") or "" if body is not None else "",
        first(meta, "content-language", "language", "dc.language", "dcterms.language", "og:locale"),
    )
    for name in stated:
        name = name.split(",")[0].strip().replace("_", "-")
        if _LANGUAGE.fullmatch(name) and name.lower() not in ("und", "mul", "zxx", "none"):
            head, *rest = name.split("-")
            return "-".join([head.lower(), *(part.upper() if len(part) == 2 else part.title() for part in rest)])
    return ""


def summary_of(article: Node, meta: Meta) -> str:
    """The page's own description of the article."""
    for text in (
        text_of(article.get("description")),
        first(meta, "og:description", "description", "twitter:description", "dc.description", "sailthru.description"),
    ):
        text = re.sub(r"<[^<>]{1,200}>", " ", text)
        text = " ".join(text.split())
        if text:
            return text if len(text) <= 1000 else text[:999].rsplit(" ", 1)[0] + "…"
    return ""


def picture_address(article: Node, meta: Meta, base: str) -> str:
    """The address of the article's lead picture."""
    for stated in (
        first(meta, "og:image", "og:image:url", "og:image:secure_url"),
        address_of(article.get("image")),
        address_of(article.get("thumbnailUrl")),
        first(meta, "twitter:image", "twitter:image:src"),
    ):
        if address := _joined(base, stated):
            return address
    return ""


def picture_record(article: Node, nodes: list[Node]) -> dict[str, Any]:
    """What JSON-LD says of the lead picture, or nothing."""
    for value in each(article.get("image")):
        value = by_id(nodes, value)
        if isinstance(value, dict):
            return value
    return {}


def _joined(base: str, stated: str) -> str:
    stated = stated.strip()
    if not stated or stated.startswith(("#", "data:", "javascript:")):
        return ""
    try:
        address = urljoin(base, stated) if base else stated
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc or len(address) > 2000 or re.search(r"\s", address):
        return ""
    return address


def _has_path(address: str) -> bool:
    parts = urlsplit(address)
    return len(parts.path.strip("/")) > 0 or bool(parts.query)
