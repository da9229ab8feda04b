"""The plotter that is another Lambda function."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from tracemark.contract.plot_batch import ManifestLine, PlotBatch, PlotFailure
from tracemark.contract.plots import PlotRequest
from tracemark.deadline import Deadline
from tracemark.errors import DeadlineExceeded, FunctionFailed, InvalidLog
from tracemark.profile.shipped import ShippedProfile
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_prelabel.plotting_function import PlottingFunction

REQUEST = PlotRequest(S3Uri("welds", "sensor_data/weld.1.csv"), S3Prefix("welds", "plots/"))
DRAWN = {
    "plots": [{"key": "current", "title": "Current", "unit": "A", "file": "s3://welds/plots/weld.1.csv-current.png"}],
    "rendered": True,
}


@dataclass
class FakeLambda:
    """The one method of a boto3 Lambda client that is used."""

    body: bytes
    more: dict[str, Any] = field(default_factory=dict)
    payloads: list[bytes] = field(default_factory=list)

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        self.payloads.append(Payload)
        return {"StatusCode": 200, "Payload": io.BytesIO(self.body), **self.more}


def test_the_answer_of_the_function_is_the_result() -> None:
    plotter = PlottingFunction(FakeLambda(json.dumps(DRAWN).encode()), "plotting")

    found = plotter.plot(REQUEST, Deadline.after(30))

    assert found.to_json() == DRAWN


def test_the_request_travels_as_the_function_reads_it() -> None:
    client = FakeLambda(json.dumps(DRAWN).encode())

    PlottingFunction(client, "plotting").plot(REQUEST, Deadline.after(30))

    assert json.loads(client.payloads[0]) == REQUEST.to_json()


def test_a_data_error_of_the_function_stays_a_data_error() -> None:
    body = json.dumps({"errorType": "InvalidLog", "errorMessage": "s3://welds/x: the log is empty"}).encode()

    with pytest.raises(InvalidLog, match="the log is empty"):
        PlottingFunction(FakeLambda(body, {"FunctionError": "Unhandled"}), "plotting").plot(REQUEST, Deadline.after(30))


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"errorType": "RenderFailed", "errorMessage": "the browser died"}).encode(),
        b"Task timed out after 3.00 seconds",
        b"{}",
        b'{"plots": 7, "rendered": true}',
        b"[]",
        b"",
    ],
)
def test_any_other_failure_names_the_function(body: bytes) -> None:
    with pytest.raises(FunctionFailed, match=r"^plotting: "):
        PlottingFunction(FakeLambda(body), "plotting").plot(REQUEST, Deadline.after(30))


def test_a_function_that_cannot_be_reached_is_named() -> None:
    class Unreachable:
        def invoke(self, **_: object) -> None:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    with pytest.raises(FunctionFailed, match="plotting"):
        PlottingFunction(Unreachable(), "plotting").plot(REQUEST, Deadline.after(30))


def test_nothing_is_invoked_when_no_time_is_left() -> None:
    client = FakeLambda(b"{}")

    with pytest.raises(DeadlineExceeded):
        PlottingFunction(client, "plotting").plot(REQUEST, Deadline.after(0.1))

    assert client.payloads == []


# Batches

BATCH = PlotBatch((REQUEST, ManifestLine(S3Uri("welds", "dataset/1.json"))))
FAILED = {"error": {"type": "InvalidLog", "message": "s3://welds/x: the log is empty"}}


def test_the_results_of_a_batch_are_those_of_the_function() -> None:
    client = FakeLambda(json.dumps({"results": [DRAWN, FAILED]}).encode())

    drawn, failed = PlottingFunction(client, "plotting").plot_all(BATCH, Deadline.after(30))

    assert drawn.to_json() == DRAWN
    assert failed == PlotFailure("InvalidLog", "s3://welds/x: the log is empty")


def test_a_batch_travels_with_the_profile_of_the_caller() -> None:
    client = FakeLambda(json.dumps({"results": [DRAWN, DRAWN]}).encode())

    PlottingFunction(client, "plotting", ShippedProfile("robotic-weld")).plot_all(BATCH, Deadline.after(30))

    assert json.loads(client.payloads[0]) == {
        "requests": [REQUEST.to_json(), {"source": "s3://welds/dataset/1.json"}],
        "profile": {"name": "robotic-weld"},
    }


def test_fewer_results_than_requests_are_a_failure() -> None:
    client = FakeLambda(json.dumps({"results": [DRAWN]}).encode())

    with pytest.raises(FunctionFailed, match="2 requests with 1 results"):
        PlottingFunction(client, "plotting").plot_all(BATCH, Deadline.after(30))
