"""Samples on disk: read back as they were, gone with their log, and a full disk told with its remedy."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tracemark.errors import DiskFull
from tracemark_plotting.logs.columns import Values
from tracemark_plotting.spill import Spill, disk_watched

_PARTS = st.lists(arrays(np.float64, st.integers(0, 40), elements=st.floats(width=64)), min_size=1, max_size=5)


@given(_PARTS, st.integers(0, 250), st.integers(0, 250))
def test_any_consecutive_doubles_are_read_back_to_the_last_bit(parts: list[Values], first: int, end: int) -> None:
    whole = np.concatenate(parts)

    with Spill() as spill:
        column = spill.column()
        for part in parts:
            column.append(part)

        assert len(column) == len(whole)
        assert column[first:end].tobytes() == whole[first:end].tobytes()


def test_one_double_is_read_from_either_end() -> None:
    with Spill() as spill:
        column = spill.column()
        column.append(np.array([1.5, 2.5, 3.5]))

        assert (column[0], column[2], column[-1], column[-3]) == (1.5, 3.5, 3.5, 1.5)


@pytest.mark.parametrize("position", [3, -4])
def test_a_double_beyond_the_ends_is_none(position: int) -> None:
    with Spill() as spill:
        column = spill.column()
        column.append(np.arange(3.0))

        with pytest.raises(IndexError):
            column[position]


def test_doubles_are_read_as_they_are_shown() -> None:
    with Spill() as spill:
        column = spill.column()
        column.append(np.array([1.0, 2.0]))

        assert column.seen(lambda values: values * 10)[:].tolist() == [10, 20]
        assert column[:].tolist() == [1, 2]


def test_columns_grow_beside_each_other() -> None:
    with Spill() as spill:
        one, other = spill.column(), spill.column()
        for number in range(3):
            one.append(np.array([float(number)]))
            other.append(np.array([10.0 * number]))

        assert (one[:].tolist(), other[:].tolist()) == ([0, 1, 2], [0, 10, 20])


def test_files_lie_in_the_folder_of_temporary_files_and_have_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)

    with Spill() as spill:
        column = spill.column()
        column.append(np.arange(5.0))

        assert Path(f"/proc/self/fd/{column.file.fileno()}").readlink().is_relative_to(tmp_path)
        assert list(tmp_path.iterdir()) == []


def test_files_are_given_up_when_reading_fails() -> None:
    spill = Spill()
    column = spill.column()

    with pytest.raises(ZeroDivisionError), spill:
        raise ZeroDivisionError

    assert column.file.closed


def test_within_its_bound_everything_is_kept() -> None:
    with Spill(most_bytes=80) as spill:
        assert [spill.reserve(4), spill.reserve(6)] == [True, True]
        assert not spill.is_full


def test_beyond_its_bound_nothing_is_kept() -> None:
    with Spill(most_bytes=80) as spill:
        spill.reserve(10)
        column = spill.column()

        assert [spill.reserve(1), spill.reserve(0)] == [False, False]
        assert (spill.is_full, column.file.closed) == (True, True)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_with_its_place_and_its_remedy(number: int) -> None:
    with pytest.raises(DiskFull) as refused, disk_watched("s3://bucket/long.csv"):
        raise OSError(number, "No space left on device")

    said = str(refused.value)
    assert said.startswith(f"s3://bucket/long.csv: the disk of temporary files, {tempfile.gettempdir()}, is full")
    assert "TMPDIR" in said
    assert "MAX_TRACE_DISK_BYTES" in said


def test_any_other_fault_of_a_disk_stays_what_it_is() -> None:
    with pytest.raises(PermissionError), disk_watched("s3://bucket/long.csv"):
        raise PermissionError(errno.EACCES, "no")
