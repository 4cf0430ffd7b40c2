"""After any edits the search's index equals that of a clean build, byte for byte: few steps, for each indexes."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.scratch import ScratchSite, article, differences
from tests.searching import need_pagefind
from tests.sites.plain_theme import use_plain_theme

from backissue import shards

NAMES = ["a", "b", "x/c", "x/d", "e"]
fronts = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["Flood", "Walls", "海堤", "حديقة", "🙂"]),
        "body": st.sampled_from(["Water rose.", "Été naïve, élève.", "潮水漫过海堤。", ""]),
        "date": st.sampled_from(["1953-02-01", "1953-03", "1953", "2024-01-02", "2024-06-01", ""]),
        "lang": st.sampled_from(["", "", "fr", "zh"]),
        "tags": st.sampled_from(["", "[Sea]", "[sea, Weather, C]"]),
        "status": st.sampled_from(["", "", "", "withdrawn"]),
        "draft": st.sampled_from(["", "", "", "true"]),
        "copy_of": st.sampled_from(["", "", "", "a.md"]),
    }
)


class Search(RuleBasedStateMachine):
    """Edits a small archive in small shards; every build is compared with a clean one."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(shards, "LARGE", 2)
        self.patch.setattr(shards, "SMALL", 1)
        self.folder = Path(tempfile.mkdtemp(prefix="backissue-test-"))
        self.site = ScratchSite(self.folder, "title: Scratch\nsearch: pagefind\nclash: suffix\n")
        use_plain_theme(self.site)
        self.changed = True

    def teardown(self) -> None:
        self.patch.undo()
        shutil.rmtree(self.folder)

    @initialize(fronts=st.lists(fronts, min_size=3, max_size=5))
    def begin(self, fronts: list[dict]) -> None:
        for name, front in zip(NAMES, fronts, strict=False):
            self.write(name, front)

    @rule(name=st.sampled_from(NAMES), front=fronts)
    def write(self, name: str, front: dict) -> None:
        lines = {key: value for key, value in front.items() if value and key not in ("title", "body")}
        self.site.write(f"content/{name}.md", article(front["title"], front["body"], **lines))
        self.changed = True

    @rule(name=st.sampled_from(NAMES))
    def delete(self, name: str) -> None:
        (self.folder / f"content/{name}.md").unlink(missing_ok=True)
        self.changed = True

    @invariant()
    def incremental_equals_clean(self) -> None:
        if not self.changed:
            return
        self.changed = False
        self.site.build(explain=False)
        scratch = self.folder / "clean"
        shutil.rmtree(scratch, ignore_errors=True)
        assert not differences(self.site.tree(), self.site.clean_tree(scratch))
        again = self.site.build(explain=False)
        assert (again.parsed, again.rendered, again.written, again.removed) == (0, 0, 0, 0)


def test_incremental_equals_clean() -> None:
    need_pagefind()
    phases = [Phase.explicit, Phase.reuse, Phase.generate]
    Search.TestCase.settings = settings(max_examples=2, stateful_step_count=4, deadline=None, phases=phases)
    Search.TestCase().runTest()
