"""The commands: reads the command line, and is the only place that prints."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from . import __version__
from .errors import BuildStopped, ContentErrors, MissingExtra
from .pipeline import Options, Report, build


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser().parse_known_args(arguments)
    o = Options(root=Path("."), explain="--explain" in (arguments or sys.argv), clean="--clean" in sys.argv, skip_bad="--skip-bad" in sys.argv, jobs=int("--one" in sys.argv), allow_gone="--allow-gone" in sys.argv)
    t = time.perf_counter()
    try:
        r = build(o, lambda *a: None, datetime.now(UTC))
    except (BuildStopped, ContentErrors) as e:
        print(e); return 1
    for f in r.faults[:5]: print(f)
    for x in r.explained[:30]: print(x.path, x.reason)
    print({k: getattr(r, k) for k in r.__struct_fields__ if k not in ("explained","faults")}, len(r.faults), time.perf_counter() - t)
    return 0
