"""The list of a search index's shards as JSON, which is what a browser asks for first.

An object: `version` is Pagefind's, `form` that of the files, `pack` how many pages share a file, `shards` has, for each
shard, the newest first: language, folder, first and last year, part, how many articles, and a digest of what it holds,
with which its files are asked for, so that a browser keeps them for as long as they are right.
"""

from __future__ import annotations

import json

from ..views import ShardsView
from . import Surroundings

NAME = "shards.json"
VIEW = ShardsView
DEPENDS_ON = ("program",)


def render(view: ShardsView, _surroundings: Surroundings) -> bytes:
    """The list, in UTF-8, a line for each shard."""
    head = json.dumps({"version": view.version, "form": view.form, "pack": view.pack}, separators=(",", ":"))[:-1]
    lines = ",\n".join(json.dumps(tuple(shard), separators=(",", ":")) for shard in view.shards)
    return f'{head},"shards":[\n{lines}\n]}}\n'.encode()
