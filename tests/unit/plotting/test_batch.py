"""Drawing what a call orders: documents are followed, failures stay their own matter, time is not overdrawn."""

from __future__ import annotations

import json

import pytest
from support.fakes import FakePlotter, MemoryObjects

from tracemark.contract.plot_batch import ManifestLine, PlotBatch, PlotFailure
from tracemark.contract.plots import PlotRequest, PlotResult
from tracemark.deadline import Deadline
from tracemark.errors import DeadlineExceeded, InvalidLog, ObjectMissing
from tracemark.profile.shipped import ShippedProfile
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_plotting.batch import OrderPlotter

PLOTS = S3Prefix("welds", "plots/")
ROBOTIC = ShippedProfile("robotic-weld")


def document(number: int) -> S3Uri:
    return S3Uri("welds", f"dataset/{number}.json")


def log(number: int) -> S3Uri:
    return S3Uri("welds", f"sensor_data/weld.{number}.csv")


@pytest.fixture
def store() -> MemoryObjects:
    """Three dataset documents; the last names a profile of its own."""
    store = MemoryObjects()
    for number in (1, 2, 3):
        item = {"sensor_data": {"s3Path": str(log(number))}, "image": {"s3Path": "s3://welds/images/a.png"}}
        own = {"profile": {"s3Path": "s3://welds/own.yaml"}} if number == 3 else {}
        store.put(str(document(number)), json.dumps(item | own).encode())
    return store


def batch_of(*numbers: int) -> PlotBatch:
    return PlotBatch(tuple(ManifestLine(document(number)) for number in numbers))


def test_a_manifest_line_orders_the_log_of_its_document(store: MemoryObjects) -> None:
    plotter = FakePlotter()

    OrderPlotter(store, plotter).plot(ManifestLine(document(1)), Deadline.after(60))

    assert plotter.requests == [PlotRequest(log(1), PLOTS)]


def test_the_trace_file_of_a_log_is_named(store: MemoryObjects) -> None:
    trace = S3Uri("welds", "plots/a.csv.zarr.zip")
    plotter = OrderPlotter(store, FakePlotter(trace=trace))

    assert plotter.plot(PlotRequest(log(1), PLOTS), Deadline.after(60)).trace == trace
    assert plotter.plot(ManifestLine(document(1)), Deadline.after(60)).trace == trace


def test_the_profile_of_a_line_holds_where_its_document_names_none(store: MemoryObjects) -> None:
    plotter = FakePlotter()
    batch = PlotBatch((ManifestLine(document(1), ROBOTIC), ManifestLine(document(3), ROBOTIC)))

    OrderPlotter(store, plotter).plot_all(batch, Deadline.after(60))

    assert [request.profile for request in plotter.requests] == [ROBOTIC, S3Uri("welds", "own.yaml")]


def test_results_come_in_the_order_of_the_requests(store: MemoryObjects) -> None:
    results = OrderPlotter(store, FakePlotter()).plot_all(batch_of(2, 1), Deadline.after(60)).results

    drawn = [result.plots[0].file.key for result in results if isinstance(result, PlotResult)]
    assert drawn == ["plots/weld.2.csv-electrode_pos.png", "plots/weld.1.csv-electrode_pos.png"]


def test_a_document_that_is_missing_leaves_the_others_as_they_are(store: MemoryObjects) -> None:
    first, second, third = OrderPlotter(store, FakePlotter()).plot_all(batch_of(1, 9, 2), Deadline.after(60))

    assert isinstance(first, PlotResult)
    assert isinstance(second, PlotFailure)
    assert isinstance(third, PlotResult)
    assert (second.error, "dataset/9.json" in second.message) == (ObjectMissing.__name__, True)


def test_a_log_that_cannot_be_drawn_is_the_failure_of_its_order(store: MemoryObjects) -> None:
    plotter = FakePlotter(fails_with=InvalidLog("the log is empty", place=str(log(1))))

    results = OrderPlotter(store, plotter).plot_all(batch_of(1), Deadline.after(60)).results

    assert results == (PlotFailure("InvalidLog", f"{log(1)}: the log is empty"),)


def test_a_request_that_was_none_is_answered_with_its_failure(store: MemoryObjects) -> None:
    none = PlotFailure("InvalidUri", "requests[0]: it is none")

    results = OrderPlotter(store, FakePlotter()).plot_all(PlotBatch((none,)), Deadline.after(60)).results

    assert results == (none,)


def test_a_log_is_not_begun_without_time_for_it(store: MemoryObjects) -> None:
    plotter = FakePlotter()

    results = OrderPlotter(store, plotter).plot_all(batch_of(1, 2), Deadline.after(1)).results

    assert [isinstance(result, PlotFailure) and result.is_out_of_time for result in results] == [True, True]
    assert plotter.requests == []


def test_after_a_log_that_took_all_the_time_none_is_begun(store: MemoryObjects) -> None:
    plotter = FakePlotter(fails_with=DeadlineExceeded("0.0 s are left"))

    OrderPlotter(store, plotter).plot_all(batch_of(1, 2, 3), Deadline.after(60))

    assert len(plotter.requests) == 1
