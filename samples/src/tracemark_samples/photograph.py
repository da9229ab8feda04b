"""A synthetic photograph of one weld, as a PNG file."""

import io

import numpy as np
from PIL import Image, ImageFilter

from tracemark_samples.bead import Seam, bead_height, lay_seam
from tracemark_samples.classes import WeldClass
from tracemark_samples.heat_tint import heat_around, tint_colours
from tracemark_samples.lighting import light
from tracemark_samples.surface import Surface
from tracemark_samples.texture import Field, brush_strokes, clouds, ramp, turbulence
from tracemark_samples.weld_look import LOOKS, WeldLook

WIDTH, HEIGHT = 1280, 960
"""Size of a photograph in pixels."""


def photograph(kind: WeldClass, rng: np.random.Generator) -> bytes:
    """Draw the photograph of one weld of the given kind.

    Returns a PNG file of `WIDTH` by `HEIGHT` pixels, red, green and blue of eight bits each: a brushed steel
    plate from above with the bead from left to right. Two generators in the same state give the same bytes.
    """
    look = LOOKS[kind]
    seam = lay_seam((HEIGHT, WIDTH), look.bead, rng)
    surface = _welded_plate(seam, look, rng)
    for defect in look.defects:
        surface = defect.draw(surface, seam, rng)
    return _png(light(surface))


def _welded_plate(seam: Seam, look: WeldLook, rng: np.random.Generator) -> Surface:
    inside = ramp(seam.radius, 1.02, 0.95)
    strokes = brush_strokes(rng, seam.radius.shape)
    joint = _joint(seam) * (1 - inside)
    height = bead_height(seam, look.bead, rng) + 0.17 * strokes * (1 - inside) - 3 * joint
    colour = tint_colours(heat_around(seam, look.tint, rng), look.tint.colours)
    colour += inside[..., None] * (tint_colours(_heat_of_bead(seam, rng), look.tint.colours) - colour)
    colour *= (_wear(seam, strokes, inside, rng) * (1 - 0.9 * joint))[..., None]
    return Surface(height.astype(np.float32), colour, (0.64 + 0.24 * inside).astype(np.float32))


def _joint(seam: Seam) -> Field:
    """1 on the thin gap between the two plates, where no bead covers it."""
    return ramp(np.abs(seam.across), 2.4, 1.0)


def _heat_of_bead(seam: Seam, rng: np.random.Generator) -> Field:
    """The faint straw sheen of the bead itself, as heat 0 to 1."""
    patches = clouds(rng, seam.radius.shape, (45.0, 60.0))
    heat: Field = np.clip(0.10 + 0.07 * patches, 0, 0.3).astype(np.float32)
    return heat


def _wear(seam: Seam, strokes: Field, inside: Field, rng: np.random.Generator) -> Field:
    """Factor about 1 of the colour: stains and strokes on the plate, fine grain on the bead."""
    stains = turbulence(rng, seam.radius.shape, 260.0, 3)
    grain = turbulence(rng, seam.radius.shape, 7.0, 2)
    return 1 + (0.035 * strokes + 0.03 * stains) * (1 - inside) + 0.035 * grain * inside


def _png(brightness: Field) -> bytes:
    """Encode brightness 0 to 1 of shape (height, width, 3), as soft as a lens would see it."""
    file = io.BytesIO()
    picture = Image.fromarray(np.rint(brightness * 255).astype(np.uint8))
    picture.filter(ImageFilter.GaussianBlur(0.6)).save(file, "PNG")
    return file.getvalue()
