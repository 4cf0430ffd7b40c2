"""Bytes of a web page → text, never garbled by what the page wrongly says of itself.

The order is that of the Encoding Standard (byte order mark, HTTP, meta), with the one correction that real pages need:
bytes that are valid UTF-8 beyond ASCII are UTF-8, whatever is declared, since text of no other encoding looks so by
chance. Labels are read as browsers read them (https://encoding.spec.whatwg.org/#names-and-labels): `latin-1` means
windows-1252, `gb2312` means GB 18030, and so on.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from ..decoding import BYTE_ORDER_MARKS

_AS_BROWSERS_DO = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "johab": "cp949",
    "utf-7": "utf-8",
}
_WESTERN = frozenset({"cp1252", "iso8859-15", "cp1250", "iso8859-2", "cp1254"})
_META = re.compile(rb"""<meta[^>]{0,500}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.\-]{2,40})""")
_UTF8_RUN = re.compile(
    rb"(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+",
)
_HIGH = re.compile(rb"[\x80-\xff]+")
_MARKUP = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_SAMPLE = 200_000
_MOSTLY = 0.9


def decode(data: bytes, charset: str = "") -> str:
    """The text of a page. `charset` is what the HTTP head says, or empty. Never fails.

    Control characters that no HTML may hold are dropped; a byte that belongs to no character becomes U+FFFD.
    """
    return _FORBIDDEN.sub("", _decoded(data, charset))


def _decoded(data: bytes, charset: str) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    head = data[:4096]
    if head.count(0) > len(head) // 4:
        return data.decode("utf-16-be" if head[0] == 0 else "utf-16-le", "replace")
    declared = list(_declared(data, charset))
    if b"\x1b$" in data and data.isascii():
        return data.decode("iso2022_jp_2", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if "utf-8" in declared[:1] or _share_of_utf8(data) >= _MOSTLY:
        return _mended(data)
    for encoding in declared:
        if encoding == "utf-8" or (encoding in _WESTERN and not _reads_as_western(data)):
            continue
        text = data.decode(encoding, "replace")
        if text.count("\ufffd") <= max(2, len(text) // 2000):
            return text
    return _guessed(data) or (_mended(data) if not declared else data.decode(declared[0], "replace"))


def _declared(data: bytes, charset: str) -> Iterator[str]:
    """The encodings that HTTP and the page's head name. A Western label in HTTP is a server's default: meta first."""
    head = data[:16_384]
    meta = _META.search(head) or _XML.search(head)
    http, page = _encoding(charset), _encoding(meta[1].decode("ascii")) if meta else ""
    names = (page, http) if http == "cp1252" else (http, page)
    yield from dict.fromkeys(name for name in names if name)


def _encoding(label: str) -> str:
    label = label.strip().strip("\"'").lower()
    label = {"x-sjis": "shift_jis", "windows-31j": "cp932", "ks_c_5601-1987": "cp949", "x-gbk": "gbk"}.get(label, label)
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    try:
        b"".decode(name)
    except (LookupError, TypeError, ValueError):
        return ""
    return _AS_BROWSERS_DO.get(name, name)


def _share_of_utf8(data: bytes) -> float:
    high = sum(map(len, _HIGH.findall(data)))
    return sum(map(len, _UTF8_RUN.findall(data))) / high if high else 0.0


def _mended(data: bytes) -> str:
    """UTF-8 in which stray bytes are of windows-1252, as pages that are pasted together have them."""
    parts: list[str] = []
    end = 0
    for run in _UTF8_RUN.finditer(data):
        parts.append(data[end : run.start()].decode("cp1252", "replace"))
        parts.append(run[0].decode("utf-8", "replace"))
        end = run.end()
    parts.append(data[end:].decode("cp1252", "replace"))
    return "".join(parts)


def _reads_as_western(data: bytes) -> bool:
    """Whether the bytes can be Western text: letters beyond ASCII are few there, and stand among ASCII ones."""
    prose = _MARKUP.sub(b" ", data[:_SAMPLE])
    letters = sum(chr(byte).isalpha() for byte in prose[:20_000] if byte < 128)
    high = sum(byte >= 128 for byte in prose[:20_000])
    return high <= max(20, letters // 3)


def _guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes

    prose = _MARKUP.sub(b" ", data)[:_SAMPLE]
    best = from_bytes(prose, steps=5, chunk_size=2048, preemptive_behaviour=False).best()
    if best is None:
        return ""
    encoding = _AS_BROWSERS_DO.get(codecs.lookup(best.encoding).name, best.encoding)
    return data.decode(encoding, "replace")
