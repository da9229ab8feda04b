"""The plotting image as a pod of an Indexed Job: its slice is drawn, and the exit code says whether to try again."""

from __future__ import annotations

import json

import pytest
from support.fakes import FakePlotter, MemoryObjects

from tracemark.contract.manifest_slice import ManifestSlice
from tracemark.contract.plots import PlotRequest, PlotResult
from tracemark.deadline import Deadline
from tracemark.errors import InvalidLog, ObjectMissing, RenderFailed
from tracemark.storage.s3uri import S3Uri
from tracemark_plotting.batch import OrderPlotter
from tracemark_plotting.slice_job import ExitCode, draw_slice, main

MANIFEST = S3Uri("welds", "manifest.jsonl")
WHOLE = ManifestSlice(0, 1)


def store_of(lines: int) -> MemoryObjects:
    store = MemoryObjects()
    uris = [f"s3://welds/{number}.json" for number in range(1, lines + 1)]
    for number, uri in enumerate(uris, 1):
        item = {"sensor_data": {"s3Path": f"s3://welds/{number}.csv"}, "image": {"s3Path": "s3://welds/a.png"}}
        store.put(uri, json.dumps(item).encode())
    store.put(str(MANIFEST), "".join(json.dumps({"source": uri}) + "\n" for uri in uris).encode())
    return store


class FailingPlotter(FakePlotter):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def plot(self, request: PlotRequest, deadline: Deadline) -> PlotResult:
        super().plot(request, deadline)
        raise self.error


def drawn(plotter: FakePlotter, part: ManifestSlice, lines: int = 7) -> ExitCode:
    store = store_of(lines)
    return draw_slice(MANIFEST, part, store, OrderPlotter(store, plotter))


def test_the_pods_of_a_job_draw_each_line_once(capsys: pytest.CaptureFixture[str]) -> None:
    plotter = FakePlotter()

    codes = [drawn(plotter, ManifestSlice(index, 3)) for index in range(3)]

    assert codes == [ExitCode.DRAWN] * 3
    assert sorted(request.sensor_data.key for request in plotter.requests) == [f"{n}.csv" for n in range(1, 8)]
    assert "slice 1/3: 2 drawn, 0 unchanged, 0 bad, 0 faults of 2" in capsys.readouterr().out


def test_a_bad_log_is_named_by_its_line_in_the_whole_manifest_and_not_tried_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = drawn(FailingPlotter(InvalidLog("the log is empty")), ManifestSlice(1, 4))

    said = capsys.readouterr()
    assert code == ExitCode.BAD_LINES
    assert said.err.splitlines() == ["line 2 not drawn: the log is empty", "line 6 not drawn: the log is empty"]
    assert "2 bad" in said.out


def test_a_lost_browser_ends_the_pod_after_ten_lines_so_that_a_fresh_one_is_tried() -> None:
    plotter = FailingPlotter(RenderFailed("the browser did not start"))

    code = drawn(plotter, WHOLE, lines=30)

    assert (code, len(plotter.requests)) == (ExitCode.FAULT, 10)


def test_a_slice_beyond_the_end_has_nothing_to_draw() -> None:
    assert drawn(FakePlotter(), ManifestSlice(8, 9)) == ExitCode.DRAWN


def test_a_manifest_that_is_not_there_is_named() -> None:
    store = MemoryObjects()

    with pytest.raises(ObjectMissing, match=r"s3://welds/manifest\.jsonl"):
        draw_slice(MANIFEST, WHOLE, store, OrderPlotter(store, FakePlotter()))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["manifest.jsonl"], "manifest.jsonl"),
        (["s3://welds/manifest.jsonl", "--slice", "/8"], "JOB_COMPLETION_INDEX is unset"),
        (["s3://welds/manifest.jsonl", "--slice", "8/8"], "is no slice of a manifest"),
    ],
)
def test_a_wrong_call_is_refused_and_not_tried_again(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JOB_COMPLETION_INDEX", raising=False)

    code = main(arguments)

    assert code == ExitCode.WRONG_CALL
    assert said in capsys.readouterr().err


def test_the_number_of_the_pod_is_read_from_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOB_COMPLETION_INDEX", "9")

    code = main(["s3://welds/manifest.jsonl", "--slice", "/8"])

    assert code == ExitCode.WRONG_CALL
    assert "JOB_COMPLETION_INDEX is '9'" in capsys.readouterr().err
