"""The values of a data set's cells, whatever JSON or CSV has made of them: as texts, lists, dates."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ..dates import Date, parse_date
from ..loading.fields import clean_text
from .looser_dates import read_date
from .outcomes import Settings

MAX_VALUES = 100_000
_NOTHING = frozenset(("", "nan", "null", "none", "n/a", "na", "nil", "undefined", "\\n", "[]", "{}", "-"))
HTML = re.compile(
    r"</(?:p|div|a|li|ul|ol|strong|em|b|i|span|h[1-6]|figure|blockquote|table|td|font|article)\s*>|<br\s*/?>|<img\s[^>]*>"
    r"|\A\s*<(?:p|div)[\s>].*<(?:p|div)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
"""What shows that a text is HTML."""

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);", re.IGNORECASE)
_TAGS = re.compile(
    r"<(?P<block>/?(?:p|div|br|li|ul|ol|h[1-6]|td|tr|table|blockquote|figure)\b)?[^<>]{0,2000}>", re.IGNORECASE
)
_NAME_KEYS = ("name", "rendered", "value", "title", "label", "text", "term", "full_name", "original", "#text", "$t")


def read_any_date(value: Any, settings: Settings, format_: str = "", order: str = "", lang: str = "") -> Date | None:
    """A date in whatever form a data set has it: text, or seconds or milliseconds since 1970; None where not certain.

    `format_` is strptime's; `order` (dmy or mdy) settles dates such as 03/04/2018.
    """
    text = one_line(value)
    if format_:
        return _by_format(text, format_, settings)
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if number is None and re.fullmatch(r"-?\d{9,13}(?:\.\d+)?", text):
        number = float(text)
    if number is not None and 1e8 <= abs(number) < 1e14:
        seconds = number / 1000 if abs(number) >= 1e11 else number
        try:
            moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)
        except (ValueError, OverflowError, OSError):
            return None
        return parse_date(moment.isoformat(), settings.zone)
    languages = {"dmy": "en-gb", "mdy": "en-us"}.get(order, lang)
    return read_date(re.sub(r"\.0$", "", text), settings.zone, (languages,) if languages else ())


def one_line(value: Any) -> str:
    """A value as one line of plain text: HTML's tags and entities undone, white space single."""
    text = text_of(value, " ")
    if "<" in text and HTML.search(text):
        text = without_tags(text)
    return " ".join(unescaped(clean_text(text)).split())


def without_tags(text: str) -> str:
    """HTML's text, with a space where a block begins or ends."""
    return _TAGS.sub(lambda tag: " " if tag["block"] else "", text)


def as_list(value: Any, separator: str = "", commas: bool = False) -> list[Any]:
    """The items of a value: a list's, those of a list written as text (`['a']`), or a text's between separators."""
    if isinstance(value, list | tuple):
        return list(value)
    if not isinstance(value, str):
        return [value]
    text = value.strip()
    if len(text) < 100_000 and text[:1] == "[" and text[-1:] == "]":
        try:
            items = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            items = None
        if isinstance(items, list):
            return items
    if separator:
        return text.split(separator)
    sign = next((sign for sign in (";", "|", "\n") if sign in text), "," if commas else "")
    return [part for part in text.split(sign) if part.strip()] if sign else [text]


def _by_format(text: str, format_: str, settings: Settings) -> Date | None:
    try:
        moment = datetime.strptime(text, format_)
    except (ValueError, re.error):
        return None
    if not re.search(r"%[HIMScXfTRr]", format_):
        exact = f"{moment:%Y-%m-%d}".rjust(10, "0")
        has_day = re.search(r"%[djxDF]", format_)
        return parse_date(
            exact if has_day else exact[:7] if re.search(r"%[mbB]", format_) else exact[:4], settings.zone
        )
    return parse_date(moment.isoformat().rjust(19, "0"), settings.zone)


def unescaped(text: str) -> str:
    """Text whose entities, left over from HTML, are the characters that they stand for."""
    return clean_text(html.unescape(text)) if "&" in text and _ENTITY.search(text) else text


def is_nothing(value: Any) -> bool:
    """Whether a value stands for no value: empty, null, or one of the words that programs write for it."""
    if value is None or value == [] or value == {}:
        return True
    if isinstance(value, str):
        return len(value) < 12 and value.strip().lower() in _NOTHING
    return isinstance(value, float) and value != value


def text_of(value: Any, between: str) -> str:
    """A value as text: the parts of a list one after the other, of a mapping the one that names it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, list | tuple):
        return between.join(text for item in value if (text := text_of(item, between)))
    if isinstance(value, Mapping):
        return next((text_of(value[key], between) for key in _NAME_KEYS if value.get(key)), "")
    return str(value)


def size_of(value: Any, depth: int = 0) -> int:
    """How many values a value holds, nested ones too; a hundred characters of text count as one."""
    if depth > 20:
        return MAX_VALUES
    if isinstance(value, Mapping):
        return sum(size_of(item, depth + 1) for item in value.values()) + len(value)
    if isinstance(value, list | tuple):
        return sum(size_of(item, depth + 1) for item in value) + len(value)
    return 1 + (len(value) // 100 if isinstance(value, str) else 0)


def plain(value: Any) -> Any:
    """A value as front matter can hold it and give it back."""
    if isinstance(value, Mapping):
        return {_text(str(key)): plain(item) for key, item in value.items() if str(key).strip()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**18:
        return str(value)
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return str(value)
    return value


def _text(text: str) -> str:
    return clean_text(text.encode("utf-8", "replace").decode())
