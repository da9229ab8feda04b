"""What is guessed of logs as instruments write them: right without an option, or asked; never wrong in silence."""

from __future__ import annotations

import pytest
from support.log_layouts import CASES, NOTHING, OWN, TRAPS, Layout, channels_of, time_of

from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.guess.document import profile_document
from tracemark_plotting.guess.guess import guess_log
from tracemark_plotting.guess.result import Guess, Known, answered
from tracemark_plotting.logs.file import LogFile

ALL = (*CASES, *OWN, *TRAPS)


def guess(layout: Layout, known: Known = NOTHING) -> Guess:
    return guess_log(LogFile.of(layout.data, layout.name), known, "p")


def is_right(layout: Layout, found: Guess) -> bool:
    return (
        found.certain
        and found.profile is not None
        and time_of(found.profile) == layout.time
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
    assert all(question.options for question in found.questions)


@pytest.mark.parametrize("layout", [each for each in ALL if each.answer != NOTHING], ids=lambda each: each.name)
def test_the_answer_to_the_question_makes_it_right(layout: Layout) -> None:
    assert is_right(layout, guess(layout, layout.answer))


def test_nine_of_ten_layouts_are_guessed_right_without_any_option() -> None:
    right = [layout.name for layout in (*CASES, *OWN) if is_right(layout, guess(layout))]

    assert len(right) / len((*CASES, *OWN)) >= 0.9


@pytest.mark.parametrize("layout", ALL, ids=lambda each: each.name)
def test_no_layout_is_guessed_wrong_without_a_question(layout: Layout) -> None:
    found = guess(layout)

    assert is_right(layout, found) or found.questions


@pytest.mark.parametrize("layout", [each for each in ALL if not each.asks], ids=lambda each: each.name)
def test_the_written_profile_is_the_guessed_one(layout: Layout) -> None:
    found = guess(layout)

    assert SensorProfile.parse(profile_document(found, layout.name), "p") == found.profile


@pytest.mark.parametrize(
    "argument",
    ["--time-unit ms", "--decimal ,", "--order file", "--gap 'no value'", '--time-format "%d/%m/%Y"', "--no-header"],
)
def test_an_option_that_a_question_names_is_an_answer(argument: str) -> None:
    assert answered(Known(), argument) not in (None, Known())


@pytest.mark.parametrize("argument", ["--time-unit NONE", "--profile FILE", "--rate HZ", "", "--gap 'open"])
def test_what_is_no_answer_is_none(argument: str) -> None:
    assert answered(Known(), argument) is None
