"""Answers from a file, and what one answer says of its times."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest

from tracemark.contract.worker_answer import WorkerAnswer
from tracemark.errors import InvalidDocument
from tracemark_groundtruth.job.answers import AnswersFile, Task

AT = datetime(2021, 11, 1, 12, 0, 0, tzinfo=UTC)
GOOD = '{"datasetObjectId": "0", "workerId": "w1", "answerContent": {"weld": {"label": "Good Weld"}}}'


def times(answer: WorkerAnswer) -> tuple[str, str, float]:
    told = answer.to_json(AT)
    return told["acceptanceTime"][11:19], told["submissionTime"][11:19], told["timeSpentInSeconds"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (WorkerAnswer("w", {}), ("11:59:30", "12:00:00", 30.0)),
        (WorkerAnswer("w", {}, seconds_spent=5), ("11:59:55", "12:00:00", 5)),
        (WorkerAnswer("w", {}, accepted_at=AT), ("12:00:00", "12:00:30", 30.0)),
        (WorkerAnswer("w", {}, submitted_at=AT - timedelta(hours=1)), ("10:59:30", "11:00:00", 30.0)),
        (WorkerAnswer("w", {}, AT - timedelta(minutes=2), AT), ("11:58:00", "12:00:00", 120.0)),
        (WorkerAnswer("w", {}, AT, AT - timedelta(minutes=2)), ("12:00:00", "11:58:00", 0.0)),
        (WorkerAnswer("w", {}, AT, AT, 9.5), ("12:00:00", "12:00:00", 9.5)),
    ],
)
def test_times_that_are_not_given_follow_from_those_that_are(
    answer: WorkerAnswer, told: tuple[str, str, float]
) -> None:
    assert times(answer) == told


def test_a_worker_has_the_same_subject_in_every_answer() -> None:
    subjects = {
        answer.to_json(AT)["workerMetadata"]["identityData"]["sub"]
        for answer in (WorkerAnswer("w", {}), WorkerAnswer("w", {"a": 1}))
    }

    assert len(subjects) == 1


def test_an_object_that_the_file_does_not_know_has_no_answers() -> None:
    file = AnswersFile.parse(GOOD.encode(), "answers.jsonl")

    assert file.answers(Task("7", {}), 3) == []


def test_empty_lines_a_byte_order_mark_and_crlf_are_read() -> None:
    file = AnswersFile.parse(f"\ufeff{GOOD}\r\n\r\n{GOOD.replace('w1', 'w2')}".encode(), "answers.jsonl")

    assert [answer.worker_id for answer in file.answers(Task("0", {}), 3)] == ["w1", "w2"]


def test_an_object_id_may_be_a_number() -> None:
    file = AnswersFile.parse(GOOD.replace('"0"', "0").encode(), "answers.jsonl")

    assert len(file.answers(Task("0", {}), 1)) == 1


def test_a_worker_who_answered_twice_keeps_both_answers() -> None:
    file = AnswersFile.parse(f"{GOOD}\n{GOOD}".encode(), "answers.jsonl")

    assert len(file.answers(Task("0", {}), 1)) == 2


def test_answers_of_more_workers_than_asked_for_are_left_out() -> None:
    lines = "\n".join(GOOD.replace("w1", f"w{number}") for number in range(4))

    found = AnswersFile.parse(lines.encode(), "answers.jsonl").answers(Task("0", {}), 2)

    assert [answer.worker_id for answer in found] == ["w0", "w1"]


def test_the_log_says_how_many_answers_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    lines = "\n".join(GOOD.replace("w1", f"w{number}") for number in range(4))

    with caplog.at_level(logging.WARNING):
        AnswersFile.parse(lines.encode(), "answers.jsonl").answers(Task("0", {}), 2)

    assert [getattr(record, "unused", None) for record in caplog.records] == [2]


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("no json", "not JSON"),
        ("[]", "expected an object"),
        ('{"workerId": "w", "answerContent": {}}', "'datasetObjectId' is missing"),
        ('{"datasetObjectId": true, "workerId": "w", "answerContent": {}}', "datasetObjectId"),
        ('{"datasetObjectId": "0", "answerContent": {}}', "'workerId' is missing"),
        ('{"datasetObjectId": "0", "workerId": " ", "answerContent": {}}', "workerId"),
        ('{"datasetObjectId": "0", "workerId": "w"}', "'answerContent' is missing"),
        ('{"datasetObjectId": "0", "workerId": "w", "answerContent": "{}"}', "expected an object"),
        (GOOD[:-1] + ', "acceptanceTime": "yesterday"}', "acceptanceTime"),
        (GOOD[:-1] + ', "submissionTime": "0001-01-01T00:00:00Z"}', "not before 1970"),
        (GOOD[:-1] + ', "timeSpentInSeconds": -1}', "timeSpentInSeconds"),
        (GOOD[:-1] + ', "timeSpentInSeconds": 1e300}', "timeSpentInSeconds"),
        ('{"datasetObjectId": "0", "workerId": "w", "answerContent": {"a": NaN}}', "NaN"),
    ],
)
def test_a_wrong_line_is_named(line: str, cause: str) -> None:
    with pytest.raises(InvalidDocument, match=rf"answers\.jsonl line 3.*{cause}"):
        AnswersFile.parse(f"{GOOD}\n\n{line}".encode(), "answers.jsonl")


def test_what_a_job_does_not_use_of_the_file_is_said() -> None:
    rows = [("0", "a"), ("0", "b"), ("0", "c"), ("7", "a"), ("99", "a")]
    lines = [json.dumps({"datasetObjectId": of, "workerId": who, "answerContent": {"x": 1}}) for of, who in rows]
    file = AnswersFile.parse("\n".join(lines).encode(), "answers")

    assert file.unused({"0", "7"}, 2) == (
        "those to objects that the job did not show ('99')"
        " and 1 of further workers than the 2 that an object is shown to"
    )
    assert file.unused({"0", "7", "99", "100"}, 3) == ""
