"""Polygons and painted instances: matched as regions, and put together cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tracemark.document import Json
from tracemark.errors import InvalidDocument
from tracemark.marks.kind import Kind
from tracemark.marks.mark import Frame, Polygon
from tracemark.marks.mask import instances_json, read_instances
from tracemark.marks.raster import Cells, Grid, Region
from tracemark_postlabel.consolidation.ballot import WorkerId
from tracemark_postlabel.fields.choice import meant
from tracemark_postlabel.fields.clusters import Voice, sort_key
from tracemark_postlabel.fields.marks import Marked, Marks, Standing, decided, reason, said_of_unknown, usual, voted
from tracemark_postlabel.fields.mask import said_of_strays
from tracemark_postlabel.fields.outline import outline
from tracemark_postlabel.fields.sheet import FieldPlan, FieldVerdict, Sheet

FINE = 192
"""Cells of a polygon's width when it is put together: finer than for matching, for its outline is kept."""

_HALF = 0.5 - 1e-9


@dataclass(frozen=True, slots=True)
class Polygons:
    """As for `Marks`, with the cells that half of a cluster's weight or more covers in place of medians of corners."""

    plan: FieldPlan

    def decide(self, sheets: Sequence[Sheet]) -> list[FieldVerdict]:
        """See `FieldPolicy.decide`."""
        return Marks(self.plan, consensus=polygon_of).decide(sheets)


def polygon_of(standing: Standing) -> Polygon:
    """Return the outline of what most of a cluster's weight covers."""
    polygons = [mark for mark in standing.cluster.marks if isinstance(mark, Polygon)]
    if len({polygon.points for polygon in polygons}) == 1:
        return Polygon(standing.label, polygons[0].points)
    grid = Grid.around([polygon.points for polygon in polygons], FINE)
    regions = [grid.region("", polygon.points) for polygon in polygons]
    top, left, cells = most_of(regions, standing.cluster.steadiness)
    points = [grid.point(row + top, column + left) for row, column in outline(cells)]
    return Polygon(standing.label, tuple(points))


@dataclass(frozen=True, slots=True)
class Instances:
    """As for `Polygons`, in the pixels of the picture."""

    plan: FieldPlan

    def decide(self, sheets: Sequence[Sheet]) -> list[FieldVerdict]:
        """See `FieldPolicy.decide`."""
        return decided([self._read(sheet) for sheet in sheets], self._verdict)

    def _verdict(self, marked: Marked, voices: Sequence[Voice], agreement: float) -> FieldVerdict:
        standing, confidence = voted(voices, marked.reach)
        alone = len(voices) < 2
        painted = (
            instances_json([_region_of(each) for each in standing], _size(marked.frame))
            if marked.frame and voices
            else None
        )
        value: Json = painted and {
            **painted,
            "instances": [
                {**named, **each.figures(alone)} for named, each in zip(painted["instances"], standing, strict=True)
            ],
        }
        return FieldVerdict(
            Kind.INSTANCES,
            value,
            len(voices),
            confidence=0.0 if alone else confidence,
            agreement=agreement,
            method="overlap",
            details={"tie": True} if any(each.is_tied for each in standing) and not alone else {},
            problem=marked.problem,
        )

    def _read(self, sheet: Sheet) -> Marked:
        found: list[tuple[WorkerId, tuple[Region, ...], Frame]] = []
        reasons, strays = [], []
        for slip in sheet.slips:
            try:
                regions, (height, width), stray = read_instances(slip.value)
                strays.append(stray)
                found.append((slip.worker, regions, Frame(width, height)))
            except InvalidDocument as error:
                reasons.append(reason(error, self.plan.kind))
        frame = usual([size for _, _, size in found])
        kept = [(worker, regions) for worker, regions, size in found if size == frame]
        reasons += ["of another picture size"] * (len(found) - len(kept))
        given = [(worker, *self._known(regions)) for worker, regions in kept]
        return Marked.of(given, frame, 0.0, reasons, len(sheet.slips), said_of_strays(strays))

    def _known(self, regions: Sequence[Region]) -> tuple[list[Region], tuple[str, ...]]:
        read = [(region, meant(region.label, self.plan.slate)) for region in regions]
        known = [replace(region, label=label) for region, label in read if label is not None]
        return sorted(known, key=sort_key), said_of_unknown(len(regions) - len(known), len(regions))


def most_of(regions: Sequence[Region], weights: Sequence[float]) -> tuple[int, int, Cells]:
    """Return the cells that regions with half of the weight or more cover, with the top row and left column of them.

    Where no cell is covered by so many, those that most of the weight covers.
    """
    bounds = np.array([region.bounds for region in regions])
    top, left = bounds[:, :2].min(axis=0).tolist()
    bottom, right = bounds[:, 2:].max(axis=0).tolist()
    weight = np.zeros((bottom - top, right - left))
    for region, each in zip(regions, weights, strict=True):
        own_top, own_left, own_bottom, own_right = region.bounds
        weight[own_top - top : own_bottom - top, own_left - left : own_right - left] += each * region.cells
    least = min(sum(weights) * _HALF, float(weight.max()) * (1 - 1e-9))
    return top, left, weight >= least


def _region_of(standing: Standing) -> Region:
    regions = [mark for mark in standing.cluster.marks if isinstance(mark, Region)]
    top, left, cells = most_of(regions, standing.cluster.steadiness)
    return Region(standing.label, top, left, cells)


def _size(frame: Frame) -> tuple[int, int]:
    return int(frame.height), int(frame.width)
