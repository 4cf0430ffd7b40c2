"""A tiny format for tests of the import runner: a line a record, `key=value` fields between tabs.

The first line is `TINY`. A record has `do=reject`, `do=repeat`, `do=hang`, `do=stuck`, `do=crash`, `do=raise` for what
readers may do; other keys are fields of the article, or `place`, `identity`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import msgspec

from backissue.article import Article, Named
from backissue.dates import Date
from backissue.importers.outcomes import Duplicate, Imported, Input, Outcome, Rejected, Settings, Unreadable

FORMAT = "tiny"
TITLE = "A format for tests"
VERSION = 1
ALONE = True
MAX_BYTES = 0


def recognises(head: bytes) -> int:
    return 90 if head.startswith(b"TINY") else 0


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    with source.open() as stream:
        for number, raw in enumerate(stream, 1):
            line = raw.decode("utf-8", "surrogateescape").rstrip("\n")
            if number > 1 and line:
                yield _outcome(dict(field.partition("=")[::2] for field in line.split("\t")), f"line {number}")


def _outcome(fields: dict[str, str], place: str) -> Outcome:
    place = fields.pop("place", place)
    match fields.pop("do", ""):
        case "reject":
            return Rejected(place=place, reason="not an article")
        case "repeat":
            return Duplicate(place=place, of="line 2")
        case "hang":
            while True:
                time.sleep(0.01)
        case "stuck":
            # As a library does that never comes back to Python: the alarm's signal is blocked.
            import signal

            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
            time.sleep(3600)
        case "crash":
            os.abort()
        case "raise":
            raise ValueError("what no reader should raise")
        case "unreadable":
            raise Unreadable("not well-formed beyond repair at byte 12")
        case "missing":
            raise ModuleNotFoundError("No module named 'nonesuch'", name="nonesuch")
    identity = fields.pop("identity", "")
    files = {fields.pop("file"): b"picture"} if "file" in fields else {}
    values: dict[str, Any] = dict(fields)
    for name in ("date", "updated", "captured", "embargo"):
        if name in values:
            values[name] = Date(values[name])
    if "draft" in values:
        values["draft"] = True
    if "source" in values:
        values["source"] = Named(values["source"])
    if "via" in values:
        values["via"] = Named(values["via"])
    if "body" in values:
        values["body"] = values["body"].replace("\\n", "\n")
    article = msgspec.structs.replace(Article(title=""), **values)
    return Imported(article=article, place=place, identity=identity, files=files)
