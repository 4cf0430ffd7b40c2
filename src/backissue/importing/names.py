"""What articles of the content folder are called by, and how they are read, be it from a file or from a line of one.

An article in a file of its own is called by that file's path, one on a line of a JSON Lines file by the file's path and
its slug: `imported/1987/03/flood.md`, `imported/1987/03.jsonl#flood`.
"""

from __future__ import annotations

from datetime import tzinfo

from ..article import Article
from ..loading.articlefile import parse_article
from ..loading.jsonlines import line_path, parse_line, parted
from ..paths import page_path


def parse(data: bytes, path: str, zone: tzinfo) -> Article:
    """Read the article that is called `path` from its file's, or its line's, bytes. Raises ContentErrors."""
    file, name = parted(path)
    return parse_line(data, file, 1, zone) if name else parse_article(data, file, zone)


def stem(path: str) -> str:
    """The last part of what an article is called by: its file's name without `.md`, or its slug on a line."""
    file, name = parted(path)
    return name or file.rpartition("/")[2].removesuffix(".md")


def with_stem(path: str, name: str) -> str:
    """A path as `path`, but with another last part."""
    file, old = parted(path)
    if old:
        return line_path(file, name)
    folder = file.rpartition("/")[0]
    return f"{folder}/{name}.md" if folder else f"{name}.md"


def house(path: str) -> str:
    """The folder of an article's pictures, as its body writes it: relative to the folder that its file lies in."""
    file, name = parted(path)
    own = file.rpartition("/")[2]
    return f"{own.partition('.')[0]}/{name}" if name else own.removesuffix(".md")


def house_from_top(path: str) -> str:
    """The same folder, relative to the content folder."""
    folder = parted(path)[0].rpartition("/")[0]
    return f"{folder}/{house(path)}" if folder else house(path)


def page_of(article: Article, path: str) -> str:
    """The path of the page of an article that is called `path`."""
    return page_path(article, parted(path)[0])
