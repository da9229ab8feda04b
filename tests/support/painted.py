"""Small masks, drawn in characters."""

from __future__ import annotations

import numpy as np

from tracemark.document import Json
from tracemark.marks.mask import Mask, instances_json
from tracemark.marks.raster import Region, region_of


def mask(*rows: str, **labels: str) -> Json:
    """Return a mask as an answer holds it: `labels` names the class of each letter, `.` is unpainted."""
    letters = list(labels)
    pixels = np.array([[letters.index(cell) + 1 if cell in letters else 0 for cell in row] for row in rows], np.uint8)
    return dict(Mask(tuple(labels.values()), pixels).to_json())


def instances(*rows: str, **labels: str) -> Json:
    """Return instances as an answer holds them, one for each letter, with the figures of a verdict."""
    cells = np.array([list(row) for row in rows])
    found = (region_of(name, cells == letter) for letter, name in labels.items())
    regions = [region for region in found if isinstance(region, Region)]
    written = dict(instances_json(regions, cells.shape))
    return {**written, "instances": [{**each, "confidence": 0.5, "votes": 2} for each in written["instances"]]}
