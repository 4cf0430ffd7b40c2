"""An article and its parts: what every loader and importer makes and every page is made from."""

from __future__ import annotations

from typing import Any, Literal, get_args

import msgspec

from .dates import Date

Status = Literal["published", "retracted", "withdrawn"]
STATUSES: tuple[str, ...] = get_args(Status)


class Named(msgspec.Struct, frozen=True, array_like=True):
    """Somebody or something with a name and perhaps an address: an author, a newspaper, a syndicator."""

    name: str
    url: str = ""


class Image(msgspec.Struct, frozen=True, array_like=True):
    """The lead picture: `src` is a URL, or a path relative to the article's file."""

    src: str
    alt: str = ""
    caption: str = ""
    credit: str = ""


class Correction(msgspec.Struct, frozen=True, array_like=True):
    """What was put right after publication, and when."""

    text: str
    date: Date | None = None


class Related(msgspec.Struct, frozen=True, array_like=True):
    """Another article that this one points to, by its headline, its address, or both."""

    title: str = ""
    url: str = ""


class Provenance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where an imported article came from: enough to find the original bytes and to trust the copy.

    `file` is the input's name, `digest` its SHA-256 as `sha256:…`, `place` the record inside it (an entry's id, a line,
    a byte offset), `importer` the reading module and its version (`feed/1`), `imported` when it was first read.
    `identity` is what the publisher calls the article by (a GUID, a canonical URL), whatever the input. `notes` says
    what was changed or could not be kept. `fixity` holds digests of what was read and of what was written
    (`importing.sealing`), by which a later import knows a file that was edited by hand.
    """

    file: str
    format: str
    digest: str = ""
    place: str = ""
    importer: str = ""
    identity: str = ""
    imported: Date | None = None
    notes: tuple[str, ...] = ()
    fixity: str = ""


class Article(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One article, as archived.

    Text fields are plain text and never None: nothing known is the empty string. `lang` is a BCP 47 tag, or empty for
    the site's own language. `embargo` is when it may be published, `version` the publisher's own number of this
    version. `copy_of` and `version_of` name the file (relative to the content folder) of the article that tells the
    same story, or of the newest version of this one: such an article keeps its page and is listed there.
    `notice` says why it was retracted or withdrawn. `body` is Markdown. `extra` holds the front matter's other keys for
    templates.
    """

    title: str
    date: Date | None = None
    updated: Date | None = None
    slug: str = ""
    authors: tuple[Named, ...] = ()
    source: Named | None = None
    source_url: str = ""
    captured: Date | None = None
    via: Named | None = None
    dateline: str = ""
    tags: tuple[str, ...] = ()
    section: str = ""
    lang: str = ""
    summary: str = ""
    image: Image | None = None
    status: Status = "published"
    corrections: tuple[Correction, ...] = ()
    notice: Correction | None = None
    aliases: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    rights: str = ""
    draft: bool = False
    embargo: Date | None = None
    version: str = ""
    copy_of: str = ""
    version_of: str = ""
    provenance: Provenance | None = None
    extra: dict[str, Any] = {}
    body: str = ""
