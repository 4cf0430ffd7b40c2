"""Sites, built and served, and a browser to read them with.

A test with an argument `demo_page` or `arabic_page` runs once for every kind of page of that site, found as `kinds`
tells; `demo`, `arabic` and `large` are the sites. `looking` has what can be asked of an open page.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from bench import archives
from playwright.sync_api import Browser, sync_playwright
from tests.browser import kinds
from tests.browser.looking import PATIENCE
from tests.conftest import ROOT

from backissue import pagefind
from backissue.building import Options
from backissue.pipeline import build

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
NOW = datetime(2026, 1, 2, tzinfo=UTC)
LARGE = 10_000

DEMO = (ROOT / "site.yaml").read_text("utf-8")
ARABIC = 'title: أرشيف المصبّ\nlanguage: ar\nurl: "https://wend.example/archive"\npage_size: 2\n'
_scratch = tempfile.TemporaryDirectory(prefix="backissue-browser-")


class Built(NamedTuple):
    """A built site: its folder, and where it is served."""

    folder: Path
    url: str


class _Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # however late they are answered, none that knocks is sent away


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs a browser at {CHROMIUM}")
        pytest.skip(f"no browser at {CHROMIUM}")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=flags, timeout=PATIENCE)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def demo() -> Iterator[Built]:
    """The demo archive with the settings that it comes with."""
    yield from served(demo_folder())


@pytest.fixture(scope="session")
def arabic() -> Iterator[Built]:
    """The demo archive as an Arabic site with very short pages: right to left, with numbered pages."""
    yield from served(arabic_folder())


@pytest.fixture(scope="session")
def large() -> Iterator[Built]:
    """An archive of LARGE made-up articles over forty years."""
    yield from served(large_folder())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests of pages once for each kind of page. The sites are built for this, once: they are small."""
    for argument, folder in (("demo_page", demo_folder), ("arabic_page", arabic_folder)):
        if argument in metafunc.fixturenames:
            metafunc.parametrize(argument, kinds.every_part(folder()))


def pytest_unconfigure() -> None:
    _scratch.cleanup()


@functools.cache
def demo_folder() -> Path:
    """The folder of the demo archive, built."""
    return built("demo", DEMO, _demo_content)


@functools.cache
def arabic_folder() -> Path:
    """The folder of the Arabic site, built."""
    return built("arabic", ARABIC, _demo_content)


@functools.cache
def large_folder() -> Path:
    """The folder of the large site, built."""
    settings = 'title: Forty years\nurl: "https://forty.example"\nmarkdown: {engine: commonmark}\nsearch: pagefind\n'
    return built("large", settings, lambda content: archives.write_lines(archives.articles(LARGE), content))


def built(name: str, settings: str, fill: Callable[[Path], object]) -> Path:
    """Build a site of which `fill` makes the content folder; the folder it is in."""
    root = Path(_scratch.name) / name
    root.mkdir()
    if not pagefind.version():
        # What searches the text is skipped; all else is as it was.
        settings = settings.replace("search: pagefind", "search: titles")
    (root / "site.yaml").write_text(settings, "utf-8")
    fill(root / "content")
    report = build(Options(root=root, templates=ROOT / "templates", jobs=1), lambda *_: None, NOW)
    assert not report.faults
    return report.output


def _demo_content(content: Path) -> None:
    shutil.copytree(ROOT / "content", content)


def served(folder: Path) -> Iterator[Built]:
    """Serve a folder on this machine until the fixture is left."""
    handler = functools.partial(_Quiet, directory=folder)
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Built(folder, f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
        thread.join()
