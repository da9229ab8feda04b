"""Under which name the answers of a payload carry their label."""

from __future__ import annotations

import pytest

from tracemark_postlabel.answers import Answer, UnusableAnswer
from tracemark_postlabel.classifier import most_used_classifier
from tracemark_postlabel.consolidation.ballot import WorkerId
from tracemark_postlabel.poll import Poll


def poll(*names: str) -> Poll:
    workers = (WorkerId(str(index)) for index in range(len(names)))
    answers = tuple(Answer(worker, {name: "Good Weld"}) for worker, name in zip(workers, names, strict=True))
    return Poll("0", (answers,))


def test_the_name_in_most_answers_of_the_payload_is_taken() -> None:
    polls = [poll("weld", "other"), poll("weld"), poll("other", "weld")]

    name = most_used_classifier(polls)

    assert name == "weld"


def test_of_two_names_used_equally_the_alphabetically_first_is_taken() -> None:
    polls = [poll("b", "a"), poll("b", "a")]

    name = most_used_classifier(polls)

    assert name == "a"


def test_the_welding_name_is_taken_where_no_answer_gives_one() -> None:
    polls = [Poll("0", ((UnusableAnswer("empty"),),)), Poll("1", ())]

    name = most_used_classifier(polls)

    assert name == "WeldingClassification"


@pytest.mark.parametrize("unusable", ["votes", "problem", " ", "\ud800", "x" * 201])
def test_a_name_that_cannot_stand_in_a_verdict_is_passed_over(unusable: str) -> None:
    polls = [poll(unusable, unusable, "weld")]

    name = most_used_classifier(polls)

    assert name == "weld"
