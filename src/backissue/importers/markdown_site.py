"""A file of a Markdown site (Jekyll, Octopress, Hugo, Zola, Eleventy, Hexo, Pelican) → one Article.

The front matter is read as `loading` reads it, with what YAML stumbles over mended and noted; the body's template tags
become Markdown. Where the file lies in its site's folder, the site's settings give the address that the post had, and
the pictures and other files that it shows are taken along.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any

import msgspec

from ..article import Article, Image, Provenance
from ..dates import parse_date
from ..errors import ContentError, ContentErrors
from ..loading import yamltext
from ..loading.articlefile import decode, split
from ..loading.fields import clean_text, dated_name, read_article
from ..slugs import slug
from .outcomes import Imported, Input, Outcome, Rejected, Settings
from .sites.folder import MAX_FILE_BYTES, SiteFolder
from .sites.headers import has_headers, parse_headed
from .sites.mending import parse_mended
from .sites.permalinks import PageFacts, base_url, permalink
from .sites.restructured import parse_restructured
from .sites.tags import Around, translate

FORMAT = "markdown"
TITLE = "Markdown sites (Jekyll, Hugo, Zola, Pelican, Octopress, Eleventy)"
VERSION = 1
MAX_BYTES = 8 << 20

_FRONT = re.compile(r"(?:[ \t]*\r?\n)*(---|\+\+\+)[ \t]*\r?\n")
_KEY = re.compile(r"^[\"']?[A-Za-z_][\w -]*[\"']?[ \t]*[:=]", re.MULTILINE)
_HEADING = re.compile(r"\s*(?:#[ \t]+(?P<atx>[^\n]*?)[ \t#]*(?:\n|\Z)|(?P<setext>\S[^\n]*)\n=+[ \t]*(?:\n|\Z))")
_RST = re.compile(
    r"\s*+(?:([=#*~^-]{3,})\n)?\s*+\S[^\n]*\n([=#*~^-])\2{2,}[ \t]*\n\s*+(?::[\w-]+:[^\n]*\n|\.\. )", re.MULTILINE
)
_TARGET = re.compile(
    r"(?P<open>\]\(\s*<?)(?P<link>[^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)*)"
    r"|(?P<label>^ {0,3}\[[^\]\n]+\]:\s*<?)(?P<reference>[^\s<>]+)"
    r"|(?P<attribute>(?:src|href)\s*=\s*[\"'])(?P<html>[^\"'\n]*)",
    re.MULTILINE | re.IGNORECASE,
)
_SITE_FILE = re.compile(r"(?:\{(?:filename|static|attach|index)\}|\|(?:filename|static|attach)\||@/)(?P<path>.*)")
_DAY_IN_PATH = re.compile(r"(?:^|/)(\d{4})/(\d{2})/(\d{2})(?:/|$)", re.ASCII)
_PAGE_ENDINGS = (".md", ".markdown", ".mdown", ".mkd", ".html", ".htm", ".php", ".rst")
_MAX_FILES = 200


def recognises(head: bytes) -> int:
    """Certain of front matter with keys; less so of metadata lines, of reStructuredText and of a first heading."""
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    front = _FRONT.match(text)
    if front is not None:
        end = text.find(f"\n{front[1]}", front.end() - 1)
        return 90 if end >= 0 and _KEY.search(text, front.end(), end) else 40
    text = text.replace("\r\n", "\n")
    if has_headers(text):
        return 60
    if _RST.match(text):
        return 45
    return 12 if re.match(r"\s*#[ \t]+\S", text) else 0


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """Read one post. What is wrong with it is said as the loader says it: `line 3: … — …`."""
    with source.open() as stream:
        data = stream.read()
    try:
        yield _read_post(data, source, settings)
    except ContentErrors as errors:
        yield Rejected(place=_place(errors.faults[0]), reason="; ".join(_reason(fault) for fault in errors.faults))


def _place(fault: ContentError) -> str:
    return f"line {fault.line}" if fault.line is not None else ""


def _reason(fault: ContentError) -> str:
    place = f"line {fault.line}: " if fault.line is not None else ""
    return place + fault.message + (f" — {fault.hint}" if fault.hint else "")


def _read_post(data: bytes, source: Input, settings: Settings) -> Outcome:
    text = decode(data, source.name)
    site = SiteFolder.around(source.path, source.name)
    path = site.relative(source.path, source.name)
    article, notes = _parse(text, path, settings.zone)
    system = site.system or _system(text, path)
    name = posixpath.basename(path)
    if name.startswith("_index.") or (path in ("index.md", "content/index.md") and not article.date):
        return Rejected(place="", reason="the front page of a section, not an article")
    front = _front(article, text)
    article, more = _dated_by_path(article, front, settings.zone)
    notes += more
    post = _Post(site=site, system=system, path=path, zone=settings.zone)
    facts = PageFacts(path=path, front=front, day=article.date.edtf[:10] if article.date else "", title=article.title)
    address = " ".join(clean_text(permalink(system, site.config, facts)).split())
    translated = translate(article.body, Around(page=front, address_of=post.address_of))
    if translated.kept:
        notes += ("template tags kept as text: " + ", ".join(translated.kept[:20]),)
    body = post.with_files(translated.body)
    image = post.image(article.image)
    if post.missing:
        notes += ("files not found: " + ", ".join(list(post.missing)[:20]),)
    url = base_url(site.config)
    original = article.source_url or (url + address if url and address else "")
    article = msgspec.structs.replace(
        article,
        body=body.strip("\n"),
        image=image,
        source_url=original,
        aliases=tuple(dict.fromkeys([*article.aliases, *([address] if address.strip("/") else [])])),
        tags=_tags(article.tags, text) if system == "jekyll" else article.tags,
        summary=" ".join(translate(article.summary, Around(page=front, address_of=post.address_of)).body.split()),
        provenance=Provenance(file="", format="", notes=notes) if notes else None,
    )
    if not body.strip() and not article.summary and article.image is None:
        return Rejected(place="", reason="no text below the front matter")
    return Imported(article=article, identity=original, files=post.files)


def _parse(text: str, path: str, zone: tzinfo) -> tuple[Article, tuple[str, ...]]:
    """The article of a file, by the kind of front matter it has, and notes of what was done to read it."""
    if _FRONT.match(text):
        return parse_mended(text, path, zone)
    if has_headers(text):
        return parse_headed(text, path, zone), ()
    if path.lower().endswith(".rst") or _RST.match(text):
        return parse_restructured(text, path, zone)
    heading = _HEADING.match(text)
    if heading is not None and dated_name(path) is not None:
        title = heading["atx"] or heading["setext"] or ""
        article = read_article({"title": title}, text[heading.end() :], path=path, zone=zone, line_of=lambda _place: 1)
        return article, ("no front matter: the headline is the first heading, the date the file name's",)
    message = "the file is empty" if not text.strip() else "no front matter"
    hint = "" if not text.strip() else "begin the file with a line ---, then title: …, then a line ---"
    raise ContentErrors([ContentError(message, path, 1, hint)])


def _system(text: str, path: str) -> str:
    """The generator that a file looks like one of, where no settings are in reach."""
    if "_posts/" in path or "_drafts/" in path:
        return "jekyll"
    if text.startswith("+++"):
        return (
            "zola"
            if re.search(r"^(?:\[(?:extra|taxonomies)\]|path[ \t]*=|template[ \t]*=)", text, re.MULTILINE)
            else ""
        )
    return ""


def _dated_by_path(article: Article, front: Mapping[str, Any], zone: tzinfo) -> tuple[Article, tuple[str, ...]]:
    """Where nothing else dates an article: the day in its own permalink, as its front matter gives it."""
    for key in ("path", "permalink", "url", "save_as"):
        found = _DAY_IN_PATH.search(str(front.get(key) or ""))
        if article.date is None and found is not None:
            try:
                date = parse_date("-".join(found.groups()), zone)
            except ValueError:
                continue
            return msgspec.structs.replace(article, date=date), (f"the date is that of the permalink ({key})",)
    return article, ()


def _front(article: Article, text: str) -> dict[str, Any]:
    """What of a post's front matter bears on its address and may stand in its text."""
    front: dict[str, Any] = {**article.extra, "slug": article.slug, "title": article.title}
    try:
        parts = split(text, "")
        tree = yamltext.compose(parts.header) if parts.kind == "yaml" else None
        nodes = dict(tree.items()) if tree is not None else {}
        front |= {key: tree.written(nodes[key]) for key in ("category", "categories") if tree and key in nodes}
    except (ContentErrors, yamltext.YamlFault):
        front["category"] = article.section
    return front


def _tags(tags: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Jekyll takes a bare line of tags apart at its spaces."""
    bare = re.search(r"^tags:[ \t]+([^\s\[\]{}\"'#,|>&*-][^\[\]{}\"'#,\n]*)$", text[:20_000], re.MULTILINE)
    if bare is not None and len(tags) == 1 and tags[0] == " ".join(bare[1].split()):
        return tuple(dict.fromkeys(bare[1].split()))
    return tags


class _Post:
    """A post among the files of its site: what its links mean, and the files that it takes along."""

    def __init__(self, *, site: SiteFolder, system: str, path: str, zone: tzinfo) -> None:
        self.site = site
        self.system = system
        self.path = path
        self.zone = zone
        self.files: dict[str, bytes] = {}
        self.missing: dict[str, None] = {}

    def address_of(self, name: str) -> str | None:
        """The address that another file of the site had, by its path or name as a tag or link gives it."""
        name, mark, fragment = name.strip().partition("#")
        tail = mark + fragment
        name = name.removeprefix("@/").lstrip("/") if name.startswith("@/") else name.lstrip("/")
        if not name:
            return tail or None
        endings = ("",) if posixpath.splitext(name)[1] in _PAGE_ENDINGS else (".md", ".markdown", "/index.md", "")
        folders = ("", "_posts", "content", "source", "source/_posts", "content/posts")
        for ending in endings:
            found = self.site.find(name + ending, self.path, folders)
            if found is not None:
                break
        else:
            found = None
        if found is None and not name.endswith(_PAGE_ENDINGS):
            name += ".md"
        path = self.site.relative(str(found), name) if found is not None else name
        if not path.lower().endswith(_PAGE_ENDINGS):
            return "/" + path + tail
        if self.system == "jekyll" and "_posts/" not in path and dated_name(path) is not None:
            folder = self.path.rpartition("_posts/")[0] if found is None else ""
            path = f"{folder}_posts/{path}"
        address = permalink(self.system, self.site.config, self._facts(found, path))
        if not address and self.system == "jekyll":
            address = "/" + re.sub(r"\.(?:md|markdown)$", ".html", path)
        return address + tail if address else None

    def with_files(self, body: str) -> str:
        """The body, with the files that it shows taken along, and links to the site's sources made links to pages."""

        def replaced(found: re.Match[str]) -> str:
            before = found["open"] or found["label"] or found["attribute"]
            target = found["link"] or found["reference"] or found["html"] or ""
            shows = bool(found["attribute"] and found["attribute"].lower().startswith("src")) or _is_picture(
                body, found
            )
            return before + self._target(target, shows)

        return _TARGET.sub(replaced, body)

    def image(self, image: Image | None) -> Image | None:
        """The lead picture, taken along where its file is found."""
        if image is None or not image.src:
            return image
        return msgspec.structs.replace(image, src=self._target(image.src, True))

    def _target(self, target: str, shows: bool) -> str:
        of_site = _SITE_FILE.fullmatch(target)
        name = of_site["path"] if of_site is not None else target
        if of_site is not None and name.partition("#")[0].lower().endswith(_PAGE_ENDINGS):
            return self.address_of(name) or target
        if (
            not name
            or "://" in name
            or name.startswith(("//", "#", "mailto:", "data:"))
            or len(self.files) >= _MAX_FILES
        ):
            return target
        if not shows and posixpath.splitext(name.partition("?")[0])[1].lower() in ("", *_PAGE_ENDINGS):
            return target
        found = self.site.find(name, self.path)
        if found is None:
            if shows and self.site.root is not None:
                self.missing[name] = None
            return target
        taken = _take(found)
        if taken is None:
            self.missing[name] = None
            return target
        self.files[taken[0]] = taken[1]
        return taken[0]

    def _facts(self, found: Path | None, path: str) -> PageFacts:
        """What a linked post's file says of its address: its name alone, where the file is not there or broken."""
        dated = dated_name(path)
        if found is not None:
            try:
                text = decode(found.read_bytes(), path)
                article, _ = _parse(text, path, self.zone)
            except (OSError, ContentErrors):
                pass
            else:
                day = article.date.edtf[:10] if article.date else ""
                return PageFacts(path=path, front=_front(article, text), day=day, title=article.title)
        return PageFacts(path=path, day=dated[0] if dated else "")


def _is_picture(body: str, found: re.Match[str]) -> bool:
    """Whether a link's target is a picture's: `![` opens what `](` closes."""
    if not found["open"]:
        return False
    opening = body.rfind("[", max(0, found.start() - 2000), found.start())
    return opening > 0 and body[opening - 1] == "!"


def _take(found: Path) -> tuple[str, bytes] | None:
    """A file's name in the archive, which its content makes its own, and its bytes."""
    try:
        if found.stat().st_size > MAX_FILE_BYTES:
            return None
        data = found.read_bytes()
    except OSError:
        return None
    ending = re.sub(r"[^a-z0-9.]", "", found.suffix.lower())
    return f"files/{slug(found.stem)[:60]}-{hashlib.sha256(data).hexdigest()[:8]}{ending}", data
