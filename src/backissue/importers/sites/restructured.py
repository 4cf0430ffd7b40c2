"""Pelican's other markup: reStructuredText with a title and a list of fields → an article whose body is Markdown.

docutils reads it; nothing is included from other files. Directives that docutils doesn't know, as plugins bring along,
are kept as what stands in them.
"""

from __future__ import annotations

import re
from datetime import tzinfo
from typing import Any

from ...article import Article
from ...errors import ContentError, ContentErrors, MissingExtra
from ...loading.fields import read_article
from ..fragments import to_markdown

_DIRECTIVE = re.compile(r"^(?P<indent>[ \t]*)\.\.[ \t]+(?P<name>[\w:+.-]+)::[ \t]*(?P<rest>.*)$", re.MULTILINE)
_FIELD = re.compile(r":(?P<name>[^:\n]+):[ \t]*(?P<value>.*(?:\n[ \t]+.*)*)")
_RAW_ADDRESS = re.compile(r"%7B(filename|attach|static|author|category|tag|index)%7D", re.IGNORECASE)
_SETTINGS = {
    "_disable_config": True,
    "doctitle_xform": False,
    "docinfo_xform": False,
    "file_insertion_enabled": False,
    "halt_level": 5,
    "initial_header_level": 2,
    "input_encoding": "unicode",
    "raw_enabled": False,
    "report_level": 5,
    "smart_quotes": False,
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "embed_stylesheet": False,
}


def parse_restructured(text: str, path: str, zone: tzinfo) -> tuple[Article, tuple[str, ...]]:
    """Read a file of reStructuredText, with notes of what could not be kept as it was.

    Raises ContentErrors with every fault.
    """
    try:
        from docutils.core import publish_parts
        from docutils.parsers.rst.languages import en
    except ModuleNotFoundError:
        fault = ContentError(str(MissingExtra("reading reStructuredText", "import")), path, 1)
        raise ContentErrors([fault]) from None
    title, values, body = _parts(text)
    if not title:
        hint = "begin the file with a headline, underlined"
        raise ContentErrors([ContentError("reStructuredText without a title", path, 1, hint)])
    unknown: dict[str, None] = {}

    def replaced(found: re.Match[str]) -> str:
        name = found["name"].lower()
        if name in en.directives:
            return found[0] if name not in ("raw", "include") else _literal(found)
        unknown[name] = None
        return _literal(found)

    html: str = publish_parts(_DIRECTIVE.sub(replaced, body), writer="html5", settings_overrides=_SETTINGS)["body"]
    markdown = _RAW_ADDRESS.sub(r"{\1}", to_markdown(html))
    article = read_article({"title": title, **values}, markdown, path=path, zone=zone, line_of=lambda _place: 1)
    notes = (f"directives of reStructuredText kept as text: {', '.join(unknown)}",) if unknown else ()
    return article, notes


def _literal(found: re.Match[str]) -> str:
    """A directive that is not carried out: its name and argument as text, and what stands in it as a quotation."""
    name, rest = found["name"], found["rest"].strip()
    return f"{found['indent']}{name}: {rest}\n" if rest else f"{found['indent']}{name}\n"


def _parts(text: str) -> tuple[str, dict[str, Any], str]:
    """The title, the fields below it, and the rest."""
    lines = text.replace("\r\n", "\n").split("\n")
    at = 0
    while at < len(lines) and (not lines[at].strip() or lines[at].startswith(".. ") or _is_rule(lines[at])):
        at += 1
    if at + 1 >= len(lines) or not _is_rule(lines[at + 1]):
        return "", {}, text
    title, rest = lines[at].strip(), "\n".join(lines[at + 2 :]).lstrip("\n")
    values: dict[str, Any] = {}
    while (field := _FIELD.match(rest)) is not None:
        name, value = field["name"].strip().lower(), " ".join(field["value"].split())
        values[name] = [one.strip() for one in value.split(",")] if name in ("tags", "authors") else value
        rest = rest[field.end() :].removeprefix("\n")
    return title, values, rest


def _is_rule(line: str) -> bool:
    line = line.rstrip()
    return len(line) >= 3 and line[0] in "=-~^\"'`#*+:._<>!$%&,;@|/\\" and line == line[0] * len(line)
