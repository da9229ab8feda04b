"""`tracemark.load`: a folder's items, answers and signals for programs, read where they lie."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import EntryPoints
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracemark
from tracemark.errors import InvalidConfiguration, InvalidLog, ObjectMissing
from tracemark_cli.setup.job_folder import JobFolder
from tracemark_cli.setup.pairing import Rule
from tracemark_cli.setup.plan import OnProgress, Wishes, make_plan
from tracemark_plotting import tracks


def refuse(*_: Any) -> Any:
    raise AssertionError("nothing is asked")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "welds"
    data.mkdir()
    for name in ("a", "b"):
        (data / f"{name}.csv").write_text("t [s],U [V]\n" + "".join(f"{n / 10},{n % 7}\n" for n in range(50)))
    make_plan(JobFolder.of(data, None), Wishes(rule=Rule.SINGLE), refuse, OnProgress()).write()
    return data


def answered(folder: Path, object_id: int, moment: str, worker: str, content: Mapping[str, Any]) -> None:
    """Write what a job writes when one worker's answer is consolidated, and nothing else."""
    tree = folder / ".tracemark-job/welds-job/output/welds-1/annotations"
    response = tree / f"worker-response/iteration-1/{object_id}/{moment}.json"
    response.parent.mkdir(parents=True, exist_ok=True)
    answer = {"workerId": worker, "answerContent": content, "timeSpentInSeconds": 2.5}
    response.write_text(json.dumps({"answers": [answer]}))
    consolidated = {"label": {"Class": content["Class"]["label"], "confidence": 0.75}}
    file = tree / f"consolidated-annotation/consolidation-response/iteration-1/{moment}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        json.dumps([{"datasetObjectId": str(object_id), "consolidatedAnnotation": {"content": consolidated}}])
    )


def test_items_are_there_before_anybody_has_answered(folder: Path) -> None:
    loaded = tracemark.load(folder)

    assert loaded.items[["standing", "logs"]].to_dict("index") == {
        "a": {"standing": "waiting", "logs": ("a.csv",)},
        "b": {"standing": "waiting", "logs": ("b.csv",)},
    }
    assert loaded.answers.empty


def test_labels_answers_and_marks_are_those_of_this_moment(folder: Path) -> None:
    box = {"boundingBoxes": [{"left": 1}]}
    answered(folder, 1, "2026-01-01_00:00:00".replace(":", "-"), "w", {"Class": {"label": "Good"}, "Box": box})

    loaded = tracemark.load(folder)

    assert loaded.items.loc["b", ["label", "confidence", "standing"]].tolist() == ["Good", 0.75, "labeled"]
    assert loaded.items.loc["a", "standing"] == "waiting"
    row = loaded.answers.iloc[0]
    assert (row["item"], row["worker"], row["label"], row["seconds"]) == ("b", "w", "Good", 2.5)
    assert row["marks"] == {"Box": box}


def test_every_sample_of_a_log_is_there_along_its_time(folder: Path) -> None:
    (signals,) = tracemark.load(folder).signals("a")

    (key,) = signals.values
    assert signals.units == {key: "V"}
    np.testing.assert_allclose(signals.time[key], np.arange(50) / 10)
    np.testing.assert_array_equal(signals.values[key], np.arange(50) % 7)


def test_every_sample_of_a_log_too_long_for_memory_is_there_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracks, "MOST_CELLS", 40)

    (signals,) = tracemark.load(folder).signals("a")

    (key,) = signals.values
    np.testing.assert_allclose(signals.time[key], np.arange(50) / 10)
    np.testing.assert_array_equal(signals.values[key], np.arange(50) % 7)


def test_a_job_elsewhere_is_named(folder: Path, tmp_path: Path) -> None:
    (folder / ".tracemark-job").rename(tmp_path / "job")
    (tmp_path / "job/buckets.yaml").write_text("welds: ../welds\n")

    assert list(tracemark.load(folder, tmp_path / "job").items.index) == ["a", "b"]


def test_a_folder_without_a_job_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match="run tracemark label"):
        tracemark.load(tmp_path)


def test_an_item_that_is_not_there_and_a_log_that_is_gone_or_broken_are_named(folder: Path) -> None:
    loaded = tracemark.load(folder)
    (folder / "a.csv").unlink()
    (folder / "b.csv").write_text("t [s],U [V]\n0,1\n0.1,what\n")

    with pytest.raises(InvalidConfiguration, match="there is no item 'c'"):
        loaded.signals("c")
    with pytest.raises(ObjectMissing, match=r"a\.csv"):
        loaded.signals("a")
    with pytest.raises(InvalidLog, match="what"):
        loaded.signals("b")


def test_without_the_command_the_package_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: EntryPoints())

    with pytest.raises(InvalidConfiguration, match="tracemark-cli"):
        tracemark.load(folder)
