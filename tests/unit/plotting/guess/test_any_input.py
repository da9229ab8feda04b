"""Whatever lies in a file, a guess is an answer or one of our own errors."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.instrument_layouts import INSTRUMENTS
from support.log_layouts import CASES, NOTHING, OWN, Layout

from tracemark.errors import TracemarkError
from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.guess.document import profile_document
from tracemark_plotting.guess.guess import guess_log
from tracemark_plotting.guess.result import Guess
from tracemark_plotting.logs.file import LogFile

CELLS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True).map(repr),
    st.integers(-(10**6), 10**19).map(str),
    st.sampled_from(
        ["", "OL", "1.234", "1,234", "12:30", "2024-01-01", "04/05/2023", "NaN", '"', "#", "$RT$", "ON", "∞"]
    ),
    st.text(max_size=6),
)


def guess(data: bytes) -> Guess | None:
    with suppress(TracemarkError):
        return guess_log(LogFile.of(data, "log"), NOTHING, "p")
    return None


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    guess(data)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.lists(CELLS, max_size=5), max_size=12), st.sampled_from([",", ";", "\t", "|", " "]))
def test_any_table(rows: list[list[str]], delimiter: str) -> None:
    found = guess("\n".join(delimiter.join(cells) for cells in rows).encode("utf-8", "surrogatepass"))

    if found and found.certain:
        assert SensorProfile.parse(profile_document(found, "log"), "p") == found.profile


@settings(deadline=None)
@given(st.sampled_from([*CASES, *OWN, *INSTRUMENTS]), st.data())
def test_a_layout_with_lines_cut_out_or_exchanged(layout: Layout, data: st.DataObject) -> None:
    lines = layout.text.splitlines(keepends=True)
    kept = data.draw(st.lists(st.sampled_from(lines), max_size=len(lines)))

    guess("".join(kept).encode(layout.encoding))


@pytest.mark.parametrize(
    "start",
    [b"PAR1", b"ARROW1", b"\xff\xff\xff\xff",
     b"TDSm", b"\x89HDF\r\n\x1a\n", b"MATLAB 5.0 MAT-file", b"RIFF\0\0\0\0WAVE",
     b"fLaC", b"OggS", b"\x1f\x8b", b"PK\x03\x04", b"PK\x03\x04 xl/", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
)  # fmt: skip
def test_a_format_that_only_begins_right(start: bytes) -> None:
    found = [guess(start + bytes(range(256)) * size) for size in (0, 1, 20)]

    assert not any(each.certain for each in found if each)
