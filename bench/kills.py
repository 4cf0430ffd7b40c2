"""Kills builds at random moments, with edits in between, and compares each next build with a clean one.

    python -m bench.kills --kills 200

Prints how far the killed builds had come, and stops at the first difference.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

_BUILD = [sys.executable, "-m", "backissue", "build", "--quiet", "--allow-gone"]
_ARTICLE = '---\ntitle: "Title {number} {edit}"\ndate: 19{year}-02-01\ntags: [T{tag}, Sea]\n---\n\nText {edit}.\n'


class Archive:
    """A site of small articles below a folder, edited and built by command."""

    def __init__(self, root: Path, articles: int, rng: random.Random) -> None:
        self.root = root
        self._articles = articles
        self._rng = rng
        (root / "content").mkdir(parents=True)
        (root / "site.yaml").write_text("title: Kills\nurl: https://archive.example\npage_size: 10\n")
        for number in range(articles):
            self._write(number, 0)

    def _write(self, number: int, edit: int) -> None:
        text = _ARTICLE.format(number=number, edit=edit, year=self._rng.randrange(10, 70), tag=number % 7)
        path = self.root / f"content/{number}.md"
        path.with_suffix(".new").write_text(text)
        path.with_suffix(".new").replace(path)

    def edit(self, edit: int) -> None:
        """Write some articles anew, and delete some."""
        chosen = self._rng.sample(range(self._articles), 12)
        for number in chosen[:9]:
            self._write(number, edit)
        for number in chosen[9:]:
            (self.root / f"content/{number}.md").unlink(missing_ok=True)

    def build(self) -> float:
        """Build to the end; the seconds it took."""
        begun = time.monotonic()
        subprocess.run([*_BUILD, "--root", str(self.root)], check=True)
        return time.monotonic() - begun

    def killed_build(self, seconds: float) -> int:
        """Begin a build and kill it, and what it started, after some seconds; its exit code."""
        process = subprocess.Popen([*_BUILD, "--root", str(self.root)], start_new_session=True)
        time.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        return process.wait()

    def differences(self, scratch: Path) -> list[str]:
        """The files in which the site differs from a clean build of the same content with the same addresses."""
        clean = scratch / "clean"
        shutil.rmtree(clean, ignore_errors=True)
        copy = scratch / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.root / "content", copy / "content")
        shutil.copy(self.root / "site.yaml", copy)
        shutil.copytree(self.root / "urls", copy / "urls")
        subprocess.run([*_BUILD, "--root", str(copy), "--output", str(clean)], check=True)
        one, other = _tree(self.root / "public"), _tree(clean)
        return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def _tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(folder: Path, kills: int, articles: int, seed: int, every: int = 1) -> Counter[str]:
    """Kill that many builds; after every few, build to the end and compare. Raises AssertionError at a difference."""
    rng = random.Random(seed)
    archive = Archive(folder / "site", articles, rng)
    seconds = archive.build()
    ends: Counter[str] = Counter()
    number = 0
    while ends["killed"] < kills:
        number += 1
        archive.edit(number)
        if rng.random() < 0.1:  # now and then a whole first build
            shutil.rmtree(archive.root / "public", ignore_errors=True)
        ends["killed" if archive.killed_build(rng.uniform(0.0, seconds)) < 0 else "done before"] += 1
        if number % every == 0 or ends["killed"] == kills:
            seconds = archive.build()
            different = archive.differences(folder)
            assert not different, f"kill {number}, seed {seed}: {different[:5]} differ"
            ends["compared"] += 1
    return ends


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="backissue-kills-") as folder:
        ends = run(Path(folder), options.kills, options.articles, options.seed)
    print(", ".join(f"{count} {what}" for what, count in ends.items()) + "; no difference")


if __name__ == "__main__":
    main()
