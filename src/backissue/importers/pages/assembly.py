"""An article, put together from the parts of its page."""

from __future__ import annotations

from lxml.html import HtmlElement

from ...article import Article, Named, Provenance
from ...dates import Date
from ..fragments import element_to_markdown
from ..languages import language_of
from ..outcomes import Settings
from . import bylines, identity
from .blocks import Block, key_of
from .body import Known, extract_body
from .dating import first_date
from .decoding import decode
from .headlines import choose_headline, headings_of, stated_headlines
from .hydration import text_in_scripts
from .metatags import first, links_of, meta_of
from .parsing import MAX_ELEMENTS, is_too_large, parse
from .pictures import lead_picture
from .structured import Node, article_of, by_id, each, nodes_of, text_of, types_of
from .verdict import no_article_because, states_article

_AUTHOR_NAMES = (
    "author authors article:author parsely-author sailthru.author dc.creator dcterms.creator dcsext.author byl "
    "citation_author cxenseparse:author articleauthor og:author og:article:author article:author_name creator"
).split()


def article_on(data: bytes, *, url: str, charset: str, settings: Settings) -> Article | str:
    """The article on a page, or in one line why there is none."""
    tree = parse(decode(data, charset))
    if tree is None:
        return "no text"
    if is_too_large(tree):
        return f"more than {MAX_ELEMENTS:,} elements"
    return article_in(tree, url=url, settings=settings)


def article_in(tree: HtmlElement, *, url: str, settings: Settings) -> Article | str:
    """The article in a page's tree, or in one line why there is none. The tree is not changed."""
    if next(tree.iter("rss", "feed", "urlset", "sitemapindex"), None) is not None:
        return "a feed or a sitemap, no HTML page"
    nodes, meta, links = nodes_of(tree), meta_of(tree), links_of(tree)
    headings = headings_of(tree)
    record = article_of(nodes, links.get("canonical", "") or url, (headings[0] if headings else "").casefold())
    address = identity.canonical_url(links, meta, record, url)
    sites = identity.site_names(nodes, record, meta, address or url)
    titled = " ".join((tree.findtext(".//title") or "").split())
    title = choose_headline(
        [
            *stated_headlines(text_of(record.get("headline")), first(meta, "og:title"), headings, titled),
            first(meta, "twitter:title", "dc.title"),
        ],
        headings,
        titled,
        sites,
    )
    if not title:
        return "no headline"
    known = Known(headlines=frozenset(map(key_of, (title, *headings[:1]))), summary=identity.summary_of(record, meta))
    body = extract_body(tree, address or url, known)
    if body is None and (hidden := text_in_scripts(tree)) is not None:
        body = extract_body(hidden, address or url, known)
    if body is None:
        return "no text of an article"
    markdown = element_to_markdown(body.element, address or url)
    reason = no_article_because(title, address or url, nodes, states_article(record, meta), body.kept, markdown)
    if reason:
        return reason
    date, notes = _published(tree, record, meta, settings, address or url)
    section = identity.section_of(record, meta)
    source = identity.publisher_of(nodes, record, meta, address or url)
    picture = identity.picture_address(record, meta, address or url)
    return Article(
        title=title,
        date=date,
        updated=_updated(record, meta, settings, date),
        authors=_authors(nodes, record, meta, body.around(known.headlines), frozenset(map(key_of, sites))),
        source=source,
        source_url=address,
        section=section,
        tags=identity.tags_of(tree, record, meta, {key_of(section), *map(key_of, sites)}),
        lang=identity.language_of(tree, record, meta) or language_of(markdown) or settings.lang,
        summary=identity.summary_of(record, meta),
        image=lead_picture(
            picture, identity.picture_record(record, nodes), body.blocks[: body.start + 3], address or url
        ),
        provenance=Provenance(file="", format="", notes=notes) if notes else None,
        body=markdown,
    )


def _published(
    tree: HtmlElement, record: Node, meta: identity.Meta, settings: Settings, url: str
) -> tuple[Date | None, tuple[str, ...]]:
    """When the article was published, and a note where only the page's text tells."""
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
        return found, ()
    from htmldate import find_date

    for thorough in (False, True):
        day = find_date(tree, url=url or None, original_date=True, extensive_search=thorough)
        if day and not day.endswith("-01-01"):
            return Date(day), ("the date was found in the text of the page",) if thorough else ()
    return None, ()


def _updated(record: Node, meta: identity.Meta, settings: Settings, published: Date | None) -> Date | None:
    """When the article was last changed, where that is later than its publication."""
    found = first_date(
        (
            text_of(record.get("dateModified")),
            first(
                meta, "article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified"
            ),
        ),
        settings.zone,
    )
    if found is None or (published is not None and found.sort_key <= published.sort_key):
        return None
    return found


def _authors(
    nodes: list[Node], record: Node, meta: identity.Meta, around: list[Block], sites: frozenset[str]
) -> tuple[Named, ...]:
    """The authors: of JSON-LD, of meta elements, of the byline; the site itself where the page states nobody else."""
    stated: list[str] = []
    site: list[str] = []
    for value in each(record.get("author")):
        value = by_id(nodes, value)
        kinds = types_of(value) if isinstance(value, dict) else set()
        for name in each(value.get("name") if isinstance(value, dict) else value):
            text = text_of(name)
            if "Organization" in kinds or "NewsMediaOrganization" in kinds or key_of(text) in sites:
                site.append(text)
            else:
                stated += bylines.names_in(text, sites, whole=True)
    sites |= frozenset(map(key_of, site))
    if not stated:
        for name in _AUTHOR_NAMES:
            stated = [author for text in meta.get(name, ()) for author in bylines.names_in(text, sites)]
            if stated:
                break
    names = (
        stated
        or bylines.signed(around, sites, sure=bool(site))
        or [name for name in site if name and len(name) <= bylines.MAX_NAME]
    )
    return tuple(Named(name) for name in bylines.unique(names))
