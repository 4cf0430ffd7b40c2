"""Messages on their way from a reading process to ours: files of a few megabytes, written whole, read and removed.

Nothing is held in memory however many records an input has, a reader that runs ahead waits for us, and what it has
told is kept when it dies.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from .reading import Message

SEGMENT_BYTES = 4 << 20
SEGMENT_SECONDS = 0.5
MAX_AHEAD = 32
"""How many segments a reader may be ahead of us: 128 MiB of disk for each reading process."""


class Writer:
    """The reading process's end, in `folder`, which is its alone: a segment every so many seconds (0: each message)."""

    def __init__(self, folder: Path, every: float = SEGMENT_SECONDS) -> None:
        self._folder = folder
        self._every = every
        self._encoder = msgspec.msgpack.Encoder()
        self._buffer = bytearray()
        self._number = 0
        self._since = time.monotonic()

    def write(self, message: Message) -> None:
        """Send a message, sooner or later."""
        data = self._encoder.encode(message)
        self._buffer += len(data).to_bytes(4, "little") + data
        if len(self._buffer) >= SEGMENT_BYTES or time.monotonic() - self._since >= self._every:
            self.flush()

    def flush(self) -> None:
        """Send what has not been sent. Raises OSError where the folder is gone or full."""
        if self._buffer:
            partial = self._folder / "part"
            partial.write_bytes(self._buffer)
            partial.replace(_segment(self._folder, self._number))
            self._buffer = bytearray()
            self._number += 1
        self._since = time.monotonic()

    @property
    def ahead(self) -> bool:
        """Whether as much has been sent and not read as may be."""
        oldest = self._number - MAX_AHEAD
        return oldest >= 0 and _segment(self._folder, oldest).exists()

    def wait(self) -> None:
        """Wait until some of it has been read. Raises OSError when nobody is there to read any more."""
        parent = multiprocessing.parent_process()
        while self.ahead:
            if parent is not None and not parent.is_alive():
                raise OSError("nobody reads any more")
            time.sleep(0.02)


class Reader:
    """Our end: `read` gives what has come since, a segment at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)
        self._number = 0

    def read(self) -> Iterator[Message] | None:
        """The messages of the next segment, or None where none has come yet."""
        path = _segment(self._folder, self._number)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        os.unlink(path)
        self._number += 1
        return self._messages(data)

    def _messages(self, data: bytes) -> Iterator[Message]:
        at, view = 0, memoryview(data)
        while at < len(data):
            length = int.from_bytes(view[at : at + 4], "little")
            yield self._decoder.decode(view[at + 4 : at + 4 + length])
            at += 4 + length


def _segment(folder: Path, number: int) -> Path:
    return folder / f"{number:08d}"
