"""A job from its manifest to its output tree."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from tracemark_groundtruth.errors import OutputExists
from tracemark_groundtruth.job.result import Outcome

ROOT = "output/WeldingLabelJob1"
AT = "2021-11-01_17:42:26.json"
CONSOLIDATED = f"{ROOT}/annotations/consolidated-annotation"

GOLDEN_TREE = [
    f"{CONSOLIDATED}/consolidation-request/iteration-1/{AT}",
    f"{CONSOLIDATED}/consolidation-request/iteration-2/{AT}",
    f"{CONSOLIDATED}/consolidation-response/iteration-1/{AT}",
    f"{CONSOLIDATED}/consolidation-response/iteration-2/{AT}",
    f"{ROOT}/annotations/intermediate/1/annotations.manifest",
    f"{ROOT}/annotations/intermediate/2/annotations.manifest",
    f"{ROOT}/annotations/worker-response/iteration-1/0/{AT}",
    f"{ROOT}/annotations/worker-response/iteration-2/1/{AT}",
    f"{ROOT}/manifests/output/output.manifest",
]

GOLDEN_LINE = (
    '{"source":"s3://welds/dataset/0.json","WeldingClass":{"WeldingClassification":"Good Weld"},'
    '"WeldingClass-metadata":{"type":"groundtruth/custom","job-name":"labeling-job/weldinglabeljob1",'
    '"human-annotated":"yes","creation-date":"2021-11-01T17:42:26.177000"}}'
)

GOLDEN_RESPONSE = {
    "answers": [
        {
            "answerContent": {"WeldingClassification": {"label": "Good Weld"}},
            "workerId": "private.eu-west-1.5666587b866afce7",
            "acceptanceTime": "2021-11-01T17:40:00.000Z",
            "submissionTime": "2021-11-01T17:40:12.500Z",
            "timeSpentInSeconds": 12.5,
            "workerMetadata": {
                "identityData": {
                    "identityProviderType": "AnswersFile",
                    "issuer": "urn:tracemark:groundtruth",
                    "sub": "28db5f44-0c65-5515-82b7-1ef170ff6bfe",
                }
            },
        }
    ]
}

GOLDEN_PAYLOAD = [
    {
        "datasetObjectId": "0",
        "dataObject": {"s3Uri": "s3://welds/dataset/0.json"},
        "annotations": [
            {
                "workerId": "private.eu-west-1.aaaaaaaaaaaaaaaa",
                "annotationData": {"content": '{"WeldingClassification": {"label": "Good Weld"}}'},
            },
            {
                "workerId": "private.eu-west-1.bbbbbbbbbbbbbbbb",
                "annotationData": {"content": '{"WeldingClassification": {"label": "Burn Through"}}'},
            },
        ],
    }
]


def test_a_job_writes_the_output_tree_key_for_key(stage: Any) -> None:
    engine = stage.engine(batch_size=1)

    engine.run(stage.job)

    assert stage.listing() == GOLDEN_TREE


def test_a_labeled_line_is_written_letter_for_letter(stage: Any) -> None:
    engine = stage.engine()

    engine.run(stage.job)

    assert stage.get(f"{ROOT}/manifests/output/output.manifest").decode().split("\n")[0] == GOLDEN_LINE


def test_the_intermediate_manifest_holds_the_lines_of_its_iteration(stage: Any) -> None:
    engine = stage.engine(batch_size=1)

    engine.run(stage.job)

    assert stage.get(f"{ROOT}/annotations/intermediate/1/annotations.manifest").decode() == f"{GOLDEN_LINE}\n"


def test_the_consolidation_request_is_as_captured_from_ground_truth(stage: Any) -> None:
    engine = stage.engine(batch_size=1)

    engine.run(stage.job)

    assert stage.json(GOLDEN_TREE[0]) == GOLDEN_PAYLOAD


def test_the_worker_response_keeps_content_and_times_of_an_answer(stage: Any) -> None:
    stage.answers = [
        {
            "datasetObjectId": 0,
            "workerId": "private.eu-west-1.5666587b866afce7",
            "answerContent": {"WeldingClassification": {"label": "Good Weld"}},
            "acceptanceTime": "2021-11-01T18:40:00+01:00",
            "submissionTime": "2021-11-01T17:40:12.5Z",
        }
    ]

    stage.engine().run(stage.job)

    assert stage.json(f"{ROOT}/annotations/worker-response/iteration-1/0/{AT}") == GOLDEN_RESPONSE


def test_the_consolidation_response_is_what_the_function_answered(stage: Any) -> None:
    engine = stage.engine(batch_size=1)

    engine.run(stage.job)

    assert stage.json(GOLDEN_TREE[2]) == [
        {
            "datasetObjectId": "0",
            "consolidatedAnnotation": {"content": {"WeldingClass": {"WeldingClassification": "Good Weld"}}},
        }
    ]


def test_the_pre_annotation_function_gets_the_whole_line(stage: Any) -> None:
    stage.manifest({"source": "s3://welds/dataset/0.json", "extra": {"deep": [1]}})

    stage.engine().run(stage.job)

    assert stage.pre.calls == [
        {
            "version": "2018-10-06",
            "labelingJobArn": "arn:aws:sagemaker:eu-west-1:261679111194:labeling-job/weldinglabeljob1",
            "dataObject": {"source": "s3://welds/dataset/0.json", "extra": {"deep": [1]}},
        }
    ]


def test_the_post_annotation_function_is_told_the_label_categories_of_the_job(stage: Any) -> None:
    stage.put("categories.json", '{"labels": [{"label": "Good Weld"}, {"label": "Not sure"}]}')
    stage.document["LabelCategoryConfigS3Uri"] = "s3://welds/categories.json"

    stage.engine().run(stage.job)

    assert stage.post.calls[0]["labelCategories"] == ["Good Weld", "Not sure"]


def test_the_result_counts_and_sums_up_each_object(stage: Any) -> None:
    engine = stage.engine()

    result = engine.run(stage.job)

    assert [(row.object_id, row.outcome, row.label) for row in result.rows] == [
        ("0", Outcome.LABELED, "Good Weld"),
        ("1", Outcome.LABELED, "Good Weld"),
    ]


def test_progress_hears_of_every_object_in_manifest_order(stage: Any) -> None:
    engine = stage.engine(batch_size=1)

    engine.run(stage.job)

    assert (stage.on_event.total, stage.on_event.prepared_ids, len(stage.on_event.rows)) == (2, ["0", "1"], 2)


def test_inline_text_arrives_as_content(stage: Any) -> None:
    stage.manifest({"source": "a weld, as text"})

    stage.engine().run(stage.job)

    assert stage.json(GOLDEN_TREE[0])[0]["dataObject"] == {"content": "a weld, as text"}


def test_a_source_ref_arrives_as_a_uri(stage: Any) -> None:
    stage.manifest({"source-ref": "s3://welds/images/a b+c%20.png"})

    stage.engine().run(stage.job)

    assert stage.json(GOLDEN_TREE[0])[0]["dataObject"] == {"s3Uri": "s3://welds/images/a b+c%20.png"}


def test_a_manifest_with_crlf_and_a_byte_order_mark_is_read(stage: Any) -> None:
    stage.put("manifest.jsonl", b'\xef\xbb\xbf{"source": "one"}\r\n{"source": "two"}\r\n')

    stage.engine().run(stage.job)

    assert [line["source"] for line in stage.output()] == ["one", "two"]


@pytest.mark.parametrize("key", ["schweißen/日本.json", "a b+c%20/'\"&.json", "../up.json", "x//y:z.json"])
def test_keys_with_unusual_letters_come_through_unchanged(stage: Any, key: str) -> None:
    stage.manifest({"source": f"s3://welds/{key}", "名前": "ß"})

    stage.engine().run(stage.job)

    line, payload = stage.output()[0], stage.json(GOLDEN_TREE[0])
    assert (line["source"], line["名前"], payload[0]["dataObject"]["s3Uri"]) == (
        f"s3://welds/{key}",
        "ß",
        f"s3://welds/{key}",
    )


def test_a_lone_surrogate_in_a_line_comes_through_escaped(stage: Any) -> None:
    stage.put("manifest.jsonl", r'{"source": "broken \ud800 letter"}')

    stage.engine().run(stage.job)

    assert stage.output()[0]["source"] == "broken \ud800 letter"


def test_batches_hold_answered_objects_only(stage: Any) -> None:
    stage.manifest(*({"source": str(number)} for number in range(6)))
    stage.answers = []
    for object_id in ("0", "2", "3", "5"):
        stage.answer(object_id, "w", "Good Weld")

    stage.engine(batch_size=2).run(stage.job)

    payloads = [stage.json(key) for key in stage.listing() if "/consolidation-request/" in key]
    assert [[entry["datasetObjectId"] for entry in payload] for payload in payloads] == [["0", "2"], ["3", "5"]]


def test_lines_stay_in_order_however_long_each_call_takes(stage: Any) -> None:
    stage.manifest(*({"source": str(number)} for number in range(40)))
    show, gate = stage.pre.answer, threading.Event()

    def uneven(event: Any) -> Any:
        if event["dataObject"]["source"] == "0":
            gate.wait(0.2)
        return show(event)

    stage.pre.answer = uneven
    stage.engine(concurrency=8).run(stage.job)

    assert [line["source"] for line in stage.output()] == [str(number) for number in range(40)]


def test_an_earlier_output_is_not_written_over(stage: Any) -> None:
    stage.engine().run(stage.job)

    with pytest.raises(OutputExists, match=r"s3://welds/output/WeldingLabelJob1/.*overwrite"):
        stage.engine().run(stage.job)


def test_overwriting_removes_the_whole_old_tree_and_nothing_beside_it(stage: Any) -> None:
    for key in (f"{ROOT}/stale.json", "output/WeldingLabelJob10/other.json"):
        stage.put(key, "{}")

    stage.engine(batch_size=1).run(stage.job, overwrite=True)

    assert sorted(stage.listing()) == sorted([*GOLDEN_TREE, "output/WeldingLabelJob10/other.json"])


def test_a_hundred_objects_make_two_batches_of_fifty(stage: Any) -> None:
    stage.manifest(*({"source": str(number)} for number in range(100)))
    for number in range(2, 100):
        stage.answer(str(number), "w", "Good Weld")

    result = stage.engine().run(stage.job)

    assert (result.iterations, result.labeled) == (2, 100)


def test_an_empty_answer_reaches_the_post_annotation_function(stage: Any) -> None:
    stage.answers = [{"datasetObjectId": "0", "workerId": "w", "answerContent": {}}]

    stage.engine().run(stage.job)

    assert json.loads(stage.json(GOLDEN_TREE[0])[0]["annotations"][0]["annotationData"]["content"]) == {}
