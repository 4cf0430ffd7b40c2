"""An article, put together from the parts of its page."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from ...article import Article, Image, Named
from ...dates import Date
from ..fragments import element_to_markdown
from ..outcomes import Settings
from . import bylines, identity
from .blocks import key_of
from .body import Known, extract_body
from .dating import first_date
from .decoding import decode
from .headlines import choose_headline, headings_of
from .metatags import first, links_of, meta_of
from .parsing import parse
from .structured import Node, article_of, by_id, each, nodes_of, text_of

_AUTHOR_NAMES = (
    "author authors article:author parsely-author sailthru.author dc.creator dcterms.creator dcsext.author byl "
    "citation_author cxenseparse:author articleauthor og:author og:article:author article:author_name creator"
).split()


def article_on(data: bytes, *, url: str, charset: str, settings: Settings) -> Article | str:
    """The article on a page, or in one line why there is none."""
    tree = parse(decode(data, charset))
    if tree is None:
        return "no text"
    return article_in(tree, url=url, settings=settings)


def article_in(tree: HtmlElement, *, url: str, settings: Settings) -> Article | str:
    """The article in a page's tree, or in one line why there is none. The tree is not changed."""
    nodes, meta, links = nodes_of(tree), meta_of(tree), links_of(tree)
    headings = headings_of(tree)
    record = article_of(nodes, links.get("canonical", "") or url, (headings[0] if headings else "").casefold())
    address = identity.canonical_url(links, meta, record, url)
    sites = identity.site_names(nodes, record, meta, address or url)
    title = choose_headline(
        (text_of(record.get("headline")), first(meta, "og:title"), first(meta, "twitter:title", "dc.title")),
        headings,
        " ".join((tree.findtext(".//title") or "").split()),
        sites,
    )
    if not title:
        return "no headline"
    known = Known(headlines=frozenset(map(key_of, (title, *headings[:1]))), summary=identity.summary_of(record, meta))
    body = extract_body(tree, address or url, known)
    if body is None:
        return "no text of an article"
    markdown = element_to_markdown(body, address or url)
    if not markdown.strip():
        return "no text of an article"
    section = identity.section_of(record, meta)
    source = identity.publisher_of(nodes, record, meta, address or url)
    picture = identity.picture_address(record, meta, address or url)
    return Article(
        title=title,
        date=_published(tree, record, meta, settings, address or url),
        authors=_authors(tree, nodes, record, meta, frozenset(map(key_of, sites))),
        source=source,
        source_url=address,
        section=section,
        tags=identity.tags_of(tree, record, meta, {key_of(section), *map(key_of, sites)}),
        lang=identity.language_of(tree, record, meta) or settings.lang,
        summary=identity.summary_of(record, meta),
        image=Image(picture) if picture else None,
        body=markdown,
    )


def _published(tree: HtmlElement, record: Node, meta: identity.Meta, settings: Settings, url: str) -> Date | None:
    stated = (
        text_of(record.get("datePublished")),
        first(meta, "article:published_time", "og:article:published_time", "og:published_time"),
        first(meta, "datepublished", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "date"),
        *(
            element.get("content") or element.get("datetime") or ""
            for element in tree.iterfind(".//*[@itemprop='datePublished']")
        ),
    )
    found = first_date(stated, settings.zone)
    if found is not None:
        return found
    from htmldate import find_date

    day = find_date(tree, url=url or None, original_date=True)
    return Date(day) if day else None


def _authors(
    tree: HtmlElement, nodes: list[Node], record: Node, meta: identity.Meta, sites: frozenset[str]
) -> tuple[Named, ...]:
    from_record: list[str] = []
    for value in each(record.get("author")):
        from_record += bylines.names_in(text_of(by_id(nodes, value)), sites, whole=True)
    if from_record:
        return tuple(Named(name) for name in bylines.unique(from_record))
    for name in _AUTHOR_NAMES:
        found = [author for text in meta.get(name, ()) for author in bylines.names_in(text, sites)]
        if found:
            return tuple(Named(author) for author in bylines.unique(found))
    for text in _bylines(tree):
        found = bylines.names_in(text, sites)
        if found:
            return tuple(Named(author) for author in found)
    return ()


def _bylines(tree: HtmlElement) -> Iterator[str]:
    for path in (".//*[@itemprop='author']//*[@itemprop='name']", ".//*[@itemprop='author']", ".//*[@rel='author']"):
        for element in tree.iterfind(path):
            yield element.get("content") or " ".join("".join(element.itertext()).split())
