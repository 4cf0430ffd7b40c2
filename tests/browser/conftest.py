"""The demo archive, built and served, and a browser to read it with."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.conftest import ROOT

from backissue.pipeline import Options, build

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
NOW = datetime(2026, 1, 2, tzinfo=UTC)


class Built(NamedTuple):
    """A built site: its folder, and where it is served."""

    folder: Path
    url: str


class _Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs a browser at {CHROMIUM}")
        pytest.skip(f"no browser at {CHROMIUM}")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The demo archive with the settings that it comes with."""
    yield from _served(tmp_path_factory.mktemp("demo"), (ROOT / "site.yaml").read_text("utf-8"))


@pytest.fixture(scope="session")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The demo archive as an Arabic site with very short pages: right to left, with numbered pages."""
    settings = 'title: أرشيف المصبّ\nlanguage: ar\nurl: "https://wend.example/archive"\npage_size: 2\n'
    yield from _served(tmp_path_factory.mktemp("arabic"), settings)


def _served(root: Path, settings: str) -> Iterator[Built]:
    (root / "site.yaml").write_text(settings, "utf-8")
    shutil.copytree(ROOT / "content", root / "content")
    report = build(Options(root=root, templates=ROOT / "templates", jobs=1), lambda *_: None, NOW)
    assert not report.faults
    handler = functools.partial(_Quiet, directory=report.output)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Built(report.output, f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
        thread.join()
