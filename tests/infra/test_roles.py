"""Every statement of every role, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

Deploy = Callable[..., dict[str, Any]]
Grant = tuple[str, str]
"""An action and the resource on which it is allowed."""

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
STACK = f"arn:aws:cloudformation:eu-west-1:123456789012:stack/{'s' * 128}/51af3dc0-da77-11e4-872e-aaaa"
JOB_LOG = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/LabelingJobs:*"


def _log(name: str) -> set[Grant]:
    return {
        ("logs:CreateLogStream", f"<{name}LogGroup.Arn>"),
        ("logs:PutLogEvents", f"<{name}LogGroup.Arn>"),
    }


def _read(*keys: str) -> set[Grant]:
    return {("s3:GetObject", f"<Bucket.Arn>/{key}") for key in keys}


WRITE_PLOTS = {(f"s3:{action}", "<Bucket.Arn>/plots/*") for action in ("AbortMultipartUpload", "PutObject")}
DRAWS = _read("sensor_data/*", "profiles/*", "plots/*") | WRITE_PLOTS
PRE = _log("PreLabeling") | _read("dataset/*", "images/*", "audio/*", "video/*", "plots/*") | WRITE_PLOTS
POST = _log("PostLabeling") | _read("output/*")
MEMORY = _read("worker-memory/*") | {("s3:PutObject", "<Bucket.Arn>/worker-memory/*")}
PLOTTING = _log("Plotting") | DRAWS | _read("dataset/*")
JOB = _read("manifest*", "dataset/*", "images/*", "audio/*", "video/*", "plots/*", "templates/*", "output/*") | {
    ("s3:GetBucketLocation", "<Bucket.Arn>"),
    ("s3:ListBucket", "<Bucket.Arn>"),
    ("s3:PutObject", "<Bucket.Arn>/output/*"),
    ("s3:AbortMultipartUpload", "<Bucket.Arn>/output/*"),
    ("lambda:InvokeFunction", "<PreLabelingLambda.Arn>"),
    ("lambda:InvokeFunction", "<PostLabelingLambda.Arn>"),
    ("cloudwatch:PutMetricData", "*"),
    ("logs:CreateLogStream", JOB_LOG),
    ("logs:DescribeLogStreams", JOB_LOG),
    ("logs:PutLogEvents", JOB_LOG),
}
CONTENT = _log("BucketContent") | {
    ("cloudformation:DescribeStacks", STACK),
    ("s3:GetBucketPolicy", "<Bucket.Arn>"),
    ("s3:PutBucketPolicy", "<Bucket.Arn>"),
    ("s3:ListBucketMultipartUploads", "<Bucket.Arn>"),
    ("s3:ListBucketVersions", "<Bucket.Arn>"),
    ("s3:AbortMultipartUpload", "<Bucket.Arn>/*"),
    ("s3:DeleteObject", "<Bucket.Arn>/*"),
    ("s3:DeleteObjectVersion", "<Bucket.Arn>/*"),
}
SAMPLES = {
    ("s3:PutObject", f"<Bucket.Arn>/{key}")
    for key in ("manifest.jsonl", "labels.json", "dataset/*", "images/*", "sensor_data/*", "templates/*")
}
CATEGORIES = _read("labels.json")
INVOKE_PLOTTING = {("lambda:InvokeFunction", "<PlottingLambda.Arn>")}
DECRYPT = {("kms:Decrypt", KEY)}
ENCRYPT = {("kms:GenerateDataKey", KEY)}

GOLDEN: dict[str, tuple[dict[str, bool], dict[str, set[Grant]]]] = {
    "as it comes": (
        {},
        {
            "PreLabelingRole": PRE | CATEGORIES | DRAWS,
            "PostLabelingRole": POST | CATEGORIES,
            "BucketContentRole": CONTENT | SAMPLES,
            "SagemakerServiceRole": JOB | CATEGORIES,
        },
    ),
    "no samples": (
        {"bare": True},
        {
            "PreLabelingRole": PRE | DRAWS,
            "PostLabelingRole": POST,
            "BucketContentRole": CONTENT,
            "SagemakerServiceRole": JOB,
        },
    ),
    "plotting function": (
        {"plotting": True},
        {
            "PreLabelingRole": PRE | CATEGORIES | INVOKE_PLOTTING,
            "PostLabelingRole": POST | CATEGORIES,
            "PlottingRole": PLOTTING,
            "BucketContentRole": CONTENT | SAMPLES,
            "SagemakerServiceRole": JOB | CATEGORIES,
        },
    ),
    "label categories of one's own": (
        {"categories": True, "bare": True},
        {
            "PreLabelingRole": PRE | DRAWS | _read("own.json"),
            "PostLabelingRole": POST | _read("own.json"),
            "BucketContentRole": CONTENT,
            "SagemakerServiceRole": JOB | _read("own.json"),
        },
    ),
    "key": (
        {"key": True},
        {
            "PreLabelingRole": PRE | CATEGORIES | DRAWS | DECRYPT | ENCRYPT,
            "PostLabelingRole": POST | CATEGORIES | DECRYPT,
            "BucketContentRole": CONTENT | SAMPLES | ENCRYPT,
            "SagemakerServiceRole": JOB | CATEGORIES | DECRYPT | ENCRYPT,
        },
    ),
    "key and no samples": (
        {"key": True, "bare": True},
        {
            "PreLabelingRole": PRE | DRAWS | DECRYPT | ENCRYPT,
            "PostLabelingRole": POST | DECRYPT,
            "BucketContentRole": CONTENT,
            "SagemakerServiceRole": JOB | DECRYPT | ENCRYPT,
        },
    ),
    "worker memory and gold": (
        {"memory": True},
        {
            "PreLabelingRole": PRE | CATEGORIES | DRAWS,
            "PostLabelingRole": POST | CATEGORIES | MEMORY | _read("manifest.jsonl"),
            "BucketContentRole": CONTENT | SAMPLES,
            "SagemakerServiceRole": JOB | CATEGORIES,
        },
    ),
    "worker memory, gold and key": (
        {"memory": True, "key": True},
        {
            "PreLabelingRole": PRE | CATEGORIES | DRAWS | DECRYPT | ENCRYPT,
            "PostLabelingRole": POST | CATEGORIES | MEMORY | _read("manifest.jsonl") | DECRYPT | ENCRYPT,
            "BucketContentRole": CONTENT | SAMPLES | ENCRYPT,
            "SagemakerServiceRole": JOB | CATEGORIES | DECRYPT | ENCRYPT,
        },
    ),
    "all of these": (
        {"plotting": True, "categories": True, "key": True},
        {
            "PreLabelingRole": PRE | INVOKE_PLOTTING | _read("own.json") | DECRYPT | ENCRYPT,
            "PostLabelingRole": POST | _read("own.json") | DECRYPT,
            "PlottingRole": PLOTTING | DECRYPT | ENCRYPT,
            "BucketContentRole": CONTENT | SAMPLES | ENCRYPT,
            "SagemakerServiceRole": JOB | _read("own.json") | DECRYPT | ENCRYPT,
        },
    ),
}


@pytest.fixture(params=GOLDEN)
def variant(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def resources(variant: str, deploy: Deploy, image: str) -> dict[str, Any]:
    wanted, _ = GOLDEN[variant]
    found = deploy(
        PlottingImageUri=image if wanted.get("plotting") else "",
        LabelCategories="own.json" if wanted.get("categories") else "",
        SampleData="false" if wanted.get("bare") else "true",
        WorkerMemory="on" if wanted.get("memory") else "off",
        GoldManifest="manifest.jsonl" if wanted.get("memory") else "",
        KmsKeyArn=KEY if wanted.get("key") else "",
    )["Resources"]
    assert isinstance(found, dict)
    return found


def _roles(resources: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: facts["Properties"] for name, facts in resources.items() if facts["Type"] == "AWS::IAM::Role"}


def _statements(role: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for policy in role["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _grants(role: dict[str, Any]) -> list[Grant]:
    return [
        (action, resource)
        for statement in _statements(role)
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    ]


def test_every_role_may_do_exactly_what_the_table_says(variant: str, resources: dict[str, Any]) -> None:
    _, golden = GOLDEN[variant]

    assert {name: set(_grants(role)) for name, role in _roles(resources).items()} == golden


def test_nothing_is_granted_twice(resources: dict[str, Any]) -> None:
    for name, role in _roles(resources).items():
        assert len(_grants(role)) == len(set(_grants(role))), name


def test_every_statement_allows_and_has_a_name_of_its_own(resources: dict[str, Any]) -> None:
    for name, role in _roles(resources).items():
        names = [statement["Sid"] for statement in _statements(role)]

        assert {statement["Effect"] for statement in _statements(role)} == {"Allow"}, name
        assert len(names) == len(set(names)), name


def test_no_action_is_a_pattern_and_one_alone_has_every_resource(resources: dict[str, Any]) -> None:
    grants = [grant for role in _roles(resources).values() for grant in _grants(role)]

    assert [action for action, _ in grants if "*" in action] == []
    assert {action for action, resource in grants if resource == "*"} == {"cloudwatch:PutMetricData"}


def test_no_role_may_make_a_log_group(resources: dict[str, Any]) -> None:
    actions = {action for role in _roles(resources).values() for action, _ in _grants(role)}

    assert "logs:CreateLogGroup" not in actions


def test_permissions_are_inline_and_no_managed_policy_adds_to_them(resources: dict[str, Any]) -> None:
    kinds = {facts["Type"] for facts in resources.values()}

    assert [name for name, role in _roles(resources).items() if "ManagedPolicyArns" in role] == []
    assert {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"} & kinds == set()


def test_a_key_is_used_for_objects_in_s3_alone(resources: dict[str, Any]) -> None:
    conditions = [
        statement["Condition"]
        for role in _roles(resources).values()
        for statement in _statements(role)
        if any(action.startswith("kms:") for action in _listed(statement["Action"]))
    ]

    assert all(
        condition == {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}} for condition in conditions
    )


def test_a_function_s_role_trusts_lambda_alone(resources: dict[str, Any]) -> None:
    roles = {name: role for name, role in _roles(resources).items() if name != "SagemakerServiceRole"}

    for name, role in roles.items():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}, name
        assert statement["Action"] == "sts:AssumeRole", name


def test_the_job_s_role_trusts_sagemaker_for_this_account_alone(resources: dict[str, Any]) -> None:
    (statement,) = resources["SagemakerServiceRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert statement == {
        "Sid": "RunLabelingJobs",
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEqualsIfExists": {"aws:SourceAccount": "123456789012"}},
    }


def test_no_role_is_shared(resources: dict[str, Any]) -> None:
    used = [facts["Properties"]["Role"] for facts in resources.values() if facts["Type"] == "AWS::Lambda::Function"]

    assert len(used) == len(set(used))
    assert "<SagemakerServiceRole.Arn>" not in used
