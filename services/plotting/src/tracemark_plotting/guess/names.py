"""What a header says: names, units, keys, and which names mean time."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from tracemark.profile.keys import MAX_TEXT, is_name
from tracemark.profile.sensor_profile import RESERVED_KEYS
from tracemark.profile.time import TimeUnit
from tracemark_plotting.guess.vocabulary import (
    COUNTED_WORDS,
    FURTHER_UNITS,
    LONG_UNITS,
    NO_SUFFIXES,
    TIME_UNIT_WORDS,
    TIME_WORDS,
    UNIT_BASES,
    UNIT_PREFIXES,
)

_TIME_UNIT_OF = {word: TimeUnit(unit) for unit, words in TIME_UNIT_WORDS.items() for word in words}
_LONG_UNIT_OF = {word: unit for unit, words in LONG_UNITS.items() for word in words}
_UNITS = frozenset(f"{prefix}{base}" for prefix in UNIT_PREFIXES for base in UNIT_BASES) | FURTHER_UNITS
_SUFFIXES = _UNITS - NO_SUFFIXES
_SPELT_OUT = {TimeUnit.SECONDS, TimeUnit.MILLISECONDS, TimeUnit.MICROSECONDS, TimeUnit.NANOSECONDS}
_IN_BRACKETS = re.compile(r"^(?P<name>.*?)\s*[(\[{<](?P<unit>[^()\[\]{}<>]{1,16})[)\]}>]\s*$")
_BEHIND_MARK = re.compile(r"^(?P<name>.+?)(?:\s+in\s+|\s*/\s*)(?P<unit>[^\s/]{1,8}(?:/[^\s/]{1,6})?)$")
_BEHIND_COMMA = re.compile(r"^(?P<name>.+?),\s*(?P<unit>[^\s,]{1,8})$")  # `Force, N`, as Russian has it
_UNIT_ALONE = re.compile(r"^(?P<name>)in\s+(?P<unit>[^\s/]{1,8})$")  # Rohde & Schwarz: `in s`
_SUFFIX = re.compile(r"^(?P<name>.+?)[_.](?P<unit>[^_ .]{1,6}(?:/[^_ .]{1,6})?)$")


@dataclass(frozen=True, slots=True)
class Name:
    """A header cell: `text` without its unit, and the unit, empty when it gives none."""

    text: str
    unit: str = ""

    @classmethod
    def parse(cls, cell: str) -> Name:
        """Read `Current (A)`, `Current [A]`, `Current / A`, `current_A`; a unit is one only where it is known."""
        text = cell.strip().lstrip("#").strip()
        text = text[:-1] if re.search(r"_[A-Za-z]{1,4}_$", text) else text  # MATLAB writes `Time (s)` as Time_s_
        for pattern in (_IN_BRACKETS, _BEHIND_MARK, _BEHIND_COMMA, _UNIT_ALONE, _SUFFIX):
            found = pattern.match(text)
            if found and _accepted(found["unit"], pattern) and not (pattern is _SUFFIX and _counts(found["name"])):
                return cls(found["name"].strip(" _,") or text, spell_unit(found["unit"]))
        return cls(text)

    @property
    def word(self) -> str:
        """The name as it is looked up."""
        return re.sub(r"[\s\-]+", "_", self.text.strip().rstrip(".:").lower())

    @property
    def means_time(self) -> bool:
        """Whether it is exactly a word for time."""
        return self.word in TIME_WORDS

    @property
    def like_time(self) -> bool:
        """Whether it has a word for time in it."""
        parts = set(re.split(r"[^\w]+|_", self.text.lower()))
        return self.means_time or bool(
            parts & {"time", "zeit", "timestamp", "temps", "tiempo", "sec", "seconds", "elapsed"}
        )


def is_unit(text: str) -> bool:
    """Return whether a text is a unit, alone or as a quotient or product of units."""
    word = text.strip()
    if word in _UNITS or word.lower() in _LONG_UNIT_OF or word.lower() in _TIME_UNIT_OF:
        return True
    parts = re.split(r"[/·*]", word)
    return 1 < len(parts) <= 3 and all(re.sub(r"[²³^23\-]+$", "", part) in _UNITS | {"1"} for part in parts)


def spell_unit(text: str) -> str:
    """Return a unit as charts show it."""
    word = text.strip().strip("()[]")
    return _LONG_UNIT_OF.get(word.lower(), word.replace("μ", "µ"))


def time_unit(text: str) -> TimeUnit | None:
    """Return the unit of time that a word means."""
    return _TIME_UNIT_OF.get(text.strip().strip("()[]").lower())


def named_unit(name: Name) -> TimeUnit | None:
    """Return the unit that a name spells out, as `seconds_elapsed` does; of minutes, hours and days none is certain.

    `time_of_day` counts no days, and `min` is more often a minimum.
    """
    found = {_TIME_UNIT_OF[part] for part in name.word.split("_") if len(part) > 2 and part in _TIME_UNIT_OF}
    return found.pop() if len(found) == 1 and found <= _SPELT_OUT else None


def slug(text: str, taken: set[str], fallback: str) -> str:
    """Return a key for a name: ASCII letters, digits and underscores, not yet in `taken`, to which it is added."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("µ", "u")).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:32].strip("_")
    if not found or not found[0].isalpha():
        found = f"{fallback}_{found}".strip("_")
    base, number = found, 2
    while found in taken or found in RESERVED_KEYS or not is_name(found):
        found, number = f"{base}_{number}", number + 1
    taken.add(found)
    return found


def title(text: str) -> str:
    """Return a name as the title of a chart: without underscores, with a capital."""
    plain = re.sub(r"[_\s]+", " ", text).strip()[:MAX_TEXT]
    return plain[:1].upper() + plain[1:] if plain[:2] != plain[:2].upper() else plain


def _counts(name: str) -> bool:
    """Whether a name is of a kind that letters count: `channel_A` is no current."""
    return name.lower().rsplit("_", 1)[-1] in COUNTED_WORDS


def _accepted(unit: str, pattern: re.Pattern[str]) -> bool:
    if pattern is _IN_BRACKETS:
        return is_unit(unit)
    if pattern is _SUFFIX:
        return (
            unit in _SUFFIXES
            or (len(unit) > 1 and _TIME_UNIT_OF.get(unit.lower()) in _SPELT_OUT)
            or unit == "C"
            or ("/" in unit and is_unit(unit))
        )
    return is_unit(unit)
