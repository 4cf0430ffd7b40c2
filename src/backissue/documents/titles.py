"""A year's titles as a script, by which pages that were opened from a disk are searched: a script needs no fetch.

It calls `backissueTitles(name, rows)`; a row has an article's title, path, date (EDTF), source and language.
"""

from __future__ import annotations

import json

from ..views import TitlesView
from . import Surroundings

NAME = "titles.js"
VIEW = TitlesView
DEPENDS_ON = ("program",)

_SAFE = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029", "<": "\\u003c"})


def render(view: TitlesView, _surroundings: Surroundings) -> bytes:
    """The script, in UTF-8."""
    name = json.dumps(view.name)
    rows = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in view.rows)
    text = f"backissueTitles({name},[\n{rows}\n]);\n".translate(_SAFE)
    return text.encode("utf-8", "replace")
