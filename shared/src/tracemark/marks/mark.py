"""The marks that have a place: spans, boxes, and paths of points."""

from __future__ import annotations

from dataclasses import dataclass

from tracemark.document import Json

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a signal or text, in its time unit or in characters; `start` equal to `end` is a point in time.

    `channel` is empty where a span is on all channels, or on a text.
    """

    label: str
    start: float
    end: float
    channel: str = ""

    def to_json(self) -> dict[str, Json]:
        """Return `{"label", "channel", "start", "end"}`."""
        return {"label": self.label, "channel": self.channel, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True, order=True)
class Entity(Span):
    """A stretch of a text, in whole characters."""

    def to_json(self) -> dict[str, Json]:
        """Return `{"startOffset", "endOffset", "label"}`."""
        return {"startOffset": int(self.start), "endOffset": int(self.end), "label": self.label}


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle in pixels of the picture, from its left top corner."""

    label: str
    left: float
    top: float
    width: float
    height: float

    def to_json(self) -> dict[str, Json]:
        """Return `{"label", "left", "top", "width", "height"}`."""
        return {
            "label": self.label,
            "left": self.left,
            "top": self.top,
            "width": self.width,
            "height": self.height,
        }


@dataclass(frozen=True, slots=True, order=True)
class Path:
    """Points in pixels of the picture, in order: one is a keypoint, two a line, more a polyline."""

    label: str
    points: tuple[Point, ...]

    def to_json(self) -> dict[str, Json]:
        """Return `{"label", "x", "y"}` for a keypoint, else `{"label", "vertices": [{"x", "y"}]}`."""
        if len(self.points) == 1:
            ((x, y),) = self.points
            return {"label": self.label, "x": x, "y": y}
        return {"label": self.label, "vertices": [{"x": x, "y": y} for x, y in self.points]}


@dataclass(frozen=True, slots=True, order=True)
class Polygon(Path):
    """A closed path of three points or more: the last is joined to the first."""


Mark = Span | Box | Path


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a picture, in pixels."""

    width: float
    height: float

    def to_json(self) -> Json:
        """Return `{"width", "height"}`."""
        return {"width": self.width, "height": self.height}


@dataclass(frozen=True, slots=True)
class MarkSet:
    """The marks that one worker made in one field; `frame` is None where the answer does not tell the picture's size.

    `problems` says what was left out of it, in words that quote no worker.
    """

    marks: tuple[Mark, ...]
    frame: Frame | None = None
    problems: tuple[str, ...] = ()
