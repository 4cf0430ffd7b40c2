"""WordPress' `wpautop`: text of the plain editor → HTML with paragraphs and line breaks.

Follows wp-includes/formatting.php: blank lines part paragraphs, a single line end is a line break, blocks stay blocks.
"""

from __future__ import annotations

import re

_BLOCK = (
    "(?:table|thead|tfoot|caption|col|colgroup|tbody|tr|td|th|div|dl|dd|dt|ul|ol|li|pre|form|map|area|blockquote|address|"
    "style|p|h[1-6]|hr|fieldset|legend|section|article|aside|hgroup|header|footer|nav|figure|figcaption|details|menu|"
    "summary)"
)
_KEPT = re.compile(r"<(pre|script|style|textarea|svg)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_PLACE = re.compile("\ue000(\\d+)p?\ue001")
_TAG = re.compile(r"<[^<>]*>")
_STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<p>\s*</p>"), ""),
    (re.compile("<p>\\s*(\ue000\\d+p\ue001)\\s*</p>"), r"\1"),
    (re.compile(r"<p>([^<]+)</(div|address|form)>"), r"<p>\1</p></\2>"),
    (re.compile(rf"<p>\s*(</?{_BLOCK}(?![\w-])[^<>]*>)\s*</p>"), r"\1"),
    (re.compile(r"<p>(<li[^\n]+?)</p>"), r"\1"),
    (re.compile(r"<p><blockquote([^<>]*)>", re.IGNORECASE), r"<blockquote\1><p>"),
    (re.compile(r"</blockquote></p>"), r"</p></blockquote>"),
    (re.compile(rf"<p>\s*(</?{_BLOCK}(?![\w-])[^<>]*>)"), r"\1"),
    (re.compile(rf"(</?{_BLOCK}(?![\w-])[^<>]*>)\s*</p>"), r"\1"),
)
_BREAKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<br\s*/?>", re.IGNORECASE), "<br />"),
    (re.compile(r"(?<!<br />)[ \t]*\n"), "<br />\n"),
    (re.compile(rf"(</?{_BLOCK}(?![\w-])[^<>]*>)\s*<br />"), r"\1"),
    (re.compile(r"<br />(\s*</?(?:p|li|div|dl|dd|dt|th|pre|td|ul|ol)(?![\w-])[^<>]*>)"), r"\1"),
    (re.compile("(\ue000\\d+p\ue001)\\s*<br />"), r"\1"),
    (re.compile(r"\n</p>"), "</p>"),
)


def autop(text: str) -> str:
    """The HTML of a plain editor's text."""
    if not text.strip():
        return ""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\n\n\ue000{len(kept) - 1}p\ue001\n\n" if found[1].lower() == "pre" else f"\ue000{len(kept) - 1}\ue001"

    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub("[\ue000-\ue002]", "", text)
    text = _KEPT.sub(keep, text) + "\n"
    text = re.sub(r"<br\s*/?>\s*<br\s*/?>", "\n\n", text, flags=re.IGNORECASE)
    text = _TAG.sub(lambda tag: tag[0].replace("\n", " "), text)
    text = re.sub(rf"(<{_BLOCK}(?=[\s/>]))", r"\n\n\1", text, flags=re.IGNORECASE)
    text = re.sub(rf"(</{_BLOCK}>|<hr\s*/?>)", r"\1\n\n", text, flags=re.IGNORECASE)
    parts = (part.strip("\n") for part in re.split(r"\n[ \t]*(?:\n[ \t]*)+", text))
    text = "".join(f"<p>{part}</p>\n" for part in parts if part.strip())
    for pattern, replacement in _STEPS:
        text = pattern.sub(replacement, text)
    text = text.replace("</p>\n", "</p>\ue002")
    for pattern, replacement in _BREAKS:
        text = pattern.sub(replacement, text)
    text = text.replace("\ue002", "\n")
    return _PLACE.sub(lambda place: kept[int(place[1])], text)
