"""The Markdown of a body → the HTML of its page, by the engine that the settings name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape

from .config import MarkdownSettings
from .errors import MissingExtra, did_you_mean
from .markup import cleaning, links, simplehtml

_COMMONMARK_OPTIONS = {
    "attr_list": "ENABLE_HEADING_ATTRIBUTES",
    "def_list": "ENABLE_DEFINITION_LIST",
    "fenced_code": "",
    "footnotes": "ENABLE_FOOTNOTES",
    "sane_lists": "",
    "smarty": "ENABLE_SMART_PUNCTUATION",
    "tables": "ENABLE_TABLES",
}
"""What the CommonMark engine calls those of Python-Markdown's extensions that it has; "" for what it always does."""


class Bodies:
    """Makes the HTML of bodies, one after another; each process has its own.

    Raises MissingExtra where the engine is not installed, and ValueError with one line ("what — what to do") where the
    settings do not fit the engine.
    """

    def __init__(self, settings: MarkdownSettings) -> None:
        if settings.engine == "commonmark":
            self._convert, self._strict = _commonmark(settings), True
        else:
            from .markup import pythonmarkdown  # which takes a while to load: a build without bodies needs it not

            converter = pythonmarkdown.Converter(settings.extensions, settings.extension_configs)
            self._convert, self._strict = converter.convert, converter.known

    def html(
        self,
        text: str,
        resolve: Callable[[str], str | None],
        pictures: Callable[[str], Mapping[str, str]] = lambda _address: {},
    ) -> str:
        """The cleaned HTML of a Markdown text, as `links.resolve_links` tells: its addresses answered by `resolve`,
        what is to be said of its pictures by `pictures`.

        A text that the engine fails at (it is nested too deeply, or hits a fault of an extension) is given as it was
        written, paragraph by paragraph.
        """
        text = cleaning.without_forbidden(text)
        try:
            html = self._convert(text)
        except Exception:
            html = _as_written(text)
        raw = "<" in text or not self._strict
        simple = None if raw else simplehtml.written(html, resolve)
        made = links.resolve_links(cleaning.clean(html, raw), resolve, pictures) if simple is None else simple
        # Cleaning makes characters of `&#1;` and its like.
        return cleaning.without_forbidden(made) if "&#" in text else made


def check(settings: MarkdownSettings) -> None:
    """Try whether an engine can be made with these settings; raises what `Bodies` raises."""
    Bodies(settings)


def _commonmark(settings: MarkdownSettings) -> Callable[[str], str]:
    try:
        import pyromark
    except ImportError:
        raise MissingExtra("the CommonMark engine", "fast") from None
    options = pyromark.Options.ENABLE_STRIKETHROUGH
    for extension in settings.extensions:
        name = extension.removeprefix("markdown.extensions.")
        if name not in _COMMONMARK_OPTIONS:
            hint = did_you_mean(name, _COMMONMARK_OPTIONS)
            raise ValueError(f'the CommonMark engine has no extension "{extension}" — {hint}')
        if _COMMONMARK_OPTIONS[name]:
            options |= getattr(pyromark.Options, _COMMONMARK_OPTIONS[name])
    if settings.extension_configs:
        raise ValueError("the CommonMark engine's extensions have no options — take away extension_configs")
    convert: Callable[[str], str] = pyromark.Markdown(options=options).html
    return convert


def _as_written(text: str) -> str:
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in paragraphs)
