"""What the role of a key's person allows at the API, and which keys are refused, in AWS's words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from sqlalchemy import text

from tracemark.document import Json
from tracemark_groundtruth.api.access import SERVICE_CALLER, Caller, KeyRing
from tracemark_groundtruth.api.endpoint import SageMakerApi
from tracemark_groundtruth.api.errors import ApiError
from tracemark_groundtruth.api.signature import ApiKeys, SignedRequest
from tracemark_groundtruth.functions.catalog import Catalog
from tracemark_groundtruth.rendering.grants import ReadGrants
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.state.accounts import Accounts
from tracemark_groundtruth.state.api_keys import PersonalKeys
from tracemark_groundtruth.state.audit import Action, Audit, Event, Wanted
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.identity import Role
from tracemark_groundtruth.state.secrets import service_secrets

URL = "http://127.0.0.1:8000/api/"
OWN = ApiKeys("TRACEMARK0123", "not so secret")
TEAM: dict[str, Json] = {
    "WorkteamName": "welders",
    "Description": "They weld",
    "MemberDefinitions": [{"OidcMemberDefinition": {"Groups": ["welders"]}}],
}


TEAM_ARN = "arn:aws:sagemaker:eu-west-1:000000000000:workteam/private-crowd/welders"
TAGGED: dict[str, Json] = {"ResourceArn": TEAM_ARN, "Tags": [{"Key": "a", "Value": "b"}]}


@dataclass
class Office:
    """An API with three people who have keys, and the service's own key under the name `service`."""

    api: SageMakerApi
    database: Database
    document: Callable[[], dict[str, Json]]
    now: list[datetime]
    keys: dict[str, ApiKeys] = field(default_factory=dict)

    def call(self, who: str, operation: str, **request: Json) -> Any:
        keys, body = self.keys[who], json.dumps(request).encode()
        signed = AWSRequest("POST", URL, {"X-Amz-Target": f"SageMaker.{operation}"}, body)
        SigV4Auth(Credentials(keys.key_id, keys.secret), "sagemaker", "eu-west-1").add_auth(signed)
        headers = {name.lower(): value for name, value in signed.headers.items()}
        return self.api.answer(SignedRequest(URL, {"host": "127.0.0.1:8000", **headers}, body))

    def refused(self, who: str, operation: str, **request: Json) -> str:
        with pytest.raises(ApiError) as caught:
            self.call(who, operation, **request)
        return caught.value.code

    def create(self, who: str, name: str) -> Any:
        return self.call(who, "CreateLabelingJob", **{**self.document(), "LabelingJobName": name})

    def events(self, action: Action) -> list[Event]:
        return [entry.event for entry in Audit(self.database).find(Wanted(action=action), 100)]


@pytest.fixture
def office(shop: Any) -> Office:
    database, now = shop.database, list[datetime]()
    personal = PersonalKeys(database, service_secrets(database).api_keys_seal)
    ring = KeyRing(OWN, personal, Audit(database).record)
    catalog = Catalog({}, shop.functions.pre, shop.functions.post)
    storage, grants = JobStorage(shop.client), ReadGrants(b"s" * 32)
    api = SageMakerApi(database, catalog, storage, grants, ring, lambda: now[0] if now else datetime.now(UTC))
    office = Office(api, database, shop.document, now, {"service": OWN})
    for name, role in (("olga", Role.OWNER), ("otto", Role.OWNER), ("ada", Role.ADMIN)):
        Accounts(database).add(name, "$argon2id$hash", ["welders"])
        Accounts(database).set_role(name, role)
        made = personal.create(name, 30)
        office.keys[name] = ApiKeys(made.key.key_id, made.secret)
    office.call("service", "CreateWorkteam", **TEAM)
    return office


def test_an_owner_creates_describes_lists_and_stops_a_job(office: Office) -> None:
    office.create("olga", "Olgas")

    described = office.call("olga", "DescribeLabelingJob", LabelingJobName="Olgas")
    office.call("olga", "StopLabelingJob", LabelingJobName="Olgas")

    assert described["LabelingJobStatus"] == "Initializing"
    assert office.call("olga", "ListLabelingJobs")["LabelingJobSummaryList"][0]["LabelingJobStatus"] == "Stopping"


def test_to_an_owner_jobs_of_others_are_not_there(office: Office) -> None:
    office.create("olga", "Olgas")
    office.create("service", "Services")

    for name in ("Olgas", "Services"):
        for operation in ("DescribeLabelingJob", "StopLabelingJob", "AppendToLabelingJob"):
            assert office.refused("otto", operation, LabelingJobName=name) == "ResourceNotFound"
        arn = office.call("ada", "DescribeLabelingJob", LabelingJobName=name)["LabelingJobArn"]
        tag = {"Key": "a", "Value": "b"}
        assert office.refused("otto", "AddTags", ResourceArn=arn, Tags=[tag]) == "ResourceNotFound"
        assert office.refused("otto", "ListTags", ResourceArn=arn) == "ResourceNotFound"
        assert office.refused("otto", "DeleteTags", ResourceArn=arn, TagKeys=["a"]) == "ResourceNotFound"
    assert office.call("otto", "ListLabelingJobs") == {"LabelingJobSummaryList": []}
    assert office.call("otto", "ListLabelingJobsForWorkteam", WorkteamArn=TEAM_ARN) == {"LabelingJobSummaryList": []}
    assert len(office.call("olga", "ListLabelingJobsForWorkteam", WorkteamArn=TEAM_ARN)["LabelingJobSummaryList"]) == 1
    assert office.call("ada", "DescribeLabelingJob", LabelingJobName="Olgas")["LabelingJobStatus"] == "Initializing"


def test_an_admin_and_the_services_own_key_see_and_stop_every_job(office: Office) -> None:
    office.create("olga", "Olgas")
    office.create("ada", "Adas")

    for who in ("ada", "service"):
        names = [job["LabelingJobName"] for job in office.call(who, "ListLabelingJobs")["LabelingJobSummaryList"]]
        assert sorted(names) == ["Adas", "Olgas"]
    office.call("ada", "StopLabelingJob", LabelingJobName="Olgas")


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("CreateWorkteam", {**TEAM, "WorkteamName": "others"}),
        ("UpdateWorkteam", {"WorkteamName": "welders", "Description": "x"}),
        ("DeleteWorkteam", {"WorkteamName": "welders"}),
        ("AddTags", TAGGED),
        ("DeleteTags", {"ResourceArn": TEAM_ARN, "TagKeys": ["a"]}),
    ],
)
def test_only_an_admin_changes_teams(office: Office, operation: str, request_: dict[str, Json]) -> None:
    assert office.refused("olga", operation, **request_) == "AccessDeniedException"
    office.call("ada", operation, **request_)


def test_every_operation_is_somebodys_and_no_other_is_allowed(office: Office) -> None:
    known = set(office.api._operations(SERVICE_CALLER, "eu-west-1"))
    owner = Caller("olga", Role.OWNER, "private.eu-west-1.0123456789abcdef")

    def is_allowed(operation: str) -> bool:
        try:
            owner.check(operation)
        except ApiError:
            return False
        return True

    assert known - {operation for operation in known if is_allowed(operation)} == {
        *("CreateWorkteam", "UpdateWorkteam", "DeleteWorkteam"),
    }
    assert not is_allowed("AnyOther")


def test_an_owner_sees_teams_and_renders_templates(office: Office) -> None:
    assert office.call("olga", "ListWorkteams")["Workteams"][0]["WorkteamName"] == "welders"
    assert office.call("olga", "DescribeWorkteam", WorkteamName="welders")["Workteam"]["WorkteamName"] == "welders"
    rendered = office.call(
        "olga",
        "RenderUiTemplate",
        UiTemplate={"Content": "<p>a</p>"},
        Task={"Input": "{}"},
        RoleArn="arn:aws:iam::1:role/r",
    )
    assert "<p>a</p>" in rendered["RenderedContent"]


@pytest.mark.parametrize("operation", ["ListLabelingJobs", "CreateLabelingJob", "ListWorkteams", "RenderUiTemplate"])
def test_who_is_only_a_worker_any_more_may_do_nothing_at_the_api(office: Office, operation: str) -> None:
    Accounts(office.database).set_role("olga", Role.WORKER)

    assert office.refused("olga", operation) == "AccessDeniedException"


def test_a_new_role_counts_at_once(office: Office) -> None:
    office.create("otto", "Ottos")
    Accounts(office.database).set_role("olga", Role.ADMIN)

    assert office.call("olga", "DescribeLabelingJob", LabelingJobName="Ottos")["LabelingJobName"] == "Ottos"


def test_a_revoked_key_is_refused_in_awss_words(office: Office) -> None:
    PersonalKeys(office.database, service_secrets(office.database).api_keys_seal).revoke(office.keys["olga"].key_id)

    assert office.refused("olga", "ListLabelingJobs") == "UnrecognizedClientException"


def test_an_expired_key_is_refused_in_awss_words(office: Office) -> None:
    # A clock a month ahead would refuse the time of the signature: the key's end is moved instead.
    with office.database.writing() as connection:
        connection.execute(text("UPDATE api_keys SET expires_at = :end"), {"end": datetime.now(UTC).timestamp() - 1})

    assert office.refused("olga", "ListLabelingJobs") == "ExpiredTokenException"


def test_the_key_of_a_disabled_person_is_refused(office: Office) -> None:
    Accounts(office.database).disable("olga")

    assert office.refused("olga", "ListLabelingJobs") == "UnrecognizedClientException"


def test_whether_a_key_is_expired_is_told_only_to_those_who_have_its_secret(office: Office) -> None:
    with office.database.writing() as connection:
        connection.execute(text("UPDATE api_keys SET expires_at = 1"))
    office.keys["thief"] = ApiKeys(office.keys["olga"].key_id, "guessed")

    assert office.refused("thief", "ListLabelingJobs") == "InvalidSignatureException"


@pytest.mark.parametrize("swap", [("olga", "ada"), ("service", "olga"), ("olga", "service")])
def test_the_secret_of_one_key_does_not_sign_for_another(office: Office, swap: tuple[str, str]) -> None:
    office.keys["thief"] = ApiKeys(office.keys[swap[0]].key_id, office.keys[swap[1]].secret)

    assert office.refused("thief", "ListLabelingJobs") == "InvalidSignatureException"


def test_a_key_of_another_time_is_refused_as_before(office: Office) -> None:
    office.now.append(datetime.now(UTC) + timedelta(minutes=16))

    assert office.refused("olga", "ListLabelingJobs") == "RequestExpired"


def test_what_is_done_at_the_api_is_recorded_with_person_and_key(office: Office) -> None:
    office.create("olga", "Olgas")
    office.call("ada", "StopLabelingJob", LabelingJobName="Olgas")
    office.call("ada", "StopLabelingJob", LabelingJobName="Olgas")
    office.create("service", "Services")

    created, stopped = office.events(Action.JOB_CREATE), office.events(Action.JOB_STOP)

    assert [(event.subject, event.actor.name) for event in created] == [
        ("Services", "(service key)"),
        ("Olgas", "olga"),
    ]
    assert created[1].detail == {"key": office.keys["olga"].key_id}
    assert [(event.subject, event.actor.name, event.actor.via) for event in stopped] == [("Olgas", "ada", "API")]
    assert [event.actor.name for event in office.events(Action.TEAM_CREATE)] == ["(service key)"]


def test_a_refused_key_is_recorded_once_an_hour(office: Office) -> None:
    Accounts(office.database).disable("olga")
    for _ in range(3):
        office.refused("olga", "ListLabelingJobs")

    assert [(event.subject, event.detail) for event in office.events(Action.KEY_REFUSED)] == [
        (office.keys["olga"].key_id, {"state": "disabled"})
    ]
