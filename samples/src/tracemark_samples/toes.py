"""What can go wrong at the toes of a bead, where it meets the plate."""

from dataclasses import dataclass

import numpy as np

from tracemark_samples.bead import Seam
from tracemark_samples.surface import EVERYWHERE, Surface
from tracemark_samples.texture import Field, clouds, ramp

_DARK = (0.014, 0.013, 0.012)


@dataclass(frozen=True)
class OpenToe:
    """An unfused gap along the lower toe; `width` in pixels."""

    width: float

    def draw(self, surface: Surface, seam: Seam, rng: np.random.Generator) -> Surface:
        """Open the gap along most of the bead, wider here and narrower there."""
        marked = surface.copy()
        columns = seam.radius.shape[1]
        width = self.width * np.clip(1 + 0.45 * clouds(rng, (1, columns), (1, 38.0)), 0.25, 2.2)
        ragged = 0.5 * clouds(rng, seam.radius.shape, (5.0, 9.0))
        off = np.abs(seam.across - seam.half_width - 0.35 * width) + ragged
        gap = ramp(off, width * 0.62 + 1, width * 0.62 - 1) * _between_ends(seam)
        marked.height[...] -= 5 * gap
        marked.paint(EVERYWHERE, gap, _DARK, 0.0)
        return marked


@dataclass(frozen=True)
class Undercut:
    """A groove melted along both toes and left unfilled; `width` and `depth` in pixels."""

    width: float
    depth: float

    def draw(self, surface: Surface, seam: Seam, rng: np.random.Generator) -> Surface:
        """Cut the grooves, deeper here and shallower there."""
        marked = surface.copy()
        columns = seam.radius.shape[1]
        depth = self.depth * np.clip(1 + 0.4 * clouds(rng, (1, columns), (1, 55.0)), 0.2, 2.0)
        off = (np.abs(seam.across) - seam.half_width - 0.3 * self.width) / self.width
        groove = np.exp(-(off**2) * 2.2).astype(np.float32) * _between_ends(seam)
        marked.height[...] -= depth * groove
        marked.paint(EVERYWHERE, 0.62 * groove, (0.10, 0.09, 0.09), 0.35)
        return marked


def _between_ends(seam: Seam) -> Field:
    return ramp(seam.along, 0, 45) * ramp(seam.along, seam.length, seam.length - 45)
