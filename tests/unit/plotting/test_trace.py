"""Reading logs: every kind of bad input, and the real ones."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.errors import InvalidLog, ObjectTooLarge, TracemarkError
from tracemark.profile.sensor_profile import SensorProfile
from tracemark.profile.shipped import ShippedProfile
from tracemark_plotting.signals.trace_file import About
from tracemark_plotting.trace import Trace, read_trace

PLACE = "s3://bucket/sensor_data/weld.1.csv"
HEADERLESS = "name: x\nheader: false\ntime: {column: 0, unit: ms}\nchannels: [{key: a, column: 1, title: A}]\n"
NAMED = (
    "name: x\ntime: {column: t, unit: s}\nchannels: [{key: a, column: A, title: A}, {key: b, column: B, title: B}]\n"
)
CLOCK = (
    "name: x\nheader: false\ntime: {columns: [0, 1], formats: ['%d.%m.%Y', '%H:%M:%S']}\n"
    "channels: [{key: a, column: 2, title: A}]\n"
)
GAPS = "ragged_rows: gap\n"
SORTED = HEADERLESS + "order: sort\n"


def _read(text: str | bytes, profile: str = HEADERLESS, max_rows: int = 1_000) -> Trace:
    data = text.encode() if isinstance(text, str) else text
    return read_trace(data, SensorProfile.parse(profile.encode(), "profile"), max_rows=max_rows, place=PLACE)


def _refusal(text: str | bytes, profile: str = HEADERLESS) -> str:
    with pytest.raises(InvalidLog) as refusal:
        _read(text, profile)
    return str(refusal.value)


def _rows(trace: Trace) -> list[tuple[float | None, ...]]:
    """Time and values row by row, a gap as None."""
    columns = np.column_stack([trace.time, *(channel.values for channel in trace.channels)])
    return [tuple(None if np.isnan(cell) else float(cell) for cell in row) for row in columns]


PLAIN = [(0.0, 1.5), (1.0, -2.0)]


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("0,1.5\n1,-2\n", ""),
        ("0,1.5\n1,-2", ""),
        ("\ufeff0,1.5\n1,-2\n", ""),
        ("0,1.5\r\n1,-2\r\n", ""),
        ("0,1.5\r1,-2\r", ""),
        ("\n\n0,1.5\n\n1,-2\n\n\n", ""),
        ("  \n0,1.5\n \t \n1,-2\n  ", ""),
        ("\r\n0,1.5\r\n\r\n1,-2\r\n", ""),
        ("0 , 1.5\n 1,  -2 \n", ""),
        ('"0","1.5"\n"1","-2"\n', ""),
        ('0, "1.5"\n1, "-2"\n', ""),
        ("0,1.5,,\n1,-2,,\n", ""),
        ("0,1.5,,\n1,-2\n", ""),
        ("0,1.5\n1,-2,,\n", ""),
        ("0,1.5,9,text\n1,-2,8,more\n", ""),
        ('0,1.5,"a,b"\n1,-2,c\n', ""),
        ('0,1.5,"a\nb"\n1,-2,c\n', ""),
        ("+0,15e-1\n1.,-.2E+1\n", ""),
        ("0;1,5\n1;-2,0\n", "delimiter: ';'\ndecimal: ','\n"),
        ('"0";"1,5"\n"1";"-2,0"\n', "delimiter: ';'\ndecimal: ','\n"),
        ("0\t1.5\n1\t-2\n", 'delimiter: "\\t"\n'),
        ("0|1.5\n1|-2\n", "delimiter: '|'\n"),
        ("0 1.5\n1 -2\n", "delimiter: ' '\n"),
        ("0,1.5\n1,-2\n".encode("utf-16"), "encoding: utf-16\n"),
        ("\ufeff0,1.5\n1,-2\n".encode("utf-16-le"), "encoding: utf-16-le\n"),
        ("0,1.5,µ\n1,-2,ß\n".encode("latin-1"), "encoding: latin-1\n"),
        ("0,1.5,µ\n1,-2,ß\n".encode("latin-1"), ""),
        ("\ufeff0,1.5\n1,-2\n", "encoding: utf-8-sig\n"),
    ],
)
def test_the_same_numbers_are_read_however_the_log_is_written(text: str | bytes, profile: str) -> None:
    assert _rows(_read(text, HEADERLESS + profile)) == PLAIN


@pytest.mark.parametrize(
    "text",
    [
        "t,A,B\n0,1,2\n1,3,4\n",
        "B,t,A\n2,0,1\n4,1,3\n",
        " t , A,B \n0,1,2\n1,3,4\n",
        '"t","A","B"\n0,1,2\n1,3,4\n',
        "\ufefft,A,B\n0,1,2\n1,3,4\n",
        '\ufeff"t",A,B\n0,1,2\n1,3,4\n',
        "\n \nt,A,B\n\n0,1,2\n1,3,4\n",
        "t,A,B,remark\n0,1,2\n1,3,4\n",
        "t,x,A,B,x\n0,9,1,2,9\n1,9,3,4,9\n",
    ],
)
def test_columns_are_found_by_their_names_wherever_they_are(text: str) -> None:
    assert _rows(_read(text, NAMED)) == [(0.0, 1.0, 2.0), (1.0, 3.0, 4.0)]


def test_a_column_may_be_read_twice() -> None:
    twice = NAMED.replace("column: B", "column: A")

    assert _rows(_read("t,A\n0,1\n1,3\n", twice)) == [(0.0, 1.0, 1.0), (1.0, 3.0, 3.0)]


@pytest.mark.parametrize(
    ("text", "profile", "cause"),
    [
        ("", HEADERLESS, "the log is empty"),
        ("\n\r\n\n", HEADERLESS, "the log is empty"),
        (" \n\t\n", HEADERLESS, "the log is empty"),
        ("\ufeff", HEADERLESS, "the log is empty"),
        ("0,1\n", HEADERLESS, "the log has 1 rows of numbers; expected at least 2"),
        ("0,1", HEADERLESS, "the log has 1 rows of numbers"),
        ("t,A,B\n", NAMED, "the log has 0 rows of numbers"),
        ("t,A,B", NAMED, "the log has 0 rows of numbers"),
        ("t,A,B\n\n\n", NAMED, "the log has 0 rows of numbers"),
        ("t,A,B\n0,1,2\n", NAMED, "the log has 1 rows of numbers"),
    ],
)
def test_a_log_without_two_rows_of_numbers_is_refused_with_its_uri(text: str, profile: str, cause: str) -> None:
    assert _refusal(text, profile).startswith(f"{PLACE}: {cause}")


def test_a_log_of_words_is_refused() -> None:
    message = _refusal("one,two\nthree,four\n")

    assert message.startswith(f"{PLACE} line 1: column 1 holds 'one'; expected a number")


def test_a_header_that_the_profile_does_not_know_of_is_named_as_the_line_at_fault() -> None:
    message = _refusal("time,current\n0,1\n1,2\n")

    assert message.startswith(f"{PLACE} line 1: column 1 holds 'time'; expected a number")


BAD_CELLS = [
    "x",
    "--",
    "1,5",
    "1.5.2",
    "0x10",
    "1_000",
    "true",
    "1e",
    "٣",
    "1\x00",
    "1\x1c",
    "1\u20282",
    "#DIV/0!",
    "1 2",
    ".",
]


@pytest.mark.parametrize("cell", BAD_CELLS, ids=ascii)
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("0;1.5\n1;CELL\n2;3\n", 2),
        ("CELL;1.5\n1;2\n", 1),
        ("\n\n0;1\n\n1;2\n2;CELL\n", 6),
        ("  \n0;1\r\n\r\n1;CELL\r\n", 4),
        ('0;1;"a\nb"\n1;CELL\n', 3),
        ("0;1\r1;CELL\r", 2),
    ],
    ids=["second row", "time", "blank lines", "CRLF", "line break in a cell", "CR"],
)
def test_a_text_where_a_number_should_be_is_refused_with_its_very_line(text: str, line: int, cell: str) -> None:
    message = _refusal(text.replace("CELL", cell), HEADERLESS + "delimiter: ';'\n")

    assert re.match(rf"{PLACE} line {line}: column [12] holds {re.escape(repr(cell))}; expected a number", message)


def test_a_decimal_point_where_the_profile_says_comma_is_refused() -> None:
    message = _refusal("0;1,5\n1;2.5\n", HEADERLESS + "delimiter: ';'\ndecimal: ','\n")

    assert message.startswith(f"{PLACE} line 2: column 2 holds '2.5'; expected a number with ',' as decimal mark")


def test_lines_are_counted_with_the_header() -> None:
    message = _refusal("\nt,A,B\n\n0,1,2\n1,x,4\n", NAMED)

    assert message.startswith(f"{PLACE} line 5: column 2 holds 'x'")


GAP_CELLS = [
    "",
    " ",
    "   ",
    "nan",
    "NaN",
    "NAN",
    "Nan",
    "-nan",
    "NA",
    "na",
    "N/A",
    "n/a",
    "null",
    "NULL",
    "None",
    "none",
]
ENDLESS = ["inf", "-inf", "INF", "+Inf", "Infinity", "-infinity", "1e400", "-1e400"]


@pytest.mark.parametrize("cell", GAP_CELLS + ENDLESS)
def test_a_cell_without_a_finite_number_is_a_gap(cell: str) -> None:
    assert _rows(_read(f"0,1\n1,{cell}\n2,3\n")) == [(0.0, 1.0), (1.0, None), (2.0, 3.0)]


def test_gaps_are_counted_channel_by_channel() -> None:
    trace = _read("t,A,B\n0,1,\n1,inf,nan\n2,3,4\n", NAMED)

    assert trace.summary["gaps"] == {"a": 1, "b": 2}


@pytest.mark.parametrize(("number", "noted"), [(2**53 - 1, 0), (-(2**53) + 1, 0), (2**53 + 1, 1), (-(2**53) - 1, 1)])
def test_whole_numbers_that_no_double_holds_are_noted(number: int, noted: int) -> None:
    trace = _read(f"1,{number}\n2,1\n")

    assert sum("beyond 9,007,199,254,740,992 are rounded" in note for note in trace.notes) == noted
    assert noted or trace.channels[0].values[0] == number


def test_a_log_without_faults_has_nothing_to_note() -> None:
    trace = _read("0,1\n1,2\n")

    assert trace.summary == {"samples": 2, "gaps": {}, "reordered": False, "repeated_timestamps": 0}


@pytest.mark.parametrize("cell", ["", "nan", "inf"])
def test_a_channel_without_any_finite_value_is_named(cell: str) -> None:
    message = _refusal(f"t,A,B\n0,1,{cell}\n1,2,{cell}\n", NAMED)

    assert message.startswith(f"{PLACE}: channel 'b' (column 'B') has no finite value")


def test_numbers_whose_sum_is_beyond_all_floats_are_no_gaps() -> None:
    trace = _read("t,A,B\n0,1e308,1e308\n1,1e308,\n2,1e308,1e308\n", NAMED)

    assert [channel.gaps for channel in trace.channels] == [0, 1]
    assert trace.notes == ("B: 1 of 3 values missing, shown as gaps.",)


def test_a_channel_that_its_scale_makes_infinite_is_named() -> None:
    message = _refusal("0,1e200\n1,2e200\n", HEADERLESS.replace("title: A", "title: A, scale: 1.0e+200"))

    assert "channel 'a' (column 1) has no finite value" in message


@pytest.mark.parametrize("cell", ["", "nan", "inf", "-inf"])
def test_a_row_without_a_time_is_refused_with_its_line(cell: str) -> None:
    message = _refusal(f"0,1\n\n{cell},2\n2,3\n")

    assert message.startswith(f"{PLACE} line 3: the row '{cell},2' has no usable time; expected a number of ms")


def test_unsorted_rows_are_sorted_by_time_when_the_profile_says_so() -> None:
    trace = _read("2,30\n0,10\n1,20\n", SORTED)

    assert _rows(trace) == [(0.0, 10.0), (1.0, 20.0), (2.0, 30.0)]


def test_that_rows_were_sorted_is_noted() -> None:
    assert [_read("2,30\n0,10\n", SORTED).reordered, _read("0,10\n2,30\n", SORTED).reordered] == [True, False]


def test_rows_of_the_same_time_are_all_kept_in_their_order() -> None:
    trace = _read("1,20\n0,10\n1,21\n0,11\n1,22\n", SORTED)

    assert _rows(trace) == [(0.0, 10.0), (0.0, 11.0), (1.0, 20.0), (1.0, 21.0), (1.0, 22.0)]


@pytest.mark.parametrize(("text", "repeated"), [("0,1\n1,2\n", 0), ("0,1\n0,2\n", 1), ("1,1\n0,1\n1,1\n1,1\n", 2)])
def test_repeated_timestamps_are_counted(text: str, repeated: int) -> None:
    assert _read(text, SORTED).repeated == repeated


@given(
    st.lists(st.integers(-1_000, 1_000), min_size=2, max_size=30, unique=True).flatmap(
        lambda times: st.tuples(st.just(times), st.permutations(times))
    )
)
def test_the_order_of_rows_does_not_matter_when_their_times_differ(orders: tuple[list[int], list[int]]) -> None:
    traces = [_read("".join(f"{time},{time * 7 % 13}\n" for time in times), SORTED) for times in orders]

    assert _rows(traces[0]) == _rows(traces[1])


@pytest.mark.parametrize(
    ("text", "line", "cells"),
    [
        ("0,1,5\n1,2,6\n2\n3,4,8\n", 3, "the row has 1 cells; expected at least 2"),
        ("0,1\n1\n", 2, "the row has 1 cells; expected at least 2"),
        ("0,1\n\n1,2,9\n2,3\n", 3, "the row has 3 cells; expected 2, as in the first row"),
        ("0,1,5\n1\n2,3,5,9,9\n3,4,5\n", 2, "the row has 1 cells; expected at least 2"),
        ("0,1,5\n2,3,5,9\n1,4\n3,4,5\n", 2, "the row has 4 cells; expected 3, as in the first row"),
    ],
    ids=["short", "short last", "long", "short, made up for by a long one", "long, made up for by a short one"],
)
def test_a_ragged_row_is_refused_with_its_line(text: str, line: int, cells: str) -> None:
    assert _refusal(text).startswith(f"{PLACE} line {line}: {cells}")


def test_a_row_with_fewer_cells_than_the_header_is_ragged_only_where_a_needed_one_is_missing() -> None:
    message = _refusal("t,A,B,C\n0,1,2\n1,3\n", NAMED)

    assert message.startswith(f"{PLACE} line 3: the row has 2 cells; expected at least 3")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("0,1\n1\n2,3\n", [(0.0, 1.0), (1.0, None), (2.0, 3.0)]),
        ("0,1\n1,2,9\n2,3\n", [(0.0, 1.0), (1.0, 2.0), (2.0, 3.0)]),
    ],
    ids=["short", "long"],
)
def test_ragged_rows_are_read_when_the_profile_says_so(text: str, rows: list[tuple[float | None, ...]]) -> None:
    assert _rows(_read(text, HEADERLESS + GAPS)) == rows


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("t,A\n0,1\n1,2\n", "there is not exactly one column of name 'B': the header is 't, A'"),
        ("t,A,b\n0,1,2\n1,2,3\n", "there is not exactly one column of name 'B'"),
        ("t,A,B,B\n0,1,2,3\n1,2,3,4\n", "there is not exactly one column of name 'B'"),
        ("t;A;B\n0;1;2\n1;2;3\n", "there is not exactly one column of name 't': the header is 't;A;B'"),
    ],
    ids=["absent", "other case", "twice", "other delimiter"],
)
def test_a_column_that_is_not_there_by_name_is_refused_with_the_header(text: str, cause: str) -> None:
    assert _refusal(text, NAMED).startswith(f"{PLACE}: {cause}")


def test_a_column_that_is_not_there_by_position_is_refused_with_the_width() -> None:
    message = _refusal("0\n1\n")

    assert message.startswith(f"{PLACE}: there is not exactly one column of position 1: the first row has 1 columns")


def test_a_forged_header_stays_on_one_line() -> None:
    message = _refusal('"t\u2028ERROR forged",A\n0,1\n1,2\n', NAMED)

    assert len(message.splitlines()) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "ascii", "cp1252", "utf-7"])
def test_bytes_that_are_not_in_the_profile_s_encoding_are_refused(encoding: str) -> None:
    data = b"0,1\xff\xfe\x81\n\x9d1,2\n"

    with pytest.raises(InvalidLog, match=PLACE):
        _read(data, HEADERLESS + f"encoding: {encoding}\n")


@pytest.mark.parametrize("unit", ["s", "ms", "us"])
def test_a_numeric_time_is_taken_as_it_is_and_its_unit_is_said(unit: str) -> None:
    trace = _read("100,1\n200,2\n", HEADERLESS.replace("unit: ms", f"unit: {unit}"))

    assert (trace.time.tolist(), trace.time_title) == ([100.0, 200.0], f"Time ({unit.replace('u', 'µ')})")


NO_UNIT = HEADERLESS.replace("unit: ms", "unit: unknown")
SAID = "The log does not say in which unit its time counts."


def test_a_numeric_time_of_unknown_unit_is_taken_as_it_is_and_no_unit_is_said() -> None:
    trace = _read("100,1\n200,2\n", NO_UNIT)

    about = About.of(trace)
    assert (trace.time.tolist(), trace.time_title, trace.notes) == ([100.0, 200.0], "Time", (SAID,))
    assert (about.time, about.unit, about.notes) == ("Time", "", (SAID,))


def test_a_time_of_unknown_unit_is_no_moment_even_if_it_is_as_large_as_one() -> None:
    trace = _read("1700000000,1\n1700000001,2\n", NO_UNIT)

    assert (trace.time.tolist(), trace.time_title, trace.start) == ([0.0, 1.0], "Time since first sample", None)
    assert trace.notes == ("Time counts from 1,700,000,000 of the log's own.", SAID)


def test_a_counter_of_unknown_unit_that_began_again_goes_on() -> None:
    trace = _read("65500,1\n65520,2\n4,3\n24,4\n", NO_UNIT)

    assert trace.time.tolist() == [65500.0, 65520.0, 65540.0, 65560.0]


def test_a_time_of_unknown_unit_has_no_midnight() -> None:
    with pytest.raises(InvalidLog, match="time steps back from '86399' to '0'"):
        _read("86398,1\n86399,2\n0,3\n1,4\n", NO_UNIT)


def test_an_offset_of_a_time_of_unknown_unit_is_refused() -> None:
    profile = SensorProfile.parse(NO_UNIT.encode(), "profile")

    with pytest.raises(InvalidLog, match="offset is in seconds"):
        read_trace(b"1,1\n2,2\n", profile, max_rows=9, place="log", offset=1.5)


def test_a_clock_time_counts_seconds_from_the_first_row_over_midnight() -> None:
    trace = _read("31.12.2022,23:59:58,1\n31.12.2022,23:59:59,2\n01.01.2023,00:00:01,3\n", CLOCK)

    assert (_rows(trace), trace.time_title) == ([(0.0, 1.0), (1.0, 2.0), (3.0, 3.0)], "Time (s)")


def test_a_clock_time_counts_from_the_earliest_row() -> None:
    trace = _read("02.01.2023,00:00:01,3\n02.01.2023,00:00:00,2\n", CLOCK + "order: sort\n")

    assert _rows(trace) == [(0.0, 2.0), (1.0, 3.0)]


def test_a_clock_time_keeps_its_fractions() -> None:
    profile = CLOCK.replace("%S", "%S.%f")

    trace = _read("02.01.2023,00:00:00.000,3\n02.01.2023,00:00:00.109,2\n", profile)

    assert trace.time.tolist() == [0.0, 0.109]


def test_clock_times_of_different_zones_are_told_apart() -> None:
    profile = CLOCK.replace("%S", "%S %z")

    trace = _read("02.01.2023,12:00:00 +0100,1\n02.01.2023,12:00:00 +0000,2\n", profile)

    assert trace.time.tolist() == [0.0, 3600.0]


@pytest.mark.parametrize(
    "cells", ["31.02.2022,10:00:00", "x,10:00:00", "01.01.2022,", ",", "2022-01-01,10:00:00", "01.01.2022,25:00:00"]
)
def test_a_date_or_time_that_is_none_is_refused_with_its_line(cells: str) -> None:
    message = _refusal(f"01.01.2022,09:00:00,1\n\n{cells},2\n", CLOCK)

    assert message.startswith(f"{PLACE} line 3: the row '{cells},2' has no usable time; expected date and time as")


@pytest.mark.parametrize("directive", ["%Q", "%s", "%"])
def test_a_format_that_is_none_is_refused(directive: str) -> None:
    message = _refusal("01.01.2022,10:00:00,1\n01.01.2022,10:00:01,2\n", CLOCK.replace("%H:%M:%S", directive))

    assert message.startswith(f"{PLACE}: date and time cannot be read as '%d.%m.%Y {directive}'")


def test_a_channel_cannot_be_a_column_of_date_or_time() -> None:
    message = _refusal("01.01.2022,10:00:00\n01.01.2022,10:00:01\n", CLOCK.replace("column: 2", "column: 1"))

    assert message.startswith(f"{PLACE}: channel 'a' (column 1) is a column of date or time")


def test_as_many_rows_as_allowed_are_read() -> None:
    assert len(_read("0,1\n1,2\n2,3\n", max_rows=3).time) == 3


def test_more_rows_than_allowed_are_refused() -> None:
    with pytest.raises(ObjectTooLarge, match=rf"^{PLACE}: the log has 4 rows; expected at most 3; .*MAX_ROWS"):
        _read("0,1\n1,2\n2,3\n3,4\n", max_rows=3)


def test_a_quotation_mark_without_its_partner_is_refused_where_it_swallows_too_much() -> None:
    message = _refusal('0,1\n1,"' + "2,3\n" * 50_000)

    assert re.match(rf"{PLACE} line \d+: a row cannot be split into cells .*quotation mark", message)


def test_a_first_line_that_never_ends_is_refused() -> None:
    message = _refusal("1" * 200_000)

    assert message.startswith(f"{PLACE} line 1: a row cannot be split into cells")


def test_scale_and_offset_turn_cells_into_values() -> None:
    trace = _read("0,10\n1,20\n2,\n", HEADERLESS.replace("title: A", "title: A, scale: 0.1, offset: -273"))

    assert [round(value, 6) for value in trace.channels[0].values[:2].tolist()] == [-272.0, -271.0]


def test_time_is_not_scaled() -> None:
    trace = _read("0,10\n1,20\n", HEADERLESS.replace("title: A", "title: A, scale: 5"))

    assert trace.time.tolist() == [0.0, 1.0]


def test_channels_come_in_the_profile_s_order() -> None:
    trace = _read("B,A,t\n2,1,0\n4,3,1\n", NAMED)

    assert [channel.channel.key for channel in trace.channels] == ["a", "b"]


def test_the_seed_s_layout_is_read_by_the_default_profile() -> None:
    log = b"1,94.79,1464,428,12,7\n101,94.80,1470,430,12,7\n"

    trace = read_trace(log, ShippedProfile("welding").load(), max_rows=10, place=PLACE)

    assert _rows(trace) == [(1.0, 94.79, 1464.0, 428.0), (101.0, 94.8, 1470.0, 430.0)]


PROFILES = [
    HEADERLESS,
    NAMED,
    CLOCK,
    HEADERLESS + GAPS,
    HEADERLESS + "delimiter: ';'\ndecimal: ','\n",
    HEADERLESS + "delimiter: ' '\n",
    HEADERLESS + "encoding: utf-16\n",
    CLOCK.replace("column: 2", "column: A").replace("header: false\n", ""),
]
LOG_LIKE = st.text(st.sampled_from("0123456789.,;-+eE \t\r\n\"'tAB:/naNif\x00\ufeffü"), max_size=80).map(str.encode)


@given(st.binary(max_size=80) | LOG_LIKE, st.sampled_from(PROFILES))
def test_any_bytes_give_a_trace_or_an_error_that_names_the_log(data: bytes, profile: str) -> None:
    try:
        found = f"{PLACE} has {len(_read(data, profile).time)} rows"
    except TracemarkError as error:
        found = str(error)

    assert found.startswith(PLACE)


numbers = st.floats(allow_nan=True, allow_infinity=True) | st.integers(-5, 5)


@given(st.lists(st.tuples(st.floats(allow_nan=False, allow_infinity=False), numbers), min_size=2, max_size=20))
def test_any_numbers_that_are_written_are_read(rows: list[tuple[float, float]]) -> None:
    finite = [(time, float(value) if np.isfinite(value) else None) for time, value in rows]
    text = "".join(f"{time!r},{value!r}\n" for time, value in rows) + "0,0\n"

    expected = sorted([*finite, (0.0, 0.0)], key=lambda row: row[0])

    assert _rows(_read(text, SORTED)) == expected


WELDS = ["08-17-22-0011-00", "08-17-22-0012-00", "08-17-22-0013-00", "08-17-22-0014-00", "08-17-22-0015-00"]


@pytest.mark.parametrize("weld", WELDS)
def test_a_real_weld_is_read_whole(reference_data: Path, weld: str) -> None:
    data = (reference_data / "welds" / weld / f"{weld}.csv").read_bytes()

    trace = read_trace(data, ShippedProfile("robotic-weld").load(), max_rows=10_000, place=weld)

    assert len(trace.time) == len(data.splitlines()) - 1


@pytest.mark.parametrize("weld", WELDS)
def test_a_real_weld_has_an_arc_in_all_three_channels(reference_data: Path, weld: str) -> None:
    data = (reference_data / "welds" / weld / f"{weld}.csv").read_bytes()

    trace = read_trace(data, ShippedProfile("robotic-weld").load(), max_rows=10_000, place=weld)

    peaks = {channel.channel.key: float(np.nanmax(channel.values)) for channel in trace.channels}
    assert peaks["current"] > 50
    assert peaks["voltage"] > 5
    assert peaks["gas_flow"] > 1


@pytest.mark.parametrize("weld", WELDS)
def test_a_real_weld_s_clock_starts_at_zero_and_runs_for_half_a_minute(reference_data: Path, weld: str) -> None:
    data = (reference_data / "welds" / weld / f"{weld}.csv").read_bytes()

    trace = read_trace(data, ShippedProfile("robotic-weld").load(), max_rows=10_000, place=weld)

    assert trace.time[0] == 0
    assert 30 < trace.time[-1] < 45
