"""How progress is told: a bar on a terminal, now and then a line elsewhere, nothing when it is to be quiet."""

from __future__ import annotations

import io

import pytest

from backissue import terminal
from backissue.terminal import Teller


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands where its one item says."""
    now = [1000.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: now[0])
    return now


def test_a_bar_on_a_terminal(clock: list[float]) -> None:
    stream = Terminal()
    teller = Teller(stream=stream)
    teller.step("reading", 7, 28)
    assert stream.getvalue() == "\r\x1b[Kreading [" + "█" * 7 + "·" * 21 + "] 7 of 28"
    teller.clear()
    assert stream.getvalue().endswith("\r\x1b[K")
    length = len(stream.getvalue())
    teller.clear()
    assert len(stream.getvalue()) == length


def test_what_people_count_is_told_in_place_of_the_numbers(clock: list[float]) -> None:
    stream = Terminal()
    Teller(stream=stream).step("importing", 7, 28, "3 records, 25 %")
    assert stream.getvalue() == "\r\x1b[Kimporting [" + "█" * 7 + "·" * 21 + "] 3 records, 25 %"


def test_a_bar_moves_at_most_ten_times_a_second(clock: list[float]) -> None:
    stream = Terminal()
    teller = Teller(stream=stream)
    for done in range(100):
        teller.step("rendering", done, 100)
        clock[0] += 0.01
    assert 9 <= stream.getvalue().count("\r") <= 11


def test_a_total_that_is_not_known(clock: list[float]) -> None:
    stream = Terminal()
    Teller(stream=stream).step("rendering", 12_345, 0)
    assert stream.getvalue() == "\r\x1b[Krendering 12,345"


def test_lines_elsewhere_and_only_of_what_takes_long(clock: list[float]) -> None:
    stream = io.StringIO()
    teller = Teller(stream=stream)
    teller.step("reading", 1, 2)
    clock[0] += 29
    teller.step("reading", 2, 2)
    teller.step("rendering", 10, 5000)
    assert stream.getvalue() == ""
    clock[0] += 31
    teller.step("rendering", 2500, 5000)
    clock[0] += 5
    teller.step("rendering", 2600, 5000)
    teller.clear()
    assert stream.getvalue() == "rendering: 2,500 of 5,000\n"


def test_quiet(clock: list[float]) -> None:
    stream = Terminal()
    teller = Teller(quiet=True, stream=stream)
    teller.step("reading", 1, 2)
    teller.clear()
    assert stream.getvalue() == ""
