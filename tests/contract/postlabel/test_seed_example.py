"""The example of the published welding workflow: object 4, one worker, "Not sure"."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pytest

from tracemark.document import Json

if TYPE_CHECKING:
    from contract.postlabel.conftest import Golden, Invoked


def test_the_published_event_gets_the_golden_answer(golden: Golden, invoked: Invoked) -> None:
    expected = golden("answer")

    answer = invoked(golden("event"), golden("payload"))

    assert answer == expected


def test_the_golden_answer_holds_the_published_one(golden: Golden) -> None:
    published = {"WeldingClassification": "Not sure"}

    content = golden("answer")[0]["consolidatedAnnotation"]["content"]["WeldingLabelJob1"]

    assert {**content, **published} == content


@pytest.mark.parametrize(
    "change",
    [
        {"version": "2018-10-16"},
        {"version": None, "outputConfig": None, "maxHumanWorkersPerDataObject": None, "roleArn": None},
        {"labelCategories": ["Good Weld", "Not sure"], "vpcEnabled": False, "kmsKeyId": "key"},
        {"somethingNew": {"a": 1}},
    ],
    ids=["documented version", "only what is used", "what is sent sometimes", "unknown key"],
)
def test_an_event_of_another_shape_gets_the_same_answer(change: Json, golden: Golden, invoked: Invoked) -> None:
    merged = {**golden("event"), **change}
    event = {key: value for key, value in merged.items() if value is not None}

    answer = invoked(event, golden("payload"))

    assert answer == golden("answer")


@pytest.mark.parametrize(
    "content",
    [
        {"WeldingClassification": {"label": "Not sure"}},
        '{"WeldingClassification": {"label": "Not&#32;sure"}}',
        html.escape('{"WeldingClassification":{"label":"Not sure"}}'),
        '{"WeldingClassification":{"label":"Not sure"},"comment":""}',
    ],
    ids=["object", "escaped label", "escaped JSON", "empty comment"],
)
def test_an_answer_of_another_shape_gets_the_same_verdict(content: Json, golden: Golden, invoked: Invoked) -> None:
    payload = golden("payload")
    payload[0]["annotations"][0]["annotationData"]["content"] = content

    answer = invoked(golden("event"), payload)

    assert answer == golden("answer")
