"""Addresses → files of the site: what each leads to, and what is wrong with it where it leads to nothing."""

from __future__ import annotations

import os
import posixpath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from .findings import Finding

NOT_FOUND = "404.html"
"""The page that is served at any address, so that its own links are absolute."""


class Target(NamedTuple):
    """An address in a file: the line, the address, and whether the page loads it."""

    line: int
    address: str
    loaded: bool


class Meant(NamedTuple):
    """The file of the site that an address leads to, and the place in it, or nothing."""

    file: str
    anchor: str


class Site:
    """The files of one site. `url` is the address that it is published under, without a slash at its end, or empty.

    What is there is asked of the file system once for each file; an instance is for one batch.
    """

    def __init__(self, folder: str, url: str) -> None:
        self.folder = folder
        self.url = url
        self._base = urlsplit(url).path + "/"
        self._there: dict[str, bool] = {}

    def has(self, file: str) -> bool:
        """Whether the site has a file at a path from its root."""
        found = self._there.get(file)
        if found is None:
            outside = file.startswith(("../", "/"))
            found = self._there[file] = not outside and os.path.isfile(f"{self.folder}/{file}")
        return found

    def own(self, address: str) -> str | None:
        """An absolute address of this site as a path from its root; None for any other."""
        if not self.url or not address.startswith(self.url):
            return None
        rest = address[len(self.url) :]
        return rest[1:] if rest.startswith("/") else rest if rest[:1] in ("", "?", "#") else None

    def follow(self, path: str, target: Target) -> Meant | Finding | None:
        """What an address in the file `path` leads to: a file of the site, something wrong, or something elsewhere."""
        address = target.address.strip()
        origin = path
        own = self.own(address)
        if own is not None:
            origin, address = "", own or "./"
        elif path == NOT_FOUND and address.startswith(self._base):
            address = address.removeprefix(self._base) or "./"
        try:
            parts = urlsplit(address)
        except ValueError:
            return Finding(path, target.line, "link", f'"{address}" is no address', about=address)
        if parts.scheme or parts.netloc or address.startswith("//"):
            if target.loaded and parts.scheme != "data":
                what = f'"{address}" is loaded from another host'
                return Finding(path, target.line, "remote", what, about=address)
            return None
        if not parts.path and not parts.fragment:
            if address in ("", "#"):
                return None
            return Finding(path, target.line, "link", f'"{address}" leads nowhere', about=address)
        file = path
        if parts.path:
            file = posixpath.normpath(posixpath.join(posixpath.dirname(origin), unquote(parts.path)))
            if parts.path.endswith("/") or file == ".":
                file = posixpath.normpath(f"{file}/index.html")
        if not self.has(file):
            rule = "asset" if target.loaded else "link"
            return Finding(path, target.line, rule, f'"{address}" leads to {file}, which is not there', about=address)
        return Meant(file, unquote(parts.fragment))
