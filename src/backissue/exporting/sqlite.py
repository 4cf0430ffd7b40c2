"""A SQLite database, ready for Datasette: normalised tables, foreign keys, and a full-text index (FTS5).

The same articles give the same bytes, by one version of SQLite: rows go in in order, in one transaction, into an empty
file.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import msgspec

from ..config import Site
from ..dates import Date
from .records import Record

NAME = "sqlite"
BY_YEAR = False
MOST = 0
FILE = "archive.db"

_TERMS = {"tags": "tags", "authors": "authors", "sources": "sources", "sections": "sections"}
_SCHEMA = """
create table sources (id integer primary key, name text not null, path text not null);
create table sections (id integer primary key, name text not null, path text not null);
create table authors (id integer primary key, name text not null, path text not null);
create table tags (id integer primary key, name text not null, path text not null);
create table articles (
    id integer primary key, path text not null unique, url text not null, title text not null, date text not null,
    year integer, month integer, updated text not null, source_id integer references sources (id),
    source_url text not null, captured text not null, via text not null, dateline text not null,
    section_id integer references sections (id), lang text not null, summary text not null, image text not null,
    image_alt text not null, image_caption text not null, image_credit text not null, status text not null,
    rights text not null, version text not null, relation text not null, lead text references articles (path),
    file text not null, line integer, words integer not null, provenance text not null, extra text not null,
    body text not null
);
create table article_authors (
    article_id integer not null references articles (id), position integer not null,
    author_id integer not null references authors (id), primary key (article_id, position)
) without rowid;
create table article_tags (
    article_id integer not null references articles (id), tag_id integer not null references tags (id),
    primary key (article_id, tag_id)
) without rowid;
create table corrections (
    article_id integer not null references articles (id), position integer not null, date text not null,
    text text not null, primary key (article_id, position)
) without rowid;
create table related (
    article_id integer not null references articles (id), position integer not null, title text not null,
    url text not null, primary key (article_id, position)
) without rowid;
create virtual table articles_fts using fts5 (
    title, summary, body, content='articles', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
"""
_INDEXES = """
insert into articles_fts (articles_fts) values ('rebuild');
insert into articles_fts (articles_fts) values ('optimize');
create index articles_date on articles (date);
create index articles_year on articles (year, month);
create index articles_source on articles (source_id);
create index articles_section on articles (section_id);
create index articles_lead on articles (lead);
create index article_authors_author on article_authors (author_id);
create index article_tags_tag on article_tags (tag_id);
"""


class _Writer:
    def __init__(self, folder: Path) -> None:
        (folder / FILE).unlink(missing_ok=True)
        self._db = sqlite3.connect(folder / FILE, isolation_level=None)
        for pragma in ("page_size=4096", "journal_mode=off", "synchronous=off", "auto_vacuum=none", "encoding='UTF-8'"):
            self._db.execute(f"pragma {pragma}")
        # The lead of a copy may come after it.
        self._db.execute("pragma foreign_keys=off")
        self._db.executescript(f"begin;{_SCHEMA}")
        self._ids: dict[str, dict[tuple[str, str], int]] = {kind: {} for kind in _TERMS}
        self._count = 0

    def add(self, record: Record) -> None:
        self._count += 1
        id_, article = self._count, record.article
        terms: dict[str, list[int]] = {kind: [] for kind in _TERMS}
        for term in record.terms:
            terms[term.kind].append(self._term(term.kind, term.name, term.path))
        date, image = _edtf(article.date), article.image
        values = (
            id_, record.path, record.url, article.title, date, int(date[:4]) if date else None,
            int(date[5:7]) if len(date) >= 7 else None, _edtf(article.updated), next(iter(terms["sources"]), None),
            article.source_url, _edtf(article.captured), article.via.name if article.via else "", article.dateline,
            next(iter(terms["sections"]), None), article.lang, article.summary, image.src if image else "",
            image.alt if image else "", image.caption if image else "", image.credit if image else "", article.status,
            article.rights, article.version, record.relation, record.lead or None, record.file, record.line or None,
            len(article.body.split()), _json(article.provenance), _json(article.extra or None), article.body,
        )  # fmt: skip
        self._insert("articles", values)
        for position, author in enumerate(terms["authors"], 1):
            self._insert("article_authors", (id_, position, author))
        for tag in dict.fromkeys(terms["tags"]):
            self._insert("article_tags", (id_, tag))
        for position, correction in enumerate(article.corrections, 1):
            self._insert("corrections", (id_, position, _edtf(correction.date), correction.text))
        for position, other in enumerate(article.related, 1):
            self._insert("related", (id_, position, other.title, other.url))

    def _term(self, kind: str, name: str, path: str) -> int:
        known = self._ids[kind]
        found = known.get((name, path))
        if found is None:
            found = known[name, path] = len(known) + 1
            self._insert(_TERMS[kind], (found, name, path))
        return found

    def _insert(self, table: str, values: tuple[Any, ...]) -> None:
        self._db.execute(f"insert into {table} values ({','.join('?' * len(values))})", values)

    def close(self) -> list[str]:
        # A lead that was left out (withdrawn) is none.
        self._db.execute("update articles set lead = null where lead not in (select path from articles)")
        self._db.execute("commit")
        self._db.executescript(f"begin;{_INDEXES}commit;")
        self._db.close()
        return [FILE]


def _edtf(date: Date | None) -> str:
    return date.edtf if date else ""


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode() if value is not None else ""


def open_writer(folder: Path, _site: Site, _year: str) -> _Writer:
    """Begin the database."""
    return _Writer(folder)


def resource(_file: str) -> dict[str, Any]:
    """A database; its tables describe themselves."""
    return {"type": "file", "format": "sqlite", "mediatype": "application/vnd.sqlite3"}


def companions(site: Site) -> dict[str, bytes]:
    """Datasette's metadata: `datasette archive.db -m metadata.json`."""
    tables = {
        "articles": {
            "label_column": "title",
            "sort_desc": "date",
            "facets": ["year", "source_id", "section_id", "lang", "status"],
            "fts_table": "articles_fts",
            "fts_pk": "id",
        },
        **{table: {"label_column": "name", "sort": "name"} for table in _TERMS.values()},
    }
    metadata = {
        "title": site.title,
        "description": site.about or site.tagline,
        "license": site.rights,
        "license_url": site.license,
        "source": site.title if site.url else "",
        "source_url": site.url,
        "databases": {FILE.removesuffix(".db"): {"tables": tables}},
    }
    shown = {key: value for key, value in metadata.items() if value}
    return {"metadata.json": msgspec.json.format(msgspec.json.encode(shown), indent=2) + b"\n"}
