"""NewsML-G2 → articles: one for every newsItem, and for every packageItem that has a headline.

Standard: IPTC NewsML-G2 2.x (https://iptc.org/standards/newsml-g2/). Names are matched whatever their namespace, for
many agencies leave it out. Concepts, knowledge, catalogues and plans hold no news text and are rejected, each with its
reason. A newsMessage of any size is read item by item.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..article import Image, Related
from .agency.elements import XML_LANG, each, find, in_language, markup_or_text, pixels, text_at, text_of, texts_at
from .agency.items import Item, outcome, plain
from .agency.nitfbody import body_of
from .agency.pictures import with_pictures
from .agency.records import Record, head_text, records, root_of
from .nitf import nitf_item
from .outcomes import Input, Outcome, Rejected, Settings

FORMAT = "newsml-g2"
TITLE = "NewsML-G2"
VERSION = 1
MAX_BYTES = 0

_NAMESPACE = "http://iptc.org/std/nar/2006-10-01/"
_WITHOUT_NEWS = {
    "conceptItem": "a concept (a description of a person, place or subject), which holds no news text",
    "knowledgeItem": "knowledge (a controlled vocabulary), which holds no news text",
    "planningItem": "a plan for coverage, which holds no news text",
    "catalogItem": "a catalogue of vocabularies, which holds no news text",
    "groupSet": "a part of a package: it lists items, which are not in it",
    "contentMeta": "the description of content, without the content",
    "itemMeta": "the description of an item, without the item",
}
_ITEMS = ("newsItem", "packageItem", *_WITHOUT_NEWS, "contentSet")


def recognises(head: bytes) -> int:
    """Certain where the root is of NewsML-G2's namespace; likely where its items stand further down."""
    root = root_of(head)
    if root is None:
        return 0
    if root.name == "newsMessage" or root.name in _ITEMS:
        return 95 if root.namespace == _NAMESPACE else 85
    inside = head_text(head)
    return 60 if root.name not in ("html", "nitf") and _NAMESPACE in inside and "Item" in inside else 0


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """An outcome for every item, in the order of the message."""
    for number, record in enumerate(records(source, _ITEMS), 1):
        element = record.element
        place = plain(element.get("guid")) or f"item {number}"
        if element.tag in _WITHOUT_NEWS:
            yield Rejected(place=place, reason=_WITHOUT_NEWS[element.tag])
            continue
        empty = _why_empty(element)
        found = outcome(_item(record), place, settings)
        if isinstance(found, Rejected) and empty:
            found = Rejected(place=place, reason=empty)
        yield with_pictures(found, source)


def _why_empty(element: Any) -> str:
    if element.tag == "packageItem":
        number = sum(1 for _ in element.iter("itemRef"))
        return f"a package without a headline: the {number} items that it lists are articles of their own"
    for name in ("events", "event", "concept", "sports-content"):
        if next(element.iter(name), None) is not None:
            return f"no headline and no text: its content is data ({name})"
    return ""


def _item(record: Record) -> Item:
    item = record.element
    meta, content = find(item, "itemMeta"), find(item, "contentMeta")
    lang = _language(item, content)
    texts, lead, embedded = _content(item)
    subjects, codes = _subjects(content, lang)
    credit = _first_text(content, "creditline", lang)
    package = item.tag == "packageItem"
    related = (*_links(meta), *(_references(item) if package else ()))
    public, private = _notes(meta)
    headlines = _headlines(content, lang)
    summary = _description(content, lang)
    picture = _picture(item, content, summary, lang)
    signal = {_qcode(one).casefold() for one in each(meta, "signal")}
    genre = [name for one in each(content, "genre") if (name := _named(one, lang))]
    extra = {
        "subheadline": " ".join(headlines[1:]),
        "genre": genre[0] if genre else "",
        "urgency": text_at(content, "urgency"),
        "expires": next((text_of(one) for one in each(item, "rightsInfo/scope/expires")), ""),
        "usage_terms": " ".join(_in(item, "rightsInfo/usageTerms", lang)),
    }
    corrected = bool({"correction", "correctn", "corrected"} & signal) and bool(public)
    return Item(
        headline=(headlines or [embedded.headline])[0],
        titles=(_first_text(meta, "title", lang), *embedded.titles),
        bylines=tuple(_in(content, "by", lang)) or embedded.bylines or tuple(_in(content, "byline", lang)),
        authors=() if texts_at(content, "by") or embedded.bylines else _creators(content, lang),
        dateline=_first_text(content, "dateline", lang) or embedded.dateline,
        located=_place(find(content, "located"), lang) or embedded.located,
        slugline=_first_text(content, "slugline", lang) or embedded.slugline,
        summary=summary or embedded.summary,
        body="\n\n".join(texts),
        subjects=(*subjects, *embedded.subjects),
        codes=(*codes, *embedded.codes),
        section=_section(meta, content, lang) or embedded.section,
        lang=lang or embedded.lang,
        rights=_rights(item, lang) or embedded.rights,
        source=_source(meta, content, credit, lang) or embedded.source,
        published=_stamps(meta, content, "firstCreated", "contentCreated") or _stamps(meta, content, "versionCreated"),
        versioned=_stamps(meta, content, "versionCreated", "contentModified"),
        embargo=texts_at(meta, "embargoed"),
        embargoed=_open_embargo(meta, public),
        status=_qcode(find(meta, "pubStatus")) or embedded.status,
        version=plain(item.get("version")),
        identity=plain(item.get("guid")) or embedded.identity,
        image=picture or lead,
        ednotes=(*(() if corrected else public), *embedded.ednotes),
        corrections=public if corrected else embedded.corrections,
        related=related,
        private=private,
        notes=(*record.notes, *embedded.notes),
        extra={key: value for key, value in extra.items() if value},
    )


def _language(item: Any, content: Any) -> str:
    for language in each(content, "language"):
        if plain(language.get("tag")):
            return plain(language.get("tag"))
    return plain(item.get(XML_LANG))


def _in(element: Any, path: str, lang: str) -> list[str]:
    """The texts at a path, in the item's language where they come in several."""
    found = [one for one in each(element, path) if text_of(one)]
    return [text_of(one) for one in in_language(found, lang)]


def _first_text(element: Any, path: str, lang: str) -> str:
    return next(iter(_in(element, path, lang)), "")


def _qcode(element: Any) -> str:
    """What a code stands for, without its scheme: `stat:usable` → `usable`."""
    if element is None:
        return ""
    code = plain(element.get("qcode") or element.get("uri") or element.get("literal")) or text_of(element)
    return code.rpartition(":")[2].rpartition("/")[2]


def _named(element: Any, lang: str) -> str:
    """The name of a concept: that for display where it has several, in the item's language; else its words."""
    if element is None:
        return ""
    names = [one for one in each(element, "name") if text_of(one)]
    shown = [one for one in names if _role(one) in ("display", "full", "")] or names
    chosen = in_language(shown, lang)
    if chosen:
        return text_of(chosen[0])
    return plain(element.get("literal"))


def _role(element: Any) -> str:
    return plain(element.get("role")).rpartition(":")[2].lower()


def _headlines(content: Any, lang: str) -> list[str]:
    found = [one for one in each(content, "headline") if text_of(one)]
    main = [one for one in found if not _role(one).startswith(("sub", "short", "seo", "alt"))]
    first = in_language(main or found, lang)[:1]
    rest = [one for one in found if one not in first and _role(one).startswith("sub")]
    return [text_of(one) for one in (*first, *rest)]


def _description(content: Any, lang: str) -> str:
    """The summary, else the caption, else any description."""
    found = [one for one in each(content, "description") if text_of(one)]
    for roles in (("summary", "abstract", "synthe", "intro", "lead"), ("caption",), ("",), ()):
        chosen = in_language([one for one in found if not roles or _role(one) in roles], lang)
        if chosen:
            return text_of(chosen[0])
    return ""


def _creators(content: Any, lang: str) -> tuple[str, ...]:
    """Creators that are people by what is said of them: typed as persons, or with names of several words."""
    names = []
    for one in each(content, "creator"):
        name = _named(one, lang)
        person = plain(one.get("type")).endswith("person") or _role(one) in (
            "author",
            "writer",
            "reporter",
            "photog",
            "photographer",
        )
        organisation = plain(one.get("type")).endswith("organisation") or name == _named(
            find(content, "infoSource"), lang
        )
        if name and (person or (" " in name and not organisation and not _role(one))):
            names.append(name)
    return tuple(names)


def _subjects(content: Any, lang: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names, codes = [], []
    for one in each(content, "subject"):
        name, code = _named(one, lang), plain(one.get("qcode") or one.get("uri"))
        if name and name != code.rpartition(":")[2]:
            names.append(name)
        elif code or name:
            codes.append(code or name)
    names.extend(texts_at(content, "keyword"))
    return tuple(names), tuple(codes)


def _section(meta: Any, content: Any, lang: str) -> str:
    """The desk: a subject of a scheme of departments or categories, else the service's name for display."""
    for one in each(content, "subject"):
        scheme = plain(one.get("qcode")).partition(":")[0].lower()
        if any(word in scheme for word in ("department", "section", "desk", "ressort")) and _named(one, lang):
            return _named(one, lang)
    services = [name for one in each(meta, "service") if (name := _named(one, lang))]
    return services[0] if len(services) == 1 else ""


def _source(meta: Any, content: Any, credit: str, lang: str) -> str:
    sources = [one for one in each(content, "infoSource") if _role(one) not in ("phot", "photog")]
    for one in sources:
        if _named(one, lang):
            return _named(one, lang)
    provider = find(meta, "provider")
    named = _named(provider, lang) or text_of(provider)
    if credit and (not named or "." in named):
        return credit.strip(" -–—")
    return named or _qcode(provider) or next((_qcode(one) for one in sources if _qcode(one)), "")


def _rights(item: Any, lang: str) -> tuple[str, ...]:
    notices = tuple(_in(item, "rightsInfo/copyrightNotice", lang))
    if notices:
        return notices
    holder = _named(find(item, "rightsInfo/copyrightHolder"), lang)
    return (f"© {holder}",) if holder else ()


def _stamps(meta: Any, content: Any, own: str, of_content: str = "") -> tuple[str, ...]:
    return (*texts_at(meta, own), *(texts_at(content, of_content) if of_content else ()))


def _open_embargo(meta: Any, notes: tuple[str, ...]) -> bool:
    """Whether an embargo without an end is meant: `embargoed` is nil, or empty with a note that says more."""
    for one in each(meta, "embargoed"):
        nil = next((value for name, value in one.attrib.items() if name.endswith("nil")), "")
        if not text_of(one) and (nil == "true" or any("embargo" in note.lower() for note in notes)):
            return True
    return False


def _notes(meta: Any) -> tuple[tuple[str, ...], bool]:
    """The notes to editors, and whether some were left out because they are not for publication."""
    public, private = [], False
    for one in each(meta, "edNote"):
        role = _role(one)
        if "private" in role or "nonpublic" in plain(one.get("pubconstraint")).lower() or role == "dpacontacts":
            private = private or bool(text_of(one))
            continue
        for part in list(one.iter("section", "div")):
            if "nonpublic" in plain(part.get("class")):
                private = True
                part.clear()
        public.append(text_of(one))
    return tuple(filter(None, public)), private


def _links(meta: Any) -> tuple[Related, ...]:
    return tuple(
        Related(text_at(one, "title") or text_at(one, "headline"), plain(one.get("href")))
        for one in each(meta, "link")
        if plain(one.get("href")).startswith(("http://", "https://")) and plain(one.get("rel")).endswith("seeAlso")
    )


def _references(package: Any) -> tuple[Related, ...]:
    related = []
    for one in package.iter("itemRef"):
        title = text_at(one, "headline") or text_at(one, "title") or text_at(one, "description")
        url = plain(one.get("href"))
        related.append(Related(title, url if url.startswith(("http://", "https://")) else ""))
    return tuple(related)


def _place(located: Any, lang: str) -> str:
    """Where it is: the place, and what it lies in where that is named."""
    if located is None:
        return ""
    names = [_named(located, lang) or text_of(find(located, "name"))]
    names.extend(_named(one, lang) for one in each(located, "broader"))
    return ", ".join(dict.fromkeys(filter(None, names))) if names[0] else ""


def _picture(item: Any, content: Any, caption: str, lang: str) -> Image | None:
    """The picture that the item is: its largest rendition that has an address."""
    kind = _qcode(find(item, "itemMeta/itemClass"))
    best, widest = "", -1
    for one in each(item, "contentSet/remoteContent"):
        target = plain(one.get("href"))
        mime = plain(one.get("contenttype"))
        if not target or not (mime.startswith("image/") or (not mime and kind in ("picture", "graphic"))):
            continue
        width = pixels(one.get("width"))
        if width > widest:
            best, widest = target, width
    icon = find(content, "icon")
    if not best and icon is not None:
        best = plain(icon.get("href"))
    if not best.startswith(("http://", "https://")):
        return None
    credit = _first_text(content, "creditline", lang) or ", ".join(_creators(content, lang))
    title = _first_text(content, "headline", lang)
    return Image(best, title, caption if kind in ("picture", "graphic") else "", credit)


def _content(item: Any) -> tuple[list[str], Image | None, Item]:
    """The Markdown of all inline content, the first picture in it, and what NITF in it says of itself."""
    texts: list[str] = []
    lead: Image | None = None
    embedded = Item()
    sets = [item] if item.tag == "contentSet" else each(item, "contentSet")
    for content in (one for each_ in sets for one in each_ if one.tag in ("inlineXML", "inlineData")):
        text, image = "", None
        nitf = next(content.iter("nitf"), None)
        if nitf is not None:
            found = nitf_item(nitf)
            text, image = found.body, found.image
            embedded = embedded if texts else found
        elif len(content):
            _drop_data(content)
            text, image = body_of(content)
        elif (
            content.tag == "inlineXML"
            or plain(content.get("contenttype")).startswith("text/")
            or not content.get("contenttype")
        ):
            text = "" if content.get("encoding") else markup_or_text(content.text or "")
        if text and text not in texts:
            texts.append(text)
        lead = lead or image
    return texts, lead, embedded


def _drop_data(content: Any) -> None:
    """Take out what is no text (events, concepts, SportsML's statistics) and a header that tells the headline again."""
    for header in list(content.iter("header")):
        if next(header.iter("h1"), None) is not None:
            header.getparent().remove(header)
    for name in ("events", "event", "concept", "concepts", "sports-metadata", "sports-event", "standing", "statistic"):
        for one in list(content.iter(name)):
            parent = one.getparent()
            if parent is not None:
                parent.remove(one)
