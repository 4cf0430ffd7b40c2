"""What articles call each other by: headlines, files, addresses; as keys that wait for the article they name.

A reference is text such as `title:the old bridge reopens`, `file:1953/flood.md`, `url:example.org/a/b` or
`path:2019/03/slug.html`. An article offers those by which it can be found, and wants those that it points to. Which
comes first into the archive does not matter: wants are matched with offers when the site is planned.
"""

from __future__ import annotations

import hashlib
import html
import posixpath
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urljoin, urlsplit

from .article import Article
from .slugs import folded

# A pattern that begins with literal text is searched for many times as fast as one that does not.
_INLINE = re.compile(r"\]\(\s*<?([^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)*)")  # [text](target), ![alt](target)
_SHOWN = re.compile(
    r"!\[(?:[^\[\]]|\[[^\[\]]*\]){0,1000}\]\(\s*<?([^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)*)"
)  # ![alt](target)
_DEFINITION = re.compile(r"\]:[ \t]*(?:\n[ \t]*)?<?([^\s<>]+)")  # [label]: target
_ATTRIBUTE = re.compile(
    r"(?:src|href|poster|srcset)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))", re.IGNORECASE
)  # raw HTML
_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|mc_cid|mc_eid|ref|source)=", re.IGNORECASE)


_NO_PATH = re.compile(r"[\\\x00-\x1f\x7f\ud800-\udfff]")


def digest_of(reference: str) -> int:
    """A reference as a number of 63 bits, which is what indexes hold."""
    return int.from_bytes(hashlib.blake2b(reference.encode(), digest_size=8).digest(), "big") >> 1


def title_reference(title: str) -> str:
    """The reference by headline, blind to case, Unicode form, spaces and typographic quotation marks."""
    plain = title if title.isascii() else title.translate(_PLAIN_MARKS)
    return "title:" + folded(plain).rstrip(".")


_PLAIN_MARKS = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", " ": " "})


def url_reference(url: str) -> str:
    """The reference by address: without scheme, `www.`, fragment, tracking parameters and a last slash."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return "url:" + url
    host = parts.netloc.lower().removeprefix("www.")
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _TRACKING.match(pair))
    return "url:" + host + unquote(parts.path).rstrip("/") + (f"?{query}" if query else "")


def offers(article: Article, file: str, path: str) -> tuple[str, ...]:
    """The references by which others find an article that lies in `file` and has the page `path`.

    An article on a line of a file is found by `file.jsonl#slug`, never by the file alone.
    """
    found = [title_reference(article.title), f"path:{path}"]
    if file:
        found.append(f"file:{file}")
    if article.source_url:
        found.append(url_reference(article.source_url))
    found += (
        url_reference(alias) if "://" in alias else f"path:{unquote(alias).strip('/')}" for alias in article.aliases
    )
    return tuple(dict.fromkeys(found))


def moved_references(moved: Mapping[str, str]) -> dict[int, int]:
    """References by paths that pages had, as numbers, each with that by the path where the page is now."""
    found = {}
    for path, target in moved.items():
        goal = digest_of(f"path:{target}")
        found[digest_of(f"path:{path}")] = goal
        if path.endswith("/index.html"):
            found[digest_of(f"path:{path.removesuffix('/index.html')}")] = goal
    return found


def local_page(alias: str) -> str:
    """The page of this site, by its path, that a former address means which names no host: `/2012/03/slug/` is
    `2012/03/slug/index.html`. Nothing where no file of a static site can answer: a query, a name that is no page's.
    """
    try:
        parts = urlsplit(alias)
    except ValueError:
        return ""
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or parts.query or not path.strip("/") or _NO_PATH.search(path):
        return ""
    *folders, name = path.strip("/").split("/")
    if path.endswith("/") or "." not in name:
        folders.append(name)
        name = "index.html"
    if any(not part or "." in part for part in folders) or not name.endswith((".html", ".htm")):
        return ""
    return "/".join((*folders, name)) if all(len(part.encode()) <= 200 for part in (*folders, name)) else ""


def candidates(target: str, file: str, base_url: str) -> tuple[str, ...]:
    """The references that a link target, written in `file`, may mean: the first that the archive knows is meant.

    `base_url` is where the article once stood: what its relative links were relative to. Nothing for a link within the
    page, a mail address and the like.
    """
    try:
        parts = urlsplit(target)
    except ValueError:
        return ()
    if parts.scheme or parts.netloc:
        return (url_reference(target),) if parts.scheme in ("", "http", "https") else ()
    path = unquote(parts.path)
    if not path or len(path) > 1024:
        return ()
    address = joined(base_url, target)
    once = (url_reference(address),) if address else ()
    if path.startswith("/"):
        inside = posixpath.normpath(path).strip("/")
        return (f"file:{inside}", f"path:{inside}", *once)
    inside = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
    if inside.startswith("..") or inside == ".":
        return once
    return (f"file:{inside}", *once)


def leads_outside(target: str, file: str) -> bool:
    """Whether a relative link target, written in `file`, leads out of the content folder."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or path.startswith("/"):
        return False
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), path)).startswith("..")


def joined(base_url: str, target: str) -> str:
    """The address of a relative target on the site that it was written for; nothing where that is not known."""
    try:
        return urljoin(base_url, target) if base_url else ""
    except ValueError:
        return ""


def shown_targets(body: str) -> Iterator[str]:
    """Those of a body's targets that it may show as pictures, as written: more than those, perhaps, but not fewer."""
    if "![" in body:
        yield from _SHOWN.findall(body)
    if "]:" in body and "![" in body:
        yield from _DEFINITION.findall(body)
    if "<" in body and "=" in body:
        for match in _ATTRIBUTE.finditer(body):
            if not match[0].startswith(("href", "HREF")):
                target = match[match.lastindex or 0]
                yield html.unescape(target) if "&" in target else target


def body_targets(body: str) -> Iterator[str]:
    """The targets of a Markdown body's links and pictures, as written, each once: at least all that it has."""
    found: dict[str, None] = {}
    if "]" in body:
        found.update(dict.fromkeys(_INLINE.findall(body)))
        found.update(dict.fromkeys(_DEFINITION.findall(body)))
    if "<" in body and "=" in body:
        for match in _ATTRIBUTE.finditer(body):
            target = match[match.lastindex or 0]
            found.update(dict.fromkeys(part.split()[0] for part in target.split(",") if part.strip()))
            found[target] = None
    for target in found:
        meant = html.unescape(target) if "&" in target else target
        if meant and meant[0] != "#":
            yield meant
