"""Compares our consolidation of spans, boxes and masks with the best expert, a majority, and the published rules.

Experts are simulated (`mark_experts.py`), three and five of them, five seeds, forty objects each. F1 is that of marks
of the right class that overlap a true one by half. The error of ends is the mean distance of the ends (sides) from the
true ones, in their unit, over the true marks that every method found: a method that finds more would else pay for the
hard ones. For masks F1 is that of classes in a picture that overlap the true ones by half, and the error one less the
mean overlap with all true ones. Published: weighted box fusion (Solovyev, Wang and Gabruseva, 2021; in one dimension
for spans), and STAPLE (Warfield, Zou and Wells, 2004). Each row has the mean over the seeds and its 95 % interval
(Student's t, four degrees of freedom); `f1_ahead` and `error_ahead` are how far tracemark is better, seed by seed, with
theirs. Writes benchmarks/consolidation_marks.json.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from mark_experts import CLASSES, OBJECTS, Blob, Expert, Indices, box, span
from mark_rules import fused, majority, majority_mask, staple
from numpy.typing import NDArray

from tracemark.document import Json
from tracemark.marks.kind import Kind
from tracemark.marks.mark import Box, Mark, Span
from tracemark.marks.mask import Mask
from tracemark.marks.matching import matched
from tracemark.marks.overlap import same_labels, similarities
from tracemark.marks.reading import read_marks
from tracemark_postlabel.consolidation.ballot import WorkerId
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.fields.marks import Marks
from tracemark_postlabel.fields.mask import Masks
from tracemark_postlabel.fields.sheet import FieldPlan, Sheet, Slip

RESULTS = Path(__file__).with_name("consolidation_marks.json")
SEEDS = (1, 2, 3, 4, 5)
STUDENT = 2.776  # the 97.5 percentile with four degrees of freedom

Answers = Sequence[Sequence[Any]]
"""For each object, what each expert marked."""
Consolidated = Callable[[Answers], Sequence[Any]]


OURS = "tracemark"


@dataclass(frozen=True)
class Score:
    """`errors` are those of each true mark that was found, by its place among all."""

    f1: float
    errors: Mapping[int, float]


@dataclass(frozen=True)
class Row:
    kind: str
    experts: int
    method: str
    f1: float
    f1_interval: float
    error: float
    error_interval: float
    f1_ahead: float
    f1_ahead_interval: float
    error_ahead: float
    error_ahead_interval: float


def main() -> None:
    rows = []
    for row in all_rows():
        rows.append(row)
        print(shown(row), flush=True)
    lines = ",\n".join(json.dumps(asdict(row)) for row in rows)
    RESULTS.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def all_rows() -> Iterator[Row]:
    """Yield the rows for each kind of mark and number of experts, a method at a time."""
    for kind, methods in METHODS.items():
        for experts in (3, 5):
            scores = [scored(kind, experts, seed, methods) for seed in SEEDS]
            for method in scores[0]:
                yield row_of(kind, experts, method, scores)


def scored(
    kind: Kind, experts: int, seed: int, methods: Mapping[str, Consolidated]
) -> Mapping[str, tuple[float, float]]:
    """Return F1 and error of each method on one simulated job; the best expert is so by F1, in hindsight."""
    dice = np.random.default_rng([seed, experts, list(METHODS).index(kind)])
    crowd = [Expert.drawn(dice) for _ in range(experts)]
    truth = [[DRAWN[kind](dice) for _ in range(dice.integers(1, 8))] for _ in range(OBJECTS)]
    answers = [[answer(expert, kind, true, dice) for expert in crowd] for true in truth]
    known: Sequence[Any] = [painted(true) for true in truth] if kind is Kind.MASK else truth
    score = mask_score if kind is Kind.MASK else mark_score
    alone = [score(known, [given[place] for given in answers]) for place in range(experts)]
    found = {"best expert": max(alone, key=lambda each: each.f1)}
    found |= {name: score(known, method(answers)) for name, method in methods.items()}
    by_all = set.intersection(*(set(each.errors) for each in found.values()))
    return {name: (each.f1, float(np.mean([each.errors[at] for at in by_all]))) for name, each in found.items()}


def answer(expert: Expert, kind: Kind, truth: Sequence[Any], dice: np.random.Generator) -> Any:
    if kind is Kind.MASK:
        return expert.mask(truth, dice)
    return expert.spans(truth, dice) if kind is Kind.SPANS else expert.boxes(truth, dice)


def painted(blobs: Sequence[Blob]) -> Indices:
    pixels = np.zeros(blobs[0].cells().shape, np.uint8)
    for blob in blobs:
        pixels[blob.cells()] = CLASSES.index(blob.label) + 1
    return pixels


def our_marks(kind: Kind) -> Consolidated:
    def consolidated(answers: Answers) -> Sequence[Sequence[Mark]]:
        verdicts = Marks(plan(kind)).decide(sheets(answers, lambda marks: as_json(kind, marks)))
        return [read_marks(kind, verdict.value).marks for verdict in verdicts]

    return consolidated


def our_masks(answers: Answers) -> Sequence[Indices]:
    verdicts = Masks(plan(Kind.MASK)).decide(sheets(answers, lambda pixels: Mask(CLASSES, pixels).to_json()))
    return [Mask.parse(verdict.value).of(CLASSES) for verdict in verdicts]


def plan(kind: Kind) -> FieldPlan:
    return FieldPlan("marks", kind, Slate.listed(CLASSES, "Not sure"))


def sheets(answers: Answers, written: Callable[[Any], Json]) -> list[Sheet]:
    return [
        Sheet(str(place), tuple(Slip(WorkerId(f"w{who}"), written(marks)) for who, marks in enumerate(given)))
        for place, given in enumerate(answers)
    ]


def as_json(kind: Kind, marks: Sequence[Mark]) -> Json:
    listed = [mark.to_json() for mark in marks]
    return listed if kind is Kind.SPANS else {"boundingBoxes": listed}


def mark_score(truth: Sequence[Sequence[Mark]], found: Sequence[Sequence[Mark]]) -> Score:
    met = marks = 0
    errors: dict[int, float] = {}
    for place, (true, given) in enumerate(zip(truth, found, strict=True)):
        near = np.where(same_labels(true, given), similarities(true, given), 0.0)
        pairs = matched(near, 0.5)
        met += 2 * len(pairs)
        marks += len(true) + len(given)
        for row, column in pairs:
            apart = np.abs(np.subtract(ends(true[row]), ends(given[column])))
            errors[100 * place + row] = float(apart.mean())
    return Score(met / marks, errors)


def ends(mark: Mark) -> tuple[float, ...]:
    if isinstance(mark, Span):
        return mark.start, mark.end
    assert isinstance(mark, Box)
    return mark.left, mark.top, mark.left + mark.width, mark.top + mark.height


def mask_score(truth: Sequence[Indices], found: Sequence[Indices]) -> Score:
    met = marks = 0
    errors: dict[int, float] = {}
    for at, (true, given) in enumerate(zip(truth, found, strict=True)):
        for place in range(1, len(CLASSES) + 1):
            a, b = true == place, given == place
            if a.any():
                overlap = np.count_nonzero(a & b) / np.count_nonzero(a | b)
                errors[100 * at + place] = 1 - float(overlap)
                met += 2 * int(overlap >= 0.5)
            marks += int(a.any()) + int(b.any())
    return Score(met / marks, errors)


def row_of(kind: Kind, experts: int, method: str, scores: Sequence[Mapping[str, tuple[float, float]]]) -> Row:
    f1, error = zip(*(found[method] for found in scores), strict=True)
    our_f1, our_error = zip(*(found[OURS] for found in scores), strict=True)
    ahead = interval(np.subtract(our_f1, f1)), interval(np.subtract(error, our_error))
    return Row(kind.value, experts, method, *interval(f1), *interval(error), *ahead[0], *ahead[1])


def interval(values: Sequence[float] | NDArray[np.float64]) -> tuple[float, float]:
    return round(float(np.mean(values)), 4), round(STUDENT * float(np.std(values, ddof=1)) / math.sqrt(len(values)), 4)


def shown(row: Row) -> str:
    return (
        f"{row.kind:8}{row.experts:>3} {row.method:24}{row.f1:>8.4f} ±{row.f1_interval:.4f}"
        f"{row.error:>10.4f} ±{row.error_interval:.4f}"
        f"{row.f1_ahead:>+10.4f} ±{row.f1_ahead_interval:.4f}{row.error_ahead:>+10.4f} ±{row.error_ahead_interval:.4f}"
    )


DRAWN: Mapping[Kind, Callable[[np.random.Generator], Any]] = {
    Kind.SPANS: span,
    Kind.BOXES: box,
    Kind.MASK: Blob.drawn,
}
METHODS: Mapping[Kind, Mapping[str, Consolidated]] = {
    Kind.SPANS: {"majority": majority, "weighted box fusion": fused, OURS: our_marks(Kind.SPANS)},
    Kind.BOXES: {"majority": majority, "weighted box fusion": fused, OURS: our_marks(Kind.BOXES)},
    Kind.MASK: {"majority": majority_mask, "STAPLE": staple, OURS: our_masks},
}

if __name__ == "__main__":
    main()
