"""The articles of a list as others cite them, in RIS."""

from __future__ import annotations

from ..citing import cited, whole
from ..views import CitationsView
from . import Surroundings

NAME = "ris"
VIEW = CitationsView
DEPENDS_ON = ("program", "site")


def render(view: CitationsView, surroundings: Surroundings) -> bytes:
    """The file: in UTF-8, lines ending with CRLF."""
    site = surroundings.site
    return whole(NAME, [cited(card, site) for card in view.cards]).encode("utf-8", "replace")
