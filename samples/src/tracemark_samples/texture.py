"""Random surfaces: clouds, brush strokes and irregular outlines."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Field: TypeAlias = NDArray[np.float32]
"""One number per pixel, of shape (height, width) unless said otherwise."""

_BRUSH_SLANT = 0.06


def clouds(rng: np.random.Generator, shape: tuple[int, int], cell: tuple[float, float]) -> Field:
    """Smooth noise of mean 0 and spread 1.

    `shape` is (height, width) and `cell` the (height, width) of one blob, both in pixels.
    """
    grid_shape = [int(np.ceil(side / step)) + 3 for side, step in zip(shape, cell, strict=True)]
    grid = rng.standard_normal(grid_shape).astype(np.float32)
    box = (1.0, 1.0, 1.0 + shape[1] / cell[1], 1.0 + shape[0] / cell[0])
    field = _pixels(Image.fromarray(grid).resize(shape[::-1], Image.Resampling.BICUBIC, box=box))
    return _unit_spread(field - field.mean())


def turbulence(rng: np.random.Generator, shape: tuple[int, int], cell: float, octaves: int) -> Field:
    """Clouds of ever finer grain laid over each other; spread 1, sizes in pixels."""
    field = np.zeros(shape, np.float32)
    for octave in range(octaves):
        size = cell / 2**octave
        field += clouds(rng, shape, (size, size)) * np.float32(0.55**octave)
    return _unit_spread(field)


def brush_strokes(rng: np.random.Generator, shape: tuple[int, int]) -> Field:
    """Fine parallel marks, nearly upright, of spread 1; `shape` is (height, width) in pixels."""
    height, width = shape
    wide = (height, width + round(height * _BRUSH_SLANT) + 2)
    strokes = clouds(rng, wide, (130.0, 2.0)) + 0.7 * clouds(rng, wide, (55.0, 1.7))
    strokes += 0.6 * clouds(rng, wide, (420.0, 7.0))
    slanted = Image.fromarray(strokes).transform(
        (width, height), Image.Transform.AFFINE, (1, _BRUSH_SLANT, 0, 0, 1, 0), Image.Resampling.BILINEAR
    )
    return _unit_spread(_pixels(slanted))


def ragged_radius(rng: np.random.Generator, angle: Field, roughness: float) -> Field:
    """Relative radius, about 1, of a closed irregular outline at each `angle` in radians."""
    radius = np.ones_like(angle)
    for waves in range(2, 7):
        phase = rng.uniform(0, 2 * np.pi)
        radius += np.float32(roughness * rng.uniform(0.5, 1.6) / waves**1.3) * np.cos(waves * angle + phase)
    return np.maximum(radius, 0.4)


def ramp(values: Field, low: float, high: float) -> Field:
    """0 below `low`, 1 above `high`, and a smooth step between; `low` may be the greater."""
    step: Field = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    smooth: Field = step * step * (3 - 2 * step)
    return smooth


def _unit_spread(field: Field) -> Field:
    spread = np.float32(field.std() + 1e-6)
    return field / spread


def _pixels(image: Image.Image) -> Field:
    return np.asarray(image, dtype=np.float32)
