"""Workbooks (.xlsx, .xls, .xlsb, .ods), by calamine: their first sheet with cells is read as a table of text.

People write preambles, units and gaps into sheets as they do into text, so the same keys of a profile hold.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from tracemark.errors import InvalidLog
from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.logs.columns import Columns
from tracemark_plotting.logs.delimited import read_delimited
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.logs.stored.library import library, reading
from tracemark_plotting.logs.stored.sheet import numbers_of

EXCEL = "workbook"

_LOOKED_AT = 1_000  # rows of a sheet, for cells
_FURTHER = "further sheets with cells"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_excel(file: LogFile) -> bool:
    """Whether a file begins as a workbook does; those of today are archives with parts of known names."""
    if file.head.startswith(_OLE):
        return True
    parts = (b"[Content_Types].xml", b"xl/", b"_rels/.rels", b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet")
    return file.head.startswith(b"PK\x03\x04") and any(part in file.head for part in parts)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a sheet, all of one length; `further` are the names of the other sheets that have cells."""

    place: str
    name: str
    rows: Sequence[Sequence[Any]]
    further: tuple[str, ...]

    @property
    def text(self) -> LogFile:
        """The sheet as a text of tabs, numbers with a point and moments in ISO 8601."""
        return LogFile(io.BytesIO(_written(self.rows)), self.place)


def excel_blocks(file: LogFile, profile: SensorProfile) -> Iterator[Columns]:
    """Yield the columns that a profile needs, chunk by chunk; further sheets are counted as passed over."""
    sheet = read_sheet(file)
    text = replace(profile.text, delimiter="\t", decimal=".", thousands="", encoding="utf-8")
    written = replace(profile, text=text)
    numbers = numbers_of(sheet.rows, _written, written, file.place)
    if numbers:
        yield replace(numbers, passed_over=_counted(sheet, numbers.passed_over))
        return
    for number, table in enumerate(read_delimited(sheet.text, written)):
        yield table if number else replace(table, passed_over=_counted(sheet, table.passed_over))


def _counted(sheet: Sheet, passed_over: Mapping[str, int]) -> dict[str, int]:
    further = {_FURTHER: len(sheet.further)} if sheet.further else {}
    return {**passed_over, **further}


def read_sheet(file: LogFile) -> Sheet:
    """Return the first sheet that has cells.

    Raises:
        InvalidLog: no sheet has a cell.
    """
    calamine = library("python_calamine", EXCEL, file.place)
    file.stream.seek(0)
    book = reading(file.place, EXCEL, lambda: calamine.CalamineWorkbook.from_filelike(file.stream))
    filled: list[str] = []
    rows: Sequence[Sequence[Any]] = ()
    for name in book.sheet_names:
        found = _rows(book, name, file.place, _LOOKED_AT if filled else None)
        if any(any(cell != "" for cell in row) for row in found[:_LOOKED_AT]):
            rows = rows if filled else found
            filled.append(name)
    if filled:
        return Sheet(file.place, filled[0], rows, tuple(filled[1:]))
    raise InvalidLog("no sheet has a cell", place=file.place, expected="rows of numbers", remedy="check the workbook")


def _rows(book: Any, name: str, place: str, most: int | None) -> Sequence[Sequence[Any]]:
    found: Sequence[Sequence[Any]] = reading(place, EXCEL, lambda: book.get_sheet_by_name(name).to_python(nrows=most))
    return found


def _written(rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerows([cell if isinstance(cell, float | str) else _cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8", "replace")


def _cell(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, timedelta):
        return _duration(cell)
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _duration(span: timedelta) -> str:
    minutes, seconds = divmod(abs(span), timedelta(minutes=1))
    sign = "-" if span < timedelta(0) else ""
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}:{seconds.total_seconds():09.6f}"
