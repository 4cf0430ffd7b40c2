"""An article as one row of plain columns: what CSV and Parquet hold, and the Table Schema that tells of it.

Lists are texts with "; " between their items. Dates are EDTF level 0, as exact as they are known. docs/exporting.md has
the same table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .records import Record


class Column(NamedTuple):
    """A column: its name, its type in Table Schema (specs.frictionlessdata.io), what it says, its value."""

    name: str
    type: str
    what: str
    value: Callable[[Record], Any]


def _joined(texts: Any) -> str:
    return "; ".join(texts)


def _edtf(date: Any) -> str:
    return date.edtf if date else ""


COLUMNS = (
    Column("path", "string", "its page, from the site's root", lambda r: r.path),
    Column("url", "string", "its address in this archive", lambda r: r.url),
    Column("title", "string", "its headline", lambda r: r.article.title),
    Column("date", "string", "when it was published (EDTF)", lambda r: _edtf(r.article.date)),
    Column("year", "integer", "the year of that", lambda r: int(r.article.date.edtf[:4]) if r.article.date else None),
    Column("updated", "string", "when it was last changed (EDTF)", lambda r: _edtf(r.article.updated)),
    Column("authors", "string", "who wrote it", lambda r: _joined(a.name for a in r.article.authors)),
    Column("source", "string", "who published it", lambda r: r.article.source.name if r.article.source else ""),
    Column("source_url", "string", "the original's address", lambda r: r.article.source_url),
    Column("captured", "string", "when the original was captured (EDTF)", lambda r: _edtf(r.article.captured)),
    Column("via", "string", "who distributed it", lambda r: r.article.via.name if r.article.via else ""),
    Column("dateline", "string", "where it was written", lambda r: r.article.dateline),
    Column("section", "string", "its section", lambda r: r.article.section),
    Column("tags", "string", "its topics", lambda r: _joined(r.article.tags)),
    Column("lang", "string", "its language (BCP 47)", lambda r: r.article.lang),
    Column("summary", "string", "its summary", lambda r: r.article.summary),
    Column("image", "string", "its lead picture", lambda r: r.article.image.src if r.article.image else ""),
    Column("status", "string", "published or retracted", lambda r: r.article.status),
    Column("corrections", "string", "what was put right", lambda r: _joined(c.text for c in r.article.corrections)),
    Column("rights", "string", "who has the rights", lambda r: r.article.rights),
    Column("version", "string", "the publisher's number of this version", lambda r: r.article.version),
    Column("relation", "string", "copies or versions, where it is one of another article", lambda r: r.relation),
    Column("lead", "string", "the page of that article", lambda r: r.lead),
    Column("file", "string", "its file in the content folder", lambda r: r.file),
    Column("line", "integer", "its line there, in a file of JSON Lines", lambda r: r.line or None),
    Column("words", "integer", "how many words its text has", lambda r: len(r.article.body.split())),
    Column("body", "string", "its text, in Markdown", lambda r: r.article.body),
)


def table_schema(columns: tuple[Column, ...] = COLUMNS) -> dict[str, Any]:
    """The Table Schema of a file with these columns."""
    return {
        "fields": [{"name": column.name, "type": column.type, "description": column.what} for column in columns],
        "primaryKey": ["path"],
        "missingValues": [""],
    }
