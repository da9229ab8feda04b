"""The tutorial's walk-through on a deployed stack: sample items in, labels out, and nothing left at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import urllib3
from support.deployment import Deployment
from support.emulated_aws import EmulatedAws
from support.labeling_walk import JOB, JobRole, LabelingWalk
from support.waiting import wait_until

if TYPE_CHECKING:
    from stack.conftest import Deploy

pytestmark = pytest.mark.stack


def keys(aws: EmulatedAws, bucket: str, prefix: str = "") -> set[str]:
    pages = aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return {entry["Key"] for page in pages for entry in page.get("Contents", ())}


def test_the_bucket_is_made_as_the_template_says(aws: EmulatedAws, stack: Deployment) -> None:
    s3, bucket = aws.client("s3"), stack.outputs["BucketName"]

    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    (cors,) = s3.get_bucket_cors(Bucket=bucket)["CORSRules"]
    assert set(cors["ExposeHeaders"]) == {
        "Access-Control-Allow-Origin",
        "Accept-Ranges",
        "Content-Length",
        "Content-Range",
    }
    assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
    assert "DenyWithoutTls" in s3.get_bucket_policy(Bucket=bucket)["Policy"]


def test_the_bucket_holds_five_items_whose_documents_name_it(
    aws: EmulatedAws, stack: Deployment, role: JobRole
) -> None:
    bucket = stack.outputs["BucketName"]

    lines = LabelingWalk(stack, role).read_manifest()

    assert lines == [{"source": f"s3://{bucket}/dataset/dataset-{number}.json"} for number in range(1, 6)]
    for number in range(1, 6):
        document = aws.client("s3").get_object(Bucket=bucket, Key=f"dataset/dataset-{number}.json")["Body"].read()
        assert document.count(f"s3://{bucket}/".encode()) == 2
    for output in ("TemplateS3Uri", "LabelCategoriesS3Uri"):
        assert stack.outputs[output].partition(f"{bucket}/")[2] in keys(aws, bucket)


def test_five_items_are_prepared_shown_answered_and_consolidated(stack: Deployment, role: JobRole) -> None:
    annotations = LabelingWalk(stack, role).run()

    assert [annotation["datasetObjectId"] for annotation in annotations] == ["0", "1", "2", "3", "4"]
    contents = [annotation["consolidatedAnnotation"]["content"][JOB] for annotation in annotations]
    assert {content["WeldingClassification"] for content in contents} == {"Good Weld"}


def test_what_a_function_does_stands_in_its_own_log_group(aws: EmulatedAws, stack: Deployment) -> None:
    for name in ("PreLabelingLambda", "PostLabelingLambda", "BucketContentLambda"):
        group = f"/aws/lambda/{stack.physical(name)}"
        assert aws.client("logs").filter_log_events(logGroupName=group)["events"], group


def test_a_url_that_the_job_signed_is_worth_nothing_once_it_is_altered(stack: Deployment, role: JobRole) -> None:
    url = role.s3.generate_presigned_url(
        "get_object", Params={"Bucket": stack.outputs["BucketName"], "Key": "labels.json"}
    )

    with urllib3.PoolManager(ca_certs=str(stack.aws.certificate)) as browser:
        status = browser.request("GET", url.replace("labels.json", "manifest.jsonl")).status

    assert status == 403


def test_an_update_loses_no_data_and_the_job_goes_on(aws: EmulatedAws, stack: Deployment, role: JobRole) -> None:
    bucket = stack.outputs["BucketName"]
    aws.client("s3").put_object(Bucket=bucket, Key="manifest.jsonl", Body=b'{"source": "mine"}\n')
    before = keys(aws, bucket)

    status = stack.update(AbstainLabel="Unclear", PostLabelingMemory="2048", LogRetentionInDays="90")

    assert status == "UPDATE_COMPLETE", stack.failures
    assert stack.outputs["BucketName"] == bucket
    assert keys(aws, bucket) == before
    walk = LabelingWalk(stack, role)
    assert walk.read_manifest() == [{"source": "mine"}]
    assert walk.prepare({"source": f"s3://{bucket}/dataset/dataset-1.json"})["labels"]


def test_a_deleted_stack_leaves_no_bucket_log_group_role_or_container(
    aws: EmulatedAws, deploy: Deploy, engine: Any
) -> None:
    stack = deploy("short-lived")
    assert stack.create() == "CREATE_COMPLETE"
    outputs = stack.outputs
    roles = [stack.physical(name) for name in ("PreLabelingRole", "BucketContentRole", "SagemakerServiceRole")]

    status = stack.delete()

    assert status == "DELETE_COMPLETE", stack.failures
    assert outputs["BucketName"] not in {bucket["Name"] for bucket in aws.client("s3").list_buckets()["Buckets"]}
    suffix = outputs["PreLabelingLambdaArn"].rpartition("-")[2]
    groups = aws.client("logs").describe_log_groups()["logGroups"]
    assert [group["logGroupName"] for group in groups if suffix in group["logGroupName"]] == []
    assert {role["RoleName"] for role in aws.client("iam").list_roles()["Roles"]} & set(roles) == set()
    functions = aws.client("lambda").list_functions()["Functions"]
    assert [function["FunctionName"] for function in functions if suffix in function["FunctionName"]] == []
    wait_until(lambda: aws.containers(engine, suffix) == [], "the end of the functions' containers")


def test_a_stack_that_keeps_its_data_says_so_when_it_is_deleted(deploy: Deploy) -> None:
    stack = deploy("keeping", KeepData="true")
    assert stack.create() == "CREATE_COMPLETE"

    status = stack.delete()

    # CloudFormation leaves everything else as it is, then; the emulator goes on deleting.
    assert status == "DELETE_FAILED"
    assert "KeepData is true and the bucket is not empty (27 objects)" in stack.failures["BucketContent"]
