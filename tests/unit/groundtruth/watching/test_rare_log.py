"""Warnings that anybody can cause: a line a minute for each kind, with the number of those that were left out."""

from __future__ import annotations

import logging

import pytest

from tracemark_groundtruth.watching.rare_log import RareRecords, RareWarnings


def test_what_happens_often_is_a_line_a_minute_for_each_reason_with_a_count(caplog: pytest.LogCaptureFixture) -> None:
    moments = [0.0]
    warnings = RareWarnings(logging.getLogger("rare"), "it happened", lambda: moments[0])

    for moment, reason in [(0, "a"), (1, "a"), (2, "b"), (59, "a"), (60, "a"), (61, "a")]:
        moments[0] = float(moment)
        warnings.note(reason)

    assert [vars(record)["reason"] + str(vars(record)["count"]) for record in caplog.records] == ["a1", "b1", "a3"]


def test_warnings_of_a_library_pass_once_a_minute_and_all_else_always(caplog: pytest.LogCaptureFixture) -> None:
    moments = [0.0]
    log = logging.getLogger("library")
    log.addFilter(RareRecords(lambda: moments[0]))

    for moment in (0, 30, 60):
        moments[0] = float(moment)
        log.warning("Invalid request.")
        log.error("broken")

    assert [record.message for record in caplog.records] == [
        *("Invalid request.", "broken"),
        "broken",
        *("Invalid request.", "broken"),
    ]
    assert vars(caplog.records[3])["count"] == 2
