"""What a whole site is held to: HTML, Atom (RFC 4287), JSON Feed 1.1, sitemaps 0.9, links, and no other host."""

from __future__ import annotations

import json
import re
import shutil
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import html5lib
import msgspec
import pytest
from lxml import etree
from tests.conftest import ROOT
from tests.scratch import NOW, ScratchSite
from tests.zotero import item_of

from backissue.building import Options
from backissue.check import check_site
from backissue.pipeline import build

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LOADED = {
    "img": "src", "script": "src", "source": "src", "iframe": "src", "embed": "src", "object": "data", "video": "src",
    "audio": "src", "track": "src", "input": "src",
}  # fmt: skip
NAMING = ("alternate", "canonical", "license", "next", "original", "prev", "schema.DC", "schema.PRISM")
"""What a `link` says only names an address; nothing is loaded from it."""
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
HERE = "https://wend.example/"


class JsonFeedAuthor(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    url: str = ""


class JsonFeedItem(msgspec.Struct, forbid_unknown_fields=True):
    """JSON Feed 1.1, "Items": `id`, and one of the two contents."""

    id: str
    url: str
    title: str
    content_text: Annotated[str, msgspec.Meta(min_length=1)]
    date_published: str
    date_modified: str = ""
    external_url: str = ""
    summary: str = ""
    image: str = ""
    language: str = ""
    authors: list[JsonFeedAuthor] = []
    tags: list[str] = []


class JsonFeed(msgspec.Struct, forbid_unknown_fields=True):
    """JSON Feed 1.1, "Top-level"."""

    version: str
    title: str
    home_page_url: str
    feed_url: str
    language: str
    authors: list[JsonFeedAuthor]
    items: list[JsonFeedItem]
    description: str = ""
    expired: bool = False


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo archive, built."""
    root = tmp_path_factory.mktemp("demo")
    shutil.copyfile(ROOT / "site.yaml", root / "site.yaml")
    options = Options(root=root, content=ROOT / "content", templates=ROOT / "templates", jobs=1)
    assert not build(options, lambda *_: None, NOW).faults
    return root / "public"


@pytest.fixture(scope="module")
def blog(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real blog, built."""
    site = ScratchSite(tmp_path_factory.mktemp("blog"), f"title: Blog\nurl: {HERE}\nclash: suffix\n")
    with tarfile.open(shared / "data/mdsites/18f-blog.tar.gz") as packed:
        packed.extractall(site.root / "content", filter="data")
    site.build(skip_bad=True)
    return site.output


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo archive, built, edited, and built again: with files at former addresses that no page can stand for."""
    site = ScratchSite(tmp_path_factory.mktemp("edited"), (ROOT / "site.yaml").read_text())
    shutil.copytree(ROOT / "content", site.root / "content", dirs_exist_ok=True)
    site.build(allow_gone=False)
    settings = (ROOT / "site.yaml").read_text().replace("tag_aliases:\n", "tag_aliases:\n  sea wall: flood of 1953\n")
    site.write("site.yaml", settings)
    for name, old, new in (
        ("tide/2022-terns-return.md", "tags: [Skerrow Light, birds]", "tags: [Skerrow Light]"),
        ("tide/old-catch-books.md", "title:", "slug: catches\ntitle:"),
        ("tide/first-train-in-57-years-v1.md", "title:", "status: withdrawn\ntitle:"),
    ):
        text = (site.root / "content" / name).read_text()
        assert old in text
        site.write(f"content/{name}", text.replace(old, new, 1))
    site.build(allow_gone=False)
    for path in ("tags/birds/feed.xml", "tags/sea-wall/feed.json"):
        assert (site.output / path).is_file()
    return site.output


@pytest.fixture(params=["demo", "edited", "blog"])
def site(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(request.param)
    return found


def documents(site: Path, ending: str) -> Iterator[tuple[str, bytes]]:
    """The files of a site whose names end so."""
    paths = [path for path in sorted(site.rglob("*")) if path.is_file() and path.name.endswith(ending)]
    assert paths
    for path in paths:
        yield path.relative_to(site).as_posix(), path.read_bytes()


def served(site: Path, path: str) -> Path:
    """The file that a server gives for a path."""
    return site / (f"{path}index.html" if path.endswith("/") or not path else path)


def pages(site: Path) -> Iterator[tuple[str, Any]]:
    """The pages, strictly parsed. Of a large site one of four is: a strict parser takes 30 ms a page."""
    found = list(documents(site, ".html"))
    for path, data in found[:: 4 if len(found) > 400 else 1]:
        parser = html5lib.HTMLParser(strict=True, tree=html5lib.getTreeBuilder("lxml"), namespaceHTMLElements=False)
        try:
            yield path, parser.parse(data.decode())
        except html5lib.html5parser.ParseError as error:
            pytest.fail(f"{path}: {error}: {parser.errors}")


def test_every_page_is_html(site: Path) -> None:
    for path, tree in pages(site):
        root = tree.getroot()
        assert len(root.findall(".//h1")) == 1, path
        assert root.get("lang"), path
        assert root.findtext("head/title"), path
        ids = Counter(root.xpath("//@id"))
        assert [name for name, count in ids.items() if count > 1] == [], path
        for element in root.iter("{*}*"):
            inside = LOADED.get(element.tag)
            loaded = [element.get(inside), element.get("srcset"), element.get("poster")] if inside else []
            if element.tag == "link" and element.get("rel") not in NAMING:
                loaded.append(element.get("href"))
            for address in filter(None, loaded):
                assert not urlsplit(address).netloc, (path, address)
            if element.tag == "a" and path != "404.html":
                address = urlsplit(element.get("href", ""))
                assert address.netloc or not address.path.startswith("/"), (path, element.get("href"))
                assert f"{address.scheme}://{address.netloc}/" != HERE, (path, element.get("href"))
        assert not root.xpath("//*[@style]|//*[starts-with(name(@*), 'on')]"), path


def test_nothing_is_wrong_with_the_site(site: Path) -> None:
    assert [str(finding) for finding in check_site(site, HERE) if not finding.remark] == []


def test_no_style_sheet_calls_another_host(site: Path) -> None:
    for path, data in documents(site, ".css"):
        assert not re.search(rb"(url\(\s*['\"]?|@import\s+['\"])(https?:)?//", data), path


def test_feeds_are_atom(site: Path, shared: Path) -> None:
    schema = etree.RelaxNG(etree.parse(shared / "schemas/atom.rng"))
    for path, data in documents(site, "feed.xml"):
        tree = etree.fromstring(data)
        assert schema.validate(tree), (path, schema.error_log)
        ids = [element.text for element in tree.iter(f"{ATOM}id")]
        assert len(ids) == len(set(ids)), path  # RFC 4287, section 4.1.2 and 4.2.6
        assert all(urlsplit(name or "").scheme for name in ids), path
        for element in (*tree.iter(f"{ATOM}updated"), *tree.iter(f"{ATOM}published")):
            assert INSTANT.fullmatch(element.text or ""), (path, element.text)  # section 3.3
        links = list(tree.iter(f"{ATOM}link"))
        links = [link for link in links if link.get("rel") != "via"]
        assert all((link.get("href") or "").startswith(HERE) for link in links), path
        (own,) = [link.get("href") for link in tree.findall(f"{ATOM}link") if link.get("rel") == "self"]
        # Section 4.1.1: "the preferred URI", which at a former address is the one that took its place.
        assert own == HERE + path or served(site, own.removeprefix(HERE)).read_bytes() == data
        assert tree.find(f"{ATOM}author") is not None  # for entries that name none
        for link in links:
            target = (link.get("href") or "").removeprefix(HERE)
            assert served(site, target).is_file(), (path, target)


def test_feeds_are_json_feed(site: Path) -> None:
    for path, data in documents(site, "feed.json"):
        feed = msgspec.json.decode(data, type=JsonFeed)
        assert feed.version == "https://jsonfeed.org/version/1.1"
        assert feed.feed_url == HERE + path or served(site, feed.feed_url.removeprefix(HERE)).read_bytes() == data
        assert not (feed.expired and feed.items)
        atom = etree.fromstring((site / path).with_name("feed.xml").read_bytes())
        assert [item.id for item in feed.items] == [entry.findtext(f"{ATOM}id") for entry in atom.iter(f"{ATOM}entry")]
        for item in feed.items:
            assert item.url.startswith(HERE)
            assert INSTANT.fullmatch(item.date_published)
            assert INSTANT.fullmatch(item.date_modified or item.date_published)


def test_json_twins_are_ninjs(site: Path, ninjs: Any) -> None:
    twins = [path for path in site.rglob("*.json") if path.with_suffix(".html").is_file()]
    assert twins
    for path in twins:
        item = json.loads(path.read_bytes())
        assert [error.message for error in ninjs.iter_errors(item)] == [], path


def test_zotero_takes_every_article_for_a_newspaper_s(site: Path) -> None:
    for path, tree in pages(site):
        head = tree.getroot().find("head")
        script = head.find("script[@type='application/ld+json']")
        if script is not None:
            item = item_of(head, HERE + path)
            assert (item["itemType"], item["url"]) == ("newspaperArticle", HERE + path)
            data = json.loads(script.text)
            assert (data["@type"], data["url"]) == ("NewsArticle", HERE + path)
            assert item["title"] == data["headline"]
            assert item["date"] == data.get("datePublished", "")[:10], path


def test_pages_are_light(demo: Path) -> None:
    assert {path: len(data) for path, data in documents(demo, ".html") if len(data) > 40_000} == {}


def test_sitemaps_name_every_article_once(site: Path, shared: Path) -> None:
    maps = etree.XMLSchema(etree.parse(shared / "schemas/sitemap.xsd"))
    index = etree.fromstring((site / "sitemap.xml").read_bytes())
    etree.XMLSchema(etree.parse(shared / "schemas/siteindex.xsd")).assertValid(index)
    named = [element.text.removeprefix(HERE) for element in index.iter(f"{MAP}loc")]
    # At the root, each of them: a map covers what lies below its own folder (sitemaps.org, "Sitemap file location").
    assert sorted(named) == sorted(path.name for path in site.glob("sitemap-*.xml"))
    urls = []
    for name in named:
        tree = etree.fromstring((site / name).read_bytes())
        maps.assertValid(tree)
        urls += [element.text for element in tree.iter(f"{MAP}loc")]
    assert len(urls) == len(set(urls))
    assert all(url.startswith(HERE) for url in urls)
    paths = {url.removeprefix(HERE) for url in urls}
    articles = {
        path for path, _data in documents(site, ".html") if re.match(r"\d{4}/(\d\d/)?(?!index)[^/]+\.html$", path)
    }
    gone = {path for path in articles if b'content="noindex"' in (site / path).read_bytes()}
    assert not gone & paths
    assert articles - gone <= {f"{path}index.html" if not path or path.endswith("/") else path for path in paths}
    for path in paths:
        assert served(site, path).is_file(), path


def test_robots_txt_names_the_sitemap(site: Path) -> None:
    lines = (site / "robots.txt").read_text().splitlines()
    assert lines == ["User-agent: *", "Allow: /", f"Sitemap: {HERE}sitemap.xml"]


def test_pages_are_all_there_is(site: Path) -> None:
    """Nothing has to be put together by a script: what can be read is in the HTML. Only the search is one."""
    scripts = [path.relative_to(site).parts for path in site.rglob("*") if path.suffix in (".js", ".mjs", ".wasm")]
    assert not [
        parts for parts in scripts if parts[0] != "search" and parts[-1] not in ("search.js", "search-worker.js")
    ]
    assert [page for page in site.rglob("*.html") if b"<script src" in page.read_bytes()] == [site / "search.html"]
