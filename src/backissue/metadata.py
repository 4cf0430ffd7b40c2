"""What an article's page says to machines in its head: schema.org, OpenGraph, Dublin Core, PRISM, citation tags, links.

Built by functions, not by a template: some thirty tags, most of them there only where something is known, and none that
says again what another says to the same readers, for a page is to stay light. Absolute addresses of the site are given
only where it has one. The tags that Zotero's translator for embedded metadata decides by are chosen so that it makes a
newspaper article of the page: `DC.type` says so, `og:type` is `article`, and `citation_journal_title`, which would make
it a journal's, is left out. Where a `meta` has both a `name` and a `property`, Zotero reads the name, and OpenGraph's
readers the property.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from markupsafe import Markup

from .citing import address_of, is_organisation
from .escaping import escape_text
from .phrases import absolute, machine_date, tag_uri, web_address
from .views import ArticleView, SiteView

_is_address = re.compile(r"https?://\S+").fullmatch

_encode = msgspec.json.Encoder().encode

_SCHEMAS = (
    '<link rel="schema.DC" href="http://purl.org/dc/elements/1.1/">\n'
    '<link rel="schema.PRISM" href="http://prismstandard.org/namespaces/basic/2.0/">'
)
"""Where the names of Dublin Core's and PRISM's tags are defined; nothing is fetched from there."""


def twin_path(path: str) -> str:
    """The path of an article's JSON twin, which lies beside its page."""
    return path.removesuffix(".html") + ".json"


def canonical(view: ArticleView, site: SiteView) -> str:
    """The address that search engines are to show: the archive's own, or the original's where site.yaml wants that."""
    original = web_address(view.card.source_url)
    if site.canonical == "original" and original:
        return original
    return absolute(view.card.path, site.url) if site.url else ""


def described(view: ArticleView, site: SiteView, root: str) -> Markup:
    """The lines of an article's head. Of a withdrawn article nothing is said but where it stood."""
    lines = []
    url = canonical(view, site)
    if url:
        lines.append(f'<link rel="canonical" href="{escape_text(url)}">')
    if view.card.status != "withdrawn":
        lines += _links(view, site, root)
        lines += _tags(view, site)
        lines.append(f'<script type="application/ld+json">{linked_data(view, site)}</script>')
    return Markup("\n".join(lines))


def _links(view: ArticleView, site: SiteView, root: str) -> list[str]:
    lines = []
    if site.twins:
        twin = f"{root}{twin_path(view.card.path)}"
        lines.append(f'<link rel="alternate" type="application/json" href="{escape_text(twin)}">')
    original = web_address(view.card.source_url)
    if original:
        lines.append(f'<link rel="original" href="{escape_text(original)}">')
    license_ = license_of(view, site)
    if license_:
        lines.append(f'<link rel="license" href="{escape_text(license_)}">')
    return lines


def license_of(view: ArticleView, site: SiteView) -> str:
    """The address of an article's licence: its own rights, where they are one, else the site's."""
    return web_address(view.details.rights) if _is_address(view.details.rights) else site.license


def _tags(view: ArticleView, site: SiteView) -> list[str]:
    card, details = view.card, view.details
    title, lang = escape_text(card.title), card.lang
    date = machine_date(card.date)
    source, section, rights = escape_text(card.source), escape_text(card.section), escape_text(details.rights)
    url = escape_text(absolute(card.path, site.url)) if site.url else ""
    tags = [escape_text(thread.term.name) for thread in view.threads if thread.term.kind == "tags"]
    lines = [_SCHEMAS]
    say = lines.append
    if card.summary:
        summary = escape_text(card.summary)
        say(f'<meta name="description" property="og:description" content="{summary}">')
    say(
        f'<meta property="og:type" content="article">\n'
        f'<meta property="og:site_name" content="{escape_text(site.title)}">'
    )
    if url:
        say(f'<meta property="og:url" content="{url}">\n<meta name="DC.identifier" content="{url}">')
        if card.image:
            say(f'<meta property="og:image" content="{escape_text(f"{site.url}/{card.image}")}">')
            if card.image_alt:
                say(f'<meta property="og:image:alt" content="{escape_text(card.image_alt)}">')
    say(
        f'<meta name="DC.type" content="newspaperArticle">\n'
        f'<meta name="DC.title" property="og:title" content="{title}">\n'
        f'<meta name="DC.language" content="{lang}">\n<meta name="citation_title" content="{title}">\n'
        f'<meta name="citation_language" content="{lang}">'
    )
    for author in card.authors:
        name = escape_text(author)
        say(f'<meta name="DC.creator" content="{name}">\n<meta name="citation_author" content="{name}">')
    if date:
        day = date[:10].replace("-", "/")
        say(
            f'<meta name="DC.date" property="article:published_time" content="{date}">\n'
            f'<meta name="PRISM.publicationDate" content="{date}">\n'
            f'<meta name="citation_date" content="{date[:10]}">\n'
            f'<meta name="citation_publication_date" content="{day}">'
        )
    if card.changed != card.date:
        say(f'<meta property="article:modified_time" content="{machine_date(card.changed)}">')
    if source:
        say(f'<meta name="DC.source" content="{source}">\n<meta name="PRISM.publicationName" content="{source}">')
    if section:
        say(f'<meta property="article:section" content="{section}">')
    lines += [f'<meta name="DC.subject" property="article:tag" content="{tag}">' for tag in tags]
    if rights:
        say(f'<meta name="DC.rights" content="{rights}">')
    return lines


def linked_data(view: ArticleView, site: SiteView) -> str:
    """An article as schema.org describes it (NewsArticle), in JSON-LD that can stand within a script element."""
    card, details = view.card, view.details
    url, original = address_of(card, site)
    found: dict[str, Any] = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": card.title}
    if site.url:
        found["url"] = found["mainEntityOfPage"] = url
        found["identifier"] = tag_uri(card.id, site.url)
    if card.date:
        found["datePublished"] = machine_date(card.date)
    if card.changed != card.date:
        found["dateModified"] = machine_date(card.changed)
    found["inLanguage"] = card.lang
    if details.authors:
        found["author"] = [
            _named("Organization" if is_organisation(author.name) else "Person", author.name, author.url)
            for author in details.authors
        ]
    if details.source:
        found["publisher"] = _named("NewsMediaOrganization", details.source.name, details.source.url)
    if details.via:
        found["sourceOrganization"] = _named("Organization", details.via.name, details.via.url)
    if card.image and site.url:
        found["image"] = f"{site.url}/{card.image}"
    if card.section:
        found["articleSection"] = card.section
    keywords = [thread.term.name for thread in view.threads if thread.term.kind == "tags"]
    if keywords:
        found["keywords"] = keywords
    if card.dateline:
        found["dateline"] = card.dateline
    if original or (url and not site.url):
        first = original or url
        found["isBasedOn"] = first
        found["citation"] = {"@type": "NewsArticle", "url": first}
        if card.source:
            found["citation"]["publisher"] = _named("NewsMediaOrganization", card.source, "")
        if site.url:
            found["archivedAt"] = url
    if details.corrections:
        found["correction"] = [
            {"@type": "CorrectionComment", "text": correction.text}
            | ({"datePublished": machine_date(correction.date)} if correction.date else {})
            for correction in details.corrections
        ]
    if details.rights:
        found["copyrightNotice"] = details.rights
    license_ = license_of(view, site)
    if license_:
        found["license"] = license_
    if card.status == "retracted":
        found["creativeWorkStatus"] = "Retracted"
    # What no JSON within a script element may hold as it is (WHATWG HTML, section 4.12.1.3).
    text = _encode(found).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _named(type_: str, name: str, url: str) -> dict[str, str]:
    found = {"@type": type_, "name": name}
    address = web_address(url)
    if address:
        found["url"] = address
    return found


FILTERS: Mapping[str, Callable[..., Any]] = {"described": described}
"""The filters by the names that templates know them by."""
