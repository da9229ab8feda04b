"""Figures beside a label, written by whatever function: one of another kind than expected counts as not told."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tracemark.document import Json

MAX_COUNT = 1_000_000_000


def mapping_of(value: Json) -> Mapping[str, Json]:
    """Return an object, empty where the value is none."""
    return value if isinstance(value, dict) else {}


def number_of(value: Json) -> float | None:
    """Return a finite number of usual size, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < MAX_COUNT and math.isfinite(value) else None
