"""A part of a manifest: what conditions mean, and that a sample is the same for the same seed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.contract.manifest import DataObject
from tracemark.errors import InvalidConfiguration
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.job.tags import is_tag_text
from tracemark_groundtruth.labeling.selection import Condition, Sample, Selection

LINE = {
    "source": "s3://welds/night/1.json",
    "shift": "night",
    "amps": 120,
    "volts": "21.5",
    "ok": True,
    "meta": {"line": {"no": 7}},
    "a.b": "dotted",
    "nothing": None,
}


def holds(text: str, line: dict[str, Any] | None = None) -> bool:
    return Condition.parse(text).holds(DataObject(0, line or LINE))


def lines(count: int) -> list[DataObject]:
    return [DataObject(index, {"source": f"text {index}"}) for index in range(count)]


@pytest.mark.parametrize(
    "text",
    [
        "shift=night",
        " shift = night ",
        "shift!=day",
        "amps=120",
        "amps=120.0",
        "amps>=120",
        "amps>119.5",
        "amps<=120",
        "volts<22",
        "ok=true",
        "meta.line.no=7",
        "a.b=dotted",
        "source~s3://welds/night/*",
        "shift~n?ght",
    ],
)
def test_a_condition_that_holds(text: str) -> None:
    assert holds(text)


@pytest.mark.parametrize(
    "text",
    [
        "shift=Night",
        "shift!=night",
        "amps<120",
        "amps!=120",
        "shift>1",
        "gone=1",
        "gone!=1",
        "nothing=null",
        "meta.line.gone=7",
        "shift.more=night",
        "source~night",
    ],
)
def test_a_condition_that_does_not_hold_also_where_the_key_is_missing(text: str) -> None:
    assert not holds(text)


@pytest.mark.parametrize("text", ["", "shift", "=night", "amps>many", "amps<", "~x"])
def test_a_text_that_is_no_condition_is_refused_with_what_is_one(text: str) -> None:
    with pytest.raises(InvalidConfiguration, match=r"--filter.*expected"):
        Condition.parse(text)


@pytest.mark.parametrize("text", ["", "0", "0%", "101%", "1.5", "-1", "ten", "5 %x", "1e3"])
def test_a_text_that_is_no_size_of_a_sample_is_refused(text: str) -> None:
    with pytest.raises(InvalidConfiguration, match=r"--sample.*10%"):
        Sample.parse(text)


@given(st.integers(1, 300), st.integers(0, 9), st.integers(1, 100))
def test_a_sample_has_its_size_keeps_the_order_and_is_the_same_for_the_same_seed(
    total: int, seed: int, share: int
) -> None:
    selection = Selection.parse((), f"{share}%", seed)

    chosen = selection.choose(lines(total), "m").lines

    numbers = [int(json.loads(line)["source"].split()[1]) for line in chosen]
    assert len(chosen) == max(1, int(total * share / 100 + 0.5))
    assert numbers == sorted(set(numbers))
    assert chosen == selection.choose(lines(total), "m").lines


def test_another_seed_takes_others() -> None:
    samples = {Selection.parse((), "10", seed).choose(lines(1_000), "m").lines for seed in range(5)}

    assert len(samples) == 5


def test_every_line_is_as_likely_as_any_other() -> None:
    taken = [0] * 10

    for seed in range(2_000):
        for line in Selection.parse((), "3", seed).choose(lines(10), "m").lines:
            taken[int(json.loads(line)["source"].split()[1])] += 1

    assert all(500 < count < 700 for count in taken)


def test_the_sample_is_taken_of_what_the_filter_leaves() -> None:
    night = [DataObject(index, {"source": "x", "shift": "night" if index % 2 else "day"}) for index in range(100)]

    chosen = Selection.parse(("shift=night",), "20%", 7).choose(night, "m")

    assert (len(chosen.lines), chosen.total) == (10, 100)
    assert all('"night"' in line for line in chosen.lines)


def test_a_filter_that_leaves_nothing_and_a_sample_that_is_too_large_are_refused() -> None:
    with pytest.raises(InvalidConfiguration, match="no line is left by the filter 'source=x'"):
        Selection.parse(("source=x",), None, 0).choose(lines(5), "m")
    with pytest.raises(InvalidConfiguration, match="a sample of 6 lines is asked for, and there are 5"):
        Selection.parse((), "6", 0).choose(lines(5), "m")


def test_without_options_nothing_is_selected() -> None:
    assert not Selection.parse((), None, 7)


@pytest.mark.parametrize(
    ("key", "beside"),
    [("a/manifest.jsonl", "a/manifest-selected-"), ("manifest", "manifest-selected-"), ("x/.m", "x/m-selected-")],
)
def test_the_part_is_written_beside_its_manifest_the_same_part_at_the_same_place(key: str, beside: str) -> None:
    chosen = Selection.parse((), "2", 7).choose(lines(5), "m")

    places = {chosen.beside(S3Uri("welds", key)) for _ in range(2)}

    assert len(places) == 1
    assert places.pop().key.startswith(beside)


def test_tags_say_how_it_was_chosen_in_signs_that_tags_may_have() -> None:
    chosen = Selection.parse(("source~text*",), "50%", 7).choose(lines(4), "s3://welds/m.jsonl")

    tags = {tag["Key"]: tag["Value"] for tag in chosen.tags()}

    assert tags == {
        "tracemark:selected": "2 of 4 lines",
        "tracemark:selected-from": "s3://welds/m.jsonl",
        "tracemark:filter": "source_text_",
        "tracemark:sample": "50 percent",
        "tracemark:seed": "7",
    }
    assert all(map(is_tag_text, tags.values()))
    assert json.loads(chosen.record())["filter"] == "source~text*"
