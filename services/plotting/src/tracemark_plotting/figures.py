"""From a trace to one Plotly chart per channel, as plain dictionaries of numbers and plain text."""

from __future__ import annotations

import base64
import html
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tracemark.profile.sensor_profile import Channel
from tracemark_plotting.figure import Figure
from tracemark_plotting.thinning import thin
from tracemark_plotting.trace import ChannelTrace, Trace

WIDTH = 1000
HEIGHT = 500
MAX_TEXT = 60
_AXIS_TEXT = 32

# Plotly's arithmetic on an axis fails beyond these.
_SMALLEST_SPAN = 1e-280
_LARGEST = 1e300

# Margins are fixed, so that the time axes of all charts of a log lie at the same place: stacked, they line up.
_MARGIN = {"l": 140, "r": 50, "t": 70, "b": 100}
_PLOT_WIDTH = WIDTH - _MARGIN["l"] - _MARGIN["r"]
# The chart is read at about half size (30% of a screen's height), so the text is twice as large as usual.
_FONT = {"family": "Open Sans, Liberation Sans, Arial, sans-serif", "size": 26, "color": "#222222"}
_SMALL = {"size": 19, "color": "#555555"}
# Okabe and Ito's palette, distinct for every kind of colour vision: https://jfly.uni-koeln.de/color/
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")


@dataclass(frozen=True, slots=True)
class Drawn:
    """The samples of one channel that a chart draws."""

    time: npt.NDArray[np.float64]
    values: npt.NDArray[np.float64]

    @property
    def alone(self) -> npt.NDArray[np.bool_]:
        """Which samples have a gap, or the end, on both sides: a line alone would not show them."""
        there = np.isfinite(self.values)
        before = np.concatenate(([False], there[:-1]))
        after = np.concatenate((there[1:], [False]))
        return there & ~before & ~after


def figures(trace: Trace) -> list[Figure]:
    """Return one figure per channel, in profile order, all over the same span of time."""
    return [_figure(trace, channel, _COLOURS[index % len(_COLOURS)]) for index, channel in enumerate(trace.channels)]


def plain_text(text: str, limit: int = MAX_TEXT) -> str:
    """Return `text` so that Plotly draws it as it is: cut to `limit` characters, its markup without effect."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    short = printable if len(printable) <= limit else f"{printable[: limit - 1]}…"
    return html.escape(short, quote=False)


def _figure(trace: Trace, channel: ChannelTrace, colour: str) -> Figure:
    time = trace.axis(channel)
    kept = thin(time, channel.values, _PLOT_WIDTH)
    drawn = Drawn(time[kept], channel.values[kept])
    data = [_line(drawn.time, drawn.values, {"mode": "lines", "line": {"color": colour, "width": 2.5}})]
    if np.any(drawn.alone):
        dots = {"mode": "markers", "marker": {"color": colour, "size": 5}}
        data.append(_line(drawn.time[drawn.alone], drawn.values[drawn.alone], dots))
    return {"data": data, "layout": _layout(trace, channel, len(kept))}


def _line(time: npt.NDArray[np.float64], values: npt.NDArray[np.float64], style: dict[str, Any]) -> Figure:
    return {"type": "scatter", "x": _typed_array(time), "y": _typed_array(values), **style}


def _typed_array(numbers: npt.NDArray[np.float64]) -> dict[str, str]:
    """Return numbers in the form Plotly decodes fastest; NaN has no other way through JSON."""
    return {"dtype": "f8", "bdata": base64.b64encode(numbers.astype("<f8").tobytes()).decode("ascii")}


def _layout(trace: Trace, channel: ChannelTrace, drawn: int) -> Figure:
    axis = {"showline": True, "linecolor": "#888888", "gridcolor": "#E4E4E4", "zeroline": False, "ticks": "outside"}
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "margin": _MARGIN,
        "font": _FONT,
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        "showlegend": False,
        "title": {"text": f"<b>{plain_text(channel.channel.title)}</b>", "x": 0.5, "font": {"size": 32}},
        "xaxis": axis
        | {
            "title": {"text": plain_text(trace.time_title), "standoff": 12},
            "range": _time_range(trace),
            "exponentformat": "none",
            "separatethousands": True,
            "tickangle": 0,
            "nticks": 6,
        },
        "yaxis": axis
        | {
            "title": {"text": _axis_title(channel.channel), "standoff": 8},
            "range": _value_range(channel),
            "exponentformat": "SI",
            "nticks": 6,
        },
        "annotations": _small_print(channel.samples, drawn),
    }


def _axis_title(channel: Channel) -> str:
    """Return title and unit, which is never a guess; cut to the height of the axis, where the unit stays."""
    if not channel.unit:
        return plain_text(channel.title, _AXIS_TEXT)
    unit = plain_text(channel.unit, _AXIS_TEXT // 2)
    room = _AXIS_TEXT - min(len(channel.unit), _AXIS_TEXT // 2) - len(" ()")
    return f"{plain_text(channel.title, room)} ({unit})"


def _time_range(trace: Trace) -> list[float]:
    first, last = trace.span
    size = max(abs(first), abs(last))
    # Plotly refuses an axis whose ends it cannot tell apart: a moment gets a span of its own magnitude.
    if last - first > 1e-12 * size and last - first > _SMALLEST_SPAN:
        return [first, last]
    return _within_bounds(first, last, 0.1 * size or 1.0)


def _value_range(channel: ChannelTrace) -> list[float]:
    low, high = float(np.nanmin(channel.values)), float(np.nanmax(channel.values))
    # 6% of air keeps the extremes off the frame; a constant channel gets a band of its own magnitude.
    return _within_bounds(low, high, (0.06 * high - 0.06 * low) or 0.1 * abs(high) or 1.0)


def _within_bounds(low: float, high: float, air: float) -> list[float]:
    air = max(air, _SMALLEST_SPAN)
    return [max(min(low, _LARGEST) - air, -_LARGEST), min(max(high, -_LARGEST) + air, _LARGEST)]


def _small_print(samples: int, drawn: int) -> list[Figure]:
    if drawn >= samples:
        return []
    text = f"{samples:,} samples; the extremes of each pixel column are drawn"
    place = {"xref": "paper", "yref": "paper", "x": 1, "y": 1, "xanchor": "right", "yanchor": "bottom"}
    return [{"text": text, "showarrow": False, "font": _SMALL, **place}]
