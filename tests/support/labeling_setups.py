"""A labeling job in which all is well, on AWS, for tests that then break one thing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import boto3

from support.fakes import photograph
from support.staged_aws import ACCOUNT, REGION, Refused, StagedAws
from tracemark_cli.aws.image_manifest import InRegistry
from tracemark_cli.checks.check import Check, Report, examine
from tracemark_cli.checks.plan import aws_checks, job_checks
from tracemark_cli.checks.request import request_findings
from tracemark_cli.checks.subject import Subject
from tracemark_groundtruth.functions.function import InProcess
from tracemark_groundtruth.job.labeling_job import LabelingJob

BUCKET = "welds"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/tracemark-labeling"
PRE = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:PreLabelingLambda-1a2b3c4d"
POST = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:PostLabelingLambda-1a2b3c4d"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/tracemark-prelabel@sha256:{'ab' * 32}"
UI = Path(__file__).parents[2] / "ui/weld-classification.liquid.html"
LABELS = ["Good Weld", "Burn Through", "Not sure"]
MANIFEST_KIND = "application/vnd.docker.distribution.manifest.v2+json"
CORS = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "ExposeHeaders": ["Access-Control-Allow-Origin"]}

Handler = Callable[[Any, Any], Any]


def request() -> dict[str, Any]:
    return {
        "LabelingJobName": "WeldingLabelJob1",
        "LabelAttributeName": "WeldingLabelJob1",
        "RoleArn": ROLE,
        "LabelCategoryConfigS3Uri": f"s3://{BUCKET}/labels.json",
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": f"s3://{BUCKET}/manifest.jsonl"}}},
        "OutputConfig": {"S3OutputPath": f"s3://{BUCKET}/output/"},
        "HumanTaskConfig": {
            "WorkteamArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:workteam/private-crowd/welding-experts",
            "UiConfig": {"UiTemplateS3Uri": f"s3://{BUCKET}/templates/weld.liquid.html"},
            "PreHumanTaskLambdaArn": PRE,
            "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": POST},
            "TaskTitle": "Classify a weld",
            "TaskDescription": "Choose the class of a weld.",
            "NumberOfHumanWorkersPerDataObject": 3,
            "TaskTimeLimitInSeconds": 3600,
        },
    }


def files() -> dict[str, bytes]:
    found = {
        "labels.json": json.dumps({"labels": [{"label": label} for label in LABELS]}).encode(),
        "templates/weld.liquid.html": UI.read_bytes(),
    }
    lines = []
    for number in range(1, 6):
        item = {
            "image": {"s3Path": f"s3://{BUCKET}/images/weld.{number}.png"},
            "sensor_data": {"s3Path": f"s3://{BUCKET}/sensor_data/weld.{number}.csv"},
        }
        found[f"dataset/dataset-{number}.json"] = json.dumps(item).encode()
        found[f"images/weld.{number}.png"] = photograph()
        found[f"plots/weld.{number}.csv-current.png"] = photograph()
        lines.append(json.dumps({"source": f"s3://{BUCKET}/dataset/dataset-{number}.json"}))
    found["manifest.jsonl"] = ("\n".join(lines) + "\n").encode()
    return found


def read(client: Any, uri: str) -> Any:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return json.load(client.get_object(Bucket=bucket, Key=key)["Body"])


def pre(client: Any) -> Handler:
    def handle(event: Any, context: Any) -> Any:
        item = read(client, event["dataObject"]["source"])
        image = item["image"]["s3Path"]
        chart = image.replace("/images/", "/plots/").replace(".png", ".csv-current.png")
        return {
            "taskInput": {
                "image": {"file": image, "title": f" from image at {image}"},
                "channels": [{"key": "current", "title": "Current", "file": chart}],
                "labels": LABELS,
            },
            "isHumanAnnotationRequired": "true",
        }

    return handle


def post(client: Any) -> Handler:
    def handle(event: Any, context: Any) -> Any:
        return [
            {
                "datasetObjectId": entry["datasetObjectId"],
                "consolidatedAnnotation": {
                    "content": {event["labelAttributeName"]: {"WeldingClassification": _first_label(entry)}}
                },
            }
            for entry in read(client, event["payload"]["s3Uri"])
        ]

    return handle


def _first_label(entry: Any) -> str:
    answers = [json.loads(one["annotationData"]["content"]) for one in entry["annotations"]]
    labels = [answer["WeldingClassification"]["label"] for answer in answers if "WeldingClassification" in answer]
    return str(labels[0]) if labels else "Not sure"


def trust(service: str = "sagemaker.amazonaws.com") -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def allowing(*denied: str) -> Callable[[Any], Any]:
    """Simulate a role that may do everything but `denied` actions."""

    def simulate(params: Any) -> Any:
        decision = "implicitDeny" if params["ActionNames"][0] in denied else "allowed"
        results = [
            {"EvalActionName": action, "EvalResourceName": resource, "EvalDecision": decision}
            for action in params["ActionNames"]
            for resource in params["ResourceArns"]
        ]
        return {"EvaluationResults": results}

    return simulate


def function(**changes: Any) -> dict[str, Any]:
    configuration = {"State": "Active", "LastUpdateStatus": "Successful", "Timeout": 240, "Architectures": ["x86_64"]}
    return {"Configuration": configuration | changes, "Code": {"ResolvedImageUri": IMAGE, "RepositoryType": "ECR"}}


def image(media_type: str = MANIFEST_KIND) -> dict[str, Any]:
    manifest = {"mediaType": media_type, "config": {"digest": f"sha256:{'cd' * 32}"}}
    return {"images": [{"imageManifest": json.dumps(manifest), "imageManifestMediaType": media_type}], "failures": []}


def described_job(**changes: Any) -> dict[str, Any]:
    """Return what DescribeLabelingJob answers for the job while it runs."""
    asked = request()
    return {
        "LabelingJobStatus": "InProgress",
        "LabelCounters": {"TotalLabeled": 2, "HumanLabeled": 2, "Unlabeled": 3, "FailedNonRetryableError": 0},
        "CreationTime": datetime(2026, 11, 24, tzinfo=UTC),
        "LastModifiedTime": datetime(2026, 11, 24, tzinfo=UTC),
        "JobReferenceCode": "code",
        "LabelingJobName": asked["LabelingJobName"],
        "LabelingJobArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:labeling-job/weldinglabeljob1",
        **{key: asked[key] for key in ("InputConfig", "OutputConfig", "RoleArn", "HumanTaskConfig")},
        **changes,
    }


def replies() -> dict[str, Any]:
    job = {
        "LabelingJobName": "Earlier",
        "LabelingJobArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:labeling-job/earlier",
        "CreationTime": 0,
        "LastModifiedTime": 0,
        "LabelingJobStatus": "Completed",
        "LabelCounters": {},
        "WorkteamArn": request()["HumanTaskConfig"]["WorkteamArn"],
    }
    team = {
        "WorkteamName": "welding-experts",
        "MemberDefinitions": [
            {"CognitoMemberDefinition": {"UserPool": "pool", "UserGroup": "welding-experts", "ClientId": "client"}}
        ],
        "Description": "Welding experts",
        "WorkteamArn": request()["HumanTaskConfig"]["WorkteamArn"],
        "SubDomain": "abcdefghij.labeling.eu-west-1.sagemaker.aws",
    }
    return {
        "sagemaker.ListLabelingJobs": {"LabelingJobSummaryList": [job]},
        "sagemaker.ListWorkteams": {"Workteams": [team]},
        "sagemaker.DescribeLabelingJob": Refused("ResourceNotFound", "Requested resource not found."),
        "sagemaker.DescribeWorkteam": {"Workteam": team},
        "iam.SimulatePrincipalPolicy": allowing(),
        "iam.GetRole": {
            "Role": {
                "Path": "/",
                "RoleName": "tracemark-labeling",
                "RoleId": "AROAEXAMPLEEXAMPLE",
                "Arn": ROLE,
                "CreateDate": 0,
                # botocore turns the document into an object after the parsing that a stage replaces
                "AssumeRolePolicyDocument": json.dumps(trust()),
            }
        },
        "lambda.GetFunction": function(),
        "ecr.BatchGetImage": image(),
        "ecr.GetDownloadUrlForLayer": {"downloadUrl": "https://layers.invalid/config", "layerDigest": "sha256:x"},
    }


@dataclass
class SetUp:
    """A job, what lies in its bucket, its functions, and what AWS says of it; a test breaks one of them."""

    s3: Any
    request: dict[str, Any] = field(default_factory=request)
    files: dict[str, bytes] = field(default_factory=files)
    replies: dict[str, Any] = field(default_factory=replies)
    cors: list[dict[str, Any]] = field(default_factory=lambda: [dict(CORS)])
    architecture: str = "amd64"
    region_of_bucket: str = REGION
    pre: Handler = lambda event, context: None
    post: Handler = lambda event, context: None

    def __post_init__(self) -> None:
        self.pre = pre(self.s3)
        self.post = post(self.s3)

    @property
    def human(self) -> dict[str, Any]:
        found: dict[str, Any] = self.request["HumanTaskConfig"]
        return found

    def edit(self, key: str, old: str, new: str) -> None:
        text = self.files[key].decode()
        assert old in text, f"{key} has no {old!r} to break"
        self.files[key] = text.replace(old, new).encode()

    def examined(self) -> Report:
        """Return the doctor's report."""
        place = {"LocationConstraint": self.region_of_bucket}
        s3_client(self.region_of_bucket).create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        self.fill()
        return examine(self._checks(), lambda _: None)

    def fill(self) -> None:
        """Put everything into the bucket, which is there."""
        for key, body in self.files.items():
            self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        if self.cors:
            self.s3.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": self.cors})

    def left_in_output(self) -> list[str]:
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix="output/")
        return [entry["Key"] for entry in found.get("Contents", ())]

    def _checks(self) -> list[Check]:
        data = json.dumps(self.request).encode()
        request = Check("request", lambda: request_findings(data, "job.yaml"))
        if list(request.findings()):
            return [request]
        job = LabelingJob.parse(data, "job.yaml")
        aws = StagedAws(self.replies, {"s3": self.s3})
        registry = InRegistry(aws.client("ecr"), lambda _: json.dumps({"architecture": self.architecture}).encode())
        pre_function = InProcess("pre", self.pre) if job.pre_function_arn else None
        post_function = InProcess("post", self.post) if job.post_function_arn else None
        subject = Subject(job, self.s3, pre_function, post_function, 5)
        return [request, *job_checks(subject), *aws_checks(subject, aws, registry)]


@cache
def s3_client(region: str = REGION) -> Any:
    return boto3.client("s3", region_name=region, aws_access_key_id="x", aws_secret_access_key="x")
