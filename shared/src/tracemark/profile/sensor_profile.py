"""The sensor profile: how to read a log into channels, and what the axes of its charts say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

import yaml

from tracemark.document import Json, Node
from tracemark.errors import InvalidProfile
from tracemark.profile.keys import Column, is_name, one_of, parse_column, refuse_unknown_keys, short_text, words
from tracemark.profile.text_format import TEXT_KEYS, TO_HEADER, WHITESPACE, RaggedRows, TextFormat
from tracemark.profile.time import Clock, ClockTime, DurationTime, ElapsedTime, SampleRate, TimeUnit, parse_clock

__all__ = (
    "Channel",
    "Clock",
    "ClockTime",
    "Column",
    "Condition",
    "DurationTime",
    "ElapsedTime",
    "Order",
    "RaggedRows",
    "SampleRate",
    "SensorProfile",
    "TextFormat",
    "TimeUnit",
)

MAX_PROFILE_BYTES = 64 * 1024
RESERVED_KEYS = frozenset(
    {"image", "images", "audio", "video", "logs", "channels", "notes", "trace", "labels", "earlier", "error"}
)
PROFILE_KEYS = ("name", *TEXT_KEYS, "where", "order", "time", "channels")
CHANNEL_KEYS = ("key", "column", "title", "unit", "file", "scale", "offset", "time", "where")

# PyYAML passes on whatever Python raises for a scalar that only looks like a date, a number or a tag's value.
_NOT_YAML = (yaml.YAMLError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


class Order(StrEnum):
    """What to do where time steps back and it was neither midnight nor a counter that began again.

    FORWARD refuses the log. SORT sorts the rows by time. FILE keeps the rows as they are: what begins anew is put
    behind what came before.
    """

    FORWARD = "forward"
    SORT = "sort"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Condition:
    """Rows to read: those whose cell of `column` is one of `values`."""

    column: Column
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """One sensor channel; a shown value is `cell * scale + offset` in `unit` (empty: the log's own counts).

    `time` of None: the profile's. `where`: conditions of this channel beside the profile's; all of them must hold.
    """

    key: str
    column: Column
    title: str
    unit: str = ""
    file: str = ""
    scale: float = 1.0
    offset: float = 0.0
    time: Clock | None = None
    where: tuple[Condition, ...] = ()

    @classmethod
    def parse(cls, node: Node) -> Channel:
        """Read one entry of `channels`.

        Raises:
            InvalidDocument: a key is missing, unknown, or holds a wrong type.
        """
        refuse_unknown_keys(node, CHANNEL_KEYS)
        key = node["key"].text()
        if not is_name(key) or key in RESERVED_KEYS:
            taken = ", ".join(sorted(RESERVED_KEYS))
            node["key"].refuse(f"a letter, then letters, digits or underscores, none of {taken}")
        unit, file, scale, offset, time = (node.get(name) for name in ("unit", "file", "scale", "offset", "time"))
        if file and not is_name(file.text()):
            file.refuse("a letter, then letters, digits or underscores")
        return cls(
            key=key,
            column=parse_column(node["column"]),
            title=short_text(node["title"]),
            unit=short_text(unit) if unit else "",
            file=file.text() if file else key,
            scale=scale.number() if scale else 1.0,
            offset=offset.number() if offset else 0.0,
            time=parse_clock(time) if time else None,
            where=_conditions(node.get("where")),
        )

    def to_json(self) -> dict[str, Json]:
        """Return the channel as `parse` reads it, without what has its default."""
        further = {
            "unit": self.unit,
            "file": "" if self.file == self.key else self.file,
            "scale": self.scale if self.scale != 1 else None,
            "offset": self.offset or None,
            "time": self.time.to_json() if self.time else None,
            "where": _conditions_json(self.where),
        }
        kept = {name: value for name, value in further.items() if value not in ("", None, {})}
        return {"key": self.key, "column": self.column, "title": self.title, **kept}


@dataclass(frozen=True, slots=True)
class SensorProfile:
    """How to read one kind of log: its text format, its time, and its channels in the order of the charts."""

    name: str
    text: TextFormat
    time: Clock
    channels: tuple[Channel, ...]
    where: tuple[Condition, ...] = ()
    order: Order = Order.FORWARD

    @classmethod
    def parse(cls, data: bytes, source: str) -> SensorProfile:
        """Read a profile from YAML; docs/reference/sensor-profile.md describes every key.

        Raises:
            InvalidProfile: not YAML, or keys that contradict each other.
            InvalidDocument: a key is missing, unknown, or holds a wrong type.
        """
        document = Node(_yaml(data, source), source)
        name = document["name"].text()
        refuse_unknown_keys(document, PROFILE_KEYS)
        text, order = TextFormat.parse(document), document.get("order")
        own = None if document.get("time") is None else parse_clock(document["time"])
        channels = tuple(Channel.parse(entry) for entry in document["channels"].items())
        profile = cls(
            name=name,
            text=text,
            time=own or _time_of_channels(document, channels),
            channels=channels,
            where=_conditions(document.get("where")),
            order=Order(one_of(order, *Order)) if order else Order.FORWARD,
        )
        _check(profile, source)
        return profile

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column to read, once: time first, then the channels in order, then what chooses rows."""
        clocks = [self.time, *(channel.time for channel in self.channels if channel.time)]
        conditions = [*self.where, *(each for channel in self.channels for each in channel.where)]
        found = [
            *(column for clock in clocks for column in clock.columns),
            *(channel.column for channel in self.channels),
            *(condition.column for condition in conditions),
        ]
        return tuple(dict.fromkeys(found))

    @property
    def time_title(self) -> str:
        """The title of the time axis that all charts share."""
        symbol = self.time.unit.shown.symbol
        return f"{self.time.title} ({symbol})" if symbol else self.time.title

    def clock(self, channel: Channel) -> Clock:
        """Return what gives the time of a channel: its own clock, or the profile's."""
        return channel.time or self.time

    def to_json(self) -> dict[str, Json]:
        """Return the profile as `parse` reads it, without what has its default."""
        return {
            "name": self.name,
            **self.text.to_json(),
            **({"where": _conditions_json(self.where)} if self.where else {}),
            **({"order": self.order.value} if self.order is not Order.FORWARD else {}),
            "time": self.time.to_json(),
            "channels": [channel.to_json() for channel in self.channels],
        }

    def to_yaml(self) -> bytes:
        """Return the profile as a document that `parse` reads back to the same value."""
        return yaml.safe_dump(self.to_json(), sort_keys=False, allow_unicode=True, width=120).encode()


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


def _time_of_channels(document: Node, channels: tuple[Channel, ...]) -> Clock:
    clocks = [channel.time for channel in channels]
    # Without a time of its own the profile shares the first channel's title and unit; all must bring their own.
    return clocks[0] if clocks and clocks[0] and all(clocks) else parse_clock(document["time"])


def _conditions(node: Node | None) -> tuple[Condition, ...]:
    if node is None:
        return ()
    if not node.mapping():
        node.refuse("columns and the values to read, such as {Tag: Current}")
    return tuple(Condition(_key_column(node, key), _values(node, key)) for key in node.mapping())


def _key_column(node: Node, key: object) -> Column:
    return parse_column(Node(key, node.source, node.path))


def _values(node: Node, key: str) -> tuple[str, ...]:
    return words(node[key])


def _conditions_json(conditions: tuple[Condition, ...]) -> dict[Column, Json]:
    return {condition.column: list(condition.values) for condition in conditions}


def _check(profile: SensorProfile, source: str) -> None:
    if not profile.channels:
        _contradiction(source, "it has no channels", "list at least one channel")
    for what in ("key", "file"):
        names = [getattr(channel, what) for channel in profile.channels]
        if len(set(names)) < len(names):
            _contradiction(source, f"two channels have the same {what}", f"give each channel a {what} of its own")
    _check_marks(profile.text, source)
    _check_clocks(profile, source)
    if not profile.text.header and any(isinstance(column, str) for column in profile.columns):
        _contradiction(source, "columns have names but the log has no header", "give 0-based positions")


def _check_marks(text: TextFormat, source: str) -> None:
    if text.thousands and text.thousands == text.decimal:
        _contradiction(source, "thousands and decimal mark are the same", "change one of them")
    if text.delimiter in (WHITESPACE, " ") and text.thousands.isspace():
        _contradiction(source, "thousands and delimiter are the same", "change one of them")
    if not text.header and (text.rows_after_header or text.skip == TO_HEADER):
        _contradiction(source, "the log has no header to look for or to count from", "give `skip` as a number of lines")
    words_of = [{word.lower() for word in group} for group in (text.gaps, text.ones, text.zeros)]
    if len(set.union(*words_of)) < sum(map(len, words_of)):
        _contradiction(source, "one word stands for two of gaps, ones and zeros", "keep it in one of them")


def _check_clocks(profile: SensorProfile, source: str) -> None:
    clocks = [profile.clock(channel) for channel in profile.channels]
    if len({isinstance(clock, ClockTime) for clock in clocks}) > 1:
        _contradiction(
            source, "some channels have clock times and others numbers", "give every channel a time of the same kind"
        )
    if len({clock.unit is TimeUnit.UNKNOWN for clock in (profile.time, *clocks)}) > 1:
        _contradiction(source, "some times have a known unit and others have none", "give the unit of each, or of none")
    named = profile.text.skip == TO_HEADER and not any(isinstance(column, str) for column in profile.columns)
    if named:
        _contradiction(source, "`skip: header` looks for names, and all columns are positions", "name the columns")


def _contradiction(source: str, what: str, remedy: str) -> NoReturn:
    raise InvalidProfile(what, place=source, remedy=remedy)
