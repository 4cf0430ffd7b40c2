"""A file of a search index, as `backissue.pagefind` made it before the pages were rendered."""

from __future__ import annotations

from ..views import CopyView
from . import Surroundings

NAME = "pagefind"
VIEW = CopyView
DEPENDS_ON = ("program",)


def render(view: CopyView, surroundings: Surroundings) -> bytes:
    """The file's bytes; its source is an absolute path."""
    return surroundings.read(view.source, view.theme)
