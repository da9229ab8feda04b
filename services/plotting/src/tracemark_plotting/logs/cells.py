"""What a cell of text stands for: a number as the profile writes it, a gap, or a word for 1 or 0."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tracemark.errors import InvalidLog, quoted
from tracemark.profile.sensor_profile import TextFormat
from tracemark_plotting.logs.columns import Columns, Ticks, Values

NOT_A_NUMBER = frozenset({"nan", "-nan", "na", "n/a", "null", "none"})
"""The words, in any case, that stand for a missing number; so does a blank cell."""

# What C runtimes, R and pandas write; each is a gap wherever it stands.
_FURTHER_GAPS = frozenset(
    {"<na>", "#na", "#n/a", "#n/a n/a", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan", "1.#snan", "-1.#snan"}
    | {"1.#inf", "-1.#inf", "1.#inf00", "-1.#inf00", "1.#j", "-1.#j", "∞", "+∞", "-∞"}
)
_MAX_DIGITS = 19  # of a 64-bit number
_MOST_TICKS = 2**62
_SPACE = " \t\n\v\f\r"
_EXPONENT = r"(?:e[+-]?[0-9]+)?"
_ENDLESS = r"[+-]?inf(?:inity)?"
_WITHOUT_NUMBERS = dict.fromkeys(map(ord, "0123456789.+-eE\n"))
_SPACES = (" ", "\u00a0", "\u202f")


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads the cells of one text format; make one by `of`."""

    words: dict[str, float]
    number: re.Pattern[str]
    decimal: str
    thousands: str

    @classmethod
    def of(cls, text: TextFormat) -> CellReader:
        """Return the reader of a format."""
        gaps = {*NOT_A_NUMBER, *_FURTHER_GAPS, "", *(word.lower() for word in text.gaps)}
        words = {word: math.nan for word in gaps}
        words |= {word.lower(): 1.0 for word in text.ones} | {word.lower(): 0.0 for word in text.zeros}
        thousands = "".join(_SPACES) if text.thousands in _SPACES else text.thousands
        return cls(words, _number_pattern(text.decimal, thousands), text.decimal, thousands)

    def read_plain(self, cells: list[str]) -> Values | None:
        """Return the numbers of a column of numbers and blank cells, in a fraction of the time; None for any other."""
        text = "\n".join(cells)
        if self.decimal != ".":
            if "." in text:
                return None
            text = text.replace(self.decimal, ".")
        if text.translate(_WITHOUT_NUMBERS):
            return None
        parts = text.split("\n") if cells else []
        if len(parts) != len(cells):  # a line break within a cell
            return None
        try:
            return np.array([part or "nan" for part in parts], dtype=np.float64)
        except ValueError:
            return None

    def read(self, cell: str) -> float | None:
        """Return the number that a cell stands for, NaN for a gap; None when it is neither."""
        word = cell.strip(_SPACE).lower()
        found = self.words.get(word)
        if found is not None:
            return found
        if not self.number.fullmatch(word):
            return None
        for mark in self.thousands:
            word = word.replace(mark, "")
        return float(word.replace(self.decimal, "."))


def _number_pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    point = re.escape(decimal)
    plain = rf"[0-9]+(?:{point}[0-9]*)?|{point}[0-9]+"
    # One kind of mark within a number, and three digits behind each: 1.2.3 and 1.2345 are no thousands.
    grouped = rf"[0-9]{{1,3}}(?:([{re.escape(thousands)}])[0-9]{{3}})(?:\1[0-9]{{3}})*(?:{point}[0-9]*)?|"
    body = (grouped if thousands else "") + plain
    return re.compile(rf"[+-]?(?:{body}){_EXPONENT}|{_ENDLESS}", re.ASCII)


def read_ticks(words: pd.Series, columns: Columns, text: TextFormat) -> tuple[Ticks, int]:
    """Return numbers as whole ticks, and how many make one: a power of ten, at most 10^9.

    Raises:
        InvalidLog: a cell is missing, is written with an exponent, or is beyond 64 bits.
    """
    bare = words.astype("str").str.strip()
    for mark in text.thousands:
        bare = bare.str.replace(mark, "", regex=False)
    parts = bare.str.extract(rf"^([+-]?)([0-9]+)(?:{re.escape(text.decimal)}([0-9]*))?$")
    fault = np.flatnonzero(parts[1].isna().to_numpy() | (parts[1].str.len() > _MAX_DIGITS).to_numpy())
    if fault.size:
        raise _no_ticks(columns, int(fault[0]), bare.iloc[int(fault[0])])
    fraction = parts[2].fillna("").str.rstrip("0")
    room = _MAX_DIGITS - int(parts[1].str.len().max())
    digits = min(int(fraction.str.len().max()), 9, room)
    whole = (parts[1] + fraction.str.slice(0, digits).str.pad(digits, side="right", fillchar="0")).to_numpy()
    try:
        ticks = whole.astype(np.int64)
    except (OverflowError, ValueError) as error:
        raise _no_ticks(columns, 0, bare.iloc[0]) from error
    refuse_far_ticks(ticks, columns)
    return np.where((parts[0] == "-").to_numpy(), -ticks, ticks), 10**digits


def refuse_far_ticks(ticks: Ticks, columns: Columns) -> None:
    """Do nothing when all ticks are so small that differences of two cannot overflow.

    Raises:
        InvalidLog: one is larger.
    """
    far = np.flatnonzero((ticks > _MOST_TICKS) | (ticks < -_MOST_TICKS))
    if far.size:
        raise _no_ticks(columns, int(far[0]), columns.row_text(int(far[0])))


def _no_ticks(columns: Columns, row: int, cell: str) -> InvalidLog:
    return InvalidLog(
        f"the time {quoted(cell, 60)} cannot be told from its neighbours",
        place=f"{columns.place} {columns.row_name(row)}",
        expected=f"a number of at most {_MAX_DIGITS} digits without exponent",
        remedy="write the time with all its digits, or from the first sample on",
    )
