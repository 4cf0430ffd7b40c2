"""The text of a wire message → Markdown: paragraphs joined from their lines, subheads, and tables of agate.

In ANPA 1312 a line that begins with `^` is a line of its own and ends with `<` or `=`, a tab begins a paragraph, and
columns are parted by `;` or by typesetting spaces; `_` is a dash and ``` ``…'' ``` are quotation marks. In IPTC 7901
paragraphs are parted by blank lines or begin with an indent.
"""

from __future__ import annotations

import re
from html import escape

from .items import text_to_markdown

_ENDS = re.compile(r"[<=]\s*$")
_TYPESETTING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_COLUMN = re.compile("\x1f\x1e?|(?:\x1e[ ]?){1,}")
_HALF = re.compile(r"(?<=[\d;])\{|(?<=\d)\{|^\{", re.MULTILINE)
_RULE = re.compile(r"[_\-=*]{3,}")
_LIST_ITEM = re.compile(r"(?:[-*•]|\d{1,2}[.)])\s+\S")


def anpa_markdown(lines: list[str]) -> str:
    """The Markdown of the lines of an ANPA 1312 text, typesetting characters and all."""
    blocks: list[str] = []
    table: list[list[str]] = []
    paragraph: list[str] = []

    def flush() -> None:
        if paragraph:
            blocks.append(_paragraph(" ".join(paragraph)))
            paragraph.clear()
        if table:
            blocks.append(_table(table))
            table.clear()

    for line in lines:
        cells = _cells(line)
        if cells:
            if paragraph:
                flush()
            table.append(cells)
            continue
        text = _plain_line(line)
        if not text:
            flush()
        elif line.lstrip(" \x08").startswith("^"):
            flush()
            if not _ends_article(text):
                blocks.append(f"### {text_to_markdown(typography(text))}" if _ENDS.search(line) else _paragraph(text))
        elif line.startswith(("\t", "   ")) or table:
            flush()
            paragraph.append(text)
        else:
            paragraph.append(text)
    flush()
    return "\n\n".join(filter(None, blocks))


def plain_paragraphs(lines: list[str]) -> str:
    """The Markdown of the lines of an IPTC 7901 text."""
    blocks: list[list[str]] = [[]]
    width = max((len(line.rstrip()) for line in lines), default=0)
    before = ""
    for line in lines:
        text = _TYPESETTING.sub(" ", line).rstrip()
        stripped = text.strip()
        if not stripped:
            blocks.append([])
        elif (
            _LIST_ITEM.match(stripped)
            or (text.startswith("   ") and not before.startswith("  "))
            or (before.strip() and not _wrapped(before, stripped, width) and not before.strip().startswith("-"))
        ):
            blocks.append([stripped])
        else:
            blocks[-1].append(stripped)
        before = text
    return re.sub(
        r"(?m)^(- .*)\n\n(?=- )",
        r"\1\n",
        "\n\n".join(filter(None, (_block(" ".join(block)) for block in blocks if block))),
    )


def _wrapped(line: str, following: str, width: int) -> bool:
    """Whether a line was broken for want of room: its next word would not have fitted."""
    first = following.split(" ", 1)[0]
    return len(line.rstrip()) + 1 + len(first) > min(width, 72) - 4 or width > 100


def _block(text: str) -> str:
    heading = re.fullmatch(r"(#{1,4})\s+(.+)", text)
    if heading:
        return f"{'#' * min(6, len(heading[1]) + 1)} {text_to_markdown(heading[2])}"
    if _RULE.fullmatch(text.replace(" ", "").lstrip("-") or text):
        return "* * *"
    if re.match(r"[-*•]\s", text):
        from ..fragments import to_markdown

        link = re.fullmatch(r"\[([^\[\]]+)\]\((https?://[^\s()]+)\)", text[1:].strip())
        words = escape(text[1:].strip(), quote=False)
        inner = f'<a href="{escape(link[2])}">{escape(link[1])}</a>' if link else words
        return to_markdown(f"<ul><li>{inner}</li></ul>")
    return text_to_markdown(text)


def _plain_line(line: str) -> str:
    text = _TYPESETTING.sub(" ", line.replace("\x10", "")).strip()
    text = re.sub(r"^\^|\^$", "", _ENDS.sub("", text)).strip()
    return " ".join(text.split())


def _ends_article(text: str) -> bool:
    return text.upper() == "END"


def typography(text: str) -> str:
    """Text with the quotation marks and dashes that ANPA 1312 has no characters for."""
    text = text.replace("``", "“").replace("''", "”")
    return re.sub(r"(?<=\s)_(?=\s)", "—", text)


def _paragraph(text: str) -> str:
    return "* * *" if _RULE.fullmatch(text) else text_to_markdown(typography(text))


def _cells(line: str) -> list[str]:
    """The cells of a line of agate; none for a line of prose."""
    if "\x1f" in line or "\x1e" in line:
        parts = _COLUMN.split(line.lstrip("\x08 "))
    elif (
        line.count(";") >= 3
        and not re.search(r"; [a-z]", line)
        and (line.lstrip(" \t")[:1] in "\x08^;" or re.search(r";\S", line))
    ):
        parts = line.split(";")
    else:
        return []
    cells = [_HALF.sub("½", " ".join(_TYPESETTING.sub(" ", part.replace("\x10", "")).split())) for part in parts]
    cells[0] = cells[0].removeprefix("^")
    cells[-1] = re.sub(r"\s*<$", "", cells[-1])
    return ["—" if cell == "_" else cell for cell in cells]


def _table(rows: list[list[str]]) -> str:
    from ..fragments import to_markdown

    width = max(map(len, rows))
    html = ["<table>"]
    for number, row in enumerate(rows):
        tag = "th" if number == 0 else "td"
        cells = [*row, *[""] * (width - len(row))]
        html.append("<tr>" + "".join(f"<{tag}>{escape(cell, quote=False)}</{tag}>" for cell in cells) + "</tr>")
    return to_markdown("".join([*html, "</table>"]))
