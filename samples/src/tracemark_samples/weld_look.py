"""How each kind of weld looks in a photograph, as numbers."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from tracemark_samples.bead import BeadShape, Seam
from tracemark_samples.classes import WeldClass
from tracemark_samples.deposits import Inclusions, OxideCrust, Soot, Spatter
from tracemark_samples.heat_tint import SCALE, HeatTint
from tracemark_samples.holes import BurntHoles, Pores
from tracemark_samples.surface import Surface
from tracemark_samples.toes import OpenToe, Undercut


class Defect(Protocol):
    """A mark that one kind of weld leaves."""

    def draw(self, surface: Surface, seam: Seam, rng: np.random.Generator) -> Surface:
        """The surface with the mark on it; the one given stays as it was."""


@dataclass(frozen=True)
class WeldLook:
    """The appearance of one kind of weld; the defects are drawn in their order."""

    bead: BeadShape = field(default_factory=BeadShape)
    tint: HeatTint = field(default_factory=HeatTint)
    defects: tuple[Defect, ...] = ()


LOOKS: dict[WeldClass, WeldLook] = {
    WeldClass.GOOD_WELD: WeldLook(),
    WeldClass.BURN_THROUGH: WeldLook(
        bead=BeadShape(half_width=78, height=26, unevenness=0.05),
        tint=HeatTint(reach=66, peak=0.97, raggedness=0.09),
        defects=(BurntHoles(radius=62, count=2),),
    ),
    WeldClass.CONTAMINATION: WeldLook(
        bead=BeadShape(unevenness=0.065),
        tint=HeatTint(reach=50, raggedness=0.12),
        defects=(
            Soot(reach=75, cover=0.85, patchiness=0.95, colour=(0.10, 0.09, 0.08)),
            Inclusions(count=15, largest=21),
            Pores(count=12, smallest=2.5, largest=6),
            Spatter(count=75, largest=10),
        ),
    ),
    WeldClass.LACK_OF_FUSION: WeldLook(
        bead=BeadShape(half_width=47, height=50, fullness=0.60, pitch=33, ripple=8.5, sweep=0.4, unevenness=0.07),
        tint=HeatTint(reach=26, peak=0.36),
        defects=(OpenToe(width=7),),
    ),
    WeldClass.LACK_OF_SHIELDING_GAS: WeldLook(
        bead=BeadShape(half_width=72, height=30, ripple=3.0, unevenness=0.06),
        tint=HeatTint(reach=80, peak=0.95, colours=SCALE, raggedness=0.16),
        defects=(
            OxideCrust(roughness=1.6, cover=0.9, colour=(0.30, 0.26, 0.22)),
            Soot(reach=95, cover=0.6, patchiness=0.55, colour=(0.20, 0.17, 0.14)),
            Pores(count=95, smallest=2.2, largest=9.5),
        ),
    ),
    WeldClass.HIGH_TRAVEL_SPEED: WeldLook(
        bead=BeadShape(half_width=33, height=14, pitch=36, ripple=5.0, sweep=2.4, point=0.92, unevenness=0.035),
        tint=HeatTint(reach=17, peak=0.80),
        defects=(Undercut(width=9, depth=7),),
    ),
}
"""One look for every kind of weld."""
