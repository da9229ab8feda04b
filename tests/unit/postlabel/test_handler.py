"""The Lambda entry point."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tracemark.errors import InvalidConfiguration, InvalidEvent, ObjectMissing
from tracemark_postlabel import wiring
from tracemark_postlabel.consolidation.ensemble import Ensemble
from tracemark_postlabel.handler import handle
from tracemark_postlabel.settings import Settings

if TYPE_CHECKING:
    from unit.postlabel.conftest import Files, Stored


@pytest.fixture(autouse=True)
def wired(stored: Stored, payload_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = {"workerId": "", "annotationData": {"content": '{"Weld": {"label": "Good Weld"}}'}}
    payload = json.dumps([{"datasetObjectId": "4", "annotations": [answered]}]).encode()
    files: Files = {payload_uri: payload}
    monkeypatch.setattr(wiring, "store", lambda: stored(files))
    monkeypatch.setattr(wiring, "settings", Settings)


def test_the_answer_is_what_ground_truth_reads(payload_uri: str) -> None:
    event = {"labelAttributeName": "Job", "payload": {"s3Uri": payload_uri}}

    answer = handle(event, None)

    figures = {"confidence": 0.0, "margin": 1.0, "agreement": 0.0, "method": "majority", "workers": 1}
    content = {"Weld": "Good Weld", "votes": {"Good Weld": 1}, **figures}
    assert answer == [{"datasetObjectId": "4", "consolidatedAnnotation": {"content": {"Job": content}}}]


def test_a_call_can_be_repeated(payload_uri: str) -> None:
    event = {"labelAttributeName": "Job", "payload": {"s3Uri": payload_uri}}
    first = handle(event, None)

    second = handle(event, None)

    assert second == first


def test_an_unknown_event_raises() -> None:
    event = {"labelAttributeName": "Job"}

    with pytest.raises(InvalidEvent) as caught:
        handle(event, None)

    assert "key 'payload' is missing" in str(caught.value)


def test_a_failed_call_logs_one_line_that_says_it_all(caplog: pytest.LogCaptureFixture) -> None:
    event = {"labelAttributeName": "Job", "payload": {"s3Uri": "s3://weld-bucket/gone.json"}}

    with pytest.raises(ObjectMissing):
        handle(event, None)

    logged = [(record.message, vars(record)["error"], vars(record)["cause"]) for record in caplog.records]
    cause = "s3://weld-bucket/gone.json: there is no such object"
    assert logged == [("payload not consolidated", "ObjectMissing", cause)]


def test_a_wrong_variable_fails_the_call(payload_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    event = {"labelAttributeName": "Job", "payload": {"s3Uri": payload_uri}}
    monkeypatch.setattr(wiring, "settings", lambda: Settings.parse({"MAX_ANSWER_BYTES": "many"}))

    with pytest.raises(InvalidConfiguration) as caught:
        handle(event, None)

    assert "MAX_ANSWER_BYTES" in str(caught.value)


def test_the_ensemble_is_the_policy() -> None:
    expected = Ensemble()

    policy = wiring.policy()

    assert policy == expected
