"""What a check finds: something wrong, or something to look at, in one place."""

from __future__ import annotations

import msgspec

RULES = {
    "link": "links that lead to nothing",
    "anchor": "links to places that are not on their page",
    "asset": "pictures, styles and other files that are not there",
    "remote": "what is loaded from another host",
    "markup": "HTML that is not well-formed, not UTF-8, or lacks a title or its one h1",
    "feed": "feeds that are broken, or lead to nothing",
    "map": "sitemaps and robots.txt that are broken, or lead to nothing",
    "alt": "pictures without a text for those who can't see them",
    "title": "pages with one title",
    "orphan": "pages that no other page leads to",
    "withdrawn": "text of withdrawn articles",
    "fixity": "bytes that are not what the last build wrote down",
}
"""The rules, by the names that `--ignore` and `--json` call them by."""


class Finding(msgspec.Struct, frozen=True, array_like=True):
    """Something wrong: in which file, on which line (0 is the whole file), by which rule, and what.

    A `remark` is to be looked at, and nothing that must be mended. `about` is the address, or what else of the text it
    is about. Where the file is an article's, `page` and `page_line` tell where on the site it shows.
    """

    path: str
    line: int
    rule: str
    what: str
    remark: bool = False
    about: str = ""
    page: str = ""
    page_line: int = 0

    def __str__(self) -> str:
        shown = f" (on {self.page}:{self.page_line})" if self.page else ""
        # A name of a file, or an address, may have a line break in it.
        return " ".join(f"{self.path}{f':{self.line}' if self.line else ''}: {self.what}{shown}".splitlines())

    def as_json(self) -> str:
        """The finding as one line of JSON."""
        return msgspec.json.encode(
            {
                "path": self.path,
                "line": self.line,
                "rule": self.rule,
                "severity": "remark" if self.remark else "fault",
                "message": self.what,
                "page": self.page or self.path,
                "page_line": self.page_line or self.line,
            }
        ).decode()
