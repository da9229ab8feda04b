"""A call with a memory: what it leaves behind, and when."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from support.fakes import MemoryObjects

from tracemark.contract.postannotation import ConsolidatedAnnotation, PostAnnotationRequest
from tracemark.errors import ObjectTooLarge, StorageUnavailable
from tracemark.storage.objects import NewObject, StoredObject
from tracemark.storage.s3uri import S3Uri
from tracemark_postlabel import response
from tracemark_postlabel.consolidate import consolidate
from tracemark_postlabel.consolidation.ensemble import Ensemble
from tracemark_postlabel.memory import Remembered
from tracemark_postlabel.settings import Settings

PAYLOAD = S3Uri("welds", "output/Job/payload.json")
MEMORY = S3Uri("welds", "memory/Job.json")
SETTINGS = Settings.parse({"WORKER_MEMORY": "s3://welds/memory/"})


class Store(MemoryObjects):
    """A store of one client that can be made to refuse what is written, or to lose the memory."""

    unwritable = False
    unreadable = False

    def read(self, uri: S3Uri, *, limit: int) -> StoredObject:
        if self.unreadable and uri == MEMORY:
            raise StorageUnavailable("down")
        return super().read(uri, limit=limit)

    def replace(self, uri: S3Uri, new: NewObject, *, etag: str | None) -> bool:
        if self.unwritable:
            raise StorageUnavailable("down")
        self.objects[uri] = new
        return True


def entry(number: int, labels: str) -> dict[str, Any]:
    return {
        "datasetObjectId": str(number),
        "annotations": [
            {"workerId": f"w{worker}", "annotationData": {"content": json.dumps({"Weld": {"label": label}})}}
            for worker, label in enumerate(labels)
        ],
    }


def call(store: Store, first: int, count: int = 30, labels: str = "aab") -> list[ConsolidatedAnnotation]:
    payload = json.dumps([entry(number, labels) for number in range(first, first + count)]).encode()
    store.objects[PAYLOAD] = NewObject(payload, "application/json")
    return consolidate(PostAnnotationRequest("arn:job", "Job", PAYLOAD, ("a", "b")), store, SETTINGS, Ensemble())


def votes_remembered(store: Store) -> int:
    if MEMORY not in store.objects:
        return 0
    return Remembered.parse(store.read(MEMORY, limit=1_000_000).data, "memory").evidence.total.asked


def test_a_refused_call_leaves_nothing_behind_and_its_retry_in_smaller_batches_counts_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = Store()
    monkeypatch.setattr(response, "MAX_RESPONSE_BYTES", 4_000)

    with pytest.raises(ObjectTooLarge) as refused:
        call(store, 0, 60)

    assert votes_remembered(store) == 0
    fitting = int(refused.value.remedy.split(": ")[1].split(" ")[0])
    for first in range(0, 60, fitting):
        call(store, first, min(fitting, 60 - first))
    assert votes_remembered(store) == 3 * 60


def test_a_repeated_call_counts_once_and_answers_the_same() -> None:
    store = Store()
    for first in range(0, 90, 30):
        call(store, first)
    answer = call(store, 90)

    again = call(store, 90)

    assert again == answer
    assert votes_remembered(store) == 3 * 120


def test_a_payload_that_one_payload_cannot_tell_of_is_decided_with_the_memory_of_others() -> None:
    store = Store()
    (alone,) = call(Store(), 500, 1)
    for first in range(0, 90, 30):
        call(store, first)

    (informed,) = call(store, 500, 1)

    assert (alone.content["Job"]["method"], informed.content["Job"]["method"]) == ("majority", "ensemble")
    assert informed.dataset_object_id == "500"


@pytest.mark.parametrize("fault", ["unwritable", "unreadable"])
def test_a_memory_that_fails_costs_no_label_and_is_logged(fault: str, caplog: pytest.LogCaptureFixture) -> None:
    store = Store()
    setattr(store, fault, True)

    answer = call(store, 0)

    assert [each.content["Job"]["Weld"] for each in answer] == ["a"] * 30
    assert [r.message for r in caplog.records if r.levelno == logging.ERROR] == ["worker memory not used"]


class Counting(Store):
    """A store that says, as S3 does, how large the object is that it refuses."""

    def read(self, uri: S3Uri, *, limit: int) -> StoredObject:
        raise ObjectTooLarge("the object has 4,002 bytes", place=str(uri), size=4_002)


def test_a_payload_over_its_bound_says_what_part_of_it_would_fit() -> None:
    settings = Settings(max_payload_bytes=1_000)

    with pytest.raises(ObjectTooLarge) as refused:
        consolidate(PostAnnotationRequest("", "Job", PAYLOAD), Counting(), settings, Ensemble())

    assert refused.value.place == str(PAYLOAD)
    assert "about 24 % of its objects fit in one" in refused.value.remedy


def test_one_object_that_is_too_large_alone_asks_for_smaller_answers() -> None:
    annotation = ConsolidatedAnnotation("0", {"Job": "x" * response.MAX_RESPONSE_BYTES})

    with pytest.raises(ObjectTooLarge, match="one of these objects alone is too large"):
        response.bounded([annotation], "payload")
