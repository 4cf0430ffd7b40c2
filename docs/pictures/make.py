"""Makes the README's pictures again: three pages of the demo archive, as a browser shows them.

    .venv/bin/python docs/pictures/make.py        # needs the extra "test", and Chromium (CHROMIUM names another)

They are WebP, each at most 150 kB, in the folder of this file.
"""

from __future__ import annotations

import functools
import http.server
import io
import os
import shutil
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from backissue.building import Options
from backissue.pipeline import build

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
HEAVIEST = 150_000


class Picture(NamedTuple):
    """A picture: its file's name, the page, the window in CSS pixels, light or dark, and how many pixels to one."""

    name: str
    page: str
    width: int
    height: int
    scheme: str
    scale: float


PICTURES = (
    Picture("front-page", "index.html", 1280, 1000, "light", 1),
    Picture("article", "2023/10/the-night-the-bridge-swung-again.html", 1280, 1000, "light", 1),
    Picture("phone", "2023/10/the-night-the-bridge-swung-again.html", 390, 1000, "dark", 1.25),
)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    """Build the demo archive aside, and take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        shutil.copyfile(ROOT / "site.yaml", scratch / "site.yaml")
        shutil.copytree(ROOT / "content", scratch / "content")
        report = build(Options(root=scratch, templates=ROOT / "templates"), lambda *_: None, datetime.now(UTC))
        handler = functools.partial(_Quiet, directory=str(report.output))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            for picture in PICTURES:
                data = _light(_taken(browser, f"http://127.0.0.1:{server.server_port}/{picture.page}", picture))
                (HERE / f"{picture.name}.webp").write_bytes(data)
                print(f"{picture.name}.webp: {len(data):,} bytes")
            browser.close()
            server.shutdown()


def _taken(browser: Browser, address: str, picture: Picture) -> Image.Image:
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=picture.scale,
        color_scheme=picture.scheme,  # type: ignore[arg-type]
    )
    page.goto(address, wait_until="networkidle")
    page.reload(wait_until="networkidle")  # with the faces at hand
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.close()
    return image


def _light(image: Image.Image) -> bytes:
    """The picture as WebP, as good as its weight allows."""
    for quality in range(90, 20, -6):
        data = io.BytesIO()
        image.save(data, "WEBP", quality=quality, method=6)
        if data.tell() <= HEAVIEST:
            return data.getvalue()
    raise ValueError("too much on one picture — take less of the page")


if __name__ == "__main__":
    main()
