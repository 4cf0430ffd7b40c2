"""What every document has in common; each format has its own test."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path
from types import ModuleType, SimpleNamespace

import msgspec
import pytest

from backissue import documents
from backissue.batches import bench, making
from backissue.config import MarkdownSettings
from backissue.documents import ASPECTS, Document, Surroundings
from backissue.entries import EntrySettings
from backissue.errors import BuildStopped
from backissue.rendering import Renderer
from backissue.salts import Salts
from backissue.theme import VIEWS, Theme, root_of
from backissue.views import CopyView, SiteView, TextView

SITE = SiteView("The Archive", "", "https://archive.example", "en", "ltr", "UTC", "", (), ("feed.xml",))
MODULES = [
    importlib.import_module(f"backissue.documents.{info.name}") for info in pkgutil.iter_modules(documents.__path__)
]
FORMATS = [module for module in MODULES if hasattr(module, "NAME")]


def salts(words: str = "by: By", site: SiteView = SITE, markdown: MarkdownSettings | None = None) -> Salts:
    return Salts(Theme({}, {"words/en.yaml": words}, {}), site, markdown or MarkdownSettings())


def test_every_module_with_a_name_is_a_format_and_no_template_is_called_like_one() -> None:
    assert list(documents.formats()) == sorted(module.NAME for module in FORMATS)
    assert not set(documents.formats()) & set(VIEWS)
    assert Document.of(SimpleNamespace(__name__="shared")) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("module", FORMATS, ids=lambda module: module.NAME)
def test_a_format_depends_on_what_it_says_and_on_nothing_else(module: ModuleType) -> None:
    tree = ast.parse(Path(module.__file__ or "").read_text())
    asked = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "surroundings"
    }
    needs = {name for name in ("site", "words") if name in asked} | ({"markdown"} if "body" in asked else set())
    handed_on = any(
        isinstance(node, ast.Call) and any(isinstance(arg, ast.Name) and arg.id == "surroundings" for arg in node.args)
        for node in ast.walk(tree)
    )
    assert not handed_on, "only what is taken out of the surroundings may be handed on"
    assert set(module.DEPENDS_ON) <= set(ASPECTS)
    assert needs == set(module.DEPENDS_ON) - {"program"}
    assert "program" in module.DEPENDS_ON or module.NAME in ("copy", "sized", "text")


def test_a_salt_changes_with_what_a_format_depends_on(monkeypatch: pytest.MonkeyPatch) -> None:
    every = Document("every", frozenset(ASPECTS), bytes, lambda _view, _surroundings: b"")
    some = Document("some", frozenset({"program"}), bytes, lambda _view, _surroundings: b"")
    monkeypatch.setattr("backissue.salts.formats", lambda: {"every": every, "some": some})
    before = salts()
    for after in (
        salts(words="by: Par"),
        salts(site=msgspec.structs.replace(SITE, title="Another")),
        salts(markdown=MarkdownSettings(extensions=())),
    ):
        assert after.of("every") != before.of("every")
        assert after.of("some") == before.of("some")
        assert "every" in after.changes(before.encoded())
        assert "some" not in after.changes(before.encoded())
    monkeypatch.setattr("backissue.salts.program", lambda: b"another")
    assert salts().of("some") != before.of("some")


def test_texts_and_copies_are_what_they_are_whatever_else_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    before = salts()
    monkeypatch.setattr("backissue.salts.program", lambda: b"another")
    after = salts(words="by: Par", site=msgspec.structs.replace(SITE, title="Another"))
    assert {after.of(name) for name in ("text", "copy")} == {before.of("text")}


def context(folder: Path, theme: Theme) -> str:
    settings = EntrySettings("en", "UTC", {})
    content = folder / "content"
    content.mkdir()
    return bench.write_context(
        bench.Context(str(content), "", "", settings, "", theme, SITE, MarkdownSettings()), folder / "state"
    )


def rendered(context_path: str, into: Path, template: str, path: str, view: object) -> bytes:
    leaf = making.Leaf(template, path, msgspec.msgpack.encode(view))
    making.render((context_path, making.Destination(str(into), ""), making.Leaves.of([leaf])))
    return (into / path).read_bytes()


def test_texts_and_copies(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_bytes(b"p {}")
    path = context(tmp_path, Theme({}, {}, {"assets/style.css": str(tmp_path / "style.css")}))
    (tmp_path / "content/map.pdf").write_bytes(b"\0map")
    assert rendered(path, tmp_path / "out", "text", "robots.txt", TextView("Grüße\n")) == "Grüße\n".encode()
    assert rendered(path, tmp_path / "out", "copy", "a/s.css", CopyView("assets/style.css", theme=True)) == b"p {}"
    assert rendered(path, tmp_path / "out", "copy", "media/m.pdf", CopyView("map.pdf", theme=False)) == b"\0map"
    with pytest.raises(BuildStopped, match=r"gone\.pdf: can't be read: .* — build again"):
        rendered(path, tmp_path / "out", "copy", "media/gone.pdf", CopyView("gone.pdf", theme=False))


def test_a_document_is_given_its_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Surroundings] = []

    def render(view: str, surroundings: Surroundings) -> bytes:
        seen.append(surroundings)
        return view.encode()

    probe = Document("probe", frozenset(), msgspec.msgpack.Decoder(str).decode, render)
    monkeypatch.setattr(bench, "formats", lambda: {"probe": probe})
    path = context(tmp_path, Theme({}, {"words/en.yaml": "by: By"}, {}))
    assert rendered(path, tmp_path / "out", "probe", "2019/03/a.json", "hello") == b"hello"
    assert seen[0].site == SITE
    assert (seen[0].path, seen[0].root, seen[0].words) == ("2019/03/a.json", "../../", {"by": "By"})


def test_the_body_of_a_page_and_of_what_lies_beside_it_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    view = SimpleNamespace(
        place="a.md", resolved=(), details=SimpleNamespace(related=(), targets=(), files=(), pictures=()),
        card=SimpleNamespace(status="published", source_url=""),
    )  # fmt: skip
    renderer = Renderer(Theme({}, {}, {}), SITE, MarkdownSettings(), lambda place: read.append(place) or "Rain *fell*.")  # type: ignore[func-returns-value]
    first = renderer.body(view, root_of("2019/03/a.html"))  # type: ignore[arg-type]
    assert "<em>fell</em>" in first
    assert renderer.body(view, root_of("2019/03/a.json")) is first  # type: ignore[arg-type]
    renderer.body(view, root_of("a.json"))  # type: ignore[arg-type]
    view.resolved = ("another",)
    renderer.body(view, root_of("a.json"))  # type: ignore[arg-type]
    assert read == ["a.md"] * 3
