"""Wire text as it comes off the line, in IPTC 7901 or ANPA 1312 → articles, one for every message.

Both begin a message with SOH, its text with STX, end that with ETX and the message with EOT. IPTC 7901
(https://iptc.org/standards/iptc-7901/) puts source, number, priority, category and word count into the header, and ends
the headline with ` =`; ANPA 1312 puts a service, a selector and a slug there, and marks lines with `^` and `<`. Neither
says in what characters it is: that is told from the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from .agency.items import Item, outcome, plain
from .agency.topics import CATEGORIES
from .agency.wirestamps import anpa_stamp, iptc_stamp
from .agency.wiretext import anpa_markdown, plain_paragraphs, typography
from .decoding import STRAY, Undecodable, encoding_of_bytes
from .outcomes import Input, Outcome, Rejected, Settings, Unreadable

FORMAT = "wire"
TITLE = "Wire text (IPTC 7901, ANPA 1312)"
VERSION = 1
MAX_BYTES = 0

SOH, STX, ETX, EOT = b"\x01", b"\x02", b"\x03", b"\x04"
MESSAGE_BYTES = 4 << 20
"""The longest message: what goes on without an end for longer is no wire text."""

_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_IPTC = re.compile(
    r"(?P<source>[A-Za-z]{2,6})\s?(?P<number>\d{2,5})\s+(?P<priority>[1-9])\s+(?P<category>[A-Za-z]{1,4})\s+"
    r"(?P<words>\d{1,5})?(?P<rest>[^\n]*)"
)
_ANPA = re.compile(
    r"(?P<service>[A-Za-z])(?P<number>\d{3,5})\s*[\x1f ]\s*(?P<selector>[^\n]*)\n"
    r"\s*(?P<priority>[A-Za-z])\s*(?P<category>[A-Za-z])(?=[\s\x00-\x1f])"
)
_IPTC_HEAD = re.compile(rb"\x01\s?[A-Za-z]{2,6}\s?\d{2,5}\s+[1-9]\s+[A-Za-z]{1,4}\s+\d")
_ANPA_HEAD = re.compile(rb"\x01[A-Za-z]\d{3,5}[\x1f ]")
_EDITION = re.compile(
    r"\(?(?:\d\w{2} |first |final )?(?:lead|writethru|write-through|roundup|update|refile|extra|urgent|bulletin"
    r"|flash|achtung|alert|eil"
    r"|corrected|correction|berichtigung|wiederholung|zusammenfassung|news feature|feature|analysis|preview|ausblick"
    r"|vorschau|neu|insert|add|ergänzung|kill|advisory)\w*(?: \d)?\)?[.:]?",
    re.IGNORECASE,
)
_TAKE = re.compile(
    r",?\s*(\d\w{2} (?:Ld|Add|Lead)(?:-Writethru)?|Writethru|Insert|Correction|Kill|Take \d)\b", re.IGNORECASE
)
_WITHDRAWN = re.compile(r"\b(?:kill|withhold|eliminat|annullier|mandatory kill)", re.IGNORECASE)
_EDITORS = re.compile(r"\(?(?:eds|editors)\b\s*:", re.IGNORECASE)
_PHOTOS = re.compile(r"(?:[A-Z]{2,6}\s)?(?:Photos?|Graphics?|Video)\b[\sA-Z0-9,.-]*$")
_PRIVATE = re.compile(r"\bnot (?:intended )?for publication\b|nicht zur Veröffentlichung", re.IGNORECASE)
_PASSING = re.compile(r"alert|advisor|digest|budget|schedule|glance|headlines|top-", re.IGNORECASE)
_BY = re.compile(r"(?:by|von|par|por)\s+\S", re.IGNORECASE)


def recognises(head: bytes) -> int:
    """Certain where a message begins as one of the two standards says."""
    if STX not in head and len(head) < 60_000:
        return 0
    if _IPTC_HEAD.search(head[:4096]) or _ANPA_HEAD.search(head[:4096]):
        return 95
    return 40 if SOH in head[:64] and STX in head and ETX in head else 0


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """An outcome for every message."""
    number = 0
    for data in _messages(source):
        number += 1
        place = f"message {number}"
        try:
            text, notes = _decoded(data)
        except Undecodable as error:
            yield Rejected(place=place, reason=str(error))
            continue
        item = _item(text)
        if item is None:
            yield Rejected(place=place, reason="neither IPTC 7901 nor ANPA 1312: it has no header and no start of text")
            continue
        yield outcome(msgspec.structs.replace(item, notes=(*notes, *item.notes)), item.identity or place, settings)
    if not number:
        raise Unreadable("no message in it: nothing stands between SOH and EOT")


def _messages(source: Input) -> Iterator[bytes]:
    """The messages, from SOH to EOT; the last may break off."""
    with source.open() as stream:
        held = b""
        while piece := stream.read(1 << 18):
            held += piece
            *whole, held = re.split(rb"\x04\s*", held)
            yield from (each for each in whole if _CONTROLS.sub(b"", each).strip())
            if len(held) > MESSAGE_BYTES:
                raise Unreadable(f"refused: a message goes on for more than {MESSAGE_BYTES >> 20} MiB")
        if _CONTROLS.sub(b"", held).strip():
            yield held


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a message, and a note where its characters had to be told from more than ASCII and UTF-8."""
    encoding = encoding_of_bytes(_CONTROLS.sub(b" ", data))
    text = data.decode(encoding, STRAY if encoding == "utf-8" else "replace")
    notes = () if encoding.startswith("utf") else (f"it does not say in what characters it is: read as {encoding}",)
    return text.replace("\r\n", "\n").replace("\r", "\n"), notes


def _item(text: str) -> Item | None:
    header, begun, rest = text.rpartition("\x01")[2].partition("\x02")
    if not begun:
        return None
    body, _, trailer = rest.partition("\x03")
    anpa = _ANPA.match(header)
    if anpa:
        return _anpa_item(anpa, header[anpa.end() :], body, trailer)
    iptc = _IPTC.match(header.lstrip())
    if iptc or body:
        return _iptc_item(iptc, header.lstrip().partition("\n")[2], body, trailer)
    return None


def _iptc_item(header: re.Match[str] | None, slug: str, body: str, trailer: str) -> Item:
    lines = [line.rstrip() for line in body.split("\n")]
    ends = next((n for n, line in enumerate(lines[:12]) if line.endswith("=")), None)
    head = lines[: ends + 1] if ends is not None else lines[: _first_blank(lines)] if _first_blank(lines) < 5 else []
    rest = lines[len(head) :]
    public = _for_publication(rest)
    titles: list[str] = []
    bylines: list[str] = []
    editions: list[str] = []
    for line in (_clean(line.rstrip("= ")) for line in head):
        if not line:
            continue
        if _EDITION.fullmatch(line):
            editions.append(line.strip("()"))
        elif titles and _BY.match(line):
            bylines.append(line)
        else:
            titles.append(line)
    if not titles and editions:
        titles = [editions.pop()]
    source = (
        plain(re.split(r"\s+\d+\s*$", header["rest"])[0].split()[-1] if header and header["rest"].split() else "")
        if header
        else ""
    )
    agency = source if source and not source.isdigit() else ""
    sent = iptc_stamp(_clean(trailer))
    number = header["number"] if header else ""
    return Item(
        headline=" ".join(titles),
        bylines=tuple(bylines),
        slugline=plain(slug).strip(" /"),
        body=plain_paragraphs(public),
        private=len(public) < len(rest),
        section=CATEGORIES.get(header["category"].lower(), "") if header else "",
        source=agency,
        published=(sent,),
        status="canceled" if any(_WITHDRAWN.search(edition) for edition in editions) else "",
        version="; ".join(editions),
        identity=f"{header['source']}{number} {sent}".strip() if header and sent else "",
        extra={
            key: value
            for key, value in (("priority", header["priority"] if header else ""), ("edition", ", ".join(editions)))
            if value
        },
    )


def _for_publication(lines: list[str]) -> list[str]:
    """The lines up to the notes that are marked as not for publication."""
    at = next((number for number, line in enumerate(lines) if _PRIVATE.search(line)), len(lines))
    while 0 < at < len(lines) and not re.search(r"[^\W_]", lines[at - 1]):
        at -= 1
    return lines[:at]


def _first_blank(lines: list[str]) -> int:
    begun = False
    for number, line in enumerate(lines):
        if line.strip():
            begun = True
        elif begun:
            return number
    return len(lines)


def _anpa_item(header: re.Match[str], slug: str, body: str, trailer: str) -> Item:
    lines = body.split("\n")
    at = next((n for n, line in enumerate(lines) if line.strip() and not line.lstrip(" ").startswith("^")), len(lines))
    marked = [
        part for line in lines[:at] for part in re.split(r"<\s*\^", line.strip(" ^\x00")) if part.strip(" <=^\x08")
    ]
    words = [word for line in marked[:2] if (word := _clean(line.strip(" <=^"))) and not re.fullmatch(r"\*\w+", word)]
    keyword = re.sub(r",?\s*\d{1,5}$", "", words[0] if words else _clean(slug))
    head = _head_lines(marked[1:], keyword)
    take = _TAKE.search(keyword)
    agency, sent = anpa_stamp(_clean(trailer))
    category = header["category"].lower()
    number = f"{header['service']}{header['number']}"
    rest = [*head["body"], *lines[at:]]
    return Item(
        headline=typography(" ".join(head["title"])),
        bylines=tuple(head["by"]),
        slugline=_TAKE.sub("", keyword).strip(" ,"),
        summary=typography(" ".join(head["summary"])),
        body=anpa_markdown(rest),
        section=CATEGORIES.get(category, ""),
        source=agency,
        published=(sent,),
        status="canceled" if take and _WITHDRAWN.search(take[1]) else "",
        version=take[1] if take else "",
        identity=_story(agency, _TAKE.sub("", keyword).strip(" ,"), number, sent),
        ednotes=tuple(head["notes"]),
        extra={"priority": header["priority"]},
    )


def _story(agency: str, slug: str, number: str, sent: str) -> str:
    """What a story is called in all its takes: agency, slug and day; slugs of passing news name no one story."""
    if not sent:
        return ""
    return f"{number} {sent}" if not slug or _PASSING.search(slug) else f"{agency} {slug} {sent[:10]}".strip()


def _head_lines(marked: list[str], keyword: str) -> dict[str, list[str]]:
    """The marked lines before the text, by what they are; lines past the byline that are none of these are text."""
    found: dict[str, list[str]] = {"title": [], "by": [], "notes": [], "summary": [], "body": []}
    for line in marked:
        text = _clean(re.sub(r"[<=]\s*$", "", line.strip()).strip(" ^"))
        if not text or text == keyword or re.fullmatch(r"[\w*-]*,?\s*\d{3,5}", text):
            continue
        if _EDITORS.match(text) or _PHOTOS.match(text):
            found["notes"].append(text)
        elif _BY.match(text) and not found["by"]:
            found["by"].append(text)
        elif (
            found["by"]
            and not found["body"]
            and line.rstrip().endswith("=")
            and re.search(r"(?i)press|writer|agency|news|staff", text)
        ):
            found["by"][-1] += f", {text}"
        elif not found["title"] and not found["by"]:
            found["title"].append(text)
        elif text.upper().startswith("EDITOR'S NOTE"):
            found["body"].append(f"^{text}")
        elif line.rstrip().endswith("<") and not found["by"] and not found["summary"] and len(text) > 80:
            found["summary"].append(text)
        else:
            found["body"].append(f"^{text}{'=' if line.rstrip().endswith('=') else ''}")
    return found


def _clean(text: str) -> str:
    return plain(re.sub("[\x00-\x1f\x7f]", " ", text.replace("\x10", "")))
