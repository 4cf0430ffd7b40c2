"""Pagefind at work: the records of a shard of the archive → the files that a browser searches it by (extra `search`).

Pagefind (https://pagefind.app) indexes and searches; what is done here is feeding it and putting what it writes into a
form that is the same every time and that a large archive can be served in:

- It is fed over the pipes of its service, one record after the other in the archive's order. Reading a folder it takes
  files as the file system lists them, and numbers the pages so.
- It lists the values of a filter in an order that differs from run to run; they are sorted here.
- It names every page by a digest, eleven bytes each of what a first search has to load. Here pages are numbered from
  the oldest, which also gives their order by date.
- It writes a file for each page. Here PACK pages share one, for hosts count files.
- It divides the index where a piece has grown large, so that rare words share one with a word of every page. Here a
  piece is ended before it.
- It gives pages and pieces of the index names, and a browser loads the names of all before the first result. Here they
  are numbers, which need not be said: `shard.pf_meta` has the lengths of the pages and the bounds of the pieces, and
  the browser makes Pagefind's own form of it.

What the browser's side of Pagefind asks for under its own names `assets/search-worker.js` answers from these files.
Compressed files are zlib streams (RFC 1950) with nothing of the time or the machine in them.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from .entries import Card, Details, Facts
from .errors import BuildStopped, MissingExtra

PACK = 6
"""Pages in one file. A page of results shows ten, and each may be in another file, so few; but files are counted."""

PIECE = 12_000
"""Bytes in a piece of the index, before compression, where it holds more than one word. For each shard a search loads a
piece a word.
"""

FORM = "2"
"""The form of the files; to be changed with it, so that browsers do not mix old and new ones."""

FILTERS = {"tags": "tag", "authors": "author", "sources": "source", "sections": "section"}
"""The filters by the kinds of the archive's lists; there is also `year`."""

_EXPORTS = "export{PagefindInstance as Index,wasm_bindgen as engine};"

_PACKAGE = "pagefind_bin_extended"
_SIGNATURE = b"pagefind_dcd"
_SERVICE_MARK = "___PAGEFIND"

_EAST = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
"""Letters of Chinese and Japanese. Each is indexed as a word of its own, and what is searched as a phrase of them is
found wherever it stands; words that an index and a browser find by different dictionaries would miss each other.
"""

_card_decoder = msgspec.msgpack.Decoder(Card)
_details_decoder = msgspec.msgpack.Decoder(Details)
_facts_decoder = msgspec.msgpack.Decoder(Facts)


class Record(NamedTuple):
    """An article as it is indexed: `fields` are searched and weigh more than the text, a result shows `shown`."""

    text: str
    fields: dict[str, str]
    filters: dict[str, list[str]]
    shown: dict[str, str]


def version() -> str:
    """The version of the Pagefind that is installed; empty where none is."""
    from importlib import metadata

    try:
        import cbor2  # noqa: F401 (what it writes can't be put in order without)

        return metadata.version(_PACKAGE)
    except (ImportError, metadata.PackageNotFoundError):
        return ""


def record_of(card: bytes, details: bytes, facts: bytes, text: str) -> Record:
    """The record of an article, from its encoded parts and the plain text of its body."""
    article, more = _card_decoder.decode(card), _details_decoder.decode(details)
    terms = _facts_decoder.decode(facts).terms
    filters: dict[str, list[str]] = {"year": [article.date[:4]]} if article.date else {}
    for key, _words in terms:
        kind, _, value = key.partition(":")
        filters.setdefault(FILTERS[kind], []).append(value)
    tags = ", ".join(words for key, words in terms if key.startswith("tags:"))
    authors = ", ".join(article.authors)
    fields = {"title": article.title, "author": authors, "source": article.source, "tag": tags}
    corrections = (correction.text for correction in more.corrections)
    dateline = f"{article.dateline} —" if article.dateline else ""
    parts = (dateline, more.standfirst, text, more.image.caption if more.image else "", *corrections)
    shown = {
        "title": article.title,
        "path": article.path,
        "date": article.date,
        "lang": article.lang,
        "dir": article.dir,
        "authors": authors,
        "source": article.source,
        "status": "" if article.status == "published" else article.status,
    }
    return Record(
        _searchable(" ".join(part for part in parts if part)),
        {name: _searchable(value) for name, value in fields.items() if value},
        filters,
        {name: value for name, value in shown.items() if value},
    )


def _searchable(text: str) -> str:
    text = text.replace(_SERVICE_MARK, "")
    return text if text.isascii() else re.sub(_EAST, r" \g<0> ", text)


def index(records: Iterable[Record], language: str, folder: Path) -> list[str]:
    """Index the records of a shard, given in the archive's order, into a folder; the files, relative to it.

    Raises BuildStopped where Pagefind fails.
    """
    import cbor2

    shown: list[dict[str, str]] = []

    def requests() -> Iterator[dict[str, Any]]:
        for record in records:
            yield {
                "type": "AddRecord",
                "index_id": 0,
                "url": f"/{len(shown)}",
                "content": record.text,
                "language": language,
                "meta": record.fields,
                "filters": record.filters,
                "sort": {},
            }
            shown.append(record.shown)

    written = _serve(requests(), language)
    found: dict[str, bytes] = {}
    known = json.loads(written["pagefind-entry.json"])["languages"].get(language)
    if known:
        meta = cbor2.loads(_unpacked(written[f"pagefind.{known['hash']}.pf_meta"]))
    else:
        meta = [version(), [], [], [], [], []]
    pack: list[dict[str, Any]] = []
    for number, (name, length) in enumerate(meta[1]):
        fragment = json.loads(_unpacked(written[f"fragment/{name}.pf_fragment"]))
        about = shown[int(fragment["url"].strip("/"))]
        page = {"url": "", "content": fragment["content"], "word_count": length, "meta": about}
        pack.append({**page, "filters": {}, "anchors": []})
        if len(pack) == PACK or number + 1 == len(meta[1]):
            packed = json.dumps(pack, ensure_ascii=False, separators=(",", ":"))
            found[f"pack/{number // PACK}.pf_pack"] = packed.encode()
            pack = []
    bounds: list[str] = []
    words = (word for *_, name in meta[2] for word in cbor2.loads(_unpacked(written[f"index/{name}.pf_index"]))[0])
    for number, piece in enumerate(_pieces(words)):
        bounds += (piece[0][0], piece[-1][0])
        found[f"index/{number}.pf_index"] = cbor2.dumps([piece])
    for filter_, name in sorted(meta[3]):
        label, values = cbor2.loads(_unpacked(written[f"filter/{name}.pf_filter"]))
        found[f"filter/{filter_}.pf_filter"] = cbor2.dumps([label, sorted(values)])
    about_shard = {
        "version": meta[0],
        "lengths": [length for _name, length in meta[1]],
        "pieces": bounds,
        "filters": sorted(filter_ for filter_, _name in meta[3]),
        "fields": meta[5],
    }
    found["shard.pf_meta"] = json.dumps(about_shard, ensure_ascii=False, separators=(",", ":")).encode()
    for name, data in found.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(zlib.compress(data, 9))
    return list(found)


def _pieces(words: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    """Words of the index, each with where it stands, in pieces; what is larger than a piece is one by itself."""
    import cbor2

    piece: list[list[Any]] = []
    size = 0
    for word in words:
        more = len(cbor2.dumps(word))
        if piece and size + more > PIECE:
            yield piece
            piece, size = [], 0
        piece.append(word)
        size += more
    if piece:
        yield piece


def engine(languages: Sequence[str], folder: Path) -> list[str]:
    """Put the browser's side of Pagefind into a folder: its module, and for each language its search as WebAssembly
    (with the language's stemmer where it has one); the files, relative to the folder.
    """
    script = ""
    for language in languages:
        request = {"type": "AddRecord", "index_id": 0, "url": "/", "content": "word", "language": language}
        written = _serve([{**request, "meta": {}, "filters": {}, "sort": {}}], language)
        own = written.get(f"wasm.{language}.pagefind") or written["wasm.unknown.pagefind"]
        (folder / f"{language}.pf_wasm").write_bytes(own)
        script = written["pagefind.js"].decode()
    if languages and not all(name in script for name in ("PagefindInstance=class", "let wasm_bindgen=")):
        raise BuildStopped(f"Pagefind {version()} is not known here — pip install 'backissue[search]'")
    # What it exports merges indexes and waits for the slowest; the class of one index is all that is needed.
    (folder / "pagefind.js").write_text(f"{script}\n{_EXPORTS}\n", "utf-8")
    return ["pagefind.js", *(f"{language}.pf_wasm" for language in languages)]


def _unpacked(data: bytes) -> bytes:
    return gzip.decompress(data).removeprefix(_SIGNATURE)


def _executable() -> str:
    try:
        import pagefind_bin_extended
    except ImportError:
        raise MissingExtra("search: pagefind", "search") from None
    return str(pagefind_bin_extended.get_executable())


def _serve(requests: Iterable[dict[str, Any]], language: str) -> dict[str, bytes]:
    """Have Pagefind's service take requests in order; the files that it makes of them.

    A message is JSON in base64, ended by a comma; so is each answer. The service ends with its input, finished or not,
    so the last answer is waited for. Having it write the files would be of no use: it ends without waiting for them.
    """
    import subprocess

    pipe = subprocess.PIPE
    process = subprocess.Popen([_executable(), "--service"], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
    assert process.stdin is not None
    assert process.stdout is not None
    faults: list[str] = []
    files: dict[str, bytes] = {}
    done = threading.Event()

    def answered(answer: bytes | bytearray) -> None:
        payload = json.loads(base64.b64decode(answer))["payload"]
        if payload["type"] == "GetFiles":
            for file in payload["files"]:
                files[file["path"].replace("\\", "/")] = base64.b64decode(file["content"])
            done.set()
        elif payload["type"] == "Error":
            faults.append(str(payload["message"]))
            done.set()

    def listen(answers: Any = process.stdout) -> None:
        waiting = bytearray()
        while data := answers.read1(1 << 20):
            waiting += data
            if b"," in data:
                *whole, rest = waiting.split(b",")
                waiting = rest
                for answer in whole:
                    answered(answer)
        done.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()

    def ask(number: int, payload: dict[str, Any]) -> None:
        message = json.dumps({"message_id": number, "payload": payload}).encode()
        process.stdin.write(base64.b64encode(message) + b",")  # type: ignore[union-attr]

    try:
        number = 1
        ask(number, {"type": "NewIndex", "config": {"force_language": language}})
        for number, request in enumerate(requests, 2):
            ask(number, request)
        ask(number + 1, {"type": "GetFiles", "index_id": 0})
        process.stdin.flush()
        done.wait()
        process.stdin.close()
        process.wait()
    except BrokenPipeError:
        pass  # it has died: told below
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        listener.join()
        process.stdout.close()
        with suppress(BrokenPipeError):
            process.stdin.close()
    if faults or "pagefind-entry.json" not in files:
        reason = faults[0] if faults else f"it ended with {process.returncode}"
        raise BuildStopped(f"Pagefind could not index a part of the archive ({reason}) — is there too little memory?")
    return files
