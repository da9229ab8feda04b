"""Time in several columns, in ticks of 100 ns, and beside its channel; and values that are none."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.errors import InvalidLog
from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.trace import Trace, read_trace

A = "channels: [{key: a, column: A, title: A}]"


def trace(log: str, profile: str) -> Trace:
    return read_trace(
        log.encode(), SensorProfile.parse(f"name: p\n{profile}\n".encode(), "p"), max_rows=1_000, place="log"
    )


@given(st.lists(st.integers(0, 100_000), min_size=2, max_size=30, unique=True))
def test_milliseconds_of_a_column_of_their_own_count_from_the_second(moments: list[int]) -> None:
    rows = "".join(
        f"03.05.2023,10:{each // 60_000:02d}:{each // 1_000 % 60:02d},{each % 1_000},1\n" for each in sorted(moments)
    )

    found = trace(f"D,T,ms,A\n{rows}", f"time: {{columns: [D, T, ms], formats: ['%d.%m.%Y', '%H:%M:%S', ms]}}\n{A}")

    np.testing.assert_allclose(found.time * 1_000, np.sort(moments) - min(moments), atol=1e-6)


@pytest.mark.parametrize("cell", ["1000", "-1", "x", ""])
def test_a_fraction_of_a_second_or_more_is_refused_with_its_line(cell: str) -> None:
    profile = f"time: {{columns: [T, ms], formats: [iso, ms]}}\n{A}"

    with pytest.raises(InvalidLog, match="log line 3"):
        trace(f"T,ms,A\n2023-05-03 10:00:00,1,1\n2023-05-03 10:00:00,{cell},2\n", profile)


def test_a_column_for_each_part_of_a_moment_is_one_clock() -> None:
    log = "Y,M,D,h,m,s,A\n2023,5,3,23,59,59.5,1\n2023,5.0,4,0,0,0,2\n2023,5,4,0,0,0.25,3\n"
    formats = "['%Y', '%m', '%d', '%H', '%M', '%S.%f']"

    found = trace(log, f"time: {{columns: [Y, M, D, h, m, s], formats: {formats}}}\n{A}")

    assert found.time.tolist() == [0, 0.5, 0.75]
    assert found.start == datetime(2023, 5, 3, 23, 59, 59, 500_000)


def test_ticks_since_1601_are_seconds_from_the_first_sample_and_tell_the_moment() -> None:
    log = "T,A\n133275600000000000,1\n133275600000005000,2\n133275600010000000,3\n"

    found = trace(log, f"time: {{column: T, unit: 100ns}}\n{A}")

    assert found.time.tolist() == [0, 0.0005, 1]
    assert found.start == datetime(2023, 5, 3, 4, tzinfo=UTC)


def test_ticks_that_begin_at_0_are_shown_as_seconds() -> None:
    found = trace("T,A\n0,1\n10000,2\n", f"time: {{column: T, unit: 100ns}}\n{A}")

    assert (found.time_title, found.time.tolist()) == ("Time (s)", [0, 0.001])


TWO = "".join(f"{row};{10 + row % 3};{10 * row};{5 + row}\n" for row in range(9))
CHANNELS = "channels: [{key: a, column: 1, title: A}, {key: b, column: 3, title: B%s}]"


@pytest.mark.parametrize("names", ["tA;A;tB;B", "Time A [ms];A;Time B [ms];B", "Time 1;x;Time 2;y", "t;A;t;B"])
def test_a_channel_behind_a_time_of_its_own_is_not_drawn_over_another_one(names: str) -> None:
    profile = "delimiter: ';'\ntime: {column: 0, unit: ms}\n" + CHANNELS % ""

    with pytest.raises(InvalidLog, match="channel 'b' stands behind a time of its own"):
        trace(f"{names}\n{TWO}", profile)


@pytest.mark.parametrize("column", [0, 2])
def test_a_channel_that_says_which_time_is_its_own_is_drawn(column: int) -> None:
    profile = "delimiter: ';'\ntime: {column: 0, unit: ms}\n" + CHANNELS % f", time: {{column: {column}, unit: ms}}"

    found = trace(f"tA;A;tB;B\n{TWO}", profile)

    assert found.axis(found.channels[1])[-1] == (8 if column == 0 else 80)


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        ("tA;A;tB;B", "".join(f"{row};1;{row};2\n" for row in range(9))),  # two columns of one time
        ("t;A;Force;B", TWO),
        ("t;A;T2;B", "".join(f"{row};1;{20 - row};2\n" for row in range(9))),  # a temperature that falls
    ],
)
def test_a_column_that_is_no_other_time_is_passed_over(names: str, rows: str) -> None:
    found = trace(f"{names}\n{rows}", "delimiter: ';'\ntime: {column: 0, unit: ms}\n" + CHANNELS % "")

    assert found.axis(found.channels[1])[-1] == 8


@pytest.mark.parametrize("cells", [("9.9E37",), ("-9.9E37", "9.9E37"), ("9.91E+37",), ("3.402823E+38",)])
def test_a_number_that_means_overload_is_a_gap_without_being_named(cells: tuple[str, ...]) -> None:
    rows = "".join(f"{row},{cell}\n" for row, cell in enumerate((*cells, "1", "-2.5e40")))

    found = trace(f"t,A\n{rows}", f"time: {{column: t, unit: s}}\n{A}")

    assert found.channels[0].gaps == len(cells)
    assert found.channels[0].values[-2:].tolist() == [1, -2.5e40]
