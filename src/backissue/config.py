"""site.yaml → Site: the settings of an archive, checked like an article."""

from __future__ import annotations

import re
from datetime import tzinfo
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from .errors import ContentError, ContentErrors, did_you_mean
from .hosts import HOSTS
from .loading import yamltext
from .uris import uri

DEFAULT_EXTENSIONS = ("tables", "footnotes", "fenced_code", "sane_lists")


class MarkdownSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How bodies become HTML: the engine, and Python-Markdown's extensions with their options."""

    engine: Literal["python-markdown", "commonmark"] = "python-markdown"
    extensions: tuple[str, ...] = DEFAULT_EXTENSIONS
    extension_configs: dict[str, dict[str, Any]] = {}


class NavigationItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of the site's navigation: a path of this site (`sections/harbour/`) or a whole URL."""

    label: str
    href: str


class FeedSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which lists have feeds of their own, in which formats, how many of the newest articles a feed holds, and whether
    it has their whole text.
    """

    lists: tuple[Literal["tags", "authors", "sources", "sections"], ...] = ("tags",)
    formats: tuple[Literal["atom", "json"], ...] = ("atom", "json")
    size: int = 20
    content: Literal["summary", "full"] = "summary"


class CitationSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which lists have files of citations, in which formats, and whether each numbered page has them or only the list's
    own page, which has its newest articles.
    """

    lists: tuple[Literal["tags", "authors", "sources", "sections", "months"], ...] = ("sources", "sections")
    formats: tuple[Literal["bibtex", "ris", "csl-json"], ...] = ("bibtex", "ris", "csl-json")
    pages: Literal["own", "all"] = "own"


class StorySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When two articles tell the same story: how much of their text they share, in runs of `shingle` words."""

    threshold: float = 0.8
    shingle: int = 5


class ImageSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The widths, in pixels, of the smaller pictures that are made of each picture, and their quality."""

    sizes: tuple[int, ...] = ()
    quality: int = 78


class RedirectSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether articles' `aliases` have pages that lead to the article, and for which servers there are lists of all
    addresses that lead elsewhere.
    """

    aliases: bool = False
    maps: tuple[Literal["netlify", "nginx", "apache", "caddy"], ...] = ()


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one archive. Folder names are relative to the folder that holds site.yaml."""

    title: str = "News archive"
    tagline: str = ""
    about: str = ""
    url: str = ""
    language: str = "en"
    timezone: str = "UTC"
    rights: str = ""
    contact: str = ""
    page_size: int = 50
    home_size: int = 24
    markdown: MarkdownSettings = MarkdownSettings()
    navigation: tuple[NavigationItem, ...] = ()
    tag_aliases: dict[str, str] = {}
    clash: Literal["error", "suffix"] = "error"
    manifests: bool = True
    histories: bool = True
    feeds: FeedSettings = FeedSettings()
    news_sitemap: bool = False
    redirects: RedirectSettings = RedirectSettings()
    json_twins: bool = True
    citations: CitationSettings = CitationSettings()
    canonical: Literal["archive", "original"] = "archive"
    license: str = ""
    stories: StorySettings = StorySettings()
    images: ImageSettings = ImageSettings()
    host: str = ""
    host_limits: Literal["warn", "stop"] = "warn"
    statistics: bool = True
    corrections: bool = True
    search: Literal["pagefind", "titles", "off"] = "titles"
    content: str = "content"
    templates: str = "templates"
    output: str = "public"

    @property
    def zone(self) -> tzinfo:
        """The zone of all times of the archive."""
        return ZoneInfo(self.timezone)


def lacking(site: Site, asked: str) -> list[str]:
    """Those of some settings that a site does not have: `url, feeds.lists: tags` asks that `url` be given, and that
    `feeds.lists` be or hold `tags`. Of settings that there are not nothing can be said: they are not lacking.
    """
    return [one for one in filter(None, asked.split(", ")) if not _has(site, one)]


def _has(site: Site, asked: str) -> bool:
    name, given, wanted = asked.partition(": ")
    value: Any = site
    for part in name.split("."):
        if not hasattr(value, part):
            return True
        value = getattr(value, part)
    if not given:
        return value not in ("", "off", False, (), {})
    if isinstance(value, tuple):
        return wanted in map(str, value)
    return wanted == (str(value).lower() if isinstance(value, bool) else str(value))


_BOUNDS = {"page_size": (1, 10_000), "home_size": (1, 1_000)}


def parse_site(text: str, name: str = "site.yaml") -> Site:
    """Read the settings from the text of site.yaml; `name` is what faults call the file.

    Raises ContentErrors with every fault at once, each with its line.
    """
    try:
        tree = yamltext.compose(text)
        if tree is None:
            return Site()
        entries = tree.items()
    except yamltext.YamlFault as fault:
        raise ContentErrors([ContentError(fault.message, name, fault.line)]) from None
    fields = {field.name: field for field in msgspec.structs.fields(Site)}
    values: dict[str, Any] = {}
    faults: list[ContentError] = []
    for key, node in entries:
        line = tree.key_line([key])
        if key not in fields:
            faults.append(ContentError(f'unknown key "{key}"', name, line, did_you_mean(key, fields)))
            continue
        try:
            written = tree.written(node) if fields[key].type is str else tree.typed(node)
            if written is None:
                continue
            values[key] = msgspec.convert(written, fields[key].type, strict=True)
            _check(key, values[key])
            if key in ("url", "license"):
                values[key] = _encoded(values[key])
        except yamltext.YamlFault as fault:
            faults.append(ContentError(fault.message, name, fault.line))
        except msgspec.ValidationError as error:
            faults.append(_converted(error, key, name, tree))
        except ValueError as error:
            message, _, hint = str(error).partition(" — ")
            faults.append(ContentError(message, name, line, hint))
    if faults:
        raise ContentErrors(faults)
    return Site(**values)


def _check(key: str, value: Any) -> None:
    if key in _BOUNDS:
        low, high = _BOUNDS[key]
        if not low <= value <= high:
            raise ValueError(f"{key} is {value} — choose a number from {low} to {high}")
    elif key == "timezone":
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f'no time zone is called "{value}" — use a name such as Europe/London or UTC') from None
    elif key == "license" and value and not re.fullmatch(r"https?://\S+", value):
        raise ValueError(f'"{value}" is no web address — give the licence\'s, and say the rest in rights')
    elif key == "url" and value:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
            raise ValueError(f'"{value}" is no web address — write it whole, such as https://archive.example')
    elif key == "language" and not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", value):
        raise ValueError(f'"{value}" is no language tag — write it by BCP 47, such as en or pt-BR')
    elif key in ("content", "templates", "output") and not value.strip("./"):
        raise ValueError(f'{key} is "{value}" — name a folder beside site.yaml')
    elif key == "host" and value and value not in HOSTS:
        raise ValueError(f'no host is known as "{value}" — {did_you_mean(value, HOSTS)}')
    elif key == "contact" and value and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        raise ValueError(f'"{value}" is no e-mail address — write one such as archive@example.org')
    elif key == "feeds" and not 1 <= value.size <= 500:
        raise ValueError(f"size is {value.size} — choose a number from 1 to 500")
    elif key == "images":
        if len(value.sizes) > 8 or not all(16 <= size <= 8192 for size in value.sizes):
            raise ValueError("sizes are up to 8 widths from 16 to 8192 pixels — write [400, 800, 1600], say")
        if not 1 <= value.quality <= 100:
            raise ValueError(f"quality is {value.quality} — choose a number from 1 to 100")
    elif key == "stories":
        if not 0.5 <= value.threshold <= 1.0:
            raise ValueError(f"threshold is {value.threshold:g} — choose a share from 0.5 to 1.0")
        if not 2 <= value.shingle <= 20:
            raise ValueError(f"shingle is {value.shingle} — choose a number of words from 2 to 20")


def _encoded(address: str) -> str:
    """A web address as everything for machines needs it, whatever letters it is written in."""
    try:
        return uri(address)
    except ValueError:
        raise ValueError(f'"{address}" is no web address — its host can have no such name') from None


def _converted(error: msgspec.ValidationError, key: str, name: str, tree: yamltext.Mapping) -> ContentError:
    """msgspec's message ("Expected `int`, got `str` - at `$.a[0]`") as a fault with the line it speaks of."""
    message, _, place = str(error).partition(" - at `$")
    path: list[str | int] = [key]
    for word, number in re.findall(r"\.(\w+)|\[(\d+)\]", place):
        path.append(word or int(number))
    unknown = re.fullmatch(r"Object contains unknown field `(.+)`", message)
    hint = ""
    if unknown:
        path.append(unknown[1])
        message = f'unknown key "{unknown[1]}"'
        kinds: dict[str, type[msgspec.Struct]] = {
            "markdown": MarkdownSettings,
            "navigation": NavigationItem,
            "feeds": FeedSettings,
            "citations": CitationSettings,
            "stories": StorySettings,
            "images": ImageSettings,
            "redirects": RedirectSettings,
        }
        if key in kinds:
            hint = did_you_mean(unknown[1], [field.name for field in msgspec.structs.fields(kinds[key])])
    else:
        message = f"{key}: {message[0].lower()}{message[1:]}".replace("`", "")
    return ContentError(message, name, tree.key_line(path), hint)
