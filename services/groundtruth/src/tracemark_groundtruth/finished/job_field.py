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
    """A field of the page; `is_main`: the job's label is about it."""

    name: str
    kind: Kind
    is_main: bool


def job_fields(job: FinishedJob) -> tuple[JobField, ...]:
    """Return the fields of a job, the main one first, then those that labels tell, then further ones of answers.

    A label tells the kind of each field that it decides; of several kinds the most frequent counts. The kind of a field
    that no label tells comes from the shape of its answers, the most frequent one.
    """
    main = job.items[0].classifier if job.items else ""
    told: dict[str, Counter[Kind]] = {}
    for item in job.items:
        for name, verdict in item.label.fields.by_name.items() if item.label else ():
            told.setdefault(name, Counter())[verdict.kind] += 1
    kinds = {name: _most(counts) for name, counts in told.items()}
    kinds |= {name: kind for name, kind in _shapes(job).items() if name not in kinds}
    ordered = sorted(kinds, key=lambda name: name != main)
    return tuple(JobField(name, kinds[name], name == main) for name in ordered)


def values_of(item: Item, name: str) -> Mapping[str, Json]:
    """Return what each worker gave an object in one field."""
    return {answer.worker: answer.fields[name] for answer in item.answers if name in answer.fields}


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
