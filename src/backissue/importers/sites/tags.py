"""Templates' tags in a Markdown body → Markdown: Liquid, Octopress, Hexo and Eleventy, Hugo's and Zola's shortcodes.

Tags whose meaning is known become what they show; `{% raw %}` goes and what it holds stays; kramdown's attribute lists
go. All other tags stay in the text as they are, and are named, so that nothing is lost silently. Code is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from .shortcodes import PAIRED, SINGLE, Call, Shown, caption

_RAW = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_ESCAPED = re.compile(r"\{\{([<%])/\*(.*?)\*/([>%])\}\}", re.DOTALL)
_TOKEN = re.compile(
    r"(?P<fence>^[ \t>]*(?P<marks>`{3,}|~{3,})(?P<info>[^`\n]*)\n"
    r"(?:(?:.*\n)*?[ \t>]*(?P=marks)[`~]*[ \t]*$|[\s\S]*\Z))"
    r"|(?P<code>(?<!`)(?P<ticks>`{1,8})(?!`)"
    r"(?:[^`\n]|\n(?![ \t]*\n)|(?!(?<!`)(?P=ticks)(?!`))`)+?(?<!`)(?P=ticks)(?!`))"
    r"|\{%-?\s*raw\s*-?%\}(?P<raw>[\s\S]*?)\{%-?\s*endraw\s*-?%\}"
    r"|(?P<comment>\{%-?\s*comment\s*-?%\}[\s\S]*?\{%-?\s*endcomment\s*-?%\}|\{\#\s[^\n]*?\s\#\}"
    r"|\{::comment\}[\s\S]*?\{:/comment\}|<!--[ \t]*(?:more|excerpt|read more|end excerpt)[ \t]*-->)"
    r"|\{%-?\s*(?P<tag>[A-Za-z_][\w-]*)(?P<args>(?:[^%]|%(?!\})){0,8000}?)-?%\}"
    r"|\{\{[<%]/\*(?P<escaped>(?:[^*]|\*(?!/)){0,8000})\*/[>%]\}\}"
    r"|\{\{[<%]\s*(?P<hugo>[A-Za-z_][\w/.-]*)(?P<hugoargs>(?:[^>%]|[>%](?!\}\})){0,8000}?)/?[>%]\}\}"
    r"|\{\{-?\s*(?:\"(?P<double>[^\"\n]{0,500})\"|'(?P<single>[^'\n]{0,500})')(?P<filters>(?:\s*\|[^|{}\n]{1,200}){0,9})\s*-?\}\}"
    r"|\{\{-?\s*(?P<zola>[A-Za-z_]\w*)\((?P<zolaargs>[^{}]{0,8000}?)\)\s*-?\}\}"
    r"|\{\{-?(?P<variable>[^{}\n]{1,500}?)-?\}\}"
    r"|\[caption(?P<captionargs>[^\]\n]{0,1000})\](?P<captioned>(?:(?!\[/?caption)[\s\S]){0,8000})\[/caption\]"
    r"|(?P<kramdown>\{:(?P<attributes>/?(?:toc|nomarkdown|options[^{}\n]*)|::?/?(?:nomarkdown|options[^{}\n]*)|/"
    r"|(?:\s*(?:\#[\w:.-]+|\.[\w-]+|[\w-]+=(?:\"[^\"\n]*\"|'[^'\n]*')))+\s*)/?\})"
    r"|(?P<heading>(?<=[^\s])[ \t]+\{(?P<headingid>\#[\w:.-]+)[^{}\n]*\}[ \t]*$)",
    re.MULTILINE,
)
_END_OF_PAIR = {
    "liquid": r"\{{%-?\s*end_?{name}\s*-?%\}}",
    "zola": r"\{{%-?\s*end\s*-?%\}}",
    "hugo": r"\{{\{{[<%]\s*/\s*{name}\s*[>%]\}}\}}",
}
_SITE = re.compile(
    r"(?:(?:\$?\.?[Ss]ite|config)\.(?:baseurl|url|base_url|BaseURL|github\.url|production_url)|root_url|base_url|baseurl"
    r"|BASE_URL|SITEURL|site_url)(?P<filters>(?:\s*\|\s*(?:safe|strip|trim|append:\s*(?:\"[^\"]*\"|'[^']*'))\s*)*)"
)
_APPENDED = re.compile(r"append:\s*[\"']([^\"']*)")
_ADDRESS_FILTER = re.compile(
    r"\s*(?:relative_url|absolute_url|url|safe|uri_escape|asset_url|asset_path|absURL|relURL|absLangURL|relLangURL"
    r"|prepend:\s*[\w.]+|htmlBaseUrl|locale_url)\s*(?:\([^)]*\))?\s*"
)
_PAGE = re.compile(r"(?:page\.|\$?\.(?:Page\.)?)(?:Params\.)?([A-Za-z_]\w*)")
_TOC = re.compile(r"(?:^|\n)[ \t]*(?:[-*+]|\d+\.)[ \t]+\S[^\n]*\n\Z")
_LINK_TO_ID = re.compile(r"\]\(#([^\s)]+)\)|href=[\"']#([^\"']+)[\"']")
MAX_NESTING = 8
LINE_START = 200
"""How much of a line is looked at to tell what it begins with, in characters."""


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What a body's tags may refer to: its front matter, and the address that a file of the site had.

    `address_of` takes a file's name as a tag gives it, and gives its address from the site's root, or None.
    """

    page: Mapping[str, Any] = {}
    address_of: Callable[[str], str | None] = lambda _name: None


class Translated(NamedTuple):
    """A body as Markdown, and the names of tags that it still holds, in the order of the text."""

    body: str
    kept: tuple[str, ...]


def translate(body: str, around: Around) -> Translated:
    """Turn the tags of a body into Markdown."""
    if not any(mark in body for mark in ("{%", "{{", "{:", "{#", "[caption", "<!--")):
        return Translated(body, ())
    anchors = {first or second for first, second in _LINK_TO_ID.findall(body)}
    writer = _Writer(around, anchors)
    writer.read(body, 0)
    return Translated(writer.text(), tuple(dict.fromkeys(writer.kept)))


class _Writer:
    """The output so far, with blocks set apart by empty lines."""

    def __init__(self, around: Around, anchors: set[str], depth: int = 0) -> None:
        self.around = around
        self.anchors = anchors
        self.depth = depth
        self.kept: list[str] = []
        self.line = ""
        self._pieces: list[str] = []
        self._after_block = False

    def text(self) -> str:
        return "".join(self._pieces)

    def add(self, text: str) -> None:
        if self._after_block and text:
            text = text.lstrip(" \t")
            if not text:
                return
            text = "\n" * max(0, 2 - (len(text) - len(text.lstrip("\n")))) + text
        if text:
            self._pieces.append(text)
            self._after_block = False
            cut = text.rfind("\n")
            self.line = (text[cut + 1 :] if cut >= 0 else self.line + text)[:LINE_START]

    def block(self, text: str) -> None:
        """Add Markdown that needs an empty line before and after it, indented as the line is on which it begins."""
        indent = self.line if not self.line.strip() else ""
        while self._pieces and not self._pieces[-1].rstrip(" \t\n"):
            self._pieces.pop()
        if self._pieces:
            self._pieces[-1] = self._pieces[-1].rstrip(" \t\n")
            self._pieces.append("\n\n")
        if indent:
            text = "\n".join(indent + line if line else line for line in text.split("\n"))
        self._pieces.append(text)
        self.line = text[text.rfind("\n") + 1 :][:LINE_START]
        self._after_block = True

    def show(self, shown: Shown) -> None:
        if shown.block:
            self.block(shown.text)
        else:
            self.add(shown.text)

    def keep(self, name: str, text: str) -> None:
        self.kept.append(name)
        self.add(text)

    def inner(self, text: str) -> str:
        """The Markdown of what stands between a tag and its end."""
        if self.depth >= MAX_NESTING:
            return text
        writer = _Writer(self.around, self.anchors, self.depth + 1)
        writer.read(text, 0)
        self.kept += writer.kept
        return writer.text()

    def starts_line(self) -> bool:
        """Whether only spaces stand on the line so far."""
        return not self.line.strip()

    def read(self, body: str, start: int) -> None:
        endless: set[str] = set()
        while (found := _TOKEN.search(body, start)) is not None:
            self.add(body[start : found.start()])
            start = self._one(found, body, endless)
        self.add(body[start:])

    def _one(self, found: re.Match[str], body: str, endless: set[str]) -> int:
        """Write what one token shows; gives where to read on."""
        token, end = found[0], found.end()
        if found["fence"] or found["code"]:
            plain = _ESCAPED.sub(r"{{\1\2\3}}", _RAW.sub("", token))
            self.add(plain)
        elif found["raw"] is not None:
            self.add(found["raw"])
        elif found["comment"]:
            pass
        elif found["tag"]:
            kind = "zola" if found["args"].startswith("(") else "liquid"
            return self._tag(Call.read(found["tag"], found["args"], kind), token, end, body, endless)
        elif found["escaped"]:
            self.add(_ESCAPED.sub(r"{{\1\2\3}}", token))
        elif found["hugo"]:
            return self._tag(Call.read(found["hugo"], found["hugoargs"], "hugo"), token, end, body, endless)
        elif found["zola"]:
            return self._tag(Call.read(found["zola"], found["zolaargs"], "zola"), token, end, body, endless)
        elif found["double"] is not None or found["single"] is not None:
            literal = found["double"] if found["double"] is not None else found["single"]
            filters = [each for each in found["filters"].split("|") if each.strip()]
            if all(_ADDRESS_FILTER.fullmatch(each) for each in filters):
                self.add(literal)
            else:
                self.keep(token, token)
        elif found["variable"]:
            self._variable(found["variable"].strip(), token)
        elif found["captioned"] is not None:
            self._captioned(found["captionargs"], found["captioned"])
        elif found["kramdown"]:
            return self._attributes(found, body)
        else:
            self._heading_id(found)
        return end

    def _tag(self, call: Call, token: str, end: int, body: str, endless: set[str]) -> int:
        paired, single = PAIRED.get(call.name), SINGLE.get(call.name)
        if paired is not None and call.name not in endless:
            pattern = _END_OF_PAIR[call.kind].format(name=re.escape(call.written))
            closing = re.compile(pattern).search(body, end)
            if closing is not None:
                content = body[end : closing.start()]
                shown = paired(call, content if call.name in _VERBATIM else self.inner(content), self.starts_line())
                self.show(shown)
                return closing.end()
            endless.add(call.name)
        shown_ = single(call, self.around.address_of) if single is not None else None
        if shown_ is None:
            self.keep(f"{token[:2]} {call.written}", token)
        else:
            self.show(shown_)
        return end

    def _variable(self, name: str, token: str) -> None:
        if (of_site := _SITE.fullmatch(name)) is not None:
            self.add("".join(_APPENDED.findall(of_site["filters"])))
            return
        of_page = _PAGE.fullmatch(name)
        value = self.around.page.get(of_page[1].lower()) if of_page else None
        if isinstance(value, str) and value:
            self.add(value)
        else:
            self.keep(token, token)

    def _captioned(self, args: str, content: str) -> None:
        """WordPress's `[caption]`: a picture, perhaps linked, and the words below it."""
        content = self.inner(content).strip()
        named = re.search(r"\bcaption=(?:\"([^\"]*)\"|'([^']*)')", args)
        picture = re.match(
            r"\[?!\[[^\]]*\]\([^()\s]*(?:\s+\"[^\"]*\")?\)(?:\]\([^()]*\))?|(?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?",
            content,
        )
        if picture is None:
            self.add(content)
            return
        words = content[picture.end() :].strip() or (named and (named[1] or named[2])) or ""
        self.block(picture[0] + (f"\n\n{caption(words)}" if words else ""))

    def _attributes(self, found: re.Match[str], body: str) -> int:
        """kramdown's attribute list: gone, but for an id that something links to. `{:toc}` takes its list with it."""
        attributes = found["attributes"]
        end = found.end()
        if attributes == "toc":
            self._pieces = [_TOC.sub("\n", self.text())]
            self.line = ""
        for name in re.findall(r"#([\w:.-]+)", re.sub(r"\"[^\"]*\"|'[^']*'", "", attributes)):
            if name in self.anchors:
                self.add(f'<span id="{name}"></span>')
        alone = self.starts_line() and (end == len(body) or body[end] == "\n")
        if alone and "span" not in (self._pieces[-1] if self._pieces else ""):
            return min(end + 1, len(body))
        return end

    def _heading_id(self, found: re.Match[str]) -> None:
        """The id of a heading, at the end of its line."""
        if not self.line.lstrip().startswith("#"):
            self.add(found[0])
        elif (name := found["headingid"][1:]) in self.anchors:
            self.add(f' <span id="{name}"></span>')


_VERBATIM = frozenset(("highlight", "codeblock", "code", "prism", "rawhtml", "raw-html"))
