"""Batches of plot requests: their JSON both ways, and what is refused."""

from __future__ import annotations

import json

import pytest

from tracemark.contract.plot_batch import (
    MAX_REQUESTS,
    ManifestLine,
    PlotBatch,
    PlotBatchResult,
    PlotFailure,
    parse_plot_event,
)
from tracemark.contract.plots import PlotRequest, PlotResult
from tracemark.document import Json, Node
from tracemark.errors import DeadlineExceeded, InvalidDocument, InvalidLog
from tracemark.profile.shipped import ShippedProfile
from tracemark.storage.s3uri import S3Prefix, S3Uri

DOCUMENT = S3Uri("welds", "dataset/1.json")
LINE: dict[str, Json] = {"source": str(DOCUMENT), "id": 7}
REQUEST = PlotRequest(S3Uri("welds", "sensor_data/weld.1.csv"), S3Prefix("welds", "plots/"))
ROBOTIC = ShippedProfile("robotic-weld")


def node(value: Json) -> Node:
    return Node(json.loads(json.dumps(value)), "plot request")


@pytest.mark.parametrize("line", [LINE, {"source-ref": str(DOCUMENT)}, {"source-ref": "s3://a/b", **LINE}])
def test_a_line_of_a_manifest_is_an_order(line: Json) -> None:
    assert parse_plot_event(node(line)) == ManifestLine(DOCUMENT)


def test_a_plot_request_is_an_order_also_beside_a_source() -> None:
    event = {**REQUEST.to_json(), "source": "s3://welds/dataset/1.json"}

    assert parse_plot_event(node(event)) == REQUEST


@pytest.mark.parametrize("name", ["requests", "Items"])
def test_a_list_of_orders_is_a_batch(name: str) -> None:
    assert parse_plot_event(node({name: [LINE, REQUEST.to_json()]})) == PlotBatch((ManifestLine(DOCUMENT), REQUEST))


def test_a_batch_travels_as_it_is_read() -> None:
    batch = PlotBatch((ManifestLine(DOCUMENT), REQUEST, PlotFailure("InvalidUri", "line 3: it is none")))

    again = PlotBatch.parse(node(PlotBatch(batch.orders[:2]).to_json()))

    assert again.orders == batch.orders[:2]


def test_the_profile_of_a_batch_holds_where_an_order_names_none() -> None:
    own = PlotRequest(REQUEST.sensor_data, REQUEST.destination, S3Uri("welds", "own.yaml"))

    batch = PlotBatch.parse(node(PlotBatch((ManifestLine(DOCUMENT), own)).to_json(ROBOTIC)))

    assert batch.orders == (ManifestLine(DOCUMENT, ROBOTIC), own)


@pytest.mark.parametrize("request_", [None, 7, {}, {"source": "weld.json"}, {"sensor_data": {"s3Path": "s3://a/b"}}])
def test_a_request_that_is_none_leaves_the_others_as_they_are(request_: Json) -> None:
    first, second, third = PlotBatch.parse(node({"requests": [LINE, request_, LINE]})).orders

    assert (first, third) == (ManifestLine(DOCUMENT), ManifestLine(DOCUMENT))
    assert isinstance(second, PlotFailure)
    assert "requests[1]" in second.message


@pytest.mark.parametrize(
    ("event", "named"),
    [
        ({"requests": []}, "0 requests"),
        ({"requests": [LINE] * (MAX_REQUESTS + 1)}, "101 requests"),
        ({"requests": LINE}, "requests"),
        ({"requests": [LINE], "Items": [LINE]}, "both 'requests' and 'Items'"),
        ({"requests": [LINE], "profile": {"name": "none such"}}, "none such"),
    ],
)
def test_a_batch_that_cannot_be_one_is_refused_whole(event: Json, named: str) -> None:
    with pytest.raises(InvalidDocument, match=named):
        parse_plot_event(node(event))


def test_results_travel_as_they_are_read() -> None:
    results = PlotBatchResult((PlotResult((), rendered=True), PlotFailure("InvalidLog", "s3://a/b: it is empty")))

    assert PlotBatchResult.parse(node(dict(results.to_json()))) == results


def test_the_largest_answer_fits_into_lambda_s() -> None:
    longest = PlotFailure.of(InvalidLog("x" * 10_000, place="s3://welds/" + "k" * 1_024))

    answer = PlotBatchResult((longest,) * MAX_REQUESTS).to_json()

    assert len(json.dumps(answer)) < 6 * 1024 * 1024


@pytest.mark.parametrize(("error", "expected"), [(DeadlineExceeded("late"), True), (InvalidLog("empty"), False)])
def test_a_failure_for_want_of_time_is_told_from_others(error: DeadlineExceeded | InvalidLog, expected: bool) -> None:
    assert PlotFailure.of(error).is_out_of_time is expected
