"""Verdicts on fields of every kind as regions and choices of Label Studio, and the labeling interface for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

import numpy as np

from tracemark.contract.field_label import FieldLabel
from tracemark.document import Json, json_text
from tracemark.errors import InvalidDocument, encodable, one_line
from tracemark.marks.kind import MARKS, Kind
from tracemark.marks.labels import labels_in
from tracemark.marks.mark import Box, Frame, Mark, Path, Span
from tracemark.marks.mask import Mask, read_painted_instances
from tracemark.marks.raster import Cells
from tracemark.marks.reading import read_frame
from tracemark_cli.formats.brush import brush_rle
from tracemark_cli.formats.verdict_marks import Standing, standing_marks
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.finished.job_field import JobField, decided_fields

IMAGE, SIGNAL, TEXT = "image", "signal", "text"

_KEYPOINT_PERCENT = 0.5
_CONTROLS: Mapping[Kind, tuple[str, str, str]] = {
    Kind.SINGLE: ("Choices", "choices", IMAGE),
    Kind.SEVERAL: ("Choices", "choices", IMAGE),
    Kind.TOGGLE: ("Choices", "choices", IMAGE),
    Kind.NUMBER: ("Number", "number", IMAGE),
    Kind.TEXT: ("TextArea", "textarea", IMAGE),
    Kind.UNKNOWN: ("TextArea", "textarea", IMAGE),
    Kind.SPANS: ("TimeSeriesLabels", "timeserieslabels", SIGNAL),
    Kind.ENTITIES: ("Labels", "labels", TEXT),
    Kind.BOXES: ("RectangleLabels", "rectanglelabels", IMAGE),
    Kind.POLYGONS: ("PolygonLabels", "polygonlabels", IMAGE),
    Kind.POLYLINES: ("PolygonLabels", "polygonlabels", IMAGE),
    Kind.LINES: ("PolygonLabels", "polygonlabels", IMAGE),
    Kind.KEYPOINTS: ("KeyPointLabels", "keypointlabels", IMAGE),
    Kind.MASK: ("BrushLabels", "brushlabels", IMAGE),
    Kind.INSTANCES: ("BrushLabels", "brushlabels", IMAGE),
}
"""The tag, the type of its results, and what it labels. Label Studio has no lines: they are polygons left open."""

_CHOICES = (Kind.SINGLE, Kind.SEVERAL, Kind.TOGGLE)


@dataclass
class FieldResults:
    """Turns the verdicts of one job into results; `classes` are those of each field, `notes` what found no place."""

    fields: tuple[JobField, ...]
    classes: Mapping[str, Sequence[str]]
    channels: Sequence[str]
    notes: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, job: FinishedJob) -> FieldResults:
        """Find out which fields a job has, which classes and which channels."""
        fields = decided_fields(job)
        classes: dict[str, dict[str, None]] = {each.name: {} for each in fields}
        channels: dict[str, None] = {}
        for name, verdict in _verdicts(job):
            classes[name].update(dict.fromkeys(_classes(verdict)))
            channels.update(dict.fromkeys(_channels(verdict)))
        main = {each.name: job.classes for each in fields if each.is_main}
        ordered = {name: tuple(dict.fromkeys((*main.get(name, ()), *sorted(found)))) for name, found in classes.items()}
        return cls(fields, ordered, tuple(channels))

    def results(self, verdicts: Mapping[str, FieldLabel]) -> list[Json]:
        """Return the results of one object; each region has an id of its own."""
        found = [
            result
            for name, verdict in verdicts.items()
            if verdict.value is not None
            for result in self._results(name, verdict)
        ]
        return [{"id": f"r{place}", **result} for place, result in enumerate(found)]

    def choice(self, label: str) -> Json:
        """Return one class of the main field as a result."""
        main = next(each for each in self.fields if each.is_main)
        return {**_head(main.name, main.kind), "value": {"choices": [label]}}

    def interface(self) -> str:
        """Return the labeling interface, for a project's settings."""
        targets = {_CONTROLS[each.kind][2] for each in self.fields} | {IMAGE}
        lines = [f'  <Image name="{IMAGE}" value="$image"/>']
        if SIGNAL in targets:
            channels = "".join(f"<Channel column={quoteattr(name)}/>" for name in self.channels or ("1",))
            lines.append(f'  <TimeSeries name="{SIGNAL}" valueType="url" value="$signal">{channels}</TimeSeries>')
        if TEXT in targets:
            lines.append(f'  <Text name="{TEXT}" value="$text"/>')
        lines += [self._control(each) for each in self.fields]
        return "\n".join(("<View>", *lines, "</View>\n"))

    def _control(self, found: JobField) -> str:
        tag, _, target = _CONTROLS[found.kind]
        choice = ' choice="multiple"' if found.kind is Kind.SEVERAL else ""
        opening = f"  <{tag} name={quoteattr(_name(found.name))} toName={quoteattr(target)}{choice}"
        option = "Choice" if found.kind in _CHOICES else "Label"
        if tag in ("Number", "TextArea"):
            return f"{opening}/>"
        inner = "\n".join(f"    <{option} value={quoteattr(name)}/>" for name in self.classes[found.name])
        return f"{opening}>\n{inner}\n  </{tag}>"

    def _results(self, name: str, verdict: FieldLabel) -> Iterator[dict[str, Json]]:
        head = _head(name, verdict.kind)
        if verdict.kind in (Kind.MASK, Kind.INSTANCES):
            yield from self._painted(head, verdict)
        elif verdict.kind in MARKS:
            yield from self._marks(head, verdict)
        else:
            yield {**head, "value": _plain(verdict)}

    def _marks(self, head: Mapping[str, Json], verdict: FieldLabel) -> Iterator[dict[str, Json]]:
        marks, problems = standing_marks(verdict)
        self.notes.update(f"marks left out: {problem}" for problem in problems)
        frame = read_frame(verdict.value)
        for mark, standing in marks:
            if not isinstance(mark, Span) and frame is None:
                self.notes["marks left out: the answers do not tell the size of the picture"] += 1
                continue
            size = _size(frame) if frame else {}
            value = {**_place(mark, verdict.kind, frame), head["type"]: [one_line(mark.label)]}
            yield {**head, **size, "value": value, **_meta(standing, mark)}

    def _painted(self, head: Mapping[str, Json], verdict: FieldLabel) -> Iterator[dict[str, Json]]:
        try:
            regions = list(_regions(verdict))
        except InvalidDocument as error:
            self.notes[f"masks left out: {error.what}"] += 1
            return
        for label, cells, standing in regions:
            height, width = cells.shape
            value = {"format": "rle", "rle": brush_rle(cells), "brushlabels": [one_line(label)]}
            yield {**head, **_size(Frame(width, height)), "value": value, **_meta(standing)}


def _verdicts(job: FinishedJob) -> Iterable[tuple[str, FieldLabel]]:
    return (each for item in job.items if item.label for each in item.label.fields.by_name.items())


def _classes(verdict: FieldLabel) -> Iterable[str]:
    votes = verdict.figures.get("votes")
    given = votes if isinstance(votes, dict) and verdict.kind in _CHOICES else ()
    return map(one_line, (*labels_in(verdict.value, verdict.kind), *given))


def _channels(verdict: FieldLabel) -> Iterable[str]:
    marks, _ = standing_marks(verdict) if verdict.kind is Kind.SPANS else ((), ())
    return (mark.channel for mark, _ in marks if isinstance(mark, Span) and mark.channel)


def _name(name: str) -> str:
    """Return the name of a field's tag: none is called like what it labels."""
    return f"field {name}" if name in (IMAGE, SIGNAL, TEXT) else encodable(name)


def _head(name: str, kind: Kind) -> dict[str, Json]:
    _, result, target = _CONTROLS[kind]
    return {"from_name": _name(name), "to_name": target, "type": result}


def _plain(verdict: FieldLabel) -> Json:
    value = verdict.value
    if verdict.kind in _CHOICES:
        return {"choices": [one_line(label) for label in labels_in(value, verdict.kind)]}
    if verdict.kind is Kind.NUMBER:
        return {"number": value}
    return {"text": [encodable(value) if isinstance(value, str) else json_text(value)]}


def _place(mark: Mark, kind: Kind, frame: Frame | None) -> dict[str, Json]:
    if isinstance(mark, Span):
        instant = {"instant": mark.start == mark.end} if kind is Kind.SPANS else {}
        return {"start": mark.start, "end": mark.end, **instant}
    width, height = (frame.width, frame.height) if frame else (1.0, 1.0)
    if isinstance(mark, Box):
        return {
            "x": 100 * mark.left / width,
            "y": 100 * mark.top / height,
            "width": 100 * mark.width / width,
            "height": 100 * mark.height / height,
            "rotation": 0,
        }
    return _points(mark, kind, width, height)


def _points(mark: Path, kind: Kind, width: float, height: float) -> dict[str, Json]:
    points = [[100 * x / width, 100 * y / height] for x, y in mark.points]
    if kind is Kind.KEYPOINTS:
        return {"x": points[0][0], "y": points[0][1], "width": _KEYPOINT_PERCENT}
    return {"points": points, "closed": kind is Kind.POLYGONS}


def _size(frame: Frame) -> dict[str, Json]:
    return {"original_width": round(frame.width), "original_height": round(frame.height), "image_rotation": 0}


def _meta(standing: Standing, mark: Mark | None = None) -> dict[str, Json]:
    """Return a region's score, and its channel as a remark: a region of Label Studio is on all channels."""
    score = {} if standing.confidence is None else {"score": standing.confidence}
    channel = mark.channel if isinstance(mark, Span) else ""
    return {**score, "meta": {"text": [channel]}} if channel else dict(score)


def _regions(verdict: FieldLabel) -> Iterator[tuple[str, Cells, Standing]]:
    if verdict.kind is Kind.MASK:
        mask = Mask.parse(verdict.value)
        labels, pixels, told = mask.labels, mask.pixels, [Standing(verdict.confidence)] * len(mask.labels)
    else:
        labels, pixels = read_painted_instances(verdict.value)
        told = [Standing.of(each) for each in verdict.value["instances"]]
    for place, (label, standing) in enumerate(zip(labels, told, strict=True), start=1):
        cells = np.equal(pixels, place)
        if cells.any():
            yield label, cells, standing
