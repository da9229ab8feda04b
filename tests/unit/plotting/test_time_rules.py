"""Time is never silently wrong: what is undone, what is refused, what the profile may allow, and what is said."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.log_reading import profile_of, read, refusal, samples

from tracemark_plotting.trace import Trace

CLOCK = "{columns: [t], formats: ['%H:%M:%S.%f']}"
DATED = "{columns: [t], formats: ['%Y-%m-%d %H:%M:%S']}"
DURATION = "{columns: [t], formats: [duration]}"


def _log(times: list[object]) -> str:
    return "t,A\n" + "".join(f"{time},{row}\n" for row, time in enumerate(times))


def _shape(times: list[float]) -> list[float]:
    """Times from 0 to 1: a large offset is taken off and seconds are shown, which leaves the shape."""
    return [(time - times[0]) / (times[-1] - times[0]) for time in times]


def _times(trace: Trace) -> list[float]:
    return [float(time or 0) for time, _ in samples(trace)]


@pytest.mark.parametrize(
    ("time", "cells", "expected"),
    [
        (CLOCK, ["23:59:58.0", "23:59:59.0", "00:00:00.0", "00:00:01.0"], [0, 1, 2, 3]),
        (CLOCK, ["23:59:59.8", "23:59:59.9", "00:00:00", "00:00:00.1"], [0, 0.1, 0.2, 0.3]),
        (CLOCK, ["23:59:57.0", "23:59:58.0", "00:00:01.0", "00:00:02.0"], [0, 1, 4, 5]),
        (CLOCK, ["22:00:00.0", "23:00:00.0", "00:00:00.0", "01:00:00.0"], [0, 3600, 7200, 10800]),
        ("{columns: [t], formats: ['%I:%M:%S']}", ["11:59:58", "11:59:59", "12:00:00", "12:00:01"], [0, 1, 2, 3]),
        ("{columns: [t], formats: ['%I:%M:%S %p']}", ["11:59:58 PM", "11:59:59 PM", "12:00:00 AM"], [0, 1, 2]),
        ("{columns: [t], formats: ['%M:%S']}", ["59:58", "59:59", "00:00", "00:01"], [0, 1, 2, 3]),
        (DATED, ["2023-01-01 23:59:58", "2023-01-01 23:59:59", "2023-01-01 00:00:00"], [0, 1, 2]),
        (DURATION, ["23:59:58", "23:59:59", "00:00:00"], [86398, 86399, 86400]),
        ("{column: t, unit: s}", [86398, 86399, 0, 1], [86398, 86399, 86400, 86401]),
        ("{column: t, unit: s}", [86399.8, 86399.9, 0.0, 0.1], [86399.8, 86399.9, 86400, 86400.1]),
        ("{column: t, unit: ms}", [86399900, 86399950, 0, 50], [86399900, 86399950, 86400000, 86400050]),
        ("{column: t, unit: h}", [23.98, 23.99, 0.0, 0.01], [23.98, 23.99, 24.0, 24.01]),
    ],
)
def test_time_goes_on_over_midnight(time: str, cells: list[object], expected: list[float]) -> None:
    trace = read(_log(cells), profile_of(time=time))

    assert _shape(_times(trace)) == pytest.approx(_shape(expected))
    assert trace.notes[0].startswith("Time began again in line ")


@pytest.mark.parametrize(
    ("size", "cells", "expected"),
    [
        ("65,536", [65530, 65535, 4, 9], [65530, 65535, 65540, 65545]),
        ("65,536", [65534, 65535, 0, 1], [65534, 65535, 65536, 65537]),
        ("65,536", [65500, 65530, 24, 54], [65500, 65530, 65560, 65590]),
        ("65,536", [65500, 65530, 54, 84], [65500, 65530, 65590, 65620]),
        ("65,536", [32000, 32500, -32536, -32036], [32000, 32500, 33000, 33500]),
        ("2,147,483,648", [2147483600, 2147483640, 32, 72], [2147483600, 2147483640, 2147483680, 2147483720]),
        ("4,294,967,296", [4294967290, 4294967295, 4, 9], [4294967290, 4294967295, 4294967300, 4294967305]),
        (
            "4,294,967,296",
            [2147483640, 2147483645, -2147483646, -2147483641],
            [2147483640, 2147483645, 2147483650, 2147483655],
        ),
    ],
)
@pytest.mark.parametrize("unit", ["ms", "us"])
def test_a_counter_that_begins_again_goes_on(unit: str, size: str, cells: list[object], expected: list[float]) -> None:
    trace = read(_log(cells), profile_of(time=f"{{column: t, unit: {unit}}}"))

    assert _shape(_times(trace)) == pytest.approx(_shape(expected))
    assert trace.notes[0] == f"Time began again in line 4 at the counter of {size}: it is shown going on."


def test_a_counter_may_begin_again_many_times() -> None:
    cells: list[object] = [(60_000 + 100 * row) % 65_536 for row in range(5_000)]

    trace = read(_log(cells), profile_of(time="{column: t, unit: ms}"))

    assert _times(trace) == [60_000.0 + 100 * row for row in range(5_000)]
    assert trace.notes == (
        "Time began again 8 times, first in line 58 at the counter of 65,536: it is shown going on.",
    )


@given(
    st.sampled_from([2**16, 2**31, 2**32]),
    st.integers(1, 200),
    st.integers(1, 60),
    st.lists(st.sampled_from([-0.04, 0.0, 0.04]), min_size=80, max_size=80),
)
def test_a_regular_counter_is_undone_whatever_its_beat(size: int, beat: int, before: int, jitter: list[float]) -> None:
    true = [size - before * beat + row * beat + round(jitter[row] * beat) for row in range(80)]
    cells: list[object] = [each % size for each in true]

    trace = read(_log(cells), profile_of(time="{column: t, unit: ms}"))

    gained = [later - earlier for earlier, later in pairwise(_times(trace))]
    scale = 1.0 if trace.time_title == "Time (ms)" else 1e-3
    assert gained == pytest.approx([scale * (b - a) for a, b in pairwise(true)])


RUN = [round(0.1 * row, 1) for row in range(20)]


@pytest.mark.parametrize(
    ("time", "cells", "line"),
    [
        ("{column: t, unit: s}", [*RUN, *RUN], 22),
        ("{column: t, unit: ms}", [*range(0, 65_501, 100), *range(0, 5_000, 100)], 658),
        ("{column: t, unit: ms}", [*range(0, 30_000, 10), *range(0, 500, 10)], 3002),
        ("{column: t, unit: s}", [5, 6, 7, 6.5, 8], 5),
        (CLOCK, ["10:00:00.0", "10:00:01.0", "09:00:00.0", "09:00:01.0"], 4),
        (CLOCK, ["18:00:00.0", "18:00:01.0", "06:00:00.0", "06:00:01.0"], 4),
        (DATED, ["2023-10-29 02:59:58", "2023-10-29 02:59:59", "2023-10-29 02:00:00", "2023-10-29 02:00:01"], 4),
        (DATED, ["2023-01-02 12:00:00", "2023-01-02 12:00:01", "2023-01-01 12:00:02"], 4),
        (DURATION, ["01:00:00", "01:00:01", "00:00:00", "00:00:01"], 4),
        ("{column: t, unit: s}", [86398, 86399, 86397, 86398], 4),
        ("{column: t, unit: ms}", [70_000, 70_100, 4_664, 4_764], 4),
        ("{column: t, unit: ms}", [65_530.5, 65_535.5, 4.5, 9.5], 4),
    ],
    ids=[
        "two runs",
        "a run nearly as long as a counter",
        "a short run",
        "one row late",
        "an hour back",
        "an evening, then a morning",
        "the hour of a clock change",
        "a day back at noon",
        "a duration anew",
        "seconds",
        "beyond the counter",
        "fractions",
    ],
)
def test_a_step_back_that_nothing_explains_leaves_the_item_out(time: str, cells: list[object], line: int) -> None:
    message = refusal(_log(cells), profile_of(time=time))

    assert f" line {line}: time steps back from " in message
    assert "`order: sort`" in message
    assert "`order: file`" in message


def test_at_a_clock_change_the_remedy_is_utc() -> None:
    cells: list[object] = ["2023-10-29 02:59:59", "2023-10-29 02:00:00"]

    assert "at a clock change record UTC" in refusal(_log(cells), profile_of(time=DATED))


def test_a_clock_change_is_none_for_times_with_their_zone() -> None:
    cells: list[object] = ["2023-10-29T02:59:59+02:00", "2023-10-29T02:00:00+01:00"]

    assert _times(read(_log(cells), profile_of(time="{columns: [t], formats: [iso]}"))) == [0.0, 1.0]


@pytest.mark.parametrize(
    ("time", "cells", "note"),
    [
        ("{column: t, unit: s}", [0.1 * n for n in [*range(20), *range(70, 90)]], "for 5.1 s before line 22"),
        (
            "{column: t, unit: ms}",
            [*range(20), *range(50, 70), *range(90, 110)],
            "2 times, first for 31 ms before line 22",
        ),
        (CLOCK, [f"10:00:{n:02}.0" for n in [*range(15), *range(40, 60)]], "for 26 s before line 17"),
        (DATED, [f"2026-01-01 10:{n:02}:00" for n in [*range(15), *range(40, 60)]], "for 1560 s before line 17"),
        ("{column: t, unit: unknown}", [*range(20), *range(50, 70)], "for 31 before line 22"),
    ],
)
def test_a_pause_of_a_regular_log_is_told(time: str, cells: list[object], note: str) -> None:
    notes = [each for each in read(_log(cells), profile_of(time=time)).notes if each.startswith("Recording pauses")]

    assert notes == [f"Recording pauses {note}: the line across is no measurement."]


@pytest.mark.parametrize(
    "cells",
    [
        [1.5**n for n in range(30)],  # no beat
        [*range(20), *range(25, 45)],  # a few samples are missing
        [0, 1, 2, 60, 61, 62],  # too few to know
    ],
)
def test_a_log_without_a_beat_has_no_pause(cells: list[object]) -> None:
    assert not [each for each in read(_log(cells), profile_of()).notes if "pauses" in each]


def test_rows_are_sorted_only_when_the_profile_says_so_and_it_is_noted() -> None:
    trace = read(_log([2, 0, 1]), profile_of("order: sort"))

    assert (samples(trace), trace.reordered) == ([(0.0, 1.0), (1.0, 2.0), (2.0, 0.0)], True)
    assert trace.notes == ("Rows sorted by time.",)


def test_runs_are_put_behind_each_other_when_the_profile_says_so_and_it_is_noted() -> None:
    trace = read(_log([0, 1, 2, 0, 1, 2]), profile_of("order: file"))

    assert samples(trace) == [(float(row), float(row)) for row in range(6)]
    assert trace.notes == ("Time steps back in line 5: what begins there is put behind what came before.",)


@given(st.lists(st.integers(-1_000, 1_000), min_size=2, max_size=30))
def test_in_the_file_s_order_time_never_runs_back(times: list[int]) -> None:
    found = _times(read(_log(list(times)), profile_of("order: file")))

    assert found == sorted(found)
    assert len(found) == len(times)


@given(st.lists(st.integers(-1_000, 1_000), min_size=2, max_size=30))
def test_without_an_order_time_never_runs_back_unless_refused(times: list[int]) -> None:
    if times == sorted(times):
        assert _times(read(_log(list(times)), profile_of())) == [float(time) for time in times]
    else:
        assert "time steps back" in refusal(_log(list(times)), profile_of())


def test_moments_that_repeat_are_no_step_back() -> None:
    trace = read(_log([0, 0, 1, 1]), profile_of())

    assert (_times(trace), trace.repeated, trace.notes) == ([0, 0, 1, 1], 2, ())


@pytest.mark.parametrize(
    ("time", "cells", "times"),
    [
        ("{column: t, unit: us}", ["1700000000000000", "1700000000000100", "1700000000000300"], [0, 0.0001, 0.0003]),
        (
            "{column: t, unit: ns}",
            ["1700000000000000000", "1700000000000000001", "1700000000000000003"],
            [0, 1e-9, 3e-9],
        ),
        ("{column: t, unit: ms}", ["1700000000000", "1700000000500"], [0, 0.5]),
        ("{column: t, unit: s}", ["1700000000.000000001", "1700000000.000000003"], [0, 2e-9]),
        ("{column: t, unit: s}", ["1700000000", "1700086400"], [0, 86_400]),
        ("{column: t, unit: s}", ["3782419200.25", "3782419200.5"], [0, 0.25]),
        ("{column: t, unit: d}", ["45031.5", "45031.75"], [0, 21_600]),
        ("{column: t, unit: min}", ["28333333", "28333334"], [0, 60]),
    ],
    ids=["us", "ns", "ms", "s with ns", "a day", "LabVIEW", "Excel", "minutes"],
)
def test_an_epoch_is_shown_as_seconds_from_the_first_sample(time: str, cells: list[object], times: list[float]) -> None:
    trace = read(_log(cells), profile_of(time=time))

    assert trace.time.tolist() == pytest.approx(times, abs=1e-12)
    assert trace.time_title == "Time since first sample (s)"


@pytest.mark.parametrize(
    ("time", "cells", "start", "note"),
    [
        (
            "{column: t, unit: ms}",
            ["1700000000000", "1700000000500"],
            datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
            "Time counts from 2023-11-14 22:13:20 UTC.",
        ),
        (
            "{column: t, unit: d}",
            ["45031.625", "45031.75"],
            datetime(2023, 4, 15, 15),
            "Time counts from 2023-04-15 15:00:00.",
        ),
        (
            "{column: t, unit: s}",
            ["3782419200", "3782419201"],
            datetime(2023, 11, 10, tzinfo=UTC),
            "Time counts from 2023-11-10 00:00:00 UTC.",
        ),
    ],
)
def test_the_wall_clock_of_the_first_sample_is_offered(
    time: str, cells: list[object], start: datetime, note: str
) -> None:
    trace = read(_log(cells), profile_of(time=time))

    assert (trace.start, trace.notes) == (start, (note,))


def test_a_clock_with_a_date_tells_its_start_without_a_note() -> None:
    trace = read(_log(["2023-01-02 12:00:00", "2023-01-02 12:00:01"]), profile_of(time=DATED))

    assert (trace.start, trace.notes) == (datetime(2023, 1, 2, 12), ())


def test_a_clock_without_a_date_tells_no_start() -> None:
    assert read(_log(["12:00:00.0", "12:00:01.0"]), profile_of(time=CLOCK)).start is None


def test_a_large_offset_that_is_no_epoch_is_taken_off_and_said() -> None:
    trace = read(_log([987654321, 987654322]), profile_of(time="{column: t, unit: us}"))

    assert (trace.time.tolist(), trace.time_title) == ([0.0, 1e-6], "Time since first sample (s)")
    assert trace.notes == ("Time counts from 987,654,321 µs of the log's own.",)


@pytest.mark.parametrize("cells", [["100", "200"], ["3600.5", "3600.6"], ["-1e-3", "-9e-4"], ["0", "1e9"]])
def test_a_time_that_an_axis_can_show_is_left_as_it_is(cells: list[object]) -> None:
    trace = read(_log(cells), profile_of())

    assert (trace.time.tolist(), trace.time_title, trace.notes) == (
        [float(str(cell)) for cell in cells],
        "Time (s)",
        (),
    )


@pytest.mark.parametrize(
    ("cells", "times"),
    [
        (["2024-04-11 12:25:58.487929+00:00", "2024-04-11 12:25:59+00:00"], [0, 0.512071]),
        (["2024-04-11T12:25:58Z", "2024-04-11T12:25:58.5Z", "2024-04-11T12:25:59Z"], [0, 0.5, 1]),
        (["2024-04-11T14:00:00+02:00", "2024-04-11T12:00:01Z"], [0, 1]),
        (["2024-04-11 12:25:58", "2024-04-11 12:25:58.000000001"], [0, 1e-9]),
        (["20240411T122558", "20240411T122559"], [0, 1]),
        (["2024-04-11T12:25", "2024-04-11T12:26"], [0, 60]),
    ],
)
def test_iso_8601_is_read_with_and_without_fraction_and_zone(cells: list[object], times: list[float]) -> None:
    trace = read(_log(cells), profile_of(time="{columns: [t], formats: [iso]}"))

    assert trace.time.tolist() == pytest.approx(times, abs=1e-12)


def test_iso_8601_may_have_a_decimal_comma_and_a_column_for_the_date() -> None:
    log = "d;t;A\n2024-04-11;12:25:58,5;1\n2024-04-11;12:25:59,75;2\n"

    trace = read(log, profile_of("delimiter: ';'", "{columns: [d, t], formats: [iso, iso]}"))

    assert trace.time.tolist() == [0.0, 1.25]


@pytest.mark.parametrize("stamp", ["", "yesterday", "2024-13-01", "12:00:00x", "2024-02-30 12:00:00"])
def test_what_is_no_iso_8601_is_refused_with_its_line(stamp: str) -> None:
    message = refusal(_log(["2024-01-01 00:00:00", stamp]), profile_of(time="{columns: [t], formats: [iso]}"))

    assert "line 3" in message
    assert "has no usable time" in message


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S,%f"])
def test_a_format_with_a_fraction_reads_whole_seconds_without_one(form: str) -> None:
    zone = "+00:00" if "%z" in form else ""
    between = "T" if "T" in form else " "
    mark = "," if ",%f" in form else "."
    cells = [f"2024-04-11{between}12:25:5{second}{zone}" for second in (f"8{mark}5", "9", f"9{mark}25")]
    log = "t;A\n" + "".join(f"{cell};1\n" for cell in cells)

    trace = read(log, profile_of("delimiter: ';'", f"{{columns: [t], formats: ['{form}']}}"))

    assert trace.time.tolist() == [0.0, 0.5, 0.75]


@pytest.mark.parametrize(
    ("cells", "times"),
    [
        (["23:59:59", "24:00:00", "24:00:01"], [86399, 86400, 86401]),
        (["99:59:59.5", "100:00:00"], [359999.5, 360000]),
        (["59:59", "60:00", "60:01.25"], [3599, 3600, 3601.25]),
        (["0 23:59:59", "1 00:00:00"], [86399, 86400]),
        (["1.00:00:00", "1.00:00:01"], [86400, 86401]),
        (["0 days 00:00:01", "2 days 00:00:01.5"], [1, 172801.5]),
        (["-00:00:01", "00:00:00"], [-1, 0]),
    ],
)
def test_durations_may_pass_a_day(cells: list[object], times: list[float]) -> None:
    assert _times(read(_log(cells), profile_of(time=DURATION))) == times


@pytest.mark.parametrize("cell", ["", "12", "1:2:3:4", "12:00:00 PM", "a:b:c", "12:345:00.x"])
def test_what_is_no_duration_is_refused_with_its_line(cell: str) -> None:
    assert "line 3: the row" in refusal(_log(["00:00:01", cell]), profile_of(time=DURATION))


@pytest.mark.parametrize(
    ("unit", "title"), [("ns", "Time (ns)"), ("min", "Time (min)"), ("h", "Time (h)"), ("d", "Time (d)")]
)
def test_every_unit_is_shown_as_it_is_written(unit: str, title: str) -> None:
    trace = read(_log([0, 1.5]), profile_of(time=f"{{column: t, unit: {unit}}}"))

    assert (trace.time.tolist(), trace.time_title) == ([0.0, 1.5], title)


def test_an_offset_moves_the_clock_of_a_log() -> None:
    trace = read(_log([0, 500]), profile_of(time="{column: t, unit: ms}"), offset=2.5)

    assert trace.time.tolist() == [2500.0, 3000.0]


def test_an_offset_moves_the_start_the_other_way() -> None:
    trace = read(_log(["2023-01-02 12:00:10", "2023-01-02 12:00:11"]), profile_of(time=DATED), offset=10)

    assert (trace.time.tolist(), trace.start) == ([10.0, 11.0], datetime(2023, 1, 2, 12))
