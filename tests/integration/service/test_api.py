"""The SageMaker-shaped API, spoken to by boto3 and checked against botocore's own model of SageMaker."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from support.api_caller import FRONT, KEYS, TEAM, Caller, api_of, at_front
from support.live_server import serving

from tracemark.document import Json
from tracemark.errors import InvalidDocument
from tracemark_groundtruth.api.access import SERVICE_CALLER
from tracemark_groundtruth.api.endpoint import MAX_REQUEST_BYTES, SageMakerApi
from tracemark_groundtruth.api.signature import ApiKeys
from tracemark_groundtruth.functions.catalog import Catalog
from tracemark_groundtruth.labeling.template import check_template
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.service import service_app
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.tables import JobStatus
from tracemark_groundtruth.watching.bodies import Bodies
from tracemark_groundtruth.web.settings import WebSettings


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


@pytest.fixture
def sagemaker(shop: Any, api: SageMakerApi, front: str) -> Caller:
    FRONT.app = service_app(api, shop.task_queue, shop.client, WebSettings(b"s" * 32))
    return Caller(front)


@pytest.fixture
def request_(shop: Any, sagemaker: Caller) -> dict[str, Json]:
    """Return a good `CreateLabelingJob` request, whose work team exists."""
    sagemaker("CreateWorkteam", **TEAM)
    return dict(shop.document())


def test_a_job_is_created_described_listed_and_stopped(sagemaker: Caller, request_: Any) -> None:
    created = sagemaker("CreateLabelingJob", **request_)
    described = sagemaker("DescribeLabelingJob", LabelingJobName="Welds")
    listed = sagemaker("ListLabelingJobs")["LabelingJobSummaryList"]
    sagemaker("StopLabelingJob", LabelingJobName="Welds")
    stopping = sagemaker("DescribeLabelingJob", LabelingJobName="welds")

    assert created["LabelingJobArn"] == described["LabelingJobArn"] == listed[0]["LabelingJobArn"]
    assert described["HumanTaskConfig"] == request_["HumanTaskConfig"]
    assert (described["LabelingJobStatus"], stopping["LabelingJobStatus"]) == ("Initializing", "Stopping")


def test_a_finished_job_tells_its_counters_and_its_output(shop: Any, sagemaker: Caller) -> None:
    shop.job("a", "b", "left out", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    shop.answer(shop.worker(), "seen")
    shop.clock.forward(600)
    shop.advance()

    found = sagemaker("DescribeLabelingJob", LabelingJobName="Welds")

    assert found["LabelCounters"] == {
        "TotalLabeled": 1,
        "HumanLabeled": 1,
        "MachineLabeled": 0,
        "FailedNonRetryableError": 1,
        "Unlabeled": 1,
    }
    assert found["LabelingJobOutput"] == {
        "OutputDatasetS3Uri": "s3://welds/output/Welds/manifests/output/output.manifest"
    }


def test_a_failed_job_tells_object_function_and_cause_in_its_failure_reason(shop: Any, sagemaker: Caller) -> None:
    shop.functions.pre.fails_for = "bad"
    shop.job("a", "bad")
    shop.advance()

    found = sagemaker("DescribeLabelingJob", LabelingJobName="Welds")

    assert found["LabelingJobStatus"] == "Failed"
    assert all(part in found["FailureReason"] for part in ("object '1' ('bad')", "'pre'", "ValueError: it has had"))


def test_a_name_is_taken_whatever_its_case(sagemaker: Caller, request_: Any) -> None:
    sagemaker("CreateLabelingJob", **request_)

    code, message = sagemaker.refused("CreateLabelingJob", **{**request_, "LabelingJobName": "WELDS"})

    assert (code, "'WELDS'" in message) == ("ResourceInUse", True)


LIMITS = [
    ("LabelingJobName", "-a", "letters and digits"),
    ("LabelingJobName", "a" * 64, "at most 63"),
    ("LabelAttributeName", "a-metadata", "-metadata"),
    ("LabelAttributeName", "a-ref", "-ref"),
    ("LabelAttributeName", "source", "source"),
    ("LabelAttributeName", "a" * 128, "at most 127"),
    ("RoleArn", "role", "arn:aws:iam"),
    ("InputConfig.DataSource.S3DataSource.ManifestS3Uri", "http://a/b", "s3://"),
    ("OutputConfig.S3OutputPath", "", "s3://"),
    ("HumanTaskConfig.WorkteamArn", "welders", "workteam"),
    ("HumanTaskConfig.UiConfig.UiTemplateS3Uri", 3, "s3://"),
    ("HumanTaskConfig.TaskTitle", "a" * 129, "1 to 128"),
    ("HumanTaskConfig.TaskDescription", "a" * 256, "1 to 255"),
    ("HumanTaskConfig.NumberOfHumanWorkersPerDataObject", 0, "1 to 9"),
    ("HumanTaskConfig.NumberOfHumanWorkersPerDataObject", 10, "1 to 9"),
    ("HumanTaskConfig.TaskTimeLimitInSeconds", 29, "30 to 28,800"),
    ("HumanTaskConfig.TaskTimeLimitInSeconds", 28_801, "30 to 28,800"),
    ("HumanTaskConfig.TaskAvailabilityLifetimeInSeconds", 59, "60 to 2,592,000"),
    ("HumanTaskConfig.TaskAvailabilityLifetimeInSeconds", 2_592_001, "60 to 2,592,000"),
    ("HumanTaskConfig.MaxConcurrentTaskCount", 5_001, "1 to 5,000"),
    ("HumanTaskConfig.TaskKeywords", ["a", "b", "c", "d", "e", "f"], "1 to 5"),
    ("HumanTaskConfig.TaskKeywords", ["a" * 31], "at most 30"),
    ("HumanTaskConfig.PreHumanTaskLambdaArn", "pre", "arn:aws:lambda"),
    ("HumanTaskConfig.AnnotationConsolidationConfig.AnnotationConsolidationLambdaArn", "post", "arn:aws:lambda"),
]


def test_every_limit_is_checked_with_field_value_and_what_is_allowed(
    api: SageMakerApi, sagemaker: Caller, request_: Any
) -> None:
    refused = [sagemaker.refused("CreateLabelingJob", **changed(request_, path, value)) for path, value, _ in LIMITS]

    for (path, value, allowed), (code, message) in zip(LIMITS, refused, strict=True):
        assert code == "ValidationException"
        assert path.rpartition(".")[2] in message, (path, message)
        assert str(value)[:20].strip("[]'") in message, (path, message)
        assert allowed in message, (path, message)
    assert Jobs(api.database).list() == []


def changed(document: Json, path: str, value: Json) -> Json:
    first, _, rest = path.partition(".")
    return {**document, first: changed(document[first], rest, value) if rest else value}


def test_a_job_needs_its_work_team(shop: Any, sagemaker: Caller) -> None:
    code, message = sagemaker.refused("CreateLabelingJob", **shop.document())

    assert (code, "work team 'welders'" in message) == ("ValidationException", True)


def test_an_unknown_function_is_refused_when_the_service_names_none_in_its_place(shop: Any, api: SageMakerApi) -> None:
    strict = replace(api, functions=Catalog({}))
    with serving(service_app(strict, shop.task_queue, shop.client, WebSettings(b"s" * 32))) as url:
        sagemaker = Caller(url)
        sagemaker("CreateWorkteam", **TEAM)

        code, message = sagemaker.refused("CreateLabelingJob", **shop.document())

    assert (code, "function:pre' is not known here" in message) == ("ValidationException", True)


@pytest.mark.parametrize("unknown", ["<crowd-hologram name='h'>", "<crowd-hologram src='x'>"])
def test_a_job_whose_page_asks_by_unknown_elements_is_refused(shop: Any, api: SageMakerApi, unknown: str) -> None:
    strict = replace(api, check_template=partial(check_template, JobStorage(shop.client)))
    template = shop.document()["HumanTaskConfig"]["UiConfig"]["UiTemplateS3Uri"]
    bucket, _, key = template.removeprefix("s3://").partition("/")
    with serving(service_app(strict, shop.task_queue, shop.client, WebSettings(b"s" * 32))) as url:
        sagemaker = Caller(url)
        sagemaker("CreateWorkteam", **TEAM)
        shop.client.put_object(Bucket=bucket, Key=key, Body=f"<crowd-form>{unknown}</crowd-form>".encode())
        code, message = sagemaker.refused("CreateLabelingJob", **shop.document())
        shop.client.put_object(Bucket=bucket, Key=key, Body=b"<crowd-form><crowd-keypoint name='h'></crowd-form>")

        created = sagemaker("CreateLabelingJob", **shop.document())

    assert code == "ValidationException"
    assert "<crowd-hologram>, which tracemark does not have" in message
    assert created["LabelingJobArn"]


@pytest.mark.parametrize(
    "template",
    [
        "<crowd-form><img src='//['><iframe src='http://[x.pdf'></iframe></crowd-form>",
        "<crowd-form><![if IE]></crowd-form><![<",
        "<crowd-form></crowd-form>" + "<a " * 300_000,
    ],
    ids=["addresses", "declarations", "unclosed"],
)
def test_a_job_is_created_however_its_template_is_written(shop: Any, api: SageMakerApi, template: str) -> None:
    with having_template(shop, api, template) as sagemaker:
        assert sagemaker("CreateLabelingJob", **shop.document())["LabelingJobArn"]


def test_of_many_unknown_elements_some_are_named(shop: Any, api: SageMakerApi) -> None:
    template = "".join(f"<crowd-{letter * 100_000} name=a>" for letter in "abcdefghi")

    with having_template(shop, api, template) as sagemaker:
        _, message = sagemaker.refused("CreateLabelingJob", **shop.document())

    assert "h>, …, which tracemark does not have" in message
    assert len(message) < 2_000


@contextmanager
def having_template(shop: Any, api: SageMakerApi, template: str) -> Iterator[Caller]:
    """Serve an API that checks templates, and put this one where the job has its own."""
    strict = replace(api, check_template=partial(check_template, JobStorage(shop.client)))
    uri = shop.document()["HumanTaskConfig"]["UiConfig"]["UiTemplateS3Uri"]
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    shop.client.put_object(Bucket=bucket, Key=key, Body=template.encode())
    with serving(service_app(strict, shop.task_queue, shop.client, WebSettings(b"s" * 32))) as url:
        sagemaker = Caller(url)
        sagemaker("CreateWorkteam", **TEAM)
        yield sagemaker


@pytest.mark.parametrize("operation", ["DescribeLabelingJob", "StopLabelingJob"])
def test_a_job_that_is_not_there_is_not_found(sagemaker: Caller, operation: str) -> None:
    assert sagemaker.refused(operation, LabelingJobName="Nothing")[0] == "ResourceNotFound"


def test_a_job_that_is_over_cannot_be_stopped(sagemaker: Caller, request_: Any, shop: Any) -> None:
    sagemaker("CreateLabelingJob", **request_)
    Jobs(shop.database).advance(shop.record.job_id, [JobStatus.INITIALIZING], JobStatus.COMPLETED)

    assert sagemaker.refused("StopLabelingJob", LabelingJobName="Welds")[0] == "ValidationException"


def test_jobs_are_listed_in_pages_filtered_and_sorted(sagemaker: Caller, request_: Any) -> None:
    for name in ("beta", "alpha", "gamma", "other"):
        sagemaker("CreateLabelingJob", **{**request_, "LabelingJobName": name})

    first = sagemaker("ListLabelingJobs", NameContains="A", SortBy="Name", SortOrder="Descending", MaxResults=2)
    rest = sagemaker(
        "ListLabelingJobs", NameContains="A", SortBy="Name", SortOrder="Descending", NextToken=first["NextToken"]
    )
    later = sagemaker("ListLabelingJobs", CreationTimeAfter=datetime.now(UTC) + timedelta(hours=1))
    failed = sagemaker("ListLabelingJobs", StatusEquals="Failed")

    assert [job["LabelingJobName"] for job in first["LabelingJobSummaryList"]] == ["gamma", "beta"]
    assert [job["LabelingJobName"] for job in rest["LabelingJobSummaryList"]] == ["alpha"]
    assert (later["LabelingJobSummaryList"], failed["LabelingJobSummaryList"]) == ([], [])


def test_a_work_team_is_created_changed_listed_and_deleted(sagemaker: Caller) -> None:
    cognito = {"CognitoMemberDefinition": {"UserPool": "eu-west-1_a", "UserGroup": "experts", "ClientId": "c"}}
    created = sagemaker("CreateWorkteam", **TEAM)
    again = sagemaker.refused("CreateWorkteam", **TEAM)
    updated = sagemaker("UpdateWorkteam", WorkteamName="welders", MemberDefinitions=[cognito])["Workteam"]
    described = sagemaker("DescribeWorkteam", WorkteamName="welders")["Workteam"]
    listed = sagemaker("ListWorkteams", NameContains="weld")["Workteams"]
    deleted = sagemaker("DeleteWorkteam", WorkteamName="welders")

    assert created["WorkteamArn"] == described["WorkteamArn"]
    assert again[0] == "ResourceInUse"
    assert updated == described == listed[0]
    assert (described["MemberDefinitions"], described["Description"]) == ([cognito], "They weld")
    assert deleted == {"Success": True}
    assert sagemaker.refused("DescribeWorkteam", WorkteamName="welders")[0] == "ResourceNotFound"


@pytest.mark.parametrize(
    "wrong",
    [
        {"WorkteamName": "-"},
        {"Description": ""},
        {"MemberDefinitions": []},
        {"MemberDefinitions": [{}]},
        {"MemberDefinitions": [{"OidcMemberDefinition": {"Groups": []}}]},
    ],
)
def test_a_work_team_that_is_not_allowed_is_refused(sagemaker: Caller, wrong: Json) -> None:
    assert sagemaker.refused("CreateWorkteam", **{**TEAM, **wrong})[0] == "ValidationException"


def test_a_team_with_a_job_in_progress_cannot_be_deleted(sagemaker: Caller, request_: Any) -> None:
    sagemaker("CreateLabelingJob", **request_)

    assert sagemaker.refused("DeleteWorkteam", WorkteamName="welders")[0] == "ValidationException"


def test_a_template_is_rendered_and_its_faults_are_told(sagemaker: Caller) -> None:
    task = {"Input": json.dumps({"text": "<b>", "file": "s3://welds/a.png"})}
    role = "arn:aws:iam::261679111194:role/LabelingRole"
    content = "<p>{{ task.input.text }}</p><img src='{{ task.input.file | grant_read_access }}'>"

    good = sagemaker("RenderUiTemplate", UiTemplate={"Content": content}, Task=task, RoleArn=role)
    bad = sagemaker("RenderUiTemplate", UiTemplate={"Content": "{% if %}"}, Task=task, RoleArn=role)

    assert good["RenderedContent"].startswith("<p>&lt;b&gt;</p><img src='/objects/welds/a.png?grant=")
    assert (good["Errors"], len(bad["Errors"])) == ([], 1)


def test_a_template_of_more_than_128000_characters_is_refused(sagemaker: Caller) -> None:
    content = {"Content": "x" * 128_001}

    code, message = sagemaker.refused("RenderUiTemplate", UiTemplate=content, Task={"Input": "{}"}, RoleArn="r")

    assert (code, "at most 128,000" in message) == ("ValidationException", True)


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        (ApiKeys(KEYS.key_id, "another secret"), "InvalidSignatureException"),
        (ApiKeys("TRACEMARK9999", KEYS.secret), "UnrecognizedClientException"),
    ],
    ids=["secret", "key id"],
)
def test_a_request_signed_with_other_keys_is_refused(sagemaker: Caller, keys: ApiKeys, code: str) -> None:
    assert Caller(sagemaker.url, keys).refused("ListWorkteams")[0] == code


def test_a_request_without_a_signature_is_refused(sagemaker: Caller) -> None:
    answer = urllib3.request(
        "POST", f"{sagemaker.url}/api/", headers={"X-Amz-Target": "SageMaker.ListWorkteams"}, body=b"{}"
    )

    assert (answer.status, answer.json()["__type"]) == (403, "MissingAuthenticationTokenException")


def test_an_operation_that_the_service_does_not_have_is_said_to_be_unknown(sagemaker: Caller) -> None:
    with pytest.raises(ClientError, match=r"no operation 'SageMaker\.ListModels'"):
        sagemaker.client.list_models()


_OPERATIONS = (
    "CreateLabelingJob",
    "DescribeLabelingJob",
    "ListLabelingJobs",
    "StopLabelingJob",
    "ListLabelingJobsForWorkteam",
    "AppendToLabelingJob",
    "AddTags",
    "ListTags",
    "DeleteTags",
    "CreateWorkteam",
    "DescribeWorkteam",
    "ListWorkteams",
    "UpdateWorkteam",
    "DeleteWorkteam",
    "RenderUiTemplate",
)


@pytest.mark.parametrize("operation", _OPERATIONS)
@pytest.mark.parametrize("depth", [65, 984])
def test_no_request_is_nested_deeper_than_can_be_stored_and_shown(
    shop: Any, api: SageMakerApi, operation: str, depth: int
) -> None:
    body = '{"StoppingConditions": ' + '{"a": ' * depth + "1" + "}" * depth + "}"
    known = api._operations(SERVICE_CALLER, "eu-west-1")

    with pytest.raises(InvalidDocument, match="nested too deeply"):
        known[operation](api.read(body.encode()))

    assert set(known) == set(_OPERATIONS)


@pytest.mark.parametrize(
    "path", ["s3://welds/../x", "s3://welds/./", "s3://welds//x", "s3://welds/a//b/", "s3://welds/a/.."]
)
def test_an_output_path_that_cannot_be_written_is_refused(sagemaker: Caller, request_: Any, path: str) -> None:
    with pytest.raises(ClientError, match="S3OutputPath"):
        sagemaker("CreateLabelingJob", **changed(request_, "OutputConfig.S3OutputPath", path))


@pytest.mark.parametrize("path", ["HumanTaskConfig.TaskTitle", "HumanTaskConfig.TaskDescription"])
def test_a_text_that_utf8_cannot_hold_is_refused(sagemaker: Caller, request_: Any, path: str) -> None:
    with pytest.raises(ClientError, match=rf"'{path}' holds 'a .ud800 text'; expected text that UTF-8 can hold"):
        sagemaker("CreateLabelingJob", **changed(request_, path, "a \ud800 text"))


@pytest.mark.parametrize("operation", _OPERATIONS)
@pytest.mark.parametrize("body", [r'{"a": [{"b": "\ud800"}]}', r'{"\ud800": 1}'])
def test_no_operation_takes_a_text_that_utf8_cannot_hold(
    shop: Any, api: SageMakerApi, operation: str, body: str
) -> None:
    with pytest.raises(InvalidDocument, match="UTF-8"):
        api._operations(SERVICE_CALLER, "eu-west-1")[operation](api.read(body.encode()))


def _credential(key_id: str) -> str:
    scope = f"{key_id}/{{now:%Y%m%d}}/eu-west-1/sagemaker/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={'0' * 64}"


def _head_only(url: str, size: int, **headers: str) -> tuple[int, str]:
    """Return the answer to a request of which only the headers are sent; `{now}` in them is the time."""
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)) as connection:
        connection.putrequest("POST", "/api/")
        for name, value in {"Content-Length": str(size), **headers}.items():
            connection.putheader(name.replace("_", "-"), value.format(now=datetime.now(UTC)))
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())["__type"]


_NOW = {"X_Amz_Date": "{now:%Y%m%dT%H%M%SZ}"}


@pytest.mark.parametrize(
    ("headers", "size", "answer"),
    [
        ({}, 1_000, (403, "MissingAuthenticationTokenException")),
        ({"Authorization": "Bearer x"}, 1_000, (403, "MissingAuthenticationTokenException")),
        ({"Authorization": _credential("TMKEY0123456789ABCDEF"), **_NOW}, 1_000, (403, "UnrecognizedClientException")),
        ({"Authorization": _credential(KEYS.key_id)}, 1_000, (403, "MissingAuthenticationTokenException")),
        (
            {"Authorization": _credential(KEYS.key_id), "X_Amz_Date": "20200101T000000Z"},
            1_000,
            (403, "RequestExpired"),
        ),
        (
            {"Authorization": _credential(KEYS.key_id), **_NOW},
            MAX_REQUEST_BYTES + 1,
            (413, "RequestEntityTooLargeException"),
        ),
    ],
    ids=["no signature", "another scheme", "unknown key", "no time", "old", "too large"],
)
def test_what_the_headers_refuse_is_answered_before_the_body(
    sagemaker: Caller, headers: dict[str, str], size: int, answer: tuple[int, str]
) -> None:
    assert _head_only(sagemaker.url, size, **headers) == answer


def test_a_slow_client_with_the_right_key_is_answered(sagemaker: Caller) -> None:
    body = json.dumps({"NameContains": "x" * 60}).encode()
    request = AWSRequest("POST", f"{sagemaker.url}/api/", {"X-Amz-Target": "SageMaker.ListWorkteams"}, body)
    SigV4Auth(Credentials(KEYS.key_id, KEYS.secret), "sagemaker", "eu-west-1").add_auth(request)
    with closing(http.client.HTTPConnection(urlsplit(sagemaker.url).netloc, timeout=60)) as connection:
        connection.putrequest("POST", "/api/")
        for name, value in {**request.headers, "Content-Length": str(len(body))}.items():
            connection.putheader(name, value)
        connection.endheaders()
        for start in range(len(body)):
            connection.send(body[start : start + 1])
            time.sleep(0.005)

        assert connection.getresponse().status == 200


def test_where_there_is_no_room_for_a_request_its_client_is_told_to_come_again(
    shop: Any, api: SageMakerApi, sagemaker: Caller
) -> None:
    crowded = replace(api, bodies=Bodies(most=1))
    FRONT.app = service_app(crowded, shop.task_queue, shop.client, WebSettings(b"s" * 32))

    assert sagemaker.refused("ListWorkteams")[0] == "ServiceUnavailable"
    assert crowded.bodies.in_flight == 0
