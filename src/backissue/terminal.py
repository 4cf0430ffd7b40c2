"""How a command tells what it is doing: a bar on a terminal, plain lines elsewhere, nothing when it is to be quiet."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_WIDTH = 28
_EVERY = 0.1
_EVERY_LINE = 30.0


class Teller:
    """Tells of the progress of the steps of a command, on standard error."""

    def __init__(self, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._quiet = quiet
        self._bar = self._stream.isatty()
        self._step = ""
        self._told = 0.0
        self._shown = False

    def step(self, name: str, done: int, total: int, counted: str = "") -> None:
        """Tell that `done` of `total` are done of a step; a total of 0 is one that is not known. `counted` is told in
        place of the two numbers, where these are not what people count.
        """
        if self._quiet:
            return
        now = time.monotonic()
        if name != self._step:
            self._step = name
            # Short steps are not worth a line.
            self._told = now - _EVERY if self._bar else now
        if now - self._told < (_EVERY if self._bar else _EVERY_LINE):
            return
        self._told = now
        count = counted or (f"{done:,} of {total:,}" if total else f"{done:,}")
        if self._bar:
            filled = _WIDTH * done // total if total else 0
            bar = f"[{'█' * filled}{'·' * (_WIDTH - filled)}] " if total else ""
            self._stream.write(f"\r\x1b[K{name} {bar}{count}")
            self._shown = True
        else:
            self._stream.write(f"{name}: {count}\n")
        self._stream.flush()

    def clear(self) -> None:
        """Take the bar away, so that other lines can follow."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False
