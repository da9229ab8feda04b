"""Matter that does not belong on a weld: spatter, inclusions, soot and oxide crust."""

from dataclasses import dataclass

import numpy as np

from tracemark_samples.bead import Seam
from tracemark_samples.surface import EVERYWHERE, Colour, Surface, Window
from tracemark_samples.texture import ragged_radius, ramp, turbulence

_SLAG = (0.060, 0.052, 0.046)
_BALL = (0.34, 0.31, 0.29)


@dataclass(frozen=True)
class Spatter:
    """Frozen drops of metal thrown beside the bead; `largest` radius in pixels."""

    count: int
    largest: float

    def draw(self, surface: Surface, seam: Seam, rng: np.random.Generator) -> Surface:
        """Throw the drops, most of them small and close to the bead."""
        marked = surface.copy()
        for _ in range(self.count):
            aside = float(rng.choice([-1.0, 1.0]) * (0.8 + rng.exponential(1.1)))
            centre = seam.pixel(float(rng.uniform(0, 1)), aside)
            _drop(marked, centre, 2.2 + (self.largest - 2.2) * float(rng.random()) ** 3)
        return marked


@dataclass(frozen=True)
class Inclusions:
    """Dark foreign matter frozen into the bead; `largest` radius in pixels."""

    count: int
    largest: float

    def draw(self, surface: Surface, seam: Seam, rng: np.random.Generator) -> Surface:
        """Set the inclusions into the bead, with a pitted middle and a sooty surround."""
        marked = surface.copy()
        for _ in range(self.count):
            centre = seam.pixel(float(rng.uniform(0.04, 0.96)), float(rng.uniform(-0.7, 0.7)))
            _include(marked, centre, self.largest * float(rng.uniform(0.35, 1.0)), rng)
        return marked


@dataclass(frozen=True)
class Soot:
    """Powder settled around the bead.

    `reach`: pixels from the toe to where it has thinned by two thirds. `cover`: 0 to 1 where it is thickest.
    `patchiness`: 0 for an even veil, 1 for separate clouds.
    """

    reach: float
    cover: float
    patchiness: float
    colour: Colour

    def draw(self, surface: Surface, seam: Seam, rng: np.random.Generator) -> Surface:
        """Blow the powder over plate and bead."""
        marked = surface.copy()
        outside = np.maximum(seam.radius - 1, 0) * seam.half_width
        cloud = turbulence(rng, seam.radius.shape, 190.0, 5)
        patches = 1 - self.patchiness * (1 - ramp(cloud, -0.2, 1.5))
        cover = self.cover * patches * np.exp(-outside / self.reach) * (0.55 + 0.45 * ramp(seam.radius, 0.7, 1.1))
        marked.paint(EVERYWHERE, cover.astype(np.float32), self.colour, 0.06)
        return marked


@dataclass(frozen=True)
class OxideCrust:
    """A rough dull skin on the bead; `roughness` in pixels of height."""

    roughness: float
    cover: float
    colour: Colour

    def draw(self, surface: Surface, seam: Seam, rng: np.random.Generator) -> Surface:
        """Grow the skin over the bead, thicker in some places than in others."""
        marked = surface.copy()
        inside = ramp(seam.radius, 1.03, 0.92)
        grain = turbulence(rng, seam.radius.shape, 26.0, 4)
        patch = 0.75 + 0.25 * ramp(turbulence(rng, seam.radius.shape, 120.0, 3), -1, 1)
        marked.height[...] += self.roughness * grain * inside
        marked.paint(EVERYWHERE, self.cover * inside * patch, self.colour, 0.18)
        marked.colour[...] *= (1 + 0.16 * grain * inside)[..., None]
        return marked


def _drop(surface: Surface, centre: tuple[int, int], radius: float) -> None:
    window = Window.around(centre, radius * 2 + 2, surface.height.shape)
    reach = window.distance / radius
    surface.paint(window.place, 0.5 * ramp(reach, 2.0, 1.0), (0.20, 0.17, 0.15), 0.3)
    surface.paint(window.place, ramp(reach, 1.1, 0.9), _BALL, 0.8)
    surface.height[window.place] += radius * np.sqrt(np.maximum(1 - reach**2, 0)) * 0.9


def _include(surface: Surface, centre: tuple[int, int], radius: float, rng: np.random.Generator) -> None:
    window = Window.around(centre, radius * 3, surface.height.shape)
    reach = window.distance / (radius * ragged_radius(rng, window.angle, 0.45))
    surface.paint(window.place, 0.55 * ramp(reach, 2.2, 0.9), (0.15, 0.13, 0.11), 0.2)
    surface.paint(window.place, 0.95 * ramp(reach, 1.1, 0.8), _SLAG, 0.3)
    height = surface.height[window.place]
    height += 3.5 * ramp(reach, 1.15, 0.85) - 7 * ramp(reach, 0.7, 0.2)
