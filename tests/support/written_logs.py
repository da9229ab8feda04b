"""Logs as recorders may write them, put together at random, with the samples that they were written from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

BEGIN = datetime(2023, 5, 13, 22, 59, 58, tzinfo=UTC)
STEPS = (0.001, 0.004, 0.01, 0.1, 0.25, 1.0)
NAMES = (("Current", "A"), ("Spannung", "V"), ("Gas", "l/min"), ("Temperature", "°C"), ("Force", "kN"), ("Weg", "mm"))


@dataclass(frozen=True)
class Written:
    """A log, the seconds of its rows from the first on, and the values of its channels; NaN is a gap."""

    data: bytes
    seconds: tuple[float, ...]
    channels: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class _Style:
    delimiter: str
    decimal: str
    unit: str
    end: str
    encoding: str
    preamble: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    index: bool = False
    gap: str = ""
    quoted: bool = False
    open_end: bool = False
    separator: bool = False
    thousands: bool = False
    names: tuple[tuple[str, str], ...] = field(default=())


@st.composite
def written_logs(draw: st.DrawFn) -> Written:
    """Draw a log that tells all that is to be known of it."""
    rows = draw(st.integers(4, 30))
    style = _style(draw)
    step = draw(st.sampled_from(STEPS))
    seconds = tuple(row * step for row in range(rows))
    values = [tuple(_value(draw) for _ in range(rows)) for _ in style.names]
    gaps = draw(st.sets(st.integers(0, rows - 1), max_size=2)) if style.gap and len(values) > 1 else set()
    heads, columns = draw(st.sampled_from(CLOCKS))(seconds, style)
    heads, columns = [*heads], [*columns]
    for number, ((name, unit), each) in enumerate(zip(style.names, values, strict=True)):
        cells = [style.gap if number == 0 and row in gaps else _number(value, style) for row, value in enumerate(each)]
        heads.append((name, unit))
        columns.append(cells)
    if draw(st.booleans()):
        heads.append(("State", ""))
        columns.append([draw(st.sampled_from(["Weld", "Pause"])) for _ in range(rows)])
    if draw(st.booleans()) and len(values) > 1:  # a slow channel
        values[-1] = tuple(value if row % 3 == 0 else math.nan for row, value in enumerate(values[-1]))
        place = [name for name, _ in heads].index(style.names[-1][0])
        columns[place] = [cell if row % 3 == 0 else "" for row, cell in enumerate(columns[place])]
    if style.index:
        heads, columns = [("No.", ""), *heads], [[str(row + 1) for row in range(rows)], *columns]
    channels = [
        tuple(float("nan") if number == 0 and row in gaps else value for row, value in enumerate(each))
        for number, each in enumerate(values)
    ]
    return Written(_text(style, heads, columns).encode(style.encoding), seconds, tuple(channels))


def _style(draw: st.DrawFn) -> _Style:
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    decimal = draw(st.sampled_from([".", ","])) if delimiter != "," else "."
    names = tuple(draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)))
    preamble = draw(st.lists(st.sampled_from(PREAMBLE), max_size=5, unique=True))
    footer = draw(st.sampled_from([(), ("", ""), (delimiter * 2,), ("End of recording",)]))
    return _Style(
        delimiter,
        decimal,
        draw(st.sampled_from(["({})", "[{}]", "/{}", "row"])),
        draw(st.sampled_from(["\n", "\r\n"])),
        draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])),
        tuple(line.replace("|", delimiter) for line in preamble),
        footer,
        draw(st.booleans()),
        draw(st.sampled_from(["", "NaN", "OL", "---"])),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.booleans()),
        decimal == "," and draw(st.booleans()),
        names,
    )


PREAMBLE = (
    "Weld 17",
    "Operator|Meyer",
    "Channels|2",
    "# recorder 4",
    "Serial No.|12345",
    "Gain|1|2",
    "Date|2023-05-13",
)


def _value(draw: st.DrawFn) -> float:
    return draw(st.integers(-500_000, 500_000)) / draw(st.sampled_from([1, 10, 100, 10_000]))


def _number(value: float, style: _Style) -> str:
    text = f"{value:,.4f}".rstrip("0").rstrip(".").translate(str.maketrans(".,", ",."))
    if style.thousands:
        return text
    return text.replace(".", "").replace(",", style.decimal)


def _text(style: _Style, heads: Sequence[tuple[str, str]], columns: Sequence[Sequence[str]]) -> str:
    in_row = style.unit == "row" and any(unit for _, unit in heads)
    names = [name if in_row or not unit else f"{name} {_unit(style).format(unit)}" for name, unit in heads]
    rows = [names, *([[unit for _, unit in heads]] if in_row else []), *zip(*columns, strict=True)]
    lines = [f"sep={style.delimiter}"] if style.separator else []
    lines += [*style.preamble, *(_line(style, row) for row in rows), *style.footer]
    return "".join(f"{line}{style.end}" for line in lines)


def _unit(style: _Style) -> str:
    return "({})" if style.unit == "row" else style.unit


def _line(style: _Style, cells: Sequence[str]) -> str:
    whole = [f'"{cell}"' if style.quoted and cell else cell for cell in cells]
    return style.delimiter.join(whole) + (style.delimiter if style.open_end else "")


Columns = tuple[list[tuple[str, str]], list[list[str]]]


def _elapsed(seconds: Sequence[float], style: _Style) -> Columns:
    return [("Time", "s")], [[_number(each, style) for each in seconds]]


def _milliseconds(seconds: Sequence[float], style: _Style) -> Columns:
    return [("Zeit", "ms")], [[_number(each * 1_000, style) for each in seconds]]


def _iso(seconds: Sequence[float], style: _Style) -> Columns:
    return [("Timestamp", "")], [[_moment(each).isoformat(" ", "milliseconds") for each in seconds]]


def _german(seconds: Sequence[float], style: _Style) -> Columns:
    return [("Zeitstempel", "")], [[f"{_moment(each):%d.%m.%Y %H:%M:%S}.{_thousandths(each)}" for each in seconds]]


def _two_columns(seconds: Sequence[float], style: _Style) -> Columns:
    moments = [_moment(each) for each in seconds]
    times = [f"{moment:%H:%M:%S}.{_thousandths(each)}" for moment, each in zip(moments, seconds, strict=True)]
    return [("Date", ""), ("Time", "")], [[f"{moment:%Y/%m/%d}" for moment in moments], times]


def _three_columns(seconds: Sequence[float], style: _Style) -> Columns:
    moments = [_moment(each) for each in seconds]
    days, times = [f"{moment:%d.%m.%Y}" for moment in moments], [f"{moment:%H:%M:%S}" for moment in moments]
    return [("Datum", ""), ("Uhrzeit", ""), ("ms", "")], [
        days,
        times,
        [str(int(_thousandths(each))) for each in seconds],
    ]


def _parts(seconds: Sequence[float], style: _Style) -> Columns:
    moments = [_moment(each) for each in seconds]
    whole = [[str(getattr(moment, part)) for moment in moments] for part in ("year", "month", "day", "hour", "minute")]
    last = [
        f"{moment.second}{style.decimal}{_thousandths(each)}" for moment, each in zip(moments, seconds, strict=True)
    ]
    return [(name, "") for name in ("Year", "Month", "Day", "Hour", "Minute", "Second")], [*whole, last]


def _epoch_ms(seconds: Sequence[float], style: _Style) -> Columns:
    return [("timestamp", "")], [[str(round((BEGIN.timestamp() + each) * 1_000)) for each in seconds]]


def _ticks(seconds: Sequence[float], style: _Style) -> Columns:
    first = 133_275_600_000_000_000
    return [("Time", "")], [[str(first + round(each * 10_000_000)) for each in seconds]]


def _moment(seconds: float) -> datetime:
    return (BEGIN + timedelta(milliseconds=round(seconds * 1_000))).replace(tzinfo=None)


def _thousandths(seconds: float) -> str:
    return f"{round(seconds * 1_000) % 1_000:03d}"


CLOCKS = (_elapsed, _milliseconds, _iso, _german, _two_columns, _three_columns, _parts, _epoch_ms, _ticks)
