"""The task input of items that have more, or less, than one log and one photograph."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support.fakes import FakePlotter, MemoryObjects, photograph

from tracemark.contract.categories import Categories
from tracemark.contract.dataset import Dataset, Log, Media
from tracemark.contract.plots import Plot, PlotRequest, PlotResult
from tracemark.contract.preannotation import PreAnnotationRequest, PreAnnotationResponse
from tracemark.deadline import Deadline
from tracemark.document import Json
from tracemark.storage.s3uri import S3Uri
from tracemark_prelabel.photographs import Photograph
from tracemark_prelabel.prepare import Preparation
from tracemark_prelabel.task_input import Shown, task_input

DOCUMENT = "s3://welds/dataset/1.json"
LABELS = Categories(("good", "bad"))


class NotingPlotter(FakePlotter):
    """A plotter that has something to say about every log."""

    def plot(self, request: PlotRequest, deadline: Deadline) -> PlotResult:
        return replace(super().plot(request, deadline), notes=("3 gaps",))


def answered(
    document: Json, plotter: FakePlotter | None = None, files: Mapping[str, bytes] | None = None
) -> PreAnnotationResponse:
    store = MemoryObjects()
    store.put(DOCUMENT, json.dumps(document).encode())
    for name in ("a.jpg", "b.jpg"):
        store.put(f"s3://welds/{name}", photograph("JPEG"))
    for name in ("a.csv", "b.csv", "a.wav", "a.mp4"):
        store.put(f"s3://welds/{name}", b"x")
    for name, data in (files or {}).items():
        store.put(f"s3://welds/{name}", data)
    preparation = Preparation(store, plotter or FakePlotter())
    return preparation.answer(PreAnnotationRequest("", {"source": DOCUMENT}), Deadline.after(30))


def at(name: str, **more: Json) -> dict[str, Json]:
    return {"s3Path": f"s3://welds/{name}", **more}


def shown(document: Json, plotter: FakePlotter | None = None) -> dict[str, Any]:
    found = answered(document, plotter)
    assert found.is_human_annotation_required, found.task_input
    return dict(found.task_input)


def test_an_item_without_a_photograph_has_charts_alone() -> None:
    found = shown({"sensor_data": at("a.csv")})

    assert "image" not in found
    assert [channel["key"] for channel in found["channels"]] == ["electrode", "current", "voltage"]


def test_an_item_without_a_log_has_its_photograph_alone() -> None:
    found = shown({"image": at("a.jpg")})

    assert (found["image"]["file"], found["channels"]) == ("s3://welds/a.jpg", [])


def test_several_photographs_are_listed_and_the_first_stays_the_image() -> None:
    found = shown({"image": [at("a.jpg", title="Root"), at("b.jpg")]})

    assert found["image"]["file"] == "s3://welds/a.jpg"
    assert found["images"] == [
        {"file": "s3://welds/a.jpg", "title": "Root"},
        {"file": "s3://welds/b.jpg", "title": "b.jpg"},
    ]


def test_a_photograph_with_a_title_of_its_own_is_listed_with_it() -> None:
    found = shown({"image": at("a.jpg", title="Root")})

    assert (found["images"], found["image"]["title"]) == ([{"file": "s3://welds/a.jpg", "title": "Root"}], " Root")


def test_the_charts_of_several_logs_have_keys_files_and_titles_of_their_own() -> None:
    found = shown({"sensor_data": [at("a.csv", title="Robot"), at("b.csv")]})

    keys = [channel["key"] for channel in found["channels"]]
    assert keys == ["electrode", "current", "voltage", "electrode_2", "current_2", "voltage_2"]
    assert len({found[key]["file"] for key in keys}) == 6
    assert [channel["title"] for channel in found["channels"]][::3] == [
        "Robot: Electrode position",
        "b.csv: Electrode position",
    ]
    assert [log["channels"] for log in found["logs"]] == [keys[:3], keys[3:]]


def test_each_log_is_drawn_by_its_own_profile_and_clock() -> None:
    plotter = FakePlotter()
    own = {"s3Path": "s3://welds/mic.yaml"}

    shown({"sensor_data": [at("a.csv"), at("b.csv", profile=own, offset=1.5)]}, plotter)

    assert [(str(request.profile), request.offset) for request in plotter.requests] == [
        ("None", 0.0),
        ("s3://welds/mic.yaml", 1.5),
    ]


def test_recordings_films_and_notes_are_passed_on() -> None:
    found = shown({"audio": at("a.wav", title="Microphone"), "video": [at("a.mp4")], "notes": ["nozzle changed"]})

    assert found["audio"] == [{"file": "s3://welds/a.wav", "title": "Microphone"}]
    assert found["video"] == [{"file": "s3://welds/a.mp4", "title": "a.mp4"}]
    assert found["notes"] == ["nozzle changed"]


def test_a_recording_that_is_not_there_leaves_the_item_out() -> None:
    found = answered({"audio": at("gone.wav")})

    assert not found.is_human_annotation_required
    assert "gone.wav" in found.task_input["error"]


def test_a_broken_photograph_leaves_the_item_out() -> None:
    found = answered({"image": at("broken.jpg"), "sensor_data": at("a.csv")}, files={"broken.jpg": b""})

    assert not found.is_human_annotation_required
    assert found.task_input["error"].startswith("s3://welds/broken.jpg: the image is empty")


def test_what_was_done_to_a_log_is_told_with_its_name_when_there_are_several() -> None:
    alone = shown({"sensor_data": at("a.csv")}, NotingPlotter())
    two = shown({"sensor_data": [at("a.csv", title="Robot"), at("b.csv")]}, NotingPlotter())

    assert (alone["notes"], two["notes"]) == (["3 gaps"], ["Robot: 3 gaps", "b.csv: 3 gaps"])


def test_what_was_done_to_a_photograph_is_told() -> None:
    image = Media(S3Uri.parse("s3://welds/a.tif"))
    photographs = [Photograph(S3Uri.parse("s3://welds/plots/a.jpg"), "page 1 of 3 is shown")]

    found = task_input(Shown(Dataset(images=(image,)), photographs, []), LABELS)

    assert found["notes"] == ["a.tif: page 1 of 3 is shown"]
    assert found["image"] == {"file": "s3://welds/plots/a.jpg", "title": " from image at s3://welds/a.tif"}


@given(st.lists(st.lists(st.sampled_from("abc"), unique=True, min_size=1), min_size=1, max_size=6))
def test_whatever_the_logs_call_their_channels_no_key_is_taken_twice(keys: list[list[str]]) -> None:
    logs = tuple(Log(S3Uri("welds", f"{number}.csv")) for number in range(len(keys)))
    charts = [
        PlotResult(tuple(Plot(key, key, "", S3Uri("welds", f"{number}-{key}.png")) for key in own), True)
        for number, own in enumerate(keys)
    ]

    found = task_input(Shown(Dataset(logs=logs), [], charts), LABELS)

    listed = found["channels"]
    assert len({channel["key"] for channel in listed}) == sum(map(len, keys))
    assert all(found[channel["key"]]["file"] == channel["file"] for channel in listed)
