"""Where a site showed a file: the path of its page from the site's root, by the rules of the site's generator.

Followed are Jekyll's "Permalinks", Hugo's "URL management", Zola's "Page" and Pelican's and Eleventy's front matter.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from ...slugs import slug

_STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_KEYS = {"jekyll": ("permalink",), "hugo": ("url",), "zola": ("path",), "pelican": ("url", "save_as")}
_DATED = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})[-_](.+)", re.ASCII)
_CONTENT_FOLDERS = ("content", "source", "src", "docs", "site")


class PageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What of a page bears on its address: its file's path in the site, its front matter, its day as `2014-03-01`."""

    path: str
    front: Mapping[str, Any] = {}
    day: str = ""
    title: str = ""


def base_url(config: Mapping[str, Any]) -> str:
    """The address of a site's root, without a last slash, as its settings give it; empty where they don't."""
    url = next(
        (config[key] for key in ("baseURL", "baseurl", "base_url", "SITEURL", "url") if _is_url(config, key)), ""
    )
    if url and url == config.get("url") and isinstance(config.get("baseurl"), str):
        url = url.rstrip("/") + "/" + config["baseurl"].strip("/")
    url = str(url).rstrip("/")
    host = urlsplit(url).hostname or ""
    return "" if host in ("localhost", "example.com", "example.org") or host.startswith("127.") else url


def permalink(system: str, config: Mapping[str, Any], page: PageFacts) -> str:
    """The path of a page, such as `/2014/03/01/title.html`; empty where the rules do not tell."""
    for key in _KEYS.get(system, ("permalink", "url", "path")):
        written = page.front.get(key)
        if isinstance(written, str) and written.strip() and "{" not in written and "://" not in written:
            if ":" in written and system == "jekyll":
                return _jekyll(written.strip(), config, page)
            return "/" + re.sub(r"(?:^|/)index\.html$", "/", written.strip()).lstrip("/")
    match system:
        case "jekyll":
            pattern = config.get("permalink")
            pattern = pattern if isinstance(pattern, str) and pattern else "date"
            return _jekyll(_STYLES.get(pattern, pattern), config, page)
        case "zola":
            return _by_folder(page, lower=True)
        case "hugo":
            return _hugo(config, page)
        case _:
            return ""


def _jekyll(pattern: str, config: Mapping[str, Any], page: PageFacts) -> str:
    path = _inside(page.path, config.get("source"))
    folder, _, name = path.rpartition("_posts/")
    stem = posixpath.splitext(name)[0].rpartition("/")[2]
    dated = _DATED.fullmatch(stem)
    day = page.day or (_padded(dated[1]) if dated else "")
    if not path.startswith("_posts/") and "/_posts/" not in path:
        return ""
    title = str(page.front.get("slug") or (dated[2] if dated else stem))
    categories = [part for part in folder.split("/") if part]
    for key in ("category", "categories"):
        written = page.front.get(key)
        written = written.split() if isinstance(written, str) else written
        categories += [str(each) for each in written] if isinstance(written, list) else []
    values = {
        "title": title,
        "slug": title,
        "categories": "/".join(dict.fromkeys(each.lower() for each in categories)),
        "slugified_categories": "/".join(dict.fromkeys(slug(each) for each in categories)),
        "output_ext": ".html",
        "year": day[:4],
        "short_year": day[2:4],
        "month": day[5:7],
        "i_month": day[5:7].lstrip("0"),
        "day": day[8:10],
        "i_day": day[8:10].lstrip("0"),
    }
    return _filled(pattern, values)


def _hugo(config: Mapping[str, Any], page: PageFacts) -> str:
    path = _inside(page.path, config.get("contentDir"))
    section = path.split("/")[0] if "/" in path else ""
    patterns = config.get("permalinks")
    patterns = patterns.get("page", patterns) if isinstance(patterns, dict) else {}
    pattern = patterns.get(section) if isinstance(patterns, dict) else None
    if not isinstance(pattern, str):
        return _by_folder(page, lower=True, folder=config.get("contentDir"), dates=True)
    stem = _stem(path)
    values = {
        "section": section,
        "sections": posixpath.dirname(path),
        "filename": stem,
        "contentbasename": stem,
        "title": slug(page.title) if page.title else "",
        "slug": str(page.front.get("slug") or slug(page.title or stem)),
        "slugorfilename": str(page.front.get("slug") or stem),
        "slugorcontentbasename": str(page.front.get("slug") or stem),
        "year": page.day[:4],
        "month": page.day[5:7],
        "day": page.day[8:10],
    }
    return _filled(pattern, values)


def _filled(pattern: str, values: Mapping[str, str]) -> str:
    """A pattern with its placeholders filled in; empty where one is not known."""
    unknown = False

    def fill(found: re.Match[str]) -> str:
        nonlocal unknown
        value = values.get(found[1])
        unknown |= value is None or (value == "" and found[1] not in ("categories", "slugified_categories"))
        return value or ""

    filled = re.sub(r":(output_ext|[a-z_]+?(?=:output_ext)|[a-z_]+)", fill, pattern)
    return "" if unknown else re.sub(r"/{2,}", "/", "/" + filled)


def _by_folder(page: PageFacts, *, lower: bool, folder: Any = None, dates: bool = False) -> str:
    """Zola's and Hugo's rule: the file's folders, and its slug or name, off which Zola takes a date."""
    path = _inside(page.path, folder)
    name = _stem(path)
    dated = _DATED.fullmatch(name)
    parent = posixpath.dirname(path)
    if posixpath.splitext(posixpath.basename(path))[0] == "index":
        parent = posixpath.dirname(parent)
    last = str(page.front.get("slug") or (dated[2] if dated and not dates else name))
    whole = f"/{parent}/{last}/".replace("//", "/")
    return whole.lower().replace(" ", "-") if lower else whole


def _stem(path: str) -> str:
    """A file's name without its ending; for a folder's `index.md`, the folder's."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    return posixpath.basename(posixpath.dirname(path)) if stem == "index" else stem


def _inside(path: str, folder: Any) -> str:
    """A path from the folder that holds a site's sources: as the settings name it, or as is usual."""
    named = str(folder).strip("./") if isinstance(folder, str) else ""
    if named and path.startswith(named + "/"):
        return path[len(named) + 1 :]
    first, _, rest = path.partition("/")
    return rest if rest and first in _CONTENT_FOLDERS else path


def _padded(day: str) -> str:
    year, month, date = day.split("-")
    return f"{year}-{month:0>2}-{date:0>2}"


def _is_url(config: Mapping[str, Any], key: str) -> bool:
    value = config.get(key)
    return isinstance(value, str) and value.startswith(("http://", "https://"))
