"""Bytes of unknown encoding → text: told from the bytes themselves, and refused rather than garbled.

A byte order mark decides. Without one UTF-8 is tried, then UTF-16 (every other byte is nought); what is left is an
older code page. Those of Latin script are told apart by the letters that languages use: `ø` between the letters of
French is a sign that the text is not in windows-1252. Those of Cyrillic, Greek, Hebrew and Arabic script are told by
their commonest letters. Other scripts are charset-normalizer's (extra `import`).
"""

from __future__ import annotations

import codecs
import importlib
import re
from typing import BinaryIO

SAMPLE_BYTES = 262_144
"""How much of a text with bytes that are not UTF-8 is looked at."""

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks, each with the encoding of what stands behind it; none begins a longer one that comes later."""

_WITH_MARK = {
    "utf-8": "utf-8-sig",
    "utf-32-le": "utf-32",
    "utf-32-be": "utf-32",
    "utf-16-le": "utf-16",
    "utf-16-be": "utf-16",
}
"""The encodings that read the same bytes together with the mark, and drop it."""

_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MARKS_OF_PRINT = frozenset("‘’‚‛“”„‟«»‹›–—…•·€£§©®°™†‡¿¡ªº´\u00a0\u00ad½¼¾×¬")

_WESTERN = (
    "äöüß",
    "éèêëàâçîïôœæùûüÿ",
    "áéíóúñü",
    "ãõáâàçéêíóôúü",
    "àèéìíîòóùú",
    "ëïéèêöóüáíú",
    "åäöæøéü",
    "áæéíðóöúýþ",
)
_CENTRAL = ("áčďéěíňóřšťúůýžäĺľŕô", "ąćęłńóśźż", "áéíóöőúüű", "čšžćđ", "ăâîşţ")
_PAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cp1252", _WESTERN),
    ("iso8859-15", _WESTERN),
    ("cp1250", _CENTRAL),
    ("iso8859-2", _CENTRAL),
    ("cp1254", ("çğıöşüiâîû\u0307",)),
    ("cp1257", ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž")),
    ("mac_roman", _WESTERN),
    ("cp850", _WESTERN),
)
"""Code pages of Latin script, the likelier first, with the letters (beyond a to z) of the languages written in each."""

_COMMONEST = (
    (("cp1251", "koi8-r", "koi8-u", "cp866", "iso8859-5", "mac_cyrillic"), "оеаинтсрвлкмдпуяыз"),
    (("cp1253", "iso8859-7"), "αοιετσνηυρπκλμωάίό"),
    (("cp1255",), "יוהלאתרבמשנעםדחקפ"),
    (("cp1256", "iso8859-6"), "الينمورتبةعدسفهكحج"),
)
"""Code pages of other scripts, and the letters that three quarters of every text in them are."""


class Undecodable(Exception):
    """Bytes that are no text, or in no encoding that could be told: one line that says why."""


def decode(data: bytes) -> str:
    """The text of `data`, with `\\n` as its only line end and without a byte order mark.

    Raises Undecodable for what is no text (a picture, a program) or in an encoding that can't be told.
    """
    encoding = encoding_of_bytes(data)
    try:
        text = data.decode(encoding, STRAY if encoding in UTF_8 else "strict")
    except (UnicodeDecodeError, LookupError) as error:
        raise Undecodable(f"not in the encoding that it seems to have ({encoding}): {_first_line(error)}") from None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def decode_head(head: bytes) -> str:
    """The text that an input begins with, perhaps cut within a character. Raises Undecodable."""
    text = head.decode(encoding_of_bytes(head, cut=True), "ignore")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def encoding_of_bytes(data: bytes, *, cut: bool = False) -> str:
    """The name of the encoding of `data`; `cut` says that it may end within a character. Raises Undecodable.

    A text that is UTF-8 but for a few bytes is called `utf-8`: decode it with `errors=STRAY`.
    """
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _WITH_MARK[name]
    wide = _wide(data)
    if wide:
        return wide
    _demand_text(data)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, not cut)
    except UnicodeDecodeError as error:
        sample = data[max(0, error.start - 4096) :][:SAMPLE_BYTES]
        return "utf-8" if _is_nearly_utf8(sample) else _code_page(sample)
    return "utf-8"


def encoding_of_stream(stream: BinaryIO) -> str:
    """The name of the encoding of a whole stream, read once in pieces; its position is its beginning again after.

    A text that is UTF-8 but for a few bytes is called `utf-8`: read it with `errors=STRAY`. Raises Undecodable.
    """
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    head = stream.read(65_536)
    name = encoding_of_bytes(head, cut=True) if head else "utf-8"
    at = head
    try:
        while name == "utf-8" and at:
            _demand_text(at)
            try:
                decoder.decode(at)
            except UnicodeDecodeError as error:
                sample = error.object[max(0, error.start - 4096) :] + stream.read(SAMPLE_BYTES)
                return "utf-8" if _is_nearly_utf8(sample) else _code_page(sample)
            at = stream.read(1 << 20)
        return name
    finally:
        stream.seek(0)


UTF_8 = ("utf-8", "utf-8-sig")
STRAY = "backissue.stray"
"""The error handler that reads bytes which are not UTF-8, in a text that else is, as windows-1252."""


def _read_stray(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", "replace"), error.end


codecs.register_error(STRAY, _read_stray)


def _demand_text(data: bytes) -> None:
    """Raise Undecodable for bytes with more control characters than a text has."""
    controls = len(_NO_TEXT.findall(data[:65_536]))
    if controls * 200 > len(data[:65_536]):
        at = _NO_TEXT.search(data)
        raise Undecodable(f"binary data, not text (byte 0x{data[at.start()]:02x} at {at.start()})" if at else "no text")


def _wide(data: bytes) -> str:
    """UTF-16 without a byte order mark: mostly Latin text leaves every other byte nought."""
    sample = data[:4096]
    if len(sample) < 4 or sample.count(0) * 4 < len(sample):
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 10 < 8 * len(sample[::2]) or min(even, odd) * 20 > len(sample):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _is_nearly_utf8(sample: bytes) -> bool:
    """Whether most of what is not ASCII is well-formed UTF-8."""
    high = sum(byte > 127 for byte in sample)
    stray = sample.decode("utf-8", "replace").count("\ufffd")
    return high >= 4 and stray * 5 <= high


def _code_page(sample: bytes) -> str:
    sample = b"\n".join(line for line in sample.split(b"\n") if not line.isascii())
    high = sum(byte > 127 for byte in sample)
    letters = sum(chr(byte).isalpha() for byte in sample if byte < 128)
    if high * 3 <= letters or high < 4:
        return _latin_page(sample)
    page = _other_page(bytes(byte for byte in sample if byte > 127))
    if page:
        return page
    try:
        charset_normalizer = importlib.import_module("charset_normalizer")
    except ImportError:
        raise Undecodable(
            "in an old encoding of a script other than Latin — save it as UTF-8, or pip install 'backissue[import]'"
        ) from None
    best = charset_normalizer.from_bytes(sample).best()
    if best is None:
        raise Undecodable("in an encoding that can't be told — save it as UTF-8")
    return str(best.encoding)


def _other_page(beyond_ascii: bytes) -> str:
    """The code page of another alphabet in which nearly all is made of its commonest letters, or nothing."""
    best, most = "", 0.6 * len(beyond_ascii)
    for pages, letters in _COMMONEST:
        for page in pages:
            text = beyond_ascii.decode(page, "replace")
            common = sum(char in letters for char in text)
            if common > most:
                best, most = page, common
    return best


def _latin_page(sample: bytes) -> str:
    """The Latin code page in which the fewest characters are foreign to the language that fits best."""
    bytes_beyond_ascii = bytes(byte for byte in sample if byte > 127)
    foreign = {}
    for page, alphabets in _PAGES:
        try:
            text = bytes_beyond_ascii.decode(page)
        except UnicodeDecodeError:
            continue
        beyond = [char.lower() for char in text if char not in _MARKS_OF_PRINT]
        foreign[page] = min(sum(char not in alphabet for char in beyond) for alphabet in alphabets)
    page, fewest = min(foreign.items(), key=lambda item: item[1])
    if fewest * 2 > len(bytes_beyond_ascii) and fewest > 3:
        raise Undecodable("in an encoding that can't be told — save it as UTF-8")
    return page


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:160]
