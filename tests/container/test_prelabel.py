"""The pre-labeling image under the Lambda runtime interface emulator."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support.items import put_item

from tracemark.errors import FunctionFailed
from tracemark_groundtruth.functions.containers import FunctionContainers, FunctionImage
from tracemark_groundtruth.functions.function import Function
from tracemark_groundtruth.s3.embedded import EmbeddedS3

pytestmark = pytest.mark.container

IMAGE = "tracemark-prelabel:latest"


@pytest.fixture(scope="module")
def prelabel(containers: FunctionContainers, s3: EmbeddedS3) -> Function:
    return containers.start(FunctionImage("prelabel", IMAGE, s3.environment))


def expected(project: Path) -> Any:
    """The golden answer of the contract tests, for this bucket."""
    golden = (project / "tests/contract/prelabel/golden/answer.json").read_text(encoding="utf-8")
    return json.loads(golden.replace("iiot-custom-label-blog-bucket-unn4d0l4j0", "welds"))


def test_the_tutorials_item_gives_the_golden_answer(prelabel: Function, s3: EmbeddedS3, project: Path) -> None:
    answer = prelabel.invoke(put_item(s3.client, 1))

    assert answer == expected(project)


@pytest.mark.parametrize("channel", ["electrode", "current", "voltage"])
def test_each_chart_is_a_png_with_ink_in_it(prelabel: Function, s3: EmbeddedS3, channel: str) -> None:
    answer = prelabel.invoke(put_item(s3.client, 1))

    key = answer["taskInput"][channel]["file"].removeprefix("s3://welds/")
    chart = Image.open(io.BytesIO(s3.client.get_object(Bucket="welds", Key=key)["Body"].read()))
    assert (chart.format, chart.size) == ("PNG", (1000, 500))
    assert len(chart.convert("RGB").crop((150, 80, 960, 390)).getcolors(10**6) or []) > 10


def test_a_second_call_draws_nothing_anew(prelabel: Function, s3: EmbeddedS3) -> None:
    event = put_item(s3.client, 2)
    key = "plots/weld.2.csv-current.png"
    prelabel.invoke(event)
    inputs = s3.client.head_object(Bucket="welds", Key=key)["Metadata"]
    s3.client.put_object(Bucket="welds", Key=key, Body=b"a mark", Metadata=inputs)

    prelabel.invoke(event)

    assert s3.client.get_object(Bucket="welds", Key=key)["Body"].read() == b"a mark"


def test_a_changed_log_is_drawn_anew(prelabel: Function, s3: EmbeddedS3) -> None:
    prelabel.invoke(put_item(s3.client, 3))
    before = s3.client.head_object(Bucket="welds", Key="plots/weld.3.csv-current.png")["ETag"]

    prelabel.invoke(put_item(s3.client, 3, log=b"0,1,2,3\n50,2,3,4\n100,9,8,7\n"))

    assert s3.client.head_object(Bucket="welds", Key="plots/weld.3.csv-current.png")["ETag"] != before


@pytest.mark.parametrize(
    ("log", "cause"),
    [
        (b"", "the log is empty"),
        (b"0,94.79,1464,428\n", "1 rows of numbers"),
        (b"time,a,b,c\n", "column 1 holds 'time'"),
        (b"0,1,2,3\n50,1,x,3\n", "line 2"),
        (b"0,1,,3\n50,1,,3\n", "channel 'current'"),
    ],
    ids=["empty", "one row", "text", "text cell", "no finite value"],
)
def test_a_log_at_fault_is_left_out_with_its_uri_and_cause(
    prelabel: Function, s3: EmbeddedS3, log: bytes, cause: str
) -> None:
    answer = prelabel.invoke(put_item(s3.client, 4, log=log))

    assert answer["isHumanAnnotationRequired"] == "false"
    assert "s3://welds/sensor_data/weld.4.csv" in answer["taskInput"]["error"]
    assert cause in answer["taskInput"]["error"]


@pytest.mark.parametrize("name", ["a b", "a+b", "a%2Fb", "ä°", "a'b\"c", "a//b", "../a", "s3:weld"])
def test_a_key_of_any_kind_comes_back_exactly(prelabel: Function, s3: EmbeddedS3, name: str) -> None:
    event = put_item(s3.client, name)

    answer = prelabel.invoke(event)

    assert answer["taskInput"]["image"]["file"] == f"s3://welds/images/weld.{name}.png"
    assert answer["taskInput"]["current"]["file"] == f"s3://welds/plots/weld.{name}.csv-current.png"
    s3.client.head_object(Bucket="welds", Key=f"plots/weld.{name}.csv-current.png")


def test_a_bad_item_ends_the_call_when_it_is_to_fail(containers: FunctionContainers, s3: EmbeddedS3) -> None:
    strict = containers.start(FunctionImage("strict", IMAGE, {**s3.environment, "ON_BAD_ITEM": "fail"}))

    with pytest.raises(FunctionFailed, match="the log is empty"):
        strict.invoke(put_item(s3.client, 5, log=b""))


def test_a_bucket_outside_the_allow_list_is_not_read(containers: FunctionContainers, s3: EmbeddedS3) -> None:
    confined = containers.start(FunctionImage("confined", IMAGE, {**s3.environment, "ALLOWED_BUCKETS": "others"}))

    answer = confined.invoke(put_item(s3.client, 6))

    assert "ALLOWED_BUCKETS" in answer["taskInput"]["error"]


def test_the_plotting_function_draws_when_it_is_named(
    containers: FunctionContainers, s3: EmbeddedS3, project: Path
) -> None:
    containers.start(FunctionImage("plotting", "tracemark-plotting:latest", s3.environment))
    plotting = containers.functions[-1]
    remote = {"PLOTTING_FUNCTION": "function", "AWS_ENDPOINT_URL_LAMBDA": plotting.endpoint.url}
    prelabel = containers.start(FunctionImage("prelabel-remote", IMAGE, {**s3.environment, **remote}))
    event = put_item(s3.client, 1)
    s3.client.delete_object(Bucket="welds", Key="plots/weld.1.csv-current.png")

    answer = prelabel.invoke(event)

    assert answer == expected(project)
    s3.client.head_object(Bucket="welds", Key="plots/weld.1.csv-current.png")


def test_a_data_error_of_the_plotting_function_leaves_the_item_out(
    containers: FunctionContainers, s3: EmbeddedS3
) -> None:
    containers.start(FunctionImage("plotting", "tracemark-plotting:latest", s3.environment))
    plotting = containers.functions[-1]
    remote = {"PLOTTING_FUNCTION": "function", "AWS_ENDPOINT_URL_LAMBDA": plotting.endpoint.url}
    prelabel = containers.start(FunctionImage("prelabel-remote", IMAGE, {**s3.environment, **remote}))

    answer = prelabel.invoke(put_item(s3.client, 7, log=b""))

    assert "the log is empty" in answer["taskInput"]["error"]
