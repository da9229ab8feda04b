"""A streaming job of the real service: its objects come through SNS and SQS and from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from click.testing import CliRunner, Result
from moto.server import ThreadedMotoServer
from support.portal_worker import PortalWorker
from support.service_process import (
    BUCKET,
    JOB,
    PASSWORD,
    FunctionServer,
    ServiceProcess,
    job_request,
    make_bucket,
    output,
    tracemark,
)
from support.waiting import wait_until

from tracemark.document import Json
from tracemark_cli.main import main

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "eu-west-1"}


class Cloud:
    """SNS and SQS at an endpoint of this machine."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sns, self.sqs = self._client("sns"), self._client("sqs")
        self.input, self.output = (self.sns.create_topic(Name=name)["TopicArn"] for name in ("in", "out"))
        self.ear = self.sqs.create_queue(QueueName="ear")["QueueUrl"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.ear, AttributeNames=["QueueArn"])["Attributes"]
        self.sns.subscribe(TopicArn=self.output, Protocol="sqs", Endpoint=attributes["QueueArn"])

    def heard(self) -> list[Json]:
        messages = self.sqs.receive_message(QueueUrl=self.ear, MaxNumberOfMessages=10).get("Messages", ())
        return [json.loads(json.loads(one["Body"])["Message"]) for one in messages]

    def subscriptions(self) -> list[Json]:
        return list(self.sns.list_subscriptions_by_topic(TopicArn=self.input)["Subscriptions"])

    def _client(self, service: str) -> Any:
        config = Config(proxies={})
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        return boto3.client(service, endpoint_url=self.url, region_name="eu-west-1", config=config, **keys)


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    yield Cloud(f"http://{host}:{port}")
    server.stop()


def command(service: ServiceProcess, *arguments: str) -> Result:
    lines = (service.folder / ".tracemark/environment").read_text().splitlines()
    environment = dict(line.removeprefix("export ").replace("'", "").split("=", 1) for line in lines)
    return CliRunner().invoke(main, list(arguments), env={**environment, "AWS_PROFILE": None})


def streaming_request(cloud: Cloud) -> dict[str, Json]:
    made = job_request(1)
    made["InputConfig"] = {"DataSource": {"SnsDataSource": {"SnsTopicArn": cloud.input}}}
    made["OutputConfig"]["SnsTopicArn"] = cloud.output
    return made


def test_objects_of_a_topic_and_of_the_command_line_are_labeled_and_told(tmp_path: Path, cloud: Cloud) -> None:
    make_bucket(tmp_path, 1)
    variables = {**KEYS, "AWS_ENDPOINT_URL_SQS": cloud.url, "AWS_ENDPOINT_URL_SNS": cloud.url}
    with (
        FunctionServer(tmp_path) as functions,
        ServiceProcess(tmp_path, functions.arns, variables=variables) as service,
    ):
        tracemark("worker", "add", "ada", "--team", "readers", "--password-stdin", "--data", str(tmp_path))
        service.sagemaker.create_labeling_job(**streaming_request(cloud))
        wait_until(cloud.subscriptions, "the subscription")
        for message in ('{"source": "sent 0"}', "no object", '{"source": "sent 1"}'):
            cloud.sns.publish(TopicArn=cloud.input, Message=message)
        wait_until(lambda: counted(service) == 2, "what was sent")
        lines = tmp_path / "lines.jsonl"
        lines.write_text('{"source": "appended"}\n{"source": "sent 0"}\n')
        appended = [command(service, "job", "append", JOB, str(lines)) for _ in range(2)]
        ada = PortalWorker(service.url, "ada", PASSWORD, JOB, lambda: len(ada.accepted) >= 3)
        ada.run()
        told: dict[str, Json] = {}

        def all_told() -> bool:
            told.update({line["source"]: line for line in cloud.heard()})
            return len(told) == 3

        wait_until(all_told, "what the topic tells")
        before = service.sagemaker.describe_labeling_job(LabelingJobName=JOB)
        stopped = command(service, "job", "stop", JOB)
        service.wait_for("Stopped")

    assert [result.output for result in appended] == [
        "1 objects added, 1 were there already; the job has 3\n",
        "0 objects added, 2 were there already; the job has 3\n",
    ]
    assert (ada.failure, stopped.exit_code) == (None, 0)
    assert (before["LabelingJobStatus"], before["LabelCounters"]["TotalLabeled"]) == ("InProgress", 3)
    assert before["FailureReason"].startswith("1 messages hold no object: ")
    written = {line["source"]: line for line in output(tmp_path)}
    assert written == told
    assert [line["source"] for line in output(tmp_path)][2] == "appended"
    refused = tmp_path / BUCKET / f"output/{JOB}/manifests/output/refused-messages.jsonl"
    assert json.loads(json.loads(refused.read_text())["body"])["Message"] == "no object"
    assert cloud.subscriptions() == []


def counted(service: ServiceProcess) -> int:
    counters = service.sagemaker.describe_labeling_job(LabelingJobName=JOB)["LabelCounters"]
    return int(counters["TotalLabeled"]) + int(counters["Unlabeled"])
