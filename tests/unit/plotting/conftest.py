"""Traces made by hand, and readers of what charts draw."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tracemark.contract.plots import ImageFormat
from tracemark.deadline import Deadline
from tracemark.errors import TracemarkError
from tracemark.profile.sensor_profile import Channel
from tracemark_plotting.page import Figure
from tracemark_plotting.trace import ChannelTrace, Trace

Values = npt.NDArray[np.float64]
MadeTrace = Callable[..., Trace]


@pytest.fixture
def trace_of() -> MadeTrace:
    """Make a trace of one channel per list of values."""

    def make(time: Any, *values: Any, title: str = "Current", unit: str = "", time_title: str = "Time (ms)") -> Trace:
        channels = tuple(
            ChannelTrace(Channel(f"c{index}", index + 1, title, unit, f"c{index}"), np.asarray(each, dtype=np.float64))
            for index, each in enumerate(values)
        )
        return Trace(np.asarray(time, dtype=np.float64), time_title, channels, reordered=False, repeated=0)

    return make


@pytest.fixture
def drawn() -> Callable[[Figure, int], tuple[Values, Values]]:
    """Give x and y of one of a figure's lines, decoded from Plotly's typed arrays."""

    def decode(array: dict[str, str]) -> Values:
        return np.frombuffer(base64.b64decode(array["bdata"]), dtype=array["dtype"])

    def read(figure: Figure, line: int = 0) -> tuple[Values, Values]:
        return decode(figure["data"][line]["x"]), decode(figure["data"][line]["y"])

    return read


@dataclass
class FakeRenderer:
    """A `Renderer` that draws nothing: the image of a figure is its title, and it may fail, or take `seconds`."""

    clock: FakeClock
    fails_with: TracemarkError | None = None
    seconds: float = 0.0
    drawn: list[list[str]] = field(default_factory=list)

    def render(self, figures: Sequence[Figure], image_format: ImageFormat, deadline: Deadline) -> list[bytes]:
        titles = [figure["layout"]["title"]["text"] for figure in figures]
        self.drawn.append(titles)
        self.clock.now += self.seconds
        if self.fails_with:
            raise self.fails_with
        return [f"{image_format.value} of {title}".encode() for title in titles]


@dataclass
class FakeClock:
    """A monotonic clock that moves when it is told to."""

    now: float = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    clock = FakeClock()
    monkeypatch.setattr("tracemark.deadline.time", clock)
    return clock


@pytest.fixture
def renderer(clock: FakeClock) -> FakeRenderer:
    return FakeRenderer(clock)
