"""What can be wrong with an archive's input, said so that its owner can mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence


class ContentError(Exception):
    """One fault in one place: `path:line: what is wrong — what to do`.

    `path` is as the reader knows it (relative to the site's folder), `line` counts from 1, or is None where the
    whole file is meant. Instances can be pickled, so that a worker process can hand them back.
    """

    def __init__(self, message: str, path: str, line: int | None = None, hint: str = "") -> None:
        super().__init__(message, path, line, hint)
        self.message = message
        self.path = path
        self.line = line
        self.hint = hint

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        text = f"{place}: {self.message}" + (f" — {self.hint}" if self.hint else "")
        return " ".join(text.split())

    def sort_key(self) -> tuple[str, int, str]:
        """The order in which faults are listed: by place, then by text."""
        return (self.path, self.line or 0, self.message)


class ContentErrors(Exception):
    """All the faults that were found, in the order of their places."""

    def __init__(self, faults: Iterable[ContentError]) -> None:
        self.faults: Sequence[ContentError] = tuple(sorted(faults, key=ContentError.sort_key))
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class BuildStopped(Exception):
    """A build that was not carried out, with one line that says why and what to do."""


class MissingExtra(Exception):
    """A feature needs a package that is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(what, extra)
        self.what = what
        self.extra = extra

    def __str__(self) -> str:
        return f"{self.what} needs an extra that is not installed — pip install 'backissue[{self.extra}]'"


def did_you_mean(word: str, known: Iterable[str] | Mapping[str, object]) -> str:
    """A hint for a misspelt word: the nearest known one, or the list of them all."""
    names = sorted(known)
    near = difflib.get_close_matches(word.lower().replace("-", "_"), names, 1, 0.6)
    return f'did you mean "{near[0]}"?' if near else "known are " + ", ".join(names)
