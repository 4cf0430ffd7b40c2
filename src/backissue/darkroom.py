"""Smaller pictures, made with Pillow (extra `images`) and kept beside the catalog, each by the digest of its original.

WebP and not AVIF: three sizes of a photograph of 12 megapixels took 0.3 s of processor time against 1.4 s, and were a
fourth larger; and every browser since 2020 reads it. What is made depends on the original's bytes, the settings and the
versions of Pillow and libwebp alone; nothing of its metadata is carried along, but for the colour profile that it is
seen by.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import uuid
import warnings
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from .config import ImageSettings
from .errors import MissingExtra
from .pictures import Look, Picture, is_picture, measured

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 100_000_000
"""A picture of more is not read: it would take gigabytes of memory, and may be made to ("decompression bomb")."""

_FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "PNG", "WEBP")
_METHOD = 4
_TALLEST = 16_000
"""WebP holds pictures of up to 16,383 pixels a side."""

_VERSION = 1
_REMEMBERED = 10_000


class _Print(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of an original: what was found, and the pictures made of it by their width."""

    look: Look
    made: dict[int, bytes]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Print)
_Stamp = tuple[str, int, int, int]


@cache
def recipe(settings: ImageSettings) -> bytes:
    """A digest of what smaller pictures are made with; empty where none are made.

    Raises MissingExtra where Pillow is needed and not installed.
    """
    if not settings.sizes:
        return b""
    try:
        import PIL
        from PIL import features
    except ImportError:
        raise MissingExtra("making smaller pictures (images.sizes in site.yaml)", "images") from None
    made_with = (_VERSION, PIL.__version__, features.version("webp"), settings)
    return hashlib.blake2b(_encoder.encode(made_with), digest_size=8).digest()


class Darkroom:
    """Looks at pictures, and makes smaller ones; each process has its own, and what they keep they share."""

    def __init__(self, folder: str, settings: ImageSettings) -> None:
        """`folder` is where smaller pictures are kept."""
        self._folder = folder
        self._settings = settings
        self._looks: dict[_Stamp, Look] = {}

    def look(self, path: str) -> Look | None:
        """What there is to know of the file at a path, by its bytes. None where it is no picture, or can't be read."""
        if not is_picture(path):
            return None
        try:
            status = os.stat(path)
            stamp = (path, status.st_size, status.st_mtime_ns, status.st_ino)
            found = self._looks.get(stamp)
            if found is None:
                if len(self._looks) >= _REMEMBERED:
                    self._looks.clear()
                found = self._looks[stamp] = self._look(path)
        except OSError:
            return None
        return found

    def sized(self, path: str, width: int) -> bytes:
        """The picture of a width made of the file at a path. Raises KeyError where none of that width is made of it."""
        return self._print(path).made[width]

    def _look(self, path: str) -> Look:
        if self._settings.sizes:
            return self._print(path).look
        with open(path, "rb") as file:
            return Look(Picture(*measured(file)))

    def _print(self, path: str) -> _Print:
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).digest()
            kept = os.path.join(self._folder, kept_name(digest, self._settings))
            with contextlib.suppress(OSError, msgspec.DecodeError), open(kept, "rb") as known:
                return _decoder.decode(known.read())
            file.seek(0)
            found = _made(file, self._settings)
        os.makedirs(self._folder, exist_ok=True)
        temporary = f"{kept}.{uuid.uuid4().hex}"
        with open(temporary, "wb") as new:
            new.write(_encoder.encode(found))
        os.replace(temporary, kept)
        return found


def kept_name(digest: bytes, settings: ImageSettings) -> str:
    """The name of the file that keeps what was made of the picture with a digest."""
    return f"{digest.hex()}-{recipe(settings).hex()}"


def clear(folder: str, digests: Collection[bytes], settings: ImageSettings) -> None:
    """Delete what is kept of other pictures than those with the digests, or was made otherwise."""
    kept = {kept_name(digest, settings) for digest in digests} if settings.sizes else set()
    with contextlib.suppress(FileNotFoundError):
        for name in os.listdir(folder):
            if name not in kept:
                os.unlink(os.path.join(folder, name))


def _made(file: io.BufferedReader, settings: ImageSettings) -> _Print:
    """Make the smaller pictures of an open file."""
    import PIL
    from PIL import Image

    file.seek(0)
    width, height = measured(file)
    original = os.fstat(file.fileno()).st_size
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of bombs, of odd EXIF: what matters is told as a fault
            file.seek(0)
            with Image.open(file, formats=_FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    return _Print(Look(Picture(width, height), "it has more than 100 million pixels"), {})
                width, height = _turned(opened)
                if getattr(opened, "is_animated", False):
                    return _Print(Look(Picture(width, height)), {})
                made = _sizes_of(opened, width, height, settings)
    except PIL.UnidentifiedImageError:
        # A drawing is no fault, nor is a kind of picture that browsers show and Pillow may have been built without.
        sound = str(file.name).lower().endswith(".svg" if not width else (".svg", ".avif"))
        return _Print(Look(Picture(width, height), "" if sound else "it is broken"), {})
    except Image.DecompressionBombError:
        return _Print(Look(Picture(width, height), "it has more than 100 million pixels"), {})
    except Exception:
        # Whatever its decoders raise of broken pictures.
        return _Print(Look(Picture(width, height), "it is broken"), {})
    worth = {size: data for size, data in made.items() if len(data) < original}
    whole = width <= max(settings.sizes) and width not in worth
    return _Print(Look(Picture(width, height, tuple(sorted(worth)), whole)), worth)


def _turned(opened: Image) -> tuple[int, int]:
    """The size of a picture once it is turned as its EXIF says (TIFF 6.0, orientation 5 to 8 lie on their side)."""
    width, height = opened.size
    return (height, width) if opened.getexif().get(0x0112) in (5, 6, 7, 8) else (width, height)


def _sizes_of(opened: Image, width: int, height: int, settings: ImageSettings) -> dict[int, bytes]:
    from PIL import Image, ImageOps

    smallest, largest = min(settings.sizes), max(settings.sizes)
    widths = {size for size in settings.sizes if size < width} | ({width} if smallest < width <= largest else set())
    sought = sorted(size for size in widths if size * height // width <= _TALLEST)
    if not sought:
        opened.load()  # so that a broken one is told of
        return {}
    scale = min(sought[-1] / width, 1.0)
    # Of a JPEG no more is decoded than is wanted.
    opened.draft("RGB", (round(opened.width * scale), round(opened.height * scale)))
    image = _plain(ImageOps.exif_transpose(opened))
    profile = opened.info.get("icc_profile") if opened.mode in ("RGB", "RGBA", "RGBX") else None
    made = {}
    for size in reversed(sought):
        box = (size, max(1, round(size * height / width)))
        image = image.resize(box, Image.Resampling.LANCZOS, reducing_gap=3.0) if image.size != box else image
        data = io.BytesIO()
        image.save(
            data, "WEBP", quality=settings.quality, method=_METHOD, icc_profile=profile or b"", exif=b"", xmp=b""
        )
        made[size] = data.getvalue()
    return made


def _plain(image: Image) -> Image:
    """A picture as 8 bits of red, green and blue, with transparency where it has any."""
    if image.mode in ("RGB", "RGBA"):
        return image
    if image.mode.startswith("I") or image.mode == "F":
        # 16 bits of grey: the upper eight.
        return image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if image.mode == "CMYK" and image.info.get("icc_profile"):
        with contextlib.suppress(Exception):
            return _as_screens_show(image)
    clear = image.mode in ("LA", "La", "PA", "RGBa") or "transparency" in image.info
    return image.convert("RGBA" if clear else "RGB")


def _as_screens_show(image: Image) -> Image:
    """Inks as the picture's own profile mixes them, in sRGB."""
    from PIL import ImageCms

    inks = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    seen = ImageCms.profileToProfile(image, inks, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert seen is not None
    return seen
