"""The same bytes from a Dask cluster of two worker processes; a worker that dies costs nothing."""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from pathlib import Path

import pytest
from tests.scratch import ScratchSite, differences

from backissue.errors import BuildStopped

distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")


@pytest.fixture(scope="module")
def cluster():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cluster = distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, scheduler_port=0
        )
        yield cluster
        cluster.close()


def test_a_cluster_gives_the_same_bytes(cluster, tmp_path: Path) -> None:
    site = ScratchSite(tmp_path / "site")
    for number in range(120):
        site.put(f"{number}.md", f"Title {number}", date=f"19{number % 60 + 10}-02-01", tags=f"[T{number % 7}]")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = site.build(scheduler=cluster.scheduler_address)
    assert report.articles == 120
    assert not differences(site.tree(), site.clean_tree(tmp_path / "clean"))


def test_a_worker_that_dies_costs_nothing(cluster, tmp_path: Path) -> None:
    site = ScratchSite(tmp_path / "site")
    for number in range(400):
        site.put(f"{number}.md", f"Title {number}", "Text. " * 200, date=f"19{number % 60 + 10}-02-01")
    victim = next(iter(cluster.workers.values())).pid

    def kill() -> None:
        time.sleep(0.4)
        os.kill(victim, signal.SIGKILL)

    threading.Thread(target=kill, daemon=True).start()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        site.build(scheduler=cluster.scheduler_address)
    assert not differences(site.tree(), site.clean_tree(tmp_path / "clean"))


def test_no_scheduler_is_one_line(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path)
    site.put("a.md")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(BuildStopped, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
            site.build(scheduler="tcp://127.0.0.1:9")
