"""A record of a data set → an article, by the columns that hold its fields.

A record is a mapping of columns to values: texts, as CSV has them, or whatever JSON holds. What no field takes is kept
in the article's `extra`, below `record`, unless it is too large to stand in front matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from ..article import Article, Image, Named, Provenance
from ..dates import Date
from ..loading.fields import clean_text
from ..slugs import term_key
from .columns import Column, Columns, guess_columns, value_of
from .inline_markdown import write_run
from .languages import language_of
from .linebreaks import lines_of, paragraphs
from .outcomes import Imported, Rejected, Settings
from .people import people_in
from .titling import NOTE, title_of
from .values import HTML, as_list, is_nothing, one_line, plain, read_any_date, size_of, text_of, unescaped, without_tags

MAX_EXTRA_TEXT = 2_000
MAX_EXTRA_VALUES = 200
"""Characters and nested values of a column that is kept beside the article; larger ones (vectors, raw pages) go."""

_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", re.ASCII)
_LANGUAGE_NAMES = {
    name: tag
    for tag, names in {
        "am": "amharic amh አማርኛ",
        "ar": "arabic ara العربية",
        "de": "german deu ger deutsch",
        "en": "english eng",
        "es": "spanish spa español",
        "fa": "persian farsi fas per فارسی",
        "fr": "french fra fre français",
        "ha": "hausa hau",
        "he": "hebrew heb iw עברית",
        "hi": "hindi hin हिन्दी",
        "ig": "igbo ibo",
        "it": "italian ita italiano",
        "ja": "japanese jpn 日本語",
        "ko": "korean kor 한국어",
        "lg": "luganda lug",
        "nl": "dutch nld dut nederlands",
        "pl": "polish pol polski",
        "pt": "portuguese por português",
        "ru": "russian rus русский",
        "so": "somali som",
        "sv": "swedish swe svenska",
        "sw": "swahili swa kiswahili",
        "tr": "turkish tur türkçe",
        "uk": "ukrainian ukr українська",
        "yo": "yoruba yor",
        "zh": "chinese zho chi 中文",
    }.items()
    for name in names.split()
}
_SLASHED = re.compile(r"\s*(\d{1,2})/(\d{1,2})/\d{4}\b")


class RecordReader:
    """Makes articles of the records of one input. `order` says how its dates in figures run: dmy, mdy or unknown."""

    def __init__(
        self,
        file: str,
        format_: str,
        settings: Settings,
        given: Columns,
        guess: bool,
        samples: Iterable[Mapping[str, Any]],
    ) -> None:
        self._file = file
        self._format = format_
        self._settings = settings
        self._given = given
        self._guess = guess
        self._guessed: dict[tuple[str, ...], dict[str, Column]] = {}
        self._order = self._order_of(samples)

    def read(self, record: Mapping[str, Any], place: str) -> Imported | Rejected:
        """The article of a record, or why it is none."""
        columns = self.columns(record)
        return _Reading(record, columns, self._settings, self._order).outcome(place, self._file, self._format)

    def columns(self, record: Mapping[str, Any]) -> dict[str, Column]:
        """The columns of a record's fields; guessed once for all records that have the same columns."""
        names = tuple(record)
        columns = self._guessed.get(names)
        if columns is None:
            columns = guess_columns(names, self._given, self._guess)
            if len(self._guessed) < 1000:
                self._guessed[names] = columns
        return columns

    def _order_of(self, samples: Iterable[Mapping[str, Any]]) -> str:
        """How `03/04/2018` is to be read, by the first dates that can be read in one way only."""
        found = set()
        for record in samples:
            for name in self.columns(record).get("date", Column()).names:
                match = _SLASHED.match(str(value_of(record, name)))
                if match and int(match[1]) > 12:
                    found.add("dmy")
                elif match and int(match[2]) > 12:
                    found.add("mdy")
        return found.pop() if len(found) == 1 else ""


class _Reading:
    """One record while its fields are read: what has been used, and what is to be noted."""

    def __init__(self, record: Mapping[str, Any], columns: Columns, settings: Settings, order: str) -> None:
        self._record = record
        self._columns = columns
        self._settings = settings
        self._order = order
        self._notes: list[str] = []
        self._kept: set[str] = set()

    def outcome(self, place: str, file: str, format_: str) -> Imported | Rejected:
        url = self._address("source_url")
        body = self._body(url)
        title = self._line("title")
        summary = self._line("summary")
        if not title:
            title = title_of(without_tags(self._raw_body()) or summary)
            if not title:
                return Rejected(place=place, reason="neither a title nor a text" + self._told_columns())
            self._notes.append(NOTE)
        if not body and not summary and self._has_column("body"):
            return Rejected(place=place, reason="no text")
        section, more_tags = self._section()
        source = self._source()
        lang = self._lang()
        identifier = self._line("id")
        article = Article(
            title=title,
            date=self._date("date", lang),
            updated=self._date("updated", lang),
            authors=self._authors(),
            source=source,
            source_url=url or self._settings.url,
            captured=self._date("captured", lang),
            dateline=self._line("dateline"),
            tags=self._tags(more_tags),
            section=section,
            lang=lang or self._settings.lang or language_of(body[:3000]),
            summary=summary,
            image=self._image(),
            rights=self._line("rights"),
            body=body,
        )
        extra = self._extra()
        provenance = Provenance(file=file, format=format_, notes=tuple(self._notes)) if self._notes else None
        article = msgspec.structs.replace(article, extra=extra, provenance=provenance)
        return Imported(article=article, place=place, identity=url or (f"{file}#{identifier}" if identifier else ""))

    def _has_column(self, field: str) -> bool:
        column = self._columns.get(field)
        return column is not None and any(name in self._record for name in column.names)

    def _told_columns(self) -> str:
        if "title" in self._columns or "body" in self._columns:
            return ""
        names = ", ".join(one_line(name)[:40] for name in list(self._record)[:12])
        return f" among the columns {names} — say which is which with columns"

    def _values(self, field: str) -> list[Any]:
        """A field's values, from its columns in their order."""
        column = self._columns.get(field)
        if column is None:
            return []
        if column.value:
            return [column.value]
        values = (value_of(self._record, name) for name in column.names)
        return [value for value in values if not is_nothing(value)]

    def _line(self, field: str) -> str:
        """A field that is one line of text."""
        values = self._values(field)
        return one_line(values[0]) if values else ""

    def _raw_body(self) -> str:
        return "\n\n".join(text_of(value, "\n\n") for value in self._values("body"))

    def _body(self, url: str) -> str:
        column = self._columns.get("body", Column())
        return "\n\n".join(
            text for value in self._values("body") if (text := as_markdown(text_of(value, "\n\n"), column.markup, url))
        )

    def _date(self, field: str, lang: str) -> Date | None:
        column = self._columns.get(field, Column())
        for value in self._values(field):
            found = read_any_date(value, self._settings, column.format, self._order, lang)
            if found is not None:
                return found
            self._kept.update(column.names)
            self._notes.append(f'{field} "{one_line(value)[:60]}" can\'t be read for certain, and is left out')
        return None

    def _authors(self) -> tuple[Named, ...]:
        people: dict[str, Named] = {}
        for value in self._values("authors"):
            for item in as_list(value, self._columns["authors"].separator):
                found = (_named(item),) if isinstance(item, Mapping) else people_in(one_line(item))
                for person in found:
                    if person.name:
                        people.setdefault(person.name.casefold(), person)
        return tuple(people.values())

    def _source(self) -> Named | None:
        for value in self._values("source"):
            found = _named(value) if isinstance(value, Mapping) else Named(one_line(value))
            if _ADDRESS.fullmatch(found.name):
                host = re.sub(r"^(?:https?://)?(?:www\.)?|[/?#].*$", "", found.name, flags=re.IGNORECASE)
                found = Named(host or found.name, found.name)
            if found.name:
                return found
        return None

    def _address(self, field: str) -> str:
        column = self._columns.get(field, Column())
        for value in self._values(field):
            text = one_line(value)
            if _ADDRESS.fullmatch(text):
                return text
            self._kept.update(column.names)
        return ""

    def _section(self) -> tuple[str, tuple[str, ...]]:
        values = self._values("section")
        if not values:
            return "", ()
        names = [
            text for item in (values[0] if isinstance(values[0], list) else values[:1]) if (text := one_line(item))
        ]
        return (names[0], tuple(names[1:])) if names else ("", ())

    def _tags(self, more: Iterable[str]) -> tuple[str, ...]:
        found: dict[str, str] = {}
        column = self._columns.get("tags", Column())
        for value in self._values("tags"):
            for item in as_list(value, column.separator, commas=True):
                if tag := one_line(item):
                    found.setdefault(term_key(tag), tag)
        for tag in more:
            found.setdefault(term_key(tag), tag)
        return tuple(found.values())

    def _lang(self) -> str:
        text = self._line("lang")
        if not text:
            return ""
        named = _LANGUAGE_NAMES.get(text.lower())
        if named:
            return named
        if _LANGUAGE.fullmatch(text):
            return text.replace("_", "-")
        self._kept.update(self._columns["lang"].names)
        return ""

    def _image(self) -> Image | None:
        caption, credit = self._line("caption"), self._line("credit")
        for value in self._values("image"):
            value = value[0] if isinstance(value, list) and value else value
            if isinstance(value, Mapping):
                address = next((one_line(value[key]) for key in ("url", "src", "href") if value.get(key)), "")
                caption = caption or one_line(value.get("caption"))
                credit = credit or one_line(value.get("credit"))
            else:
                address = one_line(value)
            if _ADDRESS.fullmatch(address):
                return Image(address, "", caption, credit)
            self._kept.update(self._columns["image"].names)
        return Image("", "", caption, credit) if caption or credit else None

    def _extra(self) -> dict[str, Any]:
        """What no field took, and the record's own id."""
        used = {name for field, column in self._columns.items() if field != "id" for name in column.names}
        kept: dict[str, Any] = {}
        for name, value in self._record.items():
            if (name in used and name not in self._kept) or is_nothing(value):
                continue
            if not name.strip() or name.lower().startswith("unnamed:"):
                continue
            if size_of(value) > MAX_EXTRA_VALUES or (isinstance(value, str) and len(value) > MAX_EXTRA_TEXT):
                self._notes.append(f'column "{one_line(name)[:60]}" left out: too large')
                continue
            kept[one_line(name)] = plain(value)
        return {"record": kept} if kept else {}


def as_markdown(text: str, markup: str = "", base_url: str = "") -> str:
    """A body as Markdown. `markup` is text, html or markdown; where it is empty, tags tell HTML from text.

    Raises ModuleNotFoundError where HTML is met and the extra `import` is not installed.
    """
    text = clean_text(text)
    if markup == "markdown":
        return text.strip("\n")
    if markup == "html" or (not markup and HTML.search(text)):
        from .fragments import to_markdown

        return to_markdown(text, base_url)
    if not markup:
        text = unescaped(text)
    return "\n\n".join(block for line in paragraphs(lines_of(text)) if (block := write_run([line])))


def _named(value: Mapping[str, Any]) -> Named:
    address = next((one_line(value[key]) for key in ("url", "uri", "link", "href", "website") if value.get(key)), "")
    return Named(one_line(value), address if _ADDRESS.fullmatch(address) else "")
