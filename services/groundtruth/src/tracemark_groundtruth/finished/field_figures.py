"""The figures of one field of a job: how often it was answered, what was decided, and how far workers agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tracemark.agreement.gamma import gamma
from tracemark.agreement.overlap import Matches, OverlapAgreement
from tracemark.contract.answer_fields import intended_label
from tracemark.document import Json, Node
from tracemark.errors import InvalidDocument, one_line
from tracemark.marks.choices import all_chosen, chosen
from tracemark.marks.kind import LISTS, MARKS, Kind
from tracemark.marks.labels import labels_in
from tracemark.marks.mark import MarkSet, Span
from tracemark.marks.mask import Mask, read_instances
from tracemark.marks.reading import read_marks
from tracemark_groundtruth.finished.field_agreement import (
    FieldAgreement,
    Marked,
    agreement_of_labels,
    agreement_of_marks,
    agreement_of_numbers,
    agreement_of_sets,
    agreement_of_texts,
)
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.finished.job_field import JobField, job_fields, values_of
from tracemark_groundtruth.finished.painted_agreement import agreement_of_instances, agreement_of_masks

T = TypeVar("T")
K = TypeVar("K")

SPANNING = frozenset({Kind.SPANS, Kind.ENTITIES})
"""The kinds of fields that gamma measures."""


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class of a field: how often it was decided, its alpha against all others, and how its marks meet."""

    name: str
    decided: int
    alpha: float | None
    matches: Matches


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """One worker in a field: how far the pairs agree that the worker is one of, and how the marks meet."""

    name: str
    pairs: float | None
    matches: Matches


@dataclass(frozen=True, slots=True)
class FieldFigures:
    """`labels` counts what was decided: labels, or marks, of each class; `confidence` is the mean that labels tell.

    `answers` counts the values that workers gave, also those that cannot be read. `gamma` is that of spans and
    entities, None where it was not asked for or nothing can be compared.
    """

    name: str
    kind: Kind
    is_main: bool
    answers: int
    labels: Mapping[str, int] = field(default_factory=dict)
    confidence: float | None = None
    agreement: FieldAgreement = field(default_factory=FieldAgreement)
    gamma: float | None = None

    @property
    def classes(self) -> list[ClassRow]:
        """A row for each class that was decided or given."""
        found, overlap = self.agreement, self.agreement.overlap or OverlapAgreement()
        names = sorted({*self.labels, *found.by_class, *overlap.by_class})
        return [
            ClassRow(name, self.labels.get(name, 0), found.by_class.get(name), overlap.by_class.get(name, Matches()))
            for name in names
        ]

    @property
    def workers(self) -> list[PartnerRow]:
        """A row for each worker who can be compared with another."""
        found, overlap = self.agreement, self.agreement.overlap or OverlapAgreement()
        names = sorted({*found.by_worker, *overlap.by_worker})
        return [PartnerRow(name, found.by_worker.get(name), overlap.by_worker.get(name, Matches())) for name in names]

    def to_json(self) -> Json:
        """Return the figures as an object."""
        return {
            "field": self.name,
            "kind": self.kind.value,
            "main": self.is_main,
            "answers": self.answers,
            "labels": dict(self.labels),
            "mean_confidence": self.confidence,
            "agreement": self.agreement.to_json(),
            "gamma": self.gamma,
        }


def figures_of_fields(job: FinishedJob, abstain: str, *, with_gamma: bool = False) -> list[FieldFigures]:
    """Return the figures of each field, the main one first; `abstain` is the label that counts as none."""
    return [_figures(job, each, abstain, with_gamma=with_gamma) for each in job_fields(job)]


def _figures(job: FinishedJob, found: JobField, abstain: str, *, with_gamma: bool) -> FieldFigures:
    decided = (item.verdicts.get(found.name) for item in job.items)
    verdicts = [verdict for verdict in decided if verdict and verdict.kind is found.kind]
    told = [verdict.confidence for verdict in verdicts if verdict.confidence is not None]
    counts = Counter(one_line(label) for verdict in verdicts for label in labels_in(verdict.value, found.kind))
    return FieldFigures(
        name=one_line(found.name),
        kind=found.kind,
        is_main=found.is_main,
        answers=sum(len(values_of(item, found.name)) for item in job.items),
        labels=dict(sorted(counts.items())),
        confidence=sum(told) / len(told) if told else None,
        agreement=_agreement(job, found, abstain),
        gamma=_gamma(job, found) if with_gamma and found.kind in SPANNING else None,
    )


def _agreement(job: FinishedJob, found: JobField, abstain: str) -> FieldAgreement:
    given = (values_of(item, found.name) for item in job.items)
    kind = found.kind
    if kind in (Kind.SINGLE, Kind.TOGGLE):
        return agreement_of_labels(list(_read(given, lambda value: _label(value, kind, job.classes, abstain))))
    if kind is Kind.TEXT:
        return agreement_of_texts(list(_read(given, _text)))
    if kind is Kind.SEVERAL:
        return agreement_of_sets(list(_read(given, lambda value: _labels(value, job.classes))))
    if kind is Kind.NUMBER:
        return agreement_of_numbers(list(_read(given, _number)))
    return _agreement_of_marks(given, kind)


def _agreement_of_marks(given: Iterable[Mapping[str, Json]], kind: Kind) -> FieldAgreement:
    if kind in MARKS:
        return agreement_of_marks([_marked(sets) for sets in _read(given, lambda value: _marks(value, kind))])
    if kind is Kind.MASK:
        masks = _read(given, Mask.parse)
        return agreement_of_masks(_of_one_size(each, lambda mask: mask.pixels.shape) for each in masks)
    if kind is Kind.INSTANCES:
        painted = (_of_one_size(each, lambda found: found[1]) for each in _read(given, read_instances))
        return agreement_of_instances({who: found[0] for who, found in each.items()} for each in painted)
    return FieldAgreement()


def _gamma(job: FinishedJob, found: JobField) -> float | None:
    sets = _read((values_of(item, found.name) for item in job.items), lambda value: _marks(value, found.kind))
    return gamma([[_spans(each) for each in workers.values()] for workers in sets])


def _spans(found: MarkSet) -> list[Span]:
    return [mark for mark in found.marks if isinstance(mark, Span)]


def _read(given: Iterable[Mapping[str, Json]], read: Callable[[Json], T | None]) -> Iterator[dict[str, T]]:
    """Yield what can be read of the values of each object: the label's own `problem` tells of the others."""
    for values in given:
        found: dict[str, T] = {}
        for worker, value in values.items():
            try:
                each = read(value)
            except InvalidDocument:
                continue
            if each is not None:
                found[worker] = each
        yield found


def _label(value: Json, kind: Kind, classes: Collection[str], abstain: str) -> str | None:
    given = chosen(value, kind)
    label = None if given is None else one_line(intended_label(given, classes))
    return None if label in (None, abstain) or not label.strip() else label


def _labels(value: Json, classes: Collection[str]) -> frozenset[str] | None:
    given = all_chosen(value)
    return None if given is None else frozenset(one_line(intended_label(label, classes)) for label in given)


def _text(value: Json) -> str | None:
    return one_line(value).strip() or None if isinstance(value, str) else None


def _number(value: Json) -> float:
    return Node(value, "answer").number()


def _marks(value: Json, kind: Kind) -> MarkSet:
    # A hidden field that no mark was made in is an empty text.
    nothing: Json = [] if kind is Kind.SPANS else {LISTS[kind]: []}
    return read_marks(kind, nothing if value == "" else value)


def _marked(sets: Mapping[str, MarkSet]) -> Marked:
    """Return the marks on pictures of the usual size: those on others cannot be compared."""
    framed = {worker: found for worker, found in sets.items() if found.frame}
    same = _of_one_size(framed, lambda found: found.frame)
    frame = next((found.frame for found in same.values()), None)
    return frame, {worker: found.marks for worker, found in sets.items() if found.frame in (None, frame)}


def _of_one_size(found: Mapping[str, T], size: Callable[[T], K]) -> dict[str, T]:
    counts = Counter(size(each) for each in found.values())
    usual = max(counts, key=lambda each: (counts[each], str(each)), default=None)
    return {worker: each for worker, each in found.items() if size(each) == usual}


def main_labels(fields: Sequence[FieldFigures]) -> Mapping[str, int] | None:
    """Return how many marks or labels of each class were decided where the job is about no single choice, else None."""
    main = next((each for each in fields if each.is_main), None)
    return main.labels if main and main.kind is not Kind.SINGLE else None
