"""How each kind of weld shows in its sensor log, as numbers.

Levels are raw sensor counts of unknown unit, centred on those of the published example:
electrode position 94.79, current 1464, voltage 428.
"""

from dataclasses import dataclass

from tracemark_samples.classes import WeldClass
from tracemark_samples.disturbance import Burst, Disturbance, Surge


@dataclass(frozen=True)
class Channel:
    """The steady behaviour of one sensor, in counts.

    `level` is the mean, `noise` the spread from row to row, `drift` the spread of slow wandering.
    """

    level: float
    noise: float
    drift: float


@dataclass(frozen=True)
class LogSignature:
    """The steady behaviour of one kind of weld.

    `seconds`: shortest and longest duration of the arc. `slope`: electrode movement in counts per second.
    `hump`: height of a periodic swing, as a fraction of current and voltage. `flicker`: how uneven the
    noise is over time, 0 for constant. `gas`: shielding gas flow, in counts.
    """

    seconds: tuple[float, float]
    position: Channel
    current: Channel
    voltage: Channel
    slope: float = -0.030
    hump: float = 0.0
    flicker: float = 0.15
    gas: float = 612.0
    disturbances: tuple[Disturbance, ...] = ()


SIGNATURES: dict[WeldClass, LogSignature] = {
    WeldClass.GOOD_WELD: LogSignature(
        seconds=(27.0, 32.0),
        position=Channel(94.79, 0.02, 0.03),
        current=Channel(1464, 7, 4),
        voltage=Channel(428, 2.5, 1.5),
    ),
    WeldClass.BURN_THROUGH: LogSignature(
        seconds=(27.0, 32.0),
        position=Channel(94.70, 0.03, 0.05),
        current=Channel(1530, 10, 10),
        voltage=Channel(424, 3.5, 3),
        disturbances=(
            Surge(per_thousand_rows=6, rows=5, current=0.30, voltage=-0.50, position=-1.6),
            Surge(per_thousand_rows=6, rows=1, current=0.12, voltage=-0.22, position=-0.3),
        ),
    ),
    WeldClass.CONTAMINATION: LogSignature(
        seconds=(27.0, 32.0),
        position=Channel(94.79, 0.03, 0.06),
        current=Channel(1458, 9, 8),
        voltage=Channel(431, 4, 4),
        disturbances=(
            Burst(per_thousand_rows=22, rows=7, current=0.055, voltage=0.16, position=0.12),
            Burst(per_thousand_rows=16, rows=1, current=0.04, voltage=0.12, position=0.0),
        ),
    ),
    WeldClass.LACK_OF_FUSION: LogSignature(
        seconds=(27.0, 32.0),
        position=Channel(96.30, 0.04, 0.10),
        current=Channel(1165, 9, 10),
        voltage=Channel(497, 4, 5),
    ),
    WeldClass.LACK_OF_SHIELDING_GAS: LogSignature(
        seconds=(27.0, 32.0),
        position=Channel(94.84, 0.09, 0.22),
        current=Channel(1448, 34, 30),
        voltage=Channel(452, 38, 16),
        flicker=0.6,
        gas=71.0,
    ),
    WeldClass.HIGH_TRAVEL_SPEED: LogSignature(
        seconds=(12.0, 15.0),
        position=Channel(94.79, 0.03, 0.03),
        current=Channel(1405, 9, 5),
        voltage=Channel(420, 3.0, 2),
        slope=-0.115,
        hump=0.018,
    ),
}
"""One signature for every kind of weld."""
