"""NITF 3.x → articles: a file of its own, or the part of another format that `nitf_item` is given.

Standard: IPTC NITF 3.6 (https://iptc.org/standards/nitf/). Dates are ISO 8601 in the basic format; `date.release` later
than `date.issue` is an embargo.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

import msgspec

from ..article import Image
from .agency.elements import each, find, in_language, text_at, text_of, texts_at
from .agency.items import Item, outcome, plain
from .agency.nitfbody import body_of
from .agency.pictures import with_pictures
from .agency.records import head_text, records, root_of
from .agency.timestamps import parse_timestamp
from .outcomes import Input, Outcome, Settings

FORMAT = "nitf"
TITLE = "NITF"
VERSION = 1
MAX_BYTES = 0


def recognises(head: bytes) -> int:
    """Certain where the root is `nitf`; likely where one stands further down."""
    root = root_of(head)
    if root is None:
        return 0
    if root.name == "nitf":
        return 95
    return 50 if root.name not in ("rss", "feed", "RDF", "html") and "<nitf" in head_text(head) else 0


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """An article for every `nitf` element."""
    for number, record in enumerate(records(source, ("nitf",)), 1):
        item = nitf_item(record.element)
        item = msgspec.structs.replace(item, notes=(*record.notes, *item.notes))
        yield with_pictures(outcome(item, item.identity or f"item {number}", settings), source)


def nitf_item(nitf: Any, pictures: Mapping[str, Image] | None = None) -> Item:
    """What a `nitf` element says. The element is changed: it is not to be used after."""
    head, body = find(nitf, "head"), find(nitf, "body")
    docdata = find(head, "docdata")
    top = find(body, "body.head")
    lang = (body.get("lang") if body is not None else "") or nitf.get("baselang") or nitf.get("lang") or ""
    titles = [text_at(head, "title")]
    headlines = [*each(top, "hedline/hl1"), *each(top, "headline/hl1")] or [
        *each(top, "hedline"),
        *each(top, "headline"),
    ]
    headline = next((text for line in in_language(headlines, lang) if (text := text_of(line))), "")
    second = [text for line in each(top, "hedline/hl2") if (text := text_of(line)) and text != headline]
    issued, released = _norm(docdata, "date.issue"), _norm(docdata, "date.release")
    codes, subjects = _subjects(head)
    text, image = _text(body, nitf, pictures)
    dateline = find(top, "dateline")
    located = _place(find(dateline, "location")) or _event_place(docdata)
    fields = {
        "subheadline": " ".join(second),
        "expires": _norm(docdata, "date.expire"),
        "urgency": (element.get("ed-urg") or "") if (element := find(docdata, "urgency")) is not None else "",
    }
    return Item(
        headline=headline,
        titles=tuple(titles),
        bylines=_bylines(top),
        dateline=_dateline(dateline),
        located=located,
        slugline=_slugline(head, docdata),
        summary="\n\n".join(_abstract(top)),
        body=text,
        subjects=subjects,
        codes=codes,
        section=next((name for one in each(head, "tobject/tobject.subject") if (name := _type(one))), ""),
        lang=lang,
        rights=_rights(docdata, top),
        source=_source(docdata, top) or _named_source(head),
        published=tuple(
            filter(None, (issued, _attribute(find(head, "pubdata"), "date.publication"), _story_date(dateline)))
        ),
        versioned=_revised(head, docdata),
        embargo=(released,) if _later(released, issued) else (),
        status=_attribute(docdata, "management-status"),
        version=_attribute(find(docdata, "du-key"), "version"),
        identity=_attribute(find(docdata, "doc-id"), "id-string"),
        image=image,
        ednotes=tuple(
            filter(
                None, (*(plain(note.get("info")) or text_of(note) for note in each(docdata, "ed-msg")), *_notes(top))
            )
        ),
        corrections=tuple(filter(None, (plain(note.get("info")) for note in each(docdata, "correction")))),
        extra={key: value for key, value in fields.items() if value},
    )


def _attribute(element: Any, name: str) -> str:
    return "" if element is None else plain(element.get(name))


def _norm(docdata: Any, name: str) -> str:
    return _attribute(find(docdata, name), "norm") or text_at(docdata, name)


def _later(released: str, issued: str) -> bool:
    """Whether a text was sent before it may be published; a release that can't be read says nothing."""
    release, issue = parse_timestamp(released, UTC), parse_timestamp(issued, UTC)
    return release is not None and (issue is None or release.sort_key > issue.sort_key)


def _type(subject: Any) -> str:
    """The widest name of a subject that is given by all its names (not by the finest alone)."""
    return plain(subject.get("tobject.subject.type")) if subject.get("tobject.subject.matter") else ""


def _subjects(head: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    codes, names = [], []
    for subject in each(head, "tobject/tobject.subject"):
        name = next(
            (
                found
                for part in ("detail", "matter", "type")
                if (found := plain(subject.get(f"tobject.subject.{part}")))
            ),
            "",
        )
        if name:
            names.append(name)
        else:
            codes.append(_attribute(subject, "tobject.subject.refnum") or _attribute(subject, "tobject.subject.code"))
    docdata = find(head, "docdata")
    names.extend(plain(keyword.get("key")) or text_of(keyword) for keyword in each(docdata, "key-list/keyword"))
    names.extend(
        plain(subject.get("value"))
        for subject in each(docdata, "identified-content/classifier")
        if subject.get("type") in ("subject", "keyword")
    )
    return tuple(filter(None, codes)), tuple(filter(None, names))


def _bylines(top: Any) -> tuple[str, ...]:
    """Every byline; where persons are marked, they alone, for what stands beside them is who they work for."""
    lines: list[str] = []
    for byline in each(top, "byline"):
        people = texts_at(byline, "person")
        for title in list(each(byline, "byttl")):
            title.text = f", {plain(title.text).lstrip(', ')}" if plain(byline.text) else title.text
        lines.extend(people or [text_of(byline).replace(" ,", ",").replace(",,", ",")])
    return tuple(filter(None, lines))


def _dateline(dateline: Any) -> str:
    if dateline is None:
        return ""
    location = find(dateline, "location")
    if location is not None and len(location):
        return _place(location)
    for date in list(each(dateline, "story.date")):
        date.text = "" if date.get("norm") else date.text
    return text_of(dateline)


def _place(location: Any) -> str:
    if location is None:
        return ""
    names = [text_of(part) for part in location if isinstance(part.tag, str)]
    return ", ".join(dict.fromkeys(filter(None, [plain(location.text), *names])))


def _event_place(docdata: Any) -> str:
    place = find(docdata, "evloc")
    if place is None:
        return ""
    parts = (plain(place.get(name)) for name in ("city", "state-prov", "county-dist", "iso-cc"))
    return ", ".join(dict.fromkeys(filter(None, parts)))


def _story_date(dateline: Any) -> str:
    return _attribute(find(dateline, "story.date"), "norm")


def _slugline(head: Any, docdata: Any) -> str:
    named = {plain(meta.get("name")).lower(): plain(meta.get("content")) for meta in each(head, "meta")}
    for name in ("slugline", "slug", "anpa-keyword", "ntbstikkord", "keyword"):
        if named.get(name):
            return named[name]
    return _attribute(find(docdata, "fixture"), "fix-id") or _attribute(find(docdata, "du-key"), "key")


def _abstract(top: Any) -> list[str]:
    abstract = find(top, "abstract")
    if abstract is None:
        return []
    return list(filter(None, (text_of(part) for part in abstract))) or list(filter(None, [text_of(abstract)]))


def _rights(docdata: Any, top: Any) -> tuple[str, ...]:
    copyrights = [
        " ".join(filter(None, ("©", plain(each_.get("year")), plain(each_.get("holder")))))
        for each_ in each(docdata, "doc.copyright")
        if plain(each_.get("holder"))
    ]
    return (*copyrights, *texts_at(top, "rights"))


def _source(docdata: Any, top: Any) -> str:
    for element, name in (
        (find(docdata, "del-list/from-src"), "src-name"),
        (find(docdata, "doc-id"), "regsrc"),
        (find(docdata, "doc.copyright"), "holder"),
        (find(docdata, "doc.rights"), "owner"),
    ):
        if element is find(docdata, "del-list/from-src") and text_at(top, "distributor"):
            return text_at(top, "distributor")
        if _attribute(element, name):
            return _attribute(element, name)
    return text_at(top, "distributor") or text_at(top, "rights/rights.owner")


def _named_source(head: Any) -> str:
    """The source as `meta` gives it (`aap-source`), where nothing in NITF's own terms does."""
    for meta in each(head, "meta"):
        name = plain(meta.get("name")).lower()
        if name == "source" or (name.endswith("-source") and "original" not in name):
            return plain(meta.get("content"))
    return ""


def _revised(head: Any, docdata: Any) -> tuple[str, ...]:
    revisions = [_attribute(one, "norm") for parent in (head, docdata) for one in each(parent, "revision-history")]
    return tuple(sorted(filter(None, revisions), reverse=True)[:1])


def _notes(top: Any) -> tuple[str, ...]:
    return tuple(text_of(note) for note in each(top, "note"))


def _text(body: Any, nitf: Any, pictures: Mapping[str, Image] | None) -> tuple[str, Image | None]:
    parts: list[str] = []
    lead: Image | None = None
    places = [*each(body, "body.content"), *each(body, "body.end")]
    if not places and body is not None and find(body, "body.head") is None:
        places = [body]
    if not places and body is None and find(nitf, "head") is None:
        places = [nitf]
    for place in places:
        markdown, image = body_of(place, pictures)
        parts.append(markdown)
        lead = lead or image
    return "\n\n".join(filter(None, parts)), lead
