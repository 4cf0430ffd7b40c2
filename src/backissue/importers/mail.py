"""E-mails as agencies and correspondents send them (RFC 5322, MIME) → one article, pictures with it; MHTML → its page.

The subject is the headline, unless the text begins with lines that say otherwise (`Headline:`, `Abstract:`). Of several
forms of the text the HTML one counts. Nobody's address is kept. A page that a browser saved as MHTML is a web page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

from ..article import Image
from . import html
from .agency.items import Item, outcome, plain, text_to_markdown
from .decoding import Undecodable, decode
from .fragments import to_markdown
from .outcomes import Imported, Input, Outcome, Rejected, Settings, Unreadable

FORMAT = "mail"
TITLE = "E-mail and MHTML"
VERSION = 1
ALONE = True
MAX_BYTES = 64 << 20

_HEADER = re.compile(rb"([!-9;-~]{1,76}):[ \t]?[^\n]*\n(?:[ \t][^\n]*\n)*")
_OF_MAIL = frozenset(
    b"from to cc date subject received return-path delivered-to mime-version message-id content-type reply-to "
    b"x-received dkim-signature content-transfer-encoding x-mailer".split()
)
_ORIGIN = frozenset((b"from", b"received", b"return-path", b"delivered-to"))
_SIGNATURE = re.compile(r"^-- ?\s*$", re.MULTILINE)
_HTML_SIGNATURE = re.compile(
    r"<div[^>]*class=[\"']gmail_signature|<div>\s*--\s*(?:<br|</div)|(?<=>)--\s*<br", re.IGNORECASE
)
_SAID = re.compile(r"[*_]{0,3}(headline|abstract|summary|slugline|byline)[*_]{0,3}:[*_]{0,3}[ \t]*(.*)", re.IGNORECASE)
_PICTURES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/avif": ".avif",
}


def recognises(head: bytes) -> int:
    """85 for a head of at least three fields that mails have, one of which says where it came from."""
    rest = head.lstrip(b"\xef\xbb\xbf \t\r\n").replace(b"\r\n", b"\n")
    names: set[bytes] = set()
    at = 0
    while len(names) < 40 and (field := _HEADER.match(rest, at)):
        names.add(field[1].lower())
        at = field.end()
    return 85 if len(names & _OF_MAIL) >= 3 and names & _ORIGIN else 0


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """The article of a mail, or why there is none. Raises Unreadable for parts within parts without end."""
    with source.open() as stream:
        data = stream.read()
    try:
        message = message_from_bytes(data.lstrip(b"\xef\xbb\xbf \t\r\n"), policy=policy.default)
        parts = [part for part in message.walk() if not part.is_multipart()]
    except RecursionError:
        raise Unreadable("not a mail that can be read: parts within parts without end") from None
    page = _header(message, "Snapshot-Content-Location")
    if page or "<saved by" in _header(message, "From").lower():
        yield _page(parts, page, settings)
    else:
        yield _article(message, parts, settings)


def _page(parts: list[EmailMessage], url: str, settings: Settings) -> Outcome:
    """The article on a page that a browser saved."""
    for part in parts:
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            url = settings.url or url or _header(part, "Content-Location")
            return html.read_page(_bytes(part), url=url, charset=part.get_content_charset() or "", settings=settings)
    return Rejected(place="", reason="a saved page without the page")


def _article(message: EmailMessage, parts: list[EmailMessage], settings: Settings) -> Outcome:
    texts: dict[str, str] = {}
    pictures: dict[str, bytes] = {}
    places: dict[str, str] = {}
    for part in parts:
        kind = part.get_content_type()
        if kind in ("text/html", "text/plain") and part.get_content_disposition() != "attachment":
            try:
                texts[kind] = f"{texts[kind]}\n\n{_text(part)}" if kind in texts else _text(part)
            except Undecodable as error:
                return Rejected(place="", reason=str(error))
        elif kind in _PICTURES and (picture := _bytes(part)):
            name = f"picture-{len(pictures) + 1}{_PICTURES[kind]}"
            pictures[name] = picture
            places[_header(part, "Content-ID").strip("<> ")] = name
    said, body = _body(texts, places)
    shown = {name: picture for name, picture in pictures.items() if name in body}
    lead = next(iter(pictures), "") if not shown else ""
    if lead:
        shown[lead] = pictures[lead]
    left_out = len(pictures) - len(shown)
    item = Item(
        headline=said.get("headline") or _mended(plain(_header(message, "Subject"))),
        bylines=(said.get("byline", ""),),
        summary=said.get("abstract") or said.get("summary", ""),
        slugline=said.get("slugline", ""),
        section=said.get("category", ""),
        body=body,
        published=(_date(message),),
        identity=f"mid:{name}" if (name := _header(message, "Message-ID").strip("<> \t\r\n")) else "",
        image=Image(lead) if lead else None,
        notes=(f"{left_out} pictures of the mail are not in its text, and were left out",) if left_out else (),
        extra={key: value for key, value in (("sender", plain(parseaddr(_header(message, "From"))[0])),) if value},
    )
    if not body:
        return Rejected(place="", reason="a mail without text")
    made = outcome(item, "", settings)
    if isinstance(made, Imported):
        return Imported(article=made.article, place=made.place, identity=made.identity, files=shown)
    return made


def _body(texts: dict[str, str], places: dict[str, str]) -> tuple[dict[str, str], str]:
    """What the text says of itself, by lower-case name, and the rest as Markdown."""
    written = texts.get("text/plain", "")
    data = _object(written)
    if data:
        return data, text_to_markdown(data.get("body", ""))
    if texts.get("text/html", "").strip():
        source = re.sub(r"cid:([^\"'\s>]+)", lambda match: places.get(match[1], match[0]), texts["text/html"])
        cut = _HTML_SIGNATURE.search(source)
        body = to_markdown(source[: cut.start()]) if cut else ""
        body = body if body.strip() else to_markdown(source)
    else:
        body = text_to_markdown(_SIGNATURE.split(written.replace("\r\n", "\n"), maxsplit=1)[0])
    paragraphs, said = body.split("\n\n"), {}
    for paragraph in paragraphs[:6]:
        line = _SAID.fullmatch(paragraph)
        if line:
            said[line[1].lower()] = line[2].strip("*_ ")
            paragraphs.remove(paragraph)
    return said, "\n\n".join(paragraphs).strip()


def _object(text: str) -> dict[str, str]:
    """A text that is a JSON object with a headline and a body (an editorial form, sent by mail), each value as text."""
    if not text.lstrip().startswith("{"):
        return {}
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return {}
    fields = {key.lower(): each[0] if isinstance(each, list) and each else each for key, each in value.items()}
    fields = {key: each for key, each in fields.items() if isinstance(each, str)}
    return fields if fields.get("headline") and fields.get("body") else {}


def _header(message: EmailMessage, name: str) -> str:
    """A field's value, or nothing where it is missing or too broken for the parser."""
    try:
        return str(message.get(name, ""))
    except Exception:  # the parser of fields fails in many ways
        return ""


def _date(message: EmailMessage) -> str:
    try:
        return parsedate_to_datetime(_header(message, "Date")).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _bytes(part: EmailMessage) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError):
        return b""
    return data if isinstance(data, bytes) else b""


def _text(part: EmailMessage) -> str:
    """A part's text: UTF-8 where it is, whatever it says; else as it says; else as its bytes say."""
    data = _bytes(part)
    for charset in ("utf-8", part.get_content_charset() or "utf-8"):
        try:
            return data.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return decode(data)


def _mended(text: str) -> str:
    """A text whose UTF-8 was taken for windows-1252, as mailers do that state the wrong one."""
    try:
        return text if text.isascii() else text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
