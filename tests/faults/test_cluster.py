"""The same bytes from a Dask cluster of two worker processes; a worker that dies costs nothing."""

from __future__ import annotations

import gc
import os
import signal
import warnings
from pathlib import Path

import pytest
from tests.scratch import NOW, ScratchSite, differences

from backissue.building import Options
from backissue.errors import BuildStopped
from backissue.pipeline import build

dask = pytest.importorskip("dask", reason="the extra dask is not installed")
distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")


@pytest.fixture(scope="module")
def cluster():
    # On a machine with much else to do its processes may take long to start, to answer and to end.
    patient = {f"distributed.comm.timeouts.{what}": "120s" for what in ("connect", "tcp")}
    with warnings.catch_warnings(), dask.config.set(patient):
        warnings.simplefilter("ignore")
        cluster = distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, scheduler_port=0, memory_limit=0
        )
        yield cluster
        cluster.close(timeout=120)
        del cluster
        gc.collect()  # what it left open is told now, to nobody, and not in another test


def test_a_cluster_gives_the_same_bytes(cluster, tmp_path: Path) -> None:
    site = ScratchSite(tmp_path / "site")
    for number in range(120):
        site.put(f"{number}.md", f"Title {number}", date=f"19{number % 60 + 10}-02-01", tags=f"[T{number % 7}]")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = site.build(scheduler=cluster.scheduler_address)
    assert report.articles == 120
    assert not differences(site.tree(), site.clean_tree(tmp_path / "clean"))


def test_workers_need_not_be_in_our_folder(cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "site").mkdir()
    monkeypatch.chdir(tmp_path / "site")
    site = ScratchSite(Path())
    site.put("a.md", "First", date="1953-02-01")
    for title in ("Second", "Third"):  # into a new folder, then into one that is there
        site.put("b.md", title, date="1953-02-02", slug="b")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            site.build(scheduler=cluster.scheduler_address)
        assert title in site.page("1953/02/b.html")
    assert not differences(site.tree(), site.clean_tree(tmp_path / "clean"))


def test_a_worker_that_dies_costs_nothing(cluster, tmp_path: Path) -> None:
    site = ScratchSite(tmp_path / "site")
    for number in range(400):
        site.put(f"{number}.md", f"Title {number}", "Text. " * 200, date=f"19{number % 60 + 10}-02-01")
    victims = [next(iter(cluster.workers.values())).pid]

    def kill(_step: str, done: int, _total: int) -> None:
        if done and victims:  # some of the work is done, and more is under way
            os.kill(victims.pop(), signal.SIGKILL)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        build(Options(root=site.root, scheduler=cluster.scheduler_address), kill, NOW)
    assert not victims
    assert not differences(site.tree(), site.clean_tree(tmp_path / "clean"))


def test_no_scheduler_is_one_line(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path)
    site.put("a.md")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(BuildStopped, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
            site.build(scheduler="tcp://127.0.0.1:9")
