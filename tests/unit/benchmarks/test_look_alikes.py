"""Look-alikes of public sets: they have the figures that they are to have."""

from __future__ import annotations

import pytest
from look_alikes import ALIKES, alike

SMALL = [name for name, shape in ALIKES.items() if shape.objects <= 600]


@pytest.mark.parametrize("name", SMALL)
def test_a_majority_is_as_often_right_as_on_the_set(name: str) -> None:
    shape, data = ALIKES[name], alike(name, 1)

    right = sum(share(data.truth[task], [label for _, label in given]) for task, given in data.answers.items())

    assert right / len(data.truth) == pytest.approx(shape.majority, abs=0.02)


def share(true: str, labels: list[str]) -> float:
    """Return whether the most frequent label is true, a tie counting as the mean over its classes."""
    most = max(labels.count(label) for label in set(labels))
    leaders = {label for label in labels if labels.count(label) == most}
    return (true in leaders) / len(leaders)


@pytest.mark.parametrize("name", SMALL)
def test_it_has_as_many_objects_answers_and_classes(name: str) -> None:
    shape, data = ALIKES[name], alike(name, 2)

    given = sum(map(len, data.answers.values()))
    assert len(data.answers) == len(data.truth) == shape.objects
    assert given / shape.objects == pytest.approx(shape.answers, abs=0.2)
    assert set(data.truth.values()) <= {f"class {number}" for number in range(len(shape.shares))}
    assert all(len({who for who, _ in answers}) == len(answers) for answers in data.answers.values())


def test_a_seed_gives_the_same_crowd_again_and_another_another() -> None:
    assert alike("tiny", 1) == alike("tiny", 1)
    assert alike("tiny", 1) != alike("tiny", 2)
