"""A file that is what it is: robots.txt and the like."""

from __future__ import annotations

from ..views import TextView
from . import Surroundings

NAME = "text"
VIEW = TextView
DEPENDS_ON = ()


def render(view: TextView, _surroundings: Surroundings) -> bytes:
    """The text in UTF-8."""
    return view.text.encode()
