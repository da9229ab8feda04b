"""The golden documents, and the function with an object store in memory and a browser that draws nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.fakes import FakeContext, MemoryObjects

from tracemark.contract.plots import ImageFormat
from tracemark.deadline import Deadline
from tracemark.document import Json
from tracemark.profile.shipped import ShippedProfile
from tracemark_plotting import wiring
from tracemark_plotting.batch import OrderPlotter
from tracemark_plotting.handler import handle
from tracemark_plotting.limits import Limits
from tracemark_plotting.plotter import LogPlotter

GOLDEN = Path(__file__).parent / "golden"
WELDING_LOG = b"0,94.79,1464,428,1\n1,94.80,1470,430,1\n"
ROBOTIC_LOG = (
    b"Date,Time,CO2 Weld Flow,Primary Weld Current,Secondary Weld Voltage\n"
    b"8/17/2022,07:50:26.295,1,2,3\n8/17/2022,07:50:26.404,4,5,6\n"
)
OWN_PROFILE = (
    b"name: own\nheader: false\ntime: {column: 0, unit: us}\n"
    b"channels: [{key: force, column: 1, title: Force, unit: kN}]\n"
)
DOCUMENT = (
    b'{"sensor_data": {"s3Path": "s3://weld-bucket/sensor_data/a/weld.1.csv"},'
    b' "image": {"s3Path": "s3://weld-bucket/images/a/weld.1.png"}}'
)


class BlankRenderer:
    """A `Renderer` whose images are empty."""

    def render(self, figures: Sequence[Any], image_format: ImageFormat, deadline: Deadline) -> list[bytes]:
        return [b""] * len(figures)


@pytest.fixture
def golden() -> Callable[[str], Json]:
    return lambda name: json.loads((GOLDEN / f"{name}.json").read_bytes())


@pytest.fixture
def store() -> MemoryObjects:
    store = MemoryObjects()
    store.put("s3://iiot-custom-label-blog-bucket-unn4d0l4j0/sensor_data/weld.1.csv", WELDING_LOG)
    store.put("s3://weld-bucket/logs/2022/08-17 (1).csv", ROBOTIC_LOG)
    store.put("s3://weld-bucket/sensor_data/a/weld.1.csv", WELDING_LOG)
    store.put("s3://weld-bucket/profiles/own.yaml", OWN_PROFILE)
    store.put("s3://weld-bucket/dataset/1.json", DOCUMENT)
    return store


@pytest.fixture
def invoked(store: MemoryObjects, monkeypatch: pytest.MonkeyPatch) -> Callable[[Json], Json]:
    """Call the function as Lambda does: its event and its answer are JSON texts."""
    plotter = LogPlotter(store, BlankRenderer(), Limits(10_000, 100, 12), ShippedProfile("welding"))
    monkeypatch.setattr(wiring, "orders", lambda: OrderPlotter(store, plotter))

    def invoke(event: Json) -> Json:
        return json.loads(json.dumps(handle(json.loads(json.dumps(event)), FakeContext())))

    return invoke
