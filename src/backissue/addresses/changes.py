"""What a build makes of the ledger: what comes, what leads on, what would be lost."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from ..errors import ContentError
from ..paths import article_beside, history_path
from .ledger import ALIASES, FOLDER, GONE, KNOWN, MOVED, SETTINGS, VERSIONS, Ledger, Lines, collapsed, shard_of


class Change(NamedTuple):
    """What a build makes of the ledger: articles' lines that go and that come, by path; where former paths lead; what
    was given up; the lines of lists; what would be lost, by path, with the article that had it; and so kinds of
    addresses, each with the settings that it takes.
    """

    removed: Lines
    added: Lines
    moved: Lines
    gone: Lines
    lists: Mapping[str, Lines]
    lost: Lines
    unmade: Lines


def reckon(
    ledger: Ledger,
    was: Lines,
    now: Lines,
    successors: Mapping[str, str],
    known_by: Mapping[str, str],
    claimant: Callable[[str], str],
    absent: Callable[[str], bool],
    lists: Mapping[str, Lines],
    unmade: Lines,
) -> Change:
    """Hold what articles had against what they have.

    `was` and `now` give articles by path, of as much of the archive as changed. `successors` says under which name an
    article goes on, `known_by` by which former path feeds know some, `claimant` which path an article has that claims a
    former path by an alias (or nothing), `absent` which articles are only missing from this build, because they can't
    be read. `lists` and `unmade` are as `Change` has them.
    """
    paths = {name: path for path, name in now.items()}
    moved = dict(ledger.moved)
    known = dict(ledger.lines(KNOWN))
    fresh: Lines = {}
    removed: Lines = {}
    lost: Lines = {}
    for path, name in was.items():
        if now.get(path) == name:
            continue
        itself = paths.get(successors.get(name, name))
        if path in now:
            if itself != path:
                # Another article has its place: feeds know both as they were made.
                fresh.update({place: known_by.get(now[place], place) for place in (path, itself) if place})
            continue
        target = itself or claimant(path)
        if target and target != path:
            first = known.pop(path, path)
            if itself:
                fresh[itself] = first
            moved[path] = target
            removed[path] = name
        elif not absent(name):
            lost[path] = name
            removed[path] = name
            known.pop(path, None)
    known = {path: first for path, first in (known | fresh).items() if path != first}
    for path in now if moved else ():
        moved.pop(path, None)
    moved = collapsed(moved)
    # What led to a page that is no more is lost with it, unless somebody claims it.
    for path, target in list(moved.items()):
        if target in lost:
            claimed = claimant(path)
            if claimed:
                moved[path] = claimed
            else:
                lost[path] = lost[target]
                del moved[path]
    added = {path: name for path, name in now.items() if was.get(path) != name}
    there = (now, moved, lists.get(SETTINGS, {}))
    gone = {path: name for path, name in ledger.lines(GONE).items() if not any(path in lines for lines in there)}
    return Change(removed, added, moved, gone, {**lists, KNOWN: known}, lost, unmade)


def with_histories(
    ledger: Ledger, change: Change, was: Lines, now: Lines, withdrawn: Collection[str], partly: bool
) -> Change:
    """A change with what becomes of the histories that changed, `was` and `now` in the form of `versions.txt`; `partly`
    says that some articles are only missing from this build, so that nothing is known of what is no more.

    The page of a comparison or a history that is no more leads to the withdrawn version that it compared (`withdrawn`
    has the pages of such), else to the like page of where the article went, else to its history, else to the article.
    """
    there = {path: page for path, page in ledger.lines(VERSIONS).items() if partly or path not in was} | now
    moved = {path: target for path, target in change.moved.items() if path not in there}
    for path, page in was.items():
        if path in there:
            continue
        article = article_beside(path)
        home = moved.get(article, article)
        like = home.removesuffix(".html") + path[len(article) - len(".html") :]
        if page in withdrawn:
            moved[path] = page
        elif like in there or history_path(home) in there:
            moved[path] = like if like in there else history_path(home)
        elif _is_there(home, ledger, change):
            moved[path] = home
    moved = collapsed(moved)
    # What led to a history that went with its article is lost with it.
    lost = {path for path in was if path not in there and path not in moved}
    moved = {path: target for path, target in moved.items() if target not in lost}
    return change._replace(moved=moved, lists={**change.lists, VERSIONS: there})


def with_aliases(
    ledger: Ledger, change: Change, was: Lines, now: Lines, claimant: Callable[[str], str], made: bool, partly: bool
) -> Change:
    """A change with what becomes of the aliases that changed, `was` and `now` in the form of `aliases.txt`; `partly` as
    above.

    One that no article gives any more leads to the article that gave it, unless the settings have none `made`.
    """
    there = {path: page for path, page in ledger.lines(ALIASES).items() if partly or path not in was} | now
    moved = dict(change.moved)
    for path, page in was.items():
        if path in there or not made:
            continue
        other, home = claimant(path), moved.get(page, page)
        if other:
            there[path] = other
        elif _is_there(home, ledger, change) and not _is_there(path, ledger, change):
            moved[path] = home
    there = {path: page for path, page in there.items() if path not in moved}
    return change._replace(moved=collapsed(moved), lists={**change.lists, ALIASES: there})


def _is_there(path: str, ledger: Ledger, change: Change) -> bool:
    """Whether an article has a path after a change."""
    return path in change.added or (ledger.has(path) and path not in change.removed)


def leading_nowhere(ledger: Ledger, change: Change) -> list[ContentError]:
    """A fault for each line of `moved.txt` whose page no article has, as somebody left it there; to be asked after a
    change that knows all articles.
    """
    there = {*ledger.live(), *change.added} - (change.removed.keys() - change.added.keys())
    there |= change.lists[VERSIONS].keys()
    hint = "delete the line, or write where it leads"
    return [
        ContentError(f"{path} leads to {target}, which is no page", f"{FOLDER}/{MOVED}.txt", None, hint)
        for path, target in sorted(change.moved.items())
        if target not in there
    ]


def write(root: Path, ledger: Ledger, change: Change) -> bool:
    """Write the files of the ledger that a change bears on; whether there were any."""
    files: dict[str, Lines] = {}

    def lines_with(path: str) -> Lines:
        shard = shard_of(path)
        lines = files.get(shard)
        if lines is None:
            lines = files[shard] = dict(ledger.lines(shard))
        return lines

    for path in change.removed:
        lines_with(path).pop(path, None)
    for path, name in change.added.items():
        lines_with(path)[path] = name
    files[MOVED] = change.moved
    files[GONE] = {**change.gone, **change.lost, **change.unmade}
    files.update(change.lists)
    folder = root / FOLDER
    wrote = False
    for name, lines in files.items():
        if lines == ledger.lines(name):
            continue
        wrote = True
        target = folder / f"{name}.txt"
        if not lines:
            target.unlink(missing_ok=True)
            continue
        text = "".join(f"{path}\t{holder}\n" for path, holder in sorted(lines.items()))
        folder.mkdir(exist_ok=True)
        temporary = folder / f"{name}.txt.new"
        temporary.write_text(text, encoding="utf-8", newline="\n")
        os.replace(temporary, target)
    return wrote
