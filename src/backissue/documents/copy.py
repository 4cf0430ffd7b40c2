"""A file that is copied from the content folder or the theme, byte for byte."""

from __future__ import annotations

from ..views import CopyView
from . import Surroundings

NAME = "copy"
VIEW = CopyView
DEPENDS_ON = ()


def render(view: CopyView, surroundings: Surroundings) -> bytes:
    """The file's bytes. Raises BuildStopped where it can't be read any more."""
    return surroundings.read(view.source, view.theme)
