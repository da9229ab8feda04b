"""The plotting protocol: where charts go, and its JSON both ways."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.contract.plots import ImageFormat, Plot, PlotRequest, PlotResult
from tracemark.document import Json, Node
from tracemark.errors import DataError
from tracemark.profile.sensor_profile import Channel
from tracemark.profile.shipped import ShippedProfile
from tracemark.storage.s3uri import S3Prefix, S3Uri

EVENT: dict[str, Json] = {
    "sensor_data": {"s3Path": "s3://bucket/sensor_data/weld.1.csv"},
    "destination": {"s3Path": "s3://bucket/plots/"},
}
PLOTS = S3Prefix("bucket", "plots/")
VOLTAGE = Channel("voltage", 3, "Voltage", file="voltage")


def _parsed(event: Json) -> PlotRequest:
    return PlotRequest.parse(Node(event, "plot request"))


def _again(value: Json) -> Node:
    return Node(json.loads(json.dumps(value)), "again")


@pytest.mark.parametrize(
    ("key", "file"),
    [
        ("current", "weld.1.csv-current.png"),
        ("electrode", "weld.1.csv-electrode_pos.png"),
        ("voltage", "weld.1.csv-voltage.png"),
    ],
)
def test_the_seed_s_own_names_come_out_for_its_own_layout(key: str, file: str) -> None:
    channels = {channel.key: channel for channel in ShippedProfile("welding").load().channels}

    found = _parsed(EVENT).file(channels[key])

    assert str(found) == f"s3://bucket/plots/{file}"


@pytest.mark.parametrize(
    ("log", "file"),
    [
        ("sensor_data/a/weld.1.csv", "plots/a/weld.1.csv-voltage.png"),
        ("sensor_data/b/weld.1.csv", "plots/b/weld.1.csv-voltage.png"),
        ("logs/weld.1.csv", "plots/logs/weld.1.csv-voltage.png"),
        ("sensor_data/sensor_data/weld.1.csv", "plots/sensor_data/weld.1.csv-voltage.png"),
        ("old/sensor_data/weld.1.csv", "plots/old/sensor_data/weld.1.csv-voltage.png"),
        ("sensor_data", "plots/sensor_data-voltage.png"),
        ("sensor_data/a b+c%2F/ü'\".csv", "plots/a b+c%2F/ü'\".csv-voltage.png"),
        ("sensor_data/../weld.csv", "plots/../weld.csv-voltage.png"),
    ],
)
def test_a_chart_s_key_is_the_whole_key_of_its_log(log: str, file: str) -> None:
    found = PlotRequest(S3Uri("bucket", log), PLOTS).file(VOLTAGE)

    assert found == S3Uri("bucket", file)


keys = st.text("ab-/._", min_size=1, max_size=8)
names = st.sampled_from(["a", "b", "a_b", "electrode_pos"])


@given(keys, keys, names, names)
def test_two_logs_or_two_channels_never_share_a_chart(log: str, other: str, name: str, other_name: str) -> None:
    def file(key: str, channel: str) -> S3Uri:
        request = PlotRequest(S3Uri("bucket", f"sensor_data/{key}"), PLOTS)
        return request.file(Channel(channel, 0, channel, file=channel))

    same = file(log, name) == file(other, other_name)

    assert same == ((log, name) == (other, other_name))


def test_a_chart_may_be_an_svg() -> None:
    request = PlotRequest(S3Uri("bucket", "sensor_data/a.csv"), PLOTS, format=ImageFormat.SVG)

    assert request.file(VOLTAGE).key == "plots/a.csv-voltage.svg"


def test_a_trace_file_lies_beside_the_charts_of_its_log() -> None:
    request = PlotRequest(S3Uri("bucket", "sensor_data/a/b.csv"), PLOTS)

    assert str(request.trace_file) == "s3://bucket/plots/a/b.csv.zarr.zip"


def test_a_result_without_a_trace_file_has_no_key_for_it() -> None:
    assert set(PlotResult((), rendered=True).to_json()) == {"plots", "rendered"}


def test_a_log_whose_chart_s_key_would_be_too_long_is_refused() -> None:
    request = PlotRequest(S3Uri("bucket", "k" * 1_020), PLOTS)

    with pytest.raises(DataError, match="bytes in UTF-8"):
        request.file(VOLTAGE)


def test_the_smallest_request_means_the_default_profile_and_png() -> None:
    expected = PlotRequest(S3Uri("bucket", "sensor_data/weld.1.csv"), PLOTS, None, ImageFormat.PNG)

    assert _parsed(EVENT) == expected


@pytest.mark.parametrize("profile", [None, S3Uri("bucket", "p.yaml"), ShippedProfile("robotic-weld")], ids=str)
@pytest.mark.parametrize("image_format", list(ImageFormat))
def test_a_request_comes_back_from_its_json(profile: S3Uri | ShippedProfile | None, image_format: ImageFormat) -> None:
    request = PlotRequest(S3Uri("bucket", "ü/a b.csv"), S3Prefix("bucket", ""), profile, image_format)

    assert PlotRequest.parse(_again(request.to_json())) == request


@pytest.mark.parametrize("trace", [None, S3Uri("bucket", "plots/a.csv.zarr.zip")], ids=str)
@pytest.mark.parametrize("rendered", [True, False])
def test_a_result_comes_back_from_its_json(rendered: bool, trace: S3Uri | None) -> None:
    plots = (
        Plot("b", "Bravo", "V", S3Uri("bucket", "b.png")),
        Plot("a", "Alpha", "", S3Uri("bucket", "a.png")),
    )
    result = PlotResult(plots, rendered, ("Rows sorted by time.",) if rendered else (), trace)

    assert PlotResult.parse(_again(result.to_json())) == result


def test_further_keys_of_an_event_are_ignored() -> None:
    assert _parsed({**EVENT, "figure": {"data": []}}) == _parsed(EVENT)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"sensor_data": None}, "key 'sensor_data' is missing"),
        ({"sensor_data": "s3://bucket/a"}, "key 'sensor_data' holds"),
        ({"destination": {}}, "key 's3Path' is missing in 'destination'"),
        ({"destination": {"s3Path": "plots/"}}, "plot request key 'destination.s3Path': 'plots/' is no S3 URI"),
        ({"profile": {"name": "nobody's"}}, "no shipped sensor profile is called"),
        ({"profile": {"name": 7}}, "key 'profile.name' holds 7"),
        ({"profile": {"s3Path": "welding"}}, "'welding' is no S3 URI"),
        ({"profile": {"file": "x"}}, "key 's3Path' is missing in 'profile'"),
        ({"format": "pdf"}, "key 'format' holds 'pdf'; expected png or svg"),
        ({"format": "PNG"}, "key 'format' holds 'PNG'"),
        ({"format": ["png"]}, "key 'format' holds ['png']"),
    ],
)
def test_a_wrong_request_is_a_data_error_that_names_the_key(change: dict[str, Json], cause: str) -> None:
    with pytest.raises(DataError) as refusal:
        _parsed({**EVENT, **change})

    assert cause in str(refusal.value)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"plots": []},
        {"plots": {}, "rendered": True},
        {"plots": [], "rendered": "true"},
        {"plots": [{"key": "a", "title": "A", "unit": "", "file": "a.png"}], "rendered": True},
        {"plots": [{"key": "a", "title": "A", "unit": 5, "file": "s3://bucket/a.png"}], "rendered": True},
        {"errorMessage": "x", "errorType": "InvalidLog"},
        None,
    ],
    ids=str,
)
def test_a_wrong_answer_is_refused(answer: Json) -> None:
    with pytest.raises(DataError):
        PlotResult.parse(Node(answer, "plotting function"))


def test_each_format_has_its_media_type() -> None:
    found = {image_format.value: image_format.media_type for image_format in ImageFormat}

    assert found == {"png": "image/png", "svg": "image/svg+xml"}
