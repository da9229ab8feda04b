"""The log: one record a line, whatever is in it, and no secrets."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark_groundtruth.watching.log import MAX_CHARACTERS, LogFormat, formatter
from tracemark_groundtruth.watching.request_id import current

ANY_TEXT = st.text(st.characters(), max_size=40)


def record(message: str, error: BaseException | None = None, **extra: Any) -> logging.LogRecord:
    found = (type(error), error, error.__traceback__) if error else None
    made = logging.getLogger("weld").makeRecord("weld", logging.WARNING, "f", 1, message, (), found, extra=extra)
    made.created = 1_635_788_546.177
    return made


def written(kind: LogFormat, *arguments: Any, **extra: Any) -> str:
    return formatter(kind).format(record(*arguments, **extra))


def test_a_record_is_one_document_of_json_with_its_fields() -> None:
    line = written(LogFormat.JSON, "job will be retried", job="Welds", seconds=0.5, threads=["a", "b"])

    assert json.loads(line) == {
        "time": "2021-11-01T17:42:26.177+00:00",
        "level": "WARNING",
        "logger": "weld",
        "message": "job will be retried",
        "job": "Welds",
        "seconds": 0.5,
        "threads": ["a", "b"],
    }


def test_as_text_a_record_is_a_line_for_people() -> None:
    assert (
        written(LogFormat.TEXT, "job will be retried", job="Welds", seconds=0.5)
        == "2021-11-01 17:42:26.177+00:00 WARNING weld: job will be retried job='Welds' seconds=0.5"
    )


@pytest.mark.parametrize("kind", LogFormat)
def test_the_number_of_the_request_is_in_each_of_its_records(kind: LogFormat) -> None:
    token = current.set("f00d")
    try:
        inside = written(kind, "a page could not be answered")
    finally:
        current.reset(token)

    assert "f00d" in inside
    assert "request_id" not in written(kind, "a page could not be answered")


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, st.sampled_from(LogFormat))
def test_no_text_makes_a_second_record_or_reaches_the_terminal(
    message: str, value: str, cause: str, kind: LogFormat
) -> None:
    line = written(kind, message.replace("%", ""), ValueError(cause), what=value)

    first, *further = line.split("\n")
    assert all(one.startswith("    ") for one in further)
    assert kind is LogFormat.TEXT or further == []
    control = {character for character in line if ord(character) < 32 or 127 <= ord(character) < 160} - set("\n\t")
    assert (control, {"\u2028", "\u2029"} & set(line)) == (set(), set())
    assert line.encode("utf-8")
    assert kind is LogFormat.TEXT or json.loads(first)["exception"].startswith("ValueError")


@given(
    st.floats()
    | st.integers()
    | st.none()
    | st.booleans()
    | st.lists(st.floats())
    | st.dictionaries(ANY_TEXT, st.floats())
)
def test_every_value_becomes_strict_json(value: Any) -> None:
    line = written(LogFormat.JSON, "m", what=value)

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    assert "what" in json.loads(line, parse_constant=refuse)


def test_a_field_that_is_called_like_a_part_of_every_record_stands_beside_it() -> None:
    document = json.loads(written(LogFormat.JSON, "m", level="high", request_id="mine"))

    assert (document["level"], document["field_level"], document["field_request_id"]) == ("WARNING", "high", "mine")


@pytest.mark.parametrize("kind", LogFormat)
@pytest.mark.parametrize(
    "extra",
    [
        {"cause": "cannot connect to postgresql://tracemark:hunter2@db/labels"},
        {"cause": ["https://ada:hunter2@example.org/hook"]},
        {"cause": "got the header 'Authorization: Bearer hunter2'"},
        {"password": "hunter2"},
        {"api_secret": "hunter2"},
        {"metrics_token": "hunter2"},
    ],
)
def test_secrets_are_hidden(kind: LogFormat, extra: dict[str, Any]) -> None:
    line = written(kind, "m", **extra)

    assert "hunter2" not in line
    assert "***" in line


@pytest.mark.parametrize("kind", LogFormat)
def test_secrets_are_hidden_in_the_text_of_an_exception(kind: LogFormat) -> None:
    try:
        raise OSError("no answer of postgresql://tracemark:hunter2@db/labels")
    except OSError:
        error = sys.exc_info()[1]

    line = written(kind, "m", error)

    assert "hunter2" not in line
    assert "postgresql://tracemark:***@db/labels" in line


@pytest.mark.parametrize("kind", LogFormat)
def test_a_long_value_is_cut(kind: LogFormat) -> None:
    assert len(written(kind, "m", what="x" * 100_000)) < MAX_CHARACTERS + 300
