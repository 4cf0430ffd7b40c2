"""Pelican's metadata: `Key: value` lines at the top of a Markdown file, without marks around them.

They are Python-Markdown's `meta` extension's: a line that is indented by four spaces goes on with the value before it,
and an empty line ends them.
"""

from __future__ import annotations

import re
from datetime import tzinfo

from ...article import Article
from ...errors import ContentError, ContentErrors
from ...loading.fields import read_article

_HEADER = re.compile(r"[ ]{0,3}(?P<key>[A-Za-z][\w-]*):[ \t]*(?P<value>.*)")
_MORE = re.compile(r"[ ]{4,}(?P<value>.*)|\t(?P<tabbed>.*)")
_TITLE = re.compile(r"(?:[ ]{0,3}[A-Za-z][\w-]*:.*\n|(?:[ ]{4}|\t).*\n){0,30}?[ ]{0,3}title:[ \t]*\S", re.IGNORECASE)


def has_headers(text: str) -> bool:
    """Whether a text begins with metadata that gives a title."""
    return _TITLE.match(text) is not None


def parse_headed(text: str, path: str, zone: tzinfo) -> Article:
    """Read a file that begins with metadata. Raises ContentErrors with every fault."""
    lines = text.split("\n")
    values: dict[str, str | list[str]] = {}
    where: dict[str, int] = {}
    at, key = 0, ""
    while at < len(lines) and lines[at].strip():
        header, more = _HEADER.fullmatch(lines[at]), _MORE.fullmatch(lines[at])
        if header is not None:
            key = header["key"].lower()
            if key in values and values[key] != header["value"].strip():
                fault = ContentError(
                    f'the key "{key}" stands twice (first on line {where[key]})', path, at + 1, "keep one of the two"
                )
                raise ContentErrors([fault])
            values[key], where[key] = header["value"].strip(), at + 1
        elif more is not None and key:
            values[key] = f"{values[key]} {(more['value'] or more['tabbed']).strip()}".strip()
        else:
            break
        at += 1
    authors = values.get("authors")
    if isinstance(authors, str):
        values["authors"] = [name.strip() for name in authors.split(";" if ";" in authors else ",")]
    body = "\n".join(lines[at:])
    return read_article(
        values, body, path=path, zone=zone, line_of=lambda place: where.get(str(place[0]), 1) if place else 1
    )
