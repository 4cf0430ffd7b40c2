"""The docs tell of all there is: every setting, key, command, option and module; and their links lead somewhere."""

from __future__ import annotations

import argparse
import re
import tomllib
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.conftest import ROOT

from backissue import config
from backissue.article import STATUSES
from backissue.cli import _parser
from backissue.config import Site, parse_site
from backissue.loading.articlefile import parse_article
from backissue.loading.fields import KNOWN

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"(?:\]\(<?|<img src=\")([^)\s>\"]+)")
_CODE = re.compile(r"`[^`\n]+`")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| (`.+?`) \| (.*?) \|(?: (.*) \|)?$", re.MULTILINE)


@cache
def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def rows(name: str) -> dict[str, tuple[str, str]]:
    """The rows of a page's tables, by each of the words in code of their first cell: what the other cells say."""
    found = {}
    for row in _ROW.finditer(text_of(name)):
        for word in re.findall(r"`([^`]+)`", row[1]):
            found[word] = (row[2], row[3] or "")
    return found


def settings(type_: type[msgspec.Struct] = Site, prefix: str = "") -> dict[str, Any]:
    """Every setting, `feeds.size` and the like, with its default."""
    found: dict[str, Any] = {}
    for field in msgspec.structs.fields(type_):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            found |= settings(field.type, f"{prefix}{field.name}.")
        else:
            has_value = field.default is not msgspec.NODEFAULT
            found[prefix + field.name] = field.default if has_value else field.default_factory()
    return found


# -- links


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    text = _FENCE.sub("", page.read_text("utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(_CODE.sub("", _FENCE.sub("", page.read_text("utf-8")))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert ROOT in (file, *file.parents), target
        if anchor:
            assert anchor in anchors(file), target


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or not page.exists():
            continue
        seen.add(page)
        if page.is_dir():
            waiting += page.glob("*.md")
        elif page.suffix == ".md":
            links = _LINK.findall(page.read_text("utf-8"))
            waiting += [(page.parent / link.partition("#")[0]).resolve() for link in links if ":" not in link]
    assert set(PAGES) <= seen


# -- settings


def test_every_setting_is_told_of_and_no_other() -> None:
    assert rows("docs/settings.md").keys() == settings().keys()


def test_the_defaults_are_as_told() -> None:
    told = rows("docs/settings.md")
    for name, default in settings().items():
        shown = told[name][1]
        if default in ("", (), {}):
            assert shown == "none", name
        elif isinstance(default, tuple):
            assert shown == f"`[{', '.join(default)}]`", name
        elif isinstance(default, bool):
            assert shown == f"`{str(default).lower()}`", name
        else:
            assert shown == f"`{default}`", name


def test_the_bounds_are_as_told() -> None:
    told = rows("docs/settings.md")
    for name, (low, high) in config._BOUNDS.items():
        assert f"{low} to {high:,}" in told[name][0]


@pytest.mark.parametrize("example", [code for kind, code in _FENCE.findall(text_of("docs/settings.md"))])
def test_the_examples_of_settings_are_right(example: str) -> None:
    assert parse_site(example) != Site()


def test_the_demo_shows_every_setting() -> None:
    """Its site.yaml says that it has all of them."""
    text = text_of("site.yaml")
    missing = [name for name in Site.__struct_fields__ if not re.search(rf"^(# )?{name}:", text, re.MULTILINE)]
    assert missing == []


# -- articles


def test_every_key_is_told_of_and_no_other() -> None:
    keys = text_of("docs/articles.md").partition("## Keys")[2].partition("\n## ")[0]
    told = [row[1].strip("`") for row in _ROW.finditer(keys)]
    assert sorted(told) == sorted(KNOWN)


def test_every_status_is_told_of() -> None:
    assert all(f"`{status}`" in rows("docs/articles.md")["status"][0] for status in STATUSES)


def test_the_example_of_an_article_is_right() -> None:
    example = next(code for kind, code in _FENCE.findall(text_of("docs/articles.md")) if kind == "markdown")
    article = parse_article(example.encode(), "a.md", UTC)
    assert (len(article.authors), len(article.tags), article.extra) == (2, 2, {})


# -- commands


def commands() -> dict[str, argparse.ArgumentParser]:
    (subparsers,) = (action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(subparsers.choices)


def sections(name: str) -> dict[str, str]:
    """A page's parts by their headings; the part before the first one by nothing."""
    first, *others = re.split(r"^## (.+)$", text_of(name), flags=re.MULTILINE)
    return {"": first} | dict(zip(others[::2], others[1::2], strict=True))


def test_every_command_is_told_of_and_no_other() -> None:
    assert sections("docs/commands.md").keys() - {""} == commands().keys()


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_option_is_told_of(name: str) -> None:
    told = sections("docs/commands.md")
    text = told[name] + told[""] + (told["build"] if name == "serve" else "")
    for action in commands()[name]._actions:
        for option in action.option_strings:
            if option.startswith("--"):
                assert re.search(rf"`{option}\b", text), option


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_other_option_is_told_of(page: Path) -> None:
    known = {option for parser in commands().values() for action in parser._actions for option in action.option_strings}
    known |= {"--version", "--report"}
    for option in re.findall(r"backissue(?: [a-z]+)? (--[a-z-]+)", page.read_text("utf-8")):
        assert option in known


# -- architecture


def test_every_module_is_on_the_map_and_no_other() -> None:
    table = text_of("docs/architecture.md").partition("## The modules")[2].partition("\n## ")[0]
    told = {word for row in _ROW.finditer(table) for word in re.findall(r"`([\w/]+)`", row[1])}
    package = ROOT / "src/backissue"
    modules = {path.stem for path in package.glob("*.py")} - {"__init__", "__main__"}
    folders = {path.name + "/" for path in package.iterdir() if (path / "__init__.py").is_file()}
    assert told == modules | folders


def test_the_map_goes_downwards() -> None:
    """The order of its rows is that of the import contract, from the top."""
    table = text_of("docs/architecture.md").partition("## The modules")[2].partition("\n## ")[0]
    contracts = tomllib.loads(text_of("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = [set(re.findall(r"\w+", layer)) for layer in contracts[0]["layers"]]
    depths = [
        next(depth for depth, layer in enumerate(layers) if word in layer)
        for row in _ROW.finditer(table)
        for word in re.findall(r"`(\w+)/?`", row[1])
    ]
    assert depths == sorted(depths)


def test_every_output_is_on_the_map() -> None:
    told = rows("docs/architecture.md")["outputs/"][0]
    outputs = {path.stem for path in (ROOT / "src/backissue/outputs").glob("*.py")} - {"__init__"}
    assert set(re.findall(r"`(\w+)`", told)) == outputs


def test_files_that_the_docs_name_are_there() -> None:
    for page in ("docs/architecture.md", "CONTRIBUTING.md"):
        for name in re.findall(r"`((?:tests|bench|docs|templates|content)/[\w./-]*)`", text_of(page)):
            assert (ROOT / name).exists(), name
