"""What a message of the queue brings, and how a repeated object is known."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tracemark.errors import DataError
from tracemark_groundtruth.job.arrival import KEY_ATTRIBUTE
from tracemark_groundtruth.streams.message import Message

LINE = {"source": "text 1", "shift": "night"}


def message(body: Any) -> Message:
    return Message("m-1", "receipt", body if isinstance(body, str) else json.dumps(body))


def notification(inner: Any, **more: Any) -> dict[str, Any]:
    text = inner if isinstance(inner, str) else json.dumps(inner)
    return {"Type": "Notification", "MessageId": "sns-1", "TopicArn": "arn:aws:sns:r:1:t", "Message": text, **more}


def event(key: str, name: str = "ObjectCreated:Put") -> dict[str, Any]:
    entry = {"bucket": {"name": "welds"}, "object": {"key": key, "sequencer": "0055AED6DCD90281E5"}}
    return {"Records": [{"eventSource": "aws:s3", "eventName": name, "s3": entry}]}


def test_a_notification_brings_the_object_in_its_message_known_by_its_own_id() -> None:
    (found,) = message(notification(LINE)).arrivals()

    assert (found.line.attributes, found.dedup_id) == (LINE, "sns:sns-1")


def test_a_raw_message_is_the_object_known_by_the_queues_id() -> None:
    (found,) = message(LINE).arrivals()

    assert (found.line.attributes, found.dedup_id) == (LINE, "sqs:m-1")


def test_an_object_may_name_its_own_deduplication_id() -> None:
    (found,) = message(notification({**LINE, KEY_ATTRIBUTE: "weld", "weld": "w 7"})).arrivals()

    assert found.dedup_id == "own:weld:w 7"
    assert found.line.attributes["weld"] == "w 7"


def test_an_event_of_s3_brings_the_new_object_known_by_uri_and_sequencer() -> None:
    (found,) = message(notification(event("images/a+b%C3%BC.png"))).arrivals()

    assert found.line.attributes == {"source-ref": "s3://welds/images/a bü.png"}
    assert found.dedup_id == "s3:s3://welds/images/a bü.png:0055AED6DCD90281E5"


@pytest.mark.parametrize("inner", [event("a", "ObjectRemoved:Delete"), {"Event": "s3:TestEvent", "Bucket": "welds"}])
def test_an_event_that_creates_nothing_brings_nothing(inner: Any) -> None:
    assert list(message(notification(inner)).arrivals()) == []


POISON = [
    "",
    "not JSON",
    "[]",
    '"text"',
    "[" * 100,
    {"shift": "night"},
    {"source": 5},
    {"source": "x" * 100_001},
    {"source": "a", "$b": 1},
    {"source": "a", KEY_ATTRIBUTE: 7},
    {"source": "a", KEY_ATTRIBUTE: "k" * 141, "k" * 141: "x"},
    {"source": "a", KEY_ATTRIBUTE: "two words", "two words": "x"},
    {"source": "a", KEY_ATTRIBUTE: "gone"},
    {"source": "a", KEY_ATTRIBUTE: "id", "id": ""},
    {"source": "a", KEY_ATTRIBUTE: "id", "id": "x" * 1_025},
    {"Records": 5},
    {"Records": [{"eventName": "ObjectCreated:Put"}]},
    event(""),
]


@pytest.mark.parametrize("body", POISON, ids=lambda body: str(body)[:40])
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_message_that_holds_no_object_is_refused_by_its_name(body: Any, wrapped: bool) -> None:
    with pytest.raises(DataError, match="m-1"):
        message(notification(body) if wrapped else body).arrivals()


def test_a_notification_without_an_id_is_refused() -> None:
    broken = notification(LINE)
    del broken["MessageId"]

    with pytest.raises(DataError, match="MessageId"):
        message(broken).arrivals()


@pytest.mark.parametrize(
    "outer",
    [
        notification(LINE, MessageId="\ud800"),
        {
            "Records": [
                {
                    **event("a")["Records"][0],
                    "s3": {"bucket": {"name": "welds"}, "object": {"key": "a", "sequencer": "\ud800"}},
                }
            ]
        },
    ],
)
def test_an_object_is_known_by_whatever_text_names_its_message(outer: Any) -> None:
    (found,) = message(outer).arrivals()

    assert found.key
    assert len(found.key) == 64


def test_an_own_id_that_utf8_cannot_hold_is_refused() -> None:
    with pytest.raises(DataError, match="attribute 'weld' holds"):
        message({**LINE, KEY_ATTRIBUTE: "weld", "weld": "half \ud800"}).arrivals()
