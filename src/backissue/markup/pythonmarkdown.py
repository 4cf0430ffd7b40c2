"""Markdown → HTML by Python-Markdown, made faster: the same bytes as its own, for less time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown import extensions as standard
from markdown.extensions import (
    abbr,
    attr_list,
    codehilite,
    def_list,
    fenced_code,
    footnotes,
    nl2br,
    sane_lists,
    tables,
    toc,
)
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, STX, AtomicString, get_installed_extensions

from ..errors import did_you_mean
from .direct import Direct

_STAND_IN = f"{STX}backissue:%d{ETX}"
_STAND_IN_PARAGRAPH = re.compile(f"<p>{STX}backissue:([0-9]+){ETX}</p>")

_UNDERSTOOD = (
    abbr.AbbrExtension,
    attr_list.AttrListExtension,
    codehilite.CodeHiliteExtension,
    def_list.DefListExtension,
    fenced_code.FencedCodeExtension,
    footnotes.FootnoteExtension,
    nl2br.Nl2BrExtension,
    sane_lists.SaneListExtension,
    tables.TableExtension,
    toc.TocExtension,
)
"""The extensions of which `direct` knows what they make of simple text. With any other, Python-Markdown does it all."""

_UNDERSTOOD_VERSIONS = ((3, 7), (3, 12))
"""The releases, from and to below, whose output has been compared; another may make something else of simple text."""

_RAW_TEXT = "iframe math noembed noframes noscript plaintext script style svg textarea title xmp".split()


class Converter:
    """A Python-Markdown converter that is made once and used for one text after another.

    Raises ValueError with one line for an extension that is not there or an option that it does not know.
    """

    def __init__(self, extensions: Sequence[str], configs: Mapping[str, Mapping[str, Any]]) -> None:
        self._markdown, self._extensions = build(extensions, configs)
        self.known = all(
            type(extension).__module__.startswith(standard.__name__ + ".") for extension in self._extensions
        )
        self._direct = _direct(self._markdown, self._extensions)
        self._runs: list[str] = []
        if self._direct is not None:
            self._take_shortcuts(self._direct)

    def convert(self, text: str) -> str:
        """The HTML that `markdown.markdown` gives for this text with these extensions."""
        if self._direct is not None:
            made = self._direct.document(text)
            if made is not None:
                return made
        self._reset()
        runs = self._runs
        runs.clear()
        html = self._markdown.convert(text)
        return _STAND_IN_PARAGRAPH.sub(lambda match: runs[int(match[1])], html) if runs else html

    def _take_shortcuts(self, direct: Direct) -> None:
        # After all preprocessors, which take raw HTML and fenced code out of the text.
        self._markdown.preprocessors.register(_SimpleParagraphs(direct, self._runs), "simple_paragraphs", -100)
        if not any(isinstance(extension, abbr.AbbrExtension) for extension in self._extensions):
            # Right before the inline patterns (20). Abbreviations would pass over what is marked.
            self._markdown.treeprocessors.register(_PlainText(direct), "plain_text", 20.5)
        inline = self._markdown.treeprocessors["inline"]
        # A list is read faster than a registry, which asks at every step whether it is sorted.
        inline.inlinePatterns = list(inline.inlinePatterns)  # type: ignore[attr-defined]

    def _reset(self) -> None:
        for extension in self._markdown.registeredExtensions:
            if isinstance(extension, footnotes.FootnoteExtension):
                # It counts the texts, for ids that differ between them; here a text's ids depend on it alone.
                extension.unique_prefix = 0
        self._markdown.reset()


class _PlainText(Treeprocessor):
    """Marks text in which no inline pattern can match, so that none is tried."""

    _MARKUP = re.compile(rf"[`*_\[\\<&{STX}]|  \n")
    _MARKUP_OR_LINE_END = re.compile(rf"[`*_\[\\<&{STX}\n]")

    def __init__(self, direct: Direct) -> None:
        super().__init__()
        self.markup = (self._MARKUP_OR_LINE_END if direct.breaks else self._MARKUP).search

    def run(self, root: Element) -> None:
        for element in root.iter():
            for part in ("text", "tail"):
                text = getattr(element, part)
                if text and type(text) is str and not self.markup(text):
                    setattr(element, part, AtomicString(text))


class _SimpleParagraphs(Preprocessor):
    """Takes runs of simple paragraphs out of a text, as HTML; each leaves a paragraph in its place."""

    def __init__(self, direct: Direct, runs: list[str]) -> None:
        super().__init__()
        self.direct = direct
        self.runs = runs

    def run(self, lines: list[str]) -> list[str]:
        return self.direct.paragraphs("\n".join(lines), self.stand_in).split("\n")

    def stand_in(self, html: str) -> str:
        self.runs.append(html)
        return _STAND_IN % (len(self.runs) - 1)


def _direct(made: markdown.Markdown, extensions: Sequence[standard.Extension]) -> Direct | None:
    """What is simple with these extensions: nothing that can be told, if one of them is not known."""
    first, beyond = _UNDERSTOOD_VERSIONS
    if not first <= tuple(markdown.__version_info__[:2]) < beyond:
        return None
    block_stops, text_stops, source_stops = [], [], []
    headings, breaks = True, False
    for extension in extensions:
        if type(extension) not in _UNDERSTOOD:
            return None
        if isinstance(extension, abbr.AbbrExtension):
            if extension.getConfigs().get("glossary"):
                return None
            text_stops.append("*[")
        elif isinstance(extension, attr_list.AttrListExtension):
            block_stops.append("{")
        elif isinstance(extension, def_list.DefListExtension):
            # It takes the paragraph before a line that begins with a colon.
            text_stops += ["\n:", "\n :", "\n  :", "\n   :"]
        elif isinstance(extension, fenced_code.FencedCodeExtension):
            source_stops.append("~~~")
        elif isinstance(extension, footnotes.FootnoteExtension):
            text_stops.append(extension.getConfig("PLACE_MARKER"))
        elif isinstance(extension, nl2br.Nl2BrExtension):
            breaks = True
        elif isinstance(extension, tables.TableExtension):
            block_stops.append("|")
        elif isinstance(extension, toc.TocExtension):
            headings = False
            text_stops += filter(None, [extension.getConfig("marker")])
    return Direct(
        block_stops=tuple(block_stops),
        text_stops=tuple(text_stops),
        source_stops=tuple(source_stops),
        headings=headings,
        breaks=breaks,
        escapable=frozenset(made.ESCAPED_CHARS) - {"`"},
        elements=frozenset(made.block_level_elements) | frozenset(_RAW_TEXT),
    )


def build(
    extensions: Sequence[str], configs: Mapping[str, Mapping[str, Any]]
) -> tuple[markdown.Markdown, Sequence[standard.Extension]]:
    """Python-Markdown with these extensions, and the extensions; raises ValueError with one line: what is wrong."""
    for name in configs:
        if name not in extensions:
            known = f", or: {did_you_mean(name, extensions)}" if extensions else ""
            raise ValueError(f'"{name}" has options but is not among the extensions — add it there{known}')
    made = markdown.Markdown()
    registered: list[standard.Extension] = []
    for name in extensions:
        options = dict(configs.get(name, {}))
        try:
            extension = made.build_extension(name, options)
        except KeyError as error:
            raise ValueError(_unknown_option(name, error, made)) from None
        except ImportError:
            names = [point.name for point in get_installed_extensions()]
            raise ValueError(f'no Markdown extension is called "{name}" — {did_you_mean(name, names)}') from None
        except Exception as error:
            # What an extension makes of a name or an option that does not suit it is for it to say.
            raise ValueError(_unfit(name, options, error)) from None
        try:
            made.registerExtensions([extension], {})
            registered.append(extension)
        except Exception as error:
            raise ValueError(_unfit(name, options, error)) from None
    return made, registered


def _unknown_option(name: str, error: KeyError, empty: markdown.Markdown) -> str:
    option = str(error.args[0]) if error.args else ""
    try:
        known = list(empty.build_extension(name, {}).config)
    except Exception:
        known = []
    hint = did_you_mean(option, known) if known else "it has none: take it away"
    return f'the Markdown extension "{name}" has no option "{option}" — {hint}'


def _unfit(name: str, options: Mapping[str, Any], error: Exception) -> str:
    said = " ".join(str(error).split()) or type(error).__name__
    what = f"its options {', '.join(map(str, options))}" if options else "its name, and whether it is an extension"
    return f'the Markdown extension "{name}" cannot be used: {said} — check {what}'
