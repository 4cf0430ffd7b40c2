"""What single lines of a captured post say about it: who wrote it, when, where it appeared, what to read next.

The lines are those that feeds, their readers and the sites that syndicate them set around a post's own text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import tzinfo

import msgspec

from ..article import Named, Related
from ..dates import Date, parse_date
from .people import people_in

MAX_HEADLINE = 300
"""Characters that a headline has at most."""


class Facts(msgspec.Struct, kw_only=True):
    """What has been learnt so far, line by line."""

    authors: dict[str, Named] = {}
    source: Named | None = None
    via: Named | None = None
    url: str = ""
    date: Date | None = None
    updated: Date | None = None
    related: dict[Related, None] = {}
    syndicated: bool = False


_URL = re.compile(r"https?://[^\s<>\"“”]+[^\s<>\"“”.,;:!?)\]]")
_NOISE = re.compile(
    r"[|\s]*|_{3,}|(?:\W*(?:go to (?:the )?source|source link|click here to view (?:the )?original)\W*)",
    re.IGNORECASE,
)
_READ = re.compile(
    r"^[\W_]*(?:(?:must[- ])?read(?: more| also| next| on| further| related)?|also read|see also|more on this"
    r"|related(?: (?:articles?|stories|story|posts?|reading|news|coverage))?|recommended(?: reading)?"
    r"|lesen sie auch|mehr dazu|siehe auch|lire aussi|à lire aussi|lea también|lee también|leia também|leia mais"
    r"|leggi anche|lees ook|läs också|les også|читайте также|читать также)\s*[:：]\s*(?P<title>.*)$",
    re.IGNORECASE,
)
_APPEARED = re.compile(
    r"^(?:the|this) (?:post|article|story)\s*(?P<title>.*?)\s*(?:was )?(?:first |originally )?(?:appeared|published)"
    r"(?: first| originally)? (?:on|at|in|by)\s+(?P<site>.{2,120}?)[\s.]*$",
    re.IGNORECASE,
)
_ORIGINALLY = re.compile(
    r"^(?:originally|first) (?:published|posted|appeared) (?:on|at|in|by)\s+(?P<site>.{2,100}?)[\s.]*$", re.IGNORECASE
)
_LABELLED = re.compile(
    r"^(?P<label>authors?|written by|byline|by|source|publication|publisher|via|syndicated (?:by|from|via)"
    r"|republished from|republished with permission (?:of|from)|url|link|original(?: article| link| url)?"
    r"|published(?: on| at)?|posted(?: on| at)?|date|publication date|date published"
    r"|(?:last )?updated(?: on| at)?|(?:last )?modified(?: on)?)\s*[:：]\s*(?P<value>\S.*)$",
    re.IGNORECASE,
)
_UNLABELLED = re.compile(r"^(?P<label>published|posted|updated|via)(?: on| at)?\s+(?P<value>\S.*)$", re.IGNORECASE)
_BYLINE = re.compile(
    r"^by\s+(?P<names>[^\W\d_][\w.'’-]*(?:[ ,]+(?:and |& |und |et )?(?:[^\W\d_][\w.'’&-]*)){0,11})$", re.IGNORECASE
)
_SMALL_WORDS = frozenset("and of the de da do dos van von der den la le el al bin ibn ter und et y for & with".split())
_PIECES = re.compile(r"\s+[|•·–—]\s+|\s*\|\s*|(?<=[^\W\d_]),\s+(?=(?:published|posted|updated)\b)", re.IGNORECASE)
_WEEKDAYLESS = re.compile(r"^(?:on|at)\s+", re.IGNORECASE)


def is_noise(text: str) -> bool:
    """Whether a line holds nothing of the post: a stray bar, a rule, `Go to Source`."""
    return _NOISE.fullmatch(text) is not None


def related_title(text: str) -> str | None:
    """The headline after `Read:`, `Read more:` and their like; empty where it stands in the next line; else None."""
    match = _READ.match(text)
    return match["title"].strip() if match and len(match["title"]) <= MAX_HEADLINE else None


def as_related(title: str) -> Related:
    """Another article, by the headline and the address that a line gives of it."""
    found = _URL.search(title)
    if found is None:
        return Related(title.strip(" \t•·*-–"))
    rest = " ".join((title[: found.start()] + " " + title[found.end() :]).split())
    return Related(rest.strip(" \t•·*-–:()<>[]"), found[0])


def learn_anywhere(text: str, facts: Facts, headline: str) -> bool:
    """Learn from a line that may stand anywhere: `The post … appeared first on …`, `Author: …`; whether it was one."""
    match = _APPEARED.match(text)
    if match:
        title = match["title"].strip(" \"'“”‘’")
        if same_words(title, headline) or not title:
            facts.source, facts.syndicated = facts.source or _site(match["site"]), True
            return True
        return False
    match = _ORIGINALLY.match(text)
    if match and len(match["site"].split()) <= 8:
        facts.source, facts.syndicated = facts.source or _site(match["site"]), True
        return True
    match = _LABELLED.match(text)
    learn = _LEARNERS.get(match["label"].lower().split()[0]) if match else None
    return learn(match["value"].strip(), facts) if match and learn else False


def learn_above(text: str, facts: Facts, zone: tzinfo) -> bool:
    """Learn from a line between headline and text: a byline, a date, or both in one line; whether it was such."""
    pieces = [piece for piece in _PIECES.split(text) if piece.strip(" |")]
    trial = msgspec.structs.replace(facts, authors=dict(facts.authors), related=dict(facts.related))
    if not pieces or len(text) > MAX_HEADLINE or not all(_learn_piece(piece.strip(), trial, zone) for piece in pieces):
        return False
    for name in facts.__struct_fields__:
        setattr(facts, name, getattr(trial, name))
    return True


def same_words(one: str, other: str) -> bool:
    """Whether two headlines are one but for case, punctuation and the kind of quotation marks."""
    return _plain(one) == _plain(other)


def date_of(text: str, zone: tzinfo) -> Date | None:
    """A date that is written out as one, in any language that can be told; None for any other text."""
    text = _WEEKDAYLESS.sub("", text.strip(" .,|–—-"))
    if not re.search(r"\d{4}", text) or len(text) > 60:
        return None
    try:
        date = parse_date(text, zone)
    except ValueError:
        pass
    else:
        return date if date.precision in ("day", "time") else None
    try:
        from .looser_dates import read_date

        date_ = read_date(text, zone)
    except ImportError:  # names of months in other languages come with the extra
        return None
    return date_ if date_ is not None and date_.precision in ("day", "time") else None


def _learn_piece(text: str, facts: Facts, zone: tzinfo) -> bool:
    match = _LABELLED.match(text) or _UNLABELLED.match(text)
    label = match["label"].lower().split() if match else []
    if match and label[0] in ("published", "posted", "date", "publication", "updated", "last", "modified"):
        date = date_of(match["value"], zone)
        if date is not None:
            if label[0] in ("updated", "last", "modified"):
                facts.updated = facts.updated or date
            else:
                facts.date = facts.date or date
            return True
    if match and label[0] in _LEARNERS and _LABELLED.match(text):
        return _LEARNERS[label[0]](match["value"].strip(), facts)
    byline = _BYLINE.match(text)
    if byline and _look_like_names(byline["names"]):
        return _learn_authors(byline["names"], facts)
    date = date_of(text, zone)
    if date is None:
        return False
    facts.date = facts.date or date
    return True


def _look_like_names(text: str) -> bool:
    words = text.replace(",", " ").split()
    return len(words) <= 12 and all(
        word[0].isupper() or not word[0].isalpha() or word.lower() in _SMALL_WORDS for word in words
    )


def _learn_authors(value: str, facts: Facts) -> bool:
    people = people_in(value)
    if not people or len(value) > 200 or len(value.split()) > 30:
        return False
    for person in people:
        facts.authors.setdefault(person.name.casefold(), person)
    return True


def _learn_source(value: str, facts: Facts) -> bool:
    if len(value.split()) > 10:
        return False
    found = _site(value)
    if facts.source is not None and facts.source.name.casefold() != found.name.casefold():
        return False
    if found.name == found.url:
        return _learn_url(value, facts)
    facts.source = facts.source or found
    return True


def _learn_via(value: str, facts: Facts) -> bool:
    if len(value.split()) > 8 or facts.via is not None:
        return False
    facts.via = _site(value)
    return True


def _learn_url(value: str, facts: Facts) -> bool:
    found = _URL.fullmatch(value)
    if found is None or (facts.url and facts.url != found[0]):
        return False
    facts.url = found[0]
    return True


_LEARNERS: dict[str, Callable[[str, Facts], bool]] = {
    "author": _learn_authors,
    "authors": _learn_authors,
    "written": _learn_authors,
    "byline": _learn_authors,
    "by": _learn_authors,
    "source": _learn_source,
    "publication": _learn_source,
    "publisher": _learn_source,
    "via": _learn_via,
    "syndicated": _learn_via,
    "republished": _learn_via,
    "url": _learn_url,
    "link": _learn_url,
    "original": _learn_url,
}
"""The first word of a label → what learns from its value: true where the line held nothing else."""


def _site(text: str) -> Named:
    """A site or paper by its name, with its address where the text gives one."""
    found = _URL.search(text)
    if found is None:
        return Named(" ".join(text.split()).rstrip("."))
    name = " ".join((text[: found.start()] + " " + text[found.end() :]).split()).strip(" ()<>[]:,-–.")
    return Named(name or found[0], found[0])


def _plain(text: str) -> str:
    return "".join(re.findall(r"\w+", text.casefold()))
