"""Painted masks: a class for each pixel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tracemark.errors import InvalidDocument
from tracemark.marks.kind import Kind
from tracemark.marks.mark import Frame
from tracemark.marks.mask import MAX_CLASSES, Indices, Mask
from tracemark.marks.png import bands
from tracemark_postlabel.consolidation.ballot import WorkerId
from tracemark_postlabel.fields.choice import meant
from tracemark_postlabel.fields.marks import NO_MARK_LEFT, reason, usual
from tracemark_postlabel.fields.sheet import FieldPlan, FieldVerdict, Sheet, sentence, unusable
from tracemark_postlabel.fields.staple import PaintRecords, Rates, Votes, most_likely
from tracemark_postlabel.fields.weights import mean


@dataclass(frozen=True, slots=True, eq=False)
class _Painted:
    workers: tuple[WorkerId, ...]
    votes: Votes | None
    problem: str

    def overlaps(self) -> list[float]:
        found = combinations(range(len(self.workers)), 2)
        return [self.votes.overlap(one, other) for one, other in found] if self.votes else []


@dataclass(frozen=True, slots=True)
class Masks:
    """The most likely class of each pixel, thing by thing, by how workers paint on other objects (see `most_likely`).

    Confidence is the mean share of the workers who gave what was decided, over the pixels that anybody painted;
    agreement the mean overlap of pairs.
    """

    plan: FieldPlan

    def decide(self, sheets: Sequence[Sheet]) -> list[FieldVerdict]:
        """See `FieldPolicy.decide`."""
        read = [self._read(sheet) for sheet in sheets]
        records = PaintRecords.of([(painted.workers, painted.votes) for painted in read])
        return [
            _verdict(painted, records.rates(place, painted.workers), mean(painted.overlaps()))
            for place, painted in enumerate(read)
        ]

    def _read(self, sheet: Sheet) -> _Painted:
        found: list[tuple[WorkerId, Mask]] = []
        reasons = []
        for slip in sheet.slips:
            try:
                found.append((slip.worker, Mask.parse(slip.value)))
            except InvalidDocument as error:
                reasons.append(reason(error, self.plan.kind))
        size = usual([_size(mask) for _, mask in found])
        kept = sorted(
            ((worker, mask) for worker, mask in found if _size(mask) == size),
            key=lambda each: (each[1].labels, each[1].pixels.tobytes(), each[0].name),
        )
        reasons += ["of another picture size"] * (len(found) - len(kept))
        read = [(worker, own, self._known(own)) for worker, own in kept]
        used = [
            (worker, mask) for worker, own, mask in read if mask.pixels.any() or not (own.pixels.any() or own.strays)
        ]
        reasons += [NO_MARK_LEFT] * (len(read) - len(used))
        known = [mask for _, mask in used]
        is_cut = any(np.count_nonzero(mask.pixels) < np.count_nonzero(own.pixels) for _, own, mask in read)
        too_many = len({name for mask in known for name in mask.labels}) > MAX_CLASSES
        said = [
            unusable(reasons, len(sheet.slips)),
            "classes left out: unknown category" if is_cut else "",
            said_of_strays([own.strays for _, own in kept]),
            f"more than {MAX_CLASSES} classes" if too_many else "",
        ]
        votes, problem = (None, "") if not known or too_many else _votes(known)
        return _Painted(tuple(worker for worker, _ in used), votes, sentence([*said, problem]))

    def _known(self, mask: Mask) -> Mask:
        read = [meant(name, self.plan.slate) for name in mask.labels]
        kept = tuple(sorted({label for label in read if label is not None}))
        if kept == mask.labels:
            return mask
        places = np.array([0, *(0 if label is None else kept.index(label) + 1 for label in read)], dtype=np.uint8)
        return Mask(kept, places[mask.pixels])


def _votes(masks: Sequence[Mask]) -> tuple[Votes | None, str]:
    try:
        return Votes.of(masks), ""
    except InvalidDocument as error:
        return None, error.what


def _verdict(painted: _Painted, rates: Sequence[Rates], agreement: float) -> FieldVerdict:
    votes = painted.votes
    if votes is None:
        return FieldVerdict(Kind.MASK, None, 0, method="staple", problem=painted.problem)
    try:
        classes = most_likely(votes, rates)
    except InvalidDocument as error:
        return FieldVerdict(Kind.MASK, None, 0, method="staple", problem=sentence([painted.problem, error.what]))
    areas = dict(zip(votes.labels, np.bincount(classes.ravel(), minlength=len(votes.labels) + 1)[1:], strict=True))
    return FieldVerdict(
        Kind.MASK,
        Mask(votes.labels, classes).to_json(),
        len(painted.workers),
        confidence=_sureness(votes, classes) if len(painted.workers) > 1 else 0.0,
        agreement=agreement,
        method="staple",
        details={"pixels": {name: int(area) for name, area in areas.items() if area}},
        problem=painted.problem,
    )


def _sureness(votes: Votes, classes: Indices) -> float:
    """Return the mean share of workers behind what was decided, over the pixels that anybody painted; 1 of none."""
    pixels = int(votes.touched.sum())
    if not pixels:
        return 1.0
    size = len(votes.labels) + 1
    code, counts = _counted(votes.places(), classes, size)
    given = votes.patterns[code // size]
    shares = (given == (code % size)[:, None]).mean(axis=1)
    return float((counts * shares)[given.any(axis=1)].sum()) / pixels


def _counted(places: NDArray[np.uint32], classes: Indices, size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the patterns with what was decided there, as one number each, and the pixels of each."""
    counts: Counter[int] = Counter()
    for rows in bands(*classes.shape):
        code, pixels = np.unique(places[rows] * np.int64(size) + classes[rows], return_counts=True)
        counts.update(dict(zip(code.tolist(), pixels.tolist(), strict=True)))
    return np.array(list(counts), np.int64), np.array(list(counts.values()), np.int64)


def said_of_strays(strays: Sequence[int]) -> str:
    """Return how many painted pixels are in no class's color; empty when none are."""
    answers = sum(count > 0 for count in strays)
    where = f" (in {answers} answers)" if answers > 1 else ""
    return f"{sum(strays):,} painted pixels left out: in no class's color{where}" if answers else ""


def _size(mask: Mask) -> Frame:
    height, width = mask.pixels.shape
    return Frame(width, height)
