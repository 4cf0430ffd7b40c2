"""A smaller picture, made of one of the content folder."""

from __future__ import annotations

from ..views import SizedView
from . import Surroundings

NAME = "sized"
VIEW = SizedView
DEPENDS_ON = ()


def render(view: SizedView, surroundings: Surroundings) -> bytes:
    """The picture as WebP. Raises BuildStopped where the original is not the one that was looked at any more."""
    return surroundings.sized(view.source, view.width)
