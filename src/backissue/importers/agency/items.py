"""A news item as its format writes it → an outcome, by rules that hold for every agency format.

A reader fills in an Item with what it finds, as text; `outcome` decides what an article is to be called, when it was
published, whether it may be shown and whom it is by. Status words are those of IPTC's publishing status
(http://cv.iptc.org/newscodes/pubstatusg2/), of NewsML 1.x and NITF, and of Superdesk.
"""

from __future__ import annotations

import re
from datetime import tzinfo
from html import escape
from typing import Any

import msgspec

from ...article import Article, Correction, Image, Named, Related, Status
from ...dates import Date
from ...gist import lead_of, shortened
from ...loading.fields import clean_text
from ...slugs import term_key
from ..outcomes import Imported, Outcome, Rejected, Settings
from .bylines import is_office, names_in
from .timestamps import parse_timestamp
from .topics import is_code, subject_name

TITLE_LENGTH = 120
"""The longest title, in characters, that is made from a text without a headline."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What an agency's item says, as written; nothing said is empty.

    `titles` are what may stand for a missing headline, the best first. `authors` are names that the format tells apart,
    `bylines` lines that hold them among other words. `body` is Markdown, all other text is plain. `subjects` and
    `codes` are what it is about in words and in codes; `created`, `published`, `versioned` and `embargo` are time
    stamps, the likelier first, of which the first that can be read counts. An `embargo` without an end is `embargoed`.
    `status` is the publishing status. `private` says that notes to editors were left out, being marked as not public.
    """

    headline: str = ""
    titles: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    dateline: str = ""
    located: str = ""
    slugline: str = ""
    summary: str = ""
    body: str = ""
    subjects: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    section: str = ""
    lang: str = ""
    rights: tuple[str, ...] = ()
    source: str = ""
    published: tuple[str, ...] = ()
    versioned: tuple[str, ...] = ()
    embargo: tuple[str, ...] = ()
    embargoed: bool = False
    status: str = ""
    version: str = ""
    identity: str = ""
    source_url: str = ""
    image: Image | None = None
    ednotes: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    private: bool = False
    notes: tuple[str, ...] = ()
    extra: dict[str, Any] = {}


_WITHDRAWN = frozenset(
    ("canceled", "cancelled", "cancel", "killed", "kill", "recalled", "withdrawn", "deleted", "delete", "retracted")
)
_HELD = frozenset(
    ("withheld", "withhold", "hold", "held", "draft", "spiked", "scheduled", "in_progress", "unpublished", "submitted")
)
_USABLE = frozenset(("usable", "useable", "published", "corrected", "updated", "released", "live"))
_EMBARGOED = frozenset(("embargoed", "embargo"))

_CORRECTION = re.compile(
    r"(?:\(?eds?:?\s*)?(?:correct(?:s|ed|ion|ing)\b|berichtig|korrektur|rettels|rettet|korreksjon|korrektion|rättels"
    r"|korjau|rectif|correct(?:if|ion)|correcci|corrige)",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]{2,}")
_ONLY_A_DATE = re.compile(
    r"[\s\d.,:/+-]*(?:(?:utc|gmt|cest|cet|mesz|mez|[ap]m|am|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[\s\d.,:/+-]*)*",
    re.IGNORECASE,
)
_IN_TEXT = re.compile(
    r"(?P<place>[A-ZÀ-ÝÅÄÖ\u0600-\u06ff][^()\[\]\n.!?]{1,70}?(?:, [A-Z][a-z]{1,5}\.)?),?[ ]*"
    r"(?:[A-Z][a-z]+\.? \d{1,2}(?:, \d{4})?\s*)?"
    r"\\?\((?:[A-Za-z]{2,14}(?:/[A-Za-z]{2,14})?|أ ?ف ?ب)\\?\)\.?\s*(?:\\?[-_–—]){1,2}\s"
)
_BY_FIRST = re.compile(r"(?:By|BY) (?=[A-Z])[^\n.!?:]{4,90}", re.ASCII)
_PERSON = re.compile(
    r"[^\W\d_a-z][\w.'’-]*(?: (?:(?:de|da|di|du|van|von|der|den|bin|al|el|la|y) )*[^\W\d_a-z][\w.'’-]*){1,4}"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", re.ASCII)
_SENTENCE = re.compile(r".{12,}?(?<![A-Z])[.!?؟。](?=\s|$)", re.DOTALL)
_MARKUP = re.compile(r"\\(?=[!-/:-@\[-`{-~])")


def plain(text: str | None) -> str:
    """Text in one line: without control characters, lone surrogates and runs of space."""
    if not text:
        return ""
    return " ".join(clean_text(text.encode("utf-8", "replace").decode()).split())


def text_to_markdown(text: str) -> str:
    """Plain text as Markdown: its paragraphs are parted by blank lines or, where it has none, by its lines."""
    from ..fragments import to_markdown

    text = clean_text(text.encode("utf-8", "replace").decode()).strip("\n")
    paragraphs = re.split(r"\n[ \t]*\n", text) if re.search(r"\n[ \t]*\n", text) else text.split("\n")
    return to_markdown(
        "".join(
            f"<p>{'<br>'.join(escape(line, quote=False) for line in each.split(chr(10)))}</p>" for each in paragraphs
        )
    )


def outcome(item: Item, place: str, settings: Settings) -> Outcome:
    """The article that an item makes, or why it makes none: it has neither headline nor text."""
    headline, summary, body = plain(item.headline), plain(item.summary), clean_text(item.body).strip()
    if not (headline or summary or body):
        return Rejected(place=place, reason="no headline and no text")
    notes = list(item.notes)
    lang = language(item.lang) or settings.lang
    source = _source(plain(item.source), item.rights)
    bylines = [line for line in map(plain, item.bylines) if line]
    authors = _authors(bylines, item.authors, lang, source)
    if all(is_office(name, source) for name in authors):
        body, first = _without_first_byline(body, lang, source)
        if first:
            bylines.append(first)
            authors = _authors([first], (), lang, source)
    dateline, located = _dateline(item, body)
    if not body and summary:
        body, summary = text_to_markdown(item.summary), ""
    body = _without_first_headline(body, headline)
    title = headline or _made_title(item, summary or lead_of(body), notes)
    date, updated = _dates(item, settings.zone, notes)
    embargo, status, draft = _publication(item, settings.zone, notes)
    if item.private:
        notes.append("notes to editors that are marked as not for publication were left out")
    ednotes = tuple(dict.fromkeys(filter(None, map(plain, item.ednotes))))
    corrected = [note for note in ednotes if _CORRECTION.match(note)]
    corrections = tuple(dict.fromkeys([*filter(None, map(plain, item.corrections)), *corrected]))
    codes = tuple(dict.fromkeys(filter(None, map(plain, (*item.codes, *filter(is_code, item.subjects))))))
    tags = _tags(item.subjects, codes)
    rights = tuple(dict.fromkeys(filter(None, map(plain, item.rights))))
    byline = "; ".join(bylines)
    extra = {
        **item.extra,
        "slugline": plain(item.slugline),
        "byline": byline if byline != ", ".join(authors) else "",
        "located": located if located != dateline else "",
        "ednote": "\n".join(note for note in ednotes if note not in corrections),
        "subject_codes": list(codes),
    }
    image = item.image
    if image is not None and plain(image.caption) and term_key(image.caption) == term_key(item.summary) and not summary:
        image = msgspec.structs.replace(image, caption="")
    article = Article(
        title=title,
        date=date,
        updated=updated,
        authors=tuple(map(Named, authors)),
        source=Named(source) if source else None,
        source_url=item.source_url if item.source_url.startswith(("http://", "https://")) else "",
        dateline=dateline,
        tags=tags,
        section=plain(item.section),
        lang=lang,
        summary="" if term_key(summary) == term_key(title) else summary,
        image=image,
        status=status,
        corrections=tuple(Correction(text, updated or date) for text in corrections),
        related=tuple(dict.fromkeys(each for each in item.related if each.title or each.url)),
        rights=" ".join(rights),
        draft=draft,
        embargo=embargo,
        version=plain(item.version),
        extra={key: value for key, value in extra.items() if value not in ("", [], None)},
        body=body,
    )
    if notes:
        from ...article import Provenance

        article = msgspec.structs.replace(
            article, provenance=Provenance(file="", format="", notes=tuple(dict.fromkeys(notes)))
        )
    return Imported(article=article, place=place, identity=plain(item.identity))


def language(tag: str) -> str:
    """A BCP 47 tag from what items write (`en_GB`, `EN`), or nothing."""
    tag = tag.strip()
    if not _LANGUAGE.fullmatch(tag) or tag.lower().startswith("x-") or tag.lower() in ("und", "mul", "zxx"):
        return ""
    first, *rest = tag.replace("_", "-").split("-")
    return "-".join([_SHORT_LANGUAGES.get(first.lower(), first.lower()), *rest])


_SHORT_LANGUAGES = {
    "eng": "en", "fre": "fr", "fra": "fr", "ger": "de", "deu": "de", "spa": "es", "por": "pt", "ita": "it", "ara": "ar",
    "nor": "no", "nob": "nb", "nno": "nn", "swe": "sv", "dan": "da", "fin": "fi", "dut": "nl", "nld": "nl", "rus": "ru",
    "chi": "zh", "zho": "zh", "jpn": "ja", "gre": "el", "ell": "el", "pol": "pl", "tur": "tr", "heb": "he", "per": "fa",
}  # fmt: skip
"""Codes of three letters (ISO 639-2), for which BCP 47 demands those of two."""


def _source(source: str, rights: tuple[str, ...]) -> str:
    """The source; for one that is written as a domain (`afp.com`) the name that holds the copyright (`© 2023 AFP`)."""
    if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", source):
        for line in rights:
            match = re.fullmatch(
                r"(?:©|\(c\)|copyright)\s*(?:\d{4},?\s+)?(?P<holder>[^.,;:()]{2,40})", plain(line), re.IGNORECASE
            )
            if match:
                return match["holder"]
    return source


def _authors(bylines: list[str], names: tuple[str, ...], lang: str, source: str) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for line in bylines:
        for name in names_in(line, lang, source):
            found.setdefault(term_key(name), name)
    for name in map(plain, names):
        if name:
            found.setdefault(term_key(name), name)
    return tuple(found.values())


def _without_first_byline(body: str, lang: str, source: str) -> tuple[str, str]:
    """A body without the byline that is its first paragraph, and that byline; the body as it is where it has none."""
    first, _, rest = body.partition("\n\n")
    line = _MARKUP.sub("", first).strip().rstrip(" =")
    names = names_in(line, lang, source) if rest and _BY_FIRST.fullmatch(line) else ()
    if names and all(_PERSON.fullmatch(name) and not is_office(name, source) for name in names):
        return rest, line
    return body, ""


def _without_first_headline(body: str, headline: str) -> str:
    """A body without the heading that it begins with where that is the headline."""
    first, _, rest = body.partition("\n\n")
    heading = re.fullmatch(r"#{1,6} (.+)", first)
    if heading and headline and term_key(_MARKUP.sub("", heading[1])) == term_key(headline):
        return rest
    return body


def _dateline(item: Item, body: str) -> tuple[str, str]:
    """The dateline and the place: what the item says, or what its text begins with; a mere date is no dateline."""
    located = plain(item.located)
    written = plain(item.dateline).strip(" -–—=_").strip()
    if written and not _ONLY_A_DATE.fullmatch(written) and _WORDS.search(written):
        return written, located
    match = _IN_TEXT.match(body[:300])
    if match and not _ONLY_A_DATE.fullmatch(match["place"]):
        return _MARKUP.sub("", match["place"]).strip(" ,"), located
    return located, located


def _made_title(item: Item, text: str, notes: list[str]) -> str:
    for title in map(plain, item.titles):
        if title:
            return title
    match = _IN_TEXT.match(text)
    words = text[match.end() :] if match else text
    sentence = _SENTENCE.match(words)
    title = shortened((sentence[0] if sentence else words).strip(" -–—•*"), TITLE_LENGTH)
    if _WORDS.search(title):
        notes.append("it has no headline: the title is the beginning of the text")
        return title.removesuffix(".")
    notes.append("it has no headline: the title is its slugline")
    return plain(item.slugline) or title or "Untitled"


def _first(stamps: tuple[str, ...], zone: tzinfo, notes: list[str]) -> Date | None:
    for stamp in filter(None, map(plain, stamps)):
        found = parse_timestamp(stamp, zone)
        if found is not None:
            return found
        notes.append(f'"{shortened(stamp, 60)}" is not a date')
    return None


def _dates(item: Item, zone: tzinfo, notes: list[str]) -> tuple[Date | None, Date | None]:
    date = _first(item.published, zone, notes)
    versioned = _first(item.versioned, zone, notes)
    if date is None:
        return versioned, None
    return date, versioned if versioned is not None and versioned.sort_key > date.sort_key else None


def _publication(item: Item, zone: tzinfo, notes: list[str]) -> tuple[Date | None, Status, bool]:
    """The embargo, the article's status, and whether it is withheld."""
    said = plain(item.status)
    word = re.split(r"[:/#]", said)[-1].casefold() if said else ""
    embargo = _first(item.embargo, zone, notes)
    unclear = (any(map(plain, item.embargo)) and embargo is None) or item.embargoed
    if unclear:
        notes.append("it is embargoed without a time at which that ends: kept as a draft")
    if word in _WITHDRAWN:
        return embargo, "withdrawn", False
    if word in _EMBARGOED:
        if embargo is None and not unclear:
            notes.append("it is embargoed without a time at which that ends: kept as a draft")
        return embargo, "published", embargo is None
    if word in _HELD:
        notes.append(f"its publishing status is “{said}”: kept as a draft")
        return embargo, "published", True
    if word and word not in _USABLE:
        notes.append(f"its publishing status “{shortened(said, 60)}” is unknown: kept as a draft")
        return embargo, "published", True
    return embargo, "published", unclear


def _tags(subjects: tuple[str, ...], codes: tuple[str, ...]) -> tuple[str, ...]:
    """Names of subjects, each once, and those that IPTC has for codes without a name."""
    found: dict[str, str] = {}
    for subject in map(plain, subjects):
        if term_key(subject) and not is_code(subject) and len(subject) <= 120:
            found.setdefault(term_key(subject), subject)
    for name in filter(None, map(subject_name, codes)):
        found.setdefault(term_key(name), name)
    return tuple(found.values())
