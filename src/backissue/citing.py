"""An article as others cite it: BibTeX, RIS, CSL-JSON, and a sentence in the style of the APA's manual, 7th edition.

All are pure functions of an article's card and the site's settings. The address that they give is the archive's, which
stays, and beside it the original's; where the site has no address, the original's alone. Dates are as exact as known.
Names of persons are parted into given and family names only where that is safe; all others stand as they are.
"""

from __future__ import annotations

import functools
import re
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from markupsafe import Markup

from .entries import Card
from .escaping import escape_text, marked
from .phrases import absolute, web_address
from .slugs import slug, tailed
from .views import SiteView

ORIGINAL = "Originally published at"
"""What formats for machines, which have no field for it, say before the original's address."""

FORMATS = {"bibtex": ".bib", "ris": ".ris", "csl-json": ".csl.json"}
"""The formats, by the name that site.yaml knows them by, with the ending of their files."""

MEDIA_TYPES = {
    "bibtex": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl-json": "application/vnd.citationstyles.csl+json",
}

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PARTICLES = frozenset(
    "af al bin da de del della den der des di dos du el ibn la le ten ter van von zu zum zur".split()
)
_SUFFIX = re.compile(r"(?:[JS]r\.?|I{2,3}|IV)")
_CORPORATE = re.compile(
    r"[\d&/@|]|(?i:\b(?:agency|agence|agencia|agentur|associated|association|board|bureau|center|centre|college|committee"
    r"|company|corp|correspondents?|council|department|desk|editors?|editorial|foundation|gmbh|group|inc|institute|journal"
    r"|ltd|magazine|media|ministry|news|newspaper|newsroom|office|press|presse|prensa|redaktion|rédaction|redacción"
    r"|redação|reporters?|service|society|staff|team|the|times|tribune|university|wire|writers?)\b)"
)
_SEVERAL = re.compile(r"(?i: (?:and|und|et|och|og|with|by)(?: |$)|^by )")
"""What stands between two names, or before one: BibTeX would take `Lee, Bo and Ann` for two persons."""
_SPLITTABLE = re.compile(r"[A-Za-z\u00c0-\u058f\u1c80-\u1c8f\u1e00-\u1fff'’ʼ.,\-‐ ]+")
_BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}", "#": r"\#", "$": r"\$", "%": r"\%", "&": r"\&", "_": r"\_",
    }
)  # fmt: skip
_special = re.compile(r"[\\{}~^#$%&_]").search
_STOPS = (".", "?", "!", "…", "。", "？", "！", "؟", "۔")
_CLOSING = "\"'”’»)"


class Name(NamedTuple):
    """An author's name: parted, or, where `given` and `family` are empty, as it is written."""

    literal: str
    given: str = ""
    family: str = ""
    suffix: str = ""

    @property
    def inverted(self) -> str:
        """`Lee, Ann`, with a suffix `Lee, Jr., Ann`; a name that is not parted as it is."""
        return ", ".join(filter(None, (self.family, self.suffix, self.given))) if self.family else self.literal


_remembered = functools.lru_cache(maxsize=10_000)
"""For what is said of names, of which an archive has far fewer than articles."""


@_remembered
def name_of(text: str) -> Name:
    """Part a person's name: `Ann Lee` and `Lee, Ann` alike. Organisations, single names, and names in scripts whose
    order is another are not parted.
    """
    text = _line(text)
    if (
        " " not in text
        or _CORPORATE.search(text)
        or _SEVERAL.search(text)
        or not _SPLITTABLE.fullmatch(text)
        or text == text.upper()
        or text == text.lower()
    ):
        return Name(text)
    first, comma, rest = text.partition(", ")
    if comma and _SUFFIX.fullmatch(rest):
        named = name_of(first)
        return Name(text, named.given, named.family, rest) if named.family else Name(text)
    if comma:
        return Name(text, rest, first) if "," not in rest else Name(text)
    words = text.split(" ")
    if words[0] in _PARTICLES:
        return Name(text)
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    return Name(text, " ".join(words[:start]), " ".join(words[start:]), suffix)


@_remembered
def is_organisation(name: str) -> bool:
    """Whether a name in a byline is that of an organisation, as far as it can be told."""
    return bool(_CORPORATE.search(name)) or (name.isupper() and " " not in name and name.isascii())


class Address(NamedTuple):
    """Where an article is found: its page in the archive, and where it was first published; empty where unknown."""

    url: str
    original: str


def address_of(card: Card, site: SiteView) -> Address:
    """An article's addresses: where the site has none, the original's is the one to follow."""
    original = web_address(card.source_url)
    return Address(absolute(card.path, site.url), original) if site.url else Address(original, "")


class Cited(msgspec.Struct, frozen=True):
    """An article to be cited: its card, its title in one line, the archive's title (empty where the archive has no
    address), its addresses, its authors' names, and its key, by which documents cite it.
    """

    card: Card
    title: str
    archive: str
    url: str
    original: str
    names: tuple[Name, ...]
    key: str


def cited(card: Card, site: SiteView) -> Cited:
    """What all formats say of an article, worked out once."""
    url, original = address_of(card, site)
    names = tuple([name_of(author) for author in card.authors])
    return Cited(card, _line(card.title), site.title if site.url else "", url, original, names, key_of(card.path))


def key_of(path: str) -> str:
    """What documents cite an article by: its path in letters, digits and hyphens, such as no other article has.

    A path that another one would be the same as, written so (`1953/02-flood.html` beside `1953/02/flood.html`), and one
    that holds other characters, has a tail made from it.
    """
    name = path.removesuffix(".html")
    plain = name.replace("/", "-")
    return plain if _tells_apart(name) else tailed(slug(plain), path)


_tells_apart = re.compile(
    r"(?:copies/|versions/)?(?:\d{4}/(?:\d\d|undated)/|(?:\d{4}|undated)/(?!\d\d-|undated-))[a-z0-9-]+", re.ASCII
).fullmatch


# -- BibTeX


def bibtex(item: Cited) -> str:
    """An entry of BibTeX, in UTF-8: `article`, or `online` where no newspaper is known; `misc` without an address too.

    Fields are those of BibTeX, with `date`, `entrysubtype` and `langid` as biblatex has them beside.
    """
    card = item.card
    fields = [f"  title = {{{{{_tex(item.title)}}}}}"]
    if item.names:
        fields.append(f"  author = {{{' and '.join(map(_tex_name, item.names))}}}")
    if card.source:
        fields += [f"  journal = {{{_tex(card.source)}}}", "  entrysubtype = {newspaper}"]
    date = card.date[:10]
    if date:
        fields.append(f"  date = {{{date}}}")
        fields.append(f"  year = {{{date[:4]}}}")
        if len(date) > 4:
            fields.append(f"  month = {_MONTHS[int(date[5:7]) - 1]}")
        if len(date) > 7:
            fields.append(f"  day = {{{int(date[8:])}}}")
    if item.url:
        fields.append(f"  url = {{{_tex_url(item.url)}}}")
    if item.original:
        fields.append(f"  note = {{{ORIGINAL} {_tex_link(item.original)}}}")
    fields.append(f"  language = {{{card.lang}}}")
    body = ",\n".join(fields)
    kind = "article" if card.source else "online" if item.url else "misc"
    return f"@{kind}{{{item.key},\n{body}\n}}\n"


def _tex(text: str) -> str:
    text = _line(text)
    return text.translate(_BIBTEX) if _special(text) else text


@_remembered
def _tex_name(name: Name) -> str:
    return _tex(name.inverted) if name.family else f"{{{_tex(name.literal)}}}"


def _tex_url(url: str) -> str:
    return url.translate(_NO_BRACES) if "{" in url or "}" in url or "\\" in url else url


def _tex_link(url: str) -> str:
    """An address within a text. `\\url` with a `%` or `#` in it can't be part of what other commands are given, as
    biblatex gives notes to its own (url.sty, section 2): then the address is written as any text.
    """
    url = _tex_url(url)
    return _tex(url) if "%" in url or "#" in url else f"\\url{{{url}}}"


_NO_BRACES = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})


# -- RIS


def ris(item: Cited) -> str:
    """A reference of RIS, type NEWS: lines end with CRLF, and `ER` closes it."""
    card = item.card
    lines = ["TY  - NEWS", f"TI  - {item.title}"]
    lines += [f"AU  - {_ris_name(name)}" for name in item.names]
    if card.source:
        lines.append(f"T2  - {_line(card.source)}")
    date = card.date[:10]
    if date:
        year, month, day = (*date.split("-"), "", "")[:3]
        # One tag or the other is what readers look at, or find the whole date in.
        lines += [f"Y1  - {year}/{month}/{day}/", f"DA  - {year}/{month}/{day}/"]
    if card.section:
        lines.append(f"SE  - {_line(card.section)}")
    if item.url:
        lines.append(f"UR  - {item.url}")
    if item.original:
        lines.append(f"N1  - {ORIGINAL} {item.original}")
    lines.append(f"LA  - {card.lang}")
    if item.archive:
        lines.append(f"DB  - {_line(item.archive)}")
    lines += [f"ID  - {item.key}", "ER  - ", ""]
    return "\r\n".join(lines)


@_remembered
def _ris_name(name: Name) -> str:
    return _line(name.inverted)


def _line(text: str) -> str:
    return " ".join(text.split())


# -- CSL-JSON


def csl(item: Cited) -> dict[str, Any]:
    """An item of CSL-JSON, type `article-newspaper`."""
    card = item.card
    found: dict[str, Any] = {"id": item.key, "type": "article-newspaper", "title": card.title}
    if item.names:
        found["author"] = [_csl_name(name) for name in item.names]
    if card.source:
        found["container-title"] = card.source
    if card.date:
        found["issued"] = {"date-parts": [[int(part) for part in card.date[:10].split("-")]]}
    if card.section:
        found["section"] = card.section
    if item.url:
        found["URL"] = item.url
    if item.original:
        found["note"] = f"{ORIGINAL} {item.original}"
    found["language"] = card.lang
    if item.archive:
        found["archive"] = item.archive
    return found


def _csl_name(name: Name) -> dict[str, str]:
    if not name.family:
        return {"literal": name.literal}
    found = {"family": name.family, "given": name.given}
    if name.suffix:
        found["suffix"] = name.suffix
    return found


# -- a whole file


def whole(format_: str, items: Iterable[Cited]) -> str:
    """A file of one of the FORMATS that holds so many articles."""
    if format_ == "csl-json":
        return msgspec.json.encode([csl(item) for item in items]).decode() + "\n"
    return "".join([bibtex(item) + "\n" if format_ == "bibtex" else ris(item) for item in items])


# -- for readers


class Download(msgspec.Struct, frozen=True):
    """An article's citation in one format: its name, the text to copy (nothing where only programs read it), a name
    for the file, and the file as a `data:` URL.
    """

    label: str
    text: str
    file: str
    href: str


class Citation(msgspec.Struct, frozen=True):
    """How to cite an article: the sentence, as HTML, and the formats to take away."""

    sentence: Markup
    downloads: tuple[Download, ...]


_LABELS = {"bibtex": "BibTeX", "ris": "RIS", "csl-json": "CSL-JSON"}


def label(path: str) -> str:
    """What a file of citations is called, by its ending."""
    return next(_LABELS[format_] for format_, ending in FORMATS.items() if path.endswith(ending))


def citation(card: Card, site: SiteView, words: Mapping[str, Any]) -> Citation:
    """What an article's page shows of how to cite it."""
    item = cited(card, site)
    downloads = []
    for format_, ending in FORMATS.items():
        text = whole(format_, (item,))
        data = b2a_base64(text.encode("utf-8", "replace"), newline=False).decode()
        href = marked(f"data:{MEDIA_TYPES[format_]};base64,{data}")  # has nothing to escape
        shown = text.rstrip("\n") if format_ == "bibtex" else ""
        downloads.append(Download(_LABELS[format_], shown, item.key + ending, href))
    return Citation(sentence(item, words), tuple(downloads))


def sentence(item: Cited, words: Mapping[str, Any]) -> Markup:
    """A reference in the style of the APA, as HTML: `Lee, A. (1953, February 1). Flood. *The Courier*. The Archive.
    https://…`

    Without an author the title comes first; without a newspaper the title is the work. After the archive's address
    comes the original's, in the site's language.
    """
    card = item.card
    title = escape_text(item.title)
    if not card.source:
        title = f"<i>{title}</i>"
    date = f"({escape_text(_date(card.date[:10], words))})."
    if item.names:
        parts = [f"{_stopped(escape_text(_people(item.names)))} {date} {_stopped(title)}"]
    else:
        parts = [f"{_stopped(title)} {date}"]
    if card.source:
        parts.append(_stopped(f"<i>{escape_text(card.source)}</i>"))
    if item.archive:
        # The page that this stands on is no link to follow, and no link within the site is absolute.
        parts += [_stopped(escape_text(item.archive)), escape_text(item.url)]
    elif item.url:
        parts.append(_linked(item.url))
    if item.original:
        parts.append(f"({str(words['cite_original']).format(url=_linked(item.original))})")
    return marked(" ".join(parts))


def _date(date: str, words: Mapping[str, Any]) -> str:
    if not date:
        return str(words["cite_undated"])
    if len(date) == 4:
        return date.lstrip("0")
    month = words["months_in_dates" if len(date) == 10 else "months"][int(date[5:7]) - 1]
    form = words["cite_day" if len(date) == 10 else "cite_month"]
    return str(form.format(year=date[:4].lstrip("0"), month=month, day=date[8:].lstrip("0")))


@_remembered
def _short(name: Name) -> str:
    """`Lee, A. M.`; a name that is not parted as it is."""
    if not name.family:
        return name.literal
    initials = " ".join(
        ["-".join([part[0].upper() + "." for part in word.split("-") if part]) for word in name.given.split()]
    )
    return ", ".join(filter(None, (name.family, initials, name.suffix)))


def _people(authors: Sequence[Name]) -> str:
    """Up to twenty names, the last after an ampersand; of more, the first nineteen and the last. Between two names of
    which neither is parted (organisations, say) there is no comma.
    """
    names = [_short(author) for author in authors]
    if len(names) > 20:
        return ", ".join(names[:19]) + ", … " + names[-1]
    if len(names) == 2 and not authors[0].family and not authors[1].family:
        return " & ".join(names)
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + ", & " + names[-1]


def _stopped(text: str) -> str:
    return text if text.removesuffix("</i>").rstrip(_CLOSING).endswith(_STOPS) else text + "."


def _linked(url: str) -> str:
    escaped = escape_text(url)
    return f'<a href="{escaped}">{escaped}</a>'


FILTERS: Mapping[str, Callable[..., Any]] = {"citation": citation, "citation_label": label}
"""The filters by the names that templates know them by."""
