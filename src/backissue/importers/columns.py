"""Which column of a data set is which field of an article: as the user says, or guessed from usual names.

The user's word is a small YAML mapping of our fields to their columns:

    title: headline
    date: {column: pub, format: "%d/%m/%Y"}
    body: [lead, text]
    tags: {column: topics, separator: ";"}
    source: {value: The Norrwick Pilot}

A column of nested JSON is named with points (`author.name`). Fields that are not named are guessed, unless the mapping
holds `guess: false`; `field: null` leaves a field empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from ..errors import did_you_mean
from ..loading import yamltext
from .outcomes import Unreadable


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """Where a field's value comes from: one or more columns, or a `value` that all records share.

    `format` is strptime's, for dates; `separator` parts lists; `markup` is what a body or summary is written in (text,
    html or markdown), or empty where each value tells.
    """

    names: tuple[str, ...] = ()
    value: str = ""
    format: str = ""
    separator: str = ""
    markup: str = ""


Columns = Mapping[str, Column]

USUAL: Mapping[str, tuple[str, ...]] = {
    name: tuple(words.split())
    for name, words in {
        "title": "title headline head_line heading article_title news_title headline_text header title_text subject "
        "name",
        "body": "body text content article full_text fulltext maintext main_text article_text article_body body_text "
        "content_text plain_text article_content news_text story news_content news full_content raw_text document "
        "content_html body_html text_html html content_encoded",
        "date": "date published pub_date published_at publish_date publication_date date_published published_date "
        "date_publish date_publication publish_time published_time first_published web_publication_date article_date "
        "news_date date_time datetime timestamp created_at created date_created time year",
        "updated": "updated modified updated_at last_modified date_modified modified_at lastmod date_updated "
        "update_date last_updated modified_date",
        "authors": "authors author byline by_line author_name author_names creator creators writer writers reporter "
        "journalist by",
        "source": "source publication publisher outlet newspaper source_name publication_name site_name news_source "
        "news_outlet site website source_domain domain provider",
        "source_url": "source_url url link article_url article_link web_url canonical_url canonical permalink href uri "
        "original_url news_url story_url",
        "section": "section category section_name desk news_desk rubric department category_name news_category",
        "tags": "tags keywords tag keyword topics topic subjects labels categories category",
        "lang": "lang language locale language_code lang_code",
        "summary": "summary description abstract standfirst excerpt subtitle sub_title deck dek lead lede teaser "
        "snippet short_description meta_description highlights",
        "dateline": "dateline",
        "image": "image image_url top_image url_to_image lead_image main_image thumbnail picture photo_url",
        "caption": "caption image_caption photo_caption",
        "credit": "credit image_credit photo_credit",
        "rights": "rights copyright license licence",
        "captured": "captured crawled_at date_crawled date_download download_date scraped_at date_scraped retrieved "
        "retrieved_at crawl_date fetched_at",
        "id": "id uuid guid article_id doc_id document_id news_id story_id identifier key",
    }.items()
}
"""Our field → names that columns of data sets have, the likelier first (in lower case, words joined by `_`)."""

_MARKUPS = ("text", "html", "markdown")
_OPTIONS = ("column", "columns", "value", "format", "separator", "as")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def read_columns(option: Any) -> tuple[dict[str, Column], bool]:
    """The user's mapping, from YAML text or a mapping; and whether other fields may be guessed.

    Raises Unreadable with one line that says what is wrong with it.
    """
    if option is None or option == "":
        return {}, True
    if isinstance(option, str):
        try:
            tree = yamltext.compose(option)
            option = {key: tree.typed(node) for key, node in tree.items()} if tree is not None else {}
        except yamltext.YamlFault as fault:
            raise Unreadable(f"columns: line {fault.line}: {fault.message}") from None
    if not isinstance(option, Mapping):
        raise Unreadable("columns: expected lines such as title: headline")
    columns: dict[str, Column] = {}
    guess = True
    for field, value in option.items():
        if field == "guess":
            guess = value is not False
            continue
        if field not in USUAL:
            hint = did_you_mean(str(field), list(USUAL))
            raise Unreadable(f'columns: unknown field "{field}"' + (f" — {hint}" if hint else ""))
        columns[field] = _column(field, value)
    return columns, guess


def _column(field: str, value: Any) -> Column:
    if value is None:
        return Column()
    if isinstance(value, Mapping):
        for key in value:
            if key not in _OPTIONS:
                raise Unreadable(f'columns: {field}: unknown key "{key}" — {did_you_mean(str(key), list(_OPTIONS))}')
        markup = str(value.get("as") or "")
        if markup and markup not in _MARKUPS:
            raise Unreadable(f'columns: {field}: as: "{markup}" is none of {", ".join(_MARKUPS)}')
        names = value.get("columns") or value.get("column") or ()
        texts = {key: str(value[key]) for key in ("value", "format", "separator") if value.get(key) is not None}
        return Column(names=_names(names), markup=markup, **texts)
    return Column(names=_names(value))


def _names(value: Any) -> tuple[str, ...]:
    return tuple(str(name) for name in value) if isinstance(value, list | tuple) else (str(value),)


def guess_columns(names: Iterable[str], given: Columns, guess: bool = True) -> dict[str, Column]:
    """The columns of all fields: those given, and the others from `names` where a usual name is among them.

    Every column is used for one field only. Besides the first of its columns, `tags` takes all others of its kind.
    """
    columns = dict(given)
    if not guess:
        return columns
    taken = {name for column in given.values() for name in column.names}
    free: dict[str, str] = {}
    for name in names:
        if name not in taken:
            free.setdefault(plain_name(name), name)
    for field, usual in USUAL.items():
        if field in columns:
            continue
        found = [free[name] for name in usual if name in free]
        if not found:
            continue
        found = found if field == "tags" else found[:1]
        columns[field] = Column(names=tuple(found))
        free = {plain: name for plain, name in free.items() if name not in found}
    return columns


def is_data_set(columns: Columns) -> bool:
    """Whether columns of such names are likely those of articles."""
    return ("title" in columns or "body" in columns) and len(columns) > 1


def plain_name(name: str) -> str:
    """A column's name in lower case, its words joined by `_`: `pubDate`, `Pub Date` and `pub-date` are one."""
    return _NOT_WORD.sub("_", _CAMEL.sub("_", name.strip()).lower()).strip("_")


def value_of(record: Mapping[str, Any], name: str) -> Any:
    """A record's value in a column, or at a path of names joined by points; None where there is none."""
    if name in record:
        return record[name]
    value: Any = record
    for step in name.split("."):
        if not isinstance(value, Mapping) or step not in value:
            return None
        value = value[step]
    return value
