"""What single tags show: a table of names, each with a pure function from the tag's arguments to Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from ..inline_markdown import address, code_span, picture, write_run

_ARGUMENT = re.compile(
    r"(?:(?P<key>[A-Za-z_][\w.-]*)\s*(?:=|:(?!//|\\))\s*)?"
    r"(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>(?:[^'\\]|\\.)*)'|`(?P<tick>[^`]*)`|(?P<bare>[^\s,\"'`]+))"
)
_PICTURE = re.compile(r"\S+\.(?:png|jpe?g|gif|svg|webp|avif|bmp|tiff?)(?:[?#]\S*)?", re.IGNORECASE)
_SOURCES = ("src", "image_path", "image", "img", "url", "path", "file", "source", "link", "href", "name")
_CAPTIONS = ("caption", "attr", "figcaption", "description", "text")
_URL = re.compile(r"(?:https?:)?//\S+|/\S*")


class Shown(NamedTuple):
    """What a tag shows, as Markdown; `block` where it is paragraphs of its own."""

    text: str
    block: bool = True


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A tag: its name, as written and in lower case with `_` for `-`; its arguments; the language it is written in."""

    written: str
    name: str
    kind: str
    text: str
    positional: tuple[str, ...]
    named: Mapping[str, str]

    @classmethod
    def read(cls, name: str, text: str, kind: str) -> Call:
        """Read the arguments of a tag: quoted or bare, in order or by name (`key=value`, `key: value`)."""
        positional: list[str] = []
        named: dict[str, str] = {}
        for found in _ARGUMENT.finditer(text.strip().removeprefix("(").removesuffix(")") if kind == "zola" else text):
            quoted = found["double"] if found["double"] is not None else found["single"]
            value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else found["tick"] or found["bare"] or ""
            if found["key"]:
                named[found["key"].lower()] = value
            else:
                positional.append(value)
        return cls(
            written=name,
            name=name.lower().replace("-", "_"),
            kind=kind,
            text=text.strip(),
            positional=tuple(positional),
            named=named,
        )

    def get(self, *keys: str) -> str:
        """The first of these named arguments that is there, or the empty string."""
        return next((self.named[key] for key in keys if self.named.get(key)), "")


AddressOf = Callable[[str], str | None]


def caption(words: str) -> str:
    """A caption's words in emphasis."""
    return f"<em>{words}</em>" if re.search(r"[*_<`]", words) else f"*{words}*"


def link(label: str, target: str) -> str:
    """A link."""
    return f"[{write_run([label]) or target}]({address(target)})"


def _figure(call: Call, _address_of: AddressOf) -> Shown | None:
    """A picture with its alternative text and caption, however a site names the arguments."""
    values = [call.named[key] for key in _SOURCES if call.named.get(key)]
    source = next((value for value in (*values, *call.positional) if _PICTURE.fullmatch(value)), "")
    source = source or (call.get("src", "image_path") if "{" not in call.get("src", "image_path") else "")
    if not source:
        return None
    words = [value for value in call.positional if value != source]
    alt = call.get("alt", "image_alt") or (words[-1] if words and "src" not in call.named else "")
    text = picture(address(source), alt or call.get("title")).value
    target = call.get("link", "href")
    if target and target != source:
        text = f"[{text}]({address(target)})"
    credit, credit_link = call.get("attr", "credit"), call.get("attrlink")
    below = [value for value in (call.get("caption", "figcaption"), call.get("title")) if value and value != alt][:1]
    if credit:
        below.append(link(credit, credit_link) if credit_link else credit)
    return Shown(text + (f"\n\n{caption(' '.join(below))}" if below else ""))


def _include(call: Call, address_of: AddressOf) -> Shown | None:
    """Jekyll's and Eleventy's `include`: understood where what it passes on is a picture or a film."""
    name = call.positional[0] if call.positional else ""
    inner = msgspec.structs.replace(call, positional=call.positional[1:])
    stem = re.sub(r"\.\w+$", "", name.rsplit("/", 1)[-1]).lower().replace("-", "_")
    if stem in _FILMS:
        return _film(stem)(inner, address_of)
    return _figure(inner, address_of)


def _img(call: Call, _address_of: AddressOf) -> Shown | None:
    """Octopress's and Hexo's `{% img [class…] URL [width [height]] ["title" ["alt"]] %}`."""
    words = list(call.positional)
    place = next((at for at, word in enumerate(words) if _URL.fullmatch(word) or _PICTURE.fullmatch(word)), None)
    if place is None:
        return _figure(call, _address_of)
    rest = [word for word in words[place + 1 :] if not re.fullmatch(r"\d+(?:px|%)?", word)]
    quoted = re.findall(r"\"[^\"]*\"|'[^']*'", call.text)
    if rest and not quoted:
        rest = [" ".join(rest)]
    elif len(rest) == 1 and re.fullmatch(r"\S.*['\"] ['\"].*\S", rest[0]):
        rest = re.split(r"['\"] ['\"]", rest[0])
    return Shown(picture(address(words[place]), rest[-1] if rest else call.get("alt", "title")).value, False)


def _asset_img(call: Call, _address_of: AddressOf) -> Shown | None:
    if not call.positional:
        return None
    return _img(msgspec.structs.replace(call, positional=("/" + call.positional[0], *call.positional[1:])), _address_of)


def _address(call: Call, address_of: AddressOf) -> Shown | None:
    """The address of another of the site's files: `link`, `post_url`, `ref`, `relref`, `get_url`."""
    name = call.positional[0] if call.positional else call.get("path")
    found = address_of(name) if name else None
    return Shown(address(found), False) if found else None


def _post_link(call: Call, address_of: AddressOf) -> Shown | None:
    found = address_of(call.positional[0]) if call.positional else None
    return Shown(link(" ".join(call.positional[1:]) or call.positional[0], found), False) if found else None


_FILMS = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "youtube_player": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "gist": "https://gist.github.com/{}",
    "dailymotion": "https://www.dailymotion.com/video/{}",
    "instagram": "https://www.instagram.com/p/{}/",
    "tweet": "https://twitter.com/i/status/{}",
    "twitter": "https://twitter.com/i/status/{}",
    "x": "https://x.com/i/status/{}",
    "speakerdeck": "https://speakerdeck.com/player/{}",
    "slideshare": "https://www.slideshare.net/slideshow/embed_code/{}",
    "codepen": "https://codepen.io/{}",
    "jsfiddle": "https://jsfiddle.net/{}",
    "soundcloud": "https://api.soundcloud.com/tracks/{}",
}


def _film(service: str) -> Callable[[Call, AddressOf], Shown | None]:
    """A film, post or player of another site, as a link to it."""

    def show(call: Call, _address_of: AddressOf) -> Shown | None:
        positional = [word for word in call.positional if not re.fullmatch(r"\d{1,4}|autoplay|true|false", word)]
        number = call.get("id", "video_id", "url", "src") or next(iter(positional or call.positional), "")
        if service in ("tweet", "twitter", "x", "gist", "codepen") and not number.startswith("http"):
            user = call.get("user", "username")
            if service == "gist" and not user and call.kind == "hugo" and len(call.positional) > 1:
                number = "/".join(call.positional[:2])
            elif user and service in ("gist", "codepen"):
                number = f"{user}/{number}"
        if not number or "{" in number:
            return None
        target = number if re.match(r"(?:https?:)?//", number) else _FILMS[service].format(number)
        label = call.get("title", "caption", "description") or target
        return Shown(link(label, target))

    return show


def _video(call: Call, _address_of: AddressOf) -> Shown | None:
    source = call.get("src", "url", "mp4", "file") or (call.positional[0] if call.positional else "")
    return Shown(link(call.get("title", "caption") or source.rsplit("/", 1)[-1] or source, source)) if source else None


def _nothing(_call: Call, _address_of: AddressOf) -> Shown | None:
    return Shown("", False)


def _fenced(call: Call, content: str, starts_line: bool) -> Shown:
    """`highlight`, `codeblock`: code, under its title where it has one."""
    content = content.strip("\n").rstrip()
    if not starts_line and "\n" not in content:
        return Shown(code_span(content.strip()).value, False)
    words = [word for word in call.positional if word not in ("linenos", "line_numbers")]
    lang = call.get("lang", "language") if call.name == "codeblock" else ""
    title = ""
    if call.name == "codeblock" and words:
        target = next((word for word in words if _URL.fullmatch(word)), "")
        title = " ".join(word for word in words if word != target and word != "link")
        title = link(title or target, target) if target else write_run([title])
    elif words:
        lang = words[0]
    fence = "```"
    while fence in content:
        fence += "`"
    lang = lang if re.fullmatch(r"[\w+#.-]{1,40}", lang) else ""
    return Shown((f"{caption(title)}\n\n" if title else "") + f"{fence}{lang}\n{content}\n{fence}")


def _quotation(call: Call, content: str, _starts_line: bool) -> Shown:
    """Octopress's `{% blockquote [author[, source]] [URL] [title] %}`, and what other sites make of it."""
    lines = "\n".join(f"> {line}".rstrip() for line in content.strip().split("\n"))
    words = call.text if call.kind == "liquid" and not call.named else ""
    target = next((word for word in words.split() if re.match(r"https?://", word)), "") or call.get(
        "link", "url", "cite"
    )
    said = " ".join(word for word in words.split() if word != target).strip("\"' ")
    said = said or ", ".join(filter(None, (call.get("author", "by", "name"), call.get("source", "title"))))
    if not said and not target:
        said = ", ".join(word for word in call.positional if call.kind != "liquid")
    if not said and not target:
        return Shown(lines)
    return Shown(f"{lines}\n>\n> — " + (link(said or target, target) if target else write_run([said])))


def _pull_quote(_call: Call, content: str, _starts_line: bool) -> Shown:
    """A pull quote repeats words of the text, marked by `{" "}`: the text stays, the marks go."""
    return Shown(re.sub(r"\{\"\s*(.+?)\s*\"\}", r"\1", content).strip("\n"))


def _contents(_call: Call, content: str, _starts_line: bool) -> Shown:
    return Shown(content.strip("\n"))


def _details(call: Call, content: str, _starts_line: bool) -> Shown:
    title = call.get("summary", "title") or " ".join(call.positional)
    return Shown((f"**{write_run([title])}**\n\n" if title else "") + content.strip("\n"))


def _figure_around(call: Call, content: str, _starts_line: bool) -> Shown:
    figure = _figure(call, lambda _name: None)
    words = content.strip()
    if figure is None:
        return Shown(words)
    return Shown(f"{figure.text}\n\n{caption(words) if chr(10) not in words else words}" if words else figure.text)


SINGLE: Mapping[str, Callable[[Call, AddressOf], Shown | None]] = {
    **{name: _film(name) for name in _FILMS},
    **dict.fromkeys(
        ("figure", "image", "image_with_class", "picture", "photo", "responsive_image", "imgproc"), _figure
    ),
    **dict.fromkeys(("img", "imgcap", "fancybox", "imgpopup", "lazyimage"), _img),
    **dict.fromkeys(("asset_img", "asset_image"), _asset_img),
    **dict.fromkeys(("link", "post_url", "ref", "relref", "get_url", "post_path", "asset_path"), _address),
    **dict.fromkeys(("video", "audio", "html5video"), _video),
    **dict.fromkeys(("include", "include_relative", "include_cached", "render", "partial"), _include),
    **dict.fromkeys(("toc", "more", "endexcerpt", "summary"), _nothing),
    "post_link": _post_link,
}
"""Tags that stand alone. A function gives None where it can't tell what the tag shows."""

PAIRED: Mapping[str, Callable[[Call, str, bool], Shown]] = {
    **dict.fromkeys(("highlight", "codeblock", "prism"), _fenced),
    **dict.fromkeys(("blockquote", "quote"), _quotation),
    "pullquote": _pull_quote,
    **dict.fromkeys(("details", "spoiler", "expand"), _details),
    **dict.fromkeys(("rawhtml", "raw_html", "markdown", "center", "nomarkdown"), _contents),
    **dict.fromkeys(("figure", "img", "figcaption"), _figure_around),
}
"""Tags with an end, by which what stands between is changed or framed."""
