"""Deadlines on a clock that the test moves."""

from __future__ import annotations

import pytest

from tracemark.deadline import Deadline
from tracemark.errors import DeadlineExceeded


class Clock:
    """A monotonic clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("tracemark.deadline.time", clock)
    return clock


def test_time_runs_out(clock: Clock) -> None:
    end = Deadline.after(10)
    clock.now += 4

    assert end.left() == 6


def test_a_deadline_that_has_passed_leaves_less_than_nothing(clock: Clock) -> None:
    end = Deadline.after(10)
    clock.now += 15

    assert end.left() == -5


def test_exactly_enough_time_is_enough(clock: Clock) -> None:
    end = Deadline.after(2)

    end.require(2, "draw the charts")

    assert end.left() == 2


def test_too_little_time_is_refused_with_what_it_was_for(clock: Clock) -> None:
    end = Deadline.after(1.5)

    with pytest.raises(
        DeadlineExceeded, match=r"^1\.5 s are left, too few to draw the charts; expected at least 2\.0 s"
    ):
        end.require(2, "draw the charts")


def test_no_negative_time_is_reported(clock: Clock) -> None:
    end = Deadline.after(-3)

    with pytest.raises(DeadlineExceeded, match=r"^0\.0 s are left"):
        end.require(1, "write")
