"""The policy by which most votes win: examples, and what holds for every ballot."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark_postlabel.consolidation.ballot import Abstention, Ballot, Choice, Vote, WorkerId
from tracemark_postlabel.consolidation.majority import Majority
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict

ABSTAIN = "Not sure"
CLASSES = ("Good Weld", "Burn Through", "Contamination", "Lack of Fusion")
SLATE = Slate.listed(CLASSES, ABSTAIN)


def ballot(*labels: str, object_id: str = "0") -> Ballot:
    return Ballot(object_id, tuple(choice(f"w{index}", label) for index, label in enumerate(labels)))


def choice(worker: str, label: str) -> Choice:
    return Abstention(WorkerId(worker)) if label == ABSTAIN else Vote(WorkerId(worker), label)


def decide(found: Ballot, slate: Slate = SLATE) -> Verdict:
    return Majority().decide([found], slate)[0]


def rank(label: str, verdict: Verdict, slate: Slate = SLATE) -> int:
    standing = sorted(slate.classes, key=lambda name: (-verdict.votes.get(name, 0), slate.place(name)))
    return standing.index(label)


labels = st.lists(st.sampled_from((*CLASSES, ABSTAIN)), max_size=9)
ballots = st.lists(labels, max_size=6).map(
    lambda found: [ballot(*each, object_id=str(index)) for index, each in enumerate(found)]
)
randoms = st.randoms(use_true_random=False)


def test_the_label_with_most_votes_wins() -> None:
    found = ballot("Burn Through", "Contamination", "Contamination")

    verdict = decide(found)

    assert verdict == Verdict(
        "0",
        "Contamination",
        {"Burn Through": 1, "Contamination": 2},
        2 / 3,
        margin=1 / 3,
        agreement=1 / 3,
        method="majority",
    )


def test_votes_stand_in_the_order_of_the_slate() -> None:
    found = ballot("Lack of Fusion", "Contamination", "Good Weld", "Contamination")

    votes = decide(found).votes

    assert list(votes) == ["Good Weld", "Contamination", "Lack of Fusion"]


def test_an_abstention_is_no_vote() -> None:
    found = ballot(ABSTAIN, ABSTAIN, ABSTAIN, "Burn Through", "Burn Through")

    verdict = decide(found)

    assert verdict == Verdict(
        "0", "Burn Through", {"Burn Through": 2}, 1.0, margin=1.0, agreement=1.0, method="majority"
    )


def test_a_tie_goes_to_the_label_first_on_the_slate() -> None:
    found = ballot("Contamination", "Burn Through")

    verdict = decide(found)

    assert verdict.label == "Burn Through"


def test_a_tie_is_flagged() -> None:
    found = ballot("Contamination", "Burn Through")

    verdict = decide(found)

    assert verdict.tie


def test_labels_behind_the_winner_are_no_tie() -> None:
    found = ballot("Contamination", "Contamination", "Burn Through", "Good Weld")

    verdict = decide(found)

    assert not verdict.tie


def test_a_tie_of_labels_off_an_open_slate_goes_to_the_alphabetically_first() -> None:
    slate = Slate.open(("Good Weld",), ABSTAIN)

    verdict = decide(ballot("Spatter", "Porosity"), slate)

    assert verdict.label == "Porosity"


def test_a_tie_with_a_label_off_an_open_slate_goes_to_the_label_on_it() -> None:
    slate = Slate.open(("Good Weld",), ABSTAIN)

    verdict = decide(ballot("Arc Strike", "Good Weld"), slate)

    assert verdict.label == "Good Weld"


@pytest.mark.parametrize("found", [ballot("Burn Through"), ballot("Burn Through", ABSTAIN)])
def test_a_single_vote_has_no_confidence(found: Ballot) -> None:
    expected = Verdict("0", "Burn Through", {"Burn Through": 1}, 0.0, margin=1.0, method="majority")

    verdict = decide(found)

    assert verdict == expected


@pytest.mark.parametrize("found", [ballot(), ballot(ABSTAIN), ballot(ABSTAIN, ABSTAIN, ABSTAIN)])
def test_without_a_vote_the_verdict_abstains(found: Ballot) -> None:
    expected = Verdict("0", ABSTAIN, {}, 0.0, method="majority")

    verdict = decide(found)

    assert verdict == expected


@given(labels, randoms)
def test_the_order_of_answers_does_not_matter(found: list[str], chance: random.Random) -> None:
    cast = ballot(*found)
    shuffled = Ballot("0", tuple(chance.sample(cast.choices, len(cast.choices))))

    verdict = decide(shuffled)

    assert verdict == decide(cast)


@given(labels, randoms)
def test_who_gave_which_answer_does_not_matter(found: list[str], chance: random.Random) -> None:
    swapped = ballot(*chance.sample(found, len(found)))

    verdict = decide(swapped)

    assert verdict == decide(ballot(*found))


@given(ballots, randoms)
def test_the_order_of_objects_does_not_matter(found: list[Ballot], chance: random.Random) -> None:
    shuffled = chance.sample(found, len(found))

    verdicts = Majority().decide(shuffled, SLATE)

    assert sorted(verdicts, key=lambda each: each.object_id) == Majority().decide(found, SLATE)


@given(labels, st.permutations(CLASSES))
def test_relabeling_the_classes_relabels_the_verdict(found: list[str], names: list[str]) -> None:
    renamed: Mapping[str, str] = {ABSTAIN: ABSTAIN, **dict(zip(CLASSES, names, strict=True))}
    before = decide(ballot(*found))

    after = decide(ballot(*(renamed[label] for label in found)), Slate.listed(names, ABSTAIN))

    votes = {renamed[label]: count for label, count in before.votes.items()}
    assert after == replace(before, label=renamed[before.label], votes=votes)


@given(labels, st.sampled_from(CLASSES))
def test_an_agreeing_answer_never_lowers_the_rank_of_its_label(found: list[str], label: str) -> None:
    before = decide(ballot(*found))

    after = decide(ballot(*found, label))

    assert rank(label, after) <= rank(label, before)


@given(labels.filter(lambda found: any(label != ABSTAIN for label in found)))
def test_an_answer_that_agrees_with_the_verdict_confirms_it(found: list[str]) -> None:
    before = decide(ballot(*found))

    after = decide(ballot(*found, before.label))

    assert (after.label, after.tie, after.confidence >= before.confidence) == (before.label, False, True)


@given(labels)
def test_confidence_is_a_share(found: list[str]) -> None:
    cast = ballot(*found)

    confidence = decide(cast).confidence

    assert 0 <= confidence <= 1


@given(ballots)
def test_every_ballot_gets_one_verdict_in_its_place(found: list[Ballot]) -> None:
    expected = [each.object_id for each in found]

    verdicts = Majority().decide(found, SLATE)

    assert [verdict.object_id for verdict in verdicts] == expected
