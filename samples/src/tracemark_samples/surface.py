"""A metal surface before it is lit, and the means to mark a spot on it."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tracemark_samples.texture import Field

Colour: TypeAlias = tuple[float, float, float]
"""Reflectance 0 to 1 of red, green and blue."""

Place: TypeAlias = tuple[slice, slice]
"""The rows and columns of a part of a picture."""

EVERYWHERE: Place = (slice(None), slice(None))
"""The whole picture."""


@dataclass(frozen=True)
class Surface:
    """What a picture shows; all arrays share (height, width) in pixels.

    `height`: pixels above the plate. `colour`: reflectance 0 to 1, shape (height, width, 3), red first.
    `gloss`: 0 for soot, 1 for polished metal.
    """

    height: Field
    colour: Field
    gloss: Field

    def copy(self) -> "Surface":
        """The same surface in arrays of its own, to be marked in place."""
        return Surface(self.height.copy(), self.colour.copy(), self.gloss.copy())

    def paint(self, place: Place, cover: Field, colour: Colour, gloss: float) -> None:
        """Cover a place of this surface, changing it; `cover` is 0 to 1, one number per pixel of the place."""
        view = self.colour[place]
        view += cover[..., None] * (np.array(colour, np.float32) - view)
        shine = self.gloss[place]
        shine += cover * (np.float32(gloss) - shine)


@dataclass(frozen=True)
class Window:
    """A square part of a picture and each pixel's position in it.

    `place`: where it lies. `distance`: pixels from the centre, `angle`: radians about it; both of the
    window's (height, width).
    """

    place: Place
    distance: Field
    angle: Field

    @classmethod
    def around(cls, centre: tuple[int, int], reach: float, shape: tuple[int, ...]) -> "Window":
        """The pixels within `reach` of `centre` (row, column), cut off at the border of `shape`."""
        top, left = (max(int(at - reach), 0) for at in centre)
        bottom, right = (min(int(at + reach) + 1, side) for at, side in zip(centre, shape, strict=False))
        rows, columns = np.ogrid[top : max(bottom, top), left : max(right, left)]
        down, aside = (rows - centre[0]).astype(np.float32), (columns - centre[1]).astype(np.float32)
        return cls(
            (slice(top, max(bottom, top)), slice(left, max(right, left))),
            np.hypot(down, aside),
            np.arctan2(down, aside),
        )
