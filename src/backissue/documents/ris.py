"""The articles of a list as others cite them, in RIS."""

from __future__ import annotations

from ..citing import whole
from ..views import CitationsView
from . import Surroundings

NAME = "ris"
VIEW = CitationsView
DEPENDS_ON = ("program", "site")


def render(view: CitationsView, surroundings: Surroundings) -> bytes:
    """The file: in UTF-8, lines ending with CRLF."""
    return whole(NAME, view.cards, surroundings.site).encode("utf-8", "replace")
