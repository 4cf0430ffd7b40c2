"""The accounts of an import: every record is imported, a duplicate, rejected or withheld, and the four add up."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self

import msgspec

MAX_FAULTS = 1000
"""How many faults are kept for people to read; the report has them all."""
MAX_ALIKE = 20
MAX_ALIKE_IN_REPORT = 1000
"""How many records of one input that are rejected for one reason are told one by one; of the others, how many."""

Verdict = Literal["imported", "duplicate", "rejected", "withheld"]


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one record.

    `path` is the article's file, or the one that a duplicate repeats, from the site's folder. `place` is where in the
    input the record stands; empty where the input as a whole is meant. `reason` says why it was rejected or withheld,
    or of what it is the duplicate. `count` is how many records the line is of: of a broken input that rejects a hundred
    thousand for one reason, the last line stands for most.
    """

    input: str
    outcome: Verdict
    place: str = ""
    format: str = ""
    path: str = ""
    reason: str = ""
    count: int = 1


class Fault(msgspec.Struct, frozen=True, array_like=True):
    """Something that a person should know of, in one line: `input (place): what — what to do`."""

    input: str
    place: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.input} ({self.place})" if self.place else self.input
        return " ".join(f"{place}: {self.reason}".split())


class Accounts(msgspec.Struct, frozen=True, kw_only=True):
    """The account of a whole import.

    `records` is the sum of the four counts that follow. Of the imported, `replaced` took the place of what an earlier
    version of an importer had made, and `versions` are versions of an article that was there. `copies` is how many
    articles were found to tell another's story. `faults` are the rejected (the first MAX_FAULTS; `unlisted` counts the
    others); `remarks` are lines about the import as a whole. `stopped` tells that it was interrupted: the same command
    goes on with it.
    """

    inputs: int
    records: int
    imported: int
    duplicates: int
    rejected: int
    withheld: int
    replaced: int = 0
    versions: int = 0
    copies: int = 0
    faults: tuple[Fault, ...] = ()
    unlisted: int = 0
    remarks: tuple[str, ...] = ()
    stopped: bool = False

    def __str__(self) -> str:
        return (
            f"{self.records} records: {self.imported} imported, {self.duplicates} duplicates, "
            f"{self.rejected} rejected, {self.withheld} withheld"
        )


class Bookkeeper:
    """Keeps the accounts while an import runs, and writes the report, JSON Lines, as it goes."""

    def __init__(self, report: Path | None = None) -> None:
        self._counts: dict[str, int] = {"imported": 0, "duplicate": 0, "rejected": 0, "withheld": 0}
        self._faults: list[Fault] = []
        self._unlisted = 0
        self._path = report
        self._partial = report.with_name(f".{report.name}.part") if report else None
        self._file: IO[str] | None = None
        self._input = ""
        self._alike: dict[tuple[str, str], int] = {}
        self.inputs = 0
        self.replaced = 0
        self.versions = 0
        self.copies = 0
        self.remarks: list[str] = []

    def __enter__(self) -> Self:
        if self._partial is not None:
            self._partial.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._partial.open("w", encoding="utf-8")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end_input()
        if self._file is not None and self._path is not None and self._partial is not None:
            self._file.close()
            self._partial.replace(self._path)

    @property
    def records(self) -> int:
        """How many records have been accounted for."""
        return sum(self._counts.values())

    def enter(self, line: Line) -> None:
        """Account for a record."""
        if line.input != self._input:
            self._end_input()
            self._input = line.input
        self._counts[line.outcome] += 1
        alike = 0
        if line.outcome == "rejected":
            key = (line.format, line.reason)
            alike = self._alike.get(key, 0) + 1
            if alike > 1 or len(self._alike) < MAX_FAULTS:
                self._alike[key] = alike
            if alike <= MAX_ALIKE:
                self.note(Fault(line.input, line.place, line.reason))
        if alike <= MAX_ALIKE_IN_REPORT:
            self._write(line)

    def _end_input(self) -> None:
        """Tell of the records of an input that were not told one by one."""
        for (format_, reason), count in self._alike.items():
            if count > MAX_ALIKE:
                self.note(Fault(self._input, f"{count - MAX_ALIKE:,} more", reason))
            if more := max(count - MAX_ALIKE_IN_REPORT, 0):
                place = f"{more:,} more"
                line = Line(
                    input=self._input, outcome="rejected", place=place, format=format_, reason=reason, count=more
                )
                self._write(line)
        self._alike.clear()

    def _write(self, line: Line) -> None:
        if self._file is not None:
            self._file.write(json.dumps(msgspec.to_builtins(line), ensure_ascii=False) + "\n")

    def note(self, fault: Fault) -> None:
        """Keep a fault for people to read."""
        if len(self._faults) < MAX_FAULTS:
            self._faults.append(fault)
        else:
            self._unlisted += 1

    def accounts(self, *, stopped: bool = False) -> Accounts:
        """The accounts as they stand."""
        self._end_input()
        return Accounts(
            inputs=self.inputs,
            records=self.records,
            imported=self._counts["imported"],
            duplicates=self._counts["duplicate"],
            rejected=self._counts["rejected"],
            withheld=self._counts["withheld"],
            replaced=self.replaced,
            versions=self.versions,
            copies=self.copies,
            faults=tuple(self._faults),
            unlisted=self._unlisted,
            remarks=tuple(self.remarks),
            stopped=stopped,
        )
