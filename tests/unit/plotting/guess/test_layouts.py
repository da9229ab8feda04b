"""What is guessed of logs as instruments write them: right without an option, or asked; never wrong in silence."""

from __future__ import annotations

import pytest
from support.instrument_layouts import INSTRUMENTS
from support.log_layouts import CASES, NOTHING, OWN, TRAPS, Layout, channels_of, time_of

from tracemark.profile.sensor_profile import SensorProfile, TimeUnit
from tracemark_plotting.guess.document import profile_document
from tracemark_plotting.guess.guess import guess_log
from tracemark_plotting.guess.result import Guess, Known, answered
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.trace import read_log

ALL = (*CASES, *OWN, *INSTRUMENTS, *TRAPS)


def guess(layout: Layout, known: Known = NOTHING) -> Guess:
    return guess_log(LogFile.of(layout.data, layout.name), known, "p")


def is_right(layout: Layout, found: Guess, known: Known = NOTHING) -> bool:
    time = layout.time.replace(" unknown", f" {known.time_unit}") if known.time_unit else layout.time
    return (
        found.certain
        and found.profile is not None
        and time_of(found.profile) == time
        and channels_of(found.profile) == layout.channels
    )


@pytest.mark.parametrize("layout", [each for each in ALL if not each.asks], ids=lambda each: each.name)
def test_a_layout_that_tells_everything_is_guessed_right(layout: Layout) -> None:
    found = guess(layout)

    assert found.questions == ()
    assert found.profile is not None
    assert (time_of(found.profile), channels_of(found.profile)) == (layout.time, layout.channels)


@pytest.mark.parametrize("layout", [each for each in ALL if each.asks], ids=lambda each: each.name)
def test_a_layout_that_does_not_tell_is_asked_about(layout: Layout) -> None:
    found = guess(layout)

    assert any(layout.asks in question.text for question in found.questions), found.questions
    assert all(question.options or "export" in question.what for question in found.questions)


@pytest.mark.parametrize("layout", [each for each in ALL if each.answer != NOTHING], ids=lambda each: each.name)
def test_the_answer_to_the_question_makes_it_right(layout: Layout) -> None:
    assert is_right(layout, guess(layout, layout.answer), layout.answer)


@pytest.mark.parametrize(
    "layout", [each for each in ALL if each.time.endswith(" unknown") and not each.asks], ids=lambda each: each.name
)
def test_a_time_without_a_unit_is_drawn_without_one(layout: Layout) -> None:
    found = guess(layout)

    assert found.profile is not None
    trace = read_log(LogFile.of(layout.data, layout.name), found.profile, max_rows=100)
    assert (trace.time_title, trace.start) == ("Time", None)
    assert "The log does not say in which unit its time counts." in trace.notes
    assert any("--time-unit" in note for note in found.notes)


def test_nine_of_ten_layouts_are_guessed_right_without_any_option() -> None:
    right = [layout.name for layout in (*CASES, *OWN, *INSTRUMENTS) if is_right(layout, guess(layout))]

    assert len(right) / len((*CASES, *OWN, *INSTRUMENTS)) >= 0.9


@pytest.mark.parametrize("layout", ALL, ids=lambda each: each.name)
def test_no_layout_is_guessed_wrong_without_a_question(layout: Layout) -> None:
    found = guess(layout)

    assert is_right(layout, found) or found.questions


@pytest.mark.parametrize("layout", [each for each in ALL if not each.asks], ids=lambda each: each.name)
def test_the_written_profile_is_the_guessed_one(layout: Layout) -> None:
    found = guess(layout)

    assert SensorProfile.parse(profile_document(found, layout.name), "p") == found.profile


@pytest.mark.parametrize("step", [1e-6, 0.001, 0.1, 0.5, 1, 2])
@pytest.mark.parametrize("name", ["Time", "t", "Zeit", "X_Value", "elapsed"])
def test_a_time_without_a_unit_is_taken_without_one_whatever_its_steps(name: str, step: float) -> None:
    rows = "".join(f"{row * step:.6f};{10 + row % 3}\n" for row in range(9))

    found = guess(Layout("x", f"{name};Current\n{rows}", "", ""))

    assert found.certain
    assert found.profile is not None
    assert time_of(found.profile) == f"{name} unknown"


@pytest.mark.parametrize(
    ("stated", "step", "unit"),
    [
        ("Sample rate;1000 Hz", "0.001", "s"),
        ("Sample rate;1000 Hz", "1", "ms"),
        ("Sample rate;1 kHz", "1000", "us"),
        ("Sampling interval;4 ms", "0.004", "s"),
        ("Sampling;4ms", "4", "ms"),
        ("Sampling;250Hz", "4", "ms"),
        ("Sample interval;4.0E-03", "4", "ms"),
        ("Sample interval;60 s", "1", "min"),
    ],
)
def test_a_rate_that_the_preamble_states_tells_the_unit_of_the_time(stated: str, step: str, unit: str) -> None:
    rows = "".join(f"{row * float(step):g};{10 + row % 3}\n" for row in range(9))

    found = guess(Layout("x", f"Recorder;X\n{stated}\n\nTime;Current\n{rows}", "", ""))

    assert found.certain
    assert found.profile is not None
    assert time_of(found.profile) == f"Time {unit}"


@pytest.mark.parametrize(
    "stated", ["Sample rate;900 Hz", "Sample interval;0.001", "Sample rate;-1000", "Sampling;0.001"]
)
def test_a_rate_that_is_not_that_of_the_time_tells_nothing(stated: str) -> None:
    rows = "".join(f"{row * 0.001:g};{10 + row % 3}\n" for row in range(9))

    found = guess(Layout("x", f"Recorder;X\n{stated}\n\nTime;Current\n{rows}", "", ""))

    assert found.profile is not None
    assert time_of(found.profile).endswith(" unknown")


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("seconds_elapsed", "s"),
        ("Elapsed milliseconds", "ms"),
        ("millis", "ms"),
        ("Time in s", "s"),
        ("time_us", "us"),
        ("t/ms", "ms"),
    ],
)
def test_a_name_tells_the_unit_of_its_time(name: str, unit: str) -> None:
    found = guess(Layout("x", f"{name};Current\n0;10\n20;11\n40;12\n", "", ""))

    assert found.questions == ()
    assert found.profile is not None
    assert time_of(found.profile) == f"{name} {unit}"


@pytest.mark.parametrize("name", ["time_of_day", "Time min", "minute hour time"])
def test_a_word_that_may_mean_something_else_is_no_unit(name: str) -> None:
    found = guess(Layout("x", f"{name};Current\n0;10\n20;11\n40;12\n", "", ""))

    assert found.profile is not None
    assert time_of(found.profile).endswith(" unknown")


def test_a_unit_of_one_of_several_times_answers_for_none_of_the_others_and_is_asked_for() -> None:
    rows = "".join(f"{row};{10 + row % 3};{row * 10};{5 + row % 2}\n" for row in range(9))

    found = guess(Layout("x", f"Time A (ms);A;Time B;B\n{rows}", "", ""))

    assert any("of what unit" in question.text for question in found.questions)


def test_several_times_without_a_unit_share_an_axis_without_one() -> None:
    rows = "".join(f"{row};{10 + row % 3};{row * 10};{5 + row % 2}\n" for row in range(9))
    layout = Layout("x", f"Time A;A;Time B;B\n{rows}", "", "")

    found, told = guess(layout), guess(layout, Known(time_unit=TimeUnit.MILLISECONDS))

    for each, unit in ((found, TimeUnit.UNKNOWN), (told, TimeUnit.MILLISECONDS)):
        assert each.certain
        assert each.profile is not None
        assert {each.profile.clock(channel).unit for channel in each.profile.channels} == {unit}


def test_a_nameless_first_column_that_rises_unevenly_is_asked_about() -> None:
    found = guess(Layout("x", "10.1 5\n12.7 6\n12.9 5\n19.0 7\n", "", ""))

    assert any("--time 0" in question.options for question in found.questions)


@pytest.mark.parametrize(
    "argument",
    ["--time-unit ms", "--decimal ,", "--order file", "--gap 'no value'", '--time-format "%d/%m/%Y"', "--no-header"],
)
def test_an_option_that_a_question_names_is_an_answer(argument: str) -> None:
    assert answered(Known(), argument) not in (None, Known())


@pytest.mark.parametrize("argument", ["--time-unit NONE", "--profile FILE", "--rate HZ", "", "--gap 'open"])
def test_what_is_no_answer_is_none(argument: str) -> None:
    assert answered(Known(), argument) is None
