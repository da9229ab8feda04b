"""How long one call takes that decides many marks: 300 on one picture or log by each of three workers.

Seconds are of the processor, the least of three calls. Writes benchmarks/many_marks.json.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from consolidation_marks import plan
from mark_experts import CLASSES, Dice

from tracemark.document import Json
from tracemark.marks.kind import LISTS, Kind
from tracemark_postlabel.consolidation.ballot import WorkerId
from tracemark_postlabel.fields.marks import Marks
from tracemark_postlabel.fields.regions import Polygons
from tracemark_postlabel.fields.sheet import Sheet, Slip

RESULTS = Path(__file__).with_name("many_marks.json")
MARKS = 300
WORKERS = 3
CALLS = 3
CORNERS = 24
WIDTH, HEIGHT = 1_920, 1_080


@dataclass(frozen=True)
class Row:
    kind: str
    marks: int
    workers: int
    standing: int
    cpu_seconds: float


@dataclass(frozen=True)
class Place:
    """Where a thing lies, and how large it is, in pixels or milliseconds."""

    label: str
    x: float
    y: float
    size: float

    @classmethod
    def drawn(cls, dice: Dice) -> Place:
        return cls(
            CLASSES[dice.integers(len(CLASSES))],
            dice.uniform(40, WIDTH - 40),
            dice.uniform(40, HEIGHT - 40),
            dice.uniform(12, 36),
        )

    def seen(self, dice: Dice) -> Place:
        x, y, size = dice.normal(0, 0.05 * self.size, 3)
        return Place(self.label, self.x + x, self.y + y, self.size + size)


def main() -> None:
    rows = [measured(kind) for kind in DRAWN]
    for row in rows:
        print(
            f"{row.kind:10}{row.marks:>5} x {row.workers}{row.standing:>6} stand{row.cpu_seconds:>8.2f} s", flush=True
        )
    lines = ",\n".join(json.dumps(asdict(row)) for row in rows)
    RESULTS.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def measured(kind: Kind) -> Row:
    dice = np.random.default_rng(3)
    truth = [Place.drawn(dice) for _ in range(MARKS)]
    slips = tuple(Slip(WorkerId(f"w{who}"), answer(kind, truth, dice)) for who in range(WORKERS))
    policy = Polygons(plan(kind)) if kind is Kind.POLYGONS else Marks(plan(kind))
    seconds = []
    for _ in range(CALLS):
        began = time.process_time()
        (verdict,) = policy.decide([Sheet("0", slips)])
        seconds.append(time.process_time() - began)
    standing = verdict.value if kind is Kind.SPANS else verdict.value[LISTS[kind]]
    return Row(kind.value, MARKS, WORKERS, len(standing), round(min(seconds), 2))


def answer(kind: Kind, truth: list[Place], dice: Dice) -> Json:
    marks = [DRAWN[kind](place.seen(dice), dice) for place in truth]
    size = {"width": WIDTH, "height": HEIGHT}
    return marks if kind is Kind.SPANS else {LISTS[kind]: marks, "inputImageProperties": size}


def span(place: Place, _: Dice) -> Json:
    return {"label": place.label, "start": place.x, "end": place.x + place.size, "channel": "current"}


def box(place: Place, _: Dice) -> Json:
    return {"label": place.label, "left": place.x, "top": place.y, "width": place.size, "height": place.size}


def polygon(place: Place, dice: Dice) -> Json:
    radii = place.size * (1 + dice.normal(0, 0.05, CORNERS)) / 2
    angles = np.arange(CORNERS) * 2 * math.pi / CORNERS
    corners = zip(place.x + radii * np.cos(angles), place.y + radii * np.sin(angles), strict=True)
    return {"label": place.label, "vertices": [{"x": float(x), "y": float(y)} for x, y in corners]}


DRAWN: Mapping[Kind, Callable[[Place, Dice], Json]] = {Kind.SPANS: span, Kind.BOXES: box, Kind.POLYGONS: polygon}

if __name__ == "__main__":
    main()
