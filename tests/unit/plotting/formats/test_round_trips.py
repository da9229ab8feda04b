"""What the libraries of each format write is read back: the same samples, times and units."""

from __future__ import annotations

import gc
import gzip
import io
import tomllib
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet
import pytest
import scipy.io
import soundfile
from asammdf import MDF, Signal
from nptdms import ChannelObject, RootObject, TdmsWriter

from tracemark.errors import InvalidLog, ObjectTooLarge
from tracemark_plotting.guess.guess import guess_log
from tracemark_plotting.guess.result import Guess, Known
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.logs.formats import FORMATS, format_of
from tracemark_plotting.logs.stored import library, packed
from tracemark_plotting.logs.stored.library import REQUIREMENTS
from tracemark_plotting.trace import Trace, read_log

NOTHING = Known()
TIME = np.arange(2_000) * 0.001
CURRENT = np.round(100 + 5 * np.sin(TIME * 40), 6)
VOLTAGE = np.round(20 + np.cos(TIME * 30), 6)


def table() -> pa.Table:
    schema = pa.schema(
        [
            pa.field("time", pa.float64(), metadata={"unit": "s"}),
            pa.field("current", pa.float64(), metadata={"unit": "A"}),
            pa.field("voltage (V)", pa.float32()),
            pa.field("note", pa.string()),
        ]
    )
    return pa.table([TIME, CURRENT, VOLTAGE.astype("float32"), ["x"] * len(TIME)], schema=schema)


def parquet() -> bytes:
    out = io.BytesIO()
    pyarrow.parquet.write_table(table(), out, row_group_size=300)
    return out.getvalue()


def feather() -> bytes:
    out = io.BytesIO()
    pyarrow.feather.write_feather(table(), out)
    return out.getvalue()


def arrow_stream() -> bytes:
    out = io.BytesIO()
    with pyarrow.ipc.new_stream(out, table().schema) as writer:
        writer.write_table(table(), max_chunksize=500)
    return out.getvalue()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Bench 4"])
    sheet.append([])
    sheet.append(["time (s)", "current (A)", "voltage (V)"])
    for row in zip(TIME, CURRENT, VOLTAGE.astype("float32").astype(float), strict=True):
        sheet.append([float(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def tdms() -> bytes:
    out = io.BytesIO()
    wave = {"wf_increment": 0.001, "wf_start_time": np.datetime64("2024-01-01T10:00:00"), "wf_start_offset": 0.0}
    with TdmsWriter(out) as writer:
        writer.write_segment(
            [
                RootObject({}),
                ChannelObject("g", "current", CURRENT, {**wave, "unit_string": "A"}),
                ChannelObject("g", "voltage", VOLTAGE.astype("float32"), {**wave, "unit_string": "V"}),
            ]
        )
    return out.getvalue()


def mdf() -> bytes:
    made = MDF(version="4.10")
    made.append(
        [
            Signal(CURRENT, TIME, name="current", unit="A"),
            Signal(VOLTAGE.astype("float32"), TIME, name="voltage", unit="V"),
        ]
    )
    out = io.BytesIO()
    made.save(out)
    made.close()
    return out.getvalue()


def hdf5(user_block: int = 0) -> bytes:
    out = io.BytesIO()
    with h5py.File(out, "w", userblock_size=user_block) as file:
        for name, values, unit in (
            ("time", TIME, "s"),
            ("current", CURRENT, "A"),
            ("voltage", VOLTAGE.astype("f4"), "V"),
        ):
            file.create_dataset(f"weld/{name}", data=values[:, None] if user_block else values).attrs["unit"] = unit
        file["weld/name"] = "a string beside numbers"
    return out.getvalue()


def matlab_73() -> bytes:
    data = bytearray(hdf5(user_block=512))
    data[:116] = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(116)
    return bytes(data)


def matlab_5() -> bytes:
    out = io.BytesIO()
    weld = {"time_s": TIME, "current_A": CURRENT, "voltage_V": VOLTAGE.astype("float32"), "name": "a string"}
    scipy.io.savemat(out, {"weld": weld})
    return out.getvalue()


LOGS: dict[str, Callable[[], bytes]] = {
    "Parquet": parquet,
    "Feather": feather,
    "Arrow stream": arrow_stream,
    "workbook": workbook,
    "TDMS": tdms,
    "MDF": mdf,
    "HDF5": hdf5,
    "MATLAB 7.3": matlab_73,
    "MATLAB 5": matlab_5,
    "gzip": lambda: gzip.compress(parquet()),
}


def guess(data: bytes, known: Known = NOTHING, name: str = "log") -> Guess:
    return guess_log(LogFile.of(data, name), known, "p")


def read(data: bytes, found: Guess) -> Trace:
    assert found.profile is not None, found
    return read_log(LogFile.of(data, "log"), found.profile, max_rows=10_000_000)


@pytest.mark.parametrize("name", LOGS)
def test_samples_times_and_units_are_those_that_were_written(name: str) -> None:
    data = LOGS[name]()

    found = guess(data)

    assert found.questions == ()
    trace = read(data, found)
    by_key = {channel.channel.key: channel for channel in trace.channels}
    assert {key: channel.channel.unit for key, channel in by_key.items()} == {"current": "A", "voltage": "V"}
    assert np.allclose(trace.axis(by_key["current"]) - trace.span[0], TIME, rtol=0, atol=1e-9)
    assert np.array_equal(by_key["current"].values, CURRENT)
    written = 15 if name == "workbook" else 17  # digits of a cell
    assert np.allclose(by_key["voltage"].values, VOLTAGE.astype("float32").astype(float), rtol=10.0**-written, atol=0)


@pytest.mark.parametrize("kind", ["WAV", "FLAC"])
def test_a_sound_is_a_log_with_the_time_of_its_sample_rate(kind: str) -> None:
    out = io.BytesIO()
    samples = np.stack([np.sin(np.arange(48_000) / 50), np.linspace(-0.5, 0.5, 48_000)], axis=1)
    soundfile.write(out, samples, 48_000, format=kind, subtype="PCM_16")

    found = guess(out.getvalue())
    trace = read(out.getvalue(), found)

    assert found.certain
    assert [channel.channel.key for channel in trace.channels] == ["channel_1", "channel_2"]
    assert np.allclose(trace.channels[0].values, samples[:, 0], atol=1 / 32_000)
    assert np.allclose(trace.axis(trace.channels[1]), np.arange(48_000) / 48_000)


def test_groups_of_a_tdms_keep_their_own_clocks() -> None:
    out = io.BytesIO()
    start = np.datetime64("2024-01-01T10:00:00.000000")
    with TdmsWriter(out) as writer:
        slow = {"wf_increment": 0.1, "wf_start_time": start, "unit_string": "°C"}
        fast = {"wf_increment": 0.001, "wf_start_time": start + np.timedelta64(500, "ms"), "unit_string": "A"}
        writer.write_segment(
            [
                ChannelObject("slow", "temperature", np.arange(20.0), slow),
                ChannelObject("fast", "current", np.arange(700.0), fast),
                ChannelObject("notes", "operator", np.array(["a", "b"]), {}),
            ]
        )

    found = guess(out.getvalue())
    trace = read(out.getvalue(), found)

    by_key = {channel.channel.key: channel for channel in trace.channels}
    temperature, current = by_key["temperature"], by_key["current"]
    assert np.allclose(trace.axis(temperature), np.arange(20) * 0.1)
    assert np.allclose(trace.axis(current), 0.5 + np.arange(700) * 0.001)
    assert (len(temperature.values), len(current.values)) == (20, 700)


def test_groups_of_an_mdf_keep_their_own_clocks() -> None:
    made = MDF(version="4.10")
    made.append([Signal(np.arange(20.0), np.arange(20) * 0.1, name="temperature", unit="degC")])
    made.append([Signal(np.arange(700.0), 0.5 + np.arange(700) * 0.001, name="current", unit="A")])
    out = io.BytesIO()
    made.save(out)
    made.close()

    trace = read(out.getvalue(), guess(out.getvalue()))

    assert np.allclose(trace.axis(trace.channels[1]), 0.5 + np.arange(700) * 0.001)
    assert len(trace.channels[0].values) == 20


def test_a_rate_that_the_file_states_is_its_time() -> None:
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        file.create_dataset("force", data=np.arange(100.0)).attrs["sample_rate"] = 50.0

    found = guess(out.getvalue())
    trace = read(out.getvalue(), found)

    assert np.allclose(trace.axis(trace.channels[0]), np.arange(100) / 50)


def test_series_without_any_time_are_asked_about() -> None:
    out = io.BytesIO()
    scipy.io.savemat(out, {"force": np.arange(100.0)})

    found = guess(out.getvalue())

    assert "--rate HZ" in found.questions[0].options
    assert guess(out.getvalue(), Known(rate=50)).certain


def test_moments_of_a_parquet_are_a_clock() -> None:
    stamps = [datetime(2024, 1, 1, 10) + timedelta(milliseconds=20 * step) for step in range(50)]
    out = io.BytesIO()
    pyarrow.parquet.write_table(pa.table({"stamp": stamps, "current_A": np.arange(50.0)}), out)

    trace = read(out.getvalue(), guess(out.getvalue()))

    assert np.allclose(trace.axis(trace.channels[0]), np.arange(50) * 0.02)
    assert trace.channels[0].channel.unit == "A"


def test_moments_of_a_workbook_are_a_clock() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Zeit", "Strom [A]"])
    for step in range(30):
        book.active.append([datetime(2024, 1, 1, 10) + timedelta(seconds=step), 100.5 + step])
    out = io.BytesIO()
    book.save(out)

    trace = read(out.getvalue(), guess(out.getvalue()))

    assert np.allclose(trace.axis(trace.channels[0]), np.arange(30))


def test_a_zip_of_one_log_is_read_as_the_log() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("log.csv", "Time (s),Current (A)\n0,1.5\n1,2.5\n2,3.5\n")

    trace = read(out.getvalue(), guess(out.getvalue()))

    assert list(trace.channels[0].values) == [1.5, 2.5, 3.5]


def test_a_zip_of_two_logs_is_refused_with_their_names() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("b.csv", "x")

    with pytest.raises(InvalidLog, match=r"holds 2 files: 'a\.csv, b\.csv'"):
        guess(out.getvalue())


def test_an_archive_in_an_archive_is_refused() -> None:
    with pytest.raises(InvalidLog, match="an archive lies in the archive"):
        guess(gzip.compress(gzip.compress(b"Time,A\n0,1\n1,2\n")))


def test_an_archive_that_grows_beyond_its_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_FREE_BYTES", 100_000)

    with pytest.raises(ObjectTooLarge, match="come out of an archive"):
        guess(gzip.compress(b"0" * 10_000_000))


# asammdf closes in `__del__` what it could not open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", LOGS)
def test_a_file_that_is_cut_off_is_our_error(name: str) -> None:
    data = LOGS[name]()

    # What lies before the cut may be whole; nothing but our own error leaves the reader.
    with suppress(InvalidLog):
        found = guess(data[: len(data) // 2])
        assert found.profile is not None or found.questions
    gc.collect()


def test_content_goes_before_the_name() -> None:
    assert format_of(LogFile.of(parquet(), "log.csv")).name == "Parquet"
    assert format_of(LogFile.of(b"Time,A\n0,1\n", "log.parquet")).name == "delimited text"


@pytest.mark.parametrize(
    ("module", "data", "line"),
    [
        ("nptdms", tdms, 'pip install "nptdms'),
        ("asammdf", mdf, 'pip install "asammdf'),
        ("h5py", hdf5, 'pip install "h5py'),
        ("scipy.io", matlab_5, 'pip install "scipy'),
        ("python_calamine", workbook, 'pip install "python-calamine'),
        ("pyarrow.parquet", parquet, 'pip install "pyarrow'),
    ],
)
def test_a_format_that_is_not_installed_is_refused_with_the_line_that_brings_it(
    module: str, data: Callable[[], bytes], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = data()

    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(library, "import_module", missing)

    with pytest.raises(InvalidLog) as refused:
        guess(content)

    assert line in refused.value.remedy


def test_the_pip_lines_are_what_the_package_declares() -> None:
    project = tomllib.loads((Path(__file__).parents[4] / "services/plotting/pyproject.toml").read_text())["project"]

    declared = {*project["dependencies"], *project["optional-dependencies"]["formats"]}

    assert set(REQUIREMENTS.values()) <= declared


def test_every_format_has_a_name_of_its_own() -> None:
    assert len({each.name for each in FORMATS}) == len(FORMATS)
