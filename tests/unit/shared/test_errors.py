"""Errors: one complete line each, whatever the data set put into them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark import errors
from tracemark.errors import DataError, EnvironmentFault, TracemarkError, data_error, one_line, quoted

LEAVES = [
    leaf
    for leaf in (*DataError.__subclasses__(), *EnvironmentFault.__subclasses__())
    if leaf.__module__ == errors.__name__  # other packages may have leaves of their own
]
LINE_BREAKS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


def test_a_message_says_what_where_expected_and_remedy() -> None:
    error = TracemarkError("it is red", place="s3://bucket/key", expected="green", remedy="paint it")

    assert str(error) == "s3://bucket/key: it is red; expected green; paint it"


def test_a_message_has_only_the_parts_that_are_given() -> None:
    error = TracemarkError("it is red")

    assert str(error) == "it is red"


@pytest.mark.parametrize("line_break", LINE_BREAKS, ids=ascii)
@pytest.mark.parametrize("part", ["what", "place", "expected", "remedy"])
def test_no_part_can_forge_a_second_log_line(part: str, line_break: str) -> None:
    forged = f"harmless{line_break}ERROR forged"
    parts = {"what": "it is red", **{part: forged}}

    error = TracemarkError(parts.pop("what"), **parts)

    assert len(str(error).splitlines()) == 1


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_error_is_one_line_that_utf_8_can_write(what: str, place: str) -> None:
    line = str(TracemarkError(what, place=place))

    assert len(line.encode("utf-8").decode().splitlines()) <= 1


def test_a_terminal_cannot_be_driven_by_a_message() -> None:
    line = one_line("\x1b[2Jcleared\x07\x9b31m")

    assert line == " [2Jcleared 31m"


def test_a_long_message_is_cut() -> None:
    line = str(TracemarkError("x" * 1_000_000))

    assert len(line) == 2_000


def test_a_message_at_the_bound_is_whole() -> None:
    line = one_line("x" * 2_000)

    assert line == "x" * 2_000


def test_a_quoted_value_is_cut_to_its_limit() -> None:
    found = quoted("y" * 1_000, 40)

    assert (len(found), found[0], found[-1]) == (40, "'", "…")


def test_a_quoted_line_break_is_shown_as_an_escape() -> None:
    assert quoted("a\nb") == r"'a\nb'"


def test_a_number_of_thousands_of_digits_can_be_quoted() -> None:
    assert quoted(16**5_000) == "a number of thousands of digits"


def test_a_value_that_stands_for_millions_of_parts_is_quoted_by_its_first_ones() -> None:
    value: list[object] = ["x"] * 10
    for _ in range(40):
        value = [value] * 10

    assert quoted(value).startswith("[[[[...]")


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.__name__)
def test_every_leaf_says_in_one_sentence_when_it_is_raised(leaf: type[TracemarkError]) -> None:
    document = leaf.__dict__.get("__doc__") or ""

    assert document.endswith(".")


def test_every_error_of_the_module_is_a_leaf_of_one_of_the_two_kinds() -> None:
    bases = {TracemarkError, DataError, EnvironmentFault}
    found = {each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)} - bases

    assert found == set(LEAVES)


@pytest.mark.parametrize("kind", DataError.__subclasses__(), ids=lambda kind: kind.__name__)
def test_a_data_error_reported_by_name_is_that_error_again(kind: type[DataError]) -> None:
    found = data_error(kind.__name__, "s3://bucket/key: it is empty")

    assert (type(found), str(found)) == (kind, "s3://bucket/key: it is empty")


@pytest.mark.parametrize("name", ["RenderFailed", "AccessDenied", "DataError", "ValueError", "TracemarkError", "", "x"])
def test_any_other_name_is_no_data_error(name: str) -> None:
    assert data_error(name, "message") is None
