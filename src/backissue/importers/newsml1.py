"""NewsML 1.x → articles: one for every NewsItem, with its pictures and their captions.

Standard: IPTC NewsML 1.2 (https://iptc.org/standards/newsml-1/). Names are matched whatever their namespace. The text
of a NewsItem is what its ContentItems hold: NITF, XHTML or plain text; those that caption a picture go with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..article import Image
from .agency.elements import XML_LANG, each, find, in_language, markup_or_text, pixels, text_at, text_of, texts_at
from .agency.items import Item, outcome, plain
from .agency.nitfbody import body_of
from .agency.pictures import with_pictures
from .agency.records import Record, head_text, records, root_of
from .nitf import nitf_item
from .outcomes import Input, Outcome, Settings

FORMAT = "newsml1"
TITLE = "NewsML 1.x"
VERSION = 1
MAX_BYTES = 0


def recognises(head: bytes) -> int:
    """Certain where the root is `NewsML`; likely where a NewsItem or a NewsML stands further down."""
    root = root_of(head)
    if root is None:
        return 0
    if root.name == "NewsML":
        return 95
    return 70 if root.name == "NewsItem" else 55 if "<NewsML" in head_text(head) and root.name != "html" else 0


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """An article for every NewsItem."""
    for number, record in enumerate(records(source, ("NewsItem",)), 1):
        item = _item(record)
        yield with_pictures(outcome(item, item.identity or f"item {number}", settings), source)


def _item(record: Record) -> Item:
    item = record.element
    identifier = find(item, "Identification/NewsIdentifier")
    management = find(item, "NewsManagement")
    main = find(item, "NewsComponent")
    lang = _language(item, main)
    names = _topics(item, lang)
    components = list(_components(main))
    pictures = {
        plain(part.get("Duid") or part.get("Euid")) or f"component {number}": image
        for number, part in enumerate(components)
        if (image := _picture(part)) is not None
    }
    told = [part for part in components if not _belongs_to_picture(part)]
    lines = [line for part in told for line in each(part, "NewsLines")]
    texts, lead, embedded = _texts(told, pictures)
    described = [one for part in told for one in each(part, "DescriptiveMetadata")]
    subjects, codes = _subjects(described, names)
    administrative = [one for part in told for one in each(part, "AdministrativeMetadata")]
    base, revision = _identity(identifier)
    notes = (*record.notes, *embedded.notes)
    location = _location(described)
    return Item(
        headline=_line(lines, "HeadLine", lang) or embedded.headline,
        titles=tuple(filter(None, (_line(lines, "Title", lang), *embedded.titles))),
        bylines=tuple(line for one in lines for line in texts_at(one, "ByLine"))
        or embedded.bylines
        or _creators(administrative),
        dateline=_line(lines, "DateLine", lang) or embedded.dateline,
        located=location or embedded.located,
        slugline=_line(lines, "SlugLine", lang) or text_at(item, "Identification/NameLabel") or embedded.slugline,
        summary=_line(lines, "SubHeadLine", lang) or embedded.summary,
        body="\n\n".join(texts),
        subjects=(*subjects, *embedded.subjects),
        codes=(*codes, *embedded.codes),
        section=embedded.section,
        lang=lang or embedded.lang,
        rights=(*(line for one in lines for line in texts_at(one, "CopyrightLine")), *_rights(told)) or embedded.rights,
        source=_source(administrative, lines) or embedded.source,
        published=(text_at(management, "FirstCreated"), text_at(identifier, "DateId"), *embedded.published),
        versioned=(text_at(management, "ThisRevisionCreated"),),
        embargo=_embargo(management),
        status=_formal(find(management, "Status")),
        version=revision,
        identity=base,
        image=lead or next(iter(pictures.values()), None),
        ednotes=(*_advice(lines), *texts_at(main, "Comment"), *embedded.ednotes),
        notes=notes,
        extra={
            key: value
            for key, value in (
                ("urgency", _formal(find(management, "Urgency"))),
                ("keyword_line", "; ".join(line for one in lines for line in texts_at(one, "KeywordLine"))),
            )
            if value
        },
    )


def _formal(element: Any) -> str:
    return "" if element is None else plain(element.get("FormalName")) or text_of(element)


def _components(main: Any) -> Iterator[Any]:
    if main is None:
        return
    yield main
    for child in each(main, "NewsComponent"):
        yield from _components(child)


def _language(item: Any, main: Any) -> str:
    for part in _components(main):
        code = _formal(find(part, "DescriptiveMetadata/Language"))
        if code:
            return code
    lines = list(each(main, "NewsLines/HeadLine"))
    return plain(item.get(XML_LANG)) or next((plain(line.get(XML_LANG)) for line in lines), "")


def _line(lines: list[Any], name: str, lang: str) -> str:
    """A line of the first component that has one, in the text's language."""
    for one in lines:
        found = [line for line in each(one, name) if text_of(line)]
        if found:
            return text_of(in_language(found, lang)[0])
    return ""


def _kinds(component: Any) -> set[str]:
    """The media types that a component's own content items have, in small letters."""
    kinds = set()
    for content in each(component, "ContentItem"):
        mime = _formal(find(content, "MimeType")).partition("/")[0]
        kinds.add((_formal(find(content, "MediaType")) or mime or "text").lower())
    return kinds


_PICTURES = {"photo", "image", "picture", "graphic"}


def _role(component: Any) -> str:
    return _formal(find(component, "Role")).lower()


def _belongs_to_picture(component: Any) -> bool:
    """Whether a component is a picture, a rendition of one or its caption, below the story that it goes with."""
    around = [component, *component.iterancestors("NewsComponent")][:-1]
    return any("caption" in _role(one) or (_kinds(one) & _PICTURES) or _is_picture(one) for one in around)


def _is_picture(component: Any) -> bool:
    """Whether all the content below a component is renditions of a picture, and their captions."""
    kinds = [(kind, _role(part)) for part in _components(component) for kind in _kinds(part)]
    return any(kind in _PICTURES for kind, _ in kinds) and all(
        kind in _PICTURES or "caption" in role for kind, role in kinds
    )


def _picture(component: Any) -> Image | None:
    """The picture that a component holds: its largest rendition, with caption and credit."""
    nested = list(each(component, "NewsComponent"))
    if not _is_picture(component):
        return None
    parent = component.getparent()
    if parent is not None and parent.tag == "NewsComponent" and _is_picture(parent):
        return None
    best, widest = "", -1
    for content in component.iter("ContentItem"):
        if not plain(content.get("Href")) or "pdf" in _formal(find(content, "MimeType")):
            continue
        properties = {
            plain(one.get("FormalName")).lower(): one.get("Value") for one in each(content, "Characteristics/Property")
        }
        width = pixels(properties.get("width"))
        if width > widest:
            best, widest = plain(content.get("Href")), width
    if not best:
        return None
    captions = [part for part in (component, *nested) if "caption" in _role(part)]
    caption = next(
        (text for part in captions for one in each(part, "ContentItem/DataContent") if (text := text_of(one))), ""
    )
    lines = [line for part in _components(component) for line in each(part, "NewsLines")]
    title = next((text for line in lines if (text := text_at(line, "HeadLine"))), "")
    credit = [text for line in lines for name in ("ByLine", "CreditLine") if (text := text_at(line, name))]
    return Image(best, title, caption or title, " / ".join(dict.fromkeys(credit)))


def _texts(told: list[Any], pictures: dict[str, Image]) -> tuple[list[str], Image | None, Item]:
    """The Markdown of all text, the first picture in it, and what NITF inside it says of itself."""
    texts: list[str] = []
    lead: Image | None = None
    embedded = Item()
    for component in told:
        for content in each(component, "ContentItem"):
            data = find(content, "DataContent")
            if data is None:
                continue
            kind = _formal(find(content, "MediaType")).lower() or _formal(find(content, "MimeType")).partition("/")[0]
            if kind not in ("", "text", "application", "complexdata"):
                continue
            nitf = next(data.iter("nitf"), None)
            if nitf is not None:
                found = nitf_item(nitf, pictures)
                text, image = found.body, found.image
                embedded = embedded if texts else found
            elif len(data):
                text, image = body_of(data, pictures)
            else:
                text, image = markup_or_text(data.text or ""), None
            if text and texts and (title := text_at(component, "NewsLines/HeadLine")):
                texts.append(f"## {markup_or_text(title)}")
            if text and text not in texts:
                texts.append(text)
            lead = lead or image
    return texts, lead, embedded


def _topics(item: Any, lang: str) -> dict[str, str]:
    """Names of the topics that the item itself describes, by their codes."""
    names = {}
    for topic in item.iter("Topic"):
        described = [one for one in each(topic, "Description") if plain(one.get("Variant")).lower() in ("", "name")]
        chosen = in_language(described, lang)
        if chosen and text_at(topic, "FormalName"):
            names[text_at(topic, "FormalName")] = text_of(chosen[0])
    return names


def _subjects(described: list[Any], names: dict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    subjects, codes = [], []
    for one in described:
        for code in each(one, "SubjectCode"):
            for part in code:
                formal = _formal(part) if isinstance(part.tag, str) else ""
                if formal in names:
                    subjects.append(names[formal])
                elif formal:
                    codes.append(formal)
        subjects.extend(
            plain(part.get("Value"))
            for part in each(one, "Property")
            if plain(part.get("FormalName")).lower() in ("keyword", "keywords", "tag")
        )
        subjects.extend(texts_at(one, "Keyword"))
    return tuple(filter(None, subjects)), tuple(codes)


def _location(described: list[Any]) -> str:
    for one in described:
        for place in (*each(one, "Location"), one):
            parts = {
                plain(part.get("FormalName")).lower(): plain(part.get("Value")) for part in each(place, "Property")
            }
            named = [parts[name] for name in ("city", "area", "countryname") if parts.get(name)]
            if named:
                return ", ".join(dict.fromkeys(named))
            if parts.get("country"):
                return parts["country"]
    return ""


def _party(administrative: list[Any], name: str) -> str:
    for one in administrative:
        for party in each(one, f"{name}/Party"):
            if _formal(party):
                return _formal(party)
    return ""


def _source(administrative: list[Any], lines: list[Any]) -> str:
    source, provider = _party(administrative, "Source"), _party(administrative, "Provider")
    return source or provider or next((text for one in lines if (text := text_at(one, "CreditLine"))), "")


def _creators(administrative: list[Any]) -> tuple[str, ...]:
    return tuple(
        name
        for one in administrative
        for party in each(one, "Creator/Party")
        if " " in (name := _formal(party)) and plain(one.tag)
    )


def _rights(told: list[Any]) -> Iterator[str]:
    for part in told:
        for one in each(part, "RightsMetadata/UsageRights"):
            yield from texts_at(one, "Limitations")


def _advice(lines: list[Any]) -> Iterator[str]:
    for one in lines:
        for line in each(one, "NewsLine"):
            yield from texts_at(line, "NewsLineText")


def _embargo(management: Any) -> tuple[str, ...]:
    for change in each(management, "StatusWillChange"):
        if _formal(find(change, "FutureStatus")).lower() in ("usable", ""):
            return (text_at(change, "DateAndTime"),)
    return ()


def _identity(identifier: Any) -> tuple[str, str]:
    """What the item is called whatever its revision, and its revision."""
    public, revision = text_at(identifier, "PublicIdentifier"), text_at(identifier, "RevisionId")
    for ending in (f":{revision}N", f":{revision}U", f":{revision}A", f":{revision}"):
        if revision and public.endswith(ending):
            return public.removesuffix(ending), revision
    if public:
        return public, revision
    parts = [text_at(identifier, name) for name in ("ProviderId", "DateId", "NewsItemId")]
    return (f"urn:newsml:{':'.join(parts)}" if parts[2] else "", revision)
