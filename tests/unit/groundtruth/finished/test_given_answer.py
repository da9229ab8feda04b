"""Answers read from worker responses, whatever a worker or a template wrote into them."""

from __future__ import annotations

import pytest

from tracemark.document import Json, Node
from tracemark.errors import InvalidDocument
from tracemark_groundtruth.finished.given_answer import GivenAnswer, last_of_each_worker


def parsed(content: Json, **entry: Json) -> GivenAnswer:
    return GivenAnswer.parse(Node({"workerId": "w", "answerContent": content, **entry}, "response"))


def test_an_answer_tells_its_label_its_comment_and_its_time() -> None:
    content: dict[str, Json] = {"c": {"label": "Good Weld"}, "Comment": " a pore "}

    found = parsed(content, timeSpentInSeconds=4.5)

    assert found == GivenAnswer("w", {"c": "Good Weld"}, 4.5, ("a pore",), content)


def test_marks_in_a_hidden_field_are_marks_and_no_comment() -> None:
    found = parsed({"spans": '[{"label": "Pore", "start": 1, "end": 2}]'})

    assert found.fields["spans"] == [{"label": "Pore", "start": 1, "end": 2}]
    assert found.comments == ()


@pytest.mark.parametrize(
    "content", [None, [], "x", {}, {"c": {}}, {"c": {"label": 3}}, {"c": {"label": " "}}, {"c": {"labels": ["a"]}}]
)
def test_an_answer_without_a_label_is_one_all_the_same(content: Json) -> None:
    assert parsed(content).label("c") is None


def test_an_escaped_label_means_what_it_says() -> None:
    assert parsed({"c": {"label": "Pores &amp; cracks"}}).label("c") == "Pores & cracks"


@pytest.mark.parametrize(
    ("times", "seconds"),
    [
        ({"acceptanceTime": "2021-11-01T17:42:26.000Z", "submissionTime": "2021-11-01T17:42:38.500Z"}, 12.5),
        ({"submissionTime": "2019-04-18T16:10:44Z"}, None),
        ({"acceptanceTime": "yesterday", "submissionTime": "2019-04-18T16:10:44Z"}, None),
        ({"acceptanceTime": "2019-04-18T16:10:44", "submissionTime": "2019-04-18T16:10:54Z"}, 10.0),
        ({"timeSpentInSeconds": "long"}, None),
        ({"timeSpentInSeconds": -3}, 0.0),
    ],
)
def test_the_time_comes_from_whatever_the_job_tells(times: dict[str, Json], seconds: float | None) -> None:
    assert parsed({}, **times).seconds == seconds


def test_the_last_answer_of_a_worker_counts() -> None:
    given = [GivenAnswer("a", {"c": "x"}), GivenAnswer("b", {"c": "y"}), GivenAnswer("a", {"c": "z"})]

    assert last_of_each_worker(given) == (GivenAnswer("a", {"c": "z"}), GivenAnswer("b", {"c": "y"}))


def test_an_answer_of_nobody_is_refused() -> None:
    with pytest.raises(InvalidDocument, match="workerId"):
        GivenAnswer.parse(Node({"answerContent": {}}, "response"))
