"""Appending, tags and the list of a work team's jobs over the API, spoken to by boto3."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.api_caller import FRONT, TEAM, Caller, api_of, at_front

from tracemark.document import Json
from tracemark_groundtruth.api import jobs as operations
from tracemark_groundtruth.api.endpoint import SageMakerApi
from tracemark_groundtruth.service import service_app
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.streams import RefusedMessage, Streams
from tracemark_groundtruth.state.tables import JobStatus
from tracemark_groundtruth.streams.endpoints import StreamEndpoints
from tracemark_groundtruth.web.settings import WebSettings

TOPIC = "arn:aws:sns:eu-west-1:261679111194:welds"
JOB_ARN = "arn:aws:sagemaker:{}:261679111194:{}"
TAGS = [{"Key": "shift", "Value": "night"}, {"Key": "größe 1/2", "Value": ""}]


@pytest.fixture(scope="module")
def front() -> Iterator[str]:
    with at_front() as url:
        yield url


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The API itself knows no database: one kind is enough here."""
    return f"sqlite:///{tmp_path / 'state.db'}"


@pytest.fixture
def api(shop: Any) -> SageMakerApi:
    return api_of(shop)


def caller(shop: Any, api: SageMakerApi, url: str) -> Caller:
    FRONT.app = service_app(api, shop.task_queue, shop.client, WebSettings(b"s" * 32))
    found = Caller(url)
    found("CreateWorkteam", **TEAM)
    return found


@pytest.fixture
def sagemaker(shop: Any, api: SageMakerApi, front: str) -> Caller:
    return caller(shop, api, front)


def streaming(shop: Any, **parts: Json) -> dict[str, Json]:
    made = {**shop.document(), **parts}
    made["InputConfig"] = {"DataSource": {"SnsDataSource": {"SnsTopicArn": TOPIC}}}
    return made


def append(sagemaker: Caller, **request: Json) -> tuple[int, int, int]:
    answer = sagemaker("AppendToLabelingJob", LabelingJobName="welds", **request)
    return answer["AddedCount"], answer["DuplicateCount"], answer["TotalCount"]


def texts(*sources: str) -> list[str]:
    return [json.dumps({"source": source}) for source in sources]


def test_objects_are_appended_once_by_their_content(shop: Any, sagemaker: Caller) -> None:
    shop.job("a")
    shop.advance()

    first = append(sagemaker, DataObjects=texts("a", "b", "c"))
    again = append(sagemaker, DataObjects=texts("a", "b", "c"))

    assert (first, again) == ((2, 1, 3), (0, 3, 3))


def test_with_a_token_the_place_in_the_request_decides(shop: Any, sagemaker: Caller) -> None:
    shop.job("a")
    shop.advance()

    results = [append(sagemaker, DataObjects=texts("a", "a"), ClientToken=token) for token in ("one", "one", "two")]

    assert results == [(2, 0, 3), (0, 2, 3), (2, 0, 5)]


def test_a_token_that_was_used_for_other_objects_is_refused_and_nothing_is_added(shop: Any, sagemaker: Caller) -> None:
    shop.job("a")
    shop.advance()
    append(sagemaker, DataObjects=texts("b"), ClientToken="one")

    request = {"LabelingJobName": "Welds", "DataObjects": texts("c", "d"), "ClientToken": "one"}
    code, message = sagemaker.refused("AppendToLabelingJob", **request)

    assert (code, "line 1 differs" in message) == ("ValidationException", True)
    assert append(sagemaker, DataObjects=texts("e"))[2] == 3


def test_a_manifest_in_s3_is_appended_and_a_repetition_adds_nothing(shop: Any, sagemaker: Caller) -> None:
    shop.job("a")
    shop.advance()
    shop.put("more.jsonl", "".join(f"{line}\n" for line in texts(*(f"text {number}" for number in range(1_203)))))

    results = [append(sagemaker, ManifestS3Uri="s3://welds/more.jsonl") for _ in range(2)]

    assert results == [(1_203, 0, 1_204), (0, 1_203, 1_204)]
    assert [line.line.index for line in shop.steps.active.objects.rows()] == list(range(1_204))


def test_of_a_manifest_with_a_wrong_line_nothing_is_added(shop: Any, sagemaker: Caller) -> None:
    shop.job("a")
    shop.advance()
    shop.put("more.jsonl", '{"source": "b"}\n{"sauce": "c"}\n')

    request = {"LabelingJobName": "Welds", "ManifestS3Uri": "s3://welds/more.jsonl"}
    code, message = sagemaker.refused("AppendToLabelingJob", **request)

    assert (code, "more.jsonl line 2" in message) == ("ValidationException", True)
    assert append(sagemaker, DataObjects=texts("e"))[2] == 2


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({}, "either DataObjects or ManifestS3Uri"),
        ({"DataObjects": ["{}"], "ManifestS3Uri": "s3://welds/m"}, "either DataObjects or ManifestS3Uri"),
        ({"DataObjects": []}, "1 to 1,000"),
        ({"DataObjects": texts("a") * 1_001}, "1 to 1,000"),
        ({"DataObjects": ["no JSON"]}, "DataObjects line 1"),
        ({"DataObjects": ['{"sauce": 1}']}, "neither 'source' nor 'source-ref'"),
        ({"DataObjects": texts("a"), "ClientToken": "t" * 65}, "1 to 64"),
        ({"DataObjects": ['{"source": "a", "dataset-objectid-attribute-name": "x y"}']}, "line 1"),
        ({"DataObjects": [{"source": "a", "dataset-objectid-attribute-name": "id", "id": "\ud800"}]}, "line 1"),
        ({"DataObjects": texts("a"), "ClientToken": "half \ud800"}, "key 'ClientToken' holds"),
        ({"ManifestS3Uri": "http://welds/m"}, "s3://"),
        ({"ManifestS3Uri": "s3://welds/gone"}, "no such object"),
    ],
    ids=str,
)
def test_what_cannot_be_appended_is_refused(shop: Any, sagemaker: Caller, request_: Json, told: str) -> None:
    shop.job("a")
    shop.advance()

    code, message = sagemaker.refused("AppendToLabelingJob", LabelingJobName="Welds", **request_)

    assert (code, told in message) == ("ValidationException", True), message


def test_half_an_emoji_in_an_object_is_data_however_it_is_appended(shop: Any, sagemaker: Caller) -> None:
    shop.job("a")
    shop.advance()

    assert append(sagemaker, DataObjects=[{"source": "cut \ud83d"}, *texts("cut \ud83d")]) == (1, 1, 2)


def test_nothing_is_appended_to_a_job_that_is_not_there_has_not_begun_or_is_over(shop: Any, sagemaker: Caller) -> None:
    request = {"LabelingJobName": "Welds", "DataObjects": texts("b")}
    missing = sagemaker.refused("AppendToLabelingJob", **request)
    shop.job("a")
    early = sagemaker.refused("AppendToLabelingJob", **request)
    Jobs(shop.database).advance(shop.record.job_id, [JobStatus.INITIALIZING], JobStatus.COMPLETED)

    late = sagemaker.refused("AppendToLabelingJob", **request)

    assert (missing[0], early[0], late[0]) == ("ResourceNotFound", "ValidationException", "ValidationException")
    assert "try again once it is InProgress" in early[1]
    assert "is Completed" in late[1]


def test_a_streaming_job_is_created_and_says_that_no_queue_is_read(shop: Any, sagemaker: Caller) -> None:
    sagemaker("CreateLabelingJob", **streaming(shop))

    found = sagemaker("DescribeLabelingJob", LabelingJobName="Welds")

    assert found["InputConfig"]["DataSource"]["SnsDataSource"] == {"SnsTopicArn": TOPIC}
    assert "AWS_ENDPOINT_URL_SQS is not set" in found["FailureReason"]


def test_messages_that_held_no_object_are_described(shop: Any, api: SageMakerApi, front: str) -> None:
    sagemaker = caller(shop, replace(api, endpoints=StreamEndpoints(sqs=object(), sns=object())), front)
    sagemaker("CreateLabelingJob", **streaming(shop))
    refused = [RefusedMessage(f"m-{number}", "not JSON", "x", 0.0) for number in range(5)]
    Streams(shop.database, shop.record.job_id).refuse([*refused, *refused])

    reason = sagemaker("DescribeLabelingJob", LabelingJobName="Welds")["FailureReason"]

    assert reason == "5 messages hold no object: m-0: not JSON; m-1: not JSON; m-2: not JSON; …"


def test_there_is_a_limit_to_streaming_jobs_that_are_not_over(
    shop: Any, sagemaker: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "MAX_STREAMING_JOBS", 1)
    sagemaker("CreateLabelingJob", **streaming(shop))
    other = streaming(shop, LabelingJobName="Other")

    code, message = sagemaker.refused("CreateLabelingJob", **other)
    Jobs(shop.database).advance(shop.record.job_id, [JobStatus.INITIALIZING], JobStatus.STOPPED)

    assert (code, "1 streaming jobs" in message) == ("ResourceLimitExceeded", True)
    assert sagemaker("CreateLabelingJob", **other)["LabelingJobArn"]


def test_tags_of_a_job_are_given_changed_and_deleted(shop: Any, sagemaker: Caller) -> None:
    arn = sagemaker("CreateLabelingJob", **shop.document(), Tags=TAGS)["LabelingJobArn"]
    listed = sagemaker("ListTags", ResourceArn=arn)["Tags"]
    added = sagemaker("AddTags", ResourceArn=arn, Tags=[{"Key": "shift", "Value": "day"}, {"Key": "new", "Value": "1"}])
    sagemaker("DeleteTags", ResourceArn=arn, TagKeys=["größe 1/2", "never there"])

    left = [{"Key": "shift", "Value": "day"}, {"Key": "new", "Value": "1"}]
    assert (listed, added["Tags"]) == (TAGS, [left[0], TAGS[1], left[1]])
    assert sagemaker("ListTags", ResourceArn=arn, MaxResults=50) == {"Tags": left}
    assert sagemaker("DescribeLabelingJob", LabelingJobName="Welds")["Tags"] == left


def test_tags_of_a_work_team_outlive_its_update(sagemaker: Caller) -> None:
    arn = sagemaker("CreateWorkteam", **{**TEAM, "WorkteamName": "others"}, Tags=TAGS)["WorkteamArn"]

    sagemaker("UpdateWorkteam", WorkteamName="others", Description="Changed")
    sagemaker("DeleteTags", ResourceArn=arn, TagKeys=["shift"])

    assert sagemaker("ListTags", ResourceArn=arn)["Tags"] == [TAGS[1]]


@pytest.mark.parametrize(
    ("operation", "more", "code"),
    [
        ("ListTags", {"ResourceArn": JOB_ARN.format("eu-west-1", "labeling-job/none")}, "ResourceNotFound"),
        (
            "ListTags",
            {"ResourceArn": JOB_ARN.format("us-east-1", "labeling-job/welds")},
            "ResourceNotFound",
        ),
        ("ListTags", {"ResourceArn": JOB_ARN.format("eu-west-1", "model/welds")}, "ResourceNotFound"),
        ("ListTags", {"ResourceArn": "welds"}, "ValidationException"),
        ("ListTags", {"MaxResults": 49}, "ValidationException"),
        ("ListTags", {"NextToken": "50"}, "ValidationException"),
        ("AddTags", {"Tags": [{"Key": "aws:x", "Value": ""}]}, "ValidationException"),
        ("AddTags", {"Tags": [{"Key": f"k{number}", "Value": ""} for number in range(49)]}, "ValidationException"),
        ("DeleteTags", {"TagKeys": []}, "ValidationException"),
        ("DeleteTags", {"TagKeys": [""]}, "ValidationException"),
    ],
    ids=str,
)
def test_tags_that_are_not_allowed_are_refused(
    shop: Any, sagemaker: Caller, operation: str, more: Json, code: str
) -> None:
    arn = sagemaker("CreateLabelingJob", **shop.document(), Tags=TAGS)["LabelingJobArn"]

    assert sagemaker.refused(operation, **{"ResourceArn": arn, **more})[0] == code

    assert sagemaker("ListTags", ResourceArn=arn)["Tags"] == TAGS


def test_the_jobs_of_a_work_team_are_listed_with_their_counters(shop: Any, sagemaker: Caller) -> None:
    sagemaker("CreateWorkteam", **{**TEAM, "WorkteamName": "others"})
    for name in ("Second", "Third"):
        sagemaker("CreateLabelingJob", **{**shop.document(), "LabelingJobName": name})
    shop.job("a", "b", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    shop.answer(shop.worker(), "seen")
    shop.clock.forward(5)
    shop.advance()
    team = shop.document()["HumanTaskConfig"]["WorkteamArn"]
    code = sagemaker("DescribeLabelingJob", LabelingJobName="Welds")["JobReferenceCode"]

    def listed(arn: str = team, **request: Any) -> list[Json]:
        return list(sagemaker("ListLabelingJobsForWorkteam", WorkteamArn=arn, **request)["LabelingJobSummaryList"])

    (own,) = listed(JobReferenceCodeContains=code[2:8])
    page = sagemaker("ListLabelingJobsForWorkteam", WorkteamArn=team, SortOrder="Descending", MaxResults=2)

    assert own["LabelCounters"] == {"HumanLabeled": 1, "PendingHuman": 1, "Total": 2}
    assert (own["JobReferenceCode"], own["WorkRequesterAccountId"]) == (code, "261679111194")
    assert own["NumberOfHumanWorkersPerDataObject"] == 1
    assert [job["LabelingJobName"] for job in page["LabelingJobSummaryList"]] == ["Welds", "Third"]
    assert [job["LabelingJobName"] for job in listed(NextToken=page["NextToken"], SortOrder="Descending")] == ["Second"]
    assert listed(CreationTimeAfter=datetime.now(UTC) + timedelta(hours=1)) == []
    assert listed(team.replace("welders", "others")) == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"WorkteamArn": "arn:aws:sagemaker:eu-west-1:261679111194:workteam/private-crowd/none"}, "ResourceNotFound"),
        ({"WorkteamArn": "welders"}, "ValidationException"),
        ({"SortBy": "Name"}, "ValidationException"),
        ({"JobReferenceCodeContains": ""}, "ValidationException"),
        ({"MaxResults": 101}, "ValidationException"),
    ],
    ids=str,
)
def test_a_wrong_list_of_a_teams_jobs_is_refused(shop: Any, sagemaker: Caller, more: Json, code: str) -> None:
    team = shop.document()["HumanTaskConfig"]["WorkteamArn"]

    assert sagemaker.refused("ListLabelingJobsForWorkteam", **{"WorkteamArn": team, **more})[0] == code
