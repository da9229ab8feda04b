"""Simulated workers: as right as they are said to be, and the same in any order."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from tracemark.contract.worker_answer import WorkerAnswer
from tracemark.errors import InvalidConfiguration
from tracemark_groundtruth.job.answers import Task
from tracemark_groundtruth.labeling.simulated_workers import SimulatedWorkers

LABELS = ["Good Weld", "Burn Through", "Contamination", "Not sure"]
TRUTH = {str(number): LABELS[number % 3] for number in range(2_000)}
TASKS = [Task(object_id, {"labels": LABELS}) for object_id in TRUTH]
WORKERS = SimulatedWorkers(7, TRUTH, "WeldingClassification")


def label(answer: WorkerAnswer) -> str:
    return str(answer.content["WeldingClassification"]["label"])


def answers_of(worker: int, workers: SimulatedWorkers = WORKERS) -> list[str]:
    return [label(workers.answers(task, 3)[worker]) for task in TASKS]


def test_the_order_of_asking_changes_no_answer() -> None:
    shuffled = random.Random(1).sample(TASKS, len(TASKS))

    in_another_order = {task.object_id: WORKERS.answers(task, 3) for task in shuffled}

    assert in_another_order == {task.object_id: WORKERS.answers(task, 3) for task in TASKS}


def test_asking_from_several_threads_changes_no_answer() -> None:
    def ask(task: Task) -> Sequence[WorkerAnswer]:
        return WORKERS.answers(task, 3)

    with ThreadPoolExecutor(8) as executor:
        concurrently = list(executor.map(ask, TASKS))

    assert concurrently == [WORKERS.answers(task, 3) for task in TASKS]


def test_a_further_worker_changes_no_answer_of_the_others() -> None:
    assert WORKERS.answers(TASKS[0], 5)[:3] == WORKERS.answers(TASKS[0], 3)


def test_another_seed_gives_other_answers_and_other_workers() -> None:
    other = SimulatedWorkers(8, TRUTH, "WeldingClassification")

    assert (other.worker_id(0) != WORKERS.worker_id(0), answers_of(0, other) != answers_of(0)) == (True, True)


def test_known_answers_of_one_seed_stay_the_same_for_ever() -> None:
    answer = WORKERS.answers(Task("0", {"labels": LABELS}), 1)[0]

    assert (answer.worker_id, label(answer), answer.seconds_spent) == (
        "private.eu-west-1.2b45296766557325",
        "Good Weld",
        15.161,
    )


def test_a_worker_id_looks_like_ground_truths() -> None:
    ids = {answer.worker_id for answer in WORKERS.answers(TASKS[0], 9)}

    assert (len(ids), all(re.fullmatch(r"private\.eu-west-1\.[0-9a-f]{16}", id_) for id_ in ids)) == (9, True)


@pytest.mark.parametrize(("worker", "accuracy"), [(0, 0.93), (1, 0.88), (2, 0.82)])
def test_a_worker_who_does_not_abstain_is_right_about_as_often_as_said(worker: int, accuracy: float) -> None:
    given = [
        (found, truth) for found, truth in zip(answers_of(worker), TRUTH.values(), strict=True) if found != "Not sure"
    ]

    right = sum(found == truth for found, truth in given) / len(given)

    assert right == pytest.approx(accuracy, abs=0.03)


def test_a_worker_abstains_now_and_then() -> None:
    abstained = answers_of(0).count("Not sure") / len(TASKS)

    assert abstained == pytest.approx(0.04, abs=0.015)


def test_errors_fall_on_every_other_label_of_the_task() -> None:
    wrong = {found for found, truth in zip(answers_of(2), TRUTH.values(), strict=True) if truth == "Good Weld" != found}

    assert wrong == {"Burn Through", "Contamination", "Not sure"}


def test_nobody_abstains_when_the_task_does_not_offer_it() -> None:
    found = {label(WORKERS.answers(Task(id_, {"labels": LABELS[:3]}), 1)[0]) for id_ in TRUTH}

    assert found == set(LABELS[:3])


@pytest.mark.parametrize("task_input", [{}, {"labels": []}, {"labels": "text"}, {"labels": [1]}])
def test_without_labels_in_the_task_those_of_the_truth_are_used(task_input: dict[str, object]) -> None:
    found = {label(WORKERS.answers(Task(id_, task_input), 1)[0]) for id_ in TRUTH}

    assert found == set(LABELS[:3])


def test_an_object_without_a_truth_is_not_judged() -> None:
    assert label(WORKERS.answers(Task("unknown", {"labels": LABELS}), 1)[0]) == "Not sure"


def test_with_one_label_only_nobody_can_err() -> None:
    workers = SimulatedWorkers(7, {"0": "Good Weld"}, "WeldingClassification", accuracies=(0.0,), unsure=0)

    assert label(workers.answers(Task("0", {"labels": ["Good Weld"]}), 1)[0]) == "Good Weld"


@pytest.mark.parametrize(("accuracies", "unsure"), [((), 0.1), ((1.1,), 0.1), ((-0.1,), 0.1), ((0.9,), 2)])
def test_impossible_chances_are_refused(accuracies: tuple[float, ...], unsure: float) -> None:
    with pytest.raises(InvalidConfiguration, match="from 0 to 1"):
        SimulatedWorkers(7, TRUTH, "WeldingClassification", accuracies, unsure)
