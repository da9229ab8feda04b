"""Both kinds of database, a clock that tests move, S3 in memory, and a job with workers at its task_queue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from support.postgres import Cluster

from tracemark.contract.manifest import DataObject
from tracemark.document import Json
from tracemark.errors import FunctionFailed
from tracemark_groundtruth.functions.function import Function
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.running.context import ActiveJob, RunnerContext
from tracemark_groundtruth.running.steps import JobSteps
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.state.accounts import Accounts
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import JobRecord, Jobs
from tracemark_groundtruth.state.stored_task_queue import StoredTaskQueue
from tracemark_groundtruth.state.task_queue import LeasedTask, WorkerId
from tracemark_groundtruth.state.teams import Teams

BUCKET = "welds"
ROOT = "output/Welds"


@dataclass
class Clock:
    """A clock that stands still until a test moves it; `now` is seconds since 1970."""

    now: float = 1_635_788_546.177

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Fake:
    """A function that answers by its `answer`, after it failed `failures` times."""

    name: str
    client: Any = None
    failures: int = 0
    fails_for: str = ""
    calls: list[Json] = field(default_factory=list)

    def invoke(self, payload: Json) -> Json:
        self.calls.append(payload)
        if self.failures or (self.fails_for and self.fails_for in json.dumps(payload)):
            self.failures = max(0, self.failures - 1)
            raise FunctionFailed(f"function '{self.name}' failed with ValueError: it has had enough")
        return self.answer(payload)

    def answer(self, event: Json) -> Json:
        if self.name == "pre":
            shown = event["dataObject"]["source"] != "left out"
            return {"taskInput": {"seen": event["dataObject"]}, "isHumanAnnotationRequired": str(shown).lower()}
        bucket, _, key = event["payload"]["s3Uri"].removeprefix("s3://").partition("/")
        payload = json.loads(self.client.get_object(Bucket=bucket, Key=key)["Body"].read())
        return [_first_answer(event["labelAttributeName"], entry) for entry in payload]


def _first_answer(attribute: str, entry: Json) -> Json:
    content = json.loads(entry["annotations"][0]["annotationData"]["content"])
    return {"datasetObjectId": entry["datasetObjectId"], "consolidatedAnnotation": {"content": {attribute: content}}}


@dataclass
class Functions:
    pre: Fake
    post: Fake

    def pre_annotation(self, job: LabelingJob) -> Function:
        return self.pre

    def post_annotation(self, job: LabelingJob) -> Function:
        return self.post


@dataclass
class Shop:
    """A labeling service without its web pages: jobs are advanced by hand, workers stand at the task queue."""

    database: Database
    client: Any
    clock: Clock
    executor: Executor
    functions: Functions
    name: str = "Welds"
    options: dict[str, Any] = field(default_factory=dict)

    def job(self, *sources: str, **human: Json) -> int:
        """Create the job `Welds` and let it import its manifest of these sources."""
        self.put("manifest.jsonl", "".join(json.dumps({"source": source}) + "\n" for source in sources))
        return self.create(job_document(**human))

    def create(self, document: dict[str, Json]) -> int:
        job = LabelingJob.parse(json.dumps(document).encode(), "job.json")
        Teams(self.database).add("welders", ["welders"], {})
        assert Jobs(self.database).add(job, document)
        return self.record.job_id

    def document(self, **human: Json) -> dict[str, Json]:
        return job_document(**human)

    def chained(self, name: str) -> Shop:
        """Create another job on the manifest as it is now, with the same label attribute."""
        other = replace(self, name=name)
        other.create({**job_document(NumberOfHumanWorkersPerDataObject=1), "LabelingJobName": name})
        return other

    def lines(self, *sources: str) -> Iterator[DataObject]:
        return (DataObject(index, {"source": source}) for index, source in enumerate(sources))

    @property
    def record(self) -> JobRecord:
        found = Jobs(self.database).find(self.name)
        assert found
        return found

    @property
    def steps(self) -> JobSteps:
        context = RunnerContext(self.database, JobStorage(self.client), self.functions, self.clock, **self.options)
        return JobSteps(ActiveJob(self.record.job_id, self.record.job, context, self.executor))

    def advance(self) -> None:
        """Take every step that can be taken."""
        while self.steps.advance():
            pass

    @property
    def task_queue(self) -> StoredTaskQueue:
        return StoredTaskQueue(self.database, self.clock)

    def worker(self, name: str = "ada", group: str = "welders") -> WorkerId:
        return Accounts(self.database).add(name, "no hash", [group]).worker_id

    def take(self, worker: WorkerId) -> LeasedTask:
        task = self.task_queue.take(worker, self.name)
        assert task, "nothing lies ready"
        return task

    def answer(self, worker: WorkerId, label: str) -> LeasedTask:
        task = self.take(worker)
        self.task_queue.submit(worker, task.task_id, {"class": {"label": label}})
        return task

    def put(self, key: str, body: str) -> None:
        self.client.put_object(Bucket=BUCKET, Key=key, Body=body.encode())

    def get(self, key: str) -> str:
        return str(self.client.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode())

    def written(self) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="output/")
        return [entry["Key"] for page in pages for entry in page.get("Contents", ())]

    def output(self) -> list[Json]:
        return [json.loads(line) for line in self.get(f"{ROOT}/manifests/output/output.manifest").splitlines()]


def job_document(**human: Json) -> dict[str, Json]:
    arn = "arn:aws:lambda:eu-west-1:261679111194:function"
    return {
        "LabelingJobName": "Welds",
        "LabelAttributeName": "weld-class",
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": f"s3://{BUCKET}/manifest.jsonl"}}},
        "OutputConfig": {"S3OutputPath": f"s3://{BUCKET}/output"},
        "RoleArn": "arn:aws:iam::261679111194:role/LabelingRole",
        "HumanTaskConfig": {
            "WorkteamArn": "arn:aws:sagemaker:eu-west-1:261679111194:workteam/private-crowd/welders",
            "UiConfig": {"UiTemplateS3Uri": f"s3://{BUCKET}/templates/weld.liquid.html"},
            "PreHumanTaskLambdaArn": f"{arn}:pre",
            "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": f"{arn}:post"},
            "TaskTitle": "Classify welds",
            "TaskDescription": "Look at the weld and its plots",
            "NumberOfHumanWorkersPerDataObject": 2,
            "TaskTimeLimitInSeconds": 60,
            "TaskAvailabilityLifetimeInSeconds": 600,
            **human,
        },
    }


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("cluster").database())
    return f"sqlite:///{tmp_path / 'state.db'}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database.open(database_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def client() -> Any:
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client("s3", region_name="eu-west-1", config=Config(proxies={}), **keys)


@pytest.fixture
def shop(database: Database, client: Any) -> Iterator[Shop]:
    with mock_aws(), ThreadPoolExecutor(4) as executor:
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        functions = Functions(Fake("pre"), Fake("post", client))
        yield Shop(database, client, Clock(), executor, functions)
