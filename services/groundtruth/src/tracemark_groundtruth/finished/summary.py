"""A job in figures: what the report shows and its JSON twin says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracemark.document import Json
from tracemark.marks.kind import Kind
from tracemark_groundtruth.finished.agreement import (
    ConfusedPair,
    Interval,
    alpha_interval,
    confused_pairs,
    fleiss_kappa,
    percent_agreement,
)
from tracemark_groundtruth.finished.field_figures import FieldFigures, figures_of_fields, main_labels
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.finished.item import Item, Standing
from tracemark_groundtruth.finished.reliability import Judged, Reliability
from tracemark_groundtruth.finished.worker_row import WorkerRow, worker_rows


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the job is: objects by what became of them, answers, labels that are tied, objects with a problem.

    Problems are objects that failed, that were left out for what is wrong with them, or whose label has a problem.
    """

    objects: int
    standings: Mapping[Standing, int]
    answers: int
    ties: int
    problems: int
    is_finished: bool

    def to_json(self) -> Json:
        """Return the counts as an object."""
        return {
            "finished": self.is_finished,
            "objects": self.objects,
            **{standing.value.replace(" ", "_"): self.standings.get(standing, 0) for standing in Standing},
            "answers": self.answers,
            "ties": self.ties,
            "problems": self.problems,
        }


@dataclass(frozen=True, slots=True)
class Agreement:
    """The measures of agreement over all objects that two workers or more voted for; None where there are none."""

    objects: int
    percent: float | None
    kappa: float | None
    alpha: Interval | None

    def to_json(self) -> Json:
        """Return the measures as an object."""
        return {
            "objects": self.objects,
            "percent": self.percent,
            "fleiss_kappa": self.kappa,
            "krippendorff_alpha": self.alpha.to_json() if self.alpha else None,
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of a job; `labels` counts the labels, or marks, of each class, in the order of the classes.

    `confidences` are those of all labels that tell one; `reliability` is None where no label is known to be right.
    `fields` has the figures of every field of the form, the main one first.
    """

    job: str
    progress: Progress
    labels: Mapping[str, int]
    confidences: tuple[float, ...]
    agreement: Agreement
    confused: Sequence[ConfusedPair]
    workers: Sequence[WorkerRow]
    reliability: Reliability | None
    fields: Sequence[FieldFigures] = ()

    @property
    def is_plain(self) -> bool:
        """Whether workers were asked one question, with remarks at most beside it."""
        kinds = [each.kind for each in self.fields if not each.is_main]
        main = next((each.kind for each in self.fields if each.is_main), Kind.SINGLE)
        return main is Kind.SINGLE and all(kind is Kind.TEXT for kind in kinds)

    @property
    def has_gamma(self) -> bool:
        """Whether gamma was measured in a field."""
        return any(each.gamma is not None for each in self.fields)

    @classmethod
    def of(cls, job: FinishedJob, truth: Mapping[str, str], abstain: str, *, with_gamma: bool = False) -> Summary:
        """Sum up a job; `truth` has true labels by object id and goes before gold, `abstain` is the vote for none.

        Gamma of the fields of spans takes seconds, and is measured only `with_gamma`.
        """
        known = {item.id: item.gold for item in job.items if item.gold} | dict(truth)
        voted = [[label for _, label in item.choices if label != abstain] for item in job.items]
        fields = figures_of_fields(job, abstain, with_gamma=with_gamma)
        marks = main_labels(fields)
        counts = Counter(item.label.name for item in job.items if item.label) if marks is None else Counter(marks)
        return cls(
            job=job.name,
            progress=_progress(job),
            labels={name: counts[name] for name in (*job.classes, *sorted(counts.keys() - set(job.classes)))},
            confidences=tuple(
                item.label.confidence for item in job.items if item.label and item.label.confidence is not None
            ),
            agreement=_agreement(voted),
            confused=confused_pairs(voted),
            workers=worker_rows(job.items, known, abstain),
            reliability=Reliability.of(_judge(job.items, known)),
            fields=fields,
        )

    def to_json(self) -> Json:
        """Return the figures as one object."""
        return {
            "job": self.job,
            "progress": self.progress.to_json(),
            "labels": dict(self.labels),
            "mean_confidence": sum(self.confidences) / len(self.confidences) if self.confidences else None,
            "agreement": self.agreement.to_json(),
            "confused": [pair.to_json() for pair in self.confused],
            "workers": [row.to_json() for row in self.workers],
            "reliability": self.reliability.to_json() if self.reliability else None,
            "fields": [each.to_json() for each in self.fields],
        }


def _progress(job: FinishedJob) -> Progress:
    return Progress(
        objects=len(job.items),
        standings=Counter(item.standing for item in job.items),
        answers=sum(len(item.answers) for item in job.items),
        ties=sum(item.is_tied for item in job.items),
        problems=sum(bool(item.failure or (item.label and item.label.problem)) for item in job.items),
        is_finished=job.is_finished,
    )


def _agreement(voted: Sequence[Sequence[str]]) -> Agreement:
    return Agreement(
        objects=sum(len(labels) > 1 for labels in voted),
        percent=percent_agreement(voted),
        kappa=fleiss_kappa(voted),
        alpha=alpha_interval(voted),
    )


def _judge(items: Sequence[Item], known: Mapping[str, str]) -> list[Judged]:
    return [
        Judged(item.label.confidence, item.label.name == known[item.id])
        for item in items
        if item.label and item.id in known
    ]
