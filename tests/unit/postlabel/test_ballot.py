"""Workers and their choices."""

from __future__ import annotations

from tracemark_postlabel.consolidation.ballot import Abstention, Ballot, Vote, WorkerId


def test_two_answers_without_a_worker_id_come_from_two_workers() -> None:
    nameless = WorkerId("")

    workers = {nameless.at("4[0]"), nameless.at("4[1]")}

    assert len(workers) == 2


def test_a_worker_with_a_name_is_the_same_everywhere() -> None:
    worker = WorkerId("w1")

    workers = {worker.at("4[0]"), worker.at("5[1]")}

    assert workers == {worker}


def test_the_text_of_a_ballot_shows_no_worker() -> None:
    ballot = Ballot("4", (Vote(WorkerId("private.5666"), "Good Weld"), Abstention(WorkerId("private.5667"))))

    text = repr(ballot)

    assert "private" not in text


def test_abstentions_are_not_among_the_votes() -> None:
    vote = Vote(WorkerId("w1"), "Good Weld")

    ballot = Ballot("4", (Abstention(WorkerId("w0")), vote))

    assert ballot.votes == (vote,)
