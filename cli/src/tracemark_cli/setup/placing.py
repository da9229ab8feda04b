"""Logs that come to a job: which profile of an earlier run each is read by, and why by none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from tracemark.errors import DataError, TracemarkError
from tracemark.profile.sensor_profile import SensorProfile
from tracemark_cli.setup.files import FoundFile
from tracemark_cli.setup.heads import head_of
from tracemark_cli.setup.likeness import MARKS, contradictions, left_open, marks_apart, not_drawn, options, unlike
from tracemark_plotting.guess.guess import guess_log, reads_the_same, try_profile
from tracemark_plotting.guess.result import Guess, Known
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.trace import Trace

MAX_COMPARED = 1_000
"""How many logs of a kind are guessed; of the rest their first rows tell, unless they look otherwise."""


@dataclass(frozen=True, slots=True)
class KnownProfile:
    """A profile of an earlier run, as its user may have edited it; `log` is the first that it holds for, if any."""

    profile: SensorProfile
    log: FoundFile | None = None


@dataclass(slots=True)
class _Holder:
    """What is known of a profile: the guess of the log that it was written for, and the logs that came to it."""

    profile: SensorProfile
    first: Guess | None
    logs: list[FoundFile] = field(default_factory=list)
    heads: set[str] = field(default_factory=set)
    guess: Guess | None = None


class Placing:
    """Places new logs with profiles of an earlier run.

    A profile holds for a log that it reads, and of which the same is guessed as of the log that it was written for:
    so what a user edited holds, and a log with other units, channels or marks has a profile of its own.
    """

    def __init__(self, folder: Path, known: Known, before: Mapping[str, KnownProfile]) -> None:
        self._folder, self._known = folder, known
        self._holders = {name: _Holder(each.profile, self._first(each)) for name, each in before.items()}
        self.told: list[str] = []

    @property
    def placed(self) -> dict[FoundFile, str]:
        """The name of the profile of each log that one reads."""
        return {log: name for name, holder in self._holders.items() for log in holder.logs}

    def place(self, log: FoundFile) -> Guess | None:
        """Place a log; return its guess where no profile holds for it, with the reasons as notes.

        Raises:
            InvalidLog: it cannot be read by a library that it needs.
            OSError: the file cannot be read.
        """
        found: Guess | None = None
        reasons: list[str] = []
        holding: dict[str, _Holder] = {}
        for name, holder in self._holders.items():
            trace = read_by(self._folder, log, holder.profile)
            if trace is None:
                continue
            if len(holder.logs) >= MAX_COMPARED and holder.guess and self._head(log, holder.guess) in holder.heads:
                holder.logs.append(log)
                return None
            found = found or guess_file(self._folder, log, self._known)
            why = self._apart(name, holder, log, found, trace)
            if why:
                reasons.append(f"{name}.yaml reads it, but does not hold for it: {why}")
            else:
                holding[name] = holder
        found = found or guess_file(self._folder, log, self._known)
        ways = {(each.profile.text.decimal, each.profile.time) for each in holding.values()}
        if holding and (len(ways) == 1 or not left_open(found)):
            self._put(log, found, next(iter(holding.values())))
            return None
        return replace(found, notes=(*found.notes, *reasons))

    def _put(self, log: FoundFile, found: Guess, holder: _Holder) -> None:
        holder.logs.append(log)
        holder.guess = holder.guess or found
        holder.heads.add(self._head(log, holder.guess))

    def _first(self, known: KnownProfile) -> Guess | None:
        if known.log:
            with suppress(TracemarkError, OSError):
                return guess_file(self._folder, known.log, self._known)
        return None

    def _head(self, log: FoundFile, guess: Guess) -> str:
        return head_of(self._folder / log.path, guess) or str(log.path)

    def _apart(self, name: str, holder: _Holder, log: FoundFile, found: Guess, trace: Trace) -> str:
        """Return why a profile that reads a log does not hold for it; empty where it does."""
        if not (found.profile or found.header):
            return ""
        passed = {MARKS} if self._has_marks_of(log, holder.profile, found) else set()
        if holder.first:
            return unlike(holder.first, found, passed) or next(_open_gaps(found, holder.first, holder.profile), "")
        if not found.profile:
            return ""
        marks = () if passed or MARKS in left_open(found) else marks_apart(holder.profile, found.profile)
        why = next(chain(contradictions(holder.profile, found.profile), marks), "")
        self.told += [] if why else self._differences(name, holder.profile, log, found, trace)
        return why

    def _differences(
        self, name: str, profile: SensorProfile, log: FoundFile, found: Guess, trace: Trace
    ) -> Iterator[str]:
        """Yield what a profile leaves out of a log, where nobody knows what it was written for."""
        if found.profile and (left := not_drawn(profile, found.profile)):
            yield f"{log.path} is read by {name}.yaml, which does not draw {', '.join(left[:5])}"
        own = read_by(self._folder, log, found.profile) if found.certain and found.profile else None
        if own and own.samples != trace.samples:
            yield f"{log.path} is read by {name}.yaml, which takes {trace.samples:,} of its {own.samples:,} rows"

    def _has_marks_of(self, log: FoundFile, profile: SensorProfile, found: Guess) -> bool:
        """Whether it makes no difference if numbers are read with the marks that are guessed of a log."""
        if not found.profile:
            return True
        text = found.profile.text
        other = replace(profile, text=replace(profile.text, decimal=text.decimal, thousands=text.thousands))
        with (self._folder / log.path).open("rb") as stream:
            return reads_the_same(LogFile(stream, str(log.path)), profile, other)


def read_by(folder: Path, log: FoundFile, profile: SensorProfile) -> Trace | None:
    """Return what a profile reads of a log of a folder, or of its beginning; None where it does not read it.

    Raises:
        OSError: the file cannot be read.
    """
    with (folder / log.path).open("rb") as stream, suppress(DataError):
        return try_profile(LogFile(stream, str(log.path)), profile)
    return None


def guess_file(folder: Path, log: FoundFile, known: Known, name: str = "profile") -> Guess:
    """Guess one log of a folder.

    Raises:
        InvalidLog: it cannot be read by a library that it needs.
        OSError: the file cannot be read.
    """
    with (folder / log.path).open("rb") as stream:
        return guess_log(LogFile(stream, str(log.path)), known, name)


def _open_gaps(found: Guess, first: Guess, profile: SensorProfile) -> Iterator[str]:
    """Yield the questions about values that neither the profile answers nor its first log asks, too."""
    answered = {*options(first), *(f"--gap {number:.15g}" for number in profile.text.gap_numbers)}
    for question in found.questions:
        asked = [option for option in question.options if option.startswith("--gap ") and option != "--gap none"]
        if asked and not answered & set(asked):
            yield question.what
