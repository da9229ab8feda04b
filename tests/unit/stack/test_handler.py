"""The Lambda entry point: whatever happens, CloudFormation is answered."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.fakes import FakeContext

from tracemark.deadline import Deadline
from tracemark.errors import InvalidDocument, TracemarkError
from tracemark_stack import wiring
from tracemark_stack.answer import Done
from tracemark_stack.errors import AnswerNotDelivered, BucketNotEmpty
from tracemark_stack.handler import handle
from tracemark_stack.request import StackRequest


@dataclass
class Recorder:
    """Takes requests for the content and answers for CloudFormation."""

    outcome: Done | Exception = field(default_factory=Done)
    status: int = 200
    requests: list[StackRequest] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)

    def follow(self, request: StackRequest, deadline: Deadline) -> Done:
        self.requests.append(request)
        assert deadline.left() < 30
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def request(self, method: str, url: str, *, body: bytes, **_: Any) -> Any:
        self.answers.append((method, url, json.loads(body)))
        return SimpleNamespace(status=self.status)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    made = Recorder()
    monkeypatch.setattr(wiring, "content", lambda: made)
    monkeypatch.setattr(wiring, "http", lambda: made)
    return made


def test_a_request_is_carried_out_and_answered(recorder: Recorder, event: dict[str, Any]) -> None:
    handle(event, FakeContext())

    ((method, url, answer),) = recorder.answers
    assert (method, url) == ("PUT", event["ResponseURL"])
    assert answer["Status"] == "SUCCESS"
    assert len(recorder.requests) == 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (BucketNotEmpty("time ran out: 12 objects left", remedy="delete again"), "time ran out: 12 objects left"),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError; see the log"),
    ],
)
def test_a_failure_is_answered_with_its_reason(
    recorder: Recorder, event: dict[str, Any], error: TracemarkError | Exception, reason: str
) -> None:
    recorder.outcome = error

    handle(event, FakeContext())

    ((_, _, answer),) = recorder.answers
    assert answer["Status"] == "FAILED"
    assert reason in answer["Reason"]


def test_a_request_with_unknown_properties_is_answered(recorder: Recorder, event: dict[str, Any]) -> None:
    event["ResourceProperties"]["KeepData"] = "perhaps"

    handle(event, FakeContext())

    ((_, _, answer),) = recorder.answers
    assert answer["Status"] == "FAILED"
    assert "KeepData" in answer["Reason"]
    assert recorder.requests == []


def test_an_answer_that_is_not_taken_raises_so_that_lambda_calls_again(
    recorder: Recorder, event: dict[str, Any]
) -> None:
    recorder.status = 403

    with pytest.raises(AnswerNotDelivered):
        handle(event, FakeContext())


def test_a_call_that_is_not_from_cloudformation_is_refused(recorder: Recorder) -> None:
    with pytest.raises(InvalidDocument, match="ResponseURL"):
        handle({"labelAttributeName": "Job"}, FakeContext())

    assert recorder.requests == []


def test_the_signed_url_is_not_logged(
    recorder: Recorder, event: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    recorder.outcome = BucketNotEmpty("time ran out")

    handle(event, FakeContext())

    assert caplog.records
    assert "signed" not in " ".join(str(record.__dict__) for record in caplog.records)


def test_the_function_of_a_process_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    wiring.content.cache_clear()

    assert wiring.content() is wiring.content()
    assert wiring.content().samples == Path("/opt/sample-data")
    assert wiring.http() is wiring.http()
    wiring.content.cache_clear()
