"""What an answer says in built-in style, with gold items, and when it is too large to be carried."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.fakes import MemoryObjects

from tracemark.contract.postannotation import ConsolidatedAnnotation, PostAnnotationRequest
from tracemark.document import Json
from tracemark.errors import InvalidConfiguration, ObjectTooLarge
from tracemark.storage.objects import NewObject
from tracemark.storage.s3uri import S3Uri
from tracemark_postlabel.consolidate import consolidate
from tracemark_postlabel.consolidation.weighted import Weighted
from tracemark_postlabel.gold import GoldItems
from tracemark_postlabel.response import MAX_RESPONSE_BYTES, bounded
from tracemark_postlabel.settings import Settings

PAYLOAD = "s3://welds/output/Job/payload.json"
GOLD = "s3://welds/manifest.jsonl"
CLASSES = ("Good Weld", "Burn Through")


def entry(object_id: str, **labels: str) -> Json:
    return {
        "datasetObjectId": object_id,
        "dataObject": {"s3Uri": f"s3://welds/{object_id}.json"},
        "annotations": [
            {"workerId": worker, "annotationData": {"content": json.dumps({"Weld": {"label": label}})}}
            for worker, label in labels.items()
        ],
    }


def contents(payload: list[Json], manifest: bytes = b"", **environ: str) -> list[Any]:
    store = MemoryObjects()
    store.put(PAYLOAD, json.dumps(payload).encode())
    store.put(GOLD, manifest)
    request = PostAnnotationRequest("", "Job", S3Uri.parse(PAYLOAD), CLASSES)
    found = consolidate(request, store, Settings.parse(environ), Weighted())  # type: ignore[arg-type]
    return [annotation.content for annotation in found]


@pytest.mark.parametrize(("label", "index"), [("Good Weld", 0), ("Burn Through", 1), ("Not sure", 2)])
def test_in_built_in_style_the_attribute_holds_the_index_that_the_class_map_explains(label: str, index: int) -> None:
    (found,) = contents([entry("0", w1=label)], CONTENT_STYLE="groundtruth")

    assert found["Job"] == index
    assert found["Job-metadata"]["class-name"] == label
    assert found["Job-metadata"]["class-map"] == {"0": "Good Weld", "1": "Burn Through", "2": "Not sure"}
    assert 0 <= found["Job-metadata"]["confidence"] <= 1


def test_in_built_in_style_the_further_figures_stand_beside_it() -> None:
    (found,) = contents([entry("0", w1="Good Weld", w2="Good Weld", w3="Burn Through")], CONTENT_STYLE="groundtruth")

    assert set(found) == {"Job", "Job-metadata", "Job-figures"}
    assert found["Job-figures"]["votes"] == {"Good Weld": 2, "Burn Through": 1}


def answered(*answers: Json) -> Json:
    annotations = [
        {"workerId": f"w{place}", "annotationData": {"content": answer}} for place, answer in enumerate(answers)
    ]
    return {"datasetObjectId": "0", "dataObject": {"s3Uri": "s3://welds/0.json"}, "annotations": annotations}


def test_in_built_in_style_several_choices_are_indices_with_a_map_of_confidences() -> None:
    answers = [{"Defects": {"labels": labels}} for labels in (["Burn Through", "Good Weld"], ["Burn Through"])]

    (found,) = contents([answered(*answers)], CONTENT_STYLE="groundtruth")

    assert found["Job"] == [0, 1]
    assert found["Job-metadata"]["class-map"] == {"0": "Good Weld", "1": "Burn Through"}
    assert found["Job-metadata"]["confidence-map"] == {"0": 0.5, "1": pytest.approx(1, abs=0.05)}
    assert found["Job-figures"]["votes"] == {"Good Weld": 1, "Burn Through": 2}


def test_in_built_in_style_boxes_are_annotations_with_the_size_of_the_picture() -> None:
    box = {"label": "Burn Through", "left": 1, "top": 2, "width": 3, "height": 4}
    answer = {"boxes": {"boundingBoxes": [box], "inputImageProperties": {"width": 64, "height": 48}}}

    (found,) = contents([answered(answer, answer)], CONTENT_STYLE="groundtruth")

    assert found["Job"] == {
        "annotations": [{"class_id": 1, "left": 1, "top": 2, "width": 3, "height": 4}],
        "image_size": [{"width": 64, "height": 48, "depth": 3}],
    }
    assert found["Job-metadata"]["objects"] == [{"confidence": 1.0}]
    assert found["Job-metadata"]["class-map"]["1"] == "Burn Through"


def test_in_built_in_style_other_kinds_keep_their_shape_and_other_fields_stand_beside() -> None:
    answer = {"Weld": {"label": "Good Weld"}, "speed": 5}

    (found,) = contents([answered(answer, answer)], CONTENT_STYLE="groundtruth")
    (number,) = contents([answered({"speed": 5}, {"speed": 5})], CONTENT_STYLE="groundtruth")

    assert (found["Job"], found["Job-figures"]["speed"], found["Job-figures"]["main_field"]) == (0, 5, "Weld")
    assert (number["Job"], number["Job-figures"]["fields"]["speed"]["kind"]) == (5, "number")


def test_lines_without_a_usable_gold_label_are_no_gold_items() -> None:
    store = MemoryObjects()
    golds: list[Json] = ["a", None, 1, " ", ["a"]]
    text = "\n".join(json.dumps({"source": f"s3://welds/{n}", "gold": gold}) for n, gold in enumerate(golds))
    store.objects[S3Uri.parse(GOLD)] = NewObject(text.encode(), "")

    assert GoldItems.read(S3Uri.parse(GOLD), store).labels == {"s3://welds/0": "a"}


@pytest.mark.parametrize("manifest", [b"{", b"\xff", b"[1]"])
def test_a_gold_manifest_that_cannot_be_used_is_a_wrong_configuration(manifest: bytes) -> None:
    with pytest.raises(InvalidConfiguration) as caught:
        contents([], manifest, GOLD_MANIFEST=GOLD)

    assert "GOLD_MANIFEST" in caught.value.what
    assert caught.value.place == GOLD


def test_an_answer_that_lambda_would_not_carry_is_refused_with_its_payload_and_size() -> None:
    fits = [ConsolidatedAnnotation("0", {"Job": "x" * (MAX_RESPONSE_BYTES - 200)})]
    larger = [ConsolidatedAnnotation("0", {"Job": "x" * MAX_RESPONSE_BYTES})]

    assert bounded(fits, PAYLOAD) == fits
    with pytest.raises(ObjectTooLarge, match="6,000,0") as caught:
        bounded(larger, PAYLOAD)
    assert caught.value.place == PAYLOAD
    assert "smaller" in caught.value.remedy
