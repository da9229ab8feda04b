"""What a cell is: a number, a moment, a word for nothing, or text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tracemark_plotting.guess.moments import is_moment
from tracemark_plotting.guess.vocabulary import GAP_WORDS

NUMBER, MOMENT, TEXT, GAP, BLANK = "N", "T", "S", "G", "E"

SENTINEL = 9.8e37
"""From here on instruments of the IVI and SCPI families mean overload or no measurement (9.9E37, 9.91E37)."""

ONES = frozenset({"true", "on", "ein", "yes", "ja", "high", "wahr"})
ZEROS = frozenset({"false", "off", "aus", "no", "nein", "low", "falsch"})

_EXPONENT = r"(?:[eE][+-]?\d+)?"
_NUMBER = re.compile(rf"[+-]?(?:\d+[.,]?\d*|[.,]\d+){_EXPONENT}", re.ASCII)
_GROUPED = re.compile(
    rf"[+-]?\d{{1,3}}(?:(?P<mark>[.,' \u2019\u00a0\u202f])\d{{3}})(?:(?P=mark)\d{{3}})*(?:[.,]\d+)?{_EXPONENT}"
)


def kind(cell: str) -> str:
    """Return what a cell is; numbers may have either decimal mark and groups of three digits."""
    word = cell.strip()
    if not word:
        return BLANK
    if _NUMBER.fullmatch(word) or _GROUPED.fullmatch(word):
        return NUMBER
    lower = word.lower()
    if lower in ONES or lower in ZEROS:
        return NUMBER
    if lower in GAP_WORDS:
        return GAP
    return MOMENT if is_moment(word) else TEXT


@dataclass(frozen=True, slots=True)
class Marks:
    """How numbers are written; `unclear` is an example that reads as two numbers."""

    decimal: str = "."
    thousands: str = ""
    unclear: str = ""
    contradiction: str = ""


def marks(cells: Iterable[str], delimiter: str) -> Marks:
    """Find the decimal mark and the mark of thousands in numeric cells, from all of them together."""
    decimals: dict[str, str] = {}
    thousands: dict[str, str] = {}
    open_cells: dict[str, str] = {}
    for cell in cells:
        _weigh(cell.strip().lstrip("+-"), decimals, thousands, open_cells)
    if len(decimals) > 1:
        return Marks(contradiction=" and ".join(decimals.values()))
    decimal = next(iter(decimals), "")
    grouping = next((mark for mark in thousands if mark != decimal), "")
    if not decimal:
        decimal = _decimal_of(open_cells, grouping, delimiter)
    if not decimal:
        return Marks(unclear=next(iter(open_cells.values())))
    other = next((mark for mark in open_cells if mark != decimal), "")
    return Marks(decimal, grouping or other)


def _decimal_of(open_cells: dict[str, str], grouping: str, delimiter: str) -> str:
    if grouping in (".", ","):
        return "," if grouping == "." else "."
    if not open_cells or (set(open_cells) == {"."} and delimiter == ","):
        return "."  # a table with commas between cells has points in its numbers
    return "" if set(open_cells) & {".", ","} else "."


def _weigh(cell: str, decimals: dict[str, str], thousands: dict[str, str], open_cells: dict[str, str]) -> None:
    digits = re.split(r"[eE]", cell)[0]
    found = [mark for mark in digits if not mark.isdigit()]
    if not found:
        return
    last = found[-1]
    if len(found) > 1:
        if last != found[0]:
            decimals.setdefault(last, cell)
        thousands.setdefault(found[0], cell)
    elif last in ".,":
        before, after = digits.split(last)
        certain = len(after) != 3 or len(before) > 3 or before in ("", "0") or before.startswith("0") or digits != cell
        (decimals if certain else open_cells).setdefault(last, cell)
    else:
        thousands.setdefault(last, cell)


def number(cell: str, found: Marks) -> float | None:
    """Return the value of a cell, or None when it is no number."""
    word = cell.strip()
    if found.thousands:
        word = word.replace(found.thousands, "")
    try:
        return float(word.replace(found.decimal, ".")) if _NUMBER.fullmatch(word) else None
    except ValueError:
        return None
