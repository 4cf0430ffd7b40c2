"""An item of a WordPress export, or the export's head, as bytes → its fields; mended where it is not well-formed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

_CONTROLS = re.compile(b"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|\xed[\xa0-\xbf][\x80-\xbf]")
_SECTION = re.compile(
    rb"<([A-Za-z_][\w.:-]*)((?:\s[^<>]*)?)>\s*<!\[CDATA\[(.*?)"
    rb"(?:\]\]>\s*</\1\s*>|</\1\s*>(?=\s*</?[A-Za-z])|(?=</item\s*>)|\Z)",
    re.DOTALL,
)
"""A field in a CDATA section: to `]]>` and its end tag; where `]]>` is missing, to an end tag before another tag."""

_BARE_AMPERSAND = re.compile(rb"&(?!#\d{1,7};|#x[\da-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)")
_PREFIX = re.compile(rb"[<\s/]([A-Za-z_][\w-]*):[A-Za-z_]")
_NAMESPACES = {
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "wp": "http://wordpress.org/export/1.2/",
}
_DECLARED = re.compile(rb"xmlns:([\w.-]+)\s*=\s*[\"']([^\"'<>]*)[\"']")


class Term(msgspec.Struct, frozen=True):
    """A category, a tag or a term of another taxonomy (`domain`)."""

    domain: str
    slug: str
    name: str


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of an item, by names such as `title`, `wp:status`, `content:encoded`; and what repeats in it."""

    fields: dict[str, str]
    terms: tuple[Term, ...] = ()
    meta: dict[str, str] = {}
    comments: int = 0
    guid_is_link: bool = False
    mended: bool = False

    def get(self, name: str) -> str:
        """A field's text without white space around it; empty where there is none."""
        return self.fields.get(name, "").strip()


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """What an export's head says: the site, and how its authors are called, by their log-in names in lower case."""

    title: str = ""
    link: str = ""
    lang: str = ""
    authors: dict[str, str] = {}
    namespaces: dict[str, str] = {}


def parse_site(head: bytes) -> Site:
    """Read what stands before the items."""
    spaces = _NAMESPACES | {key.decode(): value.decode("utf-8", "replace") for key, value in _DECLARED.findall(head)}
    start = head.find(b"<channel")
    root, _ = _tree(head[start:] if start >= 0 else b"<channel>", b"", spaces)
    fields: dict[str, str] = {}
    authors: dict[str, str] = {}
    for child in _children(root):
        name = _name(child.tag)
        if name in ("wp:author", "wp:wp_author"):
            record = {_name(each.tag): _text(each).strip() for each in _children(child)}
            login = record.get("wp:author_login", "")
            full = f"{record.get('wp:author_first_name', '')} {record.get('wp:author_last_name', '')}".strip()
            if login:
                authors[login.lower()] = record.get("wp:author_display_name", "") or full or login
        else:
            fields.setdefault(name, _text(child).strip())
    link = fields.get("link", "") or fields.get("wp:base_blog_url", "") or fields.get("wp:base_site_url", "")
    return Site(
        title=fields.get("title", ""), link=link, lang=fields.get("language", ""), authors=authors, namespaces=spaces
    )


def parse_item(data: bytes, site: Site) -> Item | None:
    """Read an item; None where nothing of it can be read."""
    root, mended = _tree(data, b"</item>", site.namespaces or _NAMESPACES)
    if root is None:
        return None
    fields: dict[str, str] = {}
    terms: list[Term] = []
    meta: dict[str, str] = {}
    comments = 0
    guid_is_link = False
    for child in _children(root):
        name = _name(child.tag)
        if name == "category":
            terms.append(Term(child.get("domain") or "", child.get("nicename") or "", _text(child).strip()))
        elif name == "wp:postmeta":
            record = {_name(each.tag): _text(each) for each in _children(child)}
            meta.setdefault(record.get("wp:meta_key", "").strip(), record.get("wp:meta_value", ""))
        elif name == "wp:comment":
            comments += 1
        else:
            if name == "guid":
                guid_is_link = (child.get("isPermaLink") or "true").strip().lower() != "false"
            text = _text(child)
            if text.strip() or name not in fields:
                fields[name] = text
    if not fields:
        return None
    return Item(
        fields=fields, terms=tuple(terms), meta=meta, comments=comments, guid_is_link=guid_is_link, mended=mended
    )


def cut(item: Item) -> Item:
    """An item that ends before its end tag: what is there of it."""
    return msgspec.structs.replace(item, mended=True)


def _tree(data: bytes, end: bytes, spaces: dict[str, str]) -> tuple[Any, bool]:
    """The tree of a piece of the export, and whether it had to be mended."""
    from lxml import etree

    names = set(_PREFIX.findall(data))
    declared = " ".join(
        f'xmlns:{name}="{_escaped(spaces.get(name) or "urn:undeclared:" + name)}"'
        for name in sorted({prefix.decode() for prefix in names} - {"xml", "xmlns"})
    )
    opening = f"<piece {declared}>".encode()
    options = {"resolve_entities": False, "no_network": True, "huge_tree": True, "load_dtd": False}
    try:
        root = etree.fromstring(opening + data + b"</piece>", etree.XMLParser(encoding="utf-8", **options))
        return (root[0] if len(root) else root), False
    except (etree.XMLSyntaxError, ValueError):
        pass
    data = _CONTROLS.sub(b"", data)
    data = _SECTION.sub(_as_text, data)
    data = _BARE_AMPERSAND.sub(b"&amp;", data.decode("utf-8", "backissue.stray").encode())
    closing = b"" if data.rstrip().endswith(end) else end
    try:
        root = etree.fromstring(
            opening + data + closing + b"</piece>", etree.XMLParser(encoding="utf-8", recover=True, **options)
        )
    except (etree.XMLSyntaxError, ValueError):
        return None, True
    if root is None:
        return None, True
    return (root[0] if len(root) else root), True


def _as_text(section: re.Match[bytes]) -> bytes:
    """A CDATA section as escaped text: what it holds, and where it ends, are then beyond doubt."""
    text = section[3].replace(b"]]]]><![CDATA[>", b"]]>").replace(b"]]><![CDATA[", b"")
    text = text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    return b"<" + section[1] + section[2] + b">" + text + b"</" + section[1] + b">"


def _children(element: Any) -> Iterator[Any]:
    return (child for child in (element if element is not None else ()) if isinstance(child.tag, str))


def _text(element: Any) -> str:
    return "".join(element.itertext())


def _name(tag: str) -> str:
    """An element's name with the usual prefix, whatever the export's own is."""
    if tag[0] != "{":
        return tag
    space, _, local = tag[1:].partition("}")
    if "excerpt" in space:
        return f"excerpt:{local}"
    if "wordpress.org/export" in space or space == "urn:undeclared:wp":
        return f"wp:{local}"
    for prefix in ("content", "dc"):
        if space == _NAMESPACES[prefix]:
            return f"{prefix}:{local}"
    return f"{space.rpartition(':')[2]}:{local}" if space.startswith("urn:undeclared:") else local


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
