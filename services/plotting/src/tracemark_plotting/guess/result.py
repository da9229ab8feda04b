"""What a guess is: a profile, or the questions whose answers make it one."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tracemark.errors import one_line
from tracemark.profile.sensor_profile import Order, SensorProfile, TimeUnit


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the log does not tell; `options` are the arguments that would answer it, likeliest first.

    Without options none answers it: the log, or what was said of it, is to be changed, as `what` says. by_profile:
    whether a profile that is written by hand would do without the answer.
    """

    what: str
    options: tuple[str, ...]
    by_profile: bool = True

    @property
    def text(self) -> str:
        """The question and its answers in one line."""
        return f"{self.what}: {' or '.join(self.options)}" if self.options else self.what


@dataclass(frozen=True, slots=True)
class LeftColumn:
    """A column or series that is not drawn, and why."""

    position: int
    name: str
    reason: str


_NAMED = 20


def named_columns(left: Sequence[LeftColumn]) -> str:
    """Return columns that are not drawn in one line, with the reason of each."""
    more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
    return ", ".join(f"{one_line(each.name, 80)} ({each.reason})" for each in left[:_NAMED]) + more


@dataclass(frozen=True, slots=True)
class Known:
    """What the user says of the log; None and empty are found out."""

    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    header: bool | None = None
    time: str | None = None
    time_unit: TimeUnit | None = None
    time_format: str | None = None
    rate: float | None = None
    order: Order | None = None
    gaps: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """What was found out of one log.

    profile: how to read it; None where there is too little to begin with. questions: while there are any, the profile
    must not be used. notes: what was taken for granted, and can be said otherwise. rows: the first rows, as cells in
    the order of `columns`, time first. header: the names and the units of the columns, empty without a header. left:
    what the log has and the profile does not draw.
    """

    format: str
    profile: SensorProfile | None
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    header: str = field(default="", compare=False)
    left: tuple[LeftColumn, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether the profile can be used without asking."""
        return self.profile is not None and not self.questions


def answered(known: Known, argument: str) -> Known | None:
    """Return what is known when `argument`, such as `--time-unit ms`, is given too; None when it is no such answer."""
    try:
        name, _, value = argument.partition(" ")
        words = shlex.split(value)
        return _ANSWERS[name](known, words[0] if words else "")
    except (KeyError, ValueError):
        return None


_ANSWERS: Mapping[str, Callable[[Known, str], Known]] = {
    "--delimiter": lambda known, value: replace(known, delimiter=value),
    "--decimal": lambda known, value: replace(known, decimal=value),
    "--encoding": lambda known, value: replace(known, encoding=value),
    "--no-header": lambda known, _: replace(known, header=False),
    "--time": lambda known, value: replace(known, time=value),
    "--time-unit": lambda known, value: replace(known, time_unit=TimeUnit(value)),
    "--time-format": lambda known, value: replace(known, time_format=value),
    "--rate": lambda known, value: replace(known, rate=float(value)),
    "--order": lambda known, value: replace(known, order=Order(value)),
    "--gap": lambda known, value: replace(known, gaps=(*known.gaps, value)),
    "--channel": lambda known, value: replace(known, channels=(*known.channels, value)),
}
