"""WordPress' shortcodes → HTML: those of WordPress and Jetpack that show something; all others stay as written.

Follows the Shortcode API: `[name attributes]`, `[name attributes]content[/name]`, and `[[name]]` for a literal one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import NamedTuple

import msgspec

MAX_DEPTH = 8

_SHORTCODE = re.compile(r"(\[?)\[([A-Za-z][\w-]*)((?:[=\s:](?:[^\[\]\"']|\"[^\"]*\"|'[^']*')*)?)(/?)\](\]?)")
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s'\"]+))(?=\s|$)|\"([^\"]*)\"|'([^']*)'|(\S+)")
_URL = re.compile(r"https?://[^\s<>\"'\[\]]+")
_LANGUAGES = frozenset(
    "actionscript3 as3 bash shell c cpp csharp css delphi diff erlang fsharp go groovy html java javafx "
    "javascript js jscript json latex matlab objc perl php plain python powershell py r rb ruby sass "
    "scala scss sql text vb vbnet xml yaml".split()
)
_SITES: Mapping[str, str] = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "youtubevideo": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "dailymotion": "https://www.dailymotion.com/video/{}",
    "soundcloud": "https://soundcloud.com/{}",
    "ted": "https://www.ted.com/talks/{}",
    "tweet": "https://twitter.com/i/web/status/{}",
    "twitter": "https://twitter.com/i/web/status/{}",
    "instagram": "https://www.instagram.com/p/{}/",
    "vine": "https://vine.co/v/{}",
    "slideshare": "https://www.slideshare.net/slideshow/embed_code/{}",
    "gist": "https://gist.github.com/{}",
    "googlevideo": "https://video.google.com/videoplay?docid={}",
    "facebook": "https://www.facebook.com/{}",
    "spotify": "https://open.spotify.com/{}",
    "wpvideo": "https://videopress.com/v/{}",
    "videopress": "https://videopress.com/v/{}",
    "scribd": "https://www.scribd.com/document/{}",
    "googlemaps": "{}",
    "flickr": "{}",
    "pinterest": "{}",
    "tiktok": "{}",
    "iframe": "{}",
    "codepen": "{}",
    "issuu": "{}",
}
_LAYOUT = re.compile(
    r"(?:vc|et_pb|fusion|av|cs|x|mk|ux|us)_(?:row|column|section|column_text|row_inner|column_inner|column_inner_text|"
    r"container|builder_\w+|text|one_\w+|two_\w+|three_\w+|raw_html)|(?:row|column|col|one_half|one_third|two_third)(?:_last)?",
    re.ASCII,
)
_MEDIA = ("src", "mp4", "m4v", "webm", "ogv", "flv", "wmv", "mp3", "m4a", "ogg", "wav", "wma", "url", "href")


class Media(NamedTuple):
    """A picture or a file of the site, as its attachment says."""

    url: str
    caption: str = ""
    alt: str = ""
    title: str = ""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A shortcode as it was used; `values` are its attributes without names."""

    name: str
    named: Mapping[str, str]
    values: tuple[str, ...]
    content: str


class Expanded(NamedTuple):
    """HTML without known shortcodes; the names of those that were kept, and of the page builders' frames that went."""

    html: str
    kept: tuple[str, ...]
    frames: tuple[str, ...]


def expand(text: str, gallery: Callable[[Call], str] | None = None) -> Expanded:
    """Turn shortcodes into HTML. `gallery` gives a gallery's HTML, or nothing where its pictures are not known."""
    kept: dict[str, None] = {}
    frames: dict[str, None] = {}
    html = _expand(text, gallery or (lambda _: ""), kept, frames, 0)
    return Expanded(html, tuple(kept), tuple(frames))


def figure(media: Media, caption: str = "") -> str:
    """A picture with its caption (HTML), as HTML."""
    caption = caption or escape(media.caption)
    below = f"<figcaption>{caption}</figcaption>" if caption.strip() else ""
    return f'\n\n<figure><img src="{escape(media.url)}" alt="{escape(media.alt)}"/>{below}</figure>\n\n'


def link(url: str, label: str = "") -> str:
    """A link that stands by itself, as HTML."""
    return f'\n\n<p><a href="{escape(url)}">{escape(label or url)}</a></p>\n\n'


def _expand(
    text: str, gallery: Callable[[Call], str], kept: dict[str, None], frames: dict[str, None], depth: int
) -> str:
    pieces: list[str] = []
    place = 0
    closings = _closings(text)
    while (match := _SHORTCODE.search(text, place)) is not None:
        pieces.append(text[place : match.start()])
        name = match[2].lower()
        if match[1] and match[5]:
            pieces.append(match[0][1:-1].replace("[", "&#91;", 1))
            place = match.end()
            continue
        end, content = match.end() - len(match[5]), ""
        closing = None if match[4] else _next(closings.get(name, ()), end)
        if closing is not None and not _opens_again(text, name, end, closing):
            content, end = text[end:closing], text.index("]", closing) + 1
        html = None
        if _LAYOUT.fullmatch(name) and (closing is not None or name.startswith(("vc_", "et_pb_"))):
            frames[name] = None
            html = f"\n\n{_expand(content, gallery, kept, frames, depth + 1) if depth < MAX_DEPTH else content}\n\n"
        else:
            call = _call(name, match[3], content)
            html = _shown(call, gallery)
        if html is None:
            if _looks_like_one(name, match[3], closing is not None):
                kept[name] = None
            pieces.append(text[match.start() : match.end()])
            place = match.end()
            continue
        pieces.append(match[1] + html)
        place = end
    pieces.append(text[place:])
    return "".join(pieces)


def _closings(text: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for match in re.finditer(r"\[/([A-Za-z][\w-]*)\s*\]", text):
        found.setdefault(match[1].lower(), []).append(match.start())
    return found


def _next(places: list[int] | tuple[()], start: int) -> int | None:
    from bisect import bisect_left

    at = bisect_left(places, start)
    return places[at] if at < len(places) else None


def _opens_again(text: str, name: str, start: int, end: int) -> bool:
    """Whether the same shortcode opens before the closing one: then that belongs to the other."""
    if name in ("caption", "wp_caption") or _LAYOUT.fullmatch(name):
        return False
    return re.search(rf"\[{re.escape(name)}(?=[\s\]=:])", text[start:end], re.IGNORECASE) is not None


def _looks_like_one(name: str, attributes: str, closed: bool) -> bool:
    """Whether bracketed text is a shortcode rather than an aside such as `[sic]`."""
    return closed or "=" in attributes or "_" in name or "-" in name


def _call(name: str, attributes: str, content: str) -> Call:
    named: dict[str, str] = {}
    values: list[str] = []
    plain = attributes.replace("&quot;", '"').replace("&#8221;", '"').replace("&#8243;", '"').replace("”", '"')
    if plain[:1] in "=:" and plain[:1]:
        values.append(plain[1:].strip().strip("\"'"))
        plain = ""
    for match in _ATTRIBUTE.finditer(plain):
        if match[1]:
            named[match[1].lower()] = match[2] or match[3] or match[4] or ""
        else:
            values.append(match[5] or match[6] or match[7] or "")
    return Call(name=name, named=named, values=tuple(values), content=content)


def _shown(call: Call, gallery: Callable[[Call], str]) -> str | None:
    """The HTML that a shortcode shows; None for one that is not known or has nothing to show."""
    if call.name in ("caption", "wp_caption"):
        return _caption(call)
    if call.name == "gallery":
        return gallery(call) or None
    if call.name in ("audio", "video", "playlist", "embed", "wp_embed"):
        return _media(call)
    if call.name in ("code", "sourcecode", "source", "syntax") or call.name in _LANGUAGES:
        return _code(call)
    if call.name in _SITES:
        return _elsewhere(call)
    if call.name in ("more", "nextpage"):
        return "\n\n"
    return None


def _caption(call: Call) -> str | None:
    picture = re.match(r"\s*((?:<a\s[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?)", call.content, re.IGNORECASE)
    if picture is None:
        return None
    caption = call.named.get("caption", "") or call.content[picture.end() :].strip()
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    rest = call.content[picture.end() :].strip() if call.named.get("caption") else ""
    return f"\n\n<figure>{picture[1]}{below}</figure>\n\n{rest}"


def _media(call: Call) -> str | None:
    urls = [call.named[name] for name in _MEDIA if call.named.get(name)]
    urls += _URL.findall(call.content) + [value for value in call.values if _URL.match(value)]
    if not urls:
        return None
    label = call.named.get("title", "") or call.named.get("caption", "")
    return link(urls[0].strip(), label)


def _code(call: Call) -> str | None:
    if not call.content.strip():
        return None
    language = call.named.get("language") or call.named.get("lang") or ""
    if not language and call.name in _LANGUAGES:
        language = call.name
    language = re.sub(r"[^\w+#-]", "", language)
    named = f' class="language-{language}"' if language and language not in ("plain", "text") else ""
    text = call.content.strip("\n").replace("<", "&lt;").replace(">", "&gt;")
    return f"\n\n<pre><code{named}>{text}</code></pre>\n\n"


def _elsewhere(call: Call) -> str | None:
    given = [
        call.named[name]
        for name in ("url", "src", "id", "video_id", "clip_id", "href", "permalink")
        if call.named.get(name)
    ]
    given += [value for value in call.values if value] + ([call.content.strip()] if call.content.strip() else [])
    if not given:
        return None
    address = re.sub(r"<[^<>]*>", "", given[0]).strip().replace("&amp;", "&").replace("&#038;", "&")
    found = _URL.search(address)
    if found is not None:
        return link(found[0])
    pattern = _SITES[call.name]
    if pattern == "{}" or not re.fullmatch(r"[\w./:-]{1,80}", address):
        return None
    return link(pattern.format(address))
