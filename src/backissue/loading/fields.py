"""Front matter's values, as written by people and by other generators, → Article; every fault at once.

Keys that Jekyll, Hugo, Zola and Pelican use for the same thing are read as that thing; keys that nobody knows are kept
in `Article.extra`. Nothing is guessed: a value that can't be read is a fault with its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, tzinfo
from typing import Any

from ..article import STATUSES, Article, Correction, Image, Named, Provenance, Related, Status
from ..dates import Date, parse_date
from ..errors import ContentError, ContentErrors, did_you_mean

SYNONYMS = {
    "author": "authors",
    "category": "section",
    "categories": "section",
    "modified": "updated",
    "lastmod": "updated",
    "last_modified_at": "updated",
    "last_updated": "updated",
    "date_updated": "updated",
    "publishdate": "date",
    "published_at": "date",
    "description": "summary",
    "excerpt": "summary",
    "language": "lang",
    "locale": "lang",
    "tag": "tags",
    "featured_image": "image",
    "cover": "image",
    "original_url": "source_url",
    "canonical_url": "source_url",
    "canonical": "source_url",
    "redirect_from": "aliases",
    "copyright": "rights",
}
"""Other generators' key (lower case, `-` as `_`) → ours; our own key wins where both stand."""

KNOWN = frozenset(Article.__struct_fields__) - {"extra", "body"}

_UNPUBLISHED = {"draft", "hidden", "private", "pending", "future", "trash"}
_TRUTH = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}
_NO_CHARACTERS = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
_CONTROLS = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef{_NO_CHARACTERS}]")
# The same in UTF-8, and few others: each begins with a byte, so that it is quickly seen that there is none.
_BEYOND_ASCII = tuple(map(re.compile, (rb"\xc2[\x80-\x9f]", rb"\xbf[\xbe\xbf]", rb"\xef\xb7[\x90-\xaf]")))
_CONTROL_BYTES = bytes(code for code in (*range(32), 127) if code not in b"\t\n\r")
_DATED_NAME = re.compile(r"(?:^|/)(\d{4}-\d{1,2}-\d{1,2})-([^/]*?)(?:/index)?\.[A-Za-z]+$", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)
_DATE_HINT = "write 2023-11-05, 2023-11 or 2023 (a time as 2023-11-05T14:30:00+01:00), or leave it out if unknown"


class _Fault(Exception):
    """A value that can't be read: what is wrong, what to do."""


def clean_text(text: str) -> str:
    """Text without the controls and noncharacters that HTML (WHATWG, section 13.2.3.5) and XML forbid, and with `\\n`
    as its only line end.
    """
    if text.isprintable():
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if len(text) > 200 and _is_clean(text) else _CONTROLS.sub("", text.replace("\x85", "\n"))


def _is_clean(text: str) -> bool:
    """Whether a text surely has none of the forbidden characters: much quicker than searching for them in a body."""
    raw = text.encode("utf-8", "surrogatepass")
    return len(raw.translate(None, _CONTROL_BYTES)) == len(raw) and (
        text.isascii() or not any(pattern.search(raw) for pattern in _BEYOND_ASCII)
    )


def read_article(
    values: Mapping[str, Any],
    body: str,
    *,
    path: str,
    zone: tzinfo,
    line_of: Callable[[Sequence[str | int]], int | None],
    typed: Callable[[str], Any] | None = None,
) -> Article:
    """Make an Article of a front matter's `values` (strings as written, or JSON's and TOML's typed values).

    `path` (relative to the content folder, with `/`) gives `2014-03-01-title.md` its date and names the file in faults;
    `line_of` finds the line of a key; `typed` gives an unknown key's value with numbers and booleans told from text.
    Raises ContentErrors with all that is wrong.
    """
    faults: list[ContentError] = []
    found: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    chosen: dict[str, str] = {}
    for key in values:
        name = _known_name(key)
        if name is None:
            continue
        rival = chosen.get(name)
        if rival is None or (key == name and rival != name):
            chosen[name] = key
    names = {key: name for name, key in chosen.items()}
    for key, value in values.items():
        name = names.get(key)
        if name is None:
            _note_other(key, value if typed is None else typed(key), extra, found)
            continue
        if value is None:
            continue
        try:
            result = _READERS[name](value, zone)
        except _Fault as fault:
            message, hint = fault.args
            faults.append(ContentError(f"{key}: {message}", path, line_of([key]), hint))
            continue
        if name == "status":
            if result == "draft":
                found["draft"] = True
                continue
        elif name == "section" and isinstance(result, tuple):
            found["section"], more = result
            if more:
                found.setdefault("tags", ())
                found["_categories"] = more
            continue
        elif name == "image":
            result, others = result
            extra.update({f"{key}.{k}": _plain(v) for k, v in others.items()})
        found[name] = result
    more_tags = found.pop("_categories", ())
    if more_tags:
        found["tags"] = (
            *found.get("tags", ()),
            *(tag for tag in more_tags if tag not in found.get("tags", ())),
        )
    if (
        not found.get("title")
        and found.get("status") != "withdrawn"
        and not any(fault.message.startswith("title:") for fault in faults)
    ):
        faults.append(ContentError("no title", path, line_of([]), 'add a line such as title: "…" to the front matter'))
    if found.get("date") is None:
        _date_from_name(path, found, faults, zone)
    if "/_drafts/" in f"/{path}":
        found["draft"] = True
    if faults:
        raise ContentErrors(faults)
    if extra:
        found["extra"] = extra
    return Article(body=clean_text(body).strip("\n"), **{"title": "", **found})


def dated_name(path: str) -> tuple[str, str] | None:
    """The date and the rest of a name such as `2014-03-01-title.md` or `2014-03-01-title/index.md`, as written."""
    match = _DATED_NAME.search(path)
    return (match[1], match[2]) if match else None


def _known_name(key: str) -> str | None:
    if key in KNOWN:
        return key
    lowered = key.lower().replace("-", "_")
    return SYNONYMS.get(lowered) or (lowered if lowered in KNOWN else None)


def _note_other(key: str, value: Any, extra: dict[str, Any], found: dict[str, Any]) -> None:
    """Keep a key that is not ours; Jekyll's `published: false` and Zola's `[taxonomies]` mean what they mean there."""
    if key.lower() == "published" and str(value).lower() == "false":
        found["draft"] = True
    elif key == "taxonomies" and isinstance(value, dict):
        if isinstance(value.get("tags"), list):
            found.setdefault("tags", tuple(str(tag) for tag in value["tags"]))
        if isinstance(value.get("categories"), list) and value["categories"]:
            found.setdefault("section", str(value["categories"][0]))
    extra[key] = _plain(value)


def _date_from_name(path: str, found: dict[str, Any], faults: list[ContentError], zone: tzinfo) -> None:
    dated = dated_name(path)
    if dated is None:
        return
    try:
        found["date"] = parse_date(dated[0], zone)
    except ValueError as error:
        faults.append(ContentError(f"the file's name: {error}", path, None, "rename the file or give it a date key"))


def _plain(value: Any) -> Any:
    """A value as JSON could hold it, so that every format keeps it."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return value


def _text(value: Any, _zone: tzinfo | None = None) -> str:
    if not isinstance(value, str):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _Fault(f"expected text, found {_kind(value)}", "write it as one line of text")
        value = str(value)
    return _one_line(value)


def _one_line(text: str) -> str:
    """A text without controls and superfluous spaces, as most are."""
    if text.isprintable() and "  " not in text and text == text.strip(" "):
        return text
    return " ".join(clean_text(text).split())


def _texts(value: Any, _zone: tzinfo) -> tuple[str, ...]:
    """A list of texts; one text is split at commas, as Pelican does."""
    if isinstance(value, str):
        value = value.split(",")
    elif not isinstance(value, list | tuple):
        value = [value]
    seen = {text: None for item in value if item is not None for text in [_text(item)] if text}
    return tuple(seen)


def _paths(value: Any, _zone: tzinfo) -> tuple[str, ...]:
    values = value if isinstance(value, list | tuple) else [value]
    return tuple(dict.fromkeys(text for item in values if item is not None for text in [_text(item)] if text))


def _date(value: Any, zone: tzinfo) -> Date | None:
    if isinstance(value, datetime | date):
        value = value.isoformat()
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _Fault(f"expected a date, found {_kind(value)}", _DATE_HINT)
    text = str(value).strip()
    if not text:
        return None
    try:
        return parse_date(text, zone)
    except ValueError as error:
        raise _Fault(str(error), _DATE_HINT) from None


def _named(value: Any, _zone: tzinfo | None = None) -> Named | None:
    if isinstance(value, dict):
        fields = {str(key).lower(): item for key, item in value.items()}
        name = next((fields[key] for key in ("name", "title", "display_name") if fields.get(key)), None)
        url = next((fields[key] for key in ("url", "uri", "link", "website") if fields.get(key)), "")
        if name is None:
            raise _Fault("a mapping without a name", "write name: … (and url: …)")
        return Named(_text(name), _text(url))
    text = _text(value)
    return Named(text) if text else None


def _authors(value: Any, _zone: tzinfo) -> tuple[Named, ...]:
    if isinstance(value, str) and ";" in value:
        value = value.split(";")
    values = value if isinstance(value, list | tuple) else [value]
    return tuple(dict.fromkeys(person for item in values if item is not None for person in [_named(item)] if person))


def _section(value: Any, _zone: tzinfo) -> str | tuple[str, tuple[str, ...]]:
    """A section; of several categories the first is the section and the others are tags."""
    if isinstance(value, list | tuple):
        names = [text for item in value if item is not None for text in [_text(item)] if text]
        return (names[0], tuple(names[1:])) if names else ""
    return _text(value)


def _lang(value: Any, _zone: tzinfo) -> str:
    text = _text(value).replace("_", "-")
    if text and not _LANGUAGE.fullmatch(text):
        raise _Fault(f'"{text}" is no language tag', "write it by BCP 47, such as en, ar or pt-BR")
    return text


def _image(value: Any, _zone: tzinfo) -> tuple[Image | None, dict[str, Any]]:
    if isinstance(value, list | tuple) and value:
        return _image(value[0], _zone)
    if not isinstance(value, dict):
        text = "" if value is False else _text(value)
        return (Image(text) if text and text != "false" else None), {}
    others = dict(value)
    source = next((others.pop(key) for key in ("src", "url", "path", "image", "file") if others.get(key)), "")
    alt, caption, credit = (_text(others.pop(key, None) or "") for key in ("alt", "caption", "credit"))
    image = Image(_text(source), alt, caption, credit)
    return (image if image != Image("") else None), others


def _status(value: Any, _zone: tzinfo) -> Status | str:
    text = _text(value).lower()
    if text in ("", "publish", "public"):
        return "published"
    if text in _UNPUBLISHED:
        return "draft"
    if text not in STATUSES:
        raise _Fault(f'unknown status "{text}"', did_you_mean(text, [*STATUSES, "draft"]))
    return text


def _boolean(value: Any, _zone: tzinfo) -> bool:
    if isinstance(value, bool):
        return value
    answer = _TRUTH.get(str(value).strip().lower())
    if answer is None:
        raise _Fault(f'expected true or false, found "{value}"', "write true or false")
    return answer


def _corrections(value: Any, zone: tzinfo) -> tuple[Correction, ...]:
    corrections = []
    for item in value if isinstance(value, list | tuple) else [value]:
        if isinstance(item, dict):
            _only(item, ("text", "date"))
            date_ = item.get("date")
            corrections.append(Correction(_text(item.get("text") or ""), None if date_ is None else _date(date_, zone)))
        elif item is not None:
            corrections.append(Correction(_text(item)))
        if corrections and not corrections[-1].text:
            raise _Fault("a correction without a text", "write text: … (and date: …)")
    return tuple(corrections)


def _notice(value: Any, zone: tzinfo) -> Correction | None:
    found = _corrections(value, zone)
    if len(found) > 1:
        raise _Fault("more than one notice", "write one text: … (and date: …)")
    return found[0] if found else None


def _related(value: Any, _zone: tzinfo) -> tuple[Related, ...]:
    related = []
    for item in value if isinstance(value, list | tuple) else [value]:
        if isinstance(item, dict):
            _only(item, ("title", "url"))
            related.append(Related(_text(item.get("title") or ""), _text(item.get("url") or "")))
        elif item is not None:
            text = _text(item)
            is_address = "://" in text or text.startswith("/") or re.fullmatch(r"\S+\.(?:md|html?)", text)
            related.append(Related("", text) if is_address else Related(text))
    return tuple(dict.fromkeys(item for item in related if item != Related()))


_PROVENANCE_TEXTS = ("file", "format", "digest", "place", "importer", "identity", "fixity")


def _provenance(value: Any, zone: tzinfo) -> Provenance:
    if not isinstance(value, dict):
        raise _Fault(f"expected a mapping, found {_kind(value)}", "write file: … and format: … below it")
    _only(value, Provenance.__struct_fields__)
    texts = {key: _text(value.get(key) or "") for key in _PROVENANCE_TEXTS}
    imported = value.get("imported")
    notes = tuple(_text(note) for note in value.get("notes") or ())
    return Provenance(**texts, imported=None if imported is None else _date(imported, zone), notes=notes)


def _only(value: Mapping[str, Any], keys: Sequence[str]) -> None:
    for key in value:
        if key not in keys:
            raise _Fault(f'unknown key "{key}"', did_you_mean(str(key), keys))


def _kind(value: Any) -> str:
    match value:
        case bool():
            return "true or false"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case str():
            return f'"{value[:40]}"'
        case _:
            return f"{value}"[:40]


_READERS: Mapping[str, Callable[[Any, tzinfo], Any]] = {
    "title": _text,
    "date": _date,
    "updated": _date,
    "slug": _text,
    "authors": _authors,
    "source": _named,
    "source_url": _text,
    "captured": _date,
    "via": _named,
    "dateline": _text,
    "tags": _texts,
    "section": _section,
    "lang": _lang,
    "summary": _text,
    "image": _image,
    "status": _status,
    "corrections": _corrections,
    "notice": _notice,
    "aliases": _paths,
    "related": _related,
    "rights": _text,
    "draft": _boolean,
    "embargo": _date,
    "version": _text,
    "copy_of": _text,
    "version_of": _text,
    "provenance": _provenance,
}
