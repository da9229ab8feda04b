"""The kinds of logs in a folder, and the profile of each: guessed once a kind, from the first log that tells enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count as count_from
from itertools import islice
from pathlib import Path

from tracemark.errors import DataError, InvalidLog, TracemarkError
from tracemark.profile.sensor_profile import SensorProfile
from tracemark_cli.setup.files import FoundFile, LeftFile
from tracemark_cli.setup.likeness import are_alike, merged
from tracemark_plotting.guess.guess import guess_log, try_profile
from tracemark_plotting.guess.result import Guess, Known
from tracemark_plotting.logs.file import LogFile

MAX_TRIED = 5
"""How many logs of a kind are looked at for one that leaves no question open."""

MAX_COMPARED = 1_000
"""How many logs of a kind are looked at for gaps and for another kind of time; of the rest their header tells."""

MAX_KINDS = 20

_HEAD_BYTES = 64 * 1024

Ask = Callable[[FoundFile, Guess, Known], Guess]
"""Turns a guess with questions into one without, or raises what is to be answered how."""


@dataclass(frozen=True, slots=True)
class LogKind:
    """Logs that are written alike, the first of them the one that was guessed from; `name` is that of the profile."""

    name: str
    guess: Guess
    logs: tuple[FoundFile, ...]


@dataclass(frozen=True, slots=True)
class FoundKinds:
    """New kinds of logs, logs that cannot be read, and for all others the name of the profile that reads them."""

    kinds: tuple[LogKind, ...]
    left: tuple[LeftFile, ...]
    placed: Mapping[FoundFile, str] = field(default_factory=dict)


def find_kinds(
    folder: Path,
    logs: Sequence[FoundFile],
    known: Known,
    ask: Ask,
    on_log: Callable[[], None],
    before: Mapping[str, SensorProfile],
) -> FoundKinds:
    """Sort logs by how they are written.

    A log that one of the profiles `before` reads is of its kind. Else it is of a kind when the header of that kind
    stands in its first 64 kilobytes, or when the same is guessed of it.

    Raises:
        InvalidLog: there are more than 20 kinds; and whatever `ask` raises.
    """
    groups: list[tuple[Guess, list[FoundFile]]] = []
    read: dict[str, list[FoundFile]] = {}
    left: list[LeftFile] = []
    for log in logs:
        on_log()
        try:
            name = _read_by(folder, log, before)
            if name:
                read.setdefault(name, []).append(log)
            else:
                _sort(folder, log, known, groups)
        except (TracemarkError, OSError) as error:
            left.append(LeftFile(str(log.path), str(error)))
    if len(groups) > MAX_KINDS:
        raise InvalidLog(
            f"the logs are of {len(groups)} kinds",
            place=str(folder),
            expected=f"at most {MAX_KINDS}",
            remedy="make a job of each kind, or give --profile",
        )
    groups, broken = _without_tables(groups, some_are_read=bool(read))
    left += broken
    names = _new_names(len(groups), before)
    kinds = [_asked(name, *group, known, ask) for name, group in zip(names, groups, strict=True)]
    placed = {log: name for name, of_kind in read.items() for log in of_kind}
    return FoundKinds(tuple(kinds), tuple(left), placed)


def _without_tables(
    groups: list[tuple[Guess, list[FoundFile]]], *, some_are_read: bool
) -> tuple[list[tuple[Guess, list[FoundFile]]], list[LeftFile]]:
    """Take out logs in which nothing is a table, as long as others are read: no option would make logs of them.

    Where no log is read the options may be what is missing, and they are asked for.
    """
    tables = [group for group in groups if group[0].profile or group[0].rows]
    if not (tables or some_are_read):
        return groups, []
    broken = [
        LeftFile(str(log.path), f"it is not read as a log: {'; '.join(each.what for each in guess.questions)}")
        for guess, logs in groups
        if not (guess.profile or guess.rows)
        for log in logs
    ]
    return tables, broken


def _new_names(count: int, before: Mapping[str, SensorProfile]) -> list[str]:
    if count == 1 and not before:
        return ["profile"]
    free = (name for number in count_from(1) if (name := f"profile-{number}") not in before)
    return list(islice(free, count))


def _read_by(folder: Path, log: FoundFile, before: Mapping[str, SensorProfile]) -> str:
    """Return the name of the first profile that reads the beginning of a log, empty when none does."""
    for name, profile in before.items():
        with (folder / log.path).open("rb") as stream, suppress(DataError):
            try_profile(LogFile(stream, str(log.path)), profile)
            return name
    return ""


def guess_file(folder: Path, log: FoundFile, known: Known, name: str = "profile") -> Guess:
    """Guess one log of a folder.

    Raises:
        InvalidLog: it cannot be read by a library that it needs.
        OSError: the file cannot be read.
    """
    with (folder / log.path).open("rb") as stream:
        return guess_log(LogFile(stream, str(log.path)), known, name)


def _sort(folder: Path, log: FoundFile, known: Known, groups: list[tuple[Guess, list[FoundFile]]]) -> None:
    for place, (guess, logs) in enumerate(groups):
        if guess.header and log.path.suffix == logs[0].path.suffix and _has_header(folder / log.path, guess):
            joined = _with_its_kind(folder, log, known, guess, logs)
            if joined:
                groups[place] = joined
                return
    guess = guess_file(folder, log, known)
    for other, logs in groups:
        if other.profile is not None and guess.profile == other.profile and guess.questions == other.questions:
            logs.append(log)
            return
    groups.append((guess, [log]))


def _with_its_kind(
    folder: Path, log: FoundFile, known: Known, guess: Guess, logs: list[FoundFile]
) -> tuple[Guess, list[FoundFile]] | None:
    """Return what is known of logs of one header with another one among them; None where it is of another kind."""
    if guess.certain and guess.profile and len(logs) < MAX_COMPARED:
        found = guess_file(folder, log, known)
        alike = not found.profile or are_alike(guess.profile, found.profile)
        return _joined(guess, logs, found, log) if alike else None
    if not guess.certain and len(logs) < MAX_TRIED:
        better = guess_file(folder, log, known)
        if better.certain and better.header == guess.header and _same_questions_solved(guess):
            return better, [log, *logs]
    logs.append(log)
    return guess, logs


def _joined(guess: Guess, logs: list[FoundFile], found: Guess, log: FoundFile) -> tuple[Guess, list[FoundFile]]:
    """Put a log to those of its kind: what it knows of gaps holds for all, and what it asks of them is asked."""
    open_gaps = tuple(each for each in found.questions if any(option.startswith("--gap") for option in each.options))
    if open_gaps:
        return replace(found, questions=open_gaps), [log, *logs]
    if found.certain and found.profile and guess.profile:
        guess = replace(guess, profile=merged(guess.profile, found.profile))
    return guess, [*logs, log]


def _same_questions_solved(guess: Guess) -> bool:
    """Whether another log may answer for this one: how it is written, yes; what is wrong with this very log, no."""
    return all("--time-format" in question.text or "--decimal" in question.text for question in guess.questions)


def _has_header(path: Path, guess: Guess) -> bool:
    with path.open("rb") as stream:
        text = stream.read(_HEAD_BYTES).decode(guess.profile.text.encoding if guess.profile else "utf-8", "replace")
    names = guess.header.split("\t")
    return any(all(name in line for name in names) for line in text.splitlines()[:200])


def _asked(name: str, guess: Guess, logs: list[FoundFile], known: Known, ask: Ask) -> LogKind:
    found = guess if guess.certain else ask(logs[0], guess, known)
    profile: SensorProfile | None = replace(found.profile, name=name) if found.profile else None
    return LogKind(name, replace(found, profile=profile), tuple(logs))
