"""Signing in through a provider in a real browser: a provider of another site, and the whole service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from support.mock_provider import ServedService, served_with_provider
from support.waiting import PATIENCE_SECONDS

from tracemark_groundtruth.state.accounts import Accounts
from tracemark_groundtruth.state.audit import Action, Audit, Wanted

ADMINS = {"GROUPS": '{"/welders": "welding-experts"}', "ROLES": '{"/welders": "owner"}'}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedService]:
    with served_with_provider(tmp_path, ADMINS) as served:
        yield served


@pytest.fixture
def page(chromium: Browser, served: ServedService) -> Iterator[Page]:
    context = chromium.new_context(base_url=served.address)
    context.set_default_timeout(1000 * PATIENCE_SECONDS)
    yield context.new_page()
    context.close()


def sign_in(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Sign in with the plant").click()
    page.get_by_role("button", name="248289761001").click()
    page.get_by_role("heading", name="Jobs").wait_for()


def test_a_person_signs_in_at_the_provider_and_arrives_at_the_jobs(page: Page, served: ServedService) -> None:
    sign_in(page)

    assert page.get_by_text("dora").is_visible()
    (member,) = Accounts(served.service.database).list()
    assert (member.account.name, member.groups, member.role.value, member.issuers) == (
        "dora",
        ("welding-experts",),
        "owner",
        (served.issuer,),
    )


def test_the_session_is_the_same_on_the_next_page_and_in_the_next_tab(page: Page) -> None:
    sign_in(page)

    page.reload()
    other = page.context.new_page()
    other.goto("/")

    assert [each.get_by_role("heading", name="Jobs").is_visible() for each in (page, other)] == [True, True]


def test_who_signs_out_here_can_sign_out_at_the_provider(page: Page, served: ServedService) -> None:
    sign_in(page)

    page.get_by_role("button", name="Sign out").click()
    told = page.get_by_role("status")
    told.wait_for()
    page.goto("/")

    assert page.url == f"{served.address}/sign-in"
    page.goto("/sign-in?signed-out")
    page.get_by_role("link", name="sign out there, too").click()
    page.wait_for_url(f"{served.issuer}/**")


def test_the_way_back_is_worth_nothing_a_second_time(page: Page, served: ServedService) -> None:
    answers: list[str] = []
    page.on("request", lambda request: answers.append(request.url) if "/callback" in request.url else None)
    sign_in(page)
    page.context.clear_cookies()

    page.goto(answers[0])

    assert "This browser has no sign-in under way" in page.get_by_role("alert").inner_text()
    page.goto("/")
    assert page.url == f"{served.address}/sign-in"


def test_a_disabled_account_is_told_so(page: Page, served: ServedService) -> None:
    sign_in(page)
    Accounts(served.service.database).disable("dora")
    page.goto("/")

    page.get_by_role("link", name="Sign in with the plant").click()
    page.get_by_role("button", name="248289761001").click()

    assert "The account dora is disabled" in page.get_by_role("alert").inner_text()


def test_sign_ins_are_in_the_audit_log(page: Page, served: ServedService) -> None:
    sign_in(page)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("status").wait_for()

    entries = Audit(served.service.database).find(Wanted(actor="dora"), 10)

    assert [(entry.event.action, entry.event.detail["address"]) for entry in entries] == [
        (Action.SIGN_OUT, "127.0.0.1"),
        (Action.SIGN_IN, "127.0.0.1"),
    ]


def serious(page: Page, axe: str) -> list[str]:
    found: Any = page.evaluate(f"(() => {{ {axe}; return axe.run(document, {{resultTypes: ['violations']}}); }})()")
    return [f"{one['id']}: {one['help']}" for one in found["violations"] if one["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in?signed-out", "/sign-in/oidc/callback"])
def test_axe_finds_nothing_serious_on_the_pages_of_signing_in(
    page: Page, project: Path, served: ServedService, path: str
) -> None:
    axe = (project / "ui/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    page.goto(path)

    assert serious(page, axe) == []


def test_axe_finds_nothing_serious_on_the_page_on_the_way_to_the_jobs(
    chromium: Browser, project: Path, served: ServedService
) -> None:
    axe = (project / "ui/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    context = chromium.new_context(base_url=served.address)
    page = context.new_page()
    # The page leads on at once: the jobs are kept from coming, so that it stays.
    page.route(f"{served.address}/", lambda route: route.fulfill(status=204))
    page.goto("/sign-in/oidc")
    page.get_by_role("button", name="248289761001").click()
    page.get_by_role("heading", name="Signed in").wait_for()

    assert serious(page, axe) == []
    context.close()
