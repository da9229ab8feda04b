"""What stands only between the first and the last rows of a log is seen: nothing of it is drawn wrong or left out."""

from __future__ import annotations

import pytest

from tracemark_plotting.guess import middle
from tracemark_plotting.guess.guess import guess_log
from tracemark_plotting.guess.result import Guess, Known
from tracemark_plotting.logs.file import LogFile

ROWS = 2_000


def log(cells: dict[int, str], usual: str = "") -> bytes:
    rows = [f"{row / 100:.2f},{100 + row % 7},{cells.get(row, usual)}\n" for row in range(ROWS)]
    return "".join(["time_s,current_A,pyro_C\n", *rows]).encode()


def guess(data: bytes) -> Guess:
    return guess_log(LogFile.of(data, "log.csv"), Known(), "p")


def keys(found: Guess) -> list[str]:
    assert found.profile is not None
    return [channel.key for channel in found.profile.channels]


@pytest.mark.parametrize("usual", ["", "---", " "])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_a_column_that_is_filled_only_in_the_middle_is_a_channel(usual: str, encoding: str) -> None:
    data = log({row: f"{900 + row % 5}" for row in range(700, 1200)}, usual)

    found = guess(data.decode().encode(encoding))

    assert (found.questions, keys(found)) == ((), ["current", "pyro"])


def test_a_column_that_is_filled_in_one_row_is_a_channel() -> None:
    assert keys(guess(log({1_001: "900"}))) == ["current", "pyro"]


def test_words_at_both_ends_of_numbers_are_asked_about() -> None:
    found = guess(log({row: str(900 + row % 5) for row in range(400, 1_600)}, "warming up"))

    assert [question.options for question in found.questions] == [("--gap 'warming up'",)]


@pytest.mark.parametrize("value", ["-9999", "-9999.0", "9.9E37", "65535"])
def test_one_number_for_no_value_in_the_middle_is_not_drawn_in_silence(value: str) -> None:
    found = guess(log({1_000: value}, "20.5"))

    assert found.profile is not None
    assert any("or a gap" in question.what for question in found.questions) or found.profile.text.gap_numbers


def test_the_decimal_mark_may_show_in_the_middle_only() -> None:
    rows = [f"{row};{100 + row % 7};{'20,25' if row == 1_000 else ''}\n" for row in range(ROWS)]

    found = guess("".join(["time_ms;current_A;pyro_C\n", *rows]).encode())

    assert found.profile is not None
    assert (found.profile.text.decimal, keys(found)) == (",", ["current", "pyro"])


def test_a_signal_of_a_long_table_that_comes_in_the_middle_only_is_drawn() -> None:
    rows = [f"{row / 100:.2f},{'gas' if row == 1_000 else 'current'},{row % 9}.5\n" for row in range(ROWS)]

    found = guess("".join(["time_s,signal,value\n", *rows]).encode())

    assert keys(found) == ["current", "gas"]


def test_of_a_log_that_is_longer_than_is_looked_through_it_is_said_and_its_middle_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(middle, "MAX_BYTES", 8 * 1024)
    monkeypatch.setattr(middle, "_BLOCK_BYTES", 1024)

    found = guess(log({row: "900" for row in range(500, 1_500)}))

    assert keys(found) == ["current", "pyro"]
    assert any("megabytes were looked through" in note for note in found.notes)
