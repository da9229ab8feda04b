"""The default policy: weights where there is evidence, numbers where there is none."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracemark_postlabel.consolidation.ballot import Abstention, Ballot, Choice, Vote, WorkerId
from tracemark_postlabel.consolidation.evidence import NO_EVIDENCE, Evidence, Record
from tracemark_postlabel.consolidation.majority import Majority
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.weighted import Weighted

ABSTAIN = "Not sure"
CLASSES = ("a", "b", "c", "d")
SLATE = Slate.listed(CLASSES, ABSTAIN)
GOOD, BAD = Record(asked=100, agreed=90), Record(asked=100, agreed=30)


def ballot(object_id: str, **labels: str) -> Ballot:
    return Ballot(object_id, tuple(choice(worker, label) for worker, label in labels.items()))


def choice(worker: str, label: str) -> Choice:
    return Abstention(WorkerId(worker)) if label == ABSTAIN else Vote(WorkerId(worker), label)


def known(**records: Record) -> Evidence:
    return Evidence({WorkerId(name): record for name, record in records.items()})


def crowd(seed: int, objects: int = 40, workers: int = 8, classes: Sequence[str] = CLASSES) -> list[Ballot]:
    """Ballots of three workers each, of very different accuracy."""
    dice = random.Random(seed)
    ballots = []
    for number in range(objects):
        true = dice.choice(classes)
        chosen = dice.sample(range(workers), 3)
        given = {f"w{w}": true if dice.random() < 0.95 - 0.08 * w else dice.choice(classes) for w in chosen}
        ballots.append(ballot(str(number), **given))
    return ballots


def labels(ballots: Sequence[Ballot], slate: Slate = SLATE) -> list[str]:
    return [verdict.label for verdict in Weighted().decide(ballots, slate)]


def test_without_evidence_most_votes_win_and_ties_go_to_the_first_on_the_slate() -> None:
    ballots = [ballot("0", x="b", y="a"), ballot("1", x="b", y="b", z="a")]

    verdicts = Weighted().decide(ballots, SLATE)

    assert [(verdict.label, verdict.tie, verdict.method) for verdict in verdicts] == [
        ("a", True, "majority"),
        ("b", False, "majority"),
    ]


def test_one_good_worker_outweighs_two_who_guess() -> None:
    evidence = known(good=GOOD, bad=BAD, worse=BAD, other=GOOD, another=GOOD)

    (verdict,) = Weighted().decide([ballot("0", good="a", bad="b", worse="b")], SLATE, evidence)

    assert (verdict.label, verdict.method) == ("a", "weighted")


def test_a_tie_goes_to_the_better_worker() -> None:
    evidence = known(good=GOOD, bad=BAD, other=GOOD)

    (verdict,) = Weighted().decide([ballot("0", good="b", bad="a")], SLATE, evidence)

    assert (verdict.label, verdict.tie) == ("b", True)


def test_gold_answers_tell_of_a_worker_as_agreement_does() -> None:
    evidence = known(right=Record(tested=50, right=50), wrong=Record(tested=50), other=GOOD)

    (verdict,) = Weighted().decide([ballot("0", right="b", wrong="a")], SLATE, evidence)

    assert verdict.label == "b"


@pytest.mark.parametrize("wrong", [{"wrong": "a"}, {"wrong": "a", "as wrong": "a"}], ids=["one", "two"])
def test_who_is_right_on_gold_items_overrules_who_is_not(wrong: dict[str, str]) -> None:
    gold = [replace(ballot(str(number), right="b", **wrong), gold="b") for number in range(29)]

    *_, last = Weighted().decide([*gold, ballot("29", right="b", **wrong)], SLATE)

    assert (last.label, last.method) == ("b", "weighted")


def test_a_single_vote_has_no_confidence() -> None:
    evidence = known(good=GOOD)

    (verdict,) = Weighted().decide([ballot("0", good="b")], SLATE, evidence)

    assert (verdict.label, verdict.confidence) == ("b", 0.0)


def test_abstentions_inform_no_class() -> None:
    alone = Weighted().decide([ballot("0", x="a", y="b", z="b")], SLATE)

    joined = Weighted().decide([ballot("0", x="a", y="b", z="b", u=ABSTAIN, v=ABSTAIN)], SLATE)

    assert joined == alone


def test_all_abstentions_give_the_abstain_label_with_confidence_0() -> None:
    (verdict,) = Weighted().decide([ballot("0", x=ABSTAIN, y=ABSTAIN)], SLATE)

    assert (verdict.label, verdict.confidence) == (ABSTAIN, 0.0)


def test_an_unlisted_class_widens_an_open_slate() -> None:
    (verdict,) = Weighted().decide([ballot("0", x="zinc", y="zinc")], Slate.open(CLASSES, ABSTAIN))

    assert verdict.label == "zinc"


def test_a_payload_split_in_two_with_memory_ends_with_the_same_evidence() -> None:
    ballots = crowd(1)

    split = Evidence.of(ballots[:15]) + Evidence.of(ballots[15:])

    whole = Evidence.of(ballots)
    assert split.workers.keys() == whole.workers.keys()
    assert split.total.asked == whole.total.asked
    assert split.total.agreed == pytest.approx(whole.total.agreed)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000))
def test_neither_the_order_of_objects_nor_of_answers_matters(seed: int) -> None:
    ballots, dice = crowd(seed), random.Random(seed)
    shuffled = [Ballot(b.object_id, tuple(dice.sample(b.choices, len(b.choices)))) for b in ballots]
    dice.shuffle(shuffled)

    found = {verdict.object_id: verdict for verdict in Weighted().decide(shuffled, SLATE)}

    for verdict in Weighted().decide(ballots, SLATE):
        again = found[verdict.object_id]
        assert (again.label, again.votes, again.tie, again.method) == (
            verdict.label,
            verdict.votes,
            verdict.tie,
            verdict.method,
        )
        assert again.confidence == pytest.approx(verdict.confidence, abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000), st.permutations(CLASSES))
def test_relabeling_the_classes_relabels_the_result(seed: int, names: list[str]) -> None:
    ballots, renamed = crowd(seed), dict(zip(CLASSES, names, strict=True))
    after = [Ballot(b.object_id, tuple(Vote(vote.worker, renamed[vote.label]) for vote in b.votes)) for b in ballots]

    found = labels(after, Slate.listed(names, ABSTAIN))

    assert found == [renamed[label] for label in labels(ballots)]


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000), st.integers(0, 39), st.sampled_from(["w0", "w7", "new"]))
def test_a_further_vote_for_the_label_never_takes_it_away(seed: int, index: int, worker: str) -> None:
    ballots = crowd(seed)
    (before,) = [v for v in Weighted().decide(ballots, SLATE) if v.object_id == str(index)]
    more = ballots[index]
    who = worker if all(c.worker.name != worker for c in more.choices) else "another"
    ballots[index] = Ballot(more.object_id, (*more.choices, Vote(WorkerId(who), before.label)))

    after = Weighted().decide(ballots, SLATE)[index]

    assert after.label == before.label


@pytest.mark.parametrize("size", [5, 10, 50, 10_000])
@pytest.mark.parametrize("remembers", [True, False])
@pytest.mark.parametrize("kind", ["spammers", "common bias", "imbalance", "everyone answers", "easy"])
def test_it_is_never_much_worse_than_a_majority(kind: str, remembers: bool, size: int) -> None:
    ballots, truth = KINDS[kind]

    mine = hits(Weighted(), ballots, truth, size, remembers)

    assert mine >= hits(Majority(), ballots, truth, len(ballots), False) - max(1, 0.005 * len(ballots))


def hits(
    policy: Weighted | Majority, ballots: Sequence[Ballot], truth: Sequence[str], size: int, remember: bool
) -> int:
    right, evidence = 0, NO_EVIDENCE
    for at in range(0, len(ballots), size):
        batch = ballots[at : at + size]
        verdicts = policy.decide(batch, SLATE, evidence)
        right += sum(verdict.label == true for verdict, true in zip(verdicts, truth[at : at + size], strict=True))
        evidence = evidence + Evidence.of(batch) if remember else evidence
    return right


def simulated(
    seed: int, objects: int, crew: Sequence[dict[str, float]], asked: int, shares: Sequence[float]
) -> tuple[list[Ballot], list[str]]:
    """Ballots of `asked` of the crew, whose members know each class with an accuracy; they err towards class a."""
    dice, classes = random.Random(seed), CLASSES[: len(shares)]
    truth = dice.choices(classes, shares, k=objects)
    ballots = []
    for number, true in enumerate(truth):
        chosen = dice.sample(range(len(crew)), asked)
        given = {f"w{w}": _answer(dice, true, crew[w][true], classes) for w in chosen}
        ballots.append(ballot(str(number), **given))
    return ballots, truth


def _answer(dice: random.Random, true: str, accuracy: float, classes: Sequence[str]) -> str:
    if dice.random() < accuracy:
        return true
    wrong = [name for name in classes if name != true]
    return wrong[0] if dice.random() < 0.5 else dice.choice(wrong)


def crew(seed: int, size: int, spammers: float, by_class: Sequence[float]) -> list[dict[str, float]]:
    dice = random.Random(seed)
    classes = CLASSES[: len(by_class)]
    members = []
    for _ in range(size):
        guesses = dice.random() < spammers
        members.append(
            {
                name: 1 / len(classes) if guesses else min(0.99, max(0.3, dice.gauss(mean, 0.12)))
                for name, mean in zip(classes, by_class, strict=True)
            }
        )
    return members


KINDS = {
    "spammers": simulated(1, 600, crew(1, 60, 0.3, (0.85,) * 3), 3, (1, 1, 1)),
    "common bias": simulated(2, 600, crew(2, 50, 0, (0.9, 0.55, 0.6)), 5, (2, 1, 1)),
    "imbalance": simulated(3, 600, crew(3, 80, 0, (0.93, 0.62)), 3, (7, 1)),
    "everyone answers": simulated(4, 108, crew(4, 39, 0, (0.75, 0.6)), 39, (1, 1)),
    "easy": simulated(5, 600, crew(5, 100, 0, (0.92,) * 4), 3, (1, 1, 1, 1)),
}
