"""The named values of a record (JSON, or the children of an XML element) → Item.

Agencies call the same thing by few names: ninjs 1 (`versioncreated`, `body_xhtml`), ninjs 2 and 3 (`versionCreated`,
`bodies`), Superdesk, AP and others spell them with other capitals and underscores, which do not count here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from ...article import Image, Related
from .elements import markup_or_text, pixels
from .items import Item, plain
from .topics import is_code

HEADLINES = ("headline", "headlines", "headlinemain", "heading", "hl1", "overskrift", "rubrik", "titel", "tittel")
BODIES = (
    "bodyhtml5", "bodyhtml", "bodyxhtml", "bodyrichtext", "bodymain", "contenthtml", "html", "bodies", "body",
    "content", "articlebody", "fulltext", "story", "bodytext", "contenttext", "text", "brodtext", "maintext",
)  # fmt: skip
SUMMARIES = (
    "abstract", "summary", "leadtext", "ingress", "standfirst", "descriptiontext", "descriptionhtml", "descriptionmain",
    "descriptioncaption", "descriptionxhtml", "descriptions", "description", "subtitle", "subheadline", "lead",
    "caption",
)  # fmt: skip
_PUBLISHED = (
    "firstpublished", "published", "publishdate", "publishedat", "publicationdate", "datepublished", "firstcreated",
    "contentcreated", "pubdate", "created", "createdat", "datetime", "date", "time", "versioncreated",
)  # fmt: skip
_VERSIONED = ("versioncreated", "contentmodified", "modified", "lastmodified", "updated", "updatedat", "datemodified")
_EMBARGO = ("embargoed", "embargoeduntil", "embargo", "embargodate", "embargountil", "utcembargo")
_SUBJECTS = ("subject", "subjects", "keywords", "keyword", "tags", "tag", "iptcsubjects", "subjectkeyword", "topics")
_NAMED = ("person", "people", "organisation", "organisations", "organization", "place", "places", "event", "events")
_SECTIONS = ("section", "category", "anpacategory", "categories", "department", "service", "sector", "desk")
_SOURCES = (
    "infosources", "infosource", "source", "originalsource", "provider", "creditline", "descriptioncreditline",
    "credit", "copyrightholder", "origin", "agency", "publisher",
)  # fmt: skip
_NOTES = ("ednote", "editorialnote", "editornote", "editorsnote", "noteeditor", "tilredaktionen")
_ADDRESSES = ("url", "weburl", "longurl", "link", "canonicalurl", "permalink", "webpageurl", "articleurl")
_IDENTITIES = ("uri", "guid", "newsid", "itemid", "id", "ntbid", "articleid")
_SLUGS = ("slugline", "slug", "strapline", "keywordline")
_STATES = frozenset(
    (
        *("published", "corrected", "killed", "recalled", "unpublished", "spiked", "draft", "scheduled"),
        *("canceled", "cancelled", "withheld", "embargoed", "usable", "withdrawn"),
    )
)
_MARKED_UP = re.compile(r"html|nitf|xml|richtext")

Values = Mapping[str, Any]


def normal(values: Values) -> dict[str, Any]:
    """The values by the plain form of their names: `body_xhtml` and `bodyXhtml` are `bodyxhtml`.

    Those of a system's own (`_id`, `_updated`) are left out. Of two with one name the first that says something counts.
    """
    found: dict[str, Any] = {}
    for key, value in values.items():
        name = str(key)
        if not name.startswith("_") and value not in (None, "", [], {}):
            found.setdefault(re.sub(r"[^a-z0-9]", "", name.lower()), value)
    return found


def has_news(values: Values) -> bool:
    """Whether a record has a field that an item of news has, be it empty of text."""
    names = {re.sub(r"[^a-z0-9]", "", str(key).lower()) for key in values}
    return bool(names & {*HEADLINES, *BODIES, *SUMMARIES}) or any(
        name.startswith(("headline", "body", "description")) for name in names
    )


def item_of(values: Values) -> Item:
    """What a record says."""
    field = normal(values)
    kind = plain_text(field.get("type"))
    picture = kind.lower() in ("picture", "photo", "image", "graphic")
    status, embargoed = _status(field)
    body = _body(field)
    summary = _first(field, SUMMARIES) or next(
        (plain_text(value) for name, value in field.items() if name.startswith("description") and plain_text(value)), ""
    )
    terms = _terms(field.get("usageterms"))
    extra = {
        "usage_terms": terms,
        "urgency": plain_text(field.get("urgency")),
        "genre": _name(field.get("genre") or field.get("genres")),
        "expires": plain_text(field.get("expires") or field.get("expiry")),
    }
    embargo = tuple(
        text for name in _EMBARGO if isinstance(field.get(name), str) and (text := plain_text(field[name]))
    ) or tuple(_scheduled(field))
    image = _own_picture(field, summary) if picture else _lead(field)
    return Item(
        headline=_headline(field),
        titles=tuple(filter(None, (plain_text(field.get("title")), plain_text(field.get("name"))))),
        bylines=tuple(_bylines(field)),
        authors=tuple(_authors(field)),
        dateline=plain_text(field.get("dateline")),
        located=_located(field),
        slugline=_first(field, _SLUGS),
        summary=summary,
        body=body,
        subjects=tuple(name for key in (*_SUBJECTS, *_NAMED) for name in _names(field.get(key))),
        codes=tuple(code for key in _SUBJECTS for code in _codes(field.get(key))),
        section=next((name for key in _SECTIONS if (name := _name(field.get(key))) and not is_code(name)), ""),
        lang=plain_text(field.get("language") or field.get("lang") or field.get("inlanguage")),
        rights=_rights(field),
        source=next(
            (re.sub(r"(?i)^via\s+", "", name).strip(" /") for key in _SOURCES if (name := _name(field.get(key)))), ""
        ),
        published=tuple(text for name in _PUBLISHED if (text := _stamp(field.get(name)))),
        versioned=tuple(text for name in _VERSIONED if (text := _stamp(field.get(name)))),
        embargo=embargo,
        embargoed=embargoed and not embargo,
        status=status,
        version=plain_text(field.get("version")),
        identity=_identity(field),
        source_url=next((text for name in _ADDRESSES if (text := plain_text(field.get(name))).startswith("http")), ""),
        image=image,
        ednotes=tuple(text for name in _NOTES if (text := plain_text(field.get(name)))),
        related=tuple(_related(field)),
        extra={key: value for key, value in extra.items() if value},
    )


def associations(values: Values) -> Iterator[tuple[str, Values]]:
    """The items that go with this one, by name: a mapping (ninjs 1) or a list with names (ninjs 2 and 3)."""
    found = normal(values).get("associations") or normal(values).get("multimedielist") or {}
    pairs = found.items() if isinstance(found, dict) else ((str(n), each) for n, each in enumerate(_list(found), 1))
    for name, each in pairs:
        if isinstance(each, dict):
            yield plain_text(each.get("name")) or str(name), each


def plain_text(value: Any) -> str:
    """A value's text in one line, without markup: of a string, a number, or the first text of a list or a mapping."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return next((text for each in value if (text := plain_text(each))), "")
    if isinstance(value, dict):
        return plain_text(next((value[key] for key in ("value", "name", "#text", "literal") if value.get(key)), ""))
    text = str(value)
    return plain(_without_tags(text) if "<" in text or "&" in text else text)


def _without_tags(text: str) -> str:
    from html import unescape

    text = re.sub(r"</?(?:[A-Za-z][A-Za-z0-9:]*)(?:\s[^<>]*)?/?>", " ", text)
    return unescape(unescape(text)) if "&" in text else text


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _first(field: Values, names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := plain_text(field.get(name)))), "")


def _headline(field: Values) -> str:
    entries = [each for each in _list(field.get("headlines")) if isinstance(each, dict)]
    main = [each for each in entries if plain_text(each.get("role")) in ("main", "headline", "")]
    told = plain_text(main or entries) or _first(field, HEADLINES)
    return told or next(
        (plain_text(v) for name, v in field.items() if name.startswith("headline") and plain_text(v)), ""
    )


def _body(field: Values) -> str:
    """The body's Markdown: marked-up text before plain text, whatever order they come in."""
    marked: list[str] = []
    unmarked: list[str] = []
    names = [*BODIES, *(name for name in field if name.startswith("body") and name not in BODIES)]
    for name in names:
        for each in _list(field.get(name)):
            value = each.get("value") if isinstance(each, dict) else each
            if not isinstance(value, str) or not value.strip():
                continue
            kind = plain_text(each.get("contentType") or each.get("contenttype")) if isinstance(each, dict) else name
            (marked if _MARKED_UP.search(kind) else unmarked).append(value)
    for text in (*marked, *unmarked):
        clean = text.encode("utf-8", "replace").decode()
        if "<nitf" in clean or "<body.content" in clean:
            markdown = _embedded_nitf(clean)
        else:
            markdown = markup_or_text(clean, marked_up=text in marked)
        if markdown:
            return markdown
    return ""


def _embedded_nitf(text: str) -> str:
    from ..nitf import nitf_item
    from ..outcomes import Input, Unreadable
    from .records import records

    try:
        for record in records(Input.from_bytes(text.encode()), ("nitf",)):
            return nitf_item(record.element).body
    except Unreadable:
        pass
    return markup_or_text(text)


def _bylines(field: Values) -> Iterator[str]:
    for name in ("byline", "by", "bylines"):
        for each in _list(field.get(name)):
            if isinstance(each, dict):
                people = normal(each)
                text = plain_text(people.get("byline")) or " ".join(
                    filter(None, (plain_text(people.get("firstname")), plain_text(people.get("lastname"))))
                )
                text = text or plain_text(people.get("name") or people.get("value"))
            else:
                text = plain_text(each)
            if text:
                yield text


def _authors(field: Values) -> Iterator[str]:
    for name in ("authors", "author", "creator", "writer", "reporter", "photographer"):
        for each in _list(field.get(name)):
            role = plain_text(each.get("role")) if isinstance(each, dict) else ""
            text = plain_text(each.get("name") or each.get("byline")) if isinstance(each, dict) else plain_text(each)
            wrote = role.lower() in ("", "writer", "author", "reporter", "journalist")
            if text and wrote and not is_code(text) and (name != "creator" or isinstance(each, dict)):
                yield text


def _located(field: Values) -> str:
    place = field.get("located") or field.get("datelinelocation") or field.get("town") or field.get("location")
    if isinstance(place, dict):
        known = normal(place)
        names = [
            plain_text(known.get(key)) for key in ("city", "name", "state", "countryareaname", "country", "countryname")
        ]
        return ", ".join(dict.fromkeys(filter(None, names)))
    return plain_text(place)


def _name(value: Any) -> str:
    return next(iter(_names(value)), "")


def _names(value: Any) -> Iterator[str]:
    """The names in a list of concepts, of texts, or in a text that lists them."""
    for each in _list(value):
        if isinstance(each, dict):
            inner = normal(each)
            text = plain_text(inner.get("name") or inner.get("value") or inner.get("label") or inner.get("literal"))
            if text:
                yield text
            else:
                for child in inner.values():
                    if isinstance(child, list | dict):
                        yield from _names(child)
        elif isinstance(each, str):
            yield from filter(None, map(str.strip, re.split(r"[;|]|,\s", plain_text(each))))


def _codes(value: Any) -> Iterator[str]:
    for each in _list(value):
        if isinstance(each, dict) and not plain_text(each.get("name")):
            yield plain_text(each.get("code") or each.get("qcode") or each.get("uri") or each.get("literal"))


def _terms(value: Any) -> str:
    return " ".join(filter(None, (plain_text(each) for each in _list(value))))


def _rights(field: Values) -> tuple[str, ...]:
    notice = plain_text(field.get("copyrightnotice") or field.get("copyright") or field.get("rights"))
    rights = field.get("rightsinfo")
    if not notice and isinstance(rights, dict):
        inner = normal(rights)
        notice = plain_text(inner.get("copyrightnotice")) or plain_text(inner.get("linkedrights"))
    holder = plain_text(field.get("copyrightholder"))
    return (notice,) if notice else (f"© {holder}",) if holder else ()


def _stamp(value: Any) -> str:
    return plain_text(value) if isinstance(value, str) else ""


def _status(field: Values) -> tuple[str, bool]:
    """The publishing status, and whether an embargo is said to hold without a time."""
    flags = field.get("flags")
    if isinstance(flags, dict) and flags.get("marked_for_not_publication") is True:
        return "withheld", False
    if plain_text(field.get("annuleret")).lower() == "true":
        return "canceled", False
    state = plain_text(field.get("state") or field.get("status")).lower()
    status = plain_text(field.get("pubstatus"))
    if state in _STATES and (not status or status.lower() == "usable"):
        status = state
    return status, any(field.get(name) is True or plain_text(field.get(name)).lower() == "true" for name in _EMBARGO)


def _scheduled(field: Values) -> Iterator[str]:
    settings = field.get("schedulesettings")
    if isinstance(settings, dict) and plain_text(settings.get("utc_embargo")):
        yield plain_text(settings["utc_embargo"])


def _identity(field: Values) -> str:
    """What the item is called in all its versions: a URI without the query that only grants access to it."""
    found = next((text for name in _IDENTITIES if (text := plain_text(field.get(name)))), "")
    if found.startswith(("http://", "https://")):
        try:
            query = urlsplit(found).query
        except ValueError:
            return found
        if re.search(r"(?:^|&)(?:et|qt|token|sig|signature|expires)=", query):
            return found.partition("?")[0]
    return found


def _renditions(field: Values) -> Iterator[Values]:
    found = field.get("renditions") or field.get("remotecontent") or {}
    for each in found.values() if isinstance(found, dict) else _list(found):
        if isinstance(each, dict):
            yield normal(each)


def _own_picture(field: Values, caption: str) -> Image | None:
    """The picture that an item is: the largest of its renditions that a browser shows."""
    best, widest = "", -1
    for rendition in _renditions(field):
        target = plain_text(rendition.get("href") or rendition.get("url") or rendition.get("media"))
        mime = plain_text(rendition.get("mimetype") or rendition.get("contenttype") or rendition.get("type"))
        if not target or ("/" in mime and not mime.startswith("image/")) or mime in ("image/tiff", "text"):
            continue
        width = pixels(rendition.get("width"))
        if width > widest:
            best, widest = target, width
    best = best or plain_text(field.get("href") or field.get("url") or field.get("src") or field.get("imageurl"))
    if not best:
        return None
    credit = [
        text
        for name in ("byline", "by", "photographer", "creditline", "credit", "source")
        if (text := _name(field.get(name)) or plain_text(field.get(name)))
    ]
    title = _headline(field) or plain_text(field.get("title"))
    alt = plain_text(field.get("alttext") or field.get("alternatetext")) or title
    return Image(best, alt, caption, " / ".join(dict.fromkeys(credit[:2])))


def _lead(field: Values) -> Image | None:
    """The first picture that goes with an item: that which is called the feature or the main one, if any."""
    found: list[tuple[bool, Image]] = []
    for name, each in associations({"associations": field.get("associations") or field.get("multimedielist")}):
        inner = normal(each)
        kind = plain_text(inner.get("type")).lower()
        image = (
            _own_picture(inner, _first(inner, SUMMARIES))
            if kind in ("picture", "photo", "image", "graphic", "")
            else None
        )
        if image is not None:
            found.append((name.lower().startswith(("feature", "main")), image))
    for name in ("image", "images", "picture", "pictures", "photo", "mainimage"):
        for each in _list(field.get(name)):
            inner = normal(each) if isinstance(each, dict) else {"url": plain_text(each)}
            for candidate in (
                inner,
                *(normal(child) for value in inner.values() for child in _list(value) if isinstance(child, dict)),
            ):
                image = _own_picture(candidate, _first(candidate, SUMMARIES))
                if image is not None and image.src.startswith(("http://", "https://")):
                    found.append((False, image))
    return next((image for _, image in sorted(found, key=lambda pair: not pair[0])), None)


def _related(field: Values) -> Iterator[Related]:
    for _, each in associations({"associations": field.get("associations")}):
        inner = normal(each)
        if plain_text(inner.get("type")).lower() in ("text", "composite"):
            url = next((text for name in _ADDRESSES if (text := plain_text(inner.get(name))).startswith("http")), "")
            yield Related(_headline(inner) or plain_text(inner.get("title")), url)
