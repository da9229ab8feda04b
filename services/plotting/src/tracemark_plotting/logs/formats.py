"""The formats of logs: which there are, and which one a file is in, by its content before its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.logs.columns import Columns
from tracemark_plotting.logs.delimited import read_delimited
from tracemark_plotting.logs.file import LogFile


@dataclass(frozen=True, slots=True)
class LogFormat:
    """One format: whether it claims a file, by `file.head` before `file.place`, and how its columns are read.

    `blocks` yields the rows in order, in blocks of bounded size, and raises InvalidLog where they contradict the
    profile.
    """

    name: str
    claims: Callable[[LogFile], bool]
    blocks: Callable[[LogFile, SensorProfile], Iterator[Columns]]


# The first that claims a file reads it; text claims whatever no other format knows.
FORMATS: tuple[LogFormat, ...] = (LogFormat("delimited text", lambda _: True, read_delimited),)


def format_of(file: LogFile) -> LogFormat:
    """Return the format of a file."""
    return next(each for each in FORMATS if each.claims(file))
