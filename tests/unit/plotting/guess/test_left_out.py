"""A column that is not drawn is named with the reason, a channel that is none is refused, and so is JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tracemark_plotting.guess.guess import guess_log
from tracemark_plotting.guess.result import Guess, Known
from tracemark_plotting.logs.file import LogFile


def guess(data: bytes, *channels: str, name: str = "log.csv") -> Guess:
    return guess_log(LogFile.of(data, name), Known(channels=channels), "p")


def log(*cells: str) -> bytes:
    rows = [f"{row / 10:.1f};{row % 7}.5;{cells[row % len(cells)]}\n" for row in range(20)]
    return "".join(["time_s;current_A;other\n", *rows]).encode()


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (("45%", "46%"), "'45%' is no plain number"),
        (("45 l/min",), "'45 l/min' is no plain number"),
        (("(12.5)", "3.5", "(12.5)"), "'(12.5)' is no plain number"),
        (("−12.5",), "'−12.5' is no plain number"),  # noqa: RUF001 - the minus sign U+2212
        (("0x1F",), "'0x1F' is no plain number"),
        (("E17 overtemp", ""), "words, such as 'E17 overtemp'"),
        (("IDLE", "WELD"), "words, such as 'IDLE'"),
        (("",), "no numbers in the rows looked at"),
        (("---",), "no numbers in the rows looked at"),
    ],
)
def test_a_column_that_is_not_drawn_is_named_with_the_reason(cells: tuple[str, ...], reason: str) -> None:
    (left,) = guess(log(*cells)).left

    assert left.name == "other"
    assert reason in left.reason


def test_a_column_that_counts_the_rows_is_named_and_drawn_when_it_is_asked_for() -> None:
    data = "".join(["time_s,count,current_A\n", *(f"{row / 10},{row},{row % 7}.5\n" for row in range(20))]).encode()

    assert [(each.name, each.reason) for each in guess(data).left] == [
        ("count", "it counts the rows; --channel draws it")
    ]
    chosen = guess(data, "count")
    assert chosen.certain
    assert chosen.profile is not None
    assert [channel.column for channel in chosen.profile.channels] == ["count"]


def test_columns_beyond_the_twentieth_and_a_delimiter_at_the_end_of_rows() -> None:
    header = ",".join(["time_s", *(f"c{each}" for each in range(22)), ""])
    rows = [",".join([f"{row / 10}", *(f"{each}.5" for each in range(22)), ""]) for row in range(20)]

    left = guess("\n".join([header, *rows, ""]).encode()).left

    assert [each.name for each in left] == ["c20", "c21"]


@pytest.mark.parametrize(
    ("channels", "said"),
    [
        (("bogus", "current"), "there is no column 'bogus'; there are time_s, current_A, other"),
        (("other", "current"), "--channel 'other' cannot be drawn: words, such as 'IDLE'"),
        (("time_s",), "--channel 'time_s' cannot be drawn: it is the time"),
    ],
)
def test_a_channel_that_is_none_is_refused_with_what_there_is(channels: tuple[str, ...], said: str) -> None:
    (question,) = guess(log("IDLE"), *channels).questions

    assert (question.what, question.options) == (said, ())


def test_a_word_that_the_reader_meets_is_asked_about_with_the_option_that_names_it() -> None:
    rows = [f"{row / 10:.1f},{'OVL' if row == 1_000 else row % 7}\n" for row in range(2_000)]

    (question,) = guess("".join(["time_s,current_A\n", *rows]).encode()).questions

    assert question.options == ("--gap OVL",)
    assert "log.csv line 1002" in question.what


def test_series_that_are_not_drawn_are_named_and_one_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "log.parquet"
    rows = {"time_s": [0.0, 0.1, 0.2], "current": [1.0, 2.0, 4.0], "state": ["a", "b", "c"], "index": [0, 1, 2]}
    pd.DataFrame(rows).to_parquet(file)

    left = guess(file.read_bytes(), name="log.parquet").left
    wrong = guess(file.read_bytes(), "bogus", "current", name="log.parquet").questions

    assert [(each.name, each.reason) for each in left] == [
        ("state", "no numbers"),
        ("index", "it counts the samples; --channel draws it"),
    ]
    assert [question.what for question in wrong] == [
        "there is no series 'bogus'; there are time_s, current, state, index"
    ]


def test_a_long_column_that_counts_the_rows_is_no_channel() -> None:
    data = "".join(["No.,time_s,current_A\n", *(f"{row},{row / 10},{row % 7}.5\n" for row in range(2_000))]).encode()

    assert [each.name for each in guess(data).left] == ["No."]


def test_a_number_for_no_value_in_a_series_is_asked_about_and_a_gap_that_is_said_counts(tmp_path: Path) -> None:
    file = tmp_path / "log.parquet"
    rows = {"time_s": [0.0, 0.1, 0.2], "current": [1.0, -9999.0, 4.0], "gas": [1.0, 9.91e37, 2.0]}
    pd.DataFrame(rows).to_parquet(file)
    known = Known(gaps=("-9999",))

    asked = guess(file.read_bytes(), name="log.parquet")
    told = guess_log(LogFile.of(file.read_bytes(), "log.parquet"), known, "p")

    assert [question.options for question in asked.questions] == [("--gap -9999", "--gap none")]
    assert told.certain
    assert told.profile is not None
    assert told.profile.text.gap_numbers == (-9999.0, 9.91e37)


ROWS = [{"ts": row, "I": 100 + row % 7, "U": 24 + row % 3} for row in range(2_000)]


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{json.dumps(row)}\n" for row in ROWS),
        "".join(f"{json.dumps(list(row.values()))}\n" for row in ROWS),
        json.dumps(ROWS, indent=1),
        json.dumps(list(range(2_000)), indent=0),
        json.dumps(ROWS, indent=1)[:-200],
        json.dumps(ROWS),
    ],
)
def test_json_is_refused_with_what_to_do_also_where_rows_of_numbers_stand_in_it(text: str) -> None:
    found = guess(text.encode())

    assert found.profile is None
    assert [question.what for question in found.questions] == [
        "it is JSON, which is not read: export it as CSV, Parquet or Excel"
    ]


@pytest.mark.parametrize("name", ["log.jsonl", "log.NDJSON", "log.json"])
def test_what_is_called_json_is_refused_whatever_it_holds(name: str) -> None:
    assert "it is JSON" in guess(log("1"), name=name).questions[0].what


def test_xml_with_rows_of_numbers_is_refused() -> None:
    assert "it is XML" in guess(b"<?xml version='1.0'?>\n<t>\n" + b"0.1 2.5\n" * 20 + b"</t>\n").questions[0].what


def test_brackets_at_the_beginning_of_a_table_are_no_json() -> None:
    assert guess(b"[s],[A]\n" + log("1").replace(b";", b",").split(b"\n", 1)[1]).profile is not None
