"""The kinds of logs in a folder, and the profile of each: guessed once a kind, from the first log that tells enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count as count_from
from itertools import islice
from pathlib import Path

from tracemark.errors import InvalidLog, TracemarkError
from tracemark.profile.sensor_profile import SensorProfile
from tracemark_cli.setup.files import FoundFile, LeftFile
from tracemark_cli.setup.heads import head_of
from tracemark_cli.setup.likeness import asks_how_written, left_open, merged, options, unlike
from tracemark_cli.setup.placing import MAX_COMPARED, KnownProfile, Placing, read_by
from tracemark_plotting.guess.result import Guess, Known

MAX_TRIED = 5
"""How many logs of a kind are looked at for one that leaves no question open."""

MAX_KINDS = 20

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
    """New kinds of logs, logs that cannot be read, and for all others the name of the profile that reads them.

    told: what is left out of logs by a profile of which nobody knows what it was written for.
    """

    kinds: tuple[LogKind, ...]
    left: tuple[LeftFile, ...]
    placed: Mapping[FoundFile, str] = field(default_factory=dict)
    told: tuple[str, ...] = ()


@dataclass(slots=True)
class _Group:
    """Logs of one kind; `heads` are the first rows of those that were looked at."""

    guess: Guess
    logs: list[FoundFile]
    heads: set[str] = field(default_factory=set)


def find_kinds(
    folder: Path,
    logs: Sequence[FoundFile],
    known: Known,
    ask: Ask,
    on_log: Callable[[], None],
    before: Mapping[str, KnownProfile],
) -> FoundKinds:
    """Sort logs by how they are written.

    A log is read by one of the profiles `before` where that holds for it. Else it is of a kind when the same is guessed
    of it: columns, units, time, marks.

    Raises:
        InvalidLog: there are more than 20 kinds; and whatever `ask` raises.
    """
    groups: list[_Group] = []
    placing = Placing(folder, known, before)
    left: list[LeftFile] = []
    unclear: list[tuple[FoundFile, Guess]] = []
    for log in logs:
        on_log()
        try:
            if _looks_known(folder, log, groups) or not (found := placing.place(log)):
                continue
            if asks_how_written(found) and len(unclear) < MAX_COMPARED:
                unclear.append((log, found))
            else:
                _sort(folder, log, found, groups)
        except (TracemarkError, OSError) as error:
            left.append(LeftFile(str(log.path), str(error)))
    for log, found in unclear:  # at the end, so that it does not matter which comes first
        try:
            _sort(folder, log, found, groups)
        except OSError as error:
            left.append(LeftFile(str(log.path), str(error)))
    placed = placing.placed
    groups, broken = _without_tables(groups, some_are_read=bool(placed))
    left += broken
    if len(groups) > MAX_KINDS:
        raise InvalidLog(
            f"the logs are of {len(groups)} kinds",
            place=str(folder),
            expected=f"at most {MAX_KINDS}",
            remedy="make a job of each kind, or give --profile",
        )
    names = _new_names(len(groups), before)
    kinds = [_asked(name, group.guess, group.logs, known, ask) for name, group in zip(names, groups, strict=True)]
    return FoundKinds(tuple(kinds), tuple(left), placed, tuple(placing.told))


def _without_tables(groups: list[_Group], *, some_are_read: bool) -> tuple[list[_Group], list[LeftFile]]:
    """Take out logs in which nothing is a table, as long as others are read: no option would make logs of them.

    Where no log is read the options may be what is missing, and they are asked for.
    """
    tables = [group for group in groups if group.guess.profile or group.guess.rows]
    if not (tables or some_are_read):
        return groups, []
    broken = [
        LeftFile(str(log.path), f"it is not read as a log: {'; '.join(each.what for each in group.guess.questions)}")
        for group in groups
        if not (group.guess.profile or group.guess.rows)
        for log in group.logs
    ]
    return tables, broken


def _new_names(count: int, before: Mapping[str, KnownProfile]) -> list[str]:
    if count == 1 and not before:
        return ["profile"]
    free = (name for number in count_from(1) if (name := f"profile-{number}") not in before)
    return list(islice(free, count))


def _looks_known(folder: Path, log: FoundFile, groups: list[_Group]) -> bool:
    """Put a log to a kind of which a thousand were looked at, where its first rows look like theirs."""
    for group in groups:
        if len(group.logs) >= MAX_COMPARED and head_of(folder / log.path, group.guess) in group.heads:
            group.logs.append(log)
            return True
    return False


def _sort(folder: Path, log: FoundFile, found: Guess, groups: list[_Group]) -> None:
    """Put a log to the kind that takes it; to a new one where none does, or several do that tell it in two ways."""
    taking = [group for group in groups if _takes(folder, group, found, log)]
    if left_open(found) and len([group for group in taking if group.guess.certain]) > 1:
        taking = []
    group = taking[0] if taking else _Group(found, [])
    if not taking:
        groups.append(group)
    _join(group, found, log)
    if head := head_of(folder / log.path, group.guess):
        group.heads.add(head)


def _takes(folder: Path, group: _Group, found: Guess, log: FoundFile) -> bool:
    """Whether a log is of a kind; what it leaves open of time and marks the others tell, if they are right for it."""
    if unlike(group.guess, found):
        return False
    profile = group.guess.profile
    if group.guess.certain and profile:
        fits = not left_open(found) or read_by(folder, log, profile) is not None
        return fits and not _spoil_each_other(folder, group, found, log, profile)
    # What a log asks beyond the others would not be asked.
    return _answers(group, found) or options(found) <= options(group.guess)


def _spoil_each_other(folder: Path, group: _Group, found: Guess, log: FoundFile, profile: SensorProfile) -> bool:
    """Whether the footer of one log would end another one, so that the profile of both does not read it."""
    own = found.profile
    if not own or own.text.footer_marks == profile.text.footer_marks:
        return False
    both = merged(profile, own)
    read = [(log, own), *((each, profile) for each in group.logs[:MAX_TRIED])]
    return any(read_by(folder, each, alone) is not None and read_by(folder, each, both) is None for each, alone in read)


def _answers(group: _Group, found: Guess) -> bool:
    """Whether a log tells what the others of its kind leave open: how it is written, not what is wrong with them."""
    return found.certain and asks_how_written(group.guess) and len(group.logs) < MAX_TRIED


def _join(group: _Group, found: Guess, log: FoundFile) -> None:
    """Put a log to its kind: what it knows of gaps holds for all, and what it asks of them is asked."""
    open_gaps = tuple(each for each in found.questions if any(option.startswith("--gap") for option in each.options))
    if group.guess.certain and open_gaps:
        found = replace(found, questions=open_gaps)
    if group.logs and ((group.guess.certain and open_gaps) or (not group.guess.certain and _answers(group, found))):
        group.guess = found
        group.logs.insert(0, log)
        return
    if group.guess.certain and found.certain and group.guess.profile and found.profile:
        group.guess = replace(group.guess, profile=merged(group.guess.profile, found.profile))
    group.logs.append(log)


def _asked(name: str, guess: Guess, logs: list[FoundFile], known: Known, ask: Ask) -> LogKind:
    found = guess if guess.certain else ask(logs[0], guess, known)
    profile: SensorProfile | None = replace(found.profile, name=name) if found.profile else None
    return LogKind(name, replace(found, profile=profile), tuple(logs))
