"""Smaller pictures of whatever a picture may be: turned, transparent, in inks, in 16 bits, moving, broken, a bomb."""

from __future__ import annotations

import io
import os
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from backissue import darkroom
from backissue.config import ImageSettings
from backissue.darkroom import Darkroom, clear, recipe
from backissue.errors import MissingExtra
from backissue.pictures import Look, Picture

SETTINGS = ImageSettings(sizes=(40, 80, 160))


def noise(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """A picture that no encoder makes small."""
    return Image.frombytes("RGB", size, random.Random(7).randbytes(size[0] * size[1] * 3)).convert(mode)


@pytest.fixture
def room(tmp_path: Path) -> Darkroom:
    return Darkroom(str(tmp_path / "kept"), SETTINGS)


def looked(room: Darkroom, path: Path) -> Picture:
    look = room.look(str(path))
    assert look is not None
    assert look.fault == ""
    return look.picture


def opened(room: Darkroom, path: Path, width: int) -> Image.Image:
    made = Image.open(io.BytesIO(room.sized(str(path), width)))
    assert made.format == "WEBP"
    return made


def test_smaller_ones_are_made_at_the_widths_below_the_picture_s_own(room: Darkroom, tmp_path: Path) -> None:
    noise((100, 50)).save(tmp_path / "a.png")
    assert looked(room, tmp_path / "a.png") == Picture(100, 50, (40, 80, 100))
    assert [opened(room, tmp_path / "a.png", width).size for width in (40, 80, 100)] == [(40, 20), (80, 40), (100, 50)]


def test_a_large_one_is_not_shown_whole(room: Darkroom, tmp_path: Path) -> None:
    noise((300, 200)).save(tmp_path / "a.png")
    assert looked(room, tmp_path / "a.png") == Picture(300, 200, (40, 80, 160))


def test_a_small_one_is_left_as_it_is(room: Darkroom, tmp_path: Path) -> None:
    noise((40, 30)).save(tmp_path / "a.png")
    assert looked(room, tmp_path / "a.png") == Picture(40, 30, (), whole=True)


def test_what_would_be_heavier_than_the_picture_itself_is_not_kept(room: Darkroom, tmp_path: Path) -> None:
    Image.new("1", (100, 50)).save(tmp_path / "a.png", optimize=True)
    picture = looked(room, tmp_path / "a.png")
    assert picture.whole
    assert 100 not in picture.widths
    assert all(len(room.sized(str(tmp_path / "a.png"), width)) < (tmp_path / "a.png").stat().st_size
               for width in picture.widths)  # fmt: skip


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_is_turned_back(room: Darkroom, tmp_path: Path, orientation: int) -> None:
    """Its left half, as it is looked at, is red."""
    seen = Image.new("RGB", (200, 100), "blue")
    seen.paste("red", (0, 0, 100, 100))
    turn = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that undoes what each orientation asks for
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = seen.transpose(Image.Transpose(turn[orientation])) if orientation > 1 else seen
    stored.save(tmp_path / "a.jpg", exif=exif, quality=95)
    picture = looked(room, tmp_path / "a.jpg")
    assert (picture.width, picture.height) == (200, 100)
    made = opened(room, tmp_path / "a.jpg", 40).convert("RGB")
    assert made.size == (40, 20)
    left, right = made.getpixel((5, 10)), made.getpixel((35, 10))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 200 > 60 > left[2]
    assert right[2] > 200 > 60 > right[0]


def test_where_and_with_what_it_was_taken_is_not_carried_along(room: Darkroom, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera Works"
    exif.get_ifd(0x8825)[2] = (53.0, 33.0, 7.0)
    noise((200, 100)).save(tmp_path / "a.jpg", exif=exif, comment=b"Secret", xmp=b"<x:xmpmeta>Secret</x:xmpmeta>")
    noise((200, 100)).save(tmp_path / "a.webp", exif=exif, xmp=b"<x:xmpmeta>Secret</x:xmpmeta>", lossless=True)
    assert b"Camera Works" in (tmp_path / "a.jpg").read_bytes()
    for name in ("a.jpg", "a.webp"):
        data = room.sized(str(tmp_path / name), 80)
        assert not any(word in data for word in (b"Camera", b"Secret", b"EXIF", b"Exif", b"XMP"))


def test_a_colour_profile_is(room: Darkroom, tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    noise((200, 100)).save(tmp_path / "a.png", icc_profile=profile)
    assert opened(room, tmp_path / "a.png", 80).info["icc_profile"] == profile


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_every_kind_of_pixel_is_understood(room: Darkroom, tmp_path: Path, mode: str) -> None:
    kind = "jpg" if mode in ("CMYK", "YCbCr") else "png"
    if mode == "I;16":
        image = Image.new("I;16", (200, 100), 40_000)
    elif mode in ("LA", "PA"):
        image = noise((200, 100), "RGBA").convert("LA" if mode == "LA" else "P")
    else:
        image = noise((200, 100), mode)
    image.save(tmp_path / f"a.{kind}")
    picture = looked(room, tmp_path / f"a.{kind}")
    assert (picture.width, picture.height) == (200, 100)
    if mode == "I;16" and picture.widths:
        shade = opened(room, tmp_path / f"a.{kind}", picture.widths[0]).convert("L").getpixel((2, 2))
        assert isinstance(shade, int)
        assert abs(shade - 40_000 // 256) < 6


def test_what_is_seen_through_stays_so(room: Darkroom, tmp_path: Path) -> None:
    image = noise((200, 100), "RGBA")
    image.putalpha(Image.linear_gradient("L").resize((200, 100)))
    image.save(tmp_path / "a.png")
    assert opened(room, tmp_path / "a.png", 80).mode == "RGBA"


def test_moving_pictures_and_drawings_stay_as_they_are(room: Darkroom, tmp_path: Path) -> None:
    frames = [noise((200, 100)), Image.new("RGB", (200, 100))]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / "a.png", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:])
    (tmp_path / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"/>')
    for name in ("a.gif", "a.png", "a.webp", "a.svg"):
        assert looked(room, tmp_path / name) == Picture(200, 100), name


def png_header(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = b"IDAT" + zlib.compress(bytes(1_000))
    chunks = [
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in (header, pixels)
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("side", [10_001, 15_000, 60_000])
def test_a_bomb_is_not_lit(room: Darkroom, tmp_path: Path, side: int) -> None:
    (tmp_path / "a.png").write_bytes(png_header(side, side))
    look = room.look(str(tmp_path / "a.png"))
    assert look == Look(Picture(side, side), "it has more than 100 million pixels")


@pytest.mark.parametrize("kind", ["png", "jpg", "gif", "webp"])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.9])
def test_a_broken_picture_is_told_of_and_no_more(room: Darkroom, tmp_path: Path, kind: str, share: float) -> None:
    whole = tmp_path / f"whole.{kind}"
    noise((200, 100)).save(whole)
    data = whole.read_bytes()
    (tmp_path / f"a.{kind}").write_bytes(data[: int(len(data) * share)])
    look = room.look(str(tmp_path / f"a.{kind}"))
    assert look is not None
    assert look.fault == "it is broken"
    assert (look.picture.width, look.picture.height) in ((0, 0), (200, 100))
    assert look.picture.widths == ()


def test_what_is_no_picture_is_not_looked_at(room: Darkroom, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    assert room.look(str(tmp_path / "a.pdf")) is None
    assert room.look(str(tmp_path / "gone.png")) is None


def test_without_sizes_pictures_are_measured_only(tmp_path: Path) -> None:
    room = Darkroom(str(tmp_path / "kept"), ImageSettings())
    noise((200, 100)).save(tmp_path / "a.png")
    assert looked(room, tmp_path / "a.png") == Picture(200, 100)
    assert not (tmp_path / "kept").exists()


def test_a_picture_is_made_once_for_all_names_and_processes(
    room: Darkroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise((200, 100)).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes())
    first = looked(room, tmp_path / "a.png")
    monkeypatch.setattr(darkroom, "_made", lambda *_: pytest.fail("made again"))
    assert looked(room, tmp_path / "b.png") == first
    again = Darkroom(str(tmp_path / "kept"), SETTINGS)
    assert looked(again, tmp_path / "a.png") == first
    assert again.sized(str(tmp_path / "b.png"), 80) == room.sized(str(tmp_path / "a.png"), 80)


def test_another_picture_of_the_same_name_is_seen(room: Darkroom, tmp_path: Path) -> None:
    noise((200, 100)).save(tmp_path / "a.png")
    assert looked(room, tmp_path / "a.png").width == 200
    noise((160, 100)).save(tmp_path / "b.png")
    os.replace(tmp_path / "b.png", tmp_path / "a.png")
    assert looked(room, tmp_path / "a.png").width == 160


def test_a_damaged_copy_in_the_state_folder_is_made_anew(room: Darkroom, tmp_path: Path) -> None:
    noise((200, 100)).save(tmp_path / "a.png")
    before = room.sized(str(tmp_path / "a.png"), 80)
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_bytes(b"\x92")
    assert room.sized(str(tmp_path / "a.png"), 80) == before


def test_only_what_is_shown_is_kept(room: Darkroom, tmp_path: Path) -> None:
    for number in range(3):
        noise((100 + number, 50)).save(tmp_path / f"{number}.png")
        room.look(str(tmp_path / f"{number}.png"))
    names = sorted(path.name for path in (tmp_path / "kept").iterdir())
    digests = [bytes.fromhex(name.partition("-")[0]) for name in names]
    clear(str(tmp_path / "kept"), digests[:2], SETTINGS)
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == names[:2]
    clear(str(tmp_path / "kept"), digests, ImageSettings(sizes=(40,)))
    assert list((tmp_path / "kept").iterdir()) == []
    clear(str(tmp_path / "never there"), digests, SETTINGS)


def test_the_settings_and_pillow_are_the_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    assert recipe(ImageSettings()) == b""
    assert recipe(SETTINGS) != recipe(ImageSettings(sizes=(40, 80, 160), quality=50))
    recipe.cache_clear()
    before = recipe(SETTINGS)
    monkeypatch.setattr("PIL.__version__", "0.0")
    recipe.cache_clear()
    assert recipe(SETTINGS) != before
    recipe.cache_clear()


def test_without_pillow_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe.cache_clear()
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingExtra, match=r"pip install 'backissue\[images\]'"):
        recipe(SETTINGS)
    assert recipe(ImageSettings()) == b""
    recipe.cache_clear()


def test_the_same_bytes_in_every_process(room: Darkroom, tmp_path: Path) -> None:
    noise((200, 100)).save(tmp_path / "a.jpg")
    program = (
        "import hashlib, sys\nfrom backissue.darkroom import Darkroom\nfrom backissue.config import ImageSettings\n"
        f"data = Darkroom(sys.argv[1], ImageSettings(sizes=(40, 80, 160))).sized({str(tmp_path / 'a.jpg')!r}, 80)\n"
        "print(hashlib.sha256(data).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / seed)], check=True, capture_output=True, text=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1
