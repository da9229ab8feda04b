"""How far apart the samples of a log lie, as its preamble states it: a rate or an interval."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracemark_plotting.guess.cells import number
from tracemark_plotting.guess.layout import Layout
from tracemark_plotting.guess.names import time_unit

_INTERVALS = ("sampleinterval", "samplinginterval", "increment", "xincrement", "interval", "deltax", "hresolution",
              "timeincrement", "abtastintervall", "sampletime", "sampleperiod", "samplingperiod", "dt", "tinc",
              "timeperpoint", "secondspersample", "hincrement", "timeresolution", "deltatime",
              "clock", "tincrement")  # fmt: skip
_RATES = ("samplerate", "samplingrate", "samplefrequency", "samplingfrequency", "samplespersecond", "abtastrate",
          "fs", "frequency", "sampleclock", "scanrate", "abtastfrequenz", "samples/s", "samplingspeed")  # fmt: skip
_EITHER = ("sampling", "sample", "abtastung")  # what it is, its unit tells
_SCALES = {
    "hz": 1.0,
    "khz": 1e3,
    "mhz": 1e6,
    "s/s": 1.0,
    "sa/s": 1.0,
    "ks/s": 1e3,
    "ksa/s": 1e3,
    "ms/s": 1e6,
    "msa/s": 1e6,
}
_QUANTITY = re.compile(r"([+-]?[\d.,]+(?:[eE][+-]?\d+)?)\s*([^\d\s]\S*)?")


@dataclass(frozen=True, slots=True)
class Beat:
    """The seconds from sample to sample.

    independent: whether they say so without the time column. An interval without a unit may be in that of the column;
    one with an exponent is in seconds, as oscilloscopes write it.
    """

    seconds: float
    independent: bool = True


def stated_beat(layout: Layout) -> Beat | None:
    """Return the distance of samples that the preamble states, as an interval or as a rate; a bare rate is in hertz."""
    for words, bare in ((_INTERVALS, "s"), (_RATES, "hz"), (_EITHER, "")):
        if found := _QUANTITY.match(layout.preamble(*words)):
            return _beat(number(found[1], layout.marks), found[2] or bare, bool(found[2]) or "e" in found[1].lower())
    return None


def _beat(value: float | None, unit: str, exact: bool) -> Beat | None:
    word = unit.strip("[]()")
    time, scale = time_unit(word), _SCALES.get(word.lower())
    if value and value > 0 and time:
        return Beat(time.to_seconds(value), exact)
    return Beat(1 / (value * scale)) if value and value > 0 and scale else None
