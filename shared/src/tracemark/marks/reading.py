"""From the JSON of a field to its marks: what is wrong with one mark costs that mark and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from tracemark.document import Json, Node
from tracemark.errors import InvalidDocument, one_line
from tracemark.marks.kind import LISTS, Kind
from tracemark.marks.mark import Box, Entity, Frame, Mark, MarkSet, Path, Point, Polygon, Span

MAX_MARKS = 1_000
"""More marks in one field of one answer are taken for a fault: an expert does not make them by hand."""

MAX_POLYGONS = 300
"""Polygons are compared cell by cell, which costs more than comparing corners."""

MAX_VERTICES = 20_000
"""The vertices of all marks of one field together."""

MAX_SIDE = 65_535
_MAX_NAME = 200
_LEAST_VERTICES = {Kind.POLYGONS: 3, Kind.POLYLINES: 2, Kind.LINES: 2}
_OVERHANG = 1.0  # pixels: what elements round


class _Fault(Exception):
    """What is wrong with one mark."""


def read_marks(kind: Kind, value: Json, extent: tuple[float, float] | None = None) -> MarkSet:
    """Read the marks of one field; `extent` is what a log or text holds, from and to, where that is known.

    Raises:
        InvalidDocument: the field as a whole cannot be used: not a list, or far too many marks.
    """
    node = Node(value, "answer")
    listed = list((node if kind is Kind.SPANS else node[LISTS[kind]]).items())
    most = MAX_POLYGONS if kind is Kind.POLYGONS else MAX_MARKS
    if len(listed) > most:
        raise InvalidDocument(f"{len(listed):,} marks, more than {most:,}", expected=f"at most {most:,}")
    if sum(_vertices(each.value) for each in listed) > MAX_VERTICES:
        raise InvalidDocument("too many vertices", expected=f"at most {MAX_VERTICES:,}")
    frame = read_frame(value)
    read, faults = _READERS[kind], Counter[str]()
    marks: dict[Mark, None] = {}
    for each in listed:
        try:
            mark = read(each)
            _check_place(mark, frame, extent)
            if mark in marks:
                faults["the same mark twice"] += 1
            marks[mark] = None
        except _Fault as fault:
            faults[str(fault)] += 1
        except InvalidDocument:
            faults["not of the shape of its kind"] += 1
    return MarkSet(tuple(sorted(marks)), frame, _said(faults, len(listed)))


def read_frame(value: Json) -> Frame | None:
    """Return the picture's size that an answer tells, None where it tells none that can be."""
    told = value.get("inputImageProperties") if isinstance(value, dict) else None
    try:
        node = Node(told, "answer")
        width, height = node["width"].number(), node["height"].number()
    except InvalidDocument:
        return None
    return Frame(width, height) if 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE else None


def is_name(text: str) -> bool:
    """Tell whether a text can be the label of a mark: not blank, not over-long, and writable in UTF-8."""
    return bool(text.strip()) and len(text) <= _MAX_NAME and one_line(text, _MAX_NAME + 1) == text


def _label(node: Node) -> str:
    found = node["label"].text()
    if not is_name(found):
        raise _Fault("no usable label")
    return found


def _span(node: Node) -> Span:
    start = node["start"].number()
    ended = node.get("end")
    channel = node.get("channel")
    name = channel.text() if channel and channel.value != "" else ""
    if name and not is_name(name):
        raise _Fault("no usable channel")
    return Span(_label(node), start, ended.number() if ended else start, name)


def _entity(node: Node) -> Entity:
    start, end = (node[key].integer(-(10**9), 10**9) for key in ("startOffset", "endOffset"))
    if start == end:
        raise _Fault("empty")
    return Entity(_label(node), start, end)


def _box(node: Node) -> Box:
    left, top, width, height = (node[key].number() for key in ("left", "top", "width", "height"))
    if width <= 0 or height <= 0:
        raise _Fault("without area")
    return Box(_label(node), left, top, width, height)


def _keypoint(node: Node) -> Path:
    return Path(_label(node), (_point(node),))


def _path(node: Node) -> Path:
    return Path(_label(node), _points(node, Kind.POLYLINES))


def _line(node: Node) -> Path:
    points = _points(node, Kind.LINES)
    if len(points) != 2:
        raise _Fault("not of two points")
    return Path(_label(node), points)


def _polygon(node: Node) -> Polygon:
    points = _points(node, Kind.POLYGONS)
    (low_x, low_y), (high_x, high_y) = map(min, zip(*points, strict=True)), map(max, zip(*points, strict=True))
    if low_x == high_x or low_y == high_y:
        raise _Fault("without area")
    return Polygon(_label(node), points)


def _points(node: Node, kind: Kind) -> tuple[Point, ...]:
    points = tuple(map(_point, node["vertices"].items()))
    if len(points) < _LEAST_VERTICES[kind]:
        raise _Fault("of too few points")
    return points


def _point(node: Node) -> Point:
    return node["x"].number(), node["y"].number()


def _vertices(value: Json) -> int:
    found = value.get("vertices") if isinstance(value, dict) else None
    return len(found) if isinstance(found, list) else 0


def _check_place(mark: Mark, frame: Frame | None, extent: tuple[float, float] | None) -> None:
    if isinstance(mark, Span):
        if mark.end < mark.start:
            raise _Fault("backwards")
        least = 0.0 if isinstance(mark, Entity) else None
        low, high = extent or (least, None)
        if (low is not None and mark.start < low) or (high is not None and mark.end > high):
            raise _Fault("outside the log" if not isinstance(mark, Entity) else "outside the text")
    elif not _is_inside(mark, frame):
        raise _Fault("outside the picture")


def _is_inside(mark: Box | Path, frame: Frame | None) -> bool:
    if isinstance(mark, Box):
        corners: Sequence[Point] = ((mark.left, mark.top), (mark.left + mark.width, mark.top + mark.height))
    else:
        corners = mark.points
    width, height = (frame.width, frame.height) if frame else (MAX_SIDE, MAX_SIDE)
    return all(-_OVERHANG <= x <= width + _OVERHANG and -_OVERHANG <= y <= height + _OVERHANG for x, y in corners)


def _said(faults: Counter[str], whole: int) -> tuple[str, ...]:
    return tuple(f"{faults[fault]} of {whole} marks left out: {fault}" for fault in sorted(faults))


_READERS: Mapping[Kind, Callable[[Node], Mark]] = {
    Kind.SPANS: _span,
    Kind.ENTITIES: _entity,
    Kind.BOXES: _box,
    Kind.POLYGONS: _polygon,
    Kind.POLYLINES: _path,
    Kind.LINES: _line,
    Kind.KEYPOINTS: _keypoint,
}
