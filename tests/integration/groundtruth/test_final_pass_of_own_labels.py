"""The final pass over jobs that this project's own post-labeling function labeled, in both styles of content."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from tracemark.document import Json
from tracemark_cli.local.final_pass import final_pass, make_final_pass
from tracemark_groundtruth.finished.change import Fate
from tracemark_groundtruth.finished.tree_answers import TreeAnswers
from tracemark_groundtruth.finished.tree_reader import TreeReader
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_postlabel import wiring
from tracemark_postlabel.consolidation import votes
from tracemark_postlabel.handler import handle

FINAL = "output/WeldingLabelJob1/manifests/consolidated/consolidated.manifest"
OUTPUT = "output/WeldingLabelJob1/manifests/output/output.manifest"
CLASSES = ("Good Weld", "Burn Through", "Contamination")
OBJECTS, WORKERS = 60, 3


@pytest.fixture(params=["tracemark", "groundtruth"])
def style(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("CONTENT_STYLE", request.param)
    wiring.reset()
    yield str(request.param)
    wiring.reset()


@pytest.fixture
def welds(stage: Any) -> Any:
    """Return a job of many objects whose workers err now and then, each in a way of their own."""
    stage.post.answer = lambda event: handle(event, None)
    stage.document["HumanTaskConfig"]["NumberOfHumanWorkersPerDataObject"] = WORKERS
    stage.manifest(*({"source": f"s3://welds/dataset/{index}.json"} for index in range(OBJECTS)))
    stage.answers = [
        {"datasetObjectId": str(index), "workerId": f"w{worker}", "answerContent": content(index, worker)}
        for index in range(OBJECTS)
        for worker in range(WORKERS)
    ]
    return stage


def content(index: int, worker: int) -> Json:
    errs = (index * 7 + worker * 5) % (4 + 3 * worker) == 0
    answer: dict[str, Json] = {"WeldingClassification": {"label": CLASSES[(index + errs) % 3]}}
    return {**answer, "remark": "odd"} if index % 5 == 0 else answer


def with_boxes(answers: list[Json]) -> list[Json]:
    box = {"label": "Contamination", "left": 10, "top": 10, "width": 50, "height": 40}
    marks = {"defects": {"boundingBoxes": [box], "inputImageProperties": {"width": 200, "height": 100}}}
    return [{**answer, "answerContent": {**answer["answerContent"], **marks}} for answer in answers]


def lines(stage: Any, key: str) -> list[Any]:
    return [json.loads(line) for line in stage.get(key).splitlines()]


@pytest.mark.parametrize("has_boxes", [False, True])
@pytest.mark.usefixtures("style")
def test_a_job_that_was_one_payload_comes_out_as_it_was(welds: Any, has_boxes: bool) -> None:
    welds.answers = with_boxes(welds.answers) if has_boxes else welds.answers
    welds.engine(batch_size=OBJECTS).run(welds.job)

    result = final_pass(welds.job, JobStorage(welds.client))

    assert lines(welds, FINAL) == lines(welds, OUTPUT)
    assert result.counts == {Fate.CHANGED: 0, Fate.CONFIRMED: OBJECTS, Fate.KEPT: 0}


@pytest.mark.usefixtures("style")
def test_a_job_in_payloads_comes_out_as_if_it_had_been_one(welds: Any) -> None:
    welds.engine(batch_size=4).run(welds.job)
    final_pass(welds.job, JobStorage(welds.client))
    in_payloads, before = lines(welds, FINAL), lines(welds, OUTPUT)

    welds.engine(batch_size=OBJECTS).run(welds.job, overwrite=True)

    assert in_payloads == lines(welds, OUTPUT)
    assert in_payloads != before


def test_gold_on_the_lines_calibrates_the_confidence(welds: Any) -> None:
    lines_with_gold = ({"source": f"s3://welds/{index}.json", "gold": CLASSES[index % 3]} for index in range(OBJECTS))
    welds.manifest(*lines_with_gold)
    welds.engine(batch_size=OBJECTS).run(welds.job)

    (remark,) = final_pass(welds.job, JobStorage(welds.client)).remarks

    assert remark.startswith(f"confidence calibrated on {OBJECTS} gold items, ")


def test_a_job_too_large_for_models_is_decided_by_number_and_says_so(
    welds: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    welds.engine(batch_size=OBJECTS).run(welds.job)
    monkeypatch.setattr(votes, "MOST_CELLS", 100)

    with caplog.at_level(logging.INFO):
        storage = JobStorage(welds.client)
        tree = OutputTree(welds.job.output, welds.job.name)
        make_final_pass(welds.job, storage, TreeAnswers(TreeReader(storage, tree)))

    (told,) = [vars(record)["remark"] for record in caplog.records if record.message == "the final pass is made"]
    assert "classes are too many to compare workers by, so most votes won everywhere" in told
    methods = {line["WeldingClass"]["method"] for line in lines(welds, FINAL)}
    assert methods == {"majority"}


def test_a_job_about_boxes_is_kept_and_says_so(welds: Any) -> None:
    box = {"label": "Burn Through", "left": 10, "top": 10, "width": 50, "height": 40}
    welds.answers = [{**answer, "answerContent": {"defects": {"boundingBoxes": [box]}}} for answer in welds.answers]
    welds.engine().run(welds.job)

    result = final_pass(welds.job, JobStorage(welds.client))

    assert result.remarks == ["the job is about 'defects', which is no single choice (boxes)"]
    assert result.counts[Fate.KEPT] == OBJECTS
    assert welds.get(FINAL) == welds.get(OUTPUT)
