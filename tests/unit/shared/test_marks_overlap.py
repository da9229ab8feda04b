"""How far marks overlap, which belong together, and how far workers agree."""

from __future__ import annotations

import random
from collections import Counter
from itertools import permutations, product

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tracemark.agreement.alpha import (
    alpha_by_class,
    distance_alpha,
    interval_alpha,
    nominal_alpha,
    unit_of,
    unitized_alpha,
)
from tracemark.agreement.overlap import overlap_agreement
from tracemark.marks.mark import Box, Frame, Path, Polygon, Span
from tracemark.marks.matching import Matrix, assigned, matched
from tracemark.marks.overlap import reach_of, similarities
from tracemark.marks.raster import Grid, overlap

LEFT, RIGHT = Box("Pore", 0, 0, 10, 10), Box("Pore", 5, 0, 10, 10)


def square(x: float, y: float, side: float, label: str = "Pore") -> Polygon:
    return Polygon(label, ((x, y), (x + side, y), (x + side, y + side), (x, y + side)))


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (LEFT, RIGHT, 1 / 3),
        (LEFT, Box("Crack", 0, 0, 10, 10), 1.0),
        (LEFT, Box("Pore", 20, 0, 1, 1), 0.0),
        (Span("Pore", 0, 10), Span("Pore", 5, 15), 1 / 3),
        (Span("Pore", 0, 10, "current"), Span("Pore", 0, 10, "voltage"), 0.0),
        (Span("Pore", 3, 3), Span("Pore", 4, 4), 0.5),
        (Span("Pore", 3, 3), Span("Pore", 0, 10), 0.0),
        (Path("Tip", ((0, 0),)), Path("Tip", ((0, 1),)), 0.5),
        (Path("Bead", ((0, 0), (8, 0))), Path("Bead", ((8, 1), (0, 1))), 0.5),
        (square(0, 0, 10), square(5, 0, 10), 1 / 3),
        (square(0, 0, 10), square(0, 0, 5), 1 / 4),
    ],
)
def test_overlap_is_intersection_over_union_or_nearness(one: Box, other: Box, overlap: float) -> None:
    found = similarities([one], [other], reach=2.0)

    assert found == pytest.approx(np.array([[overlap]]), abs=0.02)
    assert similarities([other], [one], reach=2.0) == pytest.approx(found)


def test_a_polygon_covers_the_cells_whose_centers_lie_in_it() -> None:
    ring = ((0.0, 0.0), (8.0, 0.0), (8.0, 8.0), (4.0, 4.0), (0.0, 8.0))

    region = Grid(0, 0, 1).region("Bead", ring)

    assert region.area == pytest.approx(48, abs=4)
    assert not region.within(6, 3, 8, 5).any()


@given(
    st.lists(st.tuples(*[st.integers(-40, 40).map(lambda place: place / 4)] * 2), min_size=3, max_size=9, unique=True)
)
def test_a_cell_is_inside_where_an_odd_number_of_edges_crosses_its_row_on_the_left(
    ring: list[tuple[float, float]],
) -> None:
    edges = list(zip(ring, ring[1:] + ring[:1], strict=True))

    region = Grid(-10, -10, 0.9).region("Bead", ring)

    for row, column in np.ndindex(region.cells.shape):
        x, y = (column + region.left + 0.5) * 0.9 - 10, (row + region.top + 0.5) * 0.9 - 10
        crossed = [(a, b) for a, b in edges if (a[1] <= y) != (b[1] <= y)]
        at = [a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1]) for a, b in crossed]
        if region.area > 1 and all(abs(each - x) > 1e-9 for each in at) and all(abs(y - a[1]) > 1e-9 for a, _ in edges):
            assert region.cells[row, column] == sum(each < x for each in at) % 2


def test_polygons_of_two_workers_are_compared_on_one_grid_laid_around_all() -> None:
    ones = [square(place * 30.0, 0, 7 + place) for place in range(5)]
    others = [square(place * 30.0 + 3, 2, 9) for place in range(4)]
    grid = Grid.around([mark.points for mark in (*ones, *others)])

    found = similarities(ones, others)

    expected = [
        [overlap(*(grid.region("", mark.points) for mark in pair)) for pair in product([one], others)] for one in ones
    ]
    assert np.array_equal(found, np.where(np.array(expected) >= 0.02, expected, 0.0))


def test_a_heap_of_regions_is_compared_by_their_windows() -> None:
    heap = [square(0, 0, 10 + place / 100) for place in range(150)]

    found = similarities(heap, heap)

    assert found.shape == (150, 150)
    assert found.diagonal() == pytest.approx(1.0)


def test_points_are_near_by_the_pictures_diagonal_or_by_what_is_marked() -> None:
    tips = [Path("Tip", ((0, 0),)), Path("Tip", ((30, 40),))]

    assert reach_of(tips, Frame(300, 400)) == pytest.approx(25)
    assert reach_of(tips) == pytest.approx(2.5)
    assert reach_of([]) == 0


worths = st.integers(1, 5).flatmap(
    lambda rows: st.integers(1, 5).flatmap(
        lambda columns: arrays(float, (rows, columns), elements=st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.9, 1.0]))
    )
)


@given(worths)
def test_the_assignment_is_the_best_of_all(worth: Matrix) -> None:
    wide = worth if worth.shape[0] <= worth.shape[1] else worth.T
    best = max(
        sum(wide[row, column] for row, column in enumerate(columns))
        for columns in permutations(range(wide.shape[1]), wide.shape[0])
    )

    pairs = assigned(worth)

    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == min(worth.shape)
    assert sum(worth[pair] for pair in pairs) == pytest.approx(best)


@given(worths, st.sampled_from([0.2, 0.5]))
def test_matching_joins_nothing_below_the_least_and_nothing_twice(worth: Matrix, least: float) -> None:
    pairs = matched(worth, least)

    assert all(worth[pair] >= least for pair in pairs)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)


def test_a_clump_of_very_many_marks_is_matched_greedily() -> None:
    worth = np.full((201, 201), 0.5) + np.eye(201) / 2

    assert matched(worth, 0.3) == [(place, place) for place in range(201)]


answers = st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=5), min_size=2, max_size=20)


@given(answers)
def test_nominal_alpha_is_that_of_the_reference(objects: list[list[str]]) -> None:
    ours = nominal_alpha(Counter(map(unit_of, objects)))

    numbers = [[float(ord(label)) for label in labels] for labels in objects]
    assert_as_reference(ours, numbers, "nominal")


@given(st.lists(st.lists(st.integers(0, 100).map(float), min_size=1, max_size=5), min_size=2, max_size=20))
def test_interval_alpha_is_that_of_the_reference(objects: list[list[float]]) -> None:
    assert_as_reference(interval_alpha(objects), objects, "interval")


def assert_as_reference(ours: float | None, objects: list[list[float]], level: str) -> None:
    used = [values for values in objects if len(values) > 1]
    if len({value for values in used for value in values}) < 2:
        assert ours is None
        return
    table = np.array([[values[who] if who < len(values) else np.nan for values in used] for who in range(5)])
    assert ours == pytest.approx(krippendorff.alpha(reliability_data=table, level_of_measurement=level), abs=1e-9)


def test_unitized_alpha_is_nominal_alpha_of_every_moment() -> None:
    workers = [
        [Span("a", 10, 30), Span("b", 40, 60)],
        [Span("a", 12, 33), Span("a", 42, 61)],
        [Span("a", 9, 29)],
    ]
    moments = np.zeros((3, 52_000))
    for line, spans in zip(moments, workers, strict=True):
        for span in spans:
            line[int(span.start - 9) * 1_000 : int(span.end - 9) * 1_000] = 1 + (span.label == "b")

    found = unitized_alpha([workers])

    expected = krippendorff.alpha(reliability_data=moments, level_of_measurement="nominal")
    assert found == pytest.approx(expected, abs=1e-4)


def test_unitized_alpha_is_one_where_all_mark_the_same_and_none_where_nothing_is_marked() -> None:
    same = [Span("a", 10, 30), Span("b", 30, 60)]

    assert unitized_alpha([[same, same]]) == pytest.approx(1)
    assert unitized_alpha([[[], []]]) is None
    assert unitized_alpha([[same]]) is None


def test_agreement_of_marks_is_told_whole_by_class_and_by_worker() -> None:
    anna = [LEFT, Box("Crack", 50, 50, 10, 10)]
    ben = [Box("Pore", 1, 0, 10, 10)]

    found = overlap_agreement([{"anna": anna, "ben": ben, "cleo": []}])

    assert found.whole.marks == 2 * 3
    assert found.whole.f1 == pytest.approx(2 / 6)
    assert found.whole.mean_overlap == pytest.approx(90 / 110)
    assert {name: each.f1 for name, each in found.by_class.items()} == pytest.approx({"Crack": 0.0, "Pore": 0.5})
    assert {name: each.f1 for name, each in found.by_worker.items()} == pytest.approx(
        {"anna": 2 / 5, "ben": 0.5, "cleo": 0.0}
    )


@given(st.randoms(use_true_random=False))
def test_the_order_of_objects_workers_and_marks_is_of_no_influence(chance: random.Random) -> None:
    objects = [
        {"anna": [LEFT, Box("Crack", 50, 50, 10, 10)], "ben": [RIGHT]},
        {"anna": [RIGHT], "ben": [Box("Pore", 6, 0, 10, 10), LEFT]},
    ]
    shuffled = [
        {name: chance.sample(marks[name], len(marks[name])) for name in chance.sample(sorted(marks), 2)}
        for marks in chance.sample(objects, 2)
    ]

    assert overlap_agreement(shuffled).to_json() == overlap_agreement(objects).to_json()


LABELED = st.lists(st.lists(st.sampled_from("abc"), max_size=5), max_size=8)


@given(LABELED)
def test_alpha_by_any_distance_is_nominal_alpha_where_labels_differ_or_do_not(objects: list[list[str]]) -> None:
    expected = nominal_alpha(Counter(map(unit_of, objects)))

    assert distance_alpha(objects, lambda one, other: float(one != other)) == pytest.approx(expected)


@given(LABELED)
def test_the_alpha_of_a_class_is_that_of_two_classes(objects: list[list[str]]) -> None:
    found = alpha_by_class(Counter(map(unit_of, objects)))

    for name in {label for labels in objects for label in labels}:
        two = Counter(unit_of(str(label == name) for label in labels) for labels in objects)
        assert found[name] == pytest.approx(nominal_alpha(two))


def test_agreement_of_two_parts_of_a_job_adds_up_to_that_of_the_whole() -> None:
    one = {"a": [LEFT], "b": [RIGHT]}
    other = {"a": [LEFT], "c": [LEFT, Box("Crack", 50, 50, 5, 5)]}

    assert overlap_agreement([one]) + overlap_agreement([other]) == overlap_agreement([one, other])
