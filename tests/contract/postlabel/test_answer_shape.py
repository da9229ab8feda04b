"""The shape of the answer, key for key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tracemark.document import Json

if TYPE_CHECKING:
    from contract.postlabel.conftest import Golden, Invoked


def entry(object_id: str, *labels: str) -> Json:
    contents = [json.dumps({"WeldingClassification": {"label": label}}) for label in labels]
    annotations = [
        {"workerId": f"w{index}", "annotationData": {"content": content}} for index, content in enumerate(contents)
    ]
    return {"datasetObjectId": object_id, "dataObject": {"content": "x"}, "annotations": annotations}


def content(answer: Json) -> Json:
    return answer[0]["consolidatedAnnotation"]["content"]["WeldingLabelJob1"]


def test_there_is_one_entry_per_object_in_payload_order(golden: Golden, invoked: Invoked) -> None:
    payload = [entry("7", "Good Weld"), entry("4"), entry("11", "Not sure"), entry("4", "Good Weld")]

    answer = invoked(golden("event"), payload)

    assert [each["datasetObjectId"] for each in answer] == ["7", "4", "11"]


def test_an_entry_has_these_keys_and_no_others(golden: Golden, invoked: Invoked) -> None:
    payload = [entry("4", "Good Weld")]

    answer = invoked(golden("event"), payload)

    assert (sorted(answer[0]), sorted(answer[0]["consolidatedAnnotation"])) == (
        ["consolidatedAnnotation", "datasetObjectId"],
        ["content"],
    )


def test_a_plain_verdict_has_these_keys(golden: Golden, invoked: Invoked) -> None:
    payload = [entry("4", "Good Weld", "Good Weld", "Burn Through")]

    answer = invoked(golden("event"), payload)

    votes = {"Good Weld": 2, "Burn Through": 1}
    expected = {
        "WeldingClassification": "Good Weld",
        "votes": votes,
        "confidence": 0.6667,
        "margin": 0.3333,
        "agreement": 0.3333,
        "method": "majority",
        "workers": 3,
    }
    assert content(answer) == expected


def test_a_tie_is_true_and_not_absent(golden: Golden, invoked: Invoked) -> None:
    payload = [entry("4", "Burn Through", "Good Weld")]

    answer = invoked(golden("event"), payload)

    assert content(answer)["tie"] is True


def test_a_problem_is_a_sentence(golden: Golden, invoked: Invoked) -> None:
    payload = [entry("4", "", "Good Weld")]

    answer = invoked(golden("event"), payload)

    assert content(answer)["problem"] == "1 of 2 answers could not be used: unknown category ''"
