"""Runs the HTML importer over a set of pages and writes what it found for ../shared/tools/score_extraction.py.

    python -m bench.extraction HTML_SET RESULTS.jsonl [--speed]

HTML_SET has an index.jsonl (one page a line: file, url) and the pages beside it, each gzip'd. With `--speed` every page
is also extracted with trafilatura alone (`bare_extraction` with metadata), in turn with ours and in this one process,
and the pages a second of both are printed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import re
import sys
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from backissue.importers.html import read_page
from backissue.importers.outcomes import Imported, Rejected, Settings

_FENCE = re.compile(r"^(?:```|~~~).*$", re.MULTILINE)
_FIGURE = re.compile(
    r"^[ >]*!\[(?:[^\]\\]|\\.)*\]\((?:[^()\\]|\\.|\([^()]*\))*\)(?: *\n[ >]*\*(?:[^*\\]|\\.)+\*)? *$", re.MULTILINE
)
_IMAGE = re.compile(r"!\[(?:[^\]\\]|\\.)*\]\((?:[^()\\]|\\.|\([^()]*\))*\)")
_LINK = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]\((?:[^()\\]|\\.|\([^()]*\))*\)")
_LEAD = re.compile(r"^(?:[ >]|#{1,6} |[-*+] +|\d{1,9}[.)] +)*", re.MULTILINE)
_RULE = re.compile(r"^\s*(?:\|[\s:|-]+\||\* \* \*|-{3,})\s*$", re.MULTILINE)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARK = re.compile(r"(?<!\\)[*`|]|(?<!\\)(?<!\w)_|(?<!\\)_(?!\w)")


def plain_text(markdown: str) -> str:
    """The words of a Markdown text: no marks, no addresses, no pictures nor what stands under them."""
    text = _IMAGE.sub("", _FIGURE.sub("", _FENCE.sub("", markdown)))
    for _ in range(3):
        text = _LINK.sub(r"\1", text)
    text = _LEAD.sub("", _RULE.sub("", text))
    return unescape(_ESCAPED.sub(r"\1", _MARK.sub("", _TAG.sub(" ", text))))


def pages(root: Path) -> Iterator[tuple[str, str, bytes]]:
    """File, address and bytes of every page of the set."""
    for line in (root / "index.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        path = root / Path(entry["file"]).relative_to(Path(entry["file"]).parts[0])
        yield entry["file"], entry["url"] or "", gzip.decompress(path.read_bytes())


def result_of(file: str, outcome: Imported) -> dict[str, object]:
    """What the score looks at."""
    article = outcome.article
    return {
        "file": file,
        "title": article.title,
        "date": article.date.edtf if article.date else None,
        "authors": [author.name for author in article.authors],
        "body": plain_text(article.body),
    }


def main() -> None:
    """Read the arguments, run, write, and say what happened."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--speed", action="store_true")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    settings = Settings()
    ours = alone = 0.0
    count = rejected = 0
    with arguments.results.open("w", encoding="utf-8") as out:
        for file, url, data in pages(arguments.pages):
            count += 1
            if arguments.speed:
                alone += _alone(data, url)
            begin = time.process_time()
            outcome = read_page(data, url=url, settings=settings)
            ours += time.process_time() - begin
            if isinstance(outcome, Rejected):
                rejected += 1
                print(f"{file}: {outcome.reason}", file=sys.stderr)
            else:
                out.write(json.dumps(result_of(file, outcome), ensure_ascii=False) + "\n")
    print(f"{count} pages, {count - rejected} articles, {rejected} rejected; {count / ours:.1f} pages/s")
    if arguments.speed:
        print(f"trafilatura alone: {count / alone:.1f} pages/s; ours / alone = {alone / ours:.2f}")


def _alone(data: bytes, url: str) -> float:
    from trafilatura import bare_extraction

    begin = time.process_time()
    bare_extraction(data, url=url or None, with_metadata=True)
    return time.process_time() - begin


if __name__ == "__main__":
    main()
