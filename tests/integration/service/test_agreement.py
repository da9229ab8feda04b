"""`tracemark run` and the service make the same of a job: without functions, and with stopping conditions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tracemark.document import Json
from tracemark_groundtruth.functions.catalog import Catalog
from tracemark_groundtruth.job.answers import AnswersFile
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.result import JobResult
from tracemark_groundtruth.labeling.offline import Engine
from tracemark_groundtruth.state.tables import JobStatus

LINES = [{"source": "a", "no": 7}, {"source": "b"}, {"source": "c", "weld-class": 1}, {"source": "d"}, {"source": "e"}]


def document(shop: Any, name: str, *, functions: bool, conditions: Json = None) -> dict[str, Json]:
    made = {**shop.document(NumberOfHumanWorkersPerDataObject=1), "LabelingJobName": name}
    if not functions:
        for key in ("PreHumanTaskLambdaArn", "AnnotationConsolidationConfig"):
            made["HumanTaskConfig"].pop(key)
    return {**made, "StoppingConditions": conditions} if conditions else made


def in_service(shop: Any, made: dict[str, Json]) -> list[Json]:
    """Run a job in the service; one worker answers what lies ready."""
    shop.functions = Catalog({}, shop.functions.pre, shop.functions.post)
    shop.create(made)
    shop.advance()
    worker = shop.worker()
    while shop.record.status is JobStatus.IN_PROGRESS and shop.task_queue.take(worker, shop.name):
        shop.answer(worker, "seen")
        shop.advance()
    return list(shop.output())


def offline(shop: Any, made: dict[str, Json]) -> tuple[JobResult, list[Json]]:
    job, functions = parsed(made), shop.functions
    answers = "\n".join(
        json.dumps({"datasetObjectId": i, "workerId": "w", "answerContent": {"class": {"label": "seen"}}})
        for i in range(len(LINES))
    )
    engine = Engine(
        shop.client,
        functions.pre_annotation(job),
        functions.post_annotation(job),
        AnswersFile.parse(answers.encode(), "answers"),
        lambda: datetime.fromtimestamp(shop.clock.now, UTC),
        batch_size=2,
    )
    result = engine.run(job)
    text = shop.get(f"output/{job.name}/manifests/output/output.manifest")
    return result, [json.loads(line) for line in text.splitlines()]


def parsed(made: dict[str, Json]) -> LabelingJob:
    return LabelingJob.parse(json.dumps(made).encode(), "job.json")


def without_place(lines: list[Json]) -> list[Json]:
    """Return lines without what differs between two jobs: their name, and the iteration of a response."""
    found = json.loads(json.dumps(lines).replace("offline", "welds").replace("Offline", "Welds"))
    for line in found:
        metadata = line.get("weld-class-metadata", {})
        if "worker-response-ref" in metadata:
            before, _, after = metadata["worker-response-ref"].partition("/iteration-")
            metadata["worker-response-ref"] = before + after.partition("/")[2]
    return list(found)


def test_without_functions_workers_see_the_line_and_labels_point_to_the_raw_answers(shop: Any) -> None:
    shop.put("manifest.jsonl", "".join(json.dumps(line) + "\n" for line in LINES))

    lines = in_service(shop, document(shop, "Welds", functions=False))

    assert shop.record.status is JobStatus.COMPLETED
    metadata = lines[0].pop("weld-class-metadata")
    assert lines[0] == {"source": "a", "no": 7, "weld-class": {}}
    assert (metadata["type"], metadata["human-annotated"]) == ("groundtruth/custom", "yes")
    bucket, _, key = metadata["worker-response-ref"].removeprefix("s3://").partition("/")
    (answer,) = json.loads(shop.get(key))["answers"]
    assert (bucket, answer["answerContent"]) == ("welds", {"class": {"label": "seen"}})
    assert not any("consolidation-request" in key for key in shop.written())


def test_without_functions_both_write_the_same_lines(shop: Any) -> None:
    shop.put("manifest.jsonl", "".join(json.dumps(line) + "\n" for line in LINES))
    service = in_service(shop, document(shop, "Welds", functions=False))

    result, lines = offline(shop, document(shop, "Offline", functions=False))

    assert without_place(lines) == without_place(service)
    assert (result.labeled, result.rows[0].label, result.rows[0].problem) == (4, "", "")


@pytest.mark.parametrize(
    "conditions",
    [
        {"MaxHumanLabeledObjectCount": 1},
        {"MaxHumanLabeledObjectCount": 3},
        {"MaxHumanLabeledObjectCount": 9},
        {"MaxPercentageOfInputDatasetLabeled": 60},
    ],
    ids=str,
)
@pytest.mark.parametrize("functions", [True, False])
def test_with_stopping_conditions_both_label_the_same_objects(shop: Any, conditions: Json, functions: bool) -> None:
    shop.put("manifest.jsonl", "".join(json.dumps(line) + "\n" for line in LINES))
    service = in_service(shop, document(shop, "Welds", functions=functions, conditions=conditions))

    result, lines = offline(shop, document(shop, "Offline", functions=functions, conditions=conditions))

    assert without_place(lines) == without_place(service)
    assert len(result.rows) == result.labeled + result.left_out + result.stopped == len(LINES)
