"""Pictures that an item names by a file: taken along where it lies beside the input, told of where it does not."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from ...article import Article, Image, Provenance
from ..outcomes import Imported, Input, Outcome
from .items import plain

PICTURE_BYTES = 64 << 20
"""The largest file that is taken along."""

_KINDS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg")


def with_pictures(found: Outcome, source: Input) -> Outcome:
    """The outcome with the file of a lead picture that is named relative to the input, or without that picture."""
    if not isinstance(found, Imported) or found.article.image is None:
        return found
    image = found.article.image
    if image.src.startswith(("http://", "https://")):
        return found
    data = _beside(source, image.src)
    if data is not None:
        name = os.path.basename(image.src)
        article = msgspec.structs.replace(found.article, image=msgspec.structs.replace(image, src=name))
        return msgspec.structs.replace(found, article=article, files={**found.files, name: data})
    return msgspec.structs.replace(found, article=_without_picture(found, image))


def _without_picture(found: Imported, image: Image) -> Article:
    words = "; ".join(filter(None, map(plain, (image.caption or image.alt, image.credit))))
    note = f"its picture is not with the input: {image.src}" + (f" ({words})" if words else "")
    provenance = found.article.provenance or Provenance(file="", format="")
    provenance = msgspec.structs.replace(provenance, notes=(*provenance.notes, note))
    return msgspec.structs.replace(found.article, image=None, provenance=provenance)


def _beside(source: Input, name: str) -> bytes | None:
    """The bytes of a picture beside the input, never outside its folder."""
    if not source.path or not name.lower().endswith(_KINDS) or "\\" in name or name.startswith("/") or ":" in name:
        return None
    folder = Path(source.path).resolve().parent
    try:
        file = (folder / name).resolve()
        if not file.is_relative_to(folder) or not file.is_file() or file.stat().st_size > PICTURE_BYTES:
            return None
        return file.read_bytes()
    except (OSError, ValueError):
        return None
