"""What JSON text may hold that no value can stand for: a name twice in one object, and numbers that are none.

Which value a name twice in an object means nobody can tell, so neither is taken; JSON has no NaN and no infinity, and
what is too large for a number of 64 bits becomes one. Each costs the field that it stands in and nothing else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from tracemark.document import Json

_MAX_DIGITS = 400
"""More digits than the largest number of 64 bits has; Python refuses to read whole numbers of some thousands."""


@dataclass(frozen=True, slots=True)
class _Flaw:
    """Stands in place of the value; `reason` says what is wrong with it."""

    reason: str


_DOUBLED = _Flaw("a name stands in it twice")
_NO_NUMBER = _Flaw("it holds NaN or a number that is too large")


def marked_doubles(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Return an object of a JSON document; what stands under a name twice is a flaw."""
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = set[str]()
        for name, _ in pairs:
            if name in seen:
                found[name] = _DOUBLED
            seen.add(name)
    return found


def marked_number(digits: str) -> Json:
    """Return a number of a JSON document, also one that JSON does not know; one that is not finite is a flaw."""
    if digits.lstrip("-").isdecimal():
        return int(digits) if len(digits) <= _MAX_DIGITS else _NO_NUMBER
    number = float(digits)
    return number if math.isfinite(number) else _NO_NUMBER


def flaw_in(value: Json) -> str:
    """Return what is wrong in a value, at any depth; "" if nothing is."""
    level = [value]
    while level:
        for each in level:
            if isinstance(each, _Flaw):
                return each.reason
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        level = [child for each in inner for child in each]
    return ""
