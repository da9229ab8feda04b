"""A synthetic sensor log of one weld, as a headerless CSV file."""

from dataclasses import dataclass

import numpy as np

from tracemark_samples.classes import WeldClass
from tracemark_samples.disturbance import Counts
from tracemark_samples.errors import CountError
from tracemark_samples.log_signature import SIGNATURES, Channel, LogSignature

STEP_MS = 50
"""Milliseconds between two rows."""

_ROW = "%d,%.2f,%d,%d,%d,%d\n"
_IDLE_ROWS = 12
_RAMP_ROWS = 44
_SETTLING_ROWS = 30
_DRIFT_EVERY_ROWS = 36
_FLICKER_EVERY_ROWS = 14
_HUMP_ROWS = 31
_LONGEST_TRAVEL_ROWS = 640
_OPEN_CIRCUIT = 742.0
_AMBIENT_PRESSURE = 1009.0


@dataclass(frozen=True)
class _Phases:
    """Rows before the arc, with a steady arc, of ramp-down, and after the arc."""

    before: int
    steady: int
    ramp: int
    after: int

    @classmethod
    def of(cls, rows: int) -> "_Phases":
        idle = min(_IDLE_ROWS, rows // 20)
        ramp = min(_RAMP_ROWS, rows // 5)
        return cls(before=idle, steady=rows - 2 * idle - ramp, ramp=ramp, after=idle)

    @property
    def arc(self) -> int:
        return self.steady + self.ramp


def sensor_log(kind: WeldClass, rng: np.random.Generator, rows: int | None = None) -> bytes:
    """Write the log of one weld of the given kind.

    Returns UTF-8 CSV without a header, one row each `STEP_MS`, ascending in time. Columns, in order: time in
    milliseconds since arc start (negative before it), electrode position, current, voltage, gas flow and
    chamber pressure; all but the time are sensor counts of unknown unit. `rows` sets the length; without
    it the kind of weld does. Takes time and memory in proportion to `rows`. Raises `CountError` when `rows`
    is below 1.
    """
    signature = SIGNATURES[kind]
    if rows is None:
        rows = round(rng.uniform(*signature.seconds) * 1000 / STEP_MS) + 2 * _IDLE_ROWS
    if rows < 1:
        raise CountError("rows", rows)
    phases = _Phases.of(rows)
    time_ms = (np.arange(rows) - phases.before) * STEP_MS
    columns = [time_ms, *_arc(signature, phases, rng), *_gas_and_pressure(signature, phases, rng)]
    return "".join(map(_ROW.__mod__, zip(*(column.tolist() for column in columns), strict=True))).encode()


def _arc(signature: LogSignature, phases: _Phases, rng: np.random.Generator) -> tuple[Counts, Counts, Counts]:
    """Position, current and voltage over all phases, each of shape (rows,)."""
    rows = phases.arc
    position = _steady(signature.position, rows, signature.flicker, rng)
    current = _steady(signature.current, rows, signature.flicker, rng)
    voltage = _steady(signature.voltage, rows, signature.flicker, rng)
    for event in signature.disturbances:
        settling = min(_SETTLING_ROWS, phases.steady)
        strength = _pad(event.strength(phases.steady - settling, rng), settling, phases.ramp)
        position += event.position * strength
        current += event.current * signature.current.level * strength
        voltage += event.voltage * signature.voltage.level * strength
    swing = 1 + signature.hump * np.sin(np.arange(rows) * (2 * np.pi / _HUMP_ROWS))
    position += np.linspace(0, signature.slope * min(rows, _LONGEST_TRAVEL_ROWS) * STEP_MS / 1000, rows)
    current *= swing * _strike_factor(rows, overshoot=0.22) * _ramp_factor(phases, final=0.28)
    voltage *= swing**-0.6 * _strike_factor(rows, overshoot=0.45) * _ramp_factor(phases, final=0.84)
    return _add_rest(position, phases), _pad_to_log(current, phases), _add_open_circuit(voltage, phases)


def _steady(channel: Channel, rows: int, flicker: float, rng: np.random.Generator) -> Counts:
    """A level with slow drift and uneven noise, of shape (rows,)."""
    drift = _wander(rows, _DRIFT_EVERY_ROWS, rng)
    unevenness = np.exp(flicker * _wander(rows, _FLICKER_EVERY_ROWS, rng))
    return channel.level + channel.drift * drift + channel.noise * unevenness * rng.standard_normal(rows)


def _wander(rows: int, every: int, rng: np.random.Generator) -> Counts:
    """Straight lines between random heights of spread 1, one each `every` rows."""
    knots = rng.standard_normal(rows // every + 2)
    return np.interp(np.arange(rows) / every, np.arange(knots.size), knots)


def _strike_factor(rows: int, overshoot: float) -> Counts:
    """Factor of the arc strike: an overshoot that rings and settles within about a second."""
    since = np.arange(rows)
    ringing: Counts = overshoot * np.exp(-since / 5.0) * np.cos(since * 0.9)
    return 1 + ringing


def _ramp_factor(phases: _Phases, final: float) -> Counts:
    """Factor of the crater fill: 1 while steady, then down to `final`."""
    return np.concatenate([np.ones(phases.steady), np.linspace(1.0, final, phases.ramp)])


def _pad(values: Counts, before: int, after: int) -> Counts:
    return np.concatenate([np.zeros(before), values, np.zeros(after)])


def _pad_to_log(values: Counts, phases: _Phases) -> Counts:
    return np.maximum(_pad(values, phases.before, phases.after), 0)


def _add_open_circuit(voltage: Counts, phases: _Phases) -> Counts:
    """Voltage with the open circuit shown just before the arc strikes and as it breaks."""
    whole = _pad_to_log(voltage, phases)
    whole[max(phases.before - 3, 0) : phases.before] = _OPEN_CIRCUIT
    whole[phases.before + phases.arc :][:1] = _OPEN_CIRCUIT
    return whole


def _add_rest(position: Counts, phases: _Phases) -> Counts:
    """Position with the electrode resting before the arc and lifting off after it."""
    lift = position[-1] + np.minimum(np.arange(1, phases.after + 1) * 0.18, 1.1)
    return np.concatenate([np.full(phases.before, position[0]), position, lift])


def _gas_and_pressure(signature: LogSignature, phases: _Phases, rng: np.random.Generator) -> tuple[Counts, Counts]:
    """Gas flow and pressure over all phases, which carry no signature."""
    rows = phases.before + phases.arc + phases.after
    gas = signature.gas * (1 + 0.01 * rng.standard_normal(rows))
    pressure = _AMBIENT_PRESSURE + _wander(rows, _DRIFT_EVERY_ROWS, rng)
    return gas, pressure
