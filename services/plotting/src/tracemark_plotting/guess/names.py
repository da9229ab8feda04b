"""What a header says: names, units, keys, and which names mean time."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from tracemark.profile.keys import MAX_TEXT, is_name
from tracemark.profile.sensor_profile import RESERVED_KEYS
from tracemark.profile.time import TimeUnit

_TIME_UNITS = {
    TimeUnit.SECONDS: "s sec secs second seconds sekunde sekunden seconde secondes segundos sek",
    TimeUnit.MILLISECONDS: "ms msec msecs millisecond milliseconds millisekunden milli",
    TimeUnit.MICROSECONDS: "us µs μs usec microsecond microseconds mikrosekunden",
    TimeUnit.NANOSECONDS: "ns nsec nanosecond nanoseconds nanosekunden",
    TimeUnit.MINUTES: "min mins minute minutes minuten",
    TimeUnit.HOURS: "h hr hrs hour hours stunden",
    TimeUnit.DAYS: "d day days tage",
}
_TIME_UNIT_OF = {word: unit for unit, words in _TIME_UNITS.items() for word in words.split()}
_LONG_UNITS = {
    "volt": "V", "volts": "V", "amp": "A", "amps": "A", "ampere": "A", "amperes": "A", "watt": "W", "watts": "W",
    "ohm": "Ω", "ohms": "Ω", "hertz": "Hz", "celsius": "°C", "degc": "°C", "deg c": "°C", "deg_c": "°C",
    "degf": "°F", "kelvin": "K", "percent": "%", "newton": "N", "pascal": "Pa", "millivolt": "mV", "grad c": "°C",
    "deg": "°", "degree": "°", "degrees": "°",
}  # fmt: skip
_PREFIXED = "V A W Ω Hz Pa N m g J F H T C S B Nm VA VAr Wh Ah bar s K mol cd lm lx Ohm L l"
_UNITS = {f"{prefix}{unit}" for prefix in ("", "k", "M", "G", "m", "u", "µ", "μ", "n", "p", "c", "d", "h")
          for unit in _PREFIXED.split()} | set(
    "% ‰ °C °F ° rpm min h d psi ppm ppb dB dBm inch in ft mil ips ipm a.u. slm sccm U/min 1/min pH g µg deg rad "
    "count counts cnt bit digits V/V ADC".split()
)  # fmt: skip
_SUFFIXES = _UNITS - set("m g s h d C T F H S B K J N L l in min % ° a.u. count counts cnt bit mm2".split()) | {
    "mm",
    "m",
    "s",
    "min",
}
_IN_BRACKETS = re.compile(r"^(?P<name>.*?)\s*[(\[{<](?P<unit>[^()\[\]{}<>]{1,16})[)\]}>]\s*$")
_BEHIND_MARK = re.compile(r"^(?P<name>.+?)(?:\s+in\s+|\s*/\s*)(?P<unit>[^\s/]{1,8}(?:/[^\s/]{1,6})?)$")
_SUFFIX = re.compile(r"^(?P<name>.+?)[_ .](?P<unit>[^_ .]{1,6}(?:/[^_ .]{1,6})?)$")

TIME_WORDS = frozenset(
    "time t ts zeit timestamp time_stamp zeitstempel datetime date_time temps tiempo tempo tijd tid czas aika час время "
    "时间 時間 時刻 時 x_axis x xaxis second seconds _time epoch elapsed elapsed_time clock uhrzeit relative_time x_value "
    "time_s time_axis t_stamp timestring laufzeit zeitpunkt seconds_elapsed unix unixtime utc local_time rel_time "
    "timestamps stamp time_abs time_rel sampletime rectime datum_zeit datum/zeit date/time".split()
)
DATE_WORDS = frozenset("date datum dato fecha data tag day 日付 日期".split())
INDEX_WORDS = frozenset(
    "record rec index idx n no nr num number sample samples row id seq sequence count counter point points # rn line "
    "sample_no sample_number scan table level obs lfd_nr messwert_nr s_no unnamed:_0 reading item".split()
) | {""}
TAG_WORDS = frozenset(
    "varname tag tagname tag_name name variable variablename signal channel _field _measurement point pointname tagpath "
    "sensor item series metric kanal messstelle signalname parameter field channel_name measurement tag_path".split()
)
VALUE_WORDS = frozenset("varvalue value _value wert val messwert reading valeur valor floatvalue".split())


@dataclass(frozen=True, slots=True)
class Name:
    """A header cell: `text` without its unit, and the unit, empty when it gives none."""

    text: str
    unit: str = ""

    @classmethod
    def parse(cls, cell: str) -> Name:
        """Read `Current (A)`, `Current [A]`, `Current / A`, `current_A`; a unit is one only where it is known."""
        text = cell.strip().lstrip("#").strip()
        for pattern in (_IN_BRACKETS, _BEHIND_MARK, _SUFFIX):
            found = pattern.match(text)
            if found and _accepted(found["unit"], pattern):
                return cls(found["name"].strip(" _,") or text, spell_unit(found["unit"]))
        return cls(text)

    @property
    def word(self) -> str:
        """The name as it is looked up."""
        return re.sub(r"[\s\-]+", "_", self.text.strip().lower())

    @property
    def means_time(self) -> bool:
        """Whether it is exactly a word for time."""
        return self.word in TIME_WORDS

    @property
    def like_time(self) -> bool:
        """Whether it has a word for time in it."""
        parts = set(re.split(r"[^\w]+|_", self.text.lower()))
        return self.means_time or bool(parts & {"time", "zeit", "timestamp", "temps", "tiempo", "sec", "seconds"})


def is_unit(text: str) -> bool:
    """Return whether a text is a unit, alone or as a quotient or product of units."""
    word = text.strip()
    if word in _UNITS or word.lower() in _LONG_UNITS or word.lower() in _TIME_UNIT_OF:
        return True
    parts = re.split(r"[/·*]", word)
    return 1 < len(parts) <= 3 and all(re.sub(r"[²³^23\-]+$", "", part) in _UNITS | {"1"} for part in parts)


def spell_unit(text: str) -> str:
    """Return a unit as charts show it."""
    word = text.strip().strip("()[]")
    return _LONG_UNITS.get(word.lower(), word.replace("μ", "µ"))


def time_unit(text: str) -> TimeUnit | None:
    """Return the unit of time that a word means."""
    return _TIME_UNIT_OF.get(text.strip().strip("()[]").lower())


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


def _accepted(unit: str, pattern: re.Pattern[str]) -> bool:
    if pattern is _IN_BRACKETS:
        return is_unit(unit)
    if pattern is _SUFFIX:
        return (
            unit in _SUFFIXES
            or (len(unit) > 1 and unit.lower() in _TIME_UNIT_OF)
            or unit == "C"
            or "/" in unit
            and is_unit(unit)
        )
    return is_unit(unit)
