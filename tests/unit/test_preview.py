"""The preview: serves the site, shows faults, and tells browsers of changes."""

from __future__ import annotations

import http.client
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.scratch import ScratchSite

from backissue import preview
from backissue.preview import EVENTS, serve, stamps

WAIT = 20
"""Seconds after which a test that hangs has failed."""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "POLL_SECONDS", 0.02)


class Served:
    """A preview under way: its address, and how its builds end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fault = ""
        self.builds = 0
        self.port = 0
        self.built = threading.Event()

    def rebuild(self) -> str:
        self.builds += 1
        self.built.set()
        return self.fault

    def get(self, path: str, method: str = "GET") -> tuple[int, str, dict[str, str]]:
        """The status, the body and the headers of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), dict(answer.getheaders())
        finally:
            connection.close()

    @contextmanager
    def listening(self) -> Iterator[http.client.HTTPResponse]:
        """A browser that waits for changes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT)
        try:
            connection.request("GET", EVENTS)
            answer = connection.getresponse()
            assert answer.getheader("Content-Type") == "text/event-stream"
            yield answer
        finally:
            connection.close()


@contextmanager
def serving(folder: Path, fault: str = "") -> Iterator[Served]:
    """Serve a folder, which is also what is watched."""
    served, stop, ready = Served(folder), threading.Event(), threading.Event()
    served.fault = fault

    def tell(address: str) -> None:
        served.port = int(address.rsplit(":", 1)[1].strip("/"))
        served.built.clear()
        ready.set()

    thread = threading.Thread(target=serve, args=(folder, 0, lambda: [folder], served.rebuild, tell, stop))
    thread.start()
    try:
        assert ready.wait(WAIT)
        yield served
    finally:
        stop.set()
        thread.join(WAIT)
        assert not thread.is_alive()


PAGE = "<!DOCTYPE html><meta content=\"default-src 'none'; style-src 'self'\"><body><p>Hello</body>"


def test_files_and_pages(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(PAGE, "utf-8")
    (tmp_path / "2019").mkdir()
    (tmp_path / "2019/index.html").write_text(PAGE, "utf-8")
    (tmp_path / "style.css").write_text("p { color: red }", "utf-8")
    with serving(tmp_path) as served:
        for path in ("/", "/index.html", "/2019/", "/2019/?q=1"):
            status, body, headers = served.get(path)
            assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
            assert "<p>Hello<script>" in body
            assert headers["Cache-Control"] == "no-store"
        assert served.get("/style.css")[1] == "p { color: red }"
        assert served.get("/2019")[0] == 301
        assert served.get("/index.html", "HEAD")[:2] == (200, "")
        assert served.builds == 1


def test_the_script_may_run_in_the_preview_only(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path)
    site.put("a.md", "A")
    site.build()
    with serving(site.output) as served:
        shown = served.get("/undated/a.html")[1]
    assert "script-src 'unsafe-inline'; connect-src 'self';" in shown
    assert EVENTS in shown
    page = site.page("undated/a.html")
    assert set(re.findall("<script[^>]*>", page)) == {'<script type="application/ld+json">'}  # data, never run
    assert "script-src" not in page


def test_a_missing_page_is_the_sites_own(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        assert served.get("/gone.html")[:2] == (404, "Not found")
        (tmp_path / "404.html").write_text("<p>Not in this archive</body>", "utf-8")
        (tmp_path / "folder").mkdir()
        for path in ("/gone.html", "/folder/", "/a%00b", "/../../etc/passwd", "/gone/"):
            status, body, _ = served.get(path)
            assert status == 404, path
            assert body.startswith("<p>Not in this archive<script>")


def test_a_fault_is_shown_until_it_is_mended(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(PAGE, "utf-8")
    with serving(tmp_path, "content/a.md:3: <b> is wrong") as served:
        status, body, _ = served.get("/index.html")
        assert status == 200
        assert "<pre>content/a.md:3: &lt;b&gt; is wrong</pre>" in body
        assert EVENTS in body
        with served.listening() as events:
            served.fault = ""
            (tmp_path / "new.html").write_text("", "utf-8")
            assert events.readline() == b"data: changed\n"
        assert "<p>Hello" in served.get("/index.html")[1]


EDITS: dict[str, Callable[[Path], object]] = {
    "edited": lambda folder: (folder / "deep/er/a.md").write_text("longer than before", "utf-8"),
    "added": lambda folder: (folder / "new.md").write_text("", "utf-8"),
    "deleted": lambda folder: (folder / "deep/er/a.md").unlink(),
    "moved": lambda folder: (folder / "deep/er/a.md").rename(folder / "b.md"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_browsers_are_told_of_a_change(tmp_path: Path, edit: str) -> None:
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / "deep/er/a.md").write_text("A", "utf-8")
    with serving(tmp_path) as served, served.listening() as one, served.listening() as another:
        EDITS[edit](tmp_path)
        for events in (one, another):
            assert events.readline() == b"data: changed\n"
        assert served.builds >= 2


def test_a_change_during_the_first_build_is_not_missed(tmp_path: Path) -> None:
    changed, stop = threading.Event(), threading.Event()

    def rebuild() -> str:
        if (tmp_path / "late.md").exists():
            changed.set()
        else:
            (tmp_path / "late.md").write_text("while a build was at work", "utf-8")
        return ""

    thread = threading.Thread(target=serve, args=(tmp_path, 0, lambda: [tmp_path], rebuild, lambda _: None, stop))
    thread.start()
    try:
        assert changed.wait(WAIT)
    finally:
        stop.set()
        thread.join(WAIT)


def test_nothing_is_built_while_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("A", "utf-8")
    (tmp_path / ".git").mkdir()
    with serving(tmp_path) as served:
        (tmp_path / ".git/index").write_text("hidden", "utf-8")
        (tmp_path / ".a.md.swp").write_text("an editor's", "utf-8")
        assert not served.built.wait(0.5)


def test_a_browser_that_goes_away_is_no_news(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "large.html").write_bytes(b"x" * 20_000_000)
    with serving(tmp_path) as served:
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", served.port), WAIT) as connection:
                connection.sendall(b"GET /large.html HTTP/1.1\r\nHost: x\r\n\r\n")
                connection.recv(10)
                # Closed with much unread: the other side is reset.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        assert served.get("/large.html")[0] == 200
    assert capsys.readouterr().err == ""


def test_a_port_in_use_is_told_before_anything_is_built(tmp_path: Path) -> None:
    built: list[int] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            serve(tmp_path, taken.getsockname()[1], lambda: [tmp_path], lambda: str(built.append(1)), built.append)
    assert built == []


def test_stamps(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/a.md").write_text("abc", "utf-8")
    (tmp_path / "site.yaml").write_text("", "utf-8")
    found = stamps([tmp_path / "site.yaml", tmp_path / "content", tmp_path / "templates"])
    assert {Path(name).name: size for name, (size, _time) in found.items()} == {"site.yaml": 0, "a.md": 3}
