"""Which files are pictures, how large they are, and what an `img` says of them."""

from __future__ import annotations

import io

import hypothesis.strategies as st
import pytest
from hypothesis import given
from PIL import Image

from backissue.pictures import Picture, attributes, is_picture, measured, sized_file, srcset


@pytest.mark.parametrize(("name", "answer"), [("a.jpg", True), ("x/B.JPEG", True), ("map.svg", True), ("a.tif", False),
                                               ("report.pdf", False), ("png", False)])  # fmt: skip
def test_pictures_are_known_by_their_names(name: str, answer: bool) -> None:
    assert is_picture(name) is answer


@given(
    st.integers(1, 300),
    st.integers(1, 300),
    st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "BMP", "AVIF"]),
    st.integers(0, 8),
)
def test_the_size_is_that_which_readers_see(width: int, height: int, kind: str, orientation: int) -> None:
    exif = Image.Exif()
    turns = bool(orientation) and kind == "JPEG"
    if turns:
        exif[0x0112] = orientation
    data = io.BytesIO()
    Image.new("RGB", (width, height)).save(data, kind, **({"exif": exif} if turns else {}))
    data.seek(0)
    assert measured(data) == ((height, width) if turns and orientation >= 5 else (width, height))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ('<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80">', (120, 80)),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 400">', (600, 400)),
        ("<svg viewBox='-1,-2, 30.6,40'>", (31, 40)),
        ('<svg width="100%" height="100%" viewBox="0 0 3 2">', (3, 2)),
        ('<svg xmlns="http://www.w3.org/2000/svg">', (0, 0)),
        ('<svg viewBox="0 0 1.2.3 2">', (0, 0)),
        ("", (0, 0)),
        ("no picture", (0, 0)),
    ],
)
def test_a_drawing_has_a_size_too(text: str, size: tuple[int, int]) -> None:
    assert measured(io.BytesIO(text.encode())) == size


@given(
    st.binary(max_size=80),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF....WEBPVP8 "]),
)
def test_whatever_a_file_holds_it_is_measured_or_not(data: bytes, head: bytes) -> None:
    width, height = measured(io.BytesIO(head + data))
    assert (width > 0) == (height > 0)
    assert width >= 0


def test_an_img_says_how_large_it_is_and_what_there_is_to_choose_from() -> None:
    picture = Picture(1200, 800, (400, 800), whole=True)
    assert attributes("media/a%20b.png", picture, "../", "50vw") == {
        "width": "1200",
        "height": "800",
        "srcset": "../sizes/400/a%20b.png.webp 400w, ../sizes/800/a%20b.png.webp 800w, ../media/a%20b.png 1200w",
        "sizes": "50vw",
    }
    assert attributes("media/a.png", Picture(30, 20), "", "50vw") == {"width": "30", "height": "20"}
    assert attributes("media/a.png", Picture(0, 0), "", "50vw") == {}


def test_a_comma_in_a_name_does_not_part_a_list() -> None:
    assert srcset("media/a,b.png", Picture(9, 9, (4,)), "") == "sizes/4/a%2Cb.png.webp 4w"


def test_a_smaller_picture_stands_where_its_original_does() -> None:
    assert sized_file("1953/flood.png", 400) == "sizes/400/1953/flood.png.webp"
