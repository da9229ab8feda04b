"""The plotting function's contract: its events and its answers, key for key."""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from support.fakes import FakeContext, MemoryObjects

from tracemark.contract.plots import PlotRequest, PlotResult
from tracemark.deadline import Deadline
from tracemark.document import Json
from tracemark.errors import DataError, InvalidLog, ObjectMissing, data_error
from tracemark_plotting.batch import OrderPlotter
from tracemark_plotting.handler import handle

Golden = Callable[[str], Json]
Invoked = Callable[[Json], Json]


@pytest.mark.parametrize("variant", ["", "-robotic-svg", "-own-profile", "-line", "-batch"])
def test_the_answer_to_a_golden_event_is_the_golden_answer(golden: Golden, invoked: Invoked, variant: str) -> None:
    answer = invoked(golden(f"event{variant}"))

    assert answer == golden(f"answer{variant}")


def test_a_repeated_event_has_the_same_answer_but_that_nothing_was_drawn(golden: Golden, invoked: Invoked) -> None:
    invoked(golden("event"))

    answer = invoked(golden("event"))

    assert answer == {**golden("answer"), "rendered": False}


def test_every_file_of_the_answer_was_written(golden: Golden, invoked: Invoked, store: MemoryObjects) -> None:
    answer = invoked(golden("event"))

    written = {str(uri) for uri in store.objects}
    assert {plot["file"] for plot in answer["plots"]} <= written


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        {},
        {"sensor_data": {"s3Path": "s3://weld-bucket/a.csv"}},
        {"sensor_data": {"s3Path": "a.csv"}, "destination": {"s3Path": "s3://weld-bucket/plots"}},
        {
            "sensor_data": {"s3Path": "s3://weld-bucket/a.csv"},
            "destination": {"s3Path": "s3://weld-bucket/"},
            "profile": {"name": "x"},
        },
    ],
)
def test_an_event_that_is_none_is_refused_as_such(invoked: Invoked, event: Json) -> None:
    with pytest.raises(DataError, match="plot request"):
        invoked(event)


def test_an_error_can_be_made_again_from_what_lambda_reports(
    golden: Golden, invoked: Invoked, store: MemoryObjects
) -> None:
    store.put("s3://weld-bucket/sensor_data/a/weld.1.csv", b"0,1\n1,x\n")

    with pytest.raises(InvalidLog) as raised:
        invoked(golden("event-own-profile"))

    again = data_error(type(raised.value).__name__, str(raised.value))
    assert (type(again), str(again)) == (InvalidLog, str(raised.value))


def test_an_error_is_logged_as_one_complete_line(
    golden: Golden, invoked: Invoked, store: MemoryObjects, caplog: pytest.LogCaptureFixture
) -> None:
    event = golden("event")
    event["sensor_data"]["s3Path"] = "s3://weld-bucket/missing.csv"

    with caplog.at_level(logging.ERROR), pytest.raises(ObjectMissing):
        invoked(event)

    (record,) = caplog.records
    assert (record.getMessage(), vars(record)["error"], vars(record)["cause"]) == (
        "log not drawn",
        "ObjectMissing",
        "s3://weld-bucket/missing.csv: there is no such object",
    )


class WatchingPlotter:
    """A `Plotter` that keeps how many seconds it was left."""

    def __init__(self) -> None:
        self.left: list[float] = []

    def plot(self, request: PlotRequest, deadline: Deadline) -> PlotResult:
        self.left.append(deadline.left())
        return PlotResult((), rendered=False)


def test_the_deadline_is_the_invocation_s_remaining_time_less_a_second(
    golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    plotter = WatchingPlotter()
    monkeypatch.setattr("tracemark_plotting.wiring.orders", lambda: OrderPlotter(MemoryObjects(), plotter))
    monkeypatch.setattr("tracemark.deadline.time", SimpleNamespace(monotonic=lambda: 1_000.0))

    handle(golden("event"), FakeContext())

    assert plotter.left == [29.0]
