"""The named fields of a job's answers, and of which kind each is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracemark.document import Json
from tracemark.marks.kind import Kind, is_flags, shape_of
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.finished.item import Item


@dataclass(frozen=True, slots=True)
class JobField:
    """A field of the page; `is_main`: the job's label is about it; `is_uniform`: all labels tell the same kind."""

    name: str
    kind: Kind
    is_main: bool
    is_uniform: bool = True


def decided_fields(job: FinishedJob) -> tuple[JobField, ...]:
    """Return the fields that labels tell, the main one first; none for a job with one question.

    Labels of several batches may tell several kinds of one field: the most frequent counts.
    """
    told: dict[str, Counter[Kind]] = {}
    for item in job.items:
        for name, verdict in item.label.fields.by_name.items() if item.label else ():
            told.setdefault(name, Counter())[verdict.kind] += 1
    main = _main(job)
    ordered = sorted(told, key=lambda name: name != main)
    return tuple(JobField(name, _most(told[name]), name == main, len(told[name]) == 1) for name in ordered)


def job_fields(job: FinishedJob) -> tuple[JobField, ...]:
    """Return all fields, those that labels tell and then those that only answers have, the main one first.

    The kind of a field that no label tells comes from the shape of its answers, the most frequent one.
    """
    decided = decided_fields(job)
    known, main = {each.name for each in decided}, _main(job)
    further = (JobField(name, kind, name == main) for name, kind in _shapes(job).items() if name not in known)
    return tuple(sorted((*decided, *further), key=lambda each: not each.is_main))


def values_of(item: Item, name: str) -> Mapping[str, Json]:
    """Return what each worker gave an object in one field."""
    return {answer.worker: answer.value(name) for answer in item.answers if name in answer.content}


def _main(job: FinishedJob) -> str:
    return job.items[0].classifier if job.items else ""


def _shapes(job: FinishedJob) -> Mapping[str, Kind]:
    seen: dict[str, list[Json]] = {}
    for item in job.items:
        for answer in item.answers:
            for name, value in answer.fields.items():
                if value != "":
                    seen.setdefault(name, []).append(value)
    return {name: _shape(values, job.classes) for name, values in seen.items()}


def _shape(values: Sequence[Json], classes: Sequence[str]) -> Kind:
    kind = _most(Counter(map(shape_of, values)))
    if kind is Kind.TEXT and all(value in classes for value in values):
        return Kind.SINGLE  # a select
    if kind is Kind.SEVERAL and all(is_flags(value) and sum(value.values()) < 2 for value in values):
        return Kind.SINGLE  # radio buttons
    return kind


def _most(counts: Mapping[Kind, int]) -> Kind:
    order = list(Kind)
    return min(counts, key=lambda kind: (-counts[kind], order.index(kind)))
