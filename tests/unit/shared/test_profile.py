"""Sensor profiles: the shipped ones, and every way in which one can be wrong."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tracemark.document import Json
from tracemark.errors import DataError, InvalidConfiguration, InvalidUri, TracemarkError
from tracemark.profile.sensor_profile import (
    RESERVED_KEYS,
    Channel,
    ClockTime,
    ElapsedTime,
    RaggedRows,
    SensorProfile,
    TextFormat,
    TimeUnit,
)
from tracemark.profile.shipped import DEFAULT_PROFILE, ShippedProfile, profile_reference, shipped_profiles
from tracemark.storage.s3uri import S3Uri

SOURCE = "s3://bucket/profile.yaml"
MINIMAL = "name: x\ntime: {column: t, unit: s}\nchannels: [{key: a, column: A, title: Alpha}]\n"


def _parsed(text: str) -> SensorProfile:
    return SensorProfile.parse(text.encode(), SOURCE)


def test_the_welding_profile_reads_the_seed_s_layout() -> None:
    profile = ShippedProfile("welding").load()

    assert profile == SensorProfile(
        name="welding",
        text=TextFormat(header=False),
        time=ElapsedTime(0, TimeUnit.MILLISECONDS, "Time since arc start"),
        channels=(
            Channel("electrode", 1, "Electrode position", file="electrode_pos"),
            Channel("current", 2, "Current", file="current"),
            Channel("voltage", 3, "Voltage", file="voltage"),
        ),
    )


def test_the_robotic_weld_profile_reads_intel_s_layout() -> None:
    profile = ShippedProfile("robotic-weld").load()

    assert profile == SensorProfile(
        name="robotic-weld",
        text=TextFormat(),
        time=ClockTime(("Date", "Time"), "%m/%d/%Y %H:%M:%S.%f", "Time since first sample"),
        channels=(
            Channel("current", "Primary Weld Current", "Primary weld current", "A", "current"),
            Channel("voltage", "Secondary Weld Voltage", "Secondary weld voltage", "V", "voltage"),
            Channel("gas_flow", "CO2 Weld Flow", "CO₂ weld flow", "L/min", "gas_flow"),
        ),
    )


def test_every_shipped_profile_is_known_by_its_file_s_name() -> None:
    assert shipped_profiles() == ("robotic-weld", "welding")


@pytest.mark.parametrize("name", shipped_profiles())
def test_a_shipped_profile_has_the_name_of_its_file(name: str) -> None:
    assert ShippedProfile.parse(name).load().name == name


def test_the_default_profile_is_shipped() -> None:
    assert DEFAULT_PROFILE in shipped_profiles()


@pytest.mark.parametrize("name", ["", "Welding", "../welding", "welding.yaml", "none\nforged"])
def test_an_unknown_name_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(InvalidConfiguration, match="expected one of robotic-weld, welding, or an s3:// URI"):
        ShippedProfile.parse(name)


def test_a_reference_is_a_uri_or_a_name() -> None:
    found = (profile_reference("s3://bucket/p.yaml"), profile_reference("welding"))

    assert found == (S3Uri("bucket", "p.yaml"), ShippedProfile("welding"))


def test_a_reference_to_a_bad_uri_is_refused() -> None:
    with pytest.raises(InvalidUri):
        profile_reference("s3://bucket")


def test_what_a_profile_does_not_say_has_a_default() -> None:
    assert _parsed(MINIMAL) == SensorProfile(
        "x",
        TextFormat(",", ".", "utf-8", True, RaggedRows.REFUSE),
        ElapsedTime("t", TimeUnit.SECONDS, "Time"),
        (Channel("a", "A", "Alpha", "", "a", 1.0, 0.0),),
    )


def test_everything_a_profile_says_is_read() -> None:
    profile = _parsed(
        "name: full\ndelimiter: ';'\ndecimal: ','\nencoding: latin-1\nheader: false\nragged_rows: gap\n"
        "time: {columns: [0, 1], formats: ['%d.%m.%Y', '%H:%M'], title: Uhrzeit}\n"
        "channels: [{key: a, file: b, column: 2, title: T, unit: V, scale: -0.5, offset: 3}]\n"
    )

    assert profile == SensorProfile(
        "full",
        TextFormat(";", ",", "iso8859-1", False, RaggedRows.GAP),
        ClockTime((0, 1), "%d.%m.%Y %H:%M", "Uhrzeit"),
        (Channel("a", 2, "T", "V", "b", -0.5, 3.0),),
    )


def test_columns_are_time_first_then_the_channels() -> None:
    assert ShippedProfile("welding").load().columns == (0, 1, 2, 3)


@pytest.mark.parametrize(("unit", "title"), [("s", "Time (s)"), ("ms", "Time (ms)"), ("us", "Time (µs)")])
def test_the_time_axis_carries_its_unit(unit: str, title: str) -> None:
    assert _parsed(MINIMAL.replace("unit: s", f"unit: {unit}")).time_title == title


def _with(**keys: str) -> str:
    return MINIMAL + "".join(f"{key}: {value}\n" for key, value in keys.items())


def _time(text: str) -> str:
    return MINIMAL.replace("{column: t, unit: s}", text)


def _channel(text: str) -> str:
    return MINIMAL.replace("{key: a, column: A, title: Alpha}", text)


BROKEN: list[tuple[str, str]] = [
    ("", "the document holds None; expected an object"),
    ("[]", "expected an object"),
    ("just text", "expected an object"),
    ("a: [", "this is not YAML"),
    ("a: b: c", "this is not YAML"),
    ("name: !!python/object/apply:os.getcwd []", "this is not YAML"),
    ("name: 2020-99-99", "this is not YAML"),
    ("name: 0x_", "this is not YAML"),
    ("name: !!int x", "this is not YAML"),
    ("name: !!bool x", "this is not YAML"),
    ("name: !!timestamp x", "this is not YAML"),
    ("? [a]\n: b", "this is not YAML"),
    ("name: " + "[" * 5_000, "this is not YAML"),
    ("name: " + "1" * 5_000, "this is not YAML"),
    ("name: 0x" + "f" * 5_000, "key 'name' holds a number of thousands of digits"),
    ("name: &a [*a]", "key 'name' holds [["),
    ("{}", "key 'name' is missing"),
    (MINIMAL.replace("name: x", "name: 7"), "key 'name' holds 7; expected a string"),
    (_with(delimiter="'::'"), "key 'delimiter' holds '::'"),
    (_with(decimal="';'"), "key 'decimal' holds ';'"),
    (_with(header="1"), "key 'header' holds 1; expected true or false"),
    (_with(ragged_rows="ignore"), "key 'ragged_rows' holds 'ignore'; expected one of 'refuse', 'gap'"),
    (_with(encoding="klingon"), "encoding 'klingon' is unknown"),
    (_with(encoding="7"), "key 'encoding' holds 7; expected a string"),
    (_with(encoding="rot13"), "encoding 'rot13' is unknown"),
    (_with(encoding="hex"), "encoding 'hex' is unknown"),
    (_with(encoding='"a\\0b"'), "encoding 'a\\x00b' is unknown"),
    (_with(header="false"), "columns have names but the log has no header"),
    (_time("5"), "key 'time' holds 5; expected an object"),
    (_time("{}"), "key 'column' is missing in 'time'"),
    (_time("{column: t}"), "key 'unit' is missing in 'time'"),
    (
        _time("{column: t, unit: m}"),
        "key 'time.unit' holds 'm'; expected one of 's', 'ms', 'us', 'ns', '100ns', 'min', 'h', 'd'",
    ),
    (_time("{column: -1, unit: s}"), "key 'time.column' holds -1; expected a whole number from 0 to 999"),
    (_time("{column: 1000, unit: s}"), "key 'time.column' holds 1000"),
    (_time("{column: true, unit: s}"), "key 'time.column' holds True"),
    (_time("{column: 1.5, unit: s}"), "key 'time.column' holds 1.5"),
    (_time("{column: '', unit: s}"), "key 'time.column' holds ''"),
    (_time(f"{{column: t, unit: s, title: {'x' * 201}}}"), "expected at most 200 characters"),
    (_time("{columns: [a, b]}"), "key 'formats' is missing in 'time'"),
    (_time("{columns: [], formats: []}"), "expected one or two columns"),
    (_time("{columns: [a], formats: ['%Y', '%H']}"), "expected one or two columns"),
    (_time("{columns: [a, b, c], formats: ['%Y', '%m', '%d']}"), "expected one or two columns"),
    (_time("{columns: a, formats: ['%Y']}"), "key 'time.columns' holds 'a'; expected a list"),
    (_time("{columns: [a], formats: [mixed]}"), "key 'time.formats' holds ['mixed']"),
    (_time("{columns: [a], formats: [ISO8601]}"), "key 'time.formats' holds ['ISO8601']"),
    (MINIMAL.replace("[{key: a, column: A, title: Alpha}]", "[]"), "it has no channels"),
    (MINIMAL.replace("[{key: a, column: A, title: Alpha}]", "{}"), "key 'channels' holds {}; expected a list"),
    (_channel("7"), "key 'channels[0]' holds 7; expected an object"),
    (_channel("{column: A, title: T}"), "key 'key' is missing in 'channels[0]'"),
    (_channel("{key: a, title: T}"), "key 'column' is missing in 'channels[0]'"),
    (_channel("{key: a, column: A}"), "key 'title' is missing in 'channels[0]'"),
    (_channel("{key: 1a, column: A, title: T}"), "key 'channels[0].key' holds '1a'"),
    (_channel("{key: a-b, column: A, title: T}"), "key 'channels[0].key' holds 'a-b'"),
    (_channel("{key: ä, column: A, title: T}"), "key 'channels[0].key' holds 'ä'"),
    (_channel('{key: "a\\n", column: A, title: T}'), "key 'channels[0].key' holds 'a\\n'"),
    (_channel(f"{{key: {'a' * 41}, column: A, title: T}}"), "key 'channels[0].key' holds"),
    (_channel("{key: a, file: ../b, column: A, title: T}"), "key 'channels[0].file' holds '../b'"),
    (_channel("{key: a, file: a-b, column: A, title: T}"), "key 'channels[0].file' holds 'a-b'"),
    (_channel(f"{{key: a, column: A, title: {'x' * 201}}}"), "key 'channels[0].title' holds"),
    (_channel("{key: a, column: A, title: T, unit: 5}"), "key 'channels[0].unit' holds 5; expected a string"),
    (_channel("{key: a, column: A, title: T, scale: '2'}"), "key 'channels[0].scale' holds '2'; expected a number"),
    (_channel("{key: a, column: A, title: T, scale: .nan}"), "key 'channels[0].scale' holds nan"),
    (_channel("{key: a, column: A, title: T, offset: .inf}"), "key 'channels[0].offset' holds inf"),
    (_channel("{key: a, column: A, title: T}, {key: a, column: B, title: T}"), "two channels have the same key"),
    (
        _channel("{key: a, column: A, title: T}, {key: b, file: a, column: B, title: T}"),
        "two channels have the same file",
    ),
]


@pytest.mark.parametrize(("text", "cause"), BROKEN, ids=[text[:40] for text, _ in BROKEN])
def test_a_broken_profile_is_refused_with_its_uri_and_cause(text: str, cause: str) -> None:
    with pytest.raises(DataError) as refusal:
        _parsed(text)

    assert str(refusal.value).startswith(f"{SOURCE}: ")
    assert cause in str(refusal.value)


@pytest.mark.parametrize("key", sorted(RESERVED_KEYS))
def test_a_channel_cannot_take_the_place_of_another_key_of_the_task_input(key: str) -> None:
    with pytest.raises(DataError, match=f"none of {', '.join(sorted(RESERVED_KEYS))}"):
        _parsed(_channel(f"{{key: {key}, column: A, title: T}}"))


def test_a_small_document_that_stands_for_a_huge_one_is_refused_at_once() -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 30))

    with pytest.raises(DataError, match="key 'name' holds"):
        _parsed(f"l0: &l0 [x]\n{levels}name: *l29\n")


@given(st.binary() | st.text().map(str.encode))
def test_bytes_that_happen_to_come_are_refused_with_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(TracemarkError):
        SensorProfile.parse(data, SOURCE)


values: st.SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.text(max_size=3)),
    st.just({}),
)


@given(st.sampled_from(["name", "time", "channels", "delimiter", "encoding", "header", "ragged_rows"]), values)
def test_any_value_of_any_key_gives_a_profile_or_an_error_of_ours(key: str, value: Json) -> None:
    document = {**yaml.safe_load(MINIMAL), key: value}
    try:
        profile = SensorProfile.parse(yaml.safe_dump(document).encode(), SOURCE)
    except TracemarkError:
        return

    assert profile.channels
