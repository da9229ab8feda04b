"""S3 in memory, a job, functions in process and workers, for every test of this folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from tracemark.document import Json
from tracemark.errors import FunctionFailed
from tracemark_groundtruth.job.answers import AnswersFile
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.result import ObjectRow
from tracemark_groundtruth.labeling.offline import Engine

BUCKET = "welds"
NO_PROXY = Config(proxies={})
NOW = datetime(2021, 11, 1, 17, 42, 26, 177_000, tzinfo=UTC)

JOB: Mapping[str, Json] = {
    "LabelingJobName": "WeldingLabelJob1",
    "LabelAttributeName": "WeldingClass",
    "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": "s3://welds/manifest.jsonl"}}},
    "OutputConfig": {"S3OutputPath": "s3://welds/output"},
    "RoleArn": "arn:aws:iam::261679111194:role/LabelingRole",
    "HumanTaskConfig": {
        "WorkteamArn": "arn:aws:sagemaker:eu-west-1:261679111194:workteam/private-crowd/welders",
        "UiConfig": {"UiTemplateS3Uri": "s3://welds/templates/weld.liquid.html"},
        "PreHumanTaskLambdaArn": "arn:aws:lambda:eu-west-1:261679111194:function:pre",
        "AnnotationConsolidationConfig": {
            "AnnotationConsolidationLambdaArn": "arn:aws:lambda:eu-west-1:261679111194:function:post"
        },
        "TaskTitle": "Classify welds",
        "TaskDescription": "Look at the weld and its plots",
        "NumberOfHumanWorkersPerDataObject": 2,
        "TaskTimeLimitInSeconds": 3600,
    },
}


@dataclass
class Fake:
    """A function that answers by `answer` and remembers what it was invoked with."""

    name: str
    answer: Callable[[Json], Json]
    calls: list[Json] = field(default_factory=list)

    def invoke(self, payload: Json) -> Json:
        self.calls.append(payload)
        return self.answer(payload)


@dataclass
class FailsFirst:
    """A function whose first `times` calls fail."""

    fake: Fake
    times: int
    name: str = "flaky"
    calls: int = 0

    def invoke(self, payload: Json) -> Json:
        self.calls += 1
        if self.calls <= self.times:
            raise FunctionFailed("function 'flaky' failed with S3Error: the disk is full")
        return self.fake.invoke(payload)


@dataclass
class OnEvent:
    """A progress that remembers what it on_event."""

    total: int = 0
    prepared_ids: list[str] = field(default_factory=list)
    rows: list[ObjectRow] = field(default_factory=list)

    def started(self, total: int) -> None:
        self.total = total

    def prepared(self, object_id: str) -> None:
        self.prepared_ids.append(object_id)

    def finished(self, row: ObjectRow) -> None:
        self.rows.append(row)


@dataclass
class Stage:
    """A job ready to run: change its parts, then run it."""

    client: Any
    pre: Any
    post: Any
    answers: list[Json] = field(default_factory=list)
    document: dict[str, Json] = field(default_factory=lambda: json.loads(json.dumps(JOB)))
    on_event: OnEvent = field(default_factory=OnEvent)

    def put(self, key: str, body: str | bytes) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.client.put_object(Bucket=BUCKET, Key=key, Body=data)

    def get(self, key: str) -> bytes:
        return bytes(self.client.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def json(self, key: str) -> Json:
        return json.loads(self.get(key))

    def listing(self, prefix: str = "output/") -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", ())]

    def manifest(self, *lines: Json, line_end: str = "\n") -> None:
        self.put("manifest.jsonl", "".join(json.dumps(line) + line_end for line in lines))

    def answer(self, object_id: str, worker: str, label: str) -> None:
        content = {"WeldingClassification": {"label": label}}
        self.answers.append({"datasetObjectId": object_id, "workerId": worker, "answerContent": content})

    @property
    def job(self) -> LabelingJob:
        return LabelingJob.parse(json.dumps(self.document).encode(), "job.json")

    def engine(self, **options: Any) -> Engine:
        lines = "\n".join(json.dumps(answer) for answer in self.answers)
        workers = AnswersFile.parse(lines.encode(), "answers.jsonl")
        return Engine(self.client, self.pre, self.post, workers, lambda: NOW, progress=self.on_event, **options)

    def output(self) -> list[Json]:
        lines = self.get("output/WeldingLabelJob1/manifests/output/output.manifest").decode().splitlines()
        return [json.loads(line) for line in lines]


def show(event: Json) -> Json:
    """Answer as a pre-annotation function that shows every object."""
    return {"taskInput": {"seen": event["dataObject"]}, "isHumanAnnotationRequired": "true"}


def first_answer(client: Any) -> Callable[[Json], Json]:
    """Return a post-annotation function that takes the first worker's label."""

    def answer(event: Json) -> Json:
        bucket, _, key = event["payload"]["s3Uri"].removeprefix("s3://").partition("/")
        payload = json.loads(client.get_object(Bucket=bucket, Key=key)["Body"].read())
        return [_entry(event["labelAttributeName"], entry) for entry in payload]

    return answer


def _entry(attribute: str, entry: Json) -> Json:
    content = json.loads(entry["annotations"][0]["annotationData"]["content"])
    label = content.get("WeldingClassification", {}).get("label", "Not sure")
    return {
        "datasetObjectId": entry["datasetObjectId"],
        "consolidatedAnnotation": {"content": {attribute: {"WeldingClassification": label}}},
    }


@pytest.fixture(scope="session")
def client() -> Any:
    """Return one client for all tests: making one takes longer than a whole job."""
    return boto3.client(
        "s3", region_name="eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing", config=NO_PROXY
    )


@pytest.fixture
def s3(client: Any) -> Iterator[Any]:
    """Yield a client of an S3 in memory with nothing but the bucket `welds`."""
    with mock_aws():
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client


@pytest.fixture(autouse=True)
def context(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's own AWS settings and proxies out of the tests."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@pytest.fixture
def stage(s3: Any) -> Stage:
    """Return a job of two objects, each answered by two workers."""
    made = Stage(s3, Fake("pre", show), Fake("post", first_answer(s3)))
    made.manifest({"source": "s3://welds/dataset/0.json"}, {"source": "s3://welds/dataset/1.json"})
    for object_id in ("0", "1"):
        made.answer(object_id, "private.eu-west-1.aaaaaaaaaaaaaaaa", "Good Weld")
        made.answer(object_id, "private.eu-west-1.bbbbbbbbbbbbbbbb", "Burn Through")
    return made


@pytest.fixture
def failing() -> Callable[[Fake, int], FailsFirst]:
    """Return what makes a function fail its first calls."""
    return lambda fake, times: FailsFirst(fake, times)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the bucket `welds`, and something beside it that must stay as it is."""
    made = tmp_path / "data"
    (made / "welds" / "dataset").mkdir(parents=True)
    (made / "welds" / "dataset" / "a b+ü.json").write_text("{}", encoding="utf-8")
    (made / "README.md").write_text("no bucket", encoding="utf-8")
    return made
