"""Every permission is needed: with one taken away, the very step that needs it fails and says what it lacks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from support.deployment import Deployment
from support.emulated_aws import EmulatedAws
from support.labeling_walk import JobRole, LabelingWalk, Step, StepFailed

if TYPE_CHECKING:
    from stack.conftest import Deploy

pytestmark = pytest.mark.stack

PRE, POST, JOB = "PreLabelingRole", "PostLabelingRole", "SagemakerServiceRole"


@pytest.fixture
def walk(aws: EmulatedAws, stack: Deployment, role: JobRole) -> LabelingWalk:
    """A job over one item whose charts are not drawn yet."""
    s3, bucket = aws.client("s3"), stack.outputs["BucketName"]
    for stored in s3.list_objects_v2(Bucket=bucket, Prefix="plots/").get("Contents", ()):
        s3.delete_object(Bucket=bucket, Key=stored["Key"])
    return LabelingWalk(stack, role, items=1)


def test_with_every_permission_the_job_is_done(walk: LabelingWalk) -> None:
    assert len(walk.run()) == 1


@pytest.mark.parametrize(
    ("whose", "statement", "resource", "step", "named"),
    [
        (JOB, "ReadJob", "/manifest*", Step.READ_MANIFEST, "GetObject"),
        (JOB, "InvokeFunctions", "{PreLabelingLambda}", Step.PREPARE, "lambda:InvokeFunction"),
        (PRE, "ReadItems", "/dataset/*", Step.PREPARE, "dataset/dataset-1.json"),
        (PRE, "ReadItems", "/images/*", Step.PREPARE, "images/weld.1.png"),
        (PRE, "ReadLogs", "/sensor_data/*", Step.PREPARE, "sensor_data/weld.1.csv"),
        (PRE, "WritePlots", "", Step.PREPARE, "plots/weld.1.csv"),
        (JOB, "ReadJob", "/images/*", Step.SHOW, "images/weld.1.png: status 403"),
        (JOB, "ReadJob", "/plots/*", Step.SHOW, "plots/weld.1.csv-.*: status 403"),
        (JOB, "WriteOutput", "", Step.COLLECT, "PutObject"),
        (JOB, "InvokeFunctions", "{PostLabelingLambda}", Step.CONSOLIDATE, "lambda:InvokeFunction"),
        (POST, "ReadAnswers", "", Step.CONSOLIDATE, "consolidation-request"),
    ],
)
def test_without_one_permission_the_job_fails_at_the_step_that_needs_it(
    stack: Deployment, walk: LabelingWalk, whose: str, statement: str, resource: str, step: Step, named: str
) -> None:
    function = re.fullmatch(r"\{(\w+)\}", resource)

    with (
        stack.without(whose, statement, stack.physical(function[1]) if function else resource),
        pytest.raises(StepFailed, match=named) as caught,
    ):
        walk.run()

    assert caught.value.step is step


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("SeeWhetherTheStackGoes", "cloudformation:DescribeStacks"),
        ("DenyWrites", "S3 refused"),
        ("FindContent", "S3 refused"),
        ("RemoveContent", "refuse"),
    ],
)
def test_without_one_permission_the_bucket_is_not_emptied(deploy: Deploy, statement: str, named: str) -> None:
    stack = deploy(f"not-emptied-{statement}")
    assert stack.create() == "CREATE_COMPLETE"

    with stack.without("BucketContentRole", statement):
        status = stack.delete()

    assert status == "DELETE_FAILED"
    assert set(stack.failures) == {"BucketContent"}
    assert named in stack.failures["BucketContent"]


def test_without_the_permission_to_write_samples_the_stack_is_not_made(deploy: Deploy) -> None:
    def without_manifest(template: str) -> str:
        line = "                    - !Sub ${Bucket.Arn}/manifest.jsonl\n"
        assert line in template
        return template.replace(line, "")

    stack = deploy("not-filled", changed=without_manifest)

    status = stack.create()

    assert status == "ROLLBACK_COMPLETE"
    assert "manifest.jsonl" in stack.failures["BucketContent"]
