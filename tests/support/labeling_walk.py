"""What Ground Truth and its workers do with a stack, step by step, under the job's own role."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import urllib3
from botocore.exceptions import ClientError

from support.deployment import Deployment
from support.emulated_aws import ACCOUNT, REGION

JOB = "WeldingLabelJob1"
_JOB_ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:labeling-job/{JOB.lower()}"
_REQUESTS = f"output/{JOB}/annotations/consolidated-annotation/consolidation-request/iteration-1"


class Step(StrEnum):
    """The steps of a labeling job, in order."""

    READ_MANIFEST = "read the manifest"
    PREPARE = "prepare an item"
    SHOW = "show an item"
    COLLECT = "collect answers"
    CONSOLIDATE = "consolidate answers"


class StepFailed(Exception):
    """A step failed; the text is what the user would see."""

    def __init__(self, step: Step, cause: str) -> None:
        super().__init__(f"{step}: {cause}")
        self.step = step


@dataclass(frozen=True)
class JobRole:
    """The role of labeling jobs, taken on as Ground Truth takes it on."""

    s3: Any
    functions: Any


def take_on_job_role(deployment: Deployment) -> JobRole:
    """Take the job's role on.

    The emulator has no SageMaker that its trust policy would name, so the account itself is trusted for this once; what
    the role may do stays as it is.
    """
    aws, arn = deployment.aws, deployment.outputs["SagemakerServiceRoleArn"]
    root = {
        "Effect": "Allow",
        "Principal": {"AWS": arn.replace(arn.partition("role/")[2], "").replace("role/", "root")},
    }
    trust = {"Version": "2012-10-17", "Statement": [{**root, "Action": "sts:AssumeRole"}]}
    aws.client("iam").update_assume_role_policy(
        RoleName=deployment.physical("SagemakerServiceRole"), PolicyDocument=json.dumps(trust)
    )
    found = aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="ground-truth")["Credentials"]
    keys = {"key": found["AccessKeyId"], "secret": found["SecretAccessKey"], "token": found["SessionToken"]}
    return JobRole(aws.client("s3", **keys), aws.client("lambda", **keys))


@dataclass(frozen=True)
class LabelingWalk:
    """One labeling job over the first `items` lines of the manifest; two workers agree on every item."""

    deployment: Deployment
    role: JobRole
    items: int = 5

    def run(self) -> list[dict[str, Any]]:
        """Go all the way; return the consolidated annotations.

        Raises:
            StepFailed: at the first step that does not work.
        """
        lines = self.read_manifest()[: self.items]
        for line in lines:
            self.show(self.prepare(line))
        return self.consolidate(self.collect(lines))

    def read_manifest(self) -> list[dict[str, Any]]:
        with self._step(Step.READ_MANIFEST):
            body = self.role.s3.get_object(Bucket=self.bucket, Key="manifest.jsonl")["Body"].read()
        return [json.loads(line) for line in body.decode().splitlines()]

    def prepare(self, line: dict[str, Any]) -> dict[str, Any]:
        """Return the task input of one line of the manifest."""
        event = {
            "version": "2018-10-16",
            "labelingJobArn": _JOB_ARN,
        }
        answer = self._invoke(Step.PREPARE, "PreLabelingLambdaArn", {**event, "dataObject": line})
        if "error" in answer["taskInput"]:
            raise StepFailed(Step.PREPARE, answer["taskInput"]["error"])
        return dict(answer["taskInput"])

    def show(self, task_input: dict[str, Any]) -> None:
        """Fetch what the page shows, by URLs that the job's role has signed."""
        shown = [task_input["image"], *(task_input[channel["key"]] for channel in task_input["channels"])]
        for address in (picture["file"] for picture in shown):
            parameters = {"Bucket": self.bucket, "Key": address.partition(f"s3://{self.bucket}/")[2]}
            url = self.role.s3.generate_presigned_url("get_object", Params=parameters, ExpiresIn=60)
            with urllib3.PoolManager(ca_certs=str(self.deployment.aws.certificate)) as browser:
                answer = browser.request("GET", url)
            if answer.status != 200 or not answer.data.startswith(b"\x89PNG"):
                raise StepFailed(Step.SHOW, f"{address}: status {answer.status}")

    def collect(self, lines: list[dict[str, Any]]) -> str:
        """Write the answers of two workers for each line; return the URI of the request for consolidation."""
        answer = json.dumps({"WeldingClassification": {"label": "Good Weld"}})
        answers = [
            {"workerId": f"private.eu-west-1.{worker}", "annotationData": {"content": answer}} for worker in "ab"
        ]
        payload = [
            {"datasetObjectId": str(index), "dataObject": {"s3Uri": line["source"]}, "annotations": answers}
            for index, line in enumerate(lines)
        ]
        key = f"{_REQUESTS}/2026-11-24_16:16:11.json"
        with self._step(Step.COLLECT):
            self.role.s3.put_object(Bucket=self.bucket, Key=key, Body=json.dumps(payload).encode())
        return f"s3://{self.bucket}/{key}"

    def consolidate(self, payload: str) -> list[dict[str, Any]]:
        """Return one annotation per item."""
        event = {
            "version": "2018-10-16",
            "labelingJobArn": _JOB_ARN,
            "labelAttributeName": JOB,
            "roleArn": self.deployment.outputs["SagemakerServiceRoleArn"],
            "payload": {"s3Uri": payload},
        }
        return list(self._invoke(Step.CONSOLIDATE, "PostLabelingLambdaArn", event))

    @property
    def bucket(self) -> str:
        return self.deployment.outputs["BucketName"]

    def _invoke(self, step: Step, output: str, event: dict[str, Any]) -> Any:
        with self._step(step):
            answer = self.role.functions.invoke(
                FunctionName=self.deployment.outputs[output], Payload=json.dumps(event).encode()
            )
        body = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise StepFailed(step, body.get("errorMessage", str(body)))
        return body

    @contextmanager
    def _step(self, step: Step) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            raise StepFailed(step, str(error)) from error
