"""Pages of real articles, imported, are valid for the Nu Html Checker: whatever others wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests import nu
from tests.conftest import ROOT
from tests.real.test_import_everything import sample
from tests.scratch import ScratchSite

from backissue.config import Site
from backissue.importing import run_import

SETS = {"html": 90, "wxr": 20, "mdsites": 160, "feeds": 8}
"""The sets, and about how many files of each are imported."""
PAGES = 200


def test_pages_of_real_articles_have_no_error(shared: Path, tmp_path: Path) -> None:
    nu.require()
    settings = (
        "title: Real\nurl: https://real.example\nclash: suffix\nsearch: 'off'\njson_twins: false\nmanifests: false\n"
    )
    site = ScratchSite(tmp_path / "site", settings)
    inputs = [sample(name, shared / "data" / name, tmp_path / name, count) for name, count in SETS.items()]
    run_import(
        [str(folder) for folder in inputs],
        site=Site(),
        root=site.root,
        to=site.root / "content",
        report=None,
        inline=True,
        now=lambda: datetime(2026, 1, 2, tzinfo=UTC),
    )
    site.build(templates=ROOT / "templates", skip_bad=True)
    articles = sorted(
        path.relative_to(site.output).as_posix()
        for path in site.output.rglob("*.html")
        if 'class="article"' in path.read_text("utf-8") and "/page/" not in path.as_posix()
    )
    assert len(articles) >= PAGES
    chosen = articles[:: len(articles) // PAGES]
    assert [line for line in nu.faults(site.output, chosen) if ": error: " in line] == []
