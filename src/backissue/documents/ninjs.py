"""An article's JSON twin: an item of IPTC's ninjs, version 3.0.

Its links lead from where it lies, beside the article's page. ninjs knows instants only: a date that is known to the
day becomes the day's first instant in UTC, one that is known less well is left out. The date as it is known stands
among the `altIds` (role `edtf`), with the page's address (`page`), the original's (`original`) and the publisher's own
name for the article (`publisher`).
"""

from __future__ import annotations

from typing import Any

import msgspec

from ..citing import is_organisation
from ..dates import Date
from ..metadata import license_of
from ..phrases import absolute, moment, plain_address, tag_uri, web_address
from ..views import ArticleView, SiteView
from . import Surroundings

NAME = "ninjs.json"
VIEW = ArticleView
DEPENDS_ON = ("program", "site", "markdown")

_STANDARD = {"name": "ninjs", "version": "3.0", "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json"}
_encode = msgspec.json.Encoder().encode


def render(view: ArticleView, surroundings: Surroundings) -> bytes:
    """The item in UTF-8. A withdrawn article's says that it is canceled, and no more."""
    site = surroundings.site
    card = view.card
    item: dict[str, Any] = {"uri": tag_uri(card.id, site.url), "standard": _STANDARD, "type": "text"}
    if card.status == "withdrawn":
        item["pubStatus"] = "canceled"
    else:
        item |= _about(view, site)
        html = surroundings.body(view, surroundings.root)
        item["bodies"] = [{"role": "main", "contentType": "text/html", "value": html}]
    return _encode(item) + b"\n"


def _about(view: ArticleView, site: SiteView) -> dict[str, Any]:
    card, details = view.card, view.details
    original = web_address(card.source_url)
    found: dict[str, Any] = {
        "representationType": "full",
        "pubStatus": "usable" if card.status == "published" else "canceled",
        "language": card.lang,
        "headlines": [{"role": "main", "contentType": "text/plain", "value": card.title}],
    }
    if details.version:
        found["version"] = details.version
    if len(card.date) >= 10:
        found["firstCreated"] = moment(card.date)
    if len(card.changed) >= 10:
        found["versionCreated"] = moment(card.changed)
    if card.summary:
        found["descriptions"] = [{"role": "summary", "contentType": "text/plain", "value": card.summary}]
    if card.authors:
        found["by"] = ", ".join(card.authors)
        for author in details.authors:
            kind = "organisations" if is_organisation(author.name) else "people"
            found.setdefault(kind, []).append(_named(author.name, author.url, rel="author"))
    if card.dateline:
        found["located"] = card.dateline
    sources = []
    if details.source:
        sources.append(_named(details.source.name, details.source.url, role="publisher"))
    if details.via:
        sources.append(_named(details.via.name, details.via.url, role="distributor"))
    if sources:
        found["infoSources"] = sources
    subjects = [
        _named(thread.term.name, absolute(thread.term.path, site.url) if site.url else "", rel=rel)
        for thread in view.threads
        if (rel := {"tags": "about", "sections": "section"}.get(thread.term.kind))
    ]
    if subjects:
        found["subjects"] = subjects
    if details.corrections:
        notes = [f"Correction{_of(correction.date)}: {correction.text}" for correction in details.corrections]
        found["edNote"] = "\n".join(["Retracted.", *notes] if card.status == "retracted" else notes)
    elif card.status == "retracted":
        found["edNote"] = "Retracted."
    if details.rights:
        found["copyrightNotice"] = details.rights
    license_ = plain_address(license_of(view, site))
    if license_:
        found["rightsInfo"] = {"linkedRights": license_}
    if card.image and site.url and details.image:
        found["associations"] = [_picture(view, f"{site.url}/{card.image}")]
    names = {
        "edtf": card.date,
        "page": absolute(card.path, site.url) if site.url else "",
        "original": original,
        "publisher": details.provenance.identity if details.provenance else "",
    }
    known = [{"role": role, "value": value} for role, value in names.items() if value]
    if known:
        found["altIds"] = known
    return found


def _named(name: str, url: str, **other: str) -> dict[str, str]:
    found = {"name": name, **other}
    address = plain_address(url)
    if address:
        found["uri"] = address
    return found


def _of(date: Date | None) -> str:
    return f" of {date.edtf}" if date else ""


def _picture(view: ArticleView, url: str) -> dict[str, Any]:
    image = view.details.image
    found: dict[str, Any] = {
        "name": "lead",
        "uri": url,
        "type": "picture",
        "renditions": [{"name": "web", "href": url}],
    }
    if image is None:
        return found
    texts = {"alt": image.alt, "caption": image.caption}
    shown = [{"role": role, "contentType": "text/plain", "value": text} for role, text in texts.items() if text]
    if shown:
        found["descriptions"] = shown
    if image.credit:
        found["by"] = image.credit
    return found
