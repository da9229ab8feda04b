"""Slices of a manifest: disjoint and complete, and read strictly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.contract.manifest_slice import ManifestSlice
from tracemark.errors import InvalidConfiguration


@given(lines=st.integers(0, 300), count=st.integers(1, 400))
def test_the_slices_of_a_manifest_hold_each_line_exactly_once(lines: int, count: int) -> None:
    slices = [ManifestSlice.parse(f"{index}/{count}", None).lines(range(lines)) for index in range(count)]

    assert sorted(line for part in slices for line in part) == list(range(lines))


@given(lines=st.integers(0, 300), count=st.integers(1, 400))
def test_slices_differ_by_at_most_one_line(lines: int, count: int) -> None:
    sizes = {len(ManifestSlice(index, count).lines(range(lines))) for index in range(count)}

    assert max(sizes) - min(sizes) <= 1


def test_the_index_may_be_that_of_the_pod() -> None:
    assert ManifestSlice.parse("/8", "7") == ManifestSlice(7, 8)


def test_an_index_that_is_given_comes_before_that_of_the_pod() -> None:
    assert ManifestSlice.parse("2/8", "7") == ManifestSlice(2, 8)


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("8/8", None),
        ("0/0", None),
        ("/8", None),
        ("/8", ""),
        ("/8", "8"),
        ("/8", "-1"),
        ("/8", "²"),
        ("1", None),
        ("-1/8", None),
        ("1/8/9", None),
        ("a/b", None),
        ("0/100001", None),
        ("", "0"),
    ],
)
def test_what_is_no_slice_is_refused_with_what_is_expected(text: str, index: str | None) -> None:
    with pytest.raises(InvalidConfiguration, match=r"--slice.*no slice of a manifest.*expected I/N"):
        ManifestSlice.parse(text, index)
