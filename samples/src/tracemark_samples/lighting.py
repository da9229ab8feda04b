"""Light on a metal surface: from heights and colours to a picture."""

import numpy as np

from tracemark_samples.surface import Surface
from tracemark_samples.texture import Field, ramp


def light(surface: Surface) -> Field:
    """Light a surface from the upper left in a workshop; brightness 0 to 1, shape (height, width, 3)."""
    normal_x, normal_y, normal_z = _normals(surface.height)
    view_x, view_y = _view(surface.height.shape)
    mirror_x = 2 * normal_z * normal_x + view_x
    mirror_y = 2 * normal_z * normal_y + view_y
    lamp = np.maximum(-0.42 * normal_x - 0.52 * normal_y + 0.74 * normal_z, 0)
    matt = 0.16 + 0.62 * lamp
    shiny = _workshop(mirror_x, mirror_y)
    glint = np.exp(-((mirror_x + 0.62) ** 2 + (mirror_y + 0.70) ** 2) / 0.05)
    shade = matt * (1 - 0.75 * surface.gloss) + shiny * surface.gloss
    shade *= _shadow(surface.height)
    white = (0.75 * glint * surface.gloss**2)[..., None]
    return _develop(surface.colour * shade[..., None] + white)


def _normals(height: Field) -> tuple[Field, Field, Field]:
    slope_y, slope_x = np.gradient(height)
    normal_z = 1 / np.sqrt(1 + slope_x**2 + slope_y**2)
    return -slope_x * normal_z, -slope_y * normal_z, normal_z


def _view(shape: tuple[int, ...]) -> tuple[Field, Field]:
    """The slant of the camera's view, which makes a flat plate shine unevenly."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    view_x = (columns / shape[1] - 0.5).astype(np.float32) * 0.34
    view_y = (rows / shape[0] - 0.5).astype(np.float32) * 0.30
    return view_x, view_y


def _workshop(mirror_x: Field, mirror_y: Field) -> Field:
    """Brightness of the surroundings in the mirrored direction: a lamp, a window, a dark floor."""
    lamp = 1.05 * np.exp(-(((mirror_y + 0.42) / 0.30) ** 2) - ((mirror_x + 0.15) / 0.9) ** 2)
    window = 0.55 * np.exp(-(((mirror_x + 0.85) / 0.25) ** 2) - ((mirror_y - 0.1) / 0.6) ** 2)
    strip = 0.55 * np.exp(-(((mirror_y - 0.62) / 0.14) ** 2))
    floor = ramp(mirror_y, 0.05, 1.1)
    brightness: Field = 0.34 + lamp + window + strip - 0.24 * floor
    return brightness


def _shadow(height: Field) -> Field:
    """Factor 0 to 1 of the light that is not blocked by higher ground up and to the left."""
    shadow = np.zeros_like(height)
    for reach in (3, 7, 12, 18):
        higher = np.zeros_like(height)
        higher[reach:, reach // 2 :] = height[:-reach, : height.shape[1] - reach // 2]
        shadow = np.maximum(shadow, np.clip((higher - height - 1.1 * reach) / 10, 0, 1))
    return 1 - 0.55 * shadow


def _develop(brightness: Field) -> Field:
    """The camera's response: soft in the highlights, darker towards the corners."""
    rows, columns = np.ogrid[-1 : 1 : brightness.shape[0] * 1j, -1 : 1 : brightness.shape[1] * 1j]
    vignette = 1 - 0.22 * (rows**2 + columns**2) / 2
    exposed = np.maximum(brightness, 0) * vignette[..., None].astype(np.float32)
    developed: Field = np.clip(1 - np.exp(-2.1 * exposed), 0, 1) ** np.float32(0.9)
    return developed
