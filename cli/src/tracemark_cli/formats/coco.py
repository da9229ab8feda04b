"""Boxes, polygons and painted instances in COCO's object detection format, which pycocotools and trainers read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tracemark.contract.field_label import FieldLabel
from tracemark.document import Json, json_bytes
from tracemark.errors import InvalidDocument, encodable, one_line
from tracemark.marks.kind import Kind
from tracemark.marks.mark import Box, Polygon
from tracemark.marks.mask import read_painted_instances
from tracemark.marks.raster import Region, region_of
from tracemark.marks.reading import read_frame
from tracemark_cli.formats.verdict_marks import Standing, standing_marks
from tracemark_cli.formats.written import Written, counted
from tracemark_groundtruth.finished.record import Record

_PLACED = (Kind.BOXES, Kind.POLYGONS, Kind.INSTANCES)
_OTHER_MARKS = (Kind.KEYPOINTS, Kind.LINES, Kind.POLYLINES, Kind.MASK)

Shape = Box | Polygon | Region


@dataclass
class _Document:
    """The document while it grows; categories are numbered from 1 in the order of the classes."""

    categories: dict[str, int]
    images: list[Json] = field(default_factory=list)
    annotations: list[Json] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)

    def add(self, record: Record) -> None:
        """Add an object's picture, also one without marks, and its marks."""
        found = record.item.verdicts
        placed = {name: verdict for name, verdict in found.items() if verdict.kind in _PLACED and verdict.value}
        for verdict in found.values():
            if verdict.kind in _OTHER_MARKS:
                self.notes[f"verdicts left out: COCO has no place for {verdict.kind}"] += 1
        if not placed:
            return
        size = _size(placed.values())
        if size is None:
            self.notes["objects left out: their answers do not tell the size of the picture"] += 1
            return
        width, height = size
        self.images.append(_image(record, width, height))
        for name, verdict in placed.items():
            for shape, standing in self._shapes(verdict):
                self._annotate(record, name, shape, standing, (height, width))

    def _shapes(self, verdict: FieldLabel) -> Iterator[tuple[Shape, Standing]]:
        if verdict.kind is Kind.INSTANCES:
            try:
                yield from _instances(verdict)
            except InvalidDocument as error:
                self.notes[f"verdicts left out: {error.what}"] += 1
            return
        marks, problems = standing_marks(verdict)
        self.notes.update(f"marks left out: {problem}" for problem in problems)
        for mark, standing in marks:
            if isinstance(mark, Box | Polygon):
                yield mark, standing

    def _annotate(self, record: Record, name: str, shape: Shape, standing: Standing, size: tuple[int, int]) -> None:
        left, top, width, height = _bounds(shape)
        label = one_line(shape.label)
        self.annotations.append(
            {
                "id": len(self.annotations) + 1,
                "image_id": record.item.line.index,
                "category_id": self.categories.setdefault(label, len(self.categories) + 1),
                "bbox": [left, top, width, height],
                "area": _area(shape),
                "segmentation": _segmentation(shape, size),
                "iscrowd": 0,
                "field": encodable(name),
                **standing.to_json(),
            }
        )


def write(file: Path, records: Iterable[Record], classes: Sequence[str]) -> Written:
    """Write one document with a picture for each object that has a verdict on boxes, polygons or instances."""
    document = _Document({name: number for number, name in enumerate(classes, start=1)})
    job = exported_by = ""
    for record in records:
        job, exported_by = record.job, record.exported_by
        document.add(record)
    content = {
        "info": {"description": f"job {job}", "contributor": f"tracemark {exported_by}"},
        "licenses": [],
        "images": document.images,
        "annotations": document.annotations,
        "categories": [{"id": number, "name": name} for name, number in document.categories.items()],
    }
    file.write_bytes(json_bytes(content) + b"\n")
    return Written(len(document.images), counted(document.notes))


def run_lengths(cells: np.ndarray) -> list[int]:
    """Return COCO's uncompressed run lengths: column by column, in turn of what is out and what is in, out first."""
    flat = np.concatenate(([False], cells.astype(bool).ravel(order="F")))
    changes = np.flatnonzero(flat[1:] != flat[:-1])
    return [int(length) for length in np.diff(np.concatenate(([0], changes, [cells.size])))]


def _image(record: Record, width: int, height: int) -> Json:
    uri = record.lineage.image or record.item.source
    return {
        "id": record.item.line.index,
        "file_name": uri.removeprefix("s3://").partition("/")[2] or uri,
        "coco_url": uri,
        "width": width,
        "height": height,
        "source": record.item.source,
    }


def _size(verdicts: Iterable[FieldLabel]) -> tuple[int, int] | None:
    frames = (read_frame(verdict.value) for verdict in verdicts)
    frame = next((frame for frame in frames if frame), None)
    return (round(frame.width), round(frame.height)) if frame else None


def _instances(verdict: FieldLabel) -> Iterator[tuple[Shape, Standing]]:
    labels, pixels = read_painted_instances(verdict.value)
    told = [Standing.of(each) for each in verdict.value["instances"]]
    for place, (label, standing) in enumerate(zip(labels, told, strict=True), start=1):
        region = region_of(label, np.equal(pixels, place))
        if region is not None:
            yield region, standing


def _bounds(shape: Shape) -> tuple[float, float, float, float]:
    if isinstance(shape, Box):
        return shape.left, shape.top, shape.width, shape.height
    if isinstance(shape, Region):
        height, width = shape.cells.shape
        return shape.left, shape.top, width, height
    across, down = zip(*shape.points, strict=True)
    return min(across), min(down), max(across) - min(across), max(down) - min(down)


def _area(shape: Shape) -> float:
    if isinstance(shape, Box):
        return shape.width * shape.height
    if isinstance(shape, Region):
        return shape.area
    # The shoelace formula.
    pairs = zip(shape.points, (*shape.points[1:], shape.points[0]), strict=True)
    return abs(sum(x * below - right * y for (x, y), (right, below) in pairs)) / 2


def _segmentation(shape: Shape, size: tuple[int, int]) -> Json:
    if isinstance(shape, Region):
        whole = shape.within(0, 0, *size)
        return {"size": list(size), "counts": run_lengths(whole)}
    if isinstance(shape, Box):
        right, bottom = shape.left + shape.width, shape.top + shape.height
        corners: Sequence[tuple[float, float]] = (
            (shape.left, shape.top),
            (right, shape.top),
            (right, bottom),
            (shape.left, bottom),
        )
    else:
        corners = shape.points
    return [[place for point in corners for place in point]]
