"""The default policy: what it finds that others miss, what must not matter to it, and where numbers decide."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from crowds import SHAPES, crowd
from hypothesis import given, settings
from hypothesis import strategies as st

from tracemark_postlabel.consolidation.ballot import Abstention, Ballot, Choice, Vote, WorkerId
from tracemark_postlabel.consolidation.ensemble import Ensemble
from tracemark_postlabel.consolidation.evidence import NO_EVIDENCE, RECENT_OBJECTS, Evidence, Record
from tracemark_postlabel.consolidation.majority import Majority
from tracemark_postlabel.consolidation.policy import Policy
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict
from tracemark_postlabel.consolidation.weighted import Weighted

ABSTAIN = "Not sure"
CLASSES = ("a", "b", "c", "d")
SLATE = Slate.listed(CLASSES, ABSTAIN)
THIN = st.lists(st.lists(st.sampled_from((*CLASSES, ABSTAIN)), max_size=5), max_size=5)
"""Labels by object; every answer is to come from another worker."""

HARD = ("hard objects", "misleading objects")


def ballot(object_id: str, **labels: str) -> Ballot:
    return Ballot(object_id, tuple(choice(worker, label) for worker, label in labels.items()))


def choice(worker: str, label: str) -> Choice:
    return Abstention(WorkerId(worker)) if label == ABSTAIN else Vote(WorkerId(worker), label)


def strangers(rows: Sequence[Sequence[str]]) -> list[Ballot]:
    """Return ballots among which no worker answers twice."""
    return [
        Ballot(str(number), tuple(choice(f"w{number}-{place}", label) for place, label in enumerate(row)))
        for number, row in enumerate(rows)
    ]


def known_crowd(seed: int, objects: int = 60, answers: int = 4) -> list[Ballot]:
    """Ballots of ten workers of different accuracy, who each answer some two dozen objects."""
    dice = random.Random(seed)
    ballots = []
    for number in range(objects):
        true, chosen = dice.choice(CLASSES), dice.sample(range(10), answers)
        given = {f"w{w}": true if dice.random() < 0.95 - 0.06 * w else dice.choice(CLASSES) for w in chosen}
        ballots.append(ballot(f"{number:03}", **given))
    return ballots


def simulated(name: str, seed: int = 1) -> tuple[list[Ballot], Mapping[str, str], Slate]:
    data = crowd(name, seed)
    ballots = [
        Ballot(task, tuple(Vote(WorkerId(who), label) for who, label in given)) for task, given in data.answers.items()
    ]
    return ballots, data.truth, Slate.listed(sorted(set(data.truth.values())), ABSTAIN)


def hits(policy: Policy, name: str, size: int | None = None, remembers: bool = False) -> float:
    """Return the share of right labels; one that the order of the classes decided counts as the mean over the tied."""
    ballots, truth, slate = simulated(name)
    verdicts: list[Verdict] = []
    known = NO_EVIDENCE
    for at in range(0, len(ballots), size or len(ballots)):
        part = ballots[at : at + (size or len(ballots))]
        verdicts += policy.decide(part, slate, known)
        known = known + Evidence.of(part) if remembers else known
    return sum(rightness(verdict, truth[verdict.object_id]) for verdict in verdicts) / len(verdicts)


def rightness(verdict: Verdict, true: str) -> float:
    if verdict.undecided:
        return (true in verdict.undecided) / len(verdict.undecided)
    return float(verdict.label == true)


@pytest.mark.parametrize(("name", "gain"), [("right on one class", 0.15), ("shared bias", 0.03), ("spammers", 0.04)])
def test_it_finds_what_a_majority_errs_in_together(name: str, gain: float) -> None:
    by_number = hits(Majority(), name)

    assert hits(Ensemble(), name) >= by_number + gain


@pytest.mark.parametrize("name", ["right on one class", "shared bias"])
def test_it_finds_errors_that_depend_on_the_class_which_weights_cannot_express(name: str) -> None:
    weighted = hits(Weighted(), name)

    assert hits(Ensemble(), name) >= weighted + 0.05


@pytest.mark.parametrize(("size", "remembers"), [(None, False), (50, False), (50, True)])
@pytest.mark.parametrize("name", [name for name in SHAPES if name not in ("cliques", *HARD)])
def test_it_is_not_worse_than_a_majority_by_more_than_noise(name: str, size: int | None, remembers: bool) -> None:
    by_number = hits(Majority(), name)

    assert hits(Ensemble(), name, size, remembers) >= by_number - 0.007


@pytest.mark.parametrize("name", HARD)
def test_objects_that_all_workers_see_badly_cost_little(name: str) -> None:
    by_number = hits(Majority(), name)

    assert hits(Ensemble(), name) >= by_number - 0.015


def test_workers_who_copy_each_other_cost_no_more_than_they_cost_the_weights() -> None:
    weighted = hits(Weighted(), "cliques")

    assert hits(Ensemble(), "cliques") >= weighted - 0.01


def test_memory_brings_small_payloads_near_a_whole_job() -> None:
    whole = hits(Ensemble(), "right on one class")

    assert hits(Ensemble(), "right on one class", 10, remembers=True) >= whole - 0.05
    assert hits(Ensemble(), "right on one class", 10) <= whole - 0.1


@given(THIN)
def test_where_nothing_is_known_of_the_workers_most_votes_win(rows: list[list[str]]) -> None:
    ballots = strangers(rows)

    found = Ensemble().decide(ballots, SLATE)

    assert found == Majority().decide(ballots, SLATE)


@given(THIN.filter(len), st.lists(st.sampled_from((*CLASSES, "zinc")), max_size=9))
def test_where_nothing_is_known_answers_to_one_object_leave_the_others_as_they_are(
    rows: list[list[str]], hostile: list[str]
) -> None:
    before = Ensemble().decide(strangers(rows), SLATE)

    after = Ensemble().decide(strangers([hostile, *rows[1:]]), SLATE)

    assert after[1:] == before[1:]


@given(THIN, st.sampled_from(CLASSES))
def test_where_nothing_is_known_an_agreeing_answer_confirms_the_label(rows: list[list[str]], label: str) -> None:
    voted = [row for row in rows if set(row) - {ABSTAIN}]
    before = Ensemble().decide(strangers(voted), SLATE)

    after = Ensemble().decide(strangers([[*row, b.label] for row, b in zip(voted, before, strict=True)]), SLATE)

    assert [(v.label, v.tie) for v in after] == [(v.label, False) for v in before]
    assert all(a.confidence >= b.confidence for a, b in zip(after, before, strict=True))


@pytest.mark.parametrize("seed", range(8))
def test_where_workers_are_known_an_agreeing_answer_keeps_the_label(seed: int) -> None:
    ballots = known_crowd(seed)
    before = Ensemble().decide(ballots, SLATE)
    place = random.Random(seed).randrange(len(ballots))
    joined = Vote(WorkerId("another"), before[place].label)

    ballots[place] = replace(ballots[place], choices=(*ballots[place].choices, joined))

    assert Ensemble().decide(ballots, SLATE)[place].label == before[place].label


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000))
def test_neither_the_order_of_objects_nor_of_answers_matters(seed: int) -> None:
    ballots, dice = known_crowd(seed), random.Random(seed)
    shuffled = [replace(b, choices=tuple(dice.sample(b.choices, len(b.choices)))) for b in ballots]
    dice.shuffle(shuffled)

    found = {verdict.object_id: verdict for verdict in Ensemble().decide(shuffled, SLATE)}

    assert [found[each.object_id] for each in ballots] == Ensemble().decide(ballots, SLATE)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000), st.permutations(CLASSES))
def test_relabeling_the_classes_relabels_the_result(seed: int, names: list[str]) -> None:
    ballots, renamed = known_crowd(seed), dict(zip(CLASSES, names, strict=True))
    after = [replace(b, choices=tuple(Vote(v.worker, renamed[v.label]) for v in b.votes)) for b in ballots]

    found = Ensemble().decide(after, Slate.listed(names, ABSTAIN))

    before = Ensemble().decide(ballots, SLATE)
    assert [verdict.label for verdict in found] == [renamed[verdict.label] for verdict in before]
    assert [v.confidence for v in found] == pytest.approx([v.confidence for v in before], abs=1e-6)


def test_other_names_for_workers_change_nothing_but_sums_last_digits() -> None:
    ballots = known_crowd(3)
    renamed = [
        replace(b, choices=tuple(Vote(WorkerId(f"x{9 - int(v.worker.name[1:])}"), v.label) for v in b.votes))
        for b in ballots
    ]

    found = Ensemble().decide(renamed, SLATE)

    before = Ensemble().decide(ballots, SLATE)
    assert [verdict.label for verdict in found] == [verdict.label for verdict in before]


def test_gold_items_tell_who_is_right_where_two_outvote_one() -> None:
    rows = [{"right": "b", "wrong": "a", "as wrong": "a"}] * 40
    gold = [replace(ballot(str(number), **row), gold="b") for number, row in enumerate(rows)]

    *_, last = Ensemble().decide([*gold, ballot("last", **rows[0])], SLATE)

    assert last.label == "b"


def test_gold_that_is_no_class_makes_every_vote_wrong_and_breaks_nothing() -> None:
    ballots = [replace(each, gold="zinc") for each in known_crowd(1)]

    verdicts = Ensemble().decide(ballots, SLATE)

    assert {verdict.label for verdict in verdicts} <= set(CLASSES)


def test_a_single_vote_of_a_known_worker_has_a_confidence_and_of_an_unknown_one_has_none() -> None:
    (alone,) = Ensemble().decide([ballot("alone", w0="b")], SLATE)

    *_, known = Ensemble().decide([*known_crowd(1), ballot("zzz", w0="b")], SLATE)

    assert (alone.label, alone.confidence, alone.method) == ("b", 0.0, "majority")
    assert (known.label, known.method) == ("b", "ensemble")
    assert 0.5 < known.confidence < 1


def test_all_abstentions_give_the_abstain_label_among_objects_that_are_decided() -> None:
    verdicts = Ensemble().decide([ballot("0", w0=ABSTAIN), *known_crowd(1)], SLATE)

    assert (verdicts[0].label, verdicts[0].confidence) == (ABSTAIN, 0.0)
    assert verdicts[1].method == "ensemble"


def test_no_ballots_give_no_verdicts() -> None:
    assert Ensemble().decide([], SLATE) == []


def test_one_class_alone_needs_no_model() -> None:
    ballots = [ballot(str(number), x="a", y="a", z="a") for number in range(30)]

    verdicts = Ensemble().decide(ballots, Slate.open((), ABSTAIN))

    assert {(verdict.label, verdict.confidence) for verdict in verdicts} == {("a", 1.0)}


def test_confidence_is_a_share_and_the_margin_lies_between_minus_one_and_one() -> None:
    verdicts = Ensemble().decide(known_crowd(4), SLATE)

    assert all(0 < verdict.confidence <= 1 and -1 <= verdict.margin <= 1 for verdict in verdicts)


def test_a_tie_that_nothing_decides_names_its_classes() -> None:
    (tied, clear) = Ensemble().decide(strangers([["b", "a"], ["b", "b", "a"]]), SLATE)

    assert (tied.label, tied.tie, tied.undecided) == ("a", True, ("a", "b"))
    assert (clear.tie, clear.undecided) == (False, ())


def test_what_is_asked_again_does_not_count_twice() -> None:
    ballots = known_crowd(5)
    known = Evidence.of(ballots)

    again = Ensemble().decide(ballots[:20], SLATE, known)

    first = Ensemble().decide(ballots[:20], SLATE, Evidence.of(ballots[20:]))
    assert [(v.label, v.method) for v in again] == [(v.label, v.method) for v in first]
    assert [v.confidence for v in again] == pytest.approx([v.confidence for v in first], abs=1e-9)


def test_evidence_keeps_as_many_ballots_of_the_last_payload_and_before_it() -> None:
    first, second = (strangers([["a", "b"]] * (RECENT_OBJECTS + 5)) for _ in range(2))
    renamed = [replace(each, object_id=f"second {each.object_id}") for each in second]

    known = Evidence.of(first) + Evidence.of(renamed)

    assert len(known.recent) == 2 * RECENT_OBJECTS
    assert sum(each.object_id.startswith("second") for each in known.recent) == RECENT_OBJECTS
    assert known.total.asked == 4 * (RECENT_OBJECTS + 5)


def test_ballots_of_very_many_votes_are_kept_in_smaller_number() -> None:
    crowded = [Ballot(str(n), tuple(Vote(WorkerId(f"w{w}"), "a") for w in range(30_000))) for n in range(3)]

    known = Evidence.of(crowded)

    assert [each.object_id for each in known.recent] == ["2"]
    assert known.workers[WorkerId("w0")] == Record(asked=3, agreed=3.0)
