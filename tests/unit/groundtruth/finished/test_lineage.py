"""Where a label comes from: what the dataset document and the charts themselves say, nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from moto import mock_aws
from support.labeling_setups import s3_client

from tracemark.contract.plots import ImageFormat, PlotRequest
from tracemark.deadline import Deadline
from tracemark.document import Json
from tracemark.profile.shipped import ShippedProfile
from tracemark.storage.s3objects import S3Objects
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_groundtruth.finished.lineage import Archive, Lineage
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_plotting.limits import Limits
from tracemark_plotting.page import Figure
from tracemark_plotting.plotter import LogPlotter

OWN = b"name: own\nheader: false\ntime: {column: 0, unit: s}\nchannels: [{key: a, column: 1, title: A}]\n"
DOCUMENT = S3Uri("welds", "dataset/1.json")


class BlankRenderer:
    def render(self, figures: Sequence[Figure], image_format: ImageFormat, deadline: Deadline) -> list[bytes]:
        return [b""] * len(figures)


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = s3_client()
        client.create_bucket(Bucket="welds", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        put(client, "own.yaml", OWN)
        yield client


def put(client: Any, key: str, data: bytes) -> None:
    client.put_object(Bucket="welds", Key=key, Body=data)


def drawn(client: Any, log: str, profile: ShippedProfile | S3Uri, channels: int = 12) -> None:
    put(client, log, b"0,1,2,3\n100,4,5,6\n")
    plotter = LogPlotter(S3Objects(client), BlankRenderer(), Limits(1_000, 10, channels), profile)
    plotter.plot(PlotRequest(S3Uri("welds", log), S3Prefix("welds", "plots/")), Deadline.after(30))


def lineage(client: Any, **document: Json) -> Lineage:
    put(client, DOCUMENT.key, json.dumps(document).encode())
    return Archive(JobStorage(client)).lineage(DOCUMENT)


def at(key: str) -> dict[str, Json]:
    return {"s3Path": f"s3://welds/{key}"}


def test_the_profile_is_that_of_the_charts_whatever_the_shell_says(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn(s3, "sensor_data/weld.1.csv", S3Uri("welds", "own.yaml"))
    monkeypatch.setenv("SENSOR_PROFILE", "robotic-weld")

    found = lineage(s3, sensor_data=at("sensor_data/weld.1.csv"), image=at("a.jpg"))

    assert (found.profile, found.plots) == ("s3://welds/own.yaml", ("s3://welds/plots/weld.1.csv-a.png",))
    assert (found.image, found.sensor_data) == ("s3://welds/a.jpg", "s3://welds/sensor_data/weld.1.csv")


def test_a_shipped_profile_is_told_by_its_name(s3: Any) -> None:
    drawn(s3, "sensor_data/weld.1.csv", ShippedProfile("welding"))

    found = lineage(s3, sensor_data=at("sensor_data/weld.1.csv"))

    assert (found.profile, len(found.plots), found.image) == ("welding", 3, "")


def test_a_profile_with_letters_of_any_alphabet_is_told_as_it_is(s3: Any) -> None:
    put(s3, "profiles/Prüfstand 溶接.yaml", OWN)
    drawn(s3, "sensor_data/weld.1.csv", S3Uri("welds", "profiles/Prüfstand 溶接.yaml"))

    assert lineage(s3, sensor_data=at("sensor_data/weld.1.csv")).profile == "s3://welds/profiles/Prüfstand 溶接.yaml"


def test_charts_of_a_log_whose_name_begins_alike_are_not_taken_for_its_own(s3: Any) -> None:
    drawn(s3, "sensor_data/weld", S3Uri("welds", "own.yaml"))
    drawn(s3, "sensor_data/weld-2", S3Uri("welds", "own.yaml"))

    assert lineage(s3, sensor_data=at("sensor_data/weld")).plots == ("s3://welds/plots/weld-a.png",)


def test_nothing_is_told_of_a_log_that_was_never_drawn(s3: Any) -> None:
    found = lineage(s3, sensor_data=at("sensor_data/weld.1.csv"))

    assert (found.profile, found.plots, found.drawn_by) == ("", (), "")


def test_several_logs_and_further_files_are_all_told(s3: Any) -> None:
    drawn(s3, "sensor_data/a.csv", ShippedProfile("welding"))
    drawn(s3, "sensor_data/b.csv", S3Uri("welds", "own.yaml"))

    found = lineage(
        s3,
        sensor_data=[at("sensor_data/a.csv"), at("sensor_data/b.csv")],
        image=[at("a.jpg"), at("b.jpg")],
        audio=at("a.wav"),
    )

    assert found.profile == "welding; s3://welds/own.yaml"
    assert (len(found.plots), found.further) == (4, ("s3://welds/b.jpg", "s3://welds/a.wav"))


def test_a_document_that_is_gone_leads_nowhere(s3: Any) -> None:
    assert Archive(JobStorage(s3)).lineage(S3Uri("welds", "gone.json")) == Lineage()
