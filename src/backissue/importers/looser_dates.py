"""Dates as feeds, exports and pages write them, in many languages and often broken, → Date, or None; never a guess.

What may be read two ways is not read: `03/04/2018` without a language that settles it, a month's name that means
another month elsewhere. Where only the time of day or its zone can't be told, the day is what is known.
Two-digit years are RFC 2822's (section 4.3): 00 to 49 are 2000 to 2049, the others the last century's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from functools import lru_cache

from ..dates import Date, parse_date

MAX_LENGTH = 120
YEARS = range(1400, 2200)
"""Years that an archive of news may hold; others are a program's empty value (0001) or another calendar's."""

_LANGUAGES = (
    "en de fr es it pt nl sv da nb nn fi is et lv lt pl cs sk hu ro bg ru uk be sr sr_Latn hr sl bs mk sq el tr az "
    "ar ar_LB ar_DZ ar_MA he fa ur hi bn mr ta te kn ml gu pa th vi id ms sw af ca eu gl ga cy hy ka kk de_AT es_MX"
).split()
_MORE_NAMES = {"mrz": 3, "mär": 3, "sept": 9, "jän": 1, "нояб": 11, "сент": 9}
"""Short forms in wide use that CLDR does not list."""
_DAY_FIRST = frozenset(
    "fr de es it pt nl da nb nn pl cs sk ro bg ru uk be el tr id vi ca gl hr sr sl fi is et hi".split()
)

_OFFSETS = {
    "z": "+00:00", "ut": "+00:00", "utc": "+00:00", "gmt": "+00:00",
    "est": "-05:00", "edt": "-04:00", "cst": "-06:00", "cdt": "-05:00",
    "mst": "-07:00", "mdt": "-06:00", "pst": "-08:00", "pdt": "-07:00",
    "akst": "-09:00", "akdt": "-08:00", "hst": "-10:00",
    "wet": "+00:00", "west": "+01:00", "cet": "+01:00", "cest": "+02:00", "mez": "+01:00", "mesz": "+02:00",
    "eet": "+02:00", "eest": "+03:00", "msk": "+03:00", "jst": "+09:00", "kst": "+09:00",
}  # fmt: skip
"""Zones by name: RFC 822's, and those that mean one thing only. `BST`, `IST`, `AST` and military letters do not."""

_AMBIGUOUS_ZONES = frozenset(
    "bst ist ast sst pkt wib bdt aest aedt acst awst nzst nzdt sast cat eat wat brt art".split()
)
_FILLERS = frozenset(
    "de del of at on um am a as o le el il la den dne kl klo uhr h hs hrs г год года о в m d р року ore ora alle"
    " the vid ob om i og en à às year ve του της στις στη".split()
)
_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(?:[.,]\d+)?\s*(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(?:(\d{1,2})\s*[日일号])?")
_CJK_CLOCK = re.compile(r"(\d{1,2})\s*[時时点시]\s*(?:(\d{1,2})\s*[分분])?\s*(?:(\d{1,2})\s*[秒초])?")
_HALVES = {"上午": "am", "午前": "am", "오전": "am", "下午": "pm", "午後": "pm", "오후": "pm"}
_CLOCK = re.compile(
    r"(?<![\d.:])(\d{1,2})(?:[:h](\d{2})(?:[:m](\d{2})(?:[.,]\d+)?)?|(?=\s*[ap]\.?m\b))(?![\d:])"
    r"\s*(?:([ap])\.?\s?m\b\.?)?"
)
_POINT_CLOCK = re.compile(r"\b(?:kl|klo|um|ore|alle|ob)\.?\s*(\d{1,2})\.(\d{2})()()\b")
_HALF_BEFORE = re.compile(r"\b([ap]m)\s+(\d{1,2}:\d{2}(?::\d{2})?)")
_ZONE = re.compile(r"(?:\b(?:utc|gmt)\s*)?(?<![\d\w])([+-])(\d{1,2})(?::?(\d{2}))?(?!\d)|\b([a-z]{1,5})\b")
_NUMERIC = re.compile(r"(\d{1,4})([./-])\s*(\d{1,2})\2\s*(\d{1,4})\.?", re.ASCII)
_WORD = re.compile(r"\d+|[^\s\d,.;:/()\[\]|·•-]+")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|e|º|ª|ème|-?го|-?е)\b")
_MARKS = re.compile("[\u0300-\u036f]")


def read_date(text: str, zone: tzinfo, languages: Iterable[str] = ()) -> Date | None:
    """Read a date in whatever form it was written; None where it can't be read for certain.

    A time without a zone is in `zone`, and one with a zone is put into it. `languages` (BCP 47) are those that the text
    is likely in: they settle what names of months, and the order of numbers, mean.
    """
    text = text.strip()
    if not text or len(text) > MAX_LENGTH:
        return None
    text = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    try:
        return _in_range(parse_date(text, zone))
    except ValueError:
        pass
    compact = _COMPACT.fullmatch(text)
    if compact is not None:
        year, month, day, hour, minute, second, offset = compact.groups()
        clock = f"{hour}:{minute}:{second or '00'}" if hour else ""
        return _date(int(year), int(month), int(day), clock, offset or "", zone)
    plain = _plain(re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", text))
    return _read_words(plain, zone, tuple(tag.lower() for tag in languages if tag))


def _plain(text: str) -> str:
    """Text in lower case, without accents, with plain signs."""
    text = _CJK.sub(lambda found: "-".join(part for part in found.groups() if part) + " ", text)
    text = _CJK_CLOCK.sub(lambda found: f"{found[1]}:{(found[2] or '0'):0>2}:{(found[3] or '0'):0>2}", text)
    for sign, half in _HALVES.items():
        text = text.replace(sign, f" {half} ")
    text = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())))
    return text.replace("−", "-").replace("–", "-").replace("\u200f", "").replace("\u200e", "")


def _read_words(text: str, zone: tzinfo, languages: tuple[str, ...]) -> Date | None:
    text, clock, certain = _take_clock(text)
    offset = ""
    if clock:
        text, offset, known = _take_zone(text)
        certain = certain and known
    if not certain:
        clock = ""
    numeric = _NUMERIC.fullmatch(_without_weekday(text).strip(" ,;|·•-t"))
    if numeric is not None:
        order = _ordered(numeric[1], numeric[3], numeric[4], numeric[2], languages)
        return _date(*order, clock, offset, zone) if order else None
    words: list[str] = _WORD.findall(_ORDINAL.sub("", text))
    found = _take_month(words, languages, has_weekday=bool(re.match(r"\s*[^\W\d]+\.?\s*,", text)))
    if found is None:
        return None
    before, month, after = found
    order_ = _around_month(before, after)
    if order_ is None:
        return None
    year, day = order_
    if day is None:
        return None if clock else _date(year, month, None, "", "", zone)
    return _date(year, month, day, clock, offset, zone)


def _take_clock(text: str) -> tuple[str, str, bool]:
    """The text without its time of day; that time as HH:MM:SS, or nothing; and whether it could be."""
    text = _HALF_BEFORE.sub(r"\2 \1", text)
    match = _CLOCK.search(text) or _POINT_CLOCK.search(text)
    if match is None:
        return text, "", True
    hour, minute, second = int(match[1]), int(match[2] or 0), min(int(match[3] or 0), 59 if match[3] == "60" else 99)
    half = match[4]
    rest = f"{text[: match.start()]} ; {text[match.end() :]}"
    certain = hour < 24 and minute < 60 and second < 60
    if half and certain:
        if not 1 <= hour <= 12:
            certain = hour > 12 and half == "p"
        else:
            hour = hour % 12 + (12 if half == "p" else 0)
    return rest, f"{hour:02}:{minute:02}:{second:02}", certain


def _take_zone(text: str) -> tuple[str, str, bool]:
    """The text without its zone; its offset, or nothing where it names none; and whether it could be told."""
    offset, known = "", True
    for match in _ZONE.finditer(text):
        if match[1]:
            if _NUMERIC.search(text[max(0, match.start() - 6) : match.end() + 6]):
                continue
            offset = f"{match[1]}{int(match[2]):02}:{match[3] or '00'}"
            if len(match[2]) == 1 and match[3]:
                known = False
        elif match[4] in _OFFSETS:
            offset = offset or _OFFSETS[match[4]]
        elif match[4] in _AMBIGUOUS_ZONES or (
            len(match[4]) == 1 and match[4] not in "hm" and text[: match.start()].rstrip().endswith(";")
        ):
            known = False
        else:
            continue
        text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
    return text, offset, known or bool(offset)


def _without_weekday(text: str) -> str:
    return re.sub(r"^\s*[^\W\d]+\.?\s*,?\s*(?=\d)", "", text)


def _ordered(first: str, second: str, third: str, sign: str, languages: Sequence[str]) -> tuple[int, int, int] | None:
    """Year, month, day of a date in numbers, where their order is certain."""
    one, two, three = int(first), int(second), int(third)
    if len(first) == 4:
        return (one, two, three) if len(third) <= 2 else None
    if len(third) not in (2, 4) or len(first) > 2:
        return None
    year = _full_year(third)
    if sign == "." or one > 12:
        return year, two, one
    if two > 12:
        return year, one, two
    if one == two:
        return year, one, two
    tag = next(iter(languages), "")
    if tag == "en-us":
        return year, one, two
    if tag.split("-")[0] in _DAY_FIRST or tag in ("en-gb", "en-au", "en-nz", "en-ie", "en-in"):
        return year, two, one
    return None


def _full_year(written: str) -> int:
    year = int(written)
    return year if len(written) != 2 else year + (2000 if year < 50 else 1900)


def _take_month(
    words: list[str], languages: tuple[str, ...], has_weekday: bool
) -> tuple[list[str], int, list[str]] | None:
    """The numbers before the month's name, the month, the numbers after it; None where anything else is there."""
    before: list[str] = []
    after: list[str] = []
    month = 0
    place = 0
    while place < len(words):
        word = words[place]
        pair = f"{word} {words[place + 1]}" if place + 1 < len(words) else ""
        value = 0
        if place == 0 and has_weekday and word in _weekdays():
            place = 1
            continue
        if word == "thang" and place + 1 < len(words) and words[place + 1].isdigit():
            value, step = int(words[place + 1]), 2
        elif not word.isdigit():
            value, step = _month(pair, languages) if pair else 0, 2
            if not value:
                value, step = _month(word, languages), 1
        if word.isdigit():
            (after if month else before).append(word)
            step = 1
        elif value and not month:
            month = value
        elif word in _FILLERS or word in _weekdays() or (place == 0 and has_weekday):
            step = 1
        else:
            return None
        place += step
    return (before, month, after) if 1 <= month <= 12 else None


def _around_month(before: list[str], after: list[str]) -> tuple[int, int | None] | None:
    """Year and day, from the numbers on both sides of a month's name."""
    numbers = [*before, *after]
    long = [number for number in numbers if len(number) == 4]
    short = [number for number in numbers if len(number) <= 2]
    if len(long) + len(short) != len(numbers) or len(long) > 1 or not 1 <= len(numbers) <= 2:
        return None
    if len(numbers) == 1:
        return (int(long[0]), None) if long else None
    if long:
        return int(long[0]), int(short[0])
    if len(after[-1:]) and len(after[-1]) == 2:
        return _full_year(after[-1]), int(numbers[0])
    return None


def _date(year: int, month: int, day: int | None, clock: str, offset: str, zone: tzinfo) -> Date | None:
    if day is not None and 2400 <= year <= 2650:
        year -= 543  # the Buddhist era, in which Thai papers date
    text = f"{year:04}-{month:02}" + (f"-{day:02}" if day is not None else "")
    try:
        exact = parse_date(f"{text}T{clock}{offset}", zone) if clock else None
    except ValueError:
        exact = None
    try:
        return _in_range(exact or parse_date(text, zone))
    except ValueError:
        return None


def _in_range(date: Date) -> Date | None:
    return date if int(date.year) in YEARS else None


def _month(name: str, languages: tuple[str, ...]) -> int:
    """The month of a name (plain, as `_plain` makes it): by the languages given, by English, then by all that agree."""
    for tag in (*languages, "en"):
        month = _agreed(name, (tag.replace("-", "_"),))
        if month:
            return month
    return _agreed(name, tuple(_LANGUAGES))


@lru_cache(maxsize=4096)
def _agreed(name: str, locales: tuple[str, ...]) -> int:
    names = _month_names(locales)
    months = names.get(name)
    if months is None and len(name) >= 3 and " " not in name:
        months = frozenset().union(*(found for known, found in names.items() if known.startswith(name)))
    return next(iter(months)) if months and len(months) == 1 else 0


@lru_cache(maxsize=64)
def _month_names(locales: tuple[str, ...]) -> dict[str, frozenset[int]]:
    """Names of months, whole and short, in the locales (those that CLDR knows) → the months that they mean."""
    names: dict[str, set[int]] = {_plain(name): {month} for name, month in _MORE_NAMES.items()}
    for locale in locales:
        for use in _tables(locale, "months"):
            for month, name in use.items():
                plain = _plain(str(name)).strip(". ")
                if plain and not plain.isdigit():
                    names.setdefault(plain, set()).add(month)
    return {name: frozenset(months) for name, months in names.items()}


@lru_cache(maxsize=1)
def _weekdays() -> frozenset[str]:
    """Names of weekdays, whole and short, in all languages that dates are read in, word by word."""
    return frozenset(
        word
        for locale in _LANGUAGES
        for use in _tables(locale, "days")
        for name in use.values()
        for word in _WORD.findall(_plain(str(name)))
    )


def _tables(locale: str, kind: str) -> list[dict[int, str]]:
    from babel import Locale, UnknownLocaleError

    try:
        known = Locale.parse(locale)
    except (UnknownLocaleError, ValueError):
        return [] if "_" not in locale else _tables(locale.split("_")[0], kind)
    tables = getattr(known, kind)
    return [dict(tables[use][width]) for use in ("format", "stand-alone") for width in ("wide", "abbreviated")]
