"""A log's profile, guessed and tried: what the reader refuses is never called certain."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace

import numpy as np

from tracemark.errors import DataError
from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.guess import cells
from tracemark_plotting.guess.cells import kind
from tracemark_plotting.guess.result import Guess, Known, Question
from tracemark_plotting.guess.sample import HEAD_BYTES
from tracemark_plotting.guess.series import guess_series
from tracemark_plotting.guess.text import guess_text
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.logs.formats import EXCEL, PACKED, TEXT, LogFormat, format_inside, format_of
from tracemark_plotting.logs.stored.excel import read_sheet
from tracemark_plotting.logs.stored.packed import unpacked
from tracemark_plotting.trace import Trace, read_log

_MAX_ROWS = 100_000_000
_CELL = re.compile(r"column \d+ holds '([^'\\]+)'")
"""How the reader calls a cell that is no number."""


def guess_log(file: LogFile, known: Known, name: str) -> Guess:
    """Guess how a log is read; `name` becomes the profile's.

    Raises:
        InvalidLog: the format needs a library that is not installed, or the file is damaged.
    """
    found = format_of(file)
    if found is PACKED:
        with unpacked(file) as inside:
            format_inside(inside)
            return guess_log(inside, known, name)
    guess = _guess(file, found, known, name)
    return guess if not guess.certain or guess.profile is None else _tried(file, guess, guess.profile)


def _guess(file: LogFile, found: LogFormat, known: Known, name: str) -> Guess:
    if found is EXCEL:
        sheet = read_sheet(file)
        guess = guess_text(sheet.text.stream, known, name)
        further = ", ".join(sheet.further[:5])
        note = (f"the sheet {sheet.name!r} is read, and not {further}, which have cells too",) if further else ()
        return replace(guess, format=EXCEL.name, notes=(*guess.notes, *note))
    if found is TEXT:
        return guess_text(file.stream, known, name, file.place)
    return guess_series(file, found, known, name)


def _tried(file: LogFile, guess: Guess, profile: SensorProfile) -> Guess:
    try:
        try_profile(file, profile)
    except DataError as error:
        question = _refused(error)
        return replace(guess, questions=(question,))
    return guess


def _refused(error: DataError) -> Question:
    """Return the question for what the reader refuses, with the options that are its remedy."""
    what = f"the log is not read by what was guessed ({error})"
    if error.what.startswith("time steps back"):
        return Question(what, ("--order file", "--order sort"))
    cell = _CELL.fullmatch(error.what)
    if cell and kind(cell[1]) in (cells.TEXT, cells.GAP):
        word = cell[1]
        return Question(f"{word!r} stands among numbers ({error.place}): is it a gap", (f"--gap {shlex.quote(word)}",))
    return Question(what, ())


def try_profile(file: LogFile, profile: SensorProfile) -> Trace:
    """Read a log, or its first part where it is long text.

    Raises:
        DataError: the profile does not read it.
    """
    return read_log(_beginning(file) if format_of(file) is TEXT else file, profile, max_rows=_MAX_ROWS)


def reads_the_same(file: LogFile, one: SensorProfile, two: SensorProfile) -> bool:
    """Return whether two profiles with the same channels read the same numbers from a log, or one of them none."""
    try:
        first, second = try_profile(file, one), try_profile(file, two)
    except DataError:
        return True
    pairs = zip(first.channels, second.channels, strict=True)
    return np.array_equal(first.time, second.time) and all(
        np.array_equal(a.values, b.values, equal_nan=True) for a, b in pairs
    )


def _beginning(file: LogFile) -> LogFile:
    file.stream.seek(0)
    if file.size <= HEAD_BYTES:
        return file
    head = file.stream.read(HEAD_BYTES)
    file.stream.seek(0)
    whole_lines = head[: head.rfind(b"\n") + 1]
    return LogFile.of(whole_lines or head, file.place)
