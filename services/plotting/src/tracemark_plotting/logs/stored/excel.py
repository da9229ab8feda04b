"""Workbooks (.xlsx, .xls, .xlsb, .ods), by calamine: their first sheet with cells is read as a table of text.

People write preambles, units and gaps into sheets as they do into text, so the same keys of a profile hold.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from tracemark.errors import InvalidLog
from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.logs.columns import Columns
from tracemark_plotting.logs.delimited import read_delimited
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.logs.stored.library import library, reading

EXCEL = "workbook"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_excel(file: LogFile) -> bool:
    """Whether a file begins as a workbook does; those of today are archives with parts of known names."""
    if file.head.startswith(_OLE):
        return True
    parts = (b"[Content_Types].xml", b"xl/", b"_rels/.rels", b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet")
    return file.head.startswith(b"PK\x03\x04") and any(part in file.head for part in parts)


def excel_blocks(file: LogFile, profile: SensorProfile) -> Iterator[Columns]:
    """Yield the columns that a profile needs, chunk by chunk."""
    text = replace(profile.text, delimiter="\t", decimal=".", thousands="", encoding="utf-8")
    yield from read_delimited(excel_text(file), replace(profile, text=text))


def excel_text(file: LogFile) -> LogFile:
    """Return the first sheet that has cells as a text of tabs, numbers with a point and moments in ISO 8601.

    Raises:
        InvalidLog: no sheet has a cell.
    """
    calamine = library("python_calamine", EXCEL, file.place)
    file.stream.seek(0)
    book = reading(file.place, EXCEL, lambda: calamine.CalamineWorkbook.from_filelike(file.stream))
    for name in book.sheet_names:
        rows = _rows(book, name, file.place)
        if any(any(cell != "" for cell in row) for row in rows[:1_000]):
            return LogFile(_written(rows), file.place)
    raise InvalidLog("no sheet has a cell", place=file.place, expected="rows of numbers", remedy="check the workbook")


def _rows(book: Any, name: str, place: str) -> Sequence[Sequence[Any]]:
    found: Sequence[Sequence[Any]] = reading(place, EXCEL, lambda: book.get_sheet_by_name(name).to_python())
    return found


def _written(rows: Sequence[Sequence[Any]]) -> io.BytesIO:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerows([cell if isinstance(cell, float | str) else _cell(cell) for cell in row] for row in rows)
    return io.BytesIO(out.getvalue().encode("utf-8", "replace"))


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
