"""How many objects a job may label."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark_groundtruth.job.stopping import StoppingConditions

_COUNTS = st.none() | st.integers(1, 1_000)
_SHARES = st.none() | st.integers(1, 100)


@given(_COUNTS, _SHARES, st.integers(1, 1_000))
def test_the_limit_exceeds_neither_maximum_nor_the_objects_and_lets_one_be_labeled(
    count: int | None, share: int | None, total: int
) -> None:
    limit = StoppingConditions(count, share).limit(total)

    assert 1 <= limit <= min(total, count or total)
    assert limit == 1 or limit * 100 <= total * (share or 100)


@pytest.mark.parametrize(
    ("count", "share", "total", "limit"),
    [(None, None, 7, 7), (3, None, 7, 3), (9, None, 7, 7), (None, 50, 5, 2), (None, 1, 5, 1), (1, 100, 5, 1)],
)
def test_the_smaller_maximum_counts_and_percentages_are_rounded_down(
    count: int | None, share: int | None, total: int, limit: int
) -> None:
    assert StoppingConditions(count, share).limit(total) == limit


def test_what_stopped_the_job_is_told_with_its_numbers() -> None:
    told = StoppingConditions(1_000, 50).told(1_000)

    assert "MaxHumanLabeledObjectCount 1,000, MaxPercentageOfInputDatasetLabeled 50" in told
    assert "1,000 objects are labeled" in told
