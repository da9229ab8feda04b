"""Waiting for what another process or thread is about to do, on however busy a machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE_SECONDS = 300.0
"""Ends a test that would hang for ever. Nothing that works takes as long, so no test depends on the machine's speed."""

T = TypeVar("T")


def wait_until(
    condition: Callable[[], T], what: str, problem: Callable[[], str | None] = lambda: None, pause: float = 0.05
) -> T:
    """Return what `condition` returns, once that is true.

    `what` is awaited, in words; `problem` tells why it can no longer come, such as a process that ended.

    Raises:
        AssertionError: there is a problem, or it did not come within `PATIENCE_SECONDS`.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while not (value := condition()):
        cause = problem()
        assert cause is None, f"{what} cannot come: {cause}"
        assert time.monotonic() < end, f"{what} did not come within {PATIENCE_SECONDS:.0f} s"
        time.sleep(pause)
    return value
