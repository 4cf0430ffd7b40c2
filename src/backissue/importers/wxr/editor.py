"""A post's content, as WordPress' editors store it (blocks, or plain text with shortcodes), → HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import NamedTuple

import msgspec

from .autop import autop
from .shortcodes import Call, expand

_BLOCK = re.compile(
    r"<!--\s+(?P<closing>/)?wp:(?P<name>[a-z][a-z0-9_-]*(?:/[a-z][a-z0-9_-]*)?)\s+(?P<json>\{(?:(?!-->).)*?\}\s+)?(?P<void>/)?-->",
    re.DOTALL,
)
_LONE_URL = re.compile(r"^[ \t]*(https?://[^\s<>\"]+)[ \t]*$", re.MULTILINE)
_WRAPPED_URL = re.compile(r"(class=\"wp-block-embed__wrapper\">)\s*(https?://[^\s<>\"]+)\s*(</div>)")
_MORE = re.compile(r"<!--\s*(?:more|nextpage|noteaser).*?-->", re.DOTALL | re.IGNORECASE)
_SHOWN_BY_ADDRESS = {
    "embed": "url",
    "image": "url",
    "cover": "url",
    "audio": "src",
    "video": "src",
    "file": "href",
    "media-text": "mediaUrl",
}
_NOTHING = frozenset(
    "more nextpage separator spacer latest-posts latest-comments archives categories calendar tag-cloud search rss "
    "page-list post-title post-date post-author social-links navigation loginout site-title site-logo".split()
)


class Edited(NamedTuple):
    """A post's HTML, and what could not be kept as it was."""

    html: str
    notes: tuple[str, ...]


def to_html(content: str, gallery: Callable[[Call], str], reusable: Callable[[str], str]) -> Edited:
    """The HTML of a post's content; `reusable` gives the content of a block that several posts share, by its number."""
    notes: list[str] = []
    if "<!-- wp:" in content:
        content = _without_blocks(content, reusable, notes)
        content = _WRAPPED_URL.sub(r'\1<a href="\2">\2</a>\3', content)
        expanded = expand(content, gallery)
        html = expanded.html
    else:
        content = _MORE.sub("\n\n", content)
        expanded = expand(content, gallery)
        html = autop(_LONE_URL.sub(_linked, expanded.html))
    if expanded.kept:
        notes.append("shortcodes kept as text: " + ", ".join(f"[{name}]" for name in expanded.kept[:20]))
    if expanded.frames:
        notes.append("layout left out: " + ", ".join(f"[{name}]" for name in expanded.frames[:20]))
    return Edited(html, tuple(notes))


def _linked(found: re.Match[str]) -> str:
    return f'<a href="{escape(found[1])}">{escape(found[1])}</a>'


def _without_blocks(content: str, reusable: Callable[[str], str], notes: list[str]) -> str:
    """Content without its block comments; blocks that have only attributes are shown by them."""
    pieces: list[str] = []
    place = 0
    depth = 0
    for mark in _BLOCK.finditer(content):
        between = content[place : mark.start()]
        pieces.append(between if depth else _classic(between))
        place = mark.end()
        name = mark["name"].removeprefix("core/").removeprefix("core-embed/")
        if mark["closing"]:
            depth = max(0, depth - 1)
        elif mark["void"]:
            pieces.append(_void(name, mark["json"] or "", reusable, notes))
        else:
            following = _BLOCK.search(content, mark.end())
            empty = following is not None and following["closing"] and not content[place : following.start()].strip()
            if empty:
                pieces.append(_void(name, mark["json"] or "", reusable, notes))
            elif name == "cover" and following is not None:
                pieces.append(_background(mark["json"], content[place : following.start()], content[place:]))
            depth += name != "freeform"
    rest = content[place:]
    pieces.append(_classic(rest) if not depth else rest)
    return "".join(pieces)


def _background(written: str | None, opening: str, rest: str) -> str:
    """A cover's picture, where the block shows it by its style only."""
    url = _attributes(written).get("url")
    if not isinstance(url, str) or ("background-image" not in opening and escape(url) in rest):
        return ""
    return f'<figure><img src="{escape(url)}" alt=""/></figure>'


def _classic(text: str) -> str:
    """What stands between blocks: text of the plain editor, where it has any."""
    text = _MORE.sub("\n\n", text)
    return autop(_LONE_URL.sub(_linked, text)) if text.strip() else text


def _attributes(written: str | None) -> dict[str, object]:
    try:
        decoded = msgspec.json.decode((written or "{}").strip())
    except (msgspec.DecodeError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _void(name: str, written: str, reusable: Callable[[str], str], notes: list[str]) -> str:
    attributes = _attributes(written)
    if name == "block":
        shared = reusable(str(attributes.get("ref", "")))
        if not shared:
            notes.append(f"block {attributes.get('ref', '')}: shared by several posts and not in the export")
        return shared
    key = _SHOWN_BY_ADDRESS.get(name, "url")
    url = attributes.get(key)
    if isinstance(url, str) and url.startswith(("http://", "https://", "/")):
        if name in ("image", "cover", "media-text"):
            return f'<figure><img src="{escape(url)}" alt="{escape(str(attributes.get("alt", "")))}"/></figure>'
        return f'<p><a href="{escape(url)}">{escape(url)}</a></p>'
    content = attributes.get("content")
    if isinstance(content, str) and content.strip():
        return f"<p>{content}</p>"
    if name not in _NOTHING and name not in ("paragraph", "heading", "list", "column", "columns", "group", "html"):
        notes.append(f"block {name}: made by the site itself, not in the export")
    return ""
