"""Gamma: agreement on where spans lie and on their classes at once."""

from __future__ import annotations

import random
from dataclasses import replace
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.agreement import gamma as module
from tracemark.agreement.gamma import gamma
from tracemark.marks.mark import Span

SPANS = st.lists(
    st.builds(
        lambda label, start, length, channel: Span(label, start, start + length, channel),
        st.sampled_from(["Pore", "Crack"]),
        st.integers(0, 64),
        st.integers(0, 16),
        st.sampled_from(["", "current"]),
    ),
    max_size=3,
)
JOBS = st.lists(st.lists(SPANS, min_size=1, max_size=3), max_size=3)


@pytest.fixture
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DRAWS", 20)


def marked(dice: random.Random, count: int = 5) -> list[Span]:
    """Return spans at random places of a log of 100 s."""
    starts = [dice.uniform(0, 95) for _ in range(count)]
    return [Span(dice.choice(["Pore", "Crack"]), start, start + dice.uniform(1, 5)) for start in starts]


def late(spans: list[Span], by: float) -> list[Span]:
    return [replace(span, start=span.start + by, end=span.end + by) for span in spans]


def test_full_agreement_is_one() -> None:
    dice = random.Random(1)
    objects = [[spans, spans, spans] for spans in (marked(dice) for _ in range(4))]

    assert gamma(objects) == 1


def test_full_agreement_on_one_span_of_one_object_is_one() -> None:
    assert gamma([[[Span("Pore", 3, 8)], [Span("Pore", 3, 8)]]]) == 1


@pytest.mark.parametrize("workers", [2, 4])
def test_marks_made_by_chance_have_a_gamma_near_zero(workers: int) -> None:
    dice = random.Random(2)
    objects = [[marked(dice) for _ in range(workers)] for _ in range(60)]

    assert gamma(objects) == pytest.approx(0, abs=0.06)


def test_the_farther_the_ends_lie_apart_the_lower_is_gamma() -> None:
    dice = random.Random(3)
    spans = [marked(dice) for _ in range(20)]

    found = [gamma([[each, late(each, by)] for each in spans]) or 0.0 for by in (0, 0.5, 1, 2, 4)]

    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(found)


def test_disorder_counts_distance_class_and_spans_without_a_partner() -> None:
    one = module._ordered([[[Span("Pore", 0, 10), Span("Crack", 50, 60)], [Span("Crack", 2, 12)]]])[0]

    cost = module._cost(*one)

    # (2 + 2) / 20 squared and 1 for the class, and 1 for the span that is left alone.
    assert cost == pytest.approx(0.04 + 1 + 1)


def test_spans_of_two_channels_and_unequal_points_are_never_aligned() -> None:
    channels = module._ordered([[[Span("Pore", 0, 10, "current")], [Span("Pore", 0, 10, "voltage")]]])[0]
    points = module._ordered([[[Span("Pore", 3, 3)], [Span("Pore", 4, 4)]]])[0]
    equal = module._ordered([[[Span("Pore", 3, 3)], [Span("Pore", 3, 3)]]])[0]

    assert [module._cost(*each) for each in (channels, points, equal)] == [2, 2, 0]


@pytest.mark.parametrize("objects", [[], [[[Span("Pore", 0, 1)]]], [[[], []]], [[[Span("Pore", 1, 1)]] * 2]])
def test_where_nothing_can_be_compared_there_is_no_gamma(objects: list[list[list[Span]]]) -> None:
    assert gamma(objects) is None


@pytest.mark.usefixtures("few_draws")
@given(JOBS, st.randoms(use_true_random=False))
def test_no_order_of_objects_workers_or_spans_changes_gamma(
    objects: list[list[list[Span]]], dice: random.Random
) -> None:
    shuffled = [
        [dice.sample(spans, len(spans)) for spans in dice.sample(workers, len(workers))]
        for workers in dice.sample(objects, len(objects))
    ]

    assert gamma(shuffled) == gamma(objects)


@pytest.mark.usefixtures("few_draws")
@given(JOBS, st.sampled_from([0.25, 1024.0]))
def test_another_unit_of_time_changes_no_gamma(objects: list[list[list[Span]]], scale: float) -> None:
    scaled = [
        [[replace(span, start=span.start * scale, end=span.end * scale) for span in spans] for spans in workers]
        for workers in objects
    ]

    assert gamma(scaled) == pytest.approx(gamma(objects))


def test_the_cost_of_many_spans_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CELLS", 50)
    cost = Mock(wraps=module._cost)
    monkeypatch.setattr(module, "_cost", cost)
    dice = random.Random(4)

    found = gamma([[marked(dice), marked(dice)] for _ in range(50)])

    assert found is not None
    assert cost.call_count == 6  # three pairs of 25 for either disorder
