"""A whole service whose people sign in through a provider: how it starts, and what it records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from support.fake_s3 import MemoryS3
from support.portal_client import ORIGIN
from support.staged_provider import CLIENT_ID, CLIENT_SECRET, StagedProvider, path_of

from tracemark.errors import InvalidConfiguration
from tracemark_groundtruth.functions.catalog import Catalog
from tracemark_groundtruth.oidc.settings import OidcSettings
from tracemark_groundtruth.service import ServiceSettings, running
from tracemark_groundtruth.state.accounts import Accounts, hash_password
from tracemark_groundtruth.state.audit import Action, Audit, Wanted
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.identity import Role
from tracemark_groundtruth.state.teams import Teams


@pytest.fixture
def provider() -> Iterator[StagedProvider]:
    with StagedProvider().running() as provider:
        yield provider


def settings(provider: StagedProvider, **more: str) -> ServiceSettings:
    given = {"ISSUER": provider.issuer, "CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET, **more}
    environ = {f"TRACEMARK_OIDC_{name}": text for name, text in given.items()}
    return ServiceSettings(ORIGIN, oidc=OidcSettings.parse(environ, ORIGIN))


def service(database: Database, chosen: ServiceSettings) -> Any:
    functions: Any = None  # no job is created
    return running(database, MemoryS3({}), Catalog({}, functions, functions), chosen)


def sign_in(app: Any, provider: StagedProvider) -> Any:
    with TestClient(app, base_url=ORIGIN, follow_redirects=False) as browser:
        url = browser.get("/sign-in/oidc").headers["location"]
        return browser.get(path_of(provider.authorize(url)))


def test_the_first_sign_in_makes_an_account_in_the_mapped_team_with_the_mapped_role(
    database: Database, provider: StagedProvider
) -> None:
    chosen = settings(provider, GROUPS='{"welders": "experts"}', ROLES='{"welders": "owner"}')

    with service(database, chosen) as running_service:
        response = sign_in(running_service.app, provider)

    (member,) = Accounts(database).list()
    assert response.status_code == 200
    assert (member.account.name, member.groups, member.role) == ("dora", ("experts",), Role.OWNER)
    assert Teams(database).find("experts")


def test_a_service_does_not_start_with_another_provider_than_configured(
    database: Database, provider: StagedProvider
) -> None:
    provider.discovery = {"issuer": "https://elsewhere.example"}

    with pytest.raises(InvalidConfiguration, match="TRACEMARK_OIDC_ISSUER"), service(database, settings(provider)):
        pytest.fail("it started")


def test_a_service_starts_while_its_provider_is_down_and_signs_in_once_it_is_back(
    database: Database, provider: StagedProvider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.down = True

    with service(database, settings(provider)) as running_service:
        with TestClient(running_service.app, base_url=ORIGIN, follow_redirects=False) as browser:
            early = browser.get("/sign-in/oidc")
        provider.down = False
        late = sign_in(running_service.app, provider)

    assert (early.status_code, late.status_code) == (503, 200)
    assert "the provider of sign-ins does not answer yet" in caplog.text


def test_sign_ins_by_password_and_their_failures_are_recorded(tmp_path: Path) -> None:
    database = Database.in_file(tmp_path / "state.db")
    Accounts(database).add("anna", hash_password("correct horse battery"), [])

    with (
        service(database, ServiceSettings(ORIGIN)) as running_service,
        TestClient(running_service.app, base_url=ORIGIN, follow_redirects=False) as browser,
    ):
        for name, password in (("ANNA", "wrong"), ("my pass word", "anna"), ("anna", "correct horse battery")):
            browser.post("/sign-in", data={"name": name, "password": password}, headers={"Origin": ORIGIN})
        absent = browser.get("/sign-in/oidc")
    entries = [entry.event for entry in reversed(Audit(database).find(Wanted(), 10))][1:]
    database.dispose()

    assert absent.status_code == 404
    assert [(entry.action, entry.subject, entry.detail.get("reason")) for entry in entries] == [
        (Action.SIGN_IN_FAILED, "anna", "wrong"),
        (Action.SIGN_IN_FAILED, "(unknown)", "wrong"),
        (Action.SIGN_IN, "anna", None),
    ]
    assert not any(word in repr(entries) for word in ("my pass word", "correct horse"))
