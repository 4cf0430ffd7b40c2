"""A web address as a URI, for formats that take no letters beyond ASCII."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit, urlunsplit

_RESERVED = "%/:?#[]@!$&'()*+,;="
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")


def uri(address: str) -> str:
    """A whole address by RFC 3986: what may not stand in one is percent-encoded, the name of the host by IDNA.

    Raises ValueError where the host has no such name.
    """
    parts = urlsplit(_STRAY.sub("%25", address))
    name = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    return urlunsplit((parts.scheme, name, *(quote(part, safe=_RESERVED) for part in parts[2:])))
