"""A feed and its entries, whatever the format they were written in: text as found, nothing decided yet."""

from __future__ import annotations

from typing import Literal

import msgspec

from ...article import Image, Named


class Text(msgspec.Struct, frozen=True):
    """A text of an entry: HTML or plain, and the address that its relative links are relative to."""

    value: str
    html: bool = True
    base: str = ""


class Attachment(msgspec.Struct, frozen=True):
    """A file that an entry points to: a recording, a film, a document."""

    url: str
    title: str = ""


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed says about itself and, by that, about its entries."""

    title: str = ""
    link: str = ""
    lang: str = ""
    rights: str = ""
    authors: tuple[Named, ...] = ()


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. Dates are as written; `title` is plain text; `title_file` names the picture that stands for one.

    `content` is what the feed gives as the whole text, `summary` what it gives as its description or summary;
    `summary_is` says which of the two names it bears. `kind` is what an entry is that is no article (a comment), or
    empty. `origin` is the feed that an aggregator took the entry from.
    """

    number: int
    id: str = ""
    link: str = ""
    title: str = ""
    title_file: str = ""
    content: Text | None = None
    summary: Text | None = None
    summary_is: Literal["summary", "description"] = "summary"
    published: str = ""
    updated: str = ""
    authors: tuple[Named, ...] = ()
    tags: tuple[str, ...] = ()
    section: str = ""
    lang: str = ""
    rights: str = ""
    image: Image | None = None
    attachments: tuple[Attachment, ...] = ()
    origin: Named | None = None
    draft: bool = False
    kind: str = ""
    notes: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where the entry stands in its feed, for people."""
        return f"entry {self.number}"
