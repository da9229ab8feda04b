"""The sensor profile: how to read a log into channels, and what the axes of its charts say."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

import yaml

from tracemark.document import Node
from tracemark.errors import InvalidDocument, InvalidProfile, quoted

MAX_PROFILE_BYTES = 64 * 1024
MAX_COLUMNS = 1_000
MAX_TEXT = 200
RESERVED_KEYS = frozenset({"image", "labels", "channels", "earlier", "error", "trace"})

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}", re.ASCII)

Column = str | int
"""A column by its header name, or by its 0-based position."""

# PyYAML passes on whatever Python raises for a scalar that only looks like a date, a number or a tag's value.
_NOT_YAML = (yaml.YAMLError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


class TimeUnit(StrEnum):
    """The unit of a numeric time column."""

    SECONDS = "s"
    MILLISECONDS = "ms"
    MICROSECONDS = "us"

    @property
    def symbol(self) -> str:
        """The unit as the time axis shows it."""
        return "µs" if self is TimeUnit.MICROSECONDS else self.value


class RaggedRows(StrEnum):
    """What to do with a row that lacks a needed column or has cells beyond the header's."""

    REFUSE = "refuse"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class ElapsedTime:
    """A numeric column that counts from the start of the process."""

    column: Column
    unit: TimeUnit
    title: str

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns to read, in order."""
        return (self.column,)


@dataclass(frozen=True, slots=True)
class ClockTime:
    """Date and time columns, joined by a space and read with `format`; shown as seconds from the first row."""

    columns: tuple[Column, ...]
    format: str
    title: str
    unit: TimeUnit = TimeUnit.SECONDS


@dataclass(frozen=True, slots=True)
class Channel:
    """One sensor channel; a shown value is `cell * scale + offset` in `unit` (empty: the log's own counts)."""

    key: str
    column: Column
    title: str
    unit: str = ""
    file: str = ""
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How the log is written."""

    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    header: bool = True
    ragged_rows: RaggedRows = RaggedRows.REFUSE


@dataclass(frozen=True, slots=True)
class SensorProfile:
    """How to read one kind of log: its text format, its time, and its channels in the order of the charts."""

    name: str
    text: TextFormat
    time: ElapsedTime | ClockTime
    channels: tuple[Channel, ...]

    @classmethod
    def parse(cls, data: bytes, source: str) -> SensorProfile:
        """Read a profile from YAML; docs/reference/sensor-profile.md describes every key.

        Raises:
            InvalidProfile: not YAML, or keys that contradict each other.
            InvalidDocument: a key is missing or holds a wrong type.
        """
        document = Node(_yaml(data, source), source)
        profile = cls(
            name=document["name"].text(),
            text=_text_format(document),
            time=_time(document["time"]),
            channels=tuple(_channel(entry) for entry in document["channels"].items()),
        )
        _check(profile, source)
        return profile

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column to read: time first, then the channels, in order."""
        return (*self.time.columns, *(channel.column for channel in self.channels))

    @property
    def time_title(self) -> str:
        """The title of the time axis that all charts share."""
        return f"{self.time.title} ({self.time.unit.symbol})"


def _yaml(data: bytes, source: str) -> object:
    try:
        return yaml.safe_load(data)
    except _NOT_YAML as error:
        raise InvalidProfile(
            f"this is not YAML ({error})",
            place=source,
            expected="a sensor profile",
            remedy="correct the document",
        ) from error


def _text_format(document: Node) -> TextFormat:
    delimiter, decimal = document.get("delimiter"), document.get("decimal")
    encoding, header, ragged = document.get("encoding"), document.get("header"), document.get("ragged_rows")
    return TextFormat(
        delimiter=_one_of(delimiter, ",", ";", "\t", "|", " ") if delimiter else ",",
        decimal=_one_of(decimal, ".", ",") if decimal else ".",
        encoding=_encoding(encoding) if encoding else "utf-8",
        header=header.flag() if header else True,
        ragged_rows=RaggedRows(_one_of(ragged, *RaggedRows)) if ragged else RaggedRows.REFUSE,
    )


def _time(node: Node) -> ElapsedTime | ClockTime:
    title_node = node.get("title")
    title = _short(title_node) if title_node else "Time"
    if node.get("columns") is None:
        return ElapsedTime(_column(node["column"]), TimeUnit(_one_of(node["unit"], *TimeUnit)), title)
    columns = tuple(_column(entry) for entry in node["columns"].items())
    formats = node["formats"].texts()
    if not 1 <= len(columns) == len(formats) <= 2:
        node.refuse("one or two columns (date and time), and as many formats")
    if not all("%" in each for each in formats):
        node["formats"].refuse("formats such as '%Y-%m-%d' and '%H:%M:%S'")
    return ClockTime(columns, " ".join(formats), title)


def _channel(node: Node) -> Channel:
    key = node["key"].text()
    if not _KEY.fullmatch(key) or key in RESERVED_KEYS:
        node["key"].refuse(f"a letter, then letters, digits or underscores, none of {', '.join(sorted(RESERVED_KEYS))}")
    unit, file, scale, offset = (node.get(name) for name in ("unit", "file", "scale", "offset"))
    if file and not _KEY.fullmatch(file.text()):
        file.refuse("a letter, then letters, digits or underscores")
    return Channel(
        key=key,
        column=_column(node["column"]),
        title=_short(node["title"]),
        unit=_short(unit) if unit else "",
        file=file.text() if file else key,
        scale=scale.number() if scale else 1.0,
        offset=offset.number() if offset else 0.0,
    )


def _column(node: Node) -> Column:
    return node.text() if isinstance(node.value, str) else node.integer(0, MAX_COLUMNS - 1)


def _one_of(node: Node, *allowed: str) -> str:
    if node.value not in allowed:
        node.refuse(f"one of {', '.join(repr(str(value)) for value in allowed)}")
    return str(node.value)


def _short(node: Node) -> str:
    return node.text() if len(node.text()) <= MAX_TEXT else node.refuse(f"at most {MAX_TEXT} characters")


def _encoding(node: Node) -> str:
    try:
        "0".encode(node.text())  # refuses what is no encoding of text, such as hex
        return codecs.lookup(node.text()).name
    except (LookupError, ValueError) as error:
        raise InvalidDocument(
            f"encoding {quoted(node.value)} is unknown",
            place=node.source,
            expected="an encoding of text that Python knows",
            remedy="correct encoding, such as utf-8 or cp1252",
        ) from error


def _check(profile: SensorProfile, source: str) -> None:
    if not profile.channels:
        _contradiction(source, "it has no channels", "list at least one channel")
    for what in ("key", "file"):
        names = [getattr(channel, what) for channel in profile.channels]
        if len(set(names)) < len(names):
            _contradiction(source, f"two channels have the same {what}", f"give each channel a {what} of its own")
    if profile.text.delimiter == profile.text.decimal:
        _contradiction(source, "delimiter and decimal mark are the same", "change one of them")
    if not profile.text.header and any(isinstance(column, str) for column in profile.columns):
        _contradiction(source, "columns have names but the log has no header", "give 0-based positions")


def _contradiction(source: str, what: str, remedy: str) -> NoReturn:
    raise InvalidProfile(what, place=source, remedy=remedy)
