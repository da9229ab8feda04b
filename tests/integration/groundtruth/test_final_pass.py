"""The final pass over output trees: which objects are decided again, from which answers, and what stays."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tracemark.document import Json
from tracemark.errors import InvalidDocument
from tracemark_groundtruth.finished.change import Fate
from tracemark_groundtruth.finished.decisions import Decisions, NewLabel, Question
from tracemark_groundtruth.finished.final_pass import FinalPass, FinalPassResult
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.s3.job_storage import JobStorage

TREE = "output/WeldingLabelJob1"
OUTPUT = f"{TREE}/manifests/output/output.manifest"
FINAL = f"{TREE}/manifests/consolidated/consolidated.manifest"
CHANGES = f"{TREE}/manifests/consolidated/changes.jsonl"
LATER = "iteration-10/0/2021-11-02_17:42:26.json"


class LastAnswer:
    """A rule that takes the last answer of each object, and notes what it was asked."""

    def __init__(self, undecided: str = "") -> None:
        self.undecided = undecided
        self.question: Question | None = None

    def __call__(self, question: Question) -> Decisions:
        self.question = question
        found = {} if self.undecided else {object_id: answers[-1] for object_id, answers in self.read()}
        return Decisions("WeldingClassification", lambda object_id: _label(found.get(object_id)), self.undecided)

    def read(self) -> Iterator[tuple[str, list[str]]]:
        assert self.question
        for each in self.question.objects():
            assert each.annotations
            contents = [json.loads(node["annotationData"]["content"].text()) for node in each.annotations.items()]
            yield each.dataset_object_id, [content["WeldingClassification"]["label"] for content in contents]


def _label(name: str | None) -> NewLabel | None:
    return NewLabel(name, 0, {"votes": {name: 1}, "confidence": 0.75}) if name else None


@pytest.fixture
def done(stage: Any) -> Any:
    """Return a finished job of two objects, a failed one and one that was left out."""
    stage.manifest(*({"source": f"s3://welds/dataset/{index}.json", "gold": "Good Weld"} for index in range(3)))
    stage.engine().run(stage.job)
    failed = {"source": "s3://welds/dataset/2.json", "WeldingClass-metadata": {"failure-reason": "nobody came"}}
    lines = [*stage.output()[:2], failed, {"source": "s3://welds/dataset/3.json"}]
    stage.put(OUTPUT, "".join(json.dumps(line) + "\n" for line in lines))
    return stage


def run(stage: Any, rule: LastAnswer) -> FinalPassResult:
    return FinalPass(JobStorage(stage.client), stage.job, ("Good Weld", "Burn Through"), rule).run()


def lines(stage: Any, key: str) -> list[dict[str, Json]]:
    return [json.loads(line) for line in stage.get(key).splitlines()]


def files(stage: Any) -> Mapping[str, bytes]:
    return {key: stage.get(key) for key in stage.listing()}


def test_objects_with_label_and_answers_are_decided_again_and_all_others_kept_with_a_reason(done: Any) -> None:
    result = run(done, LastAnswer())

    assert result.counts == {Fate.CHANGED: 2, Fate.CONFIRMED: 0, Fate.KEPT: 2}
    told = [(line["before"], line["after"], line["reason"]) for line in lines(done, CHANGES)]
    assert told[2:] == [(None, None, "it has no label: nobody came"), (None, None, "it has no label: it was left out")]
    assert [(before, after) for before, after, _ in told[:2]] == [("Good Weld", "Burn Through")] * 2


def test_nothing_but_the_label_of_a_line_changes_and_nothing_that_the_job_wrote(done: Any) -> None:
    before = files(done)

    run(done, LastAnswer())

    after = files(done)
    assert {key: after[key] for key in before} == before
    assert set(after) - set(before) == {FINAL, CHANGES}
    label = {"WeldingClassification": "Burn Through", "votes": {"Burn Through": 1}, "confidence": 0.75}
    expected = [{**line, "WeldingClass": label} if "WeldingClass" in line else line for line in lines(done, OUTPUT)]
    assert lines(done, FINAL) == expected


def test_the_rule_gets_all_answers_gold_and_categories_as_often_as_it_asks(done: Any) -> None:
    rule = LastAnswer()

    run(done, rule)

    assert rule.question
    assert rule.question.gold == {"0": "Good Weld", "1": "Good Weld"}
    assert rule.question.categories == ("Good Weld", "Burn Through")


def test_the_last_answer_of_a_worker_counts_across_iterations(done: Any) -> None:
    content = {"WeldingClassification": {"label": "Good Weld"}}
    again = {"answers": [{"workerId": "private.eu-west-1.bbbbbbbbbbbbbbbb", "answerContent": content}]}
    done.put(f"{TREE}/annotations/worker-response/{LATER}", json.dumps(again))

    result = run(done, LastAnswer())

    assert [(change.object_id, change.after) for change in result.changed] == [("1", "Burn Through")]
    assert result.counts[Fate.CONFIRMED] == 1


def test_a_job_that_the_rule_cannot_decide_keeps_every_line(done: Any) -> None:
    result = run(done, LastAnswer("the job is about boxes"))

    assert done.get(FINAL).splitlines() == [
        json.dumps(line, separators=(",", ":")).encode() for line in lines(done, OUTPUT)
    ]
    assert (result.counts[Fate.KEPT], result.remarks) == (4, ["the job is about boxes"])
    assert lines(done, CHANGES)[0]["reason"] == "the job is about boxes"


def test_the_final_labels_are_read_back_with_their_answers(done: Any) -> None:
    run(done, LastAnswer())

    job = FinishedJob.read(JobStorage(done.client), done.job, final=True)

    assert [item.label.name if item.label else "" for item in job.items] == ["Burn Through", "Burn Through", "", ""]
    assert [len(item.answers) for item in job.items] == [2, 2, 0, 0]


def test_answers_to_objects_that_are_not_in_the_manifest_are_told(done: Any) -> None:
    content = {"WeldingClassification": {"label": "Good Weld"}}
    stray = {"answers": [{"workerId": "private.eu-west-1.bbbbbbbbbbbbbbbb", "answerContent": content}]}
    done.put(f"{TREE}/annotations/worker-response/{LATER.replace('/0/', '/77/')}", json.dumps(stray))

    result = run(done, LastAnswer())

    assert result.remarks == ["answers to objects that are no line of the output manifest are not used: 1, first 77"]
    assert len(lines(done, CHANGES)) == 4


def test_a_broken_worker_response_is_named_and_nothing_is_written(done: Any) -> None:
    done.put(f"{TREE}/annotations/worker-response/{LATER}", "{")

    with pytest.raises(InvalidDocument, match="iteration-10/0"):
        run(done, LastAnswer())

    assert FINAL not in done.listing()
