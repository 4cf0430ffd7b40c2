"""An article as the archive holds it: the parts that pages show of it, each with the digest that stands for it.

Parts nest by how widely they are shown. A Link is what a neighbour shows; a Card, which begins like a Link, is what a
list shows; Details are what only the article's own page shows. A page's key is made from the digests of the parts that
its view holds, so a page is stale exactly when one of them has changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

import msgspec

from . import references
from .article import Article, Correction, Image, Named, Provenance
from .config import ImageSettings
from .dates import Date, parse_date
from .gist import lead_of, says_the_same, word_count
from .languagetags import direction, searched_language, shortest
from .loading.jsonlines import line_path
from .paths import page_path, site_file
from .pictures import NO_PICTURE, Look, Picture
from .pointing import lead_named, looks_of, pointed_to, related_references
from .slugs import digest_tail, tailed, term_key

DIGEST_BYTES = 16
KINDS = ("tags", "authors", "sources", "sections")
"""The taxonomies; also the folders that their pages lie in."""
WITHDRAWN = "withdrawn"
"""The status of an article of which only a notice is left."""


class Link(msgspec.Struct, frozen=True, array_like=True):
    """What a neighbour shows of an article. `path` is the page's, from the site's root; `date` is EDTF or empty."""

    title: str
    path: str
    date: str
    lang: str
    dir: str


class Card(Link, frozen=True, array_like=True):
    """What a list, a feed or a citation shows of an article: plain text, and `image`, a path from the site's root.

    `changed` is the newest of its dates, those of its corrections among them; `id` is what machines know it by, for
    ever, whatever becomes of its path (`lasting_id`); `source_url` is where it was first published.
    `picture` is what is known of `image`.
    """

    authors: tuple[str, ...]
    source: str
    section: str
    dateline: str
    summary: str
    image: str
    image_alt: str
    status: str
    updated: str
    changed: str
    id: str
    source_url: str
    picture: Picture


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where an article lies: a file of the content folder, or a line of a JSON Lines file and the bytes it takes.

    `line` is 0 for a file that holds one article; `digest` is of the file's, or the line's, bytes; `id` is what a line
    calls itself, or empty. `body` is where in a file its body begins, if the rest of the file is the body just as it is
    (but for line ends around it), else 0.
    """

    file: str
    line: int
    start: int
    length: int
    digest: bytes
    id: str = ""
    body: int = 0


class Details(msgspec.Struct, frozen=True, array_like=True):
    """What only the article's own page shows.

    `files` pairs a target, as written, with the path from the site's root of the file that it means; `targets` pairs
    the others, which may mean articles, with the references that they may be known by. The source of `image` is such a
    path, a whole URL (which no page may load: it is linked to), or empty where there is only a caption. `pictures` are
    those of `files` that the body shows, by their paths; `words` counts the body's words.
    """

    updated: Date | None
    authors: tuple[Named, ...]
    source: Named | None
    captured: Date | None
    via: Named | None
    standfirst: str
    image: Image | None
    corrections: tuple[Correction, ...]
    related: tuple[tuple[str, str, tuple[str, ...]], ...]
    rights: str
    version: str
    notice: Correction | None
    provenance: Provenance | None
    extra: dict[str, Any]
    files: tuple[tuple[str, str], ...]
    targets: tuple[tuple[str, tuple[str, ...]], ...]
    pictures: tuple[tuple[str, Picture], ...]
    words: int


class Remark(msgspec.Struct, frozen=True, array_like=True):
    """What was wrong with an article: a `correction`, or why it was `retracted`. `date` is EDTF or empty; `when` is it
    or, where it is not known, when the article was last changed, as far as known.
    """

    kind: str
    date: str
    when: str
    text: str


class Facts(msgspec.Struct, frozen=True, array_like=True):
    """What planning needs of an article: digests of its parts, its terms, and the references it offers and wants.

    A term is `kind:key` with the words in which this article writes it. `wants` holds, for each thing pointed to, the
    references that it may mean: first the related articles, then the body's targets. `lead` is the reference of the
    article that it is a copy or a version of, or 0. `files` are the content files that its page shows or links to,
    `missing` what may be its lead picture and is not there, `dead` the targets, as written, that lead to no file.
    `day` is the day of the month, 0 where it is not known; `words` counts those of the body.
    `changed` is the day when it was last changed (`2019-03-01`), empty where no day is known.
    `sized` are the pictures of which smaller ones are made, with the widths of these; `spoilt` those of which none
    could be made, with the reason. `searched` is the language by whose rules it is searched, empty for one that is not.
    """

    link: bytes
    card: bytes
    page: bytes
    terms: tuple[tuple[str, str], ...]
    offers: tuple[int, ...]
    wants: tuple[tuple[int, ...], ...]
    lead: int
    files: tuple[str, ...]
    missing: tuple[str, ...]
    dead: tuple[str, ...]
    day: int
    lang: str
    words: int
    changed: str
    sized: tuple[tuple[str, tuple[int, ...]], ...]
    spoilt: tuple[tuple[str, str], ...]
    aliases: tuple[str, ...]
    corrections: tuple[Remark, ...]
    searched: str


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One article as the catalog keeps it: its place in the order of the archive, and its encoded parts.

    `volume` is the month (`2019-03`), the year (`1936`, where no month is known), empty where no date is known; with
    `copies:` or `versions:` before it for an article that is listed only with another one. None keeps the article out
    of the archive (a draft, an embargo until `embargo`). `slug` is what the article itself asks to be called in its
    address, or empty.
    """

    place: Place
    volume: str | None
    sort: str
    path: str
    embargo: str
    link: bytes
    card: bytes
    details: bytes
    facts: bytes
    slug: str


class EntrySettings(msgspec.Struct, frozen=True, array_like=True):
    """What of the site's settings bears on entries, and what the ledger of addresses says of some, by the names of
    their places: the paths that they have, and former paths by which they are known.
    """

    language: str
    timezone: str
    tag_aliases: dict[str, str]
    pinned: dict[str, str] = {}
    images: ImageSettings = ImageSettings()
    known_by: dict[str, str] = {}


_encoder = msgspec.msgpack.Encoder()


def digest(*parts: bytes) -> bytes:
    """The digest of encoded parts that lie one after the other."""
    return hashlib.blake2b(b"".join(parts), digest_size=DIGEST_BYTES).digest()


def make_entry(
    article: Article,
    place: Place,
    settings: EntrySettings,
    zone: tzinfo,
    now: str,
    is_there: Callable[[str], bool],
    look: Callable[[str], Look | None] = lambda _path: None,
) -> Entry:
    """Make the archive's entry of an article that lies at `place`.

    `now` (UTC, ISO 8601) decides whether an embargo holds; `is_there` tells whether the content folder has a file at a
    relative path; `look` gives what is known of the picture there.
    """
    offered = article
    if article.status == WITHDRAWN:
        article = _without_text(article)
    known_by = "" if article.status == WITHDRAWN else settings.known_by.get(place_name(place), "")
    own_path = page_path(article, place.file)
    stem = own_path.rpartition("/")[2].removesuffix(".html")
    own_name = line_path(place.file, stem) if place.line else place.file
    kind, lead, wanted_lead = lead_named(article, own_name, is_there)
    if article.status == WITHDRAWN:
        kind = WITHDRAWN
    pinned = settings.pinned.get(place_name(place))
    path = pinned or own_path
    if lead and not pinned:
        # Often by the very headline of its lead, so it has a name of its own in a folder of its own.
        folder, _, name = path.rpartition("/")
        path = f"{kind}/{folder}/{tailed(name.removesuffix('.html'), place_name(place))}.html"
    link = _link(article, path, settings.language)
    image = article.image
    pointed = pointed_to(article, place.file, image.src if image else "", is_there)
    looks = looks_of(article, pointed.files, look)
    shown_files = {pointed.files[target]: seen for target, seen in looks.items()}
    picture = NO_PICTURE
    if image and image.src in pointed.files:
        if image.src in looks:
            picture = looks[image.src].picture
        image = msgspec.structs.replace(image, src=site_file(pointed.files[image.src]))
    elif image and "://" not in image.src:
        image = msgspec.structs.replace(image, src="")
    gist = lead_of(article.body)
    words = word_count(article.body)
    shown = image.src if image and "://" not in image.src else ""
    card = Card(
        title=link.title,
        path=link.path,
        date=link.date,
        lang=link.lang,
        dir=link.dir,
        authors=tuple([author.name for author in article.authors]),
        source=article.source.name if article.source else "",
        section=article.section,
        dateline=article.dateline,
        summary=article.summary or gist,
        image=shown,
        image_alt=image.alt if image and shown else "",
        status=article.status,
        updated=article.updated.edtf if article.updated else "",
        changed=last_changed(article),
        id=lasting_id(offered, known_by or path),
        source_url=article.source_url,
        picture=picture,
    )
    related = tuple(
        [
            (item.title, item.url, related_references(item.title, item.url, place.file, article.source_url))
            for item in article.related
        ]
    )
    details = Details(
        updated=article.updated,
        authors=article.authors,
        source=article.source,
        captured=article.captured,
        via=article.via,
        standfirst="" if gist and says_the_same(article.summary, gist) else article.summary,
        image=image,
        corrections=article.corrections,
        related=related,
        rights=article.rights,
        version=article.version,
        notice=article.notice,
        provenance=article.provenance,
        extra=article.extra,
        files=tuple([(target, site_file(file)) for target, file in pointed.files.items()]),
        targets=pointed.targets,
        words=words,
        pictures=tuple([(site_file(file), seen.picture) for file, seen in shown_files.items() if seen.picture.width]),
    )
    encoded_link, encoded_card = _encoder.encode(link), _encoder.encode(card)
    encoded_details = _encoder.encode(details)
    digest_of = references.digest_of
    terms = () if lead else terms_of(article, settings.tag_aliases)
    facts = Facts(
        link=digest(encoded_link),
        card=digest(encoded_card),
        page=digest(encoded_card, encoded_details, place.digest, *[f"{key}\0".encode() for key, _words in terms]),
        terms=terms,
        offers=tuple(map(digest_of, references.offers(offered, own_name, path))),
        wants=tuple([tuple(map(digest_of, known_as)) for *_said, known_as in (*related, *pointed.targets)]),
        lead=digest_of(f"file:{lead}") if lead else 0,
        files=tuple(dict.fromkeys(pointed.files.values())),
        missing=(*pointed.missing, *wanted_lead),
        dead=pointed.dead,
        day=int(article.date.day or 0) if article.date else 0,
        lang=link.lang,
        words=words,
        changed=day_of(card.changed),
        sized=tuple([(file, seen.picture.widths) for file, seen in shown_files.items() if seen.picture.widths]),
        spoilt=tuple([(file, seen.fault) for file, seen in shown_files.items() if seen.fault]),
        aliases=tuple(dict.fromkeys(filter(None, map(references.local_page, article.aliases))))
        if article.aliases
        else (),
        corrections=_remarks(article),
        searched="" if article.status == "withdrawn" else searched_language(link.lang),
    )
    embargo = _instant(article.embargo, zone) if article.embargo else ""
    hidden = article.draft or embargo > now
    volume = article.date.edtf[:7] if article.date else ""
    return Entry(
        place=place,
        volume=None if hidden else f"{kind}:{volume}" if kind else volume,
        sort=article.date.sort_key if article.date else "",
        path=path,
        embargo="" if article.draft else embargo,
        link=encoded_link,
        card=encoded_card,
        details=encoded_details,
        facts=_encoder.encode(facts),
        slug=stem if article.slug else "",
    )


def last_changed(article: Article) -> str:
    """The newest of an article's dates (EDTF), of publication, update, correction or retraction; empty where none is
    known.
    """
    notice = article.notice if article.status != "published" else None
    if article.updated is None and not article.corrections and notice is None:
        return article.date.edtf if article.date else ""
    remarks = (*article.corrections, notice) if notice else article.corrections
    dates = [article.date, article.updated, *(remark.date for remark in remarks)]
    return max((date for date in dates if date), key=lambda date: date.sort_key).edtf if any(dates) else ""


def day_of(edtf: str) -> str:
    """The day of a date; empty where no day is known."""
    return edtf[:10] if len(edtf) >= 10 else ""


def lasting_id(article: Article, path: str) -> str:
    """What an article is known by for ever, as the specific part of a `tag:` URI (RFC 4151) of the site.

    Made from what its publisher calls it by, or from its own key `id`: that survives moves, edits and imports into
    another archive. A URI stands for itself; what is none is taken together with the newspaper's name. An article that
    has neither goes by its path; if it moved, by the one that it had first, which the ledger of addresses knows.
    """
    identity = (article.provenance.identity if article.provenance else "") or line_id(article)
    if not identity:
        return path
    name = identity if ":" in identity else f"{article.source.name if article.source else ''}\0{identity}"
    return "id/" + hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _link(article: Article, path: str, language: str) -> Link:
    lang = shortest(article.lang or language)
    date = article.date.edtf if article.date else ""
    return Link(title=article.title, path=path, date=date, lang=lang, dir=direction(lang))


def moment_of(card: Card, details: Details) -> str:
    """When a version was as it is: EDTF. When it was captured, else updated, else published; empty where unknown."""
    return details.captured.edtf if details.captured else card.updated or card.date


def place_name(place: Place) -> str:
    """A name for where an article lies that survives the coming and going of its neighbours in a JSON Lines file, and,
    where its line has an id, its own changes.
    """
    return f"{place.file}#{place.id or place.digest.hex()[:12]}" if place.line else place.file


def line_id(article: Article) -> str:
    """What a line of a JSON Lines file calls itself by its key `id`: a word, for a name must be one."""
    found = article.extra.get("id")
    if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
        return ""
    text = str(found)
    return text if re.fullmatch(r"[\w.:-]{1,64}", text, re.ASCII) else digest_tail(text)


def terms_of(article: Article, tag_aliases: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The lists that an article stands in: (`kind:key`, the words as this article writes them), each list once."""
    found: dict[str, str] = {}
    for tag in article.tags:
        words, key = tag, term_key(tag)
        if key in tag_aliases:
            words = tag_aliases[key]
            key = term_key(words)
        if key:
            found.setdefault(f"tags:{key}", words)
    for author in article.authors:
        key = term_key(author.name)
        if key:
            found.setdefault(f"authors:{key}", author.name)
    if article.source:
        found[f"sources:{term_key(article.source.name)}"] = article.source.name
    if article.section:
        found[f"sections:{term_key(article.section)}"] = article.section
    return tuple(found.items())


def _instant(date: Date, zone: tzinfo) -> str:
    if date.precision == "time":
        return datetime.fromisoformat(date.edtf).astimezone(UTC).isoformat()
    first_day = date.edtf + "0000-01-01"[len(date.edtf) :]
    try:
        return datetime.fromisoformat(parse_date(f"{first_day} 00:00", zone).edtf).astimezone(UTC).isoformat()
    except ValueError:
        return ""  # the first day of the year 1 began, in this zone, before there are dates in UTC


def _without_text(article: Article) -> Article:
    """What of a withdrawn article its page may still say: headline (where there is one), date, language, notice."""
    return Article(
        title=article.title,
        date=article.date,
        slug=article.slug,
        lang=article.lang,
        status=article.status,
        notice=article.notice,
        aliases=article.aliases,
    )


def _remarks(article: Article) -> tuple[Remark, ...]:
    if not article.corrections and article.status != "retracted":
        return ()
    known = article.updated or article.date
    found = [("correction", each) for each in article.corrections]
    if article.status == "retracted":
        found.append(("retracted", article.notice or Correction("")))
    return tuple(
        Remark(kind, each.date.edtf if each.date else "", when.edtf if (when := each.date or known) else "", each.text)
        for kind, each in found
    )
