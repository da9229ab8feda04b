"""The formats of logs: which there are, and which one a file is in, by its content before its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tracemark.errors import InvalidLog
from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.logs.columns import Columns
from tracemark_plotting.logs.delimited import read_delimited
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.logs.stored import arrow, audio, excel, hdf5, matlab, mdf, packed, tdms
from tracemark_plotting.logs.stored.series import Series


@dataclass(frozen=True, slots=True)
class LogFormat:
    """One format: whether it claims a file, by `file.head` before `file.place`, and how its columns are read.

    `blocks` yields the rows in order, in blocks of bounded size, and raises InvalidLog where they contradict the
    profile. `series` returns what there is, where the format names it.
    """

    name: str
    claims: Callable[[LogFile], bool]
    blocks: Callable[[LogFile, SensorProfile], Iterator[Columns]]
    series: Callable[[LogFile], Sequence[Series]] | None = None


def _read_packed(file: LogFile, profile: SensorProfile) -> Iterator[Columns]:
    with packed.unpacked(file) as inside:
        yield from format_inside(inside).blocks(inside, profile)


TEXT = LogFormat("delimited text", lambda _: True, read_delimited)
EXCEL = LogFormat(excel.EXCEL, excel.is_excel, excel.excel_blocks)
PACKED = LogFormat(packed.PACKED, packed.is_packed, _read_packed)

# The first that claims a file reads it: workbooks before the archives that they are, text whatever no other knows.
FORMATS: tuple[LogFormat, ...] = (
    LogFormat(arrow.PARQUET, arrow.is_parquet, arrow.parquet_blocks, arrow.parquet_series),
    LogFormat(arrow.ARROW, arrow.is_arrow, arrow.arrow_blocks, arrow.arrow_series),
    LogFormat(tdms.TDMS, tdms.is_tdms, tdms.tdms_blocks, tdms.tdms_series),
    LogFormat(mdf.MDF, mdf.is_mdf, mdf.mdf_blocks, mdf.mdf_series),
    LogFormat(matlab.MATLAB, matlab.is_matlab, matlab.matlab_blocks, matlab.matlab_series),
    LogFormat(hdf5.HDF5, hdf5.is_hdf5, hdf5.hdf5_blocks, hdf5.hdf5_series),
    LogFormat(audio.AUDIO, audio.is_audio, audio.audio_blocks, audio.audio_series),
    EXCEL,
    PACKED,
    TEXT,
)


def format_of(file: LogFile) -> LogFormat:
    """Return the format of a file."""
    return next(each for each in FORMATS if each.claims(file))


def format_inside(file: LogFile) -> LogFormat:
    """Return the format of what came out of an archive.

    Raises:
        InvalidLog: it is an archive again.
    """
    found = format_of(file)
    if found is PACKED:
        raise InvalidLog("an archive lies in the archive", place=file.place, expected="a log", remedy="unpack it")
    return found
