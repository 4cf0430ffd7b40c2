"""After any sequence of edits an incremental build equals a clean build, byte for byte (design, invariant 1)."""

from __future__ import annotations

import io
import json
import random
import shutil
import tempfile
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import Phase, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule
from PIL import Image
from tests.scratch import ScratchSite, article, differences
from tests.sites.plain_theme import use_plain_theme

from backissue.errors import ContentErrors
from backissue.fixity import CONTENT, SITE, print_of, read_manifests


def picture_of(size: tuple[int, int], shade: int) -> bytes:
    """A picture, as PNG, that is heavier than smaller ones of it."""
    data = io.BytesIO()
    Image.frombytes("RGB", size, random.Random(shade).randbytes(size[0] * size[1] * 3)).save(data, "PNG")
    return data.getvalue()


NAMES = [f"{folder}{name}" for folder in ("", "x/") for name in ("a", "b", "c", "d", "e")]
TITLES = ["Flood", "Walls", "Flood", "The sea", "حديقة", "🙂", "Index"]
DATES = ["1953-02-01", "1953-02-03", "1953-03", "1953", "2001-01-01T10:00:00Z", "2001-01-02", ""]
WORDS = ["Sea", "sea", "Wéather", "python", "python 3", ""]
LINKS = ["a.md", "x/b.md", "picture.png", "/1953/02/flood.html", "https://elsewhere.example/story", "#top", "gone.pdf"]
PICTURES = ["picture.png", "x/picture.png", "gone.pdf"]
SHOTS = [picture_of(size, shade) for size in ((40, 20), (30, 30), (8, 8)) for shade in (10, 200)]
STATUSES = ["published", "retracted", "withdrawn"]

fronts = st.fixed_dictionaries(
    {
        "title": st.sampled_from(TITLES),
        "date": st.sampled_from(DATES),
        "tags": st.lists(st.sampled_from(WORDS), max_size=3),
        "authors": st.lists(st.sampled_from(["Ann Lee", "Bo Kay"]), max_size=2),
        "section": st.sampled_from(["", "Town", "town"]),
        "source": st.sampled_from(["", "The Courier"]),
        "related": st.lists(st.sampled_from(["Flood", "the sea", "a.md"]), max_size=2),
        "links": st.lists(st.sampled_from(LINKS), max_size=2),
        "body": st.sampled_from(["Water rose.", "Walls held.\n\nMore."]),
        "image": st.sampled_from(["", "picture.png", "https://elsewhere.example/p.png"]),
        "source_url": st.sampled_from(["", "https://elsewhere.example/story"]),
        "status": st.sampled_from(STATUSES),
        "draft": st.sampled_from([False, False, False, True]),
        "copy_of": st.sampled_from(["", "", "", "a.md", "x/b.md", "lines.jsonl#flood"]),
        "version_of": st.sampled_from(["", "", "", "a.md"]),
        "slug": st.sampled_from(["", "", "", "flood", "storm"]),
        "aliases": st.sampled_from([[], [], ["/1953/02/flood.html"], ["/old/story/", "/tags/sea/"]]),
    }
)


def values(front: dict) -> dict:
    """What of the drawn fields goes into front matter."""
    return {key: value for key, value in front.items() if key not in ("links", "body") and value}


NOBODY_KNOWS = ("assets/", "search/", "sitemap-", "media/", "sizes/")
"""What is led to by the site's own pages, and comes and goes with what they show."""


def _is_one_of(path: str, kinds: Iterable[str]) -> bool:
    return any(fnmatchcase(path, kind) for kind in kinds)


def body(front: dict) -> str:
    return front["body"] + "".join(f"\n\n[see]({link})" for link in front["links"])


class Archive(RuleBasedStateMachine):
    """Edits an archive; every build is compared with a clean one."""

    files = Bundle("files")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="backissue-test-"))
        self.settings = {"title": "Scratch", "url": "https://archive.example", "page_size": 2, "home_size": 3}
        self.site = ScratchSite(self.folder)
        use_plain_theme(self.site)
        self.changed = True
        self.ever: set[str] = set()
        self.numbered: set[str] = set()
        self.every: set[str] = set()
        self.aliases: dict[str, str] = {}
        self.save()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def save(self) -> None:
        settings_ = {**self.settings, "clash": "suffix"}
        self.site.write("site.yaml", json.dumps(settings_))
        self.changed = True

    def put(self, name: str, front: dict) -> None:
        lines = {key: json.dumps(value, ensure_ascii=False) for key, value in values(front).items() if key != "title"}
        self.site.write(f"content/{name}.md", article(front["title"], body(front), **lines))
        self.changed = True

    @initialize(fronts=st.lists(fronts, min_size=2, max_size=6))
    def begin(self, fronts: list[dict]) -> None:
        for name, front in zip(NAMES, fronts, strict=False):
            self.put(name, front)

    @rule(target=files, name=st.sampled_from(NAMES), front=fronts)
    def write(self, name: str, front: dict) -> str:
        self.put(name, front)
        return name

    @rule(name=consumes(files))
    def delete(self, name: str) -> None:
        path = self.folder / f"content/{name}.md"
        if path.exists():
            path.unlink()
            self.changed = True

    @rule(target=files, name=consumes(files), to=st.sampled_from(NAMES))
    def rename(self, name: str, to: str) -> str:
        path = self.folder / f"content/{name}.md"
        if path.exists():
            target = self.folder / f"content/{to}.md"
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
            self.changed = True
        return to

    @rule(fronts=st.lists(fronts, max_size=4), packed=st.booleans())
    def write_lines(self, fronts: list[dict], packed: bool) -> None:
        import gzip

        # Of lines that are the same to the byte only one can be an article.
        distinct = dict.fromkeys(json.dumps({**values(front), "body": body(front)}) + "\n" for front in fronts)
        lines = "".join(distinct).encode()
        for name in ("lines.jsonl", "lines.jsonl.gz"):
            (self.folder / "content" / name).unlink(missing_ok=True)
        self.site.write(
            "content/lines.jsonl.gz" if packed else "content/lines.jsonl", gzip.compress(lines) if packed else lines
        )
        self.changed = True

    @rule(name=st.sampled_from(PICTURES), there=st.booleans(), content=st.binary(max_size=3) | st.sampled_from(SHOTS))
    def picture(self, name: str, there: bool, content: bytes) -> None:
        if there:
            self.site.write(f"content/{name}", content)
        else:
            (self.folder / "content" / name).unlink(missing_ok=True)
        self.changed = True

    @rule(size=st.sampled_from([1, 2, 3]))
    def page_size(self, size: int) -> None:
        self.settings["page_size"] = size
        self.save()

    @rule(
        key_value=st.sampled_from(
            [("title", "Other"), ("language", "ar"), ("timezone", "Asia/Tokyo"), ("url", ""), ("about", "Us"),
             ("images", {"sizes": [16, 32]}), ("images", {"sizes": [20]}), ("images", {}),
             ("tag_aliases", {"sea": "Water"}), ("feeds", {"lists": ["authors"], "size": 2}),
             ("redirects", {"aliases": True, "maps": ["netlify"]})]
        )
    )  # fmt: skip
    def setting(self, key_value: tuple[str, object]) -> None:
        key, value = key_value
        self.settings[key] = value
        self.save()

    @rule(name=st.sampled_from(["article.html", "list.html", "home.html"]), text=st.sampled_from(["one", "two"]))
    def template(self, name: str, text: str) -> None:
        self.site.write(f"templates/{name}", f"{text} {{{{ view.{'card' if name == 'article.html' else 'cards'} }}}}")
        self.changed = True

    @rule(move=st.sampled_from([("",), ("a.md",)]))
    def move(self, move: tuple[str, ...]) -> None:
        """An explicit wish that articles take the addresses that they would have now."""
        if set(move) - {""} <= {path.name for path in (self.folder / "content").glob("*.md")}:
            self.attempt(move=move)
            self.changed = True

    @rule()
    def preview(self) -> None:
        self.attempt(preview=True)
        self.changed = True

    def attempt(self, **options: object) -> bool:
        """Build, unless a version of a withdrawn article would still be read: then no build may be carried out."""
        try:
            self.site.build(explain=False, **options)
        except ContentErrors as errors:
            if all("which is withdrawn" in fault.message for fault in errors.faults):
                return False
            raise
        return True

    @rule()
    def forget(self) -> None:
        """As in a fresh clone: the ledger is all that is left of what was."""
        for folder in (".backissue", "public"):
            shutil.rmtree(self.folder / folder, ignore_errors=True)
        self.changed = True

    def urls(self) -> dict[str, dict[str, str]]:
        """The ledger, its lines by file."""
        return {
            path.stem: dict(line.split("\t") for line in path.read_text().splitlines())
            for path in (self.folder / "urls").glob("*.txt")
        }

    @invariant()
    def no_address_is_lost(self) -> None:
        """Every address that was ever noted has a page, unless it was given up."""
        if self.changed:
            return  # no build could be carried out: there is the site as it was before, or none
        every = {path for path in self.site.tree() if not path.startswith(NOBODY_KNOWS)}
        files = {path for path in every if path.endswith(".html")}
        urls = self.urls()
        made = urls.pop("settings", {}).keys()
        assert {kind for kind in made if "*" not in kind and " " not in kind} <= every
        assert urls.pop("pages", {}).keys() <= files
        # A number once published stays, in a list that shrank or emptied too, and with another size of pages.
        self.numbered |= {path for path in files if "/page/" in path}
        assert self.numbered <= files
        gone = urls.pop("gone", {}).keys()
        # Whatever else there was is there, or went with an article or a setting.
        beside = tuple(path.removesuffix("html") for path in gone)
        beside += tuple(alias for alias, page in self.aliases.items() if page in gone)
        self.aliases |= urls.get("aliases", {})
        kept = {path for path in self.every if not path.startswith(beside) and not _is_one_of(path, gone)}
        assert kept <= every
        self.every |= every
        noted = {path for lines in urls.values() for path in lines}
        assert noted <= files
        assert not noted & gone
        assert {path for path in self.ever - gone if not path.startswith(beside)} <= noted
        moved = urls.get("moved", {})
        assert not moved.keys() & set(moved.values())
        self.ever |= noted

    @invariant()
    def incremental_equals_clean(self) -> None:
        if not self.changed:
            return
        if not self.attempt():
            return
        self.changed = False
        incremental = self.site.tree()
        scratch = self.folder / "clean"
        shutil.rmtree(scratch, ignore_errors=True)
        assert not differences(incremental, self.site.clean_tree(scratch))
        assert not differences(self.site.manifests(), self.site.manifests(scratch))
        for kind, folder in ((SITE, self.site.output), (CONTENT, self.folder / "content")):
            prints = {path: print_of(data) for path, data in self.site.tree(folder).items()}
            lines = read_manifests(self.folder / "manifests", kind)
            assert [(line.path, line.size, line.sha256) for line in lines] == [
                (path, found.size, found.sha256.hex()) for path, found in sorted(prints.items())
            ]
        again = self.site.build(explain=False)
        assert (again.parsed, again.rendered, again.written, again.removed) == (0, 0, 0, 0)


TestArchive = Archive.TestCase
TestArchive.settings = settings(
    max_examples=8, stateful_step_count=10, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)
