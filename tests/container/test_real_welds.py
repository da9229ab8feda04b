"""Five real robot welds, both photographs of each, through a whole job with the built images."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tracemark_groundtruth.functions.containers import FunctionContainers, FunctionImage
from tracemark_groundtruth.job.answers import AnswersFile
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.result import JobResult
from tracemark_groundtruth.labeling.offline import Engine
from tracemark_groundtruth.s3.embedded import EmbeddedS3

pytestmark = pytest.mark.container

CHANNELS = {"current": "A", "voltage": "V", "gas_flow": "L/min"}
JOB = """
LabelingJobName: RealWelds
LabelAttributeName: weld
RoleArn: arn:aws:iam::111122223333:role/tracemark-labeling
InputConfig: {DataSource: {S3DataSource: {ManifestS3Uri: "s3://real-welds/manifest.jsonl"}}}
OutputConfig: {S3OutputPath: "s3://real-welds/output/"}
HumanTaskConfig:
  WorkteamArn: arn:aws:sagemaker:eu-west-1:111122223333:workteam/private-crowd/welding-experts
  UiConfig: {UiTemplateS3Uri: "s3://real-welds/templates/weld.liquid.html"}
  PreHumanTaskLambdaArn: arn:aws:lambda:eu-west-1:111122223333:function:PreLabelingLambda-tracemark
  AnnotationConsolidationConfig:
    AnnotationConsolidationLambdaArn: arn:aws:lambda:eu-west-1:111122223333:function:PostLabelingLambda-tracemark
  TaskTitle: Classify a weld
  TaskDescription: Look at the photograph and the charts.
  NumberOfHumanWorkersPerDataObject: 2
  TaskTimeLimitInSeconds: 3600
"""


@pytest.fixture(scope="module")
def items(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A local folder with the welds' bucket, and the name of the run of each manifest line."""
    folder = tmp_path_factory.mktemp("real")
    bucket = folder / "real-welds"
    runs = []
    manifest = []
    for log in sorted((reference_data / "welds").glob("*/*.csv")):
        for photograph in sorted(log.parent.glob("*.jpg")):
            name = f"{log.stem}-{photograph.stem}"
            put(bucket / "sensor_data" / log.parent.name / log.name, log.read_bytes())
            put(bucket / "images" / f"{name}.jpg", photograph.read_bytes())
            document = {
                "sensor_data": {"s3Path": f"s3://real-welds/sensor_data/{log.parent.name}/{log.name}"},
                "image": {"s3Path": f"s3://real-welds/images/{name}.jpg"},
            }
            put(bucket / "dataset" / f"{name}.json", json.dumps(document).encode())
            manifest.append(json.dumps({"source": f"s3://real-welds/dataset/{name}.json"}))
            runs.append(log.stem)
    put(bucket / "manifest.jsonl", "\n".join(manifest).encode())
    return folder, runs


@pytest.fixture(scope="module")
def finished(items: tuple[Path, list[str]], emulator: Path) -> tuple[Path, JobResult]:
    """The folder after the job, and what the job says of itself."""
    folder, runs = items
    answers = "\n".join(
        json.dumps(
            {
                "datasetObjectId": str(index),
                "workerId": worker,
                "answerContent": {"WeldingClassification": {"label": "Good Weld"}},
            }
        )
        for index in range(len(runs))
        for worker in ("private.eu-west-1.000000000000000a", "private.eu-west-1.000000000000000b")
    )
    with EmbeddedS3(folder) as s3, FunctionContainers(emulator) as containers:
        environment = {**s3.environment, "SENSOR_PROFILE": "robotic-weld"}
        engine = Engine(
            client=s3.client,
            pre_annotation=containers.start(FunctionImage("pre", "tracemark-prelabel:latest", environment)),
            post_annotation=containers.start(FunctionImage("post", "tracemark-postlabel:latest", environment)),
            workers=AnswersFile.parse(answers.encode(), "answers"),
            now=lambda: datetime.now(UTC),
        )
        result = engine.run(LabelingJob.parse(JOB.encode(), "job"))
    return folder, result


def test_every_weld_is_labeled(finished: tuple[Path, JobResult]) -> None:
    _, result = finished

    assert (result.total, result.labeled, result.failed) == (10, 10, 0)


def test_every_run_has_one_chart_per_channel(finished: tuple[Path, JobResult], items: tuple[Path, list[str]]) -> None:
    folder, runs = finished[0], items[1]

    charts = {
        str(file.relative_to(folder / "real-welds/plots")) for file in (folder / "real-welds/plots").rglob("*.png")
    }

    assert charts == {f"{run}/{run}.csv-{channel}.png" for run in runs for channel in CHANNELS}


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_chart_has_its_line_in_the_plot_area(finished: tuple[Path, JobResult], channel: str) -> None:
    folder, _ = finished

    for file in sorted((folder / "real-welds/plots").rglob(f"*-{channel}.png")):
        assert coloured_share(file.read_bytes()) > 0.002, file.name


def test_the_labels_stand_in_the_output_manifest(finished: tuple[Path, JobResult]) -> None:
    folder, _ = finished
    manifest = folder / "real-welds/output/RealWelds/manifests/output/output.manifest"

    lines: list[dict[str, Any]] = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]

    assert [line["weld"]["WeldingClassification"] for line in lines] == ["Good Weld"] * 10
    assert {line["weld-metadata"]["type"] for line in lines} == {"groundtruth/custom"}


def coloured_share(png: bytes) -> float:
    """Return the share of the plot area that is neither grey nor white: the line of the channel."""
    area = Image.open(io.BytesIO(png)).convert("HSV").crop((142, 72, 968, 398))
    saturation = area.getchannel("S").histogram()
    return sum(saturation[80:]) / sum(saturation)


def put(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
