"""An OAI-PMH static repository: one XML file that a gateway answers harvesters from (up to some 5,000 records).

Specification for an OAI Static Repository, openarchives.org/OAI/2.0/guidelines-static-repository.htm: Dublin Core
(`oai_dc`), days as datestamps, no sets, no deleted records. A record's datestamp is the last day that is known of it:
when it was imported, updated, captured or published; what is known to the month or year counts from its first day.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

from ..config import Site
from .records import Record

NAME = "oai"
BY_YEAR = False
MOST = 5_000
FILE = "oai.xml"
EARLIEST = "1970-01-01"
"""The datestamp of a record of which no day is known, or of a day that is earlier still."""

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Repository xmlns="http://www.openarchives.org/OAI/2.0/static-repository" xmlns:oai="http://www.openarchives.org/OAI/2.0/"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/static-repository
  http://www.openarchives.org/OAI/2.0/static-repository.xsd">
<Identify>
<oai:repositoryName>{name}</oai:repositoryName>
<oai:baseURL>{base}</oai:baseURL>
<oai:protocolVersion>2.0</oai:protocolVersion>
<oai:adminEmail>{contact}</oai:adminEmail>
<oai:earliestDatestamp>{earliest}</oai:earliestDatestamp>
<oai:deletedRecord>no</oai:deletedRecord>
<oai:granularity>YYYY-MM-DD</oai:granularity>
</Identify>
<ListMetadataFormats>
<oai:metadataFormat>
<oai:metadataPrefix>oai_dc</oai:metadataPrefix>
<oai:schema>http://www.openarchives.org/OAI/2.0/oai_dc.xsd</oai:schema>
<oai:metadataNamespace>http://www.openarchives.org/OAI/2.0/oai_dc/</oai:metadataNamespace>
</oai:metadataFormat>
</ListMetadataFormats>
<ListRecords metadataPrefix="oai_dc">
"""
_RECORD = """<oai:record>
<oai:header><oai:identifier>{identifier}</oai:identifier><oai:datestamp>{datestamp}</oai:datestamp></oai:header>
<oai:metadata>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd">
{elements}</oai_dc:dc>
</oai:metadata>
</oai:record>
"""
_TAIL = "</ListRecords>\n</Repository>\n"


def datestamp(record: Record) -> str:
    """The last day that is known of a record."""
    article = record.article
    dates = [article.date, article.updated, article.captured, article.provenance and article.provenance.imported]
    return max([EARLIEST, *((date.edtf[:10] + "-01-01")[:10] for date in dates if date)])


class _Writer:
    def __init__(self, folder: Path, site: Site) -> None:
        self._path = folder / FILE
        self._site = site
        self._host = urlsplit(site.url).hostname or ""
        self._records: list[tuple[str, str]] = []

    def add(self, record: Record) -> None:
        day = datestamp(record)
        text = "".join(f"<dc:{name}>{escape(value)}</dc:{name}>\n" for name, value in _elements(self._site, record))
        self._records.append(
            (
                day,
                _RECORD.format(
                    identifier=escape(f"oai:{self._host}:{quote(record.path)}"), datestamp=day, elements=text
                ),
            )
        )

    def close(self) -> list[str]:
        site = self._site
        head = _HEAD.format(
            name=escape(site.title),
            base=escape(f"{site.url.rstrip('/')}/{FILE}"),
            contact=escape(site.contact),
            earliest=min((day for day, _text in self._records), default=EARLIEST),
        )
        with open(self._path, "w", encoding="utf-8", newline="") as file:
            file.write(head)
            file.writelines(text for _day, text in self._records)
            file.write(_TAIL)
        return [FILE]


def _elements(site: Site, record: Record) -> Iterator[tuple[str, str]]:
    """A record's Dublin Core elements (dublincore.org/specifications/dublin-core/dces)."""
    article = record.article
    yield "title", article.title
    for author in article.authors:
        yield "creator", author.name
    for subject in dict.fromkeys([*article.tags, article.section]):
        if subject:
            yield "subject", subject
    if article.summary:
        yield "description", article.summary
    if article.source:
        yield "publisher", article.source.name
    if article.date:
        yield "date", article.date.edtf
    yield "type", "Text"
    yield "format", "text/html"
    yield "identifier", record.url
    if article.source_url:
        yield "source", article.source_url
    yield "language", article.lang or site.language
    if record.lead:
        yield "relation", f"{site.url.rstrip('/')}/{record.lead}"
    if article.rights or site.rights:
        yield "rights", article.rights or site.rights


def open_writer(folder: Path, site: Site, _year: str) -> _Writer:
    """Begin the file."""
    return _Writer(folder, site)


def resource(_file: str) -> dict[str, Any]:
    """An XML file."""
    return {"type": "file", "format": "xml", "mediatype": "text/xml", "encoding": "utf-8"}


def companions(_site: Site) -> dict[str, bytes]:
    """None."""
    return {}
