"""Simulated workers: plausible answers, the same for the same seed in whatever order they are asked for."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracemark.contract.answer_fields import DEFAULT_ABSTAIN_LABEL
from tracemark.contract.worker_answer import WorkerAnswer
from tracemark.errors import InvalidConfiguration, quoted
from tracemark_groundtruth.job.answers import Task

DEFAULT_ACCURACIES = (0.93, 0.88, 0.82)
DEFAULT_UNSURE = 0.04

_FASTEST_SECONDS = 4.0
_TYPICAL_SECONDS = 14.0


@dataclass(frozen=True)
class SimulatedWorkers:
    """Workers who know the truth and err now and then.

    `truth` maps object ids to labels, `classifier` is the name of the template's classifier. Worker n has the
    accuracy `accuracies[n]` (they are used again from the start for further workers). `unsure` is how often a worker
    abstains, if the task's `labels` offer that. An object without a truth is answered with the abstention.
    """

    seed: int
    truth: Mapping[str, str]
    classifier: str
    accuracies: Sequence[float] = DEFAULT_ACCURACIES
    unsure: float = DEFAULT_UNSURE
    abstain_label: str = DEFAULT_ABSTAIN_LABEL

    def __post_init__(self) -> None:
        if not self.accuracies or not all(0 <= chance <= 1 for chance in (*self.accuracies, self.unsure)):
            raise InvalidConfiguration(
                f"the workers' accuracies are {quoted(tuple(self.accuracies))}, their doubt is {self.unsure}",
                expected="one or more numbers from 0 to 1",
                remedy="correct the numbers",
            )

    def answers(self, task: Task, workers: int) -> Sequence[WorkerAnswer]:
        """Return one answer of each of the first `workers` workers."""
        labels = self._labels(task)
        return [self._answer(task.object_id, worker, labels) for worker in range(workers)]

    def worker_id(self, worker: int) -> str:
        """Return the id of worker number `worker`, counted from 0."""
        digest = hashlib.sha256(f"{self.seed}/worker/{worker}".encode()).hexdigest()
        return f"private.eu-west-1.{digest[:16]}"

    def _answer(self, object_id: str, worker: int, labels: Sequence[str]) -> WorkerAnswer:
        # random.Random hashes a string seed with SHA-512: the same on every machine and Python.
        dice = random.Random(f"{self.seed}/{object_id}/{worker}")  # noqa: S311
        label = self._label(object_id, worker, labels, dice)
        return WorkerAnswer(
            worker_id=self.worker_id(worker),
            content={self.classifier: {"label": label}},
            seconds_spent=round(_FASTEST_SECONDS + dice.expovariate(1 / _TYPICAL_SECONDS), 3),
            identity_provider="Simulated",
        )

    def _label(self, object_id: str, worker: int, labels: Sequence[str], dice: random.Random) -> str:
        truth = self.truth.get(object_id)
        doubt, luck, pick = dice.random(), dice.random(), dice.random()
        if truth is None or (doubt < self.unsure and self.abstain_label in labels):
            return self.abstain_label
        wrong = [label for label in labels if label not in (truth, self.abstain_label)]
        if luck < self.accuracies[worker % len(self.accuracies)] or not wrong:
            return truth
        return wrong[int(pick * len(wrong))]

    def _labels(self, task: Task) -> Sequence[str]:
        offered = task.task_input.get("labels")
        if isinstance(offered, list) and offered and all(isinstance(label, str) for label in offered):
            return offered
        return sorted(set(self.truth.values()))
