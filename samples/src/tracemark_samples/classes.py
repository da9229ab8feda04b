"""The six physical kinds of weld, and the labels a welding expert chooses from."""

from enum import Enum


class WeldClass(Enum):
    """What happened to a weld; the value is the label an expert gives it."""

    GOOD_WELD = "Good Weld"
    BURN_THROUGH = "Burn Through"
    CONTAMINATION = "Contamination"
    LACK_OF_FUSION = "Lack of Fusion"
    LACK_OF_SHIELDING_GAS = "Lack of Shielding Gas"
    HIGH_TRAVEL_SPEED = "High Travel Speed"


NOT_SURE = "Not sure"
"""The label of an expert who cannot tell; no weld is generated for it."""

LABELS: tuple[str, ...] = (*(kind.value for kind in WeldClass), NOT_SURE)
"""The seven labels in the order the labeling page shows them."""
