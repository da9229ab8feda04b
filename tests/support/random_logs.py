"""Profiles and logs made by hypothesis: logs that say what their profile says, and logs that say anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml
from hypothesis import strategies as st

DELIMITERS = {",": ",", ";": ";", "\t": "\t", "|": "|", "whitespace": "   "}
GAP_WORDS = ("", "NaN", "n/a", "OL", "No-Data", "-9999")
START = datetime(2024, 3, 1, 12, tzinfo=UTC)

_TIMES: list[dict[str, Any]] = [
    *({"column": "t", "unit": unit} for unit in ("s", "ms", "us", "ns", "min", "h", "d")),
    {"column": 0, "unit": "s"},
    {"columns": ["t"], "formats": ["iso"]},
    {"columns": ["t"], "formats": ["duration"]},
    {"columns": ["t"], "formats": ["%H:%M:%S.%f"]},
    {"columns": ["t", "A"], "formats": ["%Y-%m-%d", "%H:%M"]},
    {"rate": 100},
    {"interval": 0.5, "unit": "ms", "start": -3},
]
_CHANNEL = {"key": "a", "column": "A", "title": "A"}
_KEYS: dict[str, st.SearchStrategy[Any]] = {
    "delimiter": st.sampled_from([*DELIMITERS, " "]),
    "decimal": st.sampled_from([".", ","]),
    "thousands": st.sampled_from([".", ",", "'", " ", "_"]),
    "encoding": st.sampled_from(["utf-8", "utf-16", "cp1252", "ascii", "utf-7"]),
    "skip": st.sampled_from([0, 1, 3, "header"]),
    "comment": st.sampled_from(["#", ["//", "t"], ";"]),
    "header": st.booleans(),
    "rows_after_header": st.integers(0, 3),
    "footer": st.sampled_from([0, 1, 5, "End", ["t", "1"]]),
    "ragged_rows": st.sampled_from(["refuse", "gap"]),
    "gaps": st.just(["OL", "9.9E37", "-1"]),
    "ones": st.just(["on", "A"]),
    "zeros": st.just(["off"]),
    "where": st.sampled_from([{"A": "1"}, {"t": ["0", "1"]}, {1: "1"}]),
    "order": st.sampled_from(["forward", "sort", "file"]),
}
_CHANNELS: list[list[dict[str, Any]]] = [
    [_CHANNEL],
    [_CHANNEL, {"key": "b", "column": "B", "title": "B", "scale": 2.5, "offset": -1}],
    [{**_CHANNEL, "time": {"column": "t", "unit": "ms"}}, {"key": "b", "column": 1, "title": "B"}],
    [{**_CHANNEL, "where": {"B": "1"}}, {"key": "b", "column": "A", "title": "B", "where": {"B": ["2", "x"]}}],
    [{"key": "a", "column": 1, "title": "A"}],
]

_NUMBERS = ["", "0", "1", "2", "-1", "1.5", "1,5", "1.234,5", "1e400", "1e300", "9.9E37", "65535", "4294967295", "NaN"]
_WORDS = ["OL", "on", "off", "inf", "∞", "t", "A", "B", "x", "#", "//", "End", '"', "'1", "\x00"]
_MOMENTS = ["12:00:00", "23:59:59.5", "24:00:00", "99999:00:00", "2024-01-01", "2024-01-01T00:00:00Z", "0001-01-01"]
_EPOCHS = ["1700000000", "1700000000000000000", "99999999999999999999"]
_CELLS = st.sampled_from([*_NUMBERS, *_WORDS, *_MOMENTS, *_EPOCHS])
_ROWS = st.lists(st.lists(_CELLS, max_size=4), max_size=8)
_LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """Return a profile that may or may not contradict itself."""
    keys = draw(st.fixed_dictionaries({}, optional=_KEYS))
    time, channels = draw(st.sampled_from(_TIMES)), draw(st.sampled_from(_CHANNELS))
    return yaml.safe_dump({"name": "p", **keys, "time": time, "channels": channels}).encode()


@st.composite
def any_logs(draw: st.DrawFn) -> bytes:
    """Return bytes that look more or less like a log."""
    delimiter, end = draw(st.sampled_from([*DELIMITERS.values(), " "])), draw(_LINE_ENDS)
    head = draw(st.sampled_from(["", "t,A,B\n", "sep=;\nt;A;B\n", "x\n\nt A B\n", "# c\nt\tA\tB\n"]))
    rows = end.join(delimiter.join(cells) for cells in draw(_ROWS))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-16", "utf-8-sig"]))
    return (head.replace("\n", end) + rows + draw(st.sampled_from(["", end, "\0\0"]))).encode(encoding)


@dataclass(frozen=True)
class WrittenLog:
    """A log, its profile, and the samples that were written."""

    profile: bytes
    data: bytes
    seconds: list[float]
    values: list[float | None]


@st.composite
def written_logs(draw: st.DrawFn) -> WrittenLog:
    """Return a log written in any layout that a profile can describe."""
    delimiter, decimal = draw(st.sampled_from([*DELIMITERS])), draw(st.sampled_from([".", ","]))
    quoted = decimal == delimiter or draw(st.booleans())
    thousands = draw(st.sampled_from(["", "'", "_", {".": ",", ",": "."}[decimal]])) if quoted else ""
    kind = draw(st.sampled_from(["s", "ms", "us", "epoch ns", "iso", "clock", "duration", "rate", "min"]))
    steps = draw(st.lists(st.integers(1, 5_000), min_size=2, max_size=40))
    ticks = [sum(steps[:index]) for index in range(len(steps))] if kind != "rate" else list(range(len(steps)))
    values = draw(st.lists(st.none() | st.integers(-(10**7), 10**7), min_size=len(steps), max_size=len(steps)))
    values[0] = 1 if values[0] is None else values[0]
    rows = [
        [_time_cell(kind, tick, decimal), _number(value, decimal, thousands) if value is not None else draw(_GAPS)]
        for tick, value in zip(ticks, values, strict=True)
    ]
    text, layout = _laid_out(draw, rows, delimiter, quoted, kind)
    encoding, end = draw(st.sampled_from(["utf-8", "utf-16", "cp1252", "utf-8-sig"])), draw(_LINE_ENDS)
    keys = {
        "delimiter": delimiter,
        "decimal": decimal,
        "encoding": encoding,
        "gaps": ["OL", "No-Data", -9999],
        **layout,
    }
    document = {"name": "p", **keys, **({"thousands": thousands} if thousands else {}), **_TIME_KEYS[kind]}
    document["channels"] = [{"key": "a", "column": "Current", "title": "A", "scale": 0.001}]
    return WrittenLog(
        yaml.safe_dump(document).encode(),
        text.replace("\n", end if kind != "rate" else end[:1].replace("\r", "\r\n")).encode(encoding),
        [tick / 1_000 for tick in ticks],
        [None if value is None or value == -9_999_000 else value / 1_000 for value in values],
    )


_GAPS = st.sampled_from(GAP_WORDS[1:])
_TIME_KEYS: dict[str, dict[str, Any]] = {
    "s": {"time": {"column": "Time", "unit": "s"}},
    "ms": {"time": {"column": "Time", "unit": "ms"}},
    "us": {"time": {"column": "Time", "unit": "us"}},
    "min": {"time": {"column": "Time", "unit": "min"}},
    "epoch ns": {"time": {"column": "Time", "unit": "ns"}},
    "iso": {"time": {"columns": ["Time"], "formats": ["iso"]}},
    "clock": {"time": {"columns": ["Time"], "formats": ["%H:%M:%S.%f"]}},
    "duration": {"time": {"columns": ["Time"], "formats": ["duration"]}},
    "rate": {"time": {"rate": 1000}},
}


def _time_cell(kind: str, tick: int, decimal: str) -> str:
    """Return a moment in milliseconds as a log of this kind writes it; clocks cross midnight."""
    if kind in ("s", "min"):
        return repr(tick / (1_000 if kind == "s" else 60_000)).replace(".", decimal)
    if kind == "clock":
        return f"{datetime(2024, 1, 1, 23, 59, 59, tzinfo=UTC) + timedelta(milliseconds=tick):%H:%M:%S.%f}"
    if kind == "iso":
        return (START + timedelta(milliseconds=tick)).isoformat()
    if kind == "duration":
        minutes, left = divmod(86_399_000 + tick, 60_000)
        return f"{minutes // 60}:{minutes % 60:02}:{left / 1_000:06.3f}"
    return str(
        {"ms": tick, "us": tick * 1_000, "epoch ns": 1_700_000_000_000_000_000 + tick * 1_000_000}.get(kind, tick)
    )


def _number(thousandths: int, decimal: str, thousands: str) -> str:
    whole, rest = divmod(abs(thousandths), 1)
    digits = f"{whole:,}".replace(",", thousands)
    return f"{'-' if thousandths < 0 else ''}{digits}{decimal}{rest}"


def _laid_out(
    draw: st.DrawFn, rows: list[list[str]], delimiter: str, quoted: bool, kind: str
) -> tuple[str, dict[str, Any]]:
    mark = '"' if quoted else ""
    between = DELIMITERS[delimiter]

    def line(cells: list[str]) -> str:
        return between.join(f"{mark}{cell}{mark}" for cell in cells)

    preamble, footer, units, comment, again = (draw(st.booleans()) for _ in range(5))
    head = [line(["Time", "Current"]), *([line(["unit", "A"])] if units else [])]
    body = [line(row) for row in rows]
    body[1:1] = ["# a remark"] if comment and kind != "rate" else []
    body[1:1] = head if again and kind != "rate" else []
    lines = [
        *([line(["Model", "X-1"]), "Trigger"] if preamble else []),
        *head,
        *body,
        *(["End of data"] if footer else []),
    ]
    keys: dict[str, Any] = {"skip": "header"} if preamble else {}
    keys |= {"rows_after_header": 1} if units else {}
    keys |= {"comment": "#"} if comment else {}
    keys |= {"footer": 1} if footer else {}
    return "\n".join(lines) + "\n", keys
