"""Articles as lines of JSON Lines files: one JSON object a line, with front matter's keys and `body`.

Where a file is called by its path, such an article is called by the file's and its slug: `1987/03.jsonl#flood`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

import msgspec

from ..article import Article
from ..errors import ContentError, ContentErrors
from . import LINES_SUFFIXES
from .articlefile import front_matter
from .fields import clean_text, read_article

MAX_LINE_BYTES = 32 * 1024 * 1024
"""No article is longer: a longer line is a broken file."""

_PLACE = re.compile(r"\(byte (\d+)\)")


class _Body(msgspec.Struct):
    body: Any = ""


_object_decoder = msgspec.json.Decoder(dict[str, Any])
_body_decoder = msgspec.json.Decoder(_Body)


def line_path(file: str, slug: str) -> str:
    """What an article on a line of a file is called by."""
    return f"{file}#{slug}"


def parted(path: str) -> tuple[str, str]:
    """An article's path as its file and its slug there, which is empty where the file holds one article only."""
    file, mark, slug = path.rpartition("#")
    return (file, slug) if mark and file.endswith(LINES_SUFFIXES) else (path, "")


def write_line(article: Article) -> str:
    """An article as a line, without a line end; `parse_line` reads the same article back."""
    return msgspec.json.encode({**front_matter(article), "body": article.body}, enc_hook=str).decode()


def parse_line(data: bytes, path: str, line: int, zone: tzinfo) -> Article:
    """Read an article from the bytes of one line. Raises ContentErrors with all its faults, each with `line`."""
    if len(data) > MAX_LINE_BYTES:
        hint = "put one article on each line"
        raise ContentErrors([ContentError(f"a line of {len(data):,} bytes is no article", path, line, hint)])
    try:
        values = _object_decoder.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except UnicodeDecodeError:
        raise ContentErrors([ContentError("not UTF-8", path, line, "save the file in the encoding UTF-8")]) from None
    except (msgspec.DecodeError, RecursionError) as error:
        what = _PLACE.sub(r"at byte \1", str(error)) or "nested too deeply"
        hint = 'write one JSON object a line: {"title": "…", "body": "…"}'
        raise ContentErrors([ContentError(f"broken JSON: {what}", path, line, hint)]) from None
    body = values.pop("body", "")
    if body is None:
        body = ""
    if not isinstance(body, str):
        raise ContentErrors([ContentError("body: expected text", path, line, "write the Markdown as one string")])

    def line_of(_place: Sequence[str | int]) -> int:
        return line

    return read_article(values, body, path=path, zone=zone, line_of=line_of)


def body_of_line(data: bytes) -> str:
    """Only the body of a line that has been parsed before, as `parse_line` gives it."""
    body = _body_decoder.decode(data.removeprefix(b"\xef\xbb\xbf")).body
    return clean_text(body or "").strip("\n")
