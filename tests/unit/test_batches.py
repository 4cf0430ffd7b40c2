from __future__ import annotations

import subprocess
import sys
from datetime import UTC
from pathlib import Path

import msgspec
import pytest

from backissue.batches import bench, parsing
from backissue.config import MarkdownSettings
from backissue.entries import EntrySettings, Place
from backissue.errors import BuildStopped
from backissue.loading.articlefile import parse_article
from backissue.theme import Theme
from backissue.views import SiteView


def context_for(folder: Path) -> str:
    site = SiteView("", "", "", "en", "ltr", "UTC", "", (), ())
    context = bench.Context(
        content=str(folder / "content"),
        unpacked="",
        compiled="",
        settings=EntrySettings("en", "UTC", {}),
        now="2024-01-01T00:00:00+00:00",
        theme=Theme({}, {}, {}),
        site=site,
        markdown=MarkdownSettings(),
    )
    return bench.write_context(context, folder / "state")


def place_of(folder: Path, data: bytes) -> tuple[bench.Context, Place]:
    path = folder / "content" / "a.md"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    context_path = context_for(folder)
    (made,) = parsing.parsed(parsing.parse_files((context_path, [("a.md", b"")])))
    assert made.entries is not None
    assert not made.faults
    context = msgspec.msgpack.decode(Path(context_path).read_bytes(), type=bench.Context)
    return context, made.entries[0].place


HEAD = b"---\ntitle: A\n---\n"
VERBATIM = {
    "plain": HEAD + b"\nOne.\n\nTwo.\n",
    "no line end": HEAD + b"One.",
    "many line ends": HEAD + b"\n\n\nOne.\n\n\n",
    "spaces around it": HEAD + b"\n  One.  \n",
    "not ASCII": HEAD.replace(b"A", "Ä".encode()) + "\nFlut — 大水 🌊\n".encode(),
    "none": HEAD,
    "what looks like front matter": HEAD + b"\n---\ntitle: A\n---\n",
    "TOML": b'+++\ntitle = "A"\n+++\nOne.\n',
    "very long": HEAD + b"\n" + b"Word. " * 40_000 + b"\n",
}
OTHERWISE = {
    "line ends of Windows": b"\xef\xbb\xbf" + HEAD.replace(b"\n", b"\r\n") + b"\r\nOne.\r\n\r\nTwo.\r\n",
    "a control character": HEAD + b"\nOne.\x07\n",
    "one at its end": HEAD + b"\nOne.\n\n\x00\n",
}


@pytest.mark.parametrize("name", [*VERBATIM, *OTHERWISE])
def test_a_body_is_read_as_it_was_parsed(tmp_path: Path, name: str) -> None:
    data = (VERBATIM | OTHERWISE)[name]
    context, place = place_of(tmp_path, data)
    body = bench.read_body(context, place)
    assert body == parse_article(data, "a.md", UTC).body
    assert bool(place.body) == (name in VERBATIM)
    assert bench.read_body(context, msgspec.structs.replace(place, body=0)) == body


def test_a_file_that_changes_during_a_build_is_not_shown(tmp_path: Path) -> None:
    context, place = place_of(tmp_path, HEAD + b"\nOne.\n")
    (tmp_path / "content" / "a.md").write_bytes(HEAD + b"\nTwo.\n")
    with pytest.raises(BuildStopped, match="changed during the build"):
        bench.read_body(context, place)
    (tmp_path / "content" / "a.md").unlink()
    with pytest.raises(BuildStopped, match="went away during the build"):
        bench.read_body(context, place)


def test_what_makes_pages_is_not_loaded_where_none_are_made() -> None:
    code = "import sys, backissue.pipeline; print({'jinja2', 'backissue.rendering'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
