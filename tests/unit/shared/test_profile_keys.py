"""The keys of a profile: each is read, written back, and refused with its nearest neighbour when misspelt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.errors import DataError, InvalidDocument, InvalidProfile
from tracemark.profile.sensor_profile import (
    ClockTime,
    Condition,
    DurationTime,
    ElapsedTime,
    Order,
    RaggedRows,
    SampleRate,
    SensorProfile,
    TextFormat,
    TimeUnit,
)
from tracemark.profile.shipped import ShippedProfile, shipped_profiles

SOURCE = "profile"
MINIMAL = "name: x\ntime: {column: t, unit: s}\nchannels: [{key: a, column: A, title: Alpha}]\n"


def _parsed(text: str) -> SensorProfile:
    return SensorProfile.parse(text.encode(), SOURCE)


def _with_time(text: str) -> SensorProfile:
    return _parsed(MINIMAL.replace("{column: t, unit: s}", text))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("delimiter: whitespace", TextFormat(delimiter="whitespace")),
        ("thousands: ','", TextFormat(thousands=",")),
        ("decimal: ','", TextFormat(decimal=",")),
        ("skip: 3", TextFormat(skip=3)),
        ("skip: header", TextFormat(skip="header")),
        ("comment: '#'", TextFormat(comment=("#",))),
        ("comment: ['#', '//']", TextFormat(comment=("#", "//"))),
        ("rows_after_header: 2", TextFormat(rows_after_header=2)),
        ("footer: 1", TextFormat(footer=1)),
        ("footer: End of recording", TextFormat(footer_marks=("End of recording",))),
        ("gaps: [OL, 9.9E37, -9999]", TextFormat(gaps=("OL",), gap_numbers=(9.9e37, -9999.0))),
        ("gaps: ---", TextFormat(gaps=("---",))),
        ("ones: [Open]\nzeros: [Closed]", TextFormat(ones=("Open",), zeros=("Closed",))),
        ("ones: [ON]\nzeros: [OFF]", TextFormat(ones=("true", "yes", "on"), zeros=("false", "no", "off"))),
        ("ragged_rows: gap", TextFormat(ragged_rows=RaggedRows.GAP)),
    ],
)
def test_a_key_of_the_text_is_read_and_the_others_keep_their_defaults(line: str, expected: TextFormat) -> None:
    assert _parsed(f"{MINIMAL}{line}\n").text == expected


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        *((f"{{column: t, unit: {unit}}}", ElapsedTime("t", unit)) for unit in TimeUnit),
        ("{columns: [t], formats: [iso]}", ClockTime(("t",), "iso")),
        ("{columns: [d, t], formats: [iso, iso]}", ClockTime(("d", "t"), "iso")),
        ("{columns: [t], formats: [duration]}", DurationTime("t")),
        (
            "{columns: [d, t, f], formats: ['%d.%m.%Y', '%H:%M:%S', ms]}",
            ClockTime(("d", "t", "f"), "%d.%m.%Y %H:%M:%S", fraction=TimeUnit.MILLISECONDS),
        ),
        ("{columns: [t, f], formats: [iso, us]}", ClockTime(("t", "f"), "iso", fraction=TimeUnit.MICROSECONDS)),
        ("{columns: [y, m, d, h], formats: ['%Y', '%m', '%d', '%H']}", ClockTime(("y", "m", "d", "h"), "%Y %m %d %H")),
        ("{rate: 1000}", SampleRate(1000.0)),
        ("{interval: 0.5, unit: ms}", SampleRate(2000.0, unit=TimeUnit.MILLISECONDS)),
        ("{rate: 4, start: -2, unit: ms}", SampleRate(4.0, -0.002, TimeUnit.MILLISECONDS)),
    ],
)
def test_every_form_of_time_is_read(time: str, expected: object) -> None:
    assert _with_time(time).time == expected


@pytest.mark.parametrize("time", ["{rate: 10, unit: unknown}", "{interval: 10, unit: unknown}"])
def test_a_rate_takes_no_unknown_unit(time: str) -> None:
    with pytest.raises(InvalidDocument, match="a unit that is known"):
        _with_time(time)


@pytest.mark.parametrize("formats", ["[ms]", "[ms, iso]", "['%H', minutes]", "[iso, '%H']"])
def test_a_fraction_stands_behind_a_moment_and_nothing_else(formats: str) -> None:
    columns = ["a", "b"][: formats.count(",") + 1]

    with pytest.raises(InvalidDocument, match="formats such as"):
        _with_time(f"{{columns: [{', '.join(columns)}], formats: {formats}}}")


def test_ticks_of_a_tenth_of_a_microsecond_are_shown_as_seconds() -> None:
    assert _with_time("{column: t, unit: 100ns}").time_title == "Time (s)"


def test_a_time_of_unknown_unit_stands_beside_none_of_a_known_one() -> None:
    text = MINIMAL.replace("title: Alpha", "title: Alpha, time: {column: tA, unit: unknown}")

    with pytest.raises(InvalidProfile, match="some times have a known unit and others have none"):
        _parsed(text)


def test_an_unknown_unit_is_not_in_the_title_of_time() -> None:
    assert _with_time("{column: t, unit: unknown, title: Zeit}").time_title == "Zeit"


def test_rows_are_chosen_by_one_value_or_several() -> None:
    profile = _parsed(MINIMAL + "where: {Tag: Current, 3: [1, '2']}\n")

    assert profile.where == (Condition("Tag", ("Current",)), Condition(3, ("1", "2")))


def test_a_channel_chooses_its_own_rows_and_its_own_time() -> None:
    text = MINIMAL.replace("title: Alpha", "title: Alpha, where: {Tag: Current}, time: {column: tA, unit: ms}")

    (channel,) = _parsed(text).channels

    assert (channel.where, channel.time) == (
        (Condition("Tag", ("Current",)),),
        ElapsedTime("tA", TimeUnit.MILLISECONDS),
    )


def test_columns_to_read_hold_every_time_and_what_chooses_rows_once() -> None:
    text = MINIMAL.replace("title: Alpha", "title: Alpha, where: {Tag: C}, time: {column: tA, unit: ms}")

    assert _parsed(text + "where: {Tag: C, State: 1}\n").columns == ("t", "tA", "A", "Tag", "State")


def test_a_profile_may_leave_time_to_its_channels() -> None:
    text = "name: x\nchannels: [{key: a, column: A, title: A, time: {column: tA, unit: ms, title: T}}]\n"

    assert _parsed(text).time == ElapsedTime("tA", TimeUnit.MILLISECONDS, "T")


@pytest.mark.parametrize("order", Order)
def test_the_order_is_read(order: Order) -> None:
    assert _parsed(f"{MINIMAL}order: {order.value}\n").order is order


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (MINIMAL + "delimeter: ';'\n", "key 'delimeter' is unknown; .*did you mean 'delimiter'"),
        (MINIMAL + "Thousands: ','\n", "did you mean 'thousands'"),
        (MINIMAL + "ragged-rows: gap\n", "did you mean 'ragged_rows'"),
        (MINIMAL + "chanels: []\n", "did you mean 'channels'"),
        (MINIMAL + "1: x\n", "key 1 is unknown"),
        (MINIMAL + "zzzzzz: x\n", "key 'zzzzzz' is unknown; .*correct or drop the key"),
        (
            MINIMAL.replace("title: A", "Scale: 0.001, title: A"),
            r"key 'Scale' in 'channels\[0\]' is unknown; .*'scale'",
        ),
        (MINIMAL.replace("title: A", "ofset: 3, title: A"), "did you mean 'offset'"),
        (MINIMAL.replace("unit: s", "unit: s, tittle: x"), "key 'tittle' in 'time' is unknown; .*did you mean 'title'"),
        (MINIMAL.replace("unit: s", "unit: s, format: x"), "did you mean 'formats'"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(text: str, cause: str) -> None:
    with pytest.raises(InvalidDocument, match=cause):
        _parsed(text)


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        ("thousands: ' '\ndelimiter: ' '", "thousands and delimiter are the same"),
        ("thousands: '.'", "thousands and decimal mark are the same"),
        ("delimiter: whitespace\nthousands: ' '", "thousands and delimiter are the same"),
        ("thousands: x", "key 'thousands' holds 'x'"),
        ("skip: -1", "key 'skip' holds -1"),
        ("skip: preamble", "a number of lines, or 'header'"),
        ("skip: true", "key 'skip' holds True"),
        ("footer: 101", "key 'footer' holds 101"),
        ("gaps: [NO]", r"key 'gaps\[0\]' holds False; .*in quotes"),
        ("gaps: [[x]]", r"key 'gaps\[0\]' holds"),
        ("gaps: ['']", r"key 'gaps\[0\]' holds ''"),
        ("gaps: [OL]\nones: [ol]", "one word stands for two of gaps, ones and zeros"),
        ("zeros: [ON]", r"key 'zeros\[0\]' holds True"),
        ("order: random", "expected one of 'forward', 'sort', 'file'"),
        ("where: {}", "columns and the values to read"),
        ("where: [a]", "key 'where' holds"),
        ("where: {Tag: ON}", "key 'where.Tag' holds True; .*in quotes"),
        ("where: {true: a}", "key 'where' holds True"),
        ("rows_after_header: x", "a whole number"),
        ("comment: true", "key 'comment' holds True"),
    ],
)
def test_what_contradicts_itself_is_refused(lines: str, cause: str) -> None:
    with pytest.raises(DataError, match=cause):
        _parsed(f"{MINIMAL}{lines}\n")


@pytest.mark.parametrize(
    ("time", "cause"),
    [
        ("{column: t, unit: s, rate: 5}", "`time` has both column and rate"),
        ("{rate: 0}", "a number above 0"),
        ("{rate: -1}", "a number above 0"),
        ("{interval: 0}", "a number above 0"),
        ("{rate: 1, unit: year}", "key 'time.unit' holds 'year'"),
    ],
)
def test_a_time_that_is_none_is_refused(time: str, cause: str) -> None:
    with pytest.raises(DataError, match=cause):
        _with_time(time)


@pytest.mark.parametrize("lines", ["rows_after_header: 1", "skip: header"])
def test_what_counts_from_the_header_needs_one(lines: str) -> None:
    text = "name: x\nheader: false\ntime: {column: 0, unit: s}\nchannels: [{key: a, column: 1, title: A}]\n"

    with pytest.raises(InvalidProfile, match="no header to look for"):
        _parsed(f"{text}{lines}\n")


def test_a_header_cannot_be_looked_for_by_positions() -> None:
    text = "name: x\nskip: header\ntime: {column: 0, unit: s}\nchannels: [{key: a, column: 1, title: A}]\n"

    with pytest.raises(InvalidProfile, match="all columns are positions"):
        _parsed(text)


def test_clocks_and_numbers_cannot_be_mixed() -> None:
    text = MINIMAL.replace("title: Alpha", "title: A, time: {columns: [t], formats: [iso]}").replace(
        "}]\n", "}, {key: b, column: B, title: B}]\n"
    )

    with pytest.raises(InvalidProfile, match="some channels have clock times and others numbers"):
        _parsed(text)


@pytest.mark.parametrize("name", shipped_profiles())
def test_a_shipped_profile_is_written_and_read_back_the_same(name: str) -> None:
    profile = ShippedProfile(name).load()

    assert SensorProfile.parse(profile.to_yaml(), SOURCE) == profile


WORD = st.sampled_from(["OL", "ON", "no", "---", "#DIV/0!", "Über", "1.#INF", "x y"])
WORDS = st.lists(WORD, unique_by=str.lower, max_size=3).map(tuple)
KNOWN_UNITS = [unit for unit in TimeUnit if unit is not TimeUnit.UNKNOWN]
CLOCKS = st.one_of(
    st.builds(ElapsedTime, st.sampled_from(["t", 0]), st.sampled_from(TimeUnit), st.sampled_from(["Time", "Zeit"])),
    st.builds(SampleRate, st.floats(1e-3, 1e6), st.just(0.0), st.sampled_from(KNOWN_UNITS)),
    st.just(DurationTime("t")),
)
TEXTS = st.builds(
    TextFormat,
    delimiter=st.sampled_from([";", "\t", "|", "whitespace"]),
    decimal=st.sampled_from([".", ","]),
    encoding=st.sampled_from(["utf-8", "cp1252"]),
    ragged_rows=st.sampled_from(RaggedRows),
    thousands=st.sampled_from(["", "'"]),
    skip=st.sampled_from([0, 4, "header"]),
    comment=WORDS,
    rows_after_header=st.integers(0, 3),
    gap_numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False), unique=True, max_size=2).map(tuple),
    footer_marks=WORDS,
    gaps=WORDS,
)


@given(TEXTS, CLOCKS, st.sampled_from(Order))
def test_any_profile_is_written_and_read_back_the_same(text: TextFormat, time: object, order: Order) -> None:
    (channel,) = _parsed(MINIMAL).channels
    profile = SensorProfile("x", text, time, (channel,), (Condition("A", ("1", "ON")),), order)  # type: ignore[arg-type]

    assert SensorProfile.parse(profile.to_yaml(), SOURCE) == profile
