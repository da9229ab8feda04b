"""The shape of a weld bead on a plate, seen from above."""

from dataclasses import dataclass

import numpy as np

from tracemark_samples.texture import Field, clouds, ramp


@dataclass(frozen=True)
class BeadShape:
    """How one kind of weld builds its bead; lengths and heights in pixels.

    `half_width`, `height`: of the cross-section. `fullness`: exponent of the cross-section, small for a flat
    top and steep sides. `pitch`: distance between ripples. `ripple`: their height. `sweep`: how far a ripple
    trails at the middle, in half widths. `point`: 0 for round ripples, 1 for pointed ones.
    `unevenness`: relative spread of width and height along the bead.
    """

    half_width: float = 68.0
    height: float = 34.0
    fullness: float = 1.0
    pitch: float = 25.0
    ripple: float = 6.5
    sweep: float = 0.55
    point: float = 0.0
    unevenness: float = 0.022


@dataclass(frozen=True)
class Seam:
    """The frame of the bead: every array has one value per pixel, shape (height, width).

    `along`: pixels from the start of the bead. `across`: pixels from its middle line, downwards positive.
    `radius`: 0 on the middle line, 1 at the toe, growing by one each half width outside. `length`: of the
    bead, in pixels. `half_width`: of the bead, in pixels, shape (1, width).
    """

    along: Field
    across: Field
    radius: Field
    half_width: Field
    length: float

    def pixel(self, along: float, across: float) -> tuple[int, int]:
        """The (row, column) at `along` 0 to 1 of the length and `across` half widths off the middle line."""
        column = int(np.argmin(np.abs(self.along[0] - along * self.length)))
        return round(float(across * self.half_width[0, column] - self.across[0, column])), column


def lay_seam(shape: tuple[int, int], bead: BeadShape, rng: np.random.Generator) -> Seam:
    """Place a nearly horizontal bead in a picture of `shape` (height, width) pixels."""
    rows, columns = (axis.astype(np.float32) for axis in np.ogrid[: shape[0], : shape[1]])
    start, end = shape[1] * rng.uniform(0.09, 0.13), shape[1] * rng.uniform(0.88, 0.92)
    middle = shape[0] * rng.uniform(0.47, 0.53) + (columns - shape[1] / 2) * np.float32(rng.uniform(-0.03, 0.03))
    wobble = clouds(rng, (1, shape[1]), (1.0, 150.0))
    middle = middle + bead.unevenness * bead.half_width * 0.7 * wobble
    swelling = 1 + bead.unevenness * (
        0.3 * clouds(rng, (1, shape[1]), (1, 38.0)) + clouds(rng, (1, shape[1]), (1, 190.0))
    )
    half_width = (bead.half_width * swelling).astype(np.float32)
    across = rows - middle
    along = np.broadcast_to(columns - np.float32(start), shape)
    beyond = np.maximum(np.maximum(-along, along - np.float32(end - start)), 0)
    radius = np.hypot(across / half_width, beyond / half_width)
    return Seam(along, across, radius, half_width, float(end - start))


def bead_height(seam: Seam, bead: BeadShape, rng: np.random.Generator) -> Field:
    """Height of the bead above the plate in pixels, with ripples and an end crater; 0 outside."""
    dome = np.maximum(1 - seam.radius**2, 0) ** np.float32(bead.fullness)
    lumps = 1 + bead.unevenness * 2 * clouds(rng, (1, seam.along.shape[1]), (1, 60.0))
    inside = ramp(seam.radius, 1.0, 0.84)
    from_end = (seam.along - seam.length + 6) / (0.75 * bead.half_width)
    crater = np.exp(-(from_end**2)) * ramp(seam.radius, 0.95, 0.2)
    ripples = bead.ripple * _ripples(seam, bead, rng) * inside * (1 - crater)
    height: Field = (bead.height * dome * lumps * (1 - 0.55 * crater) + ripples).astype(np.float32)
    return height


def _ripples(seam: Seam, bead: BeadShape, rng: np.random.Generator) -> Field:
    """Ripples trailing the pool, each laid over the one before it; 0 to 1."""
    shape = seam.along.shape
    off = np.minimum(np.hypot(seam.across / seam.half_width, 0.08), 1.15)
    rounded = 1.2 - np.sqrt(np.maximum(1.44 - off**2, 0))
    trail = bead.sweep * bead.half_width * ((1 - bead.point) * rounded + bead.point * off)
    jitter = bead.unevenness * 5 * clouds(rng, (1, shape[1]), (1, bead.pitch * 1.2))
    waver = bead.unevenness * 1.6 * clouds(rng, shape, (30.0, 40.0))
    phase = (seam.along - trail) / np.float32(bead.pitch) + jitter + waver
    place: Field = (phase - np.floor(phase)).astype(np.float32)
    return np.sqrt(place) * ramp(place, 0.0, 0.12) * ramp(place, 1.0, 0.55)
