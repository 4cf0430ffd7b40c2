"""A site's extent foreseen before it is written, and what a build does where its host takes less."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scratch import ScratchSite

from backissue import forecast
from backissue.errors import BuildStopped
from backissue.hosts import Extent, Host

SETTINGS = "title: Scratch\nurl: https://archive.example\nhost: tiny\npage_size: 10\n"


@pytest.fixture
def foreseen(monkeypatch: pytest.MonkeyPatch) -> list[Extent]:
    """What builds foresaw, one after another."""
    found: list[Extent] = []
    foresee = forecast.foresee

    def noting(*args: object) -> Extent:
        found.append(foresee(*args))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(forecast, "foresee", noting)
    return found


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> dict[str, Host]:
    hosts = {"tiny": Host("Tiny Pages", files=20, size=100_000)}
    for module in ("backissue.config", "backissue.forecast"):
        monkeypatch.setattr(f"{module}.HOSTS", hosts)
    return hosts


@pytest.fixture
def site(tmp_path: Path, host: dict[str, Host]) -> ScratchSite:
    site = ScratchSite(tmp_path, SETTINGS)
    for number in range(120):
        body = "Rain fell on the harbour. " * (5 + number % 7 * 6)
        image = {"image": "map.svg"} if number % 3 == 0 else {}
        site.put(f"{number}.md", f"Day {number}", body, date=f"19{50 + number % 9}-02-{number % 28 + 1:02}", **image)
    site.write("content/map.svg", "<svg viewBox='0 0 3 2'>" + " " * 40_000 + "</svg>")
    return site


def actual(site: ScratchSite) -> tuple[int, int, int]:
    """How many files and folders a site has, and bytes."""
    paths = list(site.output.rglob("*"))
    files = [path for path in paths if path.is_file()]
    return len(files), len(paths) - len(files), sum(path.stat().st_size for path in files)


def test_files_are_foreseen_exactly_and_bytes_nearly(site: ScratchSite, foreseen: list[Extent]) -> None:
    site.build()
    files, folders, size = actual(site)
    assert (foreseen[0].files, foreseen[0].folders) == (files, folders)
    assert abs(foreseen[0].size - size) < size / 20
    assert foreseen[0].largest.endswith((".svg", ".woff2"))
    site.put("new.md", "New", "Text.", date="1999-02-01", tags="[Sea]")
    site.remove("content/1.md")
    site.build()
    files, folders, size = actual(site)
    assert (foreseen[1].files, foreseen[1].folders) == (files, folders)
    assert abs(foreseen[1].size - size) < size / 200


def test_what_is_over_is_noted_and_the_site_is_built(site: ScratchSite) -> None:
    report = site.build()
    assert [note.partition(",")[0] for note in report.notes] == [
        "Tiny Pages takes 20 files",
        "Tiny Pages takes 0.0001 GB",
    ]
    assert report.written > 100
    assert site.build().notes == report.notes  # also where nothing is to be done


def test_a_build_stops_before_anything_is_written_if_that_is_asked_for(site: ScratchSite) -> None:
    site.write("site.yaml", SETTINGS + "host_limits: stop\n")
    with pytest.raises(BuildStopped, match=r"^Tiny Pages takes 20 files, and this site has [0-9]+ — "):
        site.build()
    assert not site.output.exists()
    assert not (site.root / ".backissue/sample").exists()


def test_what_fits_is_not_spoken_of(site: ScratchSite, host: dict[str, Host]) -> None:
    host["tiny"] = Host("Tiny Pages", files=100_000, size=10**9)
    assert site.build().notes == ()
