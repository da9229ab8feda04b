"""Whether a rendering asked what time it is: such a page is another one a moment later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

VARIABLES = ("now", "today")
"""The variables by which Liquid tells the time."""


@dataclass
class Clock:
    """Whether it was `read`."""

    read: bool = False


_current: ContextVar[Clock | None] = ContextVar("tracemark_template_clock", default=None)


@contextmanager
def watched_clock() -> Iterator[Clock]:
    """Yield a clock that knows afterwards whether a rendering in the block may have read it."""
    clock = Clock()
    token = _current.set(clock)
    try:
        yield clock
    finally:
        _current.reset(token)


def note_reading() -> None:
    """Say that the rendering may have read the clock."""
    if clock := _current.get():
        clock.read = True
