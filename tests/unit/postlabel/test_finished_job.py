"""All objects of a finished job decided again, from answers as worker responses hold them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from crowds import crowd
from hypothesis import given
from hypothesis import strategies as st

from tracemark.contract.postannotation import AnnotatedObject
from tracemark.document import Json, Node
from tracemark.marks.kind import Kind
from tracemark_postlabel.consolidation.ballot import Ballot, Vote, WorkerId
from tracemark_postlabel.consolidation.ensemble import Ensemble
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.finished_job import DecidedJob, decide_finished
from tracemark_postlabel.settings import Settings
from tracemark_postlabel.whole_job import decide_job

CLASSES = [f"class {number}" for number in range(4)]
SLATE = Slate.listed(CLASSES, "Not sure")

Answers = Mapping[str, Sequence[tuple[str, Json]]]


class NoStore:
    """An `ObjectStore` that nobody may ask: all answers are inline."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was asked for")


def objects(answers: Answers) -> Callable[[], Iterator[AnnotatedObject]]:
    def begin() -> Iterator[AnnotatedObject]:
        for object_id, answered in answers.items():
            annotations = [
                {"workerId": worker, "annotationData": {"content": json.dumps(content)}} for worker, content in answered
            ]
            yield AnnotatedObject.parse(Node({"datasetObjectId": object_id, "annotations": annotations}, "test"))

    return begin


def decided(answers: Answers, gold: Mapping[str, str] | None = None) -> DecidedJob:
    return decide_finished(objects(answers), SLATE, gold or {}, NoStore(), Settings(), Ensemble())


def choice(label: str) -> Json:
    return {"weld": {"label": label}}


def simulated() -> tuple[Answers, Mapping[str, str]]:
    data = crowd("shared bias", 1)
    return {task: [(who, choice(label)) for who, label in votes] for task, votes in data.answers.items()}, data.truth


def labels(job: DecidedJob, answers: Answers) -> dict[str, Any]:
    return {object_id: job.label(object_id) for object_id in answers}


def test_labels_are_what_the_final_pass_says_of_the_ballots() -> None:
    answers, _ = simulated()
    ballots = [
        Ballot(task, tuple(Vote(WorkerId(who), content["weld"]["label"]) for who, content in votes))
        for task, votes in answers.items()
    ]

    job = decided(answers)

    expected = decide_job(ballots, SLATE).verdicts
    found = [job.label(verdict.object_id) for verdict in expected]
    assert [label.name for label in found if label] == [verdict.label for verdict in expected]
    assert [label.figures["votes"] for label in found if label] == [dict(verdict.votes) for verdict in expected]
    assert [label.figures["confidence"] for label in found if label] == [
        round(verdict.confidence, 4) for verdict in expected
    ]


@given(st.randoms())
def test_the_order_of_objects_and_answers_decides_nothing(dice: random.Random) -> None:
    answers = {
        str(task): [(f"w{who}", choice(CLASSES[(task * 7 + who * task) % 4])) for who in range(3)] for task in range(8)
    }
    tasks = dice.sample(list(answers), len(answers))
    shuffled = {task: dice.sample(answers[task], len(answers[task])) for task in tasks}

    assert labels(decided(shuffled), answers) == labels(decided(answers), answers)


def test_gold_calibrates_the_confidence() -> None:
    answers, truth = simulated()
    gold = {task: truth[task] for task in list(answers)[:40]}

    job = decided(answers, gold)

    assert job.outcome.gold_items == 40
    assert job.outcome.calibration is not None


def test_a_class_has_its_number_in_the_categories_and_an_abstention_the_next() -> None:
    answers = {
        "0": [("ada", choice("class 2")), ("bob", choice("class 2"))],
        "1": [("ada", choice("Not sure")), ("bob", choice("not  SURE"))],
    }

    found = labels(decided(answers), answers)

    assert [(label.name, label.index) for label in found.values()] == [("class 2", 2), ("Not sure", 4)]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (
            {"marks": {"boundingBoxes": [{"label": "class 1", "left": 0, "top": 0, "width": 5, "height": 5}]}},
            Kind.BOXES,
        ),
        ({"marks": {"labels": ["class 1", "class 2"]}}, Kind.SEVERAL),
    ],
)
def test_a_job_about_another_kind_of_field_is_not_decided(content: Json, kind: Kind) -> None:
    answers = {"0": [("ada", content), ("bob", content)]}

    job = decided(answers)

    assert (job.is_decided, job.main.name, job.main.kind, job.label("0")) == (False, "marks", kind, None)


def test_an_object_without_answers_has_no_label() -> None:
    job = decided({"0": [("ada", choice("class 1"))]})

    assert job.label("1") is None


def test_a_job_that_goes_through_files_gets_the_labels_that_it_gets_in_memory() -> None:
    answers, gold = simulated()
    some = {task: gold[task] for task in list(answers)[:40]}

    found = decide_finished(objects(answers), SLATE, some, NoStore(), Settings(), Ensemble(), in_memory=0)

    expected = decided(answers, some)
    pairs = [(found.label(task), expected.label(task)) for task in answers]
    assert all(one and other and (one.name, one.index) == (other.name, other.index) for one, other in pairs)
    assert [one.figures["confidence"] for one, _ in pairs if one] == pytest.approx(
        [other.figures["confidence"] for _, other in pairs if other], abs=1e-4
    )
    assert found.outcome.gold_items == expected.outcome.gold_items
