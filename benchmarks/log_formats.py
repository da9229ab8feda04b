"""A log of each stored format, a million samples of time and two channels, and how its library alone reads it."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import python_calamine
import scipy.io
import soundfile
from asammdf import MDF, Signal
from nptdms import ChannelObject, TdmsFile, TdmsWriter
from support.instrument_layouts import INSTRUMENTS
from support.log_layouts import CASES, OWN, TRAPS, Layout, channels_of, time_of

from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.guess.guess import guess_log
from tracemark_plotting.guess.result import Guess, Known
from tracemark_plotting.logs.file import LogFile

ROWS = 1_000_000
SHEET_ROWS = 100_000
RATE = 48_000
ALL = (*CASES, *OWN, *INSTRUMENTS, *TRAPS)
LONG_PROFILE = b"name: long\ntime: {column: t, unit: us}\nchannels: [{key: a, column: A, title: A}]\n"
LONG_ROWS = 100_000_000

Made = tuple[bytes, SensorProfile, Callable[[bytes], object]]


def columns(rows: int = ROWS) -> dict[str, Any]:
    generator = np.random.default_rng(7)
    return {
        "time_s": np.arange(rows) * 1e-4,
        "current_A": np.round(generator.normal(100, 5, rows), 3),
        "voltage_V": np.round(generator.normal(20, 1, rows), 3),
    }


def guessed(data: bytes) -> SensorProfile:
    found = guess_log(LogFile.of(data, "benchmark"), Known(), "benchmark")
    assert found.certain, found.questions
    assert found.profile
    return found.profile


def parquet() -> Made:
    out = io.BytesIO()
    pa.parquet.write_table(pa.table(columns()), out)
    return out.getvalue(), guessed(out.getvalue()), lambda data: pd.read_parquet(io.BytesIO(data))


def tdms() -> Made:
    out = io.BytesIO()
    with TdmsWriter(out) as writer:
        made = columns()
        wave = {"wf_increment": 1e-4, "wf_start_offset": 0.0}
        writer.write_segment([ChannelObject("g", name, made[name], wave) for name in ("current_A", "voltage_V")])
    return out.getvalue(), guessed(out.getvalue()), _bare_tdms


def _bare_tdms(data: bytes) -> object:
    channels = TdmsFile.read(io.BytesIO(data))["g"].channels()
    return [(channel.time_track(), channel[:]) for channel in channels]


def mdf() -> Made:
    made, opened, out = columns(), MDF(version="4.10"), io.BytesIO()
    opened.append([Signal(made[name], made["time_s"], name=name[:-2]) for name in ("current_A", "voltage_V")])
    opened.save(out)
    return (
        out.getvalue(),
        guessed(out.getvalue()),
        lambda data: [MDF(io.BytesIO(data)).get(n) for n in ("current", "voltage")],
    )


def hdf5() -> Made:
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        for name, values in columns().items():
            file[name] = values
    return out.getvalue(), guessed(out.getvalue()), _bare_hdf5


def _bare_hdf5(data: bytes) -> object:
    with h5py.File(io.BytesIO(data), "r") as file:
        return [file[name][()] for name in file]


def matlab() -> Made:
    out = io.BytesIO()
    scipy.io.savemat(out, columns())
    return out.getvalue(), guessed(out.getvalue()), lambda data: scipy.io.loadmat(io.BytesIO(data), squeeze_me=True)


def flac() -> Made:
    out = io.BytesIO()
    soundfile.write(out, np.random.default_rng(7).normal(0, 0.1, ROWS), RATE, format="FLAC")
    return out.getvalue(), guessed(out.getvalue()), _bare_flac


def _bare_flac(data: bytes) -> object:
    samples, rate = soundfile.read(io.BytesIO(data))
    return samples, np.arange(len(samples)) / rate


def excel() -> Made:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    made = columns(SHEET_ROWS)
    sheet.append(list(made))
    for row in zip(*(values.tolist() for values in made.values()), strict=True):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), guessed(out.getvalue()), _bare_excel


def _bare_excel(data: bytes) -> object:
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    return pd.DataFrame(rows[1:], columns=rows[0]).astype(float)


def gzipped() -> Made:
    text = pd.DataFrame(columns()).to_csv(index=False).encode()
    data = gzip.compress(text, 6)
    return data, guessed(data), lambda data: pd.read_csv(io.BytesIO(data), compression="gzip")


FORMATS: dict[str, Callable[[], Made]] = {
    "parquet": parquet,
    "tdms": tdms,
    "mdf": mdf,
    "hdf5": hdf5,
    "matlab": matlab,
    "flac": flac,
    "excel": excel,
    "gzip": gzipped,
}


def write_long_parquet(file: Path) -> None:
    """Write 100 million rows of time in microseconds and a value."""
    values = np.arange(ROWS) * 7_919 % 10_007 / 100
    schema = pa.schema([("t", pa.int64()), ("A", pa.float64())])
    with pa.parquet.ParquetWriter(file, schema) as writer:
        for begin in range(0, LONG_ROWS, ROWS):
            writer.write_table(pa.table([np.arange(begin, begin + ROWS), values], schema=schema))


def guessed_right() -> dict[str, Any]:
    """Return the share of layouts that is guessed right without an option, and how many are wrong without a question.

    The first is of logs as instruments write them, the second also of those that nobody can tell.
    """
    asked = {layout.name: guess_log(LogFile.of(layout.data, layout.name), Known(), "p") for layout in ALL}
    right = [layout for layout in ALL if _is_right(layout, asked[layout.name])]
    wrong = [layout for layout in ALL if asked[layout.name].certain and layout not in right]
    told = (*CASES, *OWN, *INSTRUMENTS)
    share = round(sum(layout in right for layout in told) / len(told), 3)
    return {"guessed_right": share, "guessed_wrong": len(wrong), "guessed_layouts": len(ALL)}


def _is_right(layout: Layout, found: Guess) -> bool:
    if not found.certain or found.profile is None:
        return False
    return (time_of(found.profile), channels_of(found.profile)) == (layout.time, layout.channels)
