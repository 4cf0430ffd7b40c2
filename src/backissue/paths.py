"""Where the pages of articles stand on the site, as paths from its root, and the files of the content folder."""

from __future__ import annotations

import re
from urllib.parse import quote

from .article import Article
from .loading.fields import dated_name
from .slugs import slug

_BESIDE = re.compile(r"(.+)\.(?:versions|changes-[^/]*)\.html")


def page_path(article: Article, file: str) -> str:
    """The path of a listed article's page: `2019/03/slug.html`, `1936/slug.html` or `undated/slug.html`."""
    words = article.slug or ((dated := dated_name(file)) and dated[1]) or article.title
    folder = article.date.edtf[:7].replace("-", "/") if article.date else "undated"
    return f"{folder}/{slug(words)}.html"


def history_path(path: str) -> str:
    """The path of the page that shows the history of the article whose page lies at `path`."""
    return path.removesuffix(".html") + ".versions.html"


def changes_path(path: str, version: str) -> str:
    """The path of the page that compares a version, given by its id, with the one before it."""
    return f"{path.removesuffix('.html')}.changes-{version}.html"


def article_beside(path: str) -> str:
    """The path of the article's page beside which a history or a comparison lies at `path`; empty for other paths."""
    match = _BESIDE.fullmatch(path)
    return f"{match[1]}.html" if match else ""


def timemap_path(path: str) -> str:
    """The path of the TimeMap (RFC 7089, section 5) of the article whose page lies at `path`."""
    return path.removesuffix(".html") + ".timemap"


def site_file(file: str) -> str:
    """Where a file of the content folder stands on the site: a path from the root, percent-encoded (RFC 3986)."""
    return "media/" + quote(file)
