"""The plotting image under the Lambda runtime interface emulator."""

from __future__ import annotations

import pytest
from support.items import put_item

from tracemark.errors import FunctionFailed
from tracemark_groundtruth.functions.containers import FunctionContainers, FunctionImage
from tracemark_groundtruth.functions.function import Function
from tracemark_groundtruth.s3.embedded import EmbeddedS3

pytestmark = pytest.mark.container


@pytest.fixture(scope="module")
def plotting(containers: FunctionContainers, s3: EmbeddedS3) -> Function:
    return containers.start(FunctionImage("plotting", "tracemark-plotting:latest", s3.environment))


def request(**more: object) -> dict[str, object]:
    log, place = "s3://welds/sensor_data/weld.1.csv", "s3://welds/charts/"
    return {"sensor_data": {"s3Path": log}, "destination": {"s3Path": place}, **more}


def test_the_charts_are_written_where_the_answer_says(plotting: Function, s3: EmbeddedS3) -> None:
    answer = plotting.invoke(request())

    assert [plot["file"] for plot in answer["plots"]] == [
        f"s3://welds/charts/weld.1.csv-{channel}.png" for channel in ("electrode_pos", "current", "voltage")
    ]
    for plot in answer["plots"]:
        head = s3.client.head_object(Bucket="welds", Key=plot["file"].removeprefix("s3://welds/"))
        assert head["ContentType"] == "image/png"


def test_svg_is_drawn_on_request(plotting: Function, s3: EmbeddedS3) -> None:
    answer = plotting.invoke(request(format="svg"))

    body = s3.client.get_object(Bucket="welds", Key=answer["plots"][0]["file"].removeprefix("s3://welds/"))["Body"]
    assert body.read().startswith(b"<svg")


def test_a_profile_in_the_bucket_is_read(plotting: Function, s3: EmbeddedS3) -> None:
    profile = b"name: own\nheader: false\ntime: {column: 0, unit: s}\nchannels: [{key: gas, column: 4, title: Gas}]\n"
    s3.client.put_object(Bucket="welds", Key="profiles/own.yaml", Body=profile)

    answer = plotting.invoke(request(profile={"s3Path": "s3://welds/profiles/own.yaml"}))

    assert [plot["key"] for plot in answer["plots"]] == ["gas"]


def test_a_log_that_cannot_be_drawn_is_an_error_with_its_uri(plotting: Function, s3: EmbeddedS3) -> None:
    put_item(s3.client, 9, log=b"")

    with pytest.raises(FunctionFailed, match=r"s3://welds/sensor_data/weld\.9\.csv: the log is empty"):
        plotting.invoke(request(sensor_data={"s3Path": "s3://welds/sensor_data/weld.9.csv"}))


def test_figures_are_not_accepted_from_callers(plotting: Function) -> None:
    with pytest.raises(FunctionFailed, match="sensor_data"):
        plotting.invoke({"figure": {"data": []}, "destination": {"s3Path": "s3://welds/charts/"}})
