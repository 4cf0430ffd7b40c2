"""The table of bands on disk: the same pairs in one pass and in many, and groups that pairs hold together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backissue.importing.bandfiles import BandFiles, Pairs
from backissue.importing.stories import BANDS, CROWD, candidates


@pytest.mark.parametrize("rows_in_pass", [700, 1000, 10_000])
def test_pairs_on_disk_are_those_in_memory(tmp_path: Path, rows_in_pass: int) -> None:
    table = np.random.default_rng(1).integers(0, 3000, (5000, BANDS)).astype("<u4")
    table[100 : 100 + 2 * CROWD, 3] = 9999
    asked = np.zeros(len(table), dtype=bool)
    asked[::9] = True
    with BandFiles(tmp_path, rows_in_pass) as files:
        for row in table:
            files.add(row.tobytes())
        for _ in range(2):
            found = {tuple(pair) for some in files.candidates(asked) for pair in some.tolist()}
            assert found == {tuple(pair) for pair in candidates(table, np.flatnonzero(asked)).tolist()}


def test_an_empty_table_has_no_pairs(tmp_path: Path) -> None:
    with BandFiles(tmp_path) as files:
        assert [len(some) for some in files.candidates(np.zeros(0, dtype=bool))] == []


def test_pairs_are_kept_once_with_their_share(tmp_path: Path) -> None:
    with Pairs(tmp_path) as pairs:
        pairs.add([(1, 2), (2, 3), (5, 6)])
        pairs.set_share((1, 2), 0.9)
        pairs.add([(1, 2), (0, 9)])
        assert list(pairs.unknown()) == [[(0, 9), (2, 3), (5, 6)]]
        assert (pairs.share((1, 2)), pairs.share((2, 3)), pairs.share((7, 8))) == (0.9, None, None)


def test_groups_are_what_likeness_holds_together(tmp_path: Path) -> None:
    with Pairs(tmp_path) as pairs:
        for pair, share in {(1, 2): 0.9, (2, 7): 0.8, (4, 5): 1.0, (5, 7): 0.7}.items():
            pairs.set_share(pair, share)
        assert sorted(pairs.clusters(9, 0.8)) == [[1, 2, 7], [4, 5]]
        pairs.tell({2: 1, 7: 1}.items())
        assert [pairs.told(number) for number in (1, 2, 7)] == [None, 1, 1]
