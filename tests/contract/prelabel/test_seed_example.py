"""The tutorial's own event gives the tutorial's own answer, with each chart under its own channel."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from support.fakes import FakeContext, MemoryObjects, photograph

from tracemark.contract.plots import ImageFormat
from tracemark.deadline import Deadline
from tracemark.errors import InvalidEvent
from tracemark.profile.shipped import DEFAULT_PROFILE, ShippedProfile
from tracemark_plotting.limits import Limits
from tracemark_plotting.page import Figure
from tracemark_plotting.plotter import LogPlotter
from tracemark_prelabel import handler, wiring
from tracemark_prelabel.prepare import Preparation

GOLDEN = Path(__file__).parent / "golden"
BUCKET = "s3://iiot-custom-label-blog-bucket-unn4d0l4j0"


class NamesInsteadOfImages:
    """A renderer whose image of a figure is the figure's title."""

    def render(self, figures: Sequence[Figure], image_format: ImageFormat, deadline: Deadline) -> list[bytes]:
        return [figure["layout"]["title"]["text"].encode() for figure in figures]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> MemoryObjects:
    """The tutorial's bucket, wired into the function."""
    store = MemoryObjects()
    document = {
        "sensor_data": {"s3Path": f"{BUCKET}/sensor_data/weld.1.csv"},
        "image": {"s3Path": f"{BUCKET}/images/weld.1.png"},
    }
    store.put(f"{BUCKET}/dataset/dataset-1.json", json.dumps(document).encode())
    store.put(f"{BUCKET}/sensor_data/weld.1.csv", b"0,94.79,1464,428,0,0\n1100,94.79,1464,428,0,0\n")
    store.put(f"{BUCKET}/images/weld.1.png", photograph())
    plotter = LogPlotter(store, NamesInsteadOfImages(), Limits(10**6, 10**6, 12), ShippedProfile(DEFAULT_PROFILE))
    monkeypatch.setattr(wiring, "preparation", lambda: Preparation(store, plotter))
    return store


def golden(name: str) -> Any:
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


@pytest.mark.usefixtures("store")
def test_the_tutorials_event_gives_the_tutorials_answer() -> None:
    answer = handler.handle(golden("event.json"), FakeContext())

    assert answer == golden("answer.json")


@pytest.mark.usefixtures("store")
def test_the_answer_is_json() -> None:
    answer = handler.handle(golden("event.json"), FakeContext())

    assert json.loads(json.dumps(answer)) == answer


@pytest.mark.parametrize("channel", ["voltage", "current", "electrode"])
def test_each_channel_points_at_the_chart_of_that_channel(store: MemoryObjects, channel: str) -> None:
    answer = handler.handle(golden("event.json"), FakeContext())

    uri = answer["taskInput"][channel]["file"]
    drawn = {str(written): store.read(written, limit=10**6).data for written in store.objects}
    assert channel in drawn[uri].decode().lower()


def test_a_second_call_writes_nothing(store: MemoryObjects) -> None:
    handler.handle(golden("event.json"), FakeContext())
    before = dict(store.objects)

    handler.handle(golden("event.json"), FakeContext())

    assert all(store.objects[uri] is before[uri] for uri in before)


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("version", ["2018-10-16", None])
def test_the_version_of_the_event_does_not_matter(version: str | None) -> None:
    event = golden("event.json") | {"version": version}

    answer = handler.handle(event, FakeContext())

    assert answer == golden("answer.json")


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("event", [None, [], {}, {"dataObject": 7}])
def test_an_event_of_another_kind_is_refused(event: object) -> None:
    with pytest.raises(InvalidEvent, match="pre-annotation event"):
        handler.handle(event, FakeContext())
