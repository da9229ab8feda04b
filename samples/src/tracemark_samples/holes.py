"""Places where metal is missing: burnt-through holes and gas pores."""

from dataclasses import dataclass

import numpy as np

from tracemark_samples.bead import Seam
from tracemark_samples.heat_tint import TEMPER, tint_colours
from tracemark_samples.surface import Surface, Window
from tracemark_samples.texture import Field, ragged_radius, ramp

_DARK = (0.012, 0.011, 0.010)
_SCORCHED = (0.17, 0.13, 0.11)


@dataclass(frozen=True)
class BurntHoles:
    """Holes through the plate with a molten lip and a scorched surround; `radius` in pixels."""

    radius: float
    count: int

    def draw(self, surface: Surface, seam: Seam, rng: np.random.Generator) -> Surface:
        """Melt the holes into the bead, spread along it, the first the largest."""
        marked = surface.copy()
        places = np.linspace(0.28, 0.72, self.count) + rng.uniform(-0.08, 0.08, self.count)
        for size, along in zip(np.linspace(1.0, 0.5, self.count), rng.permutation(places), strict=True):
            centre = seam.pixel(float(along), float(rng.uniform(-0.2, 0.2)))
            _burn(marked, centre, self.radius * float(size * rng.uniform(0.9, 1.1)), rng)
        return marked


@dataclass(frozen=True)
class Pores:
    """Pinholes in the bead; `smallest` and `largest` radius in pixels."""

    count: int
    smallest: float
    largest: float

    def draw(self, surface: Surface, seam: Seam, rng: np.random.Generator) -> Surface:
        """Prick the pores into the bead, most of them small, some in clusters."""
        marked = surface.copy()
        clusters = rng.uniform(0.05, 0.95, 6)
        for _ in range(self.count):
            along = float(np.clip(rng.choice(clusters) + rng.normal(0, 0.09), 0.01, 0.99))
            radius = self.smallest + (self.largest - self.smallest) * float(rng.random()) ** 2.5
            _prick(marked, seam.pixel(along, float(rng.uniform(-0.72, 0.72))), radius, rng)
        return marked


def _burn(surface: Surface, centre: tuple[int, int], radius: float, rng: np.random.Generator) -> None:
    window = Window.around(centre, radius * 3.4, surface.height.shape)
    reach = window.distance / (radius * ragged_radius(rng, window.angle, 0.22))
    _tint(surface, window, reach)
    surface.paint(window.place, 0.92 * ramp(reach, 2.3, 1.3), _SCORCHED, 0.45)
    surface.paint(window.place, ramp(reach, 1.42, 1.25), (0.50, 0.46, 0.43), 0.85)
    surface.paint(window.place, ramp(reach, 1.04, 0.96), (0.17, 0.13, 0.11), 0.30)
    surface.paint(window.place, ramp(reach, 0.97, 0.80), _DARK, 0.0)
    height = surface.height[window.place]
    height *= 0.25 + 0.75 * ramp(reach, 0.9, 2.3)
    height += 15 * np.exp(-(((reach - 1.2) / 0.15) ** 2)) - 45 * ramp(reach, 1.08, 0.80)


def _tint(surface: Surface, window: Window, reach: Field) -> None:
    heat: Field = np.float32(0.95) * np.exp(-(np.maximum(reach - 1.3, 0) ** np.float32(1.4)))
    cover: Field = (ramp(heat, 0.40, 0.75) * ramp(surface.height[window.place], 6.0, 2.0))[..., None]
    view = surface.colour[window.place]
    view += cover * (tint_colours(heat, TEMPER) - view)


def _prick(surface: Surface, centre: tuple[int, int], radius: float, rng: np.random.Generator) -> None:
    window = Window.around(centre, radius * 2.6 + 2, surface.height.shape)
    reach = window.distance / (radius * ragged_radius(rng, window.angle, 0.15))
    surface.paint(window.place, ramp(reach, 1.15, 0.75), _DARK, 0.0)
    height = surface.height[window.place]
    height += 1.8 * np.exp(-(((reach - 1.35) / 0.3) ** 2)) - 1.2 * radius * ramp(reach, 1.2, 0.4)
