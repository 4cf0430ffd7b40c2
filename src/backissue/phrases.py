"""Dates, numbers, names and addresses as a page says them: the filters that templates have beside Jinja's own.

All are pure. `words` is a mapping of phrases in one language, as `templates/words/*.yaml` hold them: so a phrase can be
changed, and a language added, without a line of Python.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from markupsafe import Markup, escape

from .comparing import Piece, pieces_of
from .config import NavigationItem
from .dates import Date
from .entries import KINDS, Card, Link
from .escaping import escape_text, marked
from .markup.links import legal
from .paths import timemap_path
from .pictures import attributes
from .uris import uri
from .views import MonthMark, Thread

Words = Mapping[str, Any]


class _Counted(Protocol):
    @property
    def year(self) -> str: ...

    @property
    def count(self) -> int: ...


class _Dated(Protocol):
    @property
    def date(self) -> str: ...


def date_text(date: str | Date | None, words: Words) -> str:
    """A date as exactly as it is known, in words: `3 March 2019, 14:30`, `March 2019`, `1936`, or that it is unknown.

    Takes EDTF level 0, as text or as a Date; the empty string and None are the unknown date.
    """
    if not date:
        return str(words["undated"])
    edtf = date if isinstance(date, str) else date.edtf
    year = edtf[:4].lstrip("0")
    if len(edtf) == 4:
        return year
    month = int(edtf[5:7]) - 1
    if len(edtf) == 7:
        return str(words["date_month"].format(month=words["months"][month], year=year))
    day = words["date_day"].format(day=edtf[8:10].lstrip("0"), month=words["months_in_dates"][month], year=year)
    return str(day if len(edtf) == 10 else words["date_time"].format(date=day, time=edtf[11:16]))


def machine_date(date: str | Date | None) -> str:
    """A date as the `datetime` attribute of HTML's `time` wants it; empty where it is unknown.

    HTML reads every form of EDTF level 0, but no more than three digits of a second: they are left out.
    """
    if not date:
        return ""
    edtf = date if isinstance(date, str) else date.edtf
    return edtf[:19] + edtf[26:] if edtf[19:20] == "." else edtf


def time_tag(date: str | Date | None, words: Words) -> Markup:
    """A date as HTML: a `time` element with the words and the machine's form; a plain `span` where it is unknown."""
    text = escape_text(date_text(date, words))
    if not date:
        return marked(f"<span>{text}</span>")
    return timed(date if isinstance(date, str) else date.edtf, text)


def timed(edtf: str, text: str) -> Markup:
    """A known date as HTML's `time`, around what says it, which is HTML already."""
    return marked(f'<time datetime="{machine_date(edtf) if "." in edtf else edtf}">{text}</time>')


def lang_attrs(link: Link, language: str) -> Markup:
    """The attributes `lang` and `dir` of an article in another language than its surroundings', else nothing."""
    if link.lang == language:
        return _NOTHING
    return marked(f' lang="{escape_text(link.lang)}" dir="{link.dir}"')


_NOTHING = Markup("")


def link_to(link: Link, root: str, language: str, unnamed: str = "") -> Markup:
    """A link to an article by its headline, which says its own language where it is not that of its surroundings. A
    withdrawn article may have none: then by what such articles are called (`unnamed`).
    """
    attributes = lang_attrs(link, language) if link.title and link.lang != language else ""
    return marked(f'<a href="{root}{link.path}"{attributes}>{escape_text(link.title or unnamed or link.path)}</a>')


def img_of(card: Card, root: str, sizes: str, alt: str = "", first: bool = False) -> Markup:
    """The picture of an article as an `img`, with its true width and height, and the smaller ones to choose from.

    `sizes` tells how wide it is shown, as HTML's attribute does. It is loaded when the reader comes near it, unless it
    is the `first` thing that a page shows.
    """
    said = attributes(card.image, card.picture, root, sizes)
    said |= {"decoding": "async"} if first else {"loading": "lazy", "decoding": "async"}
    more = "".join(f' {key}="{value}"' for key, value in said.items())
    return Markup(f'<img src="{root}{card.image}" alt="{escape(alt)}"{more}>')


def term_link(thread: Thread, root: str) -> Markup:
    """A link to the list of a tag, author, source or section, isolated from the direction of the text around it."""
    term = thread.term
    return marked(f'<a href="{root}{term.path}"><bdi>{escape_text(term.name)}</bdi></a>')


def term_links(threads: Sequence[Thread], root: str, words: Words) -> Markup:
    """Links to lists, as a sentence lists them: `A`, `A and B`, `A, B and C`."""
    links = [term_link(thread, root) for thread in threads]
    return marked(names(links, {key: escape_text(words[key]) for key in ("comma", "and")}))


def by_kind(threads: Iterable[Thread]) -> dict[str, list[Thread]]:
    """An article's threads, parted into those of its tags, authors, source and section; those of tags that lead on
    to other articles stand under `stories` too.
    """
    parted: dict[str, list[Thread]] = {kind: [] for kind in KINDS}
    for thread in threads:
        parted[thread.term.kind].append(thread)
    parted["stories"] = [thread for thread in parted["tags"] if thread.earlier or thread.later]
    return parted


def moment(date: str) -> str:
    """A date as the instant that RFC 3339 and Atom demand: where less is known, the first it may mean, in UTC."""
    return machine_date(date) if len(date) > 10 else date + "0000-01-01T00:00:00Z"[len(date) :]


def month_name(month: str, words: Words) -> str:
    """The name of a month that is given as `03` or `2019-03`."""
    return str(words["months"][int(month[-2:]) - 1])


def month_short(month: str | int, words: Words) -> str:
    """The short name of a month that is given as `03`, `2019-03` or 3."""
    number = month if isinstance(month, int) else int(month[-2:])
    return str(words["months_short"][number - 1])


def number(count: int, words: Words) -> str:
    """A whole number with the language's mark between thousands."""
    return f"{count:,}".replace(",", words["thousands"]) if count > 999 else str(count)


def counted(count: int, words: Words, key: str) -> str:
    """A count with its noun in the right form: the phrase of `words[key]` that the language's plural rule picks."""
    forms = words[key]
    form = forms.get(plural_form(count, words["plural"])) or forms["other"]
    return str(form).replace("{n}", number(count, words))


def plural_form(count: int, rule: str) -> str:
    """The category of a whole number by one of the rules of Unicode CLDR that languages share.

    `one` (1 alone is singular: English, German, Spanish), `zero-one` (0 too: French, Portuguese), `slavic` (Russian,
    Ukrainian, Serbian), `polish`, `czech`, `arabic`, `hebrew`, and `none` (Chinese, Japanese, Turkish after numbers).
    """
    tens, hundreds = count % 10, count % 100
    match rule:
        case "one":
            return "one" if count == 1 else "other"
        case "zero-one":
            return "one" if count in (0, 1) else "other"
        case "slavic" | "polish":
            if count == 1 if rule == "polish" else tens == 1 and hundreds != 11:
                return "one"
            return "few" if 2 <= tens <= 4 and not 12 <= hundreds <= 14 else "many"
        case "czech":
            return "one" if count == 1 else "few" if 2 <= count <= 4 else "other"
        case "hebrew":
            return {1: "one", 2: "two"}.get(count, "other")
        case "arabic":
            if count <= 2:
                return ("zero", "one", "two")[count]
            return "few" if 3 <= hundreds <= 10 else "many" if hundreds >= 11 else "other"
        case _:
            return "other"


def minutes(words: int, lang: str) -> int:
    """How many minutes a text of so many words takes to read, 0 where that can't be told.

    230 words a minute; 400 letters of Chinese and Japanese, whose words are not parted and whose letters are counted.
    Where words are neither parted nor counted (Thai, Khmer and the like), nothing is told.
    """
    base = lang.lower().split("-")[0]
    if base in ("bo", "dz", "km", "lo", "my", "th") or words <= 0:
        return 0
    return max(1, round(words / (400 if base in ("ja", "yue", "zh") else 230)))


def day_of_year(day: str, words: Words) -> str:
    """A day of the year, whatever the year: `5 October` for `10-05`, `October` for `10`."""
    month = int(day[:2]) - 1
    if len(day) == 2:
        return str(words["months"][month])
    return str(words["day_of_year"].format(day=day[3:].lstrip("0"), month=words["months_in_dates"][month]))


def changed_words(before: str, after: str) -> tuple[Piece, ...]:
    """What changed within a line of text, as pieces with a `kind` (same, added, removed) and a `text`."""
    return pieces_of(before, after)


def names(people: Sequence[str], words: Words) -> str:
    """Names as a sentence lists them: `A`, `A and B`, `A, B and C`."""
    if len(people) < 2:
        return people[0] if people else ""
    return f"{words['comma'].join(people[:-1])}{words['and']}{people[-1]}"


def reachable(body: Markup) -> Markup:
    """A body whose tables and preformatted texts can be scrolled by keyboard where they are wider than the page.

    WCAG 2.2, 2.1.1. Takes cleaned HTML, in which `<` stands nowhere but before a tag's name.
    """
    if not _is_wide(body):
        return body
    if "<table" in body:
        body = Markup(str(body).replace("<table", _SCROLLED + "<table").replace("</table>", "</table></div>"))
    if "<pre" in body:
        body = Markup(str(body).replace("<pre", '<pre tabindex="0"'))
    return body


_is_wide = re.compile("<(?:table|pre)").search
_SCROLLED = '<div class="wide" tabindex="0">'


def duration(days: int, words: Words) -> str:
    """A stretch of days in the unit that says it best: days up to two months, months up to two years, years."""
    if days < 62:
        return counted(days, words, "days_counted")
    months = round(days / 30.44)
    if months < 24:
        return counted(months, words, "months_counted")
    return counted(round(days / 365.25), words, "years_counted")


_LANGUAGES = dict(
    pair.split("=")
    for pair in (
        "af=Afrikaans ar=العربية bg=Български bn=বাংলা bs=Bosanski ca=Català cs=Čeština cy=Cymraeg da=Dansk de=Deutsch "
        "el=Ελληνικά en=English eo=Esperanto es=Español et=Eesti eu=Euskara fa=فارسی fi=Suomi fr=Français ga=Gaeilge "
        "gl=Galego he=עברית hi=हिन्दी hr=Hrvatski hu=Magyar hy=Հայերեն id=Indonesia is=Íslenska it=Italiano ja=日本語 "
        "ka=ქართული ko=한국어 la=Latina lb=Lëtzebuergesch lt=Lietuvių lv=Latviešu mk=Македонски ms=Melayu mt=Malti "
        "nb=Norsk nl=Nederlands nn=Nynorsk no=Norsk pl=Polski pt=Português ro=Română ru=Русский sk=Slovenčina "
        "sl=Slovenščina sq=Shqip sr=Српски sv=Svenska sw=Kiswahili ta=தமிழ் th=ไทย tr=Türkçe uk=Українська ur=اردو "
        "vi=Tiếng_Việt yi=ייִדיש zh=中文"
    ).split()
)


def language_name(tag: str) -> Markup:
    """A language by its own name, marked as being in it; one that has none here goes by its tag (BCP 47)."""
    main, _, rest = tag.partition("-")
    name = _LANGUAGES.get(main.lower())
    if name is None:
        return Markup(f"<bdi>{escape(tag)}</bdi>")
    shown = name.replace("_", " ") + (f" ({rest})" if rest else "")
    return Markup(f'<bdi lang="{escape(tag)}">{escape(shown)}</bdi>')


def span(first: str, last: str) -> str:
    """Two years as a span: `1921–2024`; one year where they are the same; what is known where one is missing."""
    return f"{first}–{last}" if first and last and first != last else first or last


def web_address(url: str) -> str:
    """A URL that is safe to link to, http or https, with what may not stand in one percent-encoded; anything else gives
    nothing.
    """
    return legal(url) if url and url[:8].lower().startswith(("http://", "https://")) else ""


def plain_address(url: str) -> str:
    """A web address as a URI (RFC 3986), for formats that take no other. Nothing for what is no web address, or can't
    be written so.
    """
    try:
        return uri(web_address(url))
    except ValueError:
        return ""


def host(url: str) -> str:
    """The host that a URL names, without `www.`, to show where a link leads."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def local_link(href: str, root: str) -> str:
    """What a navigation entry leads to, from a page whose way to the root is `root`.

    Whole URLs stay. A folder gets its `index.html`, so that the link also works on a site that is opened from disk.
    """
    if "://" in href or href.startswith(("mailto:", "#")):
        return href
    path = href.lstrip("/")
    return root + (path + "index.html" if not path or path.endswith("/") else path)


def navigated(path: str, navigation: tuple[NavigationItem, ...], here: str = "") -> str:
    """The path of a page, if an entry of the navigation leads to it, or the one that it belongs to (`here`); else
    nothing.
    """
    return path if path in _led_to(navigation) or path == f"{here}/index.html" else ""


@functools.lru_cache(maxsize=16)
def _led_to(navigation: tuple[NavigationItem, ...]) -> frozenset[str]:
    return frozenset(local_link(item.href, "") for item in navigation)


@functools.lru_cache(maxsize=1_000)
def absolute(path: str, site_url: str) -> str:
    """The whole URL of a page or file, percent-encoded (RFC 3986): a folder's own page goes by the folder's name."""
    folder = path.removesuffix("index.html")
    shown = folder if folder != path and (not folder or folder.endswith("/")) else path
    return f"{site_url.rstrip('/')}/{_quoted(shown)}"


def tag_uri(path: str, site_url: str) -> str:
    """A `tag:` URI (RFC 4151) for a page: it identifies, for ever, and doesn't change with the scheme or the server."""
    return _authority(site_url) + _quoted(path)


@functools.lru_cache(maxsize=8)
def _authority(site_url: str) -> str:
    parts = urlsplit(site_url)
    return f"tag:{parts.hostname or 'localhost'},2026:{parts.path.rstrip('/')}/"


def _quoted(path: str) -> str:
    """`quote`, which takes five times as long to find that there is nothing to encode, as in most paths."""
    return path if _unreserved(path) else quote(path)


_unreserved = re.compile(r"[\w.~/-]*", re.ASCII).fullmatch


def feed_type(path: str) -> str:
    """The media type of a feed."""
    return "application/feed+json" if path.endswith(".json") else "application/atom+xml"


def grouped(cards: Iterable[Any], kind: str, words: Words) -> list[tuple[str, list[Any]]]:
    """A list's cards in runs that share a heading: the day in a month's list, the year in a term's, else none."""
    if kind in ("year", "undated"):
        return [("", list(cards))]
    length = 10 if kind == "month" else 4
    groups: list[tuple[str, list[Any]]] = []
    last = None
    for card in cards:
        date = card.date[:length]
        if date != last:
            run: list[Any] = []
            groups.append((date_text(date, words), run))
            last = date
        run.append(card)
    return groups


def place_id(cards: Sequence[_Dated], kind: str) -> Markup:
    """The attribute `id` of a run of cards, by which other pages lead to it: the day in a month's list, the year in
    a term's. Nothing where it is not known.
    """
    date = cards[0].date
    if kind in ("year", "undated") or not date:
        return _NOTHING
    if kind == "month":
        return Markup(f' id="d{date[8:10]}"') if len(date) >= 10 else _NOTHING
    return Markup(f' id="y{date[:4]}"')


def decades(years: Iterable[_Counted]) -> list[tuple[str, list[Any]]]:
    """Years as the rows of a table, a decade each, the newest first: ten places, None for a year without articles."""
    rows: dict[str, list[Any]] = {}
    for year in years:
        rows.setdefault(year.year[:3], [None] * 10)[int(year.year[3])] = year
    return [(decade + "0", rows[decade]) for decade in sorted(rows, reverse=True)]


def twelve(months: Iterable[MonthMark]) -> list[MonthMark | None]:
    """A year's months in their places, January to December; None for a month without articles."""
    places: list[MonthMark | None] = [None] * 12
    for month in months:
        places[int(month.month) - 1] = month
    return places


def heat(count: int, most: int, least: int = 1) -> int:
    """How strongly a count is coloured beside the greatest one: 0 for none, then 1 (or `least`) to 5 in equal steps."""
    return 0 if count <= 0 else max(least, min(5, 1 + 5 * (count - 1) // max(most, 5)))


FILTERS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        absolute,
        changed_words,
        by_kind,
        counted,
        date_text,
        day_of_year,
        decades,
        duration,
        feed_type,
        grouped,
        heat,
        host,
        img_of,
        lang_attrs,
        language_name,
        link_to,
        local_link,
        machine_date,
        minutes,
        moment,
        month_name,
        month_short,
        names,
        navigated,
        number,
        place_id,
        reachable,
        span,
        tag_uri,
        term_link,
        term_links,
        time_tag,
        timemap_path,
        twelve,
        web_address,
    )
}
"""The filters by the names that templates know them by."""
