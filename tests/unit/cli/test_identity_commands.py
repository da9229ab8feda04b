"""`tracemark worker`, `key` and `audit`, without a service."""

from __future__ import annotations

import getpass
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tracemark_cli.main import main
from tracemark_groundtruth.state.data_folder import open_state
from tracemark_groundtruth.state.identities import Identities
from tracemark_groundtruth.state.identity import Identity

PASSWORD = "correct horse battery"
ISSUER = "https://login.example.org"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path


def run(data: Path, *arguments: str, **environment: str) -> Result:
    known = {"TRACEMARK_DATABASE_URL": "", "TRACEMARK_SECRET_KEY": "", "TRACEMARK_OIDC_ISSUER": ""}
    return CliRunner().invoke(
        main, [*arguments, "--data", str(data)], input=f"{PASSWORD}\n", env={**known, **environment}
    )


def add(data: Path, name: str, *more: str) -> None:
    added = run(data, "worker", "add", name, "--password-stdin", *more)
    assert added.exit_code == 0, added.output


def audit(data: Path, *arguments: str) -> list[dict[str, object]]:
    lines = run(data, "audit", "--json", *arguments).stdout.splitlines()
    return [json.loads(line) for line in lines]


def test_a_worker_has_a_role_and_teams_that_can_be_changed(data: Path) -> None:
    add(data, "anna", "--role", "owner")
    changed = [
        run(data, "worker", "role", "anna", "admin"),
        run(data, "worker", "teams", "ANNA", "--team", "inspectors", "--team", "leads"),
    ]

    listed = run(data, "worker", "list").output

    assert [result.exit_code for result in changed] == [0, 0]
    assert all(part in listed for part in ("anna", "admin", "inspectors, leads", "password"))


def test_a_disabled_worker_can_be_enabled_again(data: Path) -> None:
    add(data, "anna")
    run(data, "worker", "disable", "anna")
    before = run(data, "worker", "list").output
    run(data, "worker", "enable", "anna")

    assert ("disabled" in before, "disabled" in run(data, "worker", "list").output) == (True, False)


def test_a_worker_is_linked_to_the_provider_of_the_environment(data: Path) -> None:
    add(data, "anna")

    without = run(data, "worker", "link", "anna", "1")
    linked = run(data, "worker", "link", "anna", "1", TRACEMARK_OIDC_ISSUER=ISSUER)
    with open_state(data, None) as database:
        found = Identities(database).account(Identity(ISSUER, "1", "somebody"))

    assert (without.exit_code, linked.exit_code, found.name) == (2, 0, "anna")
    assert f"password, {ISSUER}" in run(data, "worker", "list").output


def test_a_key_is_printed_once_for_a_shell_listed_without_its_secret_and_revoked(data: Path) -> None:
    add(data, "anna", "--role", "owner")

    made = run(data, "key", "create", "anna", "--days", "30", "--note", "import").output
    key_id, secret = re.findall(r"^export AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY)='([^']+)'$", made, re.MULTILINE)
    listed = run(data, "key", "list").output
    revoked = run(data, "key", "revoke", key_id)

    assert all(part in listed for part in (key_id, "anna", "owner", "active", "import"))
    assert secret not in listed
    assert revoked.output == f"the key {key_id} of anna is revoked\n"
    assert "revoked" in run(data, "key", "list", "--worker", "anna").output
    assert "revoked" not in run(data, "key", "list", "--worker", "bert").output


def test_a_worker_who_may_not_use_the_api_gets_no_key(data: Path) -> None:
    add(data, "anna")

    refused = run(data, "key", "create", "anna")

    assert (refused.exit_code, "tracemark worker role anna owner" in refused.output) == (1, True)


def test_keys_need_the_secret_key_once_it_was_used(data: Path) -> None:
    add(data, "anna", "--role", "owner")
    key = "k" * 40

    made = run(data, "key", "create", "anna", TRACEMARK_SECRET_KEY=key)
    without = run(data, "key", "create", "anna")

    assert made.exit_code == 0
    assert (without.exit_code, "TRACEMARK_SECRET_KEY" in without.output) == (1, True)


def test_the_audit_log_says_who_did_what_by_which_command(data: Path) -> None:
    add(data, "anna", "--team", "welders", "--role", "owner")
    run(data, "worker", "disable", "anna")

    entries = audit(data)

    assert [entry["action"] for entry in reversed(entries)] == [
        "account-add",
        "account-role",
        "team-create",
        "account-disable",
    ]
    assert {(entry["actor"], entry["via"]) for entry in entries} == {(getpass.getuser(), "command")}
    assert PASSWORD not in json.dumps(entries)


def test_the_audit_log_is_filtered(data: Path) -> None:
    for name in ("anna", "bert"):
        add(data, name)
    run(data, "worker", "disable", "bert")

    assert len(audit(data, "--subject", "anna")) == 1
    assert len(audit(data, "--action", "account-disable")) == 1
    assert len(audit(data, "--actor", getpass.getuser(), "--since", "1h")) == 4
    assert audit(data, "--until", "1h") == []
    assert audit(data, "--since", "2126-01-01") == []
    assert "account-disable" in run(data, "audit").output


def test_that_there_are_more_entries_is_said(data: Path) -> None:
    for name in ("anna", "bert"):
        add(data, name)

    shown = run(data, "audit", "--limit", "1", "--json")

    assert len(shown.stdout.splitlines()) == 1
    assert "--limit shows more" in shown.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--since", "yesterday"), "is no moment"),
        (("--until", "1y"), "is no moment"),
        (("--since", "9999-99-99"), "is no moment"),
        (("--action", "sign"), "sign-in-failed"),
        (("--limit", "0"), "--limit"),
    ],
)
def test_a_filter_that_cannot_be_understood_is_refused(data: Path, arguments: tuple[str, ...], words: str) -> None:
    refused = run(data, "audit", *arguments)

    assert (refused.exit_code, words in refused.output) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("worker", "role", "nobody", "admin"),
        ("worker", "enable", "nobody"),
        ("worker", "teams", "nobody", "--team", "a"),
        ("worker", "link", "nobody", "1", "--issuer", ISSUER),
        ("key", "create", "nobody"),
        ("key", "revoke", "TMKEY0000000000000000"),
    ],
)
def test_who_or_what_is_not_there_is_said_and_nothing_recorded(data: Path, arguments: tuple[str, ...]) -> None:
    refused = run(data, *arguments)

    assert (refused.exit_code, "there is no" in refused.output) == (1, True)
    assert audit(data) == []
