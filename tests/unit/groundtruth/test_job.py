"""A job document: what it gives, and every limit of it."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
import yaml

from tracemark.document import Json
from tracemark.errors import DataError, InvalidDocument
from tracemark_groundtruth.job.labeling_job import LabelingJob

ROLE = "arn:aws:iam::261679111194:role/service-role/LabelingRole"
LAMBDA = "arn:aws:lambda:us-west-2:261679111194:function:pre"
TOPIC = "arn:aws:sns:eu-west-1:261679111194:welds"
GONE = object()


def document() -> dict[str, Json]:
    return {
        "LabelingJobName": "WeldingLabelJob1",
        "LabelAttributeName": "WeldingLabelJob1",
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": "s3://welds/manifest.jsonl"}}},
        "OutputConfig": {"S3OutputPath": "s3://welds/output/"},
        "RoleArn": ROLE,
        "LabelCategoryConfigS3Uri": "s3://welds/categories.json",
        "HumanTaskConfig": {
            "WorkteamArn": "arn:aws:sagemaker:eu-central-1:261679111194:workteam/private-crowd/welders",
            "UiConfig": {"UiTemplateS3Uri": "s3://welds/templates/weld.liquid.html"},
            "PreHumanTaskLambdaArn": LAMBDA,
            "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": LAMBDA},
            "TaskTitle": "Classify welds",
            "TaskDescription": "Look at the weld and its plots",
            "TaskKeywords": ["weld", "quality control"],
            "NumberOfHumanWorkersPerDataObject": 3,
            "TaskTimeLimitInSeconds": 3600,
            "TaskAvailabilityLifetimeInSeconds": 86400,
            "MaxConcurrentTaskCount": 10,
        },
        "Tags": [{"Key": "ignored", "Value": "key"}],
    }


def changed(path: str, value: object) -> bytes:
    """Return the document with one value replaced, or removed when it is GONE."""
    made = document()
    *parents, last = path.split(".")
    place: Json = made
    for parent in parents:
        place = place[parent]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return json.dumps(made).encode()


def parse(made: Mapping[str, Json]) -> LabelingJob:
    return LabelingJob.parse(json.dumps(made).encode(), "job.json")


def test_json_and_yaml_say_the_same() -> None:
    text = yaml.safe_dump(document()).encode()

    assert LabelingJob.parse(text, "job.yaml") == parse(document())


def test_the_output_path_needs_no_slash_at_its_end() -> None:
    with_slash = parse(document()).output

    without_slash = LabelingJob.parse(changed("OutputConfig.S3OutputPath", "s3://welds/output"), "job.json").output

    assert without_slash == with_slash


def test_the_arn_has_the_functions_region_the_roles_account_and_the_name_in_lower_case() -> None:
    job = parse(document())

    assert job.labeling_job_arn == "arn:aws:sagemaker:us-west-2:261679111194:labeling-job/weldinglabeljob1"


def test_without_functions_the_arn_has_the_work_teams_region() -> None:
    made = document()
    del made["HumanTaskConfig"]["PreHumanTaskLambdaArn"]
    del made["HumanTaskConfig"]["AnnotationConsolidationConfig"]

    assert parse(made).labeling_job_arn.startswith("arn:aws:sagemaker:eu-central-1:")


def test_without_any_region_the_arn_has_the_default_one() -> None:
    made = document()
    made["HumanTaskConfig"]["PreHumanTaskLambdaArn"] = LAMBDA.replace("us-west-2", "")
    made["HumanTaskConfig"]["AnnotationConsolidationConfig"]["AnnotationConsolidationLambdaArn"] = LAMBDA.replace(
        "us-west-2", ""
    )
    made["HumanTaskConfig"]["WorkteamArn"] = "arn:aws:sagemaker::261679111194:workteam/private-crowd/welders"

    assert parse(made).labeling_job_arn.startswith("arn:aws:sagemaker:eu-west-1:")


@pytest.mark.parametrize(
    ("path", "attribute", "default"),
    [
        ("HumanTaskConfig.TaskKeywords", "keywords", ()),
        ("HumanTaskConfig.TaskAvailabilityLifetimeInSeconds", "task_availability_seconds", 864_000),
        ("HumanTaskConfig.MaxConcurrentTaskCount", "max_concurrent_tasks", 1_000),
        ("HumanTaskConfig.PreHumanTaskLambdaArn", "pre_function_arn", None),
        ("HumanTaskConfig.AnnotationConsolidationConfig", "post_function_arn", None),
        ("LabelCategoryConfigS3Uri", "label_categories", None),
    ],
)
def test_what_may_be_left_out_has_a_default(path: str, attribute: str, default: object) -> None:
    job = LabelingJob.parse(changed(path, GONE), "job.json")

    assert getattr(job, attribute) == default


def test_a_job_with_a_topic_is_a_streaming_one_and_needs_no_manifest() -> None:
    made = document()
    made["InputConfig"] = {"DataSource": {"SnsDataSource": {"SnsTopicArn": TOPIC}}}
    made["OutputConfig"]["SnsTopicArn"] = f"{TOPIC}-out"

    job = parse(made)

    assert (job.is_streaming, job.manifest) == (True, None)
    assert (job.input_topic_arn, job.output_topic_arn) == (TOPIC, f"{TOPIC}-out")


def test_a_streaming_job_may_have_a_manifest_as_well() -> None:
    made = document()
    made["InputConfig"]["DataSource"]["SnsDataSource"] = {"SnsTopicArn": TOPIC}

    job = parse(made)

    assert (job.is_streaming, job.manifest) == (True, parse(document()).manifest)


def test_a_job_without_a_topic_is_no_streaming_one() -> None:
    assert not parse(document()).is_streaming


REQUIRED = [
    "LabelingJobName",
    "LabelAttributeName",
    "InputConfig",
    "InputConfig.DataSource",
    "InputConfig.DataSource.S3DataSource",
    "InputConfig.DataSource.S3DataSource.ManifestS3Uri",
    "OutputConfig",
    "OutputConfig.S3OutputPath",
    "RoleArn",
    "HumanTaskConfig",
    "HumanTaskConfig.WorkteamArn",
    "HumanTaskConfig.UiConfig",
    "HumanTaskConfig.UiConfig.UiTemplateS3Uri",
    "HumanTaskConfig.AnnotationConsolidationConfig.AnnotationConsolidationLambdaArn",
    "HumanTaskConfig.TaskTitle",
    "HumanTaskConfig.TaskDescription",
    "HumanTaskConfig.NumberOfHumanWorkersPerDataObject",
    "HumanTaskConfig.TaskTimeLimitInSeconds",
]


@pytest.mark.parametrize("path", REQUIRED)
def test_a_missing_key_is_named(path: str) -> None:
    with pytest.raises(InvalidDocument, match=rf"job\.json: key '{path.rpartition('.')[2]}' is missing.*add the key"):
        LabelingJob.parse(changed(path, GONE), "job.json")


NAMES = ["", " ", "-a", "a-", "a_b", "a b", "a.b", "ü", "a\n", 7, None, ["a"], {"a": 1}, True]

BROKEN = [
    *(("LabelingJobName", value) for value in NAMES),
    ("LabelingJobName", "a" * 64),
    *(("LabelAttributeName", value) for value in NAMES),
    ("LabelAttributeName", "a" * 128),
    ("LabelAttributeName", "source"),
    ("LabelAttributeName", "weld-metadata"),
    ("LabelAttributeName", "weld-ref"),
    ("InputConfig", "s3://welds/manifest"),
    ("InputConfig.DataSource.S3DataSource.ManifestS3Uri", "https://welds/manifest"),
    ("InputConfig.DataSource.S3DataSource.ManifestS3Uri", "s3://welds/"),
    ("InputConfig.DataSource.S3DataSource.ManifestS3Uri", 3),
    ("OutputConfig.S3OutputPath", "output/"),
    ("OutputConfig.S3OutputPath", "s3://W/x"),
    ("RoleArn", "LabelingRole"),
    ("RoleArn", "arn:aws:iam::2616791111:role/LabelingRole"),
    ("RoleArn", "arn:aws:iam::261679111194:user/me"),
    ("RoleArn", f"{ROLE}{'x' * 2048}"),
    ("LabelCategoryConfigS3Uri", "categories.json"),
    ("HumanTaskConfig", []),
    ("HumanTaskConfig.WorkteamArn", "welders"),
    ("HumanTaskConfig.WorkteamArn", "arn:aws:sagemaker:eu-west-1:1:workteam/x"),
    ("HumanTaskConfig.UiConfig.UiTemplateS3Uri", "weld.html"),
    ("HumanTaskConfig.PreHumanTaskLambdaArn", "pre"),
    ("HumanTaskConfig.PreHumanTaskLambdaArn", "arn:aws:lambda:eu-west-1:261679111194:layer:x"),
    ("HumanTaskConfig.AnnotationConsolidationConfig", "post"),
    ("HumanTaskConfig.AnnotationConsolidationConfig.AnnotationConsolidationLambdaArn", "post"),
    ("HumanTaskConfig.TaskTitle", ""),
    ("HumanTaskConfig.TaskTitle", "t" * 129),
    ("HumanTaskConfig.TaskTitle", 5),
    ("HumanTaskConfig.TaskTitle", "half \ud800"),
    ("HumanTaskConfig.TaskDescription", "half \udfff"),
    ("HumanTaskConfig.TaskDescription", "d" * 256),
    ("HumanTaskConfig.TaskDescription", ""),
    ("HumanTaskConfig.TaskKeywords", []),
    ("HumanTaskConfig.TaskKeywords", ["a"] * 6),
    ("HumanTaskConfig.TaskKeywords", ["k" * 31]),
    ("HumanTaskConfig.TaskKeywords", ["two  spaces"]),
    ("HumanTaskConfig.TaskKeywords", [True]),
    ("HumanTaskConfig.TaskKeywords", "weld"),
    *(("HumanTaskConfig.NumberOfHumanWorkersPerDataObject", value) for value in (0, 10, -1, 1.5, "3", True, [3])),
    *(("HumanTaskConfig.TaskTimeLimitInSeconds", value) for value in (29, 28_801, "3600", True)),
    *(("HumanTaskConfig.TaskAvailabilityLifetimeInSeconds", value) for value in (59, 2_592_001, "1 day")),
    *(("HumanTaskConfig.MaxConcurrentTaskCount", value) for value in (0, 5_001, 2.0)),
    ("InputConfig.DataSource.SnsDataSource", {"SnsTopicArn": "welds"}),
    ("InputConfig.DataSource.SnsDataSource", {"SnsTopicArn": "arn:aws:sqs:eu-west-1:111122223333:welds"}),
    ("InputConfig.DataAttributes", {"ContentClassifiers": ["FreeOfCharge"]}),
    ("OutputConfig.SnsTopicArn", "arn:aws:sns:eu-west-1:1:welds"),
    *(("StoppingConditions", {"MaxHumanLabeledObjectCount": value}) for value in (0, 2**31, "5", True)),
    *(("StoppingConditions", {"MaxPercentageOfInputDatasetLabeled": value}) for value in (0, 101, 5.0)),
    ("Tags", [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]),
    ("Tags", [{"Key": "aws:a", "Value": "1"}]),
    ("Tags", [{"Key": "k" * 129, "Value": ""}]),
    ("Tags", [{"Key": "a#", "Value": ""}]),
    ("Tags", [{"Key": "a", "Value": "v" * 257}]),
    ("Tags", [{"Key": "a", "Value": "b%"}]),
    ("Tags", [{"Key": str(number), "Value": ""} for number in range(51)]),
]


@pytest.mark.parametrize(("path", "value"), BROKEN, ids=lambda part: str(part)[:40])
def test_a_broken_value_is_named_with_its_key_and_what_is_allowed(path: str, value: object) -> None:
    with pytest.raises(DataError) as caught:
        LabelingJob.parse(changed(path, value), "job.json")

    text = str(caught.value)
    named = path.rpartition(".")[2] in text and "expected" in text
    assert (text.startswith("job.json"), named, len(text.split(";")) >= 2) == (True, True, True)


ALLOWED = [
    ("LabelingJobName", "a" * 63),
    ("LabelingJobName", "a--b-C9"),
    ("LabelAttributeName", "a" * 127),
    ("LabelAttributeName", "sources"),
    ("HumanTaskConfig.TaskTitle", "t" * 128),
    ("HumanTaskConfig.TaskDescription", "d" * 255),
    ("HumanTaskConfig.TaskKeywords", ["a"] * 5),
    ("HumanTaskConfig.NumberOfHumanWorkersPerDataObject", 1),
    ("HumanTaskConfig.NumberOfHumanWorkersPerDataObject", 9),
    ("HumanTaskConfig.TaskTimeLimitInSeconds", 30),
    ("HumanTaskConfig.TaskTimeLimitInSeconds", 28_800),
    ("HumanTaskConfig.TaskAvailabilityLifetimeInSeconds", 60),
    ("HumanTaskConfig.TaskAvailabilityLifetimeInSeconds", 2_592_000),
    ("RoleArn", "arn:aws-cn:iam::261679111194:role/LabelingRole"),
    ("OutputConfig.S3OutputPath", "s3://welds"),
]


@pytest.mark.parametrize(("path", "value"), ALLOWED, ids=lambda part: str(part)[:40])
def test_a_value_at_its_limit_is_allowed(path: str, value: object) -> None:
    job = LabelingJob.parse(changed(path, value), "job.json")

    assert job.workers_per_object in range(1, 10)


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "expected an object"),
        (b"- a list", "expected an object"),
        (b"{", "not JSON"),
        (b"a: [", "neither JSON nor plain YAML"),
        (b"\xff\xfe\xff", "neither JSON nor plain YAML"),
        (b"a: &x 1\nb: *x", "alias"),
        (b"a: !!python/object:os.system 1", "neither JSON nor plain YAML"),
        (b"a: 2021-13-45", "neither JSON nor plain YAML"),
        (b'a: "half \\ud800"', "UTF-8"),
        (b'{"a": [{"\\ud800": 1}]}', "UTF-8"),
        (b"x" * (1024 * 1024 + 1), "at most 1,048,576"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused(data: bytes, cause: str) -> None:
    with pytest.raises(InvalidDocument, match=rf"job\.yaml.*{cause}"):
        LabelingJob.parse(data, "job.yaml")
