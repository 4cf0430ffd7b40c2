"""What files of the content folder are known by."""

from __future__ import annotations

import hashlib
import os

from ..entries import DIGEST_BYTES
from ..fixity import Print, print_of_file
from .bench import bench_of


def digest_files(batch: tuple[str, list[str]]) -> list[bytes]:
    """The digests of files of the content folder; empty for one that can't be read."""
    context_path, paths = batch
    content = bench_of(context_path).context.content
    found = []
    for path in paths:
        try:
            with open(os.path.join(content, path), "rb") as file:
                found.append(hashlib.file_digest(file, _new_digest).digest())
        except OSError:
            found.append(b"")
    return found


def prints_of_files(batch: tuple[str, list[str]]) -> list[Print | None]:
    """What files of the content folder are known by; None for one that can't be read."""
    folder, paths = batch
    found: list[Print | None] = []
    for path in paths:
        try:
            found.append(print_of_file(os.path.join(folder, path)))
        except OSError:
            found.append(None)
    return found


def _new_digest() -> hashlib.blake2b:
    return hashlib.blake2b(digest_size=DIGEST_BYTES)
