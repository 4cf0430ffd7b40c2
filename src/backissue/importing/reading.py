"""One input → a stream of messages, whatever its bytes: recognised, read, prepared, with limits on time.

Runs in a reading process, or in our own where asked to. A reader that takes too long between two outcomes is ended from
within by an alarm; one that doesn't heed it is ended with its process (see `readers`).
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import signal
import threading
from collections.abc import Generator, Iterator, Mapping
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from .. import importers
from ..importers import Format
from ..importers.outcomes import READING_SECONDS, Duplicate, Imported, Input, Outcome, Rejected, Settings, Unreadable
from .holdings import Seen
from .inputs import Found, Source, unrecognised
from .preparing import Again, Known, Prepared, Refused, Repeated, prepare, record_digest, wholesome
from .remembering import key_of, recalled

PROGRESS_EVERY = 256
"""Records from one Progress to the next."""
GRACE_SECONDS = 30.0


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What reading an input needs to know of the import: plain values, so that a process can be told.

    `format` forces a format; `plugins` names further modules that read formats; `to` is relative to the content folder;
    `lines` says that articles become lines of JSON Lines files; `index` is the path of the holdings' index, or empty;
    `seconds` bounds the time between two outcomes, `grace` is how much longer a process lives that doesn't heed the
    alarm.
    """

    zone: str = "UTC"
    lang: str = ""
    url: str = ""
    options: dict[str, Any] = {}
    format: str = ""
    plugins: tuple[str, ...] = ()
    to: str = ""
    lines: bool = False
    today: str
    index: str = ""
    seconds: float = READING_SECONDS
    grace: float = GRACE_SECONDS


class Began(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """An input is being read, as this format (empty where none is known). `key` is what it is known again by, or empty
    where it is not to be remembered what becomes of it.
    """

    format: str
    key: str = ""


class Progress(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """How far into the input's file reading has come, in bytes."""

    position: int


class Ended(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """The input has been read; `whole` if nothing kept its reader from reading all of it."""

    whole: bool = False


class Lacking(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """The format, for people, whose reader needs a package that is not installed."""

    title: str


Message = Began | Prepared | Known | Again | Repeated | Refused | Progress | Ended | Lacking


class _TooLate(BaseException):
    """The alarm went off. Not an Exception, so that a reader's own `except Exception` doesn't swallow it."""


def known_formats(plugins: tuple[str, ...] = ()) -> Mapping[str, Format]:
    """Every format there is: this package's, and those of `plugins` (names of modules)."""
    found = dict(importers.formats())
    for name in plugins:
        format_ = Format.of(importlib.import_module(name))
        if format_ is not None:
            found[format_.name] = format_
    return found


def read_input(found: Found, job: Job) -> Iterator[Message]:
    """Read an input: Began, a message for every record, Ended; for a record or an input that fails, Refused."""
    whole = False
    try:
        whole = yield from _read(found, job)
    except Unreadable as error:
        yield Refused("", str(error) or "can't be read")
    except ModuleNotFoundError as error:
        # Which format it was is known only inside; here a plugin or one of Python's own modules is missing.
        yield Refused("", f"its reader needs the module {error.name}, which is not installed")
    except _TooLate:
        yield Refused("", f"took longer than {job.seconds:g} seconds — split it, or leave it out")
    except RecursionError:
        yield Refused("", "nested too deeply")
    except MemoryError:
        yield Refused("", "needs more memory than there is — split it")
    except Exception as error:
        yield Refused("", f"broken beyond what its reader expects ({_told(error)})")
    yield Ended(whole)


def _read(found: Found, job: Job) -> Generator[Message, None, bool]:
    """The messages of an input; gives whether all of it was read."""
    if found.fault:
        raise Unreadable(f"can't be read: {found.fault}")
    source = Source(found)
    with contextlib.closing(source), _alarms():
        formats = known_formats(job.plugins)
        if job.format:
            format_ = formats.get(job.format)
        else:
            format_ = _within(job.seconds, lambda: importers.recognise(source.head, formats)) if source.head else None
        if format_ is None or not source.head:
            yield Began("")
            raise Unreadable(unrecognised(source.head))
        try:
            input_ = source.input(format_)
        except Unreadable:
            yield Began(format_.name)
            raise
        settings = Settings(zone=ZoneInfo(job.zone), lang=job.lang, url=job.url, options=job.options)
        key = key_of(input_, format_, settings) if job.index else ""
        with contextlib.closing(Seen(job.index)) as seen:
            known = recalled(seen, key)
            if known is not None:
                yield Began(format_.name)
                yield from known
                return True
            yield Began(format_.name, key)
        try:
            yield from _records(source, input_, format_, job, settings)
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("backissue"):
                raise
            yield Lacking(format_.title)
            return False
        if source.damage:
            yield Refused("", f"{source.damage}; what stands before was read")
        return not source.damage


def _records(source: Source, input_: Input, format_: Format, job: Job, settings: Settings) -> Iterator[Message]:
    zone = ZoneInfo(job.zone)
    outcomes = iter(format_.read(input_, settings))
    count = 0
    places = _Places()
    with contextlib.closing(Seen(job.index)) as seen:
        while True:
            outcome = _within(job.seconds, lambda: next(outcomes, None))
            if outcome is None:
                break
            count += 1
            if isinstance(outcome, Imported):
                outcome = msgspec.structs.replace(outcome, place=places.own(outcome.place))
            yield _message(outcome, input_, format_, job, zone, seen)
            if count % PROGRESS_EVERY == 0:
                yield Progress(source.position)
    if not count and not source.damage:
        yield Refused("", "holds no article")


def _message(outcome: Outcome, source: Input, format_: Format, job: Job, zone: ZoneInfo, seen: Seen) -> Message:
    """What is told of one record. Never raises: a record that can't be prepared is Refused, and the next is read."""
    place = outcome.place
    try:
        if isinstance(outcome, Imported):
            return _imported(outcome, source, format_, job, zone, seen)
        outcome = wholesome(outcome)
        if isinstance(outcome, Rejected):
            return Refused(outcome.place, outcome.reason or "not an article")
        if isinstance(outcome, Duplicate):
            return Repeated(outcome.place, outcome.of)
        return Refused("", f"its reader gave a {type(outcome).__name__}, which is no outcome")
    except RecursionError:
        return Refused(wholesome(place), "nested too deeply")
    except Exception as error:
        return Refused(wholesome(place), f"can't be kept as an article ({_told(error)})")


class _Places:
    """Gives each record of an input a place of its own, for a place is what a later import knows the record by.

    A reader may call several records the same: they become `entry`, `entry (2)`, …. Beyond some number of records a
    Bloom filter (1970) bounds the memory; one place in a million gets a number that it didn't need, each time the same.
    """

    _BITS = 27
    _FEW = 20_000

    def __init__(self) -> None:
        self._few: set[str] = set()
        self._bits = bytearray()
        self._last: dict[str, int] = {}

    def own(self, place: str) -> str:
        """The place, with a number where it was given before."""
        if not self._add(place):
            return place
        number = self._last.get(place, 1)
        while True:
            number += 1
            name = f"{place} ({number})".lstrip()
            if not self._add(name):
                self._last[place] = number
                return name

    def _add(self, place: str) -> bool:
        """Note a place; whether it was there."""
        if not self._bits:
            there = place in self._few
            self._few.add(place)
            if len(self._few) > self._FEW:
                self._bits = bytearray(1 << (self._BITS - 3))
                for one in self._few:
                    self._filter(one)
                self._few.clear()
            return there
        return self._filter(place)

    def _filter(self, place: str) -> bool:
        value = int.from_bytes(hashlib.blake2b(place.encode("utf-8", "replace"), digest_size=16).digest(), "big")
        there = True
        for _ in range(4):
            value, bit = divmod(value, 1 << self._BITS)
            mask = 1 << (bit & 7)
            if not self._bits[bit >> 3] & mask:
                there = False
                self._bits[bit >> 3] |= mask
        return there


def _imported(outcome: Imported, source: Input, format_: Format, job: Job, zone: ZoneInfo, seen: Seen) -> Message:
    try:
        record = record_digest(outcome)
    except UnicodeEncodeError:
        outcome = wholesome(outcome)
        record = record_digest(outcome)
    origin = f"{source.digest}#{outcome.place}"
    if seen.has(origin, record):
        return Known(outcome.place, origin, record)
    return prepare(outcome, record, source, format_, to=job.to, today=job.today, zone=zone, lines=job.lines)


def _told(error: Exception) -> str:
    text = " ".join(str(error).split()).encode("utf-8", "replace").decode()
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise _TooLate


def _can_ring() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


@contextlib.contextmanager
def _alarms() -> Iterator[None]:
    """Have the alarm raise _TooLate, where the system has alarms (Windows has none: there the process is ended)."""
    if not _can_ring():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _within(seconds: float, call: Any) -> Any:
    if not _can_ring():
        return call()
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return call()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
