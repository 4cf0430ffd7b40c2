"""Markdown → HTML by Python-Markdown, made faster: the same bytes as its own, for less time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import markdown
from markdown.extensions.footnotes import FootnoteExtension
from markdown.util import get_installed_extensions

from ..config import did_you_mean


class Converter:
    """A Python-Markdown converter that is made once and used for one text after another.

    Raises ValueError with one line for an extension that is not there or an option that it does not know.
    """

    def __init__(self, extensions: Sequence[str], configs: Mapping[str, Mapping[str, Any]]) -> None:
        self._markdown = build(extensions, configs)
        self.known = False

    def convert(self, text: str) -> str:
        """The HTML that `markdown.markdown` gives for this text with these extensions."""
        self._reset()
        return self._markdown.convert(text)

    def _reset(self) -> None:
        for extension in self._markdown.registeredExtensions:
            if isinstance(extension, FootnoteExtension):
                # It counts the texts, for ids that differ between them; here a text's ids depend on it alone.
                extension.unique_prefix = 0
        self._markdown.reset()


def build(extensions: Sequence[str], configs: Mapping[str, Mapping[str, Any]]) -> markdown.Markdown:
    """Python-Markdown with these extensions; raises ValueError with one line that says what is wrong with them."""
    for name in configs:
        if name not in extensions:
            known = f", or: {did_you_mean(name, extensions)}" if extensions else ""
            raise ValueError(f'"{name}" has options but is not among the extensions — add it there{known}')
    made = markdown.Markdown()
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
        except Exception as error:
            raise ValueError(_unfit(name, options, error)) from None
    return made


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
