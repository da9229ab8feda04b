"""The colours that heat leaves on steel."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tracemark_samples.bead import Seam
from tracemark_samples.surface import Colour
from tracemark_samples.texture import Field, clouds, ramp

ColourRamp: TypeAlias = tuple[tuple[float, Colour], ...]
"""Heats 0 to 1, ascending, each with its colour; in between the colours blend."""

BARE_STEEL: Colour = (0.66, 0.66, 0.67)
"""Reflectance of clean steel, red first."""

TEMPER: ColourRamp = (
    (0.00, BARE_STEEL),
    (0.22, (0.72, 0.66, 0.50)),
    (0.40, (0.70, 0.53, 0.28)),
    (0.53, (0.52, 0.32, 0.28)),
    (0.64, (0.38, 0.28, 0.46)),
    (0.76, (0.26, 0.36, 0.60)),
    (0.88, (0.42, 0.53, 0.63)),
    (1.00, (0.58, 0.61, 0.62)),
)
"""Temper colours of shielded steel from cold (0) to molten (1): straw, brown, purple, blue, pale."""

SCALE: ColourRamp = (
    (0.00, BARE_STEEL),
    (0.20, (0.60, 0.55, 0.46)),
    (0.45, (0.42, 0.35, 0.27)),
    (0.70, (0.25, 0.22, 0.20)),
    (1.00, (0.30, 0.29, 0.28)),
)
"""Oxide colours of unshielded steel from cold (0) to molten (1): tan, brown, black, grey."""


@dataclass(frozen=True)
class HeatTint:
    """How far and in which colours the heat shows.

    `reach`: pixels from the toe to where the tint has faded by two thirds. `peak`: heat at the toe, 0 to 1.
    `colours`: the ramp from cold to molten. `raggedness`: spread of the edge, relative.
    """

    reach: float = 46.0
    peak: float = 0.92
    colours: ColourRamp = TEMPER
    raggedness: float = 0.06


def tint_colours(heat: Field, colours: ColourRamp) -> Field:
    """Colour at each heat of 0 to 1; shape (height, width, 3), red first."""
    stops = np.array([heat_at for heat_at, _ in colours], np.float32)
    channels = [np.interp(heat, stops, [colour[channel] for _, colour in colours]) for channel in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)


def heat_around(seam: Seam, tint: HeatTint, rng: np.random.Generator) -> Field:
    """Heat 0 to 1 that the plate has seen, highest at the toe and building up along the bead."""
    outside = np.maximum(seam.radius - 1, 0) * seam.half_width
    build_up = 0.62 + 0.38 * ramp(seam.along, 0, 0.45 * seam.length)
    edge = 1 + tint.raggedness * clouds(rng, seam.radius.shape, (70.0, 90.0))
    edge += 0.5 * tint.raggedness * clouds(rng, seam.radius.shape, (16.0, 24.0))
    faded = np.exp(-((outside / (tint.reach * build_up * edge)) ** np.float32(1.25)))
    return (tint.peak * faded).astype(np.float32)
