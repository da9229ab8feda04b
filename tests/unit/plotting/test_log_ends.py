"""Logs that break off, and footers: no row of a log is taken for one, and whatever is left out is told."""

from __future__ import annotations

import pytest
from support.log_layouts import NOTHING
from support.log_reading import profile_of, read, refusal, samples

from tracemark_plotting.guess.guess import guess_log
from tracemark_plotting.guess.result import Guess
from tracemark_plotting.logs.file import LogFile

ROWS = "".join(f"{row / 100:.2f},{10 + row % 7}.123\n" for row in range(300))
DATED = "".join(f"2024-05-01T00:{row // 60:02}:{row % 60:02},{10 + row % 7}\n" for row in range(300))


def guess(log: str) -> Guess:
    return guess_log(LogFile.of(log.encode(), "log"), NOTHING, "p")


@pytest.mark.parametrize("stump", ["3", "3.", "3.0", "3.00", "3.00,", "3.00,1", "3.00,12", "3.00,12.", "3.00,12.1"])
def test_a_last_row_that_is_cut_off_is_left_out_and_told_with_its_line(stump: str) -> None:
    trace = read(f"t,A\n{ROWS}{stump}", profile_of())

    assert len(samples(trace)) == 300
    assert trace.notes == ("1 cut-off row at the end (line 302) left out.",)


@pytest.mark.parametrize("stump", ["2", "2024-05-0", "2024-05-01T00:05:0"])
def test_a_last_row_with_a_date_that_is_cut_off_is_left_out(stump: str) -> None:
    trace = read(f"t,A\n{DATED}{stump}", profile_of(time="{columns: [t], formats: [iso]}"))

    assert (len(samples(trace)), len(trace.notes)) == (300, 1)


@pytest.mark.parametrize("last", ["3.00,12.123", "3.00,12.1234"])
def test_a_last_row_without_a_line_end_that_is_whole_is_read(last: str) -> None:
    trace = read(f"t,A\n{ROWS}{last}", profile_of())

    assert (len(samples(trace)), trace.notes) == (301, ())


def test_decimals_that_vary_say_nothing_of_the_last_row() -> None:
    rows = "".join(f"{row},{10 + row / 4:g}\n" for row in range(300))

    assert len(samples(read(f"t,A\n{rows}300,8.5", profile_of()))) == 301


def test_words_at_the_end_are_no_row_that_is_cut_off() -> None:
    assert "line 302: the row has 1 cells" in refusal(f"t,A\n{ROWS}End", profile_of())


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize(
    ("log", "stump"),
    [(f"t,A\n{ROWS}", "3."), (f"t,A\n{ROWS}", "3"), (f"t,A\n{DATED}", "2024-05-0"), (f"t,A\n{DATED}", "2")],
)
def test_a_row_that_is_cut_off_is_never_guessed_to_be_a_footer(log: str, stump: str, end: str) -> None:
    found = guess(log + stump + end)

    assert found.profile is not None
    assert found.profile.text.footer_marks == ()
    assert f"line 302 breaks off behind {stump!r}: it is no row of the log, and no footer" in found.notes
    assert found.certain or "line 302: the row has 1 cells" in found.questions[0].what


@pytest.mark.parametrize("end", ["End of recording", "300 samples", "Mean,12.3"])
def test_words_behind_the_rows_are_still_guessed_to_be_a_footer(end: str) -> None:
    found = guess(f"t,A\n{ROWS}{end}\n")

    assert found.profile is not None
    assert found.profile.text.footer_marks == (end.split(",")[0],)
    trace = read(f"t,A\n{ROWS}{end}\n", found.profile.to_yaml().decode())
    assert len(samples(trace)) == 300
    assert "1 row of the footer left out." in trace.notes


@pytest.mark.parametrize(
    ("log", "mark", "time"),
    [
        (ROWS, "2.", "{column: t, unit: s}"),
        (ROWS, "1", "{column: t, unit: s}"),
        (DATED, "2024-05-0", "{columns: [t], formats: [iso]}"),
    ],
)
def test_a_mark_that_a_time_begins_with_does_not_end_the_log(log: str, mark: str, time: str) -> None:
    trace = read(f"t,A\n{log}", profile_of(f"footer: '{mark}'", time=time))

    assert (len(samples(trace)), trace.notes) == (300, ())


def test_every_row_behind_the_mark_of_a_footer_is_counted() -> None:
    trace = read(f"t,A\n{ROWS}Summary\nmean,1\nmost,2\n\n9,9\n", profile_of("footer: Summary"))

    assert (len(samples(trace)), trace.notes) == (300, ("4 rows of the footer left out.",))


@pytest.mark.parametrize("footer", ["Pause", "['Pause', 'End']"])
def test_a_log_that_goes_on_behind_the_mark_of_a_footer_is_refused_with_its_line(footer: str) -> None:
    log = f"t,A\n0,1\n1,2\nPause\n{ROWS}"

    assert "line 4: the log goes on behind a row that is taken for its footer" in refusal(
        log, profile_of(f"footer: {footer}")
    )


def test_a_log_of_tags_that_goes_on_behind_the_mark_of_a_footer_is_refused() -> None:
    rows = "".join(f"Current;{row};{row % 7}\n" for row in range(30))

    assert "line 32: the log goes on" in refusal(
        f"VarName;t;A\n{rows}$RT_OFF$;30;0\n{rows}", profile_of("delimiter: ;\nfooter: $RT_OFF$")
    )


def test_a_header_at_the_end_is_guessed_to_be_no_footer() -> None:
    found = guess(f"t,A\n{ROWS}t,A\n")

    assert found.certain
    assert found.profile is not None
    assert found.profile.text.footer_marks == ()
