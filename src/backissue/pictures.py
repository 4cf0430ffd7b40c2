"""Pictures: which files are, how large they are, and where the smaller ones made of them stand on the site."""

from __future__ import annotations

import re
from typing import BinaryIO
from urllib.parse import quote

import msgspec

SUFFIXES = (".apng", ".avif", ".bmp", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".svg", ".webp")
"""How the names of pictures end, in small letters: what browsers show."""

_VIEW_BOX = re.compile(rb"""viewBox\s*=\s*["']\s*[-+0-9.eE]+[\s,]+[-+0-9.eE]+[\s,]+([0-9.]+)[\s,]+([0-9.]+)\s*["']""")
_SVG_HEAD = 4096
_FOLDER = "media/"


class Picture(msgspec.Struct, frozen=True, array_like=True):
    """What a page has to know of a picture: its width and height in pixels as it is looked at (turned as its file
    says), 0 where they are not known; the widths of the smaller ones made of it, ascending; and whether the picture
    itself is one of those to choose from.
    """

    width: int
    height: int
    widths: tuple[int, ...] = ()
    whole: bool = False


class Look(msgspec.Struct, frozen=True, array_like=True):
    """What looking at a file found: the picture, and what is wrong with it, or nothing."""

    picture: Picture
    fault: str = ""


NO_PICTURE = Picture(0, 0)
"""A picture of which nothing is known."""


def is_picture(path: str) -> bool:
    """Whether a file, by its name, is a picture."""
    return path.lower().endswith(SUFFIXES)


def measured(file: BinaryIO) -> tuple[int, int]:
    """The width and height, in pixels, of a picture as it is looked at: what its header says. (0, 0) where it doesn't.

    An SVG without a size of its own has that of its viewBox.
    """
    import imagesize  # it brings along what speaks HTTP, which takes longer than to look whether nothing changed

    width, height = imagesize.get(file)
    if width <= 0 or height <= 0:
        file.seek(0)
        box = _VIEW_BOX.search(file.read(_SVG_HEAD))
        if not box:
            return 0, 0
        width, height = (round(float(side)) if side.count(b".") < 2 else 0 for side in box.groups())
    return (int(width), int(height)) if width > 0 and height > 0 else (0, 0)


def sized_file(file: str, width: int) -> str:
    """The path, from the site's root, of the picture of a width that was made of a file of the content folder."""
    return f"sizes/{width}/{file}.webp"


def attributes(path: str, picture: Picture, root: str, sizes: str) -> dict[str, str]:
    """What an `img` says of its picture beside where it is: its width and height, and the smaller ones to choose from.

    `path` is the picture's own on the site, percent-encoded; `root` the way from the page to the site's root; `sizes`
    tells how wide it is shown, as HTML's attribute does (4.8.4.2.2).
    """
    if not picture.width:
        return {}
    found = {"width": str(picture.width), "height": str(picture.height)}
    if picture.widths:
        found |= {"srcset": srcset(path, picture, root), "sizes": sizes}
    return found


def srcset(path: str, picture: Picture, root: str) -> str:
    """The pictures that a browser may choose from, as `srcset` lists them (HTML, 4.8.4.2.1); nothing where it has no
    choice.

    `path` is the picture's own on the site, percent-encoded; `root` the way from the page to the site's root.
    """
    if not picture.widths:
        return ""
    name = path.removeprefix(_FOLDER)
    found = [f"{root}{sized_file(name, width)} {width}w" for width in picture.widths]
    if picture.whole:
        found.append(f"{root}{path} {picture.width}w")
    # A comma would be read as the list's own.
    return ", ".join(candidate.replace(",", quote(",")) for candidate in found)
