"""Spans, entities, boxes and paths: what enough workers marked stands, with the median of their ends."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tracemark.document import Json
from tracemark.errors import InvalidDocument
from tracemark.marks.kind import LISTS, Kind
from tracemark.marks.mark import Box, Entity, Frame, Mark, MarkSet, Path, Point, Span
from tracemark.marks.overlap import SAMPLES, Shape, along, reach_of
from tracemark.marks.reading import read_marks
from tracemark_postlabel.consolidation.ballot import WorkerId
from tracemark_postlabel.fields.choice import meant
from tracemark_postlabel.fields.clusters import Cluster, Meeting, Voice, clustered, sort_key
from tracemark_postlabel.fields.median import lower_median, weighted_median
from tracemark_postlabel.fields.sheet import FieldPlan, FieldVerdict, Sheet, rounded, sentence, unusable
from tracemark_postlabel.fields.weights import Steadiness, Trust, closeness, mean

_HALF = 0.5 - 1e-9

NO_MARK_LEFT = "every mark left out"
"""Why an answer with marks tells nothing: it must not count as one that found nothing to mark."""


class Verdicts(Protocol):
    """What is decided from an object's marks, its workers' weights, and how far these agree."""

    def __call__(self, marked: Marked, voices: Sequence[Voice], agreement: float) -> FieldVerdict:
        """Return the verdict on one object."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What is known of one object before it is decided; `frame` is the picture's size, `reach` as in `reach_of`."""

    workers: tuple[WorkerId, ...]
    marks: tuple[tuple[Shape, ...], ...]
    frame: Frame | None
    reach: float
    problem: str

    @classmethod
    def of(
        cls,
        given: Sequence[tuple[WorkerId, Sequence[Shape], Sequence[str]]],
        frame: Frame | None,
        reach: float,
        reasons: Sequence[str],
        answers: int,
        further: str = "",
    ) -> Marked:
        """Return what is known from each worker's marks that are kept, and what was wrong with the others.

        Who has none left of those that were made is not taken for one who found nothing. `reasons` are those of answers
        that could not be read, of `answers` in all; `further` is said after them.
        """
        used = [(worker, tuple(marks)) for worker, marks, problems in given if marks or not problems]
        said = Counter(problem for _, _, problems in given for problem in problems)
        lost = [*reasons, *[NO_MARK_LEFT] * (len(given) - len(used))]
        return cls(
            tuple(worker for worker, _ in used),
            tuple(marks for _, marks in used),
            frame,
            reach,
            sentence([unusable(lost, answers), *_said_of_marks(said), further]),
        )

    def meetings(self) -> dict[tuple[int, int], Meeting]:
        """Return how the marks of each two workers meet, by their places."""
        return {
            (one, other): Meeting.of(self.marks[one], self.marks[other], self.reach)
            for one, other in combinations(range(len(self.workers)), 2)
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """A mark that stands: the cluster it comes from, its class, its share of all weight, and whether it is tied."""

    cluster: Cluster
    label: str
    share: float
    is_tied: bool

    def figures(self, alone: bool) -> dict[str, Json]:
        """Return what is written beside the mark; one worker alone gives no confidence."""
        votes = self.cluster.votes()
        found: dict[str, Json] = {"confidence": 0.0 if alone else rounded(self.share), "votes": len(self.cluster.marks)}
        if len(votes) > 1:
            found["labels"] = votes
        return {**found, "tie": True} if self.is_tied and not alone else found


Consensus = Callable[[Standing], Mark]
"""What the marks of a cluster say together."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Workers' marks of the same thing are brought together (see `clustered`), and voted on.

    A mark stands when workers with half of the weight or more made it; its class is the one with most of their weight,
    its ends are weighted medians. Weights come from the overlap with others on other objects (see `Trust`, and for
    ends `Steadiness`).
    Confidence is the mean, over all that anybody marked, of the weight's share for what was decided.
    """

    plan: FieldPlan
    consensus: Consensus | None = None

    def decide(self, sheets: Sequence[Sheet]) -> list[FieldVerdict]:
        """See `FieldPolicy.decide`."""
        read = [self._read(sheet) for sheet in sheets]
        return decided(read, self._verdict)

    def _verdict(self, marked: Marked, voices: Sequence[Voice], agreement: float) -> FieldVerdict:
        standing, confidence = voted(voices, marked.reach)
        alone = len(voices) < 2
        consensus = self.consensus or median_of
        marks = [{**consensus(each).to_json(), **each.figures(alone)} for each in standing]
        return FieldVerdict(
            self.plan.kind,
            self._value(marks, marked.frame) if voices else None,
            len(voices),
            confidence=0.0 if alone else confidence,
            agreement=agreement,
            method="overlap",
            details={"tie": True} if any(each.is_tied for each in standing) and not alone else {},
            problem=marked.problem,
        )

    def _value(self, marks: Sequence[Json], frame: Frame | None) -> Json:
        if self.plan.kind is Kind.SPANS:
            return list(marks)
        listed = {LISTS[self.plan.kind]: list(marks)}
        return {**listed, "inputImageProperties": frame.to_json()} if frame else listed

    def _read(self, sheet: Sheet) -> Marked:
        found: list[tuple[WorkerId, MarkSet]] = []
        reasons = []
        for slip in sheet.slips:
            try:
                found.append((slip.worker, read_marks(self.plan.kind, _list_of(slip.value, self.plan.kind))))
            except InvalidDocument as error:
                reasons.append(reason(error, self.plan.kind))
        frame = usual([marks.frame for _, marks in found if marks.frame])
        kept = [(worker, marks) for worker, marks in found if marks.frame in (None, frame)]
        reasons += ["of another picture size"] * (len(found) - len(kept))
        known = [(worker, self._known(marks)) for worker, marks in kept]
        reach = reach_of([mark for _, marks in known for mark in marks.marks], frame)
        given = [(worker, marks.marks, marks.problems) for worker, marks in known]
        return Marked.of(given, frame, reach, reasons, len(sheet.slips))

    def _known(self, found: MarkSet) -> MarkSet:
        read = [(mark, meant(mark.label, self.plan.slate)) for mark in found.marks]
        known = {replace(mark, label=label) for mark, label in read if label is not None}
        unknown = said_of_unknown(sum(label is None for _, label in read), len(read))
        return MarkSet(tuple(sorted(known)), found.frame, (*found.problems, *unknown))


def decided(read: Sequence[Marked], verdict: Verdicts) -> list[FieldVerdict]:
    """Return the verdict on each object, its workers weighted by how close they were to others on other objects."""
    meetings = [marked.meetings() for marked in read]
    pairs = [{places: met.closeness for places, met in found.items()} for found in meetings]
    trust = Trust.of([closeness(found, marked.workers) for found, marked in zip(pairs, read, strict=True)])
    steadiness = Steadiness.of([_distances(found, each.workers) for found, each in zip(meetings, read, strict=True)])
    verdicts = []
    for place, marked in enumerate(read):
        weights = trust.weights(place, marked.workers), steadiness.weights(place, marked.workers)
        voices = [Voice(*each) for each in zip(marked.marks, *weights, strict=True)]
        verdicts.append(verdict(marked, voices, mean(list(pairs[place].values()))))
    return verdicts


def _distances(
    meetings: Mapping[tuple[int, int], Meeting], workers: Sequence[WorkerId]
) -> Mapping[WorkerId, Sequence[float]]:
    found: dict[WorkerId, list[float]] = {}
    for places, met in meetings.items():
        for place in places:
            found.setdefault(workers[place], []).extend(1 - overlap for overlap in met.overlaps)
    return found


def voted(voices: Sequence[Voice], reach: float) -> tuple[list[Standing], float]:
    """Return the marks that stand, in the order of their class and place, and how sure that is."""
    whole = math.fsum(voice.weight for voice in voices)
    standing, sure = [], []
    for cluster in clustered(voices, reach):
        share = min(1.0, cluster.weight / whole)
        by_label = cluster.by_label()
        most = max(by_label.values())
        votes = cluster.votes()
        leading = [label for label, weight in by_label.items() if weight >= most * (1 - 1e-9)]
        label = min(leading, key=lambda name: (-votes[name], name))
        for_label = min(1.0, by_label[label] / whole)
        sure.append(for_label if share >= _HALF else 1 - share)
        if share >= _HALF:
            tied = share <= 1 - _HALF or len(leading) > 1
            standing.append(Standing(cluster, label, for_label, tied))
    return sorted(standing, key=lambda each: (each.label, sort_key(each.cluster.marks[0]))), mean(sure) if sure else 1.0


def said_of_unknown(left_out: int, marks: int) -> tuple[str, ...]:
    """Return what is said of marks whose class is none of the job's."""
    return (f"{left_out} of {marks} marks left out: unknown category",) if left_out else ()


def _said_of_marks(said: Mapping[str, int]) -> list[str]:
    """Return what was wrong with marks, and in how many answers where it was in several."""
    return [text if said[text] == 1 else f"{text} (in {said[text]} answers)" for text in sorted(said)]


def reason(error: InvalidDocument, kind: Kind) -> str:
    """Return why a field cannot be used, in words that quote nothing of what a worker sent."""
    return f"not of the shape of {kind}" if error.what.startswith(("key ", "the document")) else error.what


def usual(sizes: Sequence[Frame]) -> Frame | None:
    """Return the most frequent size of a picture, the largest of several; None of none."""
    counts = Counter(sizes)
    return max(counts, key=lambda size: (counts[size], size.width, size.height)) if counts else None


def _list_of(value: Json, kind: Kind) -> Json:
    # A hidden field that no mark was made in is an empty text.
    if value != "":
        return value
    return [] if kind is Kind.SPANS else {LISTS[kind]: []}


def median_of(standing: Standing) -> Mark:
    """Return the mark with the weighted medians of the ends, corners or points of a cluster's marks."""
    marks, weights = standing.cluster.marks, standing.cluster.steadiness
    if isinstance(marks[0], Span):
        return _span(standing.label, [mark for mark in marks if isinstance(mark, Span)], weights)
    if isinstance(marks[0], Box):
        return _box(standing.label, [mark for mark in marks if isinstance(mark, Box)], weights)
    return _path(standing.label, [mark for mark in marks if isinstance(mark, Path)], weights)


def _span(label: str, spans: Sequence[Span], weights: Sequence[float]) -> Span:
    kind, middle = (Entity, lower_median) if isinstance(spans[0], Entity) else (Span, weighted_median)
    start = middle([span.start for span in spans], weights)
    return kind(label, start, middle([span.end for span in spans], weights), spans[0].channel)


def _box(label: str, boxes: Sequence[Box], weights: Sequence[float]) -> Box:
    left = weighted_median([box.left for box in boxes], weights)
    top = weighted_median([box.top for box in boxes], weights)
    right = weighted_median([box.left + box.width for box in boxes], weights)
    bottom = weighted_median([box.top + box.height for box in boxes], weights)
    return Box(label, left, top, right - left, bottom - top)


def _path(label: str, paths: Sequence[Path], weights: Sequence[float]) -> Path:
    """Vertex by vertex where all have as many, else at equal distances along the paths; all in one direction."""
    sizes = {len(path.points) for path in paths}
    samples = [np.array(path.points) if len(sizes) == 1 else _sampled(path) for path in paths]
    first = samples[0]
    turned = [each if _apart(each, first) <= _apart(each[::-1], first) else each[::-1] for each in samples]
    points: list[Point] = [
        (weighted_median([p[at, 0] for p in turned], weights), weighted_median([p[at, 1] for p in turned], weights))
        for at in range(len(first))
    ]
    return Path(label, tuple((float(x), float(y)) for x, y in points))


def _sampled(path: Path) -> NDArray[np.float64]:
    points = along(path)
    return points if len(points) == SAMPLES else np.linspace(points[0], points[-1], SAMPLES)


def _apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.hypot(*(one - other).T).sum())
