"""Cleaned HTML → the same with its addresses resolved, nothing loaded from elsewhere, ids of its own, headings from h2.

The input is what nh3 writes: outside of attributes every `<` begins a tag, and attributes stand in double quotes. So
tags can be found without parsing the HTML again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote, unquote, urlsplit

from ..languagetags import shortest

Resolve = Callable[[str], str | None]
Pictures = Callable[[str], Mapping[str, str]]

ID_PREFIX = "b-"
"""What the ids of a body begin with, so that none is one of the page's own."""

SCHEMES = frozenset("ftp ftps geo gopher http https irc ircs magnet mailto news nntp sms tel xmpp".split())
"""What an address may begin with, if it is not relative."""

_EXTERNAL_REL = "noopener noreferrer"
_HOSTED = ("", "http", "https", "ftp", "ftps", "gopher")

_TAG = re.compile(
    r'<(?:([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")+)'
    r"|(a|audio|h[1-6]|img|source|track|video)|/(a|audio|h[1-6]|video))>"
)
_ANY_TAG = re.compile(r"<[^>]*>")
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_ESCAPES = str.maketrans({"&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;", "\xa0": "&nbsp;"})
_escaped = re.compile('[&"<>\xa0]').search

# How a browser reads an address (WHATWG URL): without tabs and line ends, and without controls and spaces around it.
_SKIPPED = re.compile(r"[\t\n\r]+|^[\x00-\x20]+|[\x00-\x20]+$")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):|[\\/]{2}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-(?:[A-Za-z]{2}|[0-9]{3}))?").fullmatch
_ILLEGAL = re.compile(r'[\s"<>^`{|}\[\]]|%(?![0-9A-Fa-f]{2})')
_ORIGIN = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//([^/?#\\]*)")
_EMBEDDED_PICTURE = re.compile(r"data:image/[a-z0-9.+-]+[;,]", re.IGNORECASE)
_ALIGNMENT = re.compile(r"text-align:\s*(left|right|center)\b", re.IGNORECASE)
_PICTURE_ALONE = re.compile(r"<p>(<a [^>]*>)?(<img [^>]*>)((?(1)</a>))</p>")
_PIXELS = re.compile(r"[0-9]{1,5}").fullmatch
_TITLE = re.compile(r' title="([^"]*)"')
# One picture of a srcset: its address, which may hold commas but not end with one, and its descriptor.
_CANDIDATE = re.compile(r"[\s,]*(\S*[^\s,])(,|[^,]*)")


def fragment_of(name: str) -> str:
    """The id that an element has on the page, of the id that it has in the body."""
    return ID_PREFIX + name


def resolve_links(html: str, resolve: Resolve, pictures: Pictures = lambda _address: {}) -> str:
    """Put every address of cleaned HTML right: `href`, `src`, `srcset`, `poster`, `cite`.

    `resolve` is given each address as it was meant (not escaped), but for those within the page. It gives the address
    to write instead, or None to keep it; the empty text means that it leads nowhere: a link becomes its text, a picture
    its description. So does a link to a place that is not on the page. A picture, sound or film of another host becomes
    a link to it, since a page must not call one.
    `pictures` gives the attributes that an `img` is to have beside its address, by that address: `width` and `height`
    first of all. A width and height of the same shape that the author wrote stay. A paragraph that is nothing but a
    picture with a title becomes a figure with that as its caption.
    Ids and the links to them get a prefix, a cell's alignment becomes a class, headings start at h2, skip no level
    and have an id each.
    """
    if '="' not in html and "<a>" not in html and "<h" not in html:
        return html
    made = _Rewriting(resolve, pictures).run(html)
    return _PICTURE_ALONE.sub(_figure, made) if "<p><" in made and " title=" in made else made


def _figure(paragraph: re.Match[str]) -> str:
    """A figure of a picture, perhaps linked, that is a paragraph of its own; its title is the caption."""
    opening, picture, closing = paragraph.groups()
    titles = _TITLE.findall(picture)
    if not titles or not titles[0].strip():
        return paragraph[0]
    shown = (opening or "") + _TITLE.sub("", picture) + (closing or "")
    return f"<figure>{shown}<figcaption>{titles[0]}</figcaption></figure>"


def heading_id(html: str) -> str:
    """The id that a heading gets by its text, as most generators make it: small letters, hyphens between words."""
    words = re.sub(r"[^\w\s-]", "", unescape(_ANY_TAG.sub("", html)).strip().lower())
    return re.sub(r"\s+", "-", words)


@dataclass(slots=True)
class _Medium:
    """An open `audio` or `video`: where it begins, whether it has a file here, and whether it has one elsewhere."""

    begin: int
    here: bool = False
    elsewhere: bool = False


def _language(written: dict[str, str]) -> bool:
    """Whether a tag's language is one by BCP 47; a code of three letters that has one of two is written so."""
    written["lang"] = shortest(written["lang"])
    return not written["lang"] or _LANGUAGE(written["lang"]) is not None


def legal(address: str) -> str:
    """An address without characters that no URL may have (WHATWG URL): they are percent-encoded, as browsers do it.

    Nothing where they stand in the name of a host: such an address leads nowhere.
    """
    if not _ILLEGAL.search(address) and address.count("#") < 2:
        return address
    address = _SKIPPED.sub("", address)
    origin = _ORIGIN.match(address)
    rest = address[origin.end() :] if origin else address
    if origin and _ILLEGAL.search(re.sub(r"(?:^|@)\[[0-9A-Fa-f:.]+\]", "", origin[1])):
        return ""
    place, mark, fragment = rest.partition("#")
    escaped = _ILLEGAL.sub(lambda char: quote(char[0], safe=""), place)
    inside = _ILLEGAL.sub(lambda char: quote(char[0], safe=""), fragment).replace("#", "%23")
    return (origin[0] if origin else "") + escaped + mark + inside


def led_to(address: str, resolve: Resolve) -> tuple[str, str | None]:
    """Where an address leads now, and its scheme ("" if it begins with a host, None if it is relative).

    It is taken as it was meant, not escaped, and so is what is given. The empty text is nowhere.
    """
    answer = resolve(address)
    found = address if answer is None else answer
    match = _SCHEME.match(_SKIPPED.sub("", found))
    if match is None:
        return legal(found), None
    scheme = (match[1] or "").lower()
    return (legal(found), scheme) if scheme in SCHEMES or not scheme else ("", None)


def link_attributes(address: str, scheme: str | None) -> dict[str, str]:
    """The attributes, escaped, of a link to where an address leads (`led_to`), which is not nowhere."""
    written = {"href": address.translate(_ESCAPES) if _escaped(address) else address}
    if scheme in _HOSTED:
        written["rel"] = _EXTERNAL_REL
    return written


def attributes_of(written: Mapping[str, str]) -> str:
    """Escaped attributes as a start tag has them, after a space each."""
    return "".join([f' {key}="{value}"' for key, value in written.items()])


class Outline:
    """The headings of a body, as they come: they begin with h2, skip no level, and have an id each."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        """All ids of the body, those of other elements too, with their prefix."""
        self._open: list[int] = []  # the levels, as written, of the headings that the next one stands under

    def element(self, level: int) -> str:
        """The element that a heading of a level, as written, becomes."""
        while self._open and self._open[-1] >= level:
            self._open.pop()
        self._open.append(level)
        return f"h{min(len(self._open) + 1, 6)}"

    def id_for(self, html: str) -> str:
        """An id, with its prefix, for a heading that has none; nothing for one without words."""
        plain = heading_id(html)
        if not plain:
            return ""
        name = ID_PREFIX + plain
        number = 1
        while name in self.ids:
            number += 1
            name = f"{ID_PREFIX}{plain}-{number}"
        self.ids.add(name)
        return name


class _Rewriting:
    """One pass over one body."""

    def __init__(self, resolve: Resolve, pictures: Pictures) -> None:
        self.resolve = resolve
        self.pictures = pictures
        self.outline = Outline()
        self.headings: list[str] = []  # the open headings, by the names that they have on the page
        self.out: list[str] = []
        self.links: list[bool] = []  # the open links: whether each is written
        self.begins: list[int] = []  # where each of them begins
        self.within: list[tuple[int, int, str]] = []  # links within the page: where they begin and end, and the id
        self.media: list[_Medium] = []
        self.heading = -1  # where the open heading begins, if it has no id yet
        self.waiting: list[str] = []  # links to files elsewhere that cannot stand where the files stood

    def run(self, html: str) -> str:
        out, position = self.out, 0
        for tag in _TAG.finditer(html):
            out.append(html[position : tag.start()])
            position = tag.end()
            name, attributes, bare, end = tag.groups()
            if end:
                self.end(end)
            else:
                self.start(name or bare, dict(_ATTRIBUTE.findall(attributes or "")))
        out.append(html[position:])
        if self.within:
            self.drop_dead()
        return "".join(out)

    def drop_dead(self) -> None:
        """Leave only the text of links to places that are not on the page."""
        places = {unescape(name) for name in self.outline.ids}
        for begin, end, name in self.within:
            if name not in places and unquote(name) not in places:
                own = re.search(r' id="[^"]*"', self.out[begin])
                self.out[begin] = f"<a{own[0]}>" if own else ""
                self.out[end] = "</a>" if own else ""

    def start(self, name: str, written: dict[str, str]) -> None:
        """Write a start tag. `written` has the attributes as they stand there: escaped."""
        if "id" in written:
            written["id"] = ID_PREFIX + written["id"]
            self.outline.ids.add(written["id"])
        elif name[0] == "h" and name[1:].isdigit():
            self.heading = len(self.out)
        if "lang" in written and not _language(written):
            del written["lang"]
        if name == "a":
            self.link(written)
        elif name == "img":
            self.picture(written)
        elif name in ("audio", "video"):
            self.media.append(_Medium(len(self.out)))
            for key in ("src", "poster"):
                self.load(written, key)
            self.write(name, written)
        elif name in ("source", "track"):
            # Elsewhere these mean nothing.
            if self.media and self.load(written, "src"):
                self.write(name, written)
        else:
            if "cite" in written:
                self.cite(written)
            if "style" in written:
                self.align(written)
            if "headers" in written:
                written["headers"] = " ".join(ID_PREFIX + header for header in written["headers"].split())
            if name[0] == "h" and name[1:].isdigit():
                name = self.outline.element(int(name[1:]))
                self.headings.append(name)
            self.write(name, written)

    def end(self, name: str) -> None:
        if name == "a":
            begin = self.begins.pop()
            if self.links.pop():
                target = re.search(r' href="#([^"]*)"', self.out[begin])
                if target and target[1].startswith(ID_PREFIX):
                    self.within.append((begin, len(self.out), unescape(target[1])))
                self.out.append("</a>")
        elif name in ("audio", "video"):
            medium = self.media.pop()
            if medium.elsewhere and not medium.here:
                # What stands in it is for readers whose browser cannot play it: the links say the same.
                del self.out[medium.begin :]
                self.within = [place for place in self.within if place[0] < medium.begin]
                if self.heading >= medium.begin:
                    self.heading = -1
            else:
                self.out.append(f"</{name}>")
        else:
            if self.heading >= 0:
                self.name_heading()
            self.out.append(f"</{self.headings.pop() if self.headings else name}>")
        if self.waiting and not self.media and not any(self.links):
            self.out.append((" " if name == "a" else "") + " ".join(self.waiting))
            self.waiting.clear()

    def name_heading(self) -> None:
        """Give the open heading an id of its own."""
        name = self.outline.id_for("".join(self.out[self.heading + 1 :]))
        if name:
            self.out[self.heading] = f'{self.out[self.heading][:-1]} id="{name}">'
        self.heading = -1

    def write(self, name: str, written: dict[str, str]) -> None:
        self.out.append(f"<{name}{attributes_of(written)}>")

    def address(self, escaped: str) -> tuple[str, str | None]:
        """Where an escaped address leads now, as `led_to` tells it."""
        meant = unescape(escaped) if "&" in escaped else escaped
        if meant.startswith("#"):
            return (meant if meant in ("#", "#top") else f"#{ID_PREFIX}{meant[1:]}"), None
        return led_to(meant, self.resolve)

    def link(self, written: dict[str, str]) -> None:
        address, scheme = self.address(written["href"]) if "href" in written else ("", None)
        if address:
            written |= link_attributes(address, scheme)
        else:
            written.pop("href", None)
        useful = "href" in written or "id" in written
        self.links.append(useful)
        self.begins.append(len(self.out))
        if useful:
            self.write("a", written)

    def picture(self, written: dict[str, str]) -> None:
        source = written.get("src", "")
        if _EMBEDDED_PICTURE.match(_SKIPPED.sub("", source)):
            address, scheme = unescape(source), None
        else:
            address, scheme = self.address(source) if source else ("", None)
        candidates = self.candidates(written.get("srcset", ""))
        here = [(place, descriptor) for place, scheme, descriptor in candidates if scheme is None]
        elsewhere = [place for place, scheme, _descriptor in candidates if scheme is not None]
        if address and scheme is None:
            chosen = address
        elif here:
            chosen = here[0][0]
        else:
            place = address or (elsewhere[0] if elsewhere else "")
            self.elsewhere(place, unescape(written.get("alt") or written.get("title", "")))
            return
        written["src"] = chosen.translate(_ESCAPES)
        if here:
            written["srcset"] = ", ".join(" ".join(candidate).strip() for candidate in here).translate(_ESCAPES)
        else:
            written.pop("srcset", None)
            written.pop("sizes", None)
        self.say_more(written, self.pictures(chosen))
        self.write("img", written)

    def say_more(self, written: dict[str, str], known: Mapping[str, str]) -> None:
        """Give a picture's tag what is known of it; a size of its own stays if it has the picture's shape."""
        written.setdefault("alt", "")
        if not known:
            return
        size = _sides(written)
        written.update({key: value.translate(_ESCAPES) for key, value in known.items()})
        width, height = _sides(known)
        # A pixel or two are lost where an author's width and height were rounded.
        if size[0] and size[1] and abs(size[0] * height - size[1] * width) <= 2 * max(width, height):
            written["width"], written["height"] = map(str, size)
            if "sizes" in written:
                written["sizes"] = f"min({size[0]}px, 100vw)"

    def candidates(self, srcset: str) -> list[tuple[str, str | None, str]]:
        found = []
        for match in _CANDIDATE.finditer(unescape(srcset)):
            address, scheme = self.address(match[1].translate(_ESCAPES))
            # White space and a comma at either end would be read as the list's own.
            if address and not re.search(r"\s|^,|,$", address):
                found.append((address, scheme, match[2].strip(", \t\n\f\r")))
        return found

    def elsewhere(self, address: str, description: str) -> None:
        """Write a picture of another host as a link to it, or as its description where it leads nowhere."""
        if not address:
            self.out.append(description.translate(_ESCAPES))
        elif self.media or any(self.links):
            self.out.append(description.translate(_ESCAPES))
            self.waiting.append(_link_to(address, ""))
        else:
            self.out.append(_link_to(address, description))

    def load(self, written: dict[str, str], key: str) -> bool:
        """Whether a file of the open sound or film is here; what is elsewhere is linked to afterwards."""
        if key not in written:
            return False
        address, scheme = self.address(written[key])
        if address and scheme is None:
            written[key] = address.translate(_ESCAPES)
            self.media[-1].here |= key == "src"
            return True
        del written[key]
        if address:
            self.media[-1].elsewhere |= key == "src"
            self.waiting.append(_link_to(address, unescape(written.get("title", ""))))
        return False

    def cite(self, written: dict[str, str]) -> None:
        address, scheme = self.address(written["cite"])
        if address and scheme in (None, "", "http", "https"):
            written["cite"] = address.translate(_ESCAPES)
        else:
            del written["cite"]

    def align(self, written: dict[str, str]) -> None:
        match = _ALIGNMENT.search(written.pop("style"))
        if match:
            written["class"] = f"{written.get('class', '')} align-{match[1].lower()}".strip()


def _sides(written: Mapping[str, str]) -> tuple[int, int]:
    """The width and height that attributes give, in pixels; 0 for what they don't."""
    width, height = written.get("width", ""), written.get("height", "")
    return (int(width) if _PIXELS(width) else 0, int(height) if _PIXELS(height) else 0)


def _link_to(address: str, description: str) -> str:
    """A link to a file elsewhere; one without a description is called by its name."""
    text = description.strip() or _file_name(address)
    return f'<a href="{address.translate(_ESCAPES)}" rel="{_EXTERNAL_REL}">{text.translate(_ESCAPES)}</a>'


def _file_name(address: str) -> str:
    """The last part of an address, or its host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.netloc or address
