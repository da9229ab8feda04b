"""Earlier rounds on a manifest line."""

from __future__ import annotations

import pytest

from tracemark.contract.previous_rounds import EarlierRound, earlier_rounds
from tracemark.document import Json
from tracemark.errors import InvalidDocument

ROUND = EarlierRound("job", "Good Weld", 0.5, (("Good Weld", 1), ("Burn Through", 1)), "tie", ("a pore",))


@pytest.mark.parametrize("round_", [ROUND, EarlierRound("job")])
def test_a_round_is_read_as_it_was_written(round_: EarlierRound) -> None:
    assert earlier_rounds({"earlier": [round_.to_json()]}) == (round_,)


@pytest.mark.parametrize("line", [{}, {"earlier": None}, {"earlier": []}])
def test_a_line_may_have_no_earlier_rounds(line: dict[str, Json]) -> None:
    assert earlier_rounds(line) == ()


@pytest.mark.parametrize(
    ("earlier", "named"),
    [
        ("yes", "earlier"),
        ([{}], "job"),
        ([{"job": "j", "votes": {"a": 1}}], "votes"),
        ([{"job": "j", "votes": [{"label": "a", "count": -1}]}], "count"),
        ([{"job": "j", "confidence": "high"}], "confidence"),
        ([{"job": "j", "comments": [3]}], "comments"),
    ],
)
def test_what_is_wrong_with_a_round_is_named(earlier: Json, named: str) -> None:
    with pytest.raises(InvalidDocument, match=named):
        earlier_rounds({"earlier": earlier})
