"""Text as XML holds it."""

from __future__ import annotations

import re
from html import escape

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_special = re.compile("[^ !#-%(-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]").search


def xml(text: str) -> str:
    """A text escaped for content and attributes; what XML 1.0 (section 2.2) has no character for is left out."""
    return _FORBIDDEN.sub("", escape(text)) if _special(text) else text
