"""A local server that builds the site, builds it again when something changes, and reloads the browser."""

from __future__ import annotations

import html
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
EVENTS = "/.backissue-events"
POLL_SECONDS = 0.7

_SCRIPT = (
    b"<script>new EventSource('" + EVENTS.encode() + b"').onmessage=()=>location.reload()</script>"
    # The page's own policy lets no script run; in the preview this one may.
)
_POLICY = b"default-src 'none';"
_PREVIEW_POLICY = b"default-src 'none'; script-src 'unsafe-inline'; connect-src 'self';"

Stamps = dict[str, tuple[int, int]]


class Listeners:
    """The browsers that wait for a change."""

    def __init__(self) -> None:
        self._queues: set[queue.SimpleQueue[bool]] = set()
        self._lock = threading.Lock()

    def add(self) -> queue.SimpleQueue[bool]:
        """A queue that gets an item at each change."""
        waiting: queue.SimpleQueue[bool] = queue.SimpleQueue()
        with self._lock:
            self._queues.add(waiting)
        return waiting

    def remove(self, waiting: queue.SimpleQueue[bool]) -> None:
        """No longer wait."""
        with self._lock:
            self._queues.discard(waiting)

    def tell(self) -> None:
        """Tell all of a change."""
        with self._lock:
            for waiting in self._queues:
                waiting.put(True)


class Handler(SimpleHTTPRequestHandler):
    """Serves the site's files; pages get the script that waits for changes, missing ones the site's own 404."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args: Any, listeners: Listeners, fault: Callable[[], str], **more: Any) -> None:
        self._listeners = listeners
        self._fault = fault
        super().__init__(*args, **more)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of single requests."""

    def do_GET(self) -> None:
        """Answer with a file, the events, or what is wrong with the last build."""
        if self.path == EVENTS:
            self._events()
            return
        fault = self._fault()
        if fault:
            page = f"<!DOCTYPE html><meta charset=utf-8><title>Build stopped</title><pre>{html.escape(fault)}</pre>"
            self._send(200, "text/html; charset=utf-8", page.encode() + _SCRIPT)
            return
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.partition("?")[0].endswith("/"):
            path /= "index.html"
        if path.suffix == ".html" and path.is_file():
            self._send(200, "text/html; charset=utf-8", _with_script(path.read_bytes()))
        elif not path.exists():
            missing = Path(self.directory) / "404.html"
            body = missing.read_bytes() if missing.is_file() else b"Not found"
            self._send(404, "text/html; charset=utf-8", _with_script(body))
        else:
            super().do_GET()

    def end_headers(self) -> None:
        """Let the browser keep nothing: the next look may be at the next build."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _events(self) -> None:
        waiting = self._listeners.add()
        try:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            while True:
                try:
                    waiting.get(timeout=15)
                    self.wfile.write(b"data: changed\n\n")
                except queue.Empty:
                    self.wfile.write(b": still here\n\n")
                self.wfile.flush()
        except OSError:
            pass  # the browser went away
        finally:
            self._listeners.remove(waiting)


class Server(ThreadingHTTPServer):
    """Serves each browser in a thread of its own; one that goes away in the middle of an answer is no news."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell of faults other than a lost connection."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def _with_script(page: bytes) -> bytes:
    return page.replace(_POLICY, _PREVIEW_POLICY, 1).replace(b"</body>", _SCRIPT + b"</body>", 1)


def serve(
    folder: Path,
    port: int,
    watched: Callable[[], Iterable[Path]],
    rebuild: Callable[[], str],
    ready: Callable[[str], None],
    stop: threading.Event | None = None,
) -> None:
    """Serve a folder on 127.0.0.1 until interrupted, and call `rebuild` whenever a watched file or folder changes.

    `rebuild` builds and gives what is wrong, or nothing; `ready` is told the address. A port of 0 is any free one; one
    that is in use raises OSError.
    """
    listeners = Listeners()
    state = {"fault": ""}
    handler = partial(Handler, directory=str(folder), listeners=listeners, fault=lambda: state["fault"])
    stop = stop or threading.Event()
    with Server((HOST, port), handler) as server:
        # The port first: nobody likes to wait for a build only to hear that it is in use.
        # And the stamps before the build: what changes while it is at work, it may have read too early.
        before = stamps(watched())
        state["fault"] = rebuild()
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()
        ready(f"http://{HOST}:{server.server_address[1]}/")
        try:
            while not stop.wait(POLL_SECONDS):
                now = stamps(watched())
                if now != before:
                    before = _settled(now, watched)
                    state["fault"] = rebuild()
                    listeners.tell()
        except KeyboardInterrupt:
            pass
        finally:
            server.shutdown()


def _settled(now: Stamps, watched: Callable[[], Iterable[Path]]) -> Stamps:
    """Wait until an editor, or a copy of many files, has finished writing; at most some seconds."""
    for _attempt in range(20):
        time.sleep(0.1)
        later = stamps(watched())
        if later == now:
            break
        now = later
    return now


def stamps(paths: Iterable[Path]) -> Stamps:
    """Size and modification time of files, and of all files in folders; hidden ones left out."""
    found: Stamps = {}
    for top in paths:
        waiting = [os.fspath(top)]
        while waiting:
            path = waiting.pop()
            try:
                if os.path.isdir(path):
                    waiting += [entry.path for entry in os.scandir(path) if not entry.name.startswith(".")]
                else:
                    status = os.stat(path)
                    found[path] = (status.st_size, status.st_mtime_ns)
            except OSError:
                continue
    return found
