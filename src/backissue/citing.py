"""An article as others cite it: BibTeX, RIS, CSL-JSON, and a sentence in the style of the APA's manual, 7th edition.

All are pure functions of an article's card and the site's settings. The address that they give is the archive's, which
stays, and beside it the original's; where the site has no address, the original's alone. Dates are as exact as known.
Names of persons are parted into given and family names only where that is safe; all others stand as they are.
"""

from __future__ import annotations

import functools
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from markupsafe import Markup, escape

from .entries import Card
from .phrases import absolute, web_address
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
_SPLITTABLE = re.compile(r"[A-Za-z\u00c0-\u058f\u1c80-\u1c8f\u1e00-\u1fff'’ʼ.,\-‐ ]+")
_BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}", "#": r"\#", "$": r"\$", "%": r"\%", "&": r"\&", "_": r"\_",
    }
)  # fmt: skip
_special = re.compile(r"[\\{}~^#$%&_]").search
_SPACES = re.compile(r"\s+")
_ends_a_sentence = re.compile(r"[.?!…。？！؟۔][\"'”’»)]*$").search


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


@functools.lru_cache(maxsize=10_000)
def name_of(text: str) -> Name:
    """Part a person's name: `Ann Lee` and `Lee, Ann` alike. Organisations, single names, and names in scripts whose
    order is another are not parted.
    """
    text = _SPACES.sub(" ", text).strip()
    if " " not in text or _CORPORATE.search(text) or not _SPLITTABLE.fullmatch(text) or text.isupper():
        return Name(text)
    first, comma, rest = text.partition(", ")
    if comma and _SUFFIX.fullmatch(rest):
        named = name_of(first)
        return Name(text, named.given, named.family, rest) if named.family else Name(text)
    if comma:
        return Name(text, rest, first) if "," not in rest else Name(text)
    words = text.split(" ")
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    return Name(text, " ".join(words[:start]), " ".join(words[start:]), suffix)


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


# -- BibTeX


def bibtex(card: Card, site: SiteView) -> str:
    """An entry of BibTeX, in UTF-8: `article`, or `online` where no newspaper is known.

    Fields are those of BibTeX, with `date`, `entrysubtype` and `langid` as biblatex has them beside.
    """
    url, original = address_of(card, site)
    fields = [f"  title = {{{{{_tex(card.title)}}}}}"]
    if card.authors:
        fields.append(f"  author = {{{' and '.join([_tex_name(author) for author in card.authors])}}}")
    if card.source:
        fields += [f"  journal = {{{_tex(card.source)}}}", "  entrysubtype = {newspaper}"]
    date = card.date[:10]
    if date:
        fields.append(f"  date = {{{date}}}")
        fields.append(f"  year = {{{date[:4]}}}")
        if len(date) > 4:
            fields.append(f"  month = {_MONTHS[int(date[5:7]) - 1]}")
    if url:
        fields.append(f"  url = {{{_tex_url(url)}}}")
    if original:
        fields.append(f"  note = {{{ORIGINAL} \\url{{{_tex_url(original)}}}}}")
    fields.append(f"  language = {{{card.lang}}}")
    body = ",\n".join(fields)
    return f"@{'article' if card.source else 'online'}{{{citation_key(card)},\n{body}\n}}\n"


def citation_key(card: Card) -> str:
    """What documents cite an article by: its path, which no other article has, in letters, digits and hyphens."""
    return card.path.removesuffix(".html").replace("/", "-")


def _tex(text: str) -> str:
    text = _SPACES.sub(" ", text)
    return text.translate(_BIBTEX) if _special(text) else text


def _tex_name(author: str) -> str:
    name = name_of(author)
    return _tex(name.inverted) if name.family else f"{{{_tex(name.literal)}}}"


def _tex_url(url: str) -> str:
    return url.translate(_NO_BRACES) if "{" in url or "}" in url or "\\" in url else url


_NO_BRACES = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})


# -- RIS


def ris(card: Card, site: SiteView) -> str:
    """A reference of RIS, type NEWS: lines end with CRLF, and `ER` closes it."""
    url, original = address_of(card, site)
    lines = ["TY  - NEWS", f"TI  - {_line(card.title)}"]
    lines += [f"AU  - {_line(name_of(author).inverted)}" for author in card.authors]
    if card.source:
        lines.append(f"T2  - {_line(card.source)}")
    date = card.date[:10]
    if date:
        year, month, day = (*date.split("-"), "", "")[:3]
        lines += [f"PY  - {year}", f"DA  - {year}/{month}/{day}/"]
    if card.section:
        lines.append(f"SE  - {_line(card.section)}")
    if url:
        lines.append(f"UR  - {url}")
    if original:
        lines.append(f"N1  - {ORIGINAL} {original}")
    lines.append(f"LA  - {card.lang}")
    if site.url:
        lines.append(f"DB  - {_line(site.title)}")
    lines += [f"ID  - {citation_key(card)}", "ER  - ", ""]
    return "\r\n".join(lines)


def _line(text: str) -> str:
    return _SPACES.sub(" ", text)


# -- CSL-JSON


def csl(card: Card, site: SiteView) -> dict[str, Any]:
    """An item of CSL-JSON, type `article-newspaper`."""
    url, original = address_of(card, site)
    item: dict[str, Any] = {"id": citation_key(card), "type": "article-newspaper", "title": card.title}
    if card.authors:
        item["author"] = [_csl_name(name_of(author)) for author in card.authors]
    if card.source:
        item["container-title"] = card.source
    if card.date:
        item["issued"] = {"date-parts": [[int(part) for part in card.date[:10].split("-")]]}
    if card.section:
        item["section"] = card.section
    if url:
        item["URL"] = url
    if original:
        item["note"] = f"{ORIGINAL} {original}"
    item["language"] = card.lang
    if site.url:
        item["archive"] = site.title
    return item


def _csl_name(name: Name) -> dict[str, str]:
    if not name.family:
        return {"literal": name.literal}
    found = {"family": name.family, "given": name.given}
    if name.suffix:
        found["suffix"] = name.suffix
    return found


# -- a whole file


def whole(format_: str, cards: Iterable[Card], site: SiteView) -> str:
    """A file of one of the FORMATS that holds so many articles."""
    if format_ == "csl-json":
        return msgspec.json.encode([csl(card, site) for card in cards]).decode() + "\n"
    return "".join([bibtex(card, site) + "\n" if format_ == "bibtex" else ris(card, site) for card in cards])


# -- for readers


class Download(NamedTuple):
    """An article's citation in one format: its name, the text, a name for the file, and the file as a `data:` URL."""

    label: str
    text: str
    file: str
    href: str


class Citation(NamedTuple):
    """How to cite an article: the sentence, as HTML, and the formats to take away."""

    sentence: Markup
    downloads: tuple[Download, ...]


_LABELS = {"bibtex": "BibTeX", "ris": "RIS", "csl-json": "CSL-JSON"}


def label(path: str) -> str:
    """What a file of citations is called, by its ending."""
    return next(_LABELS[format_] for format_, ending in FORMATS.items() if path.endswith(ending))


def citation(card: Card, site: SiteView, words: Mapping[str, Any]) -> Citation:
    """What an article's page shows of how to cite it."""
    stem = citation_key(card)
    downloads = []
    for format_, ending in FORMATS.items():
        text = whole(format_, (card,), site)
        data = b64encode(text.encode("utf-8", "replace")).decode()
        href = f"data:{MEDIA_TYPES[format_]};base64,{data}"
        downloads.append(Download(_LABELS[format_], text.replace("\r\n", "\n").rstrip("\n"), stem + ending, href))
    return Citation(sentence(card, site, words), tuple(downloads))


def sentence(card: Card, site: SiteView, words: Mapping[str, Any]) -> Markup:
    """A reference in the style of the APA, as HTML: `Lee, A. (1953, February 1). Flood. *The Courier*. The Archive. https://…`

    Without an author the title comes first; without a newspaper the title is the work. After the archive's address
    comes the original's, in the site's language.
    """
    title = str(escape(_SPACES.sub(" ", card.title)))
    if not card.source:
        title = f"<i>{title}</i>"
    date = f"({escape(_date(card.date[:10], words))})."
    if card.authors:
        people = _people([_short(name_of(author)) for author in card.authors])
        parts = [f"{_stopped(str(escape(people)))} {date} {_stopped(title)}"]
    else:
        parts = [f"{_stopped(title)} {date}"]
    if card.source:
        parts.append(_stopped(f"<i>{escape(card.source)}</i>"))
    if site.url:
        parts.append(_stopped(str(escape(site.title))))
    url, original = address_of(card, site)
    if url:
        # The page that this stands on is no link to follow, and no link within the site is absolute.
        parts.append(str(escape(url)) if site.url else _linked(url))
    if original:
        parts.append(f"({str(words['cite_original']).format(url=_linked(original))})")
    return Markup(" ".join(parts))


def _date(date: str, words: Mapping[str, Any]) -> str:
    if not date:
        return str(words["cite_undated"])
    if len(date) == 4:
        return date.lstrip("0")
    month = words["months_in_dates" if len(date) == 10 else "months"][int(date[5:7]) - 1]
    form = words["cite_day" if len(date) == 10 else "cite_month"]
    return str(form.format(year=date[:4].lstrip("0"), month=month, day=date[8:].lstrip("0")))


def _short(name: Name) -> str:
    """`Lee, A. M.`; a name that is not parted as it is."""
    if not name.family:
        return name.literal
    initials = " ".join(
        ["-".join([part[0].upper() + "." for part in word.split("-") if part]) for word in name.given.split()]
    )
    return ", ".join(filter(None, (name.family, initials, name.suffix)))


def _people(names: list[str]) -> str:
    """Up to twenty names, the last after an ampersand; of more, the first nineteen and the last."""
    if len(names) > 20:
        return ", ".join(names[:19]) + ", … " + names[-1]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + ", & " + names[-1]


def _stopped(text: str) -> str:
    return text if _ends_a_sentence(text.removesuffix("</i>")) else text + "."


def _linked(url: str) -> str:
    return f'<a href="{escape(url)}">{escape(url)}</a>'


FILTERS: Mapping[str, Callable[..., Any]] = {"citation": citation, "citation_label": label}
"""The filters by the names that templates know them by."""
