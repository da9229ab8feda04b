"""Numbers that recorders write where there is no value: those that may be values as well are asked about."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from tracemark_plotting.guess.layout import Values
from tracemark_plotting.guess.result import Question

_SUSPICIOUS = (
    *(-9999.0, -99999.0, -999.0, 9999.0, 99999.0, -999.9, -999.99, -999.25, -9999.9, 9999.9, -9999.99),
    *(32767.0, -32768.0, 65535.0, -32767.0, 2147483647.0, -2147483648.0, 7999.0, -7999.0),
)
"""Nines, the ends of whole numbers, Campbell's overflow."""


def suspicious(values: Values, name: str, known: Collection[str]) -> Iterator[Question]:
    """Yield a question for each such number far beyond the others of a column; `known` is what is said to be a gap."""
    usual = values[np.isfinite(values) & ~np.isin(values, _SUSPICIOUS)]
    most = float(np.abs(usual).max(initial=0.0))
    for value in _SUSPICIOUS if usual.size and "none" not in known else ():
        text = f"{value:.15g}"
        if np.any(values == value) and most < abs(value) / 4 and text not in known:
            yield Question(f"is {text} a value of {name!r} or a gap", (f"--gap {text}", "--gap none"))
