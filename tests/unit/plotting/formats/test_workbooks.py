"""Workbooks: sheets that are not read are said, and numbers read as they are equal those read through text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracemark.errors import InvalidLog
from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.guess.guess import guess_log
from tracemark_plotting.guess.result import Known
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.logs.formats import format_of
from tracemark_plotting.logs.stored.sheet import SheetColumns
from tracemark_plotting.trace import Trace, read_log

HEAD = ("time (s)", "current (A)", "note")
ROWS = ((0.0, 10.5, "a"), (0.1, 11.5, None), (0.2, 12.5, "b"))
PROFILE = SensorProfile.parse(
    b"name: p\ntime: {column: time (s), unit: s}\nchannels: [{key: current, column: current (A), title: Current}]", "p"
)
THROUGH_TEXT = replace(PROFILE, text=replace(PROFILE.text, comment=("//",)))

Cells = Sequence[Sequence[object]]


def workbook(**sheets: Cells) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes, profile: SensorProfile = PROFILE) -> Trace:
    return read_log(LogFile.of(data, "log"), profile, max_rows=1_000)


def is_read_as_numbers(data: bytes, profile: SensorProfile = PROFILE) -> bool:
    file = LogFile.of(data, "log")
    return any(isinstance(block, SheetColumns) for block in format_of(file).blocks(file, profile))


def test_further_sheets_with_cells_are_a_note_beside_the_chart() -> None:
    trace = read(workbook(Run1=(HEAD, *ROWS), Run2=(HEAD, *ROWS), Info=(("made by", "x"),), Empty=()))

    assert trace.notes == ("2 further sheets with cells left out.",)


def test_one_further_sheet_is_a_note_when_the_sheet_is_read_through_text() -> None:
    trace = read(workbook(Run1=(HEAD, *ROWS), Run2=(HEAD, *ROWS)), THROUGH_TEXT)

    assert trace.notes == ("1 further sheet with cells left out.",)


def test_sheets_without_cells_are_no_note() -> None:
    trace = read(workbook(Empty=(), Run1=(HEAD, *ROWS), Sheet2=(), Sheet3=((None, None),)))

    assert trace.notes == ()


def test_a_guess_names_the_sheet_that_is_read_and_those_that_are_not() -> None:
    data = workbook(Run1=(HEAD, *ROWS), Run2=(HEAD, *ROWS), Info=(("made by", "x"),))

    found = guess_log(LogFile.of(data, "log"), Known(), "p")

    assert "the sheet 'Run1' is read, and not Run2, Info, which have cells too" in found.notes


@settings(deadline=None)
@given(
    st.lists(st.floats(-1e12, 1e12) | st.integers(-(10**9), 10**9), min_size=2, max_size=20),
    st.integers(0, 3),
    st.sampled_from([0.1, 1.0, 3600.0]),
)
def test_numbers_are_the_same_as_they_are_and_through_text(values: list[float], rows_above: int, step: float) -> None:
    preamble = [("recorder", f"x{row}", None) for row in range(rows_above)]
    rows = [(1_700_000_000.25 + row * step, value, None) for row, value in enumerate(values)]
    data = workbook(Run=(*preamble, HEAD, *rows))
    skipping = replace(PROFILE, text=replace(PROFILE.text, skip=rows_above))
    through_text = replace(skipping, text=replace(skipping.text, comment=("//",)))

    direct, written = read(data, skipping), read(data, through_text)

    assert is_read_as_numbers(data, skipping)
    assert not is_read_as_numbers(data, through_text)
    assert np.array_equal(direct.time, written.time)
    assert np.array_equal(direct.channels[0].values, written.channels[0].values)
    assert (direct.notes, direct.start, direct.time_title) == (written.notes, written.start, written.time_title)


@pytest.mark.parametrize(
    "rows",
    [
        (HEAD, (0.0, 10.5, "a"), (0.2, 11.5, None), (0.1, 12.5, "b")),
        (HEAD, (0.0, 10.5, "a"), (0.2, "abc", None), (0.3, 12.5, "b")),
        (HEAD, (0.0, 10.5, "a"), (None, 11.5, None), (0.3, 12.5, "b")),
        (HEAD, (0.0, True, "a"), (0.2, 11.5, None), (0.3, 12.5, "b")),
        (("time (s)", "current (A)", "tag"), (0.0, 10.5, "a"), (0.0, 1.5, "b"), (0.1, 10.5, "a"), (0.1, 1.5, "b")),
        (("time (s)", "voltage (V)", "note"), *ROWS),
        (HEAD, ROWS[0]),
        (HEAD,),
    ],
)
def test_what_is_refused_is_refused_alike(rows: Cells) -> None:
    data = workbook(Run=rows)

    with pytest.raises(InvalidLog) as direct:
        read(data)
    with pytest.raises(InvalidLog) as written:
        read(data, THROUGH_TEXT)

    assert str(direct.value) == str(written.value)


def test_a_blank_cell_is_a_gap() -> None:
    trace = read(workbook(Run=(HEAD, (0.0, 10.5, "a"), (0.1, None, None), (0.2, 12.5, "b"))))

    assert np.array_equal(trace.channels[0].values, [10.5, np.nan, 12.5], equal_nan=True)


def test_a_cell_of_several_lines_changes_no_line_of_an_error() -> None:
    rows = (("time (s)", "current (A)", "a note\nof two lines"), (0.0, 10.5, "a"), (0.2, 11.5, None), (0.1, 12.5, "b"))

    with pytest.raises(InvalidLog, match="line 5"):
        read(workbook(Run=rows))


def test_a_moment_in_seconds_since_1970_keeps_its_digits() -> None:
    rows = [(round(1_700_000_000.125 + row / 10_000, 4), float(row), None) for row in range(9)]

    data = workbook(Run=(HEAD, *rows))

    assert is_read_as_numbers(data)
    assert np.allclose(np.diff(read(data).time), 0.0001, rtol=0, atol=1e-12)
