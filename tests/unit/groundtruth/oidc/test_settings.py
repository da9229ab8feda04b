"""What the variables TRACEMARK_OIDC_… may say, and what is refused at the start with its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from tracemark.errors import InvalidConfiguration
from tracemark_groundtruth.oidc.settings import OidcSettings
from tracemark_groundtruth.state.identity import Role

ORIGIN = "https://labels.example.org"
NEEDED = {"TRACEMARK_OIDC_ISSUER": "https://login.example.org/realms/weld", "TRACEMARK_OIDC_CLIENT_ID": "tracemark"}


def parsed(**more: str) -> OidcSettings:
    found = OidcSettings.parse({**NEEDED, **{f"TRACEMARK_OIDC_{name}": text for name, text in more.items()}}, ORIGIN)
    assert found
    return found


def test_issuer_and_client_are_enough() -> None:
    found = parsed()

    assert found == OidcSettings(
        "https://login.example.org/realms/weld",
        "tracemark",
        "https://labels.example.org/sign-in/oidc/callback",
        label="login.example.org",
    )


def test_everything_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")

    found = parsed(
        CLIENT_SECRET_FILE=str(tmp_path / "secret"),
        SCOPES=" openid  roles ",
        NAME_CLAIM="upn",
        GROUPS_CLAIM="realm_access.roles",
        GROUPS='{"CN=Welders, OU=Plant": "welding-experts"}',
        ROLES='{"leads": "owner", "it": "admin"}',
        LABEL="the plant",
        SESSION_HOURS="8",
    )

    assert (found.client_secret, found.scopes, found.name_claim) == ("from a file", "openid roles", "upn")
    assert (found.groups, found.roles) == (
        {"CN=Welders, OU=Plant": "welding-experts"},
        {"leads": Role.OWNER, "it": Role.ADMIN},
    )
    assert (found.groups_claim, found.label, found.session) == ("realm_access.roles", "the plant", timedelta(hours=8))


@pytest.mark.parametrize("environ", [{}, {"TRACEMARK_OIDC_ISSUER": " "}, {"OTHER": "x"}])
def test_without_a_variable_there_is_no_provider(environ: Mapping[str, str]) -> None:
    assert OidcSettings.parse(environ, "http://192.0.2.7:8000") is None


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("ISSUER", "", "TRACEMARK_OIDC_ISSUER is not set"),
        ("ISSUER", "login.example.org", "an https:// URL"),
        ("ISSUER", "http://login.example.org", "an https:// URL"),
        ("ISSUER", "https://", "an https:// URL"),
        ("ISSUER", "https://user:password@login.example.org", "an https:// URL"),
        ("ISSUER", "https://login.example.org?tenant=1", "an https:// URL"),
        ("ISSUER", "https://login.example.org:port", "an https:// URL"),
        ("ISSUER", "https://[login", "an https:// URL"),
        ("CLIENT_ID", "", "TRACEMARK_OIDC_CLIENT_ID is not set"),
        ("CLIENT_SECRET_FILE", "/nowhere/secret", "cannot be read"),
        ("SCOPES", "profile email", "'openid' among them"),
        ("GROUPS", "welders=experts", "TRACEMARK_OIDC_GROUPS"),
        ("GROUPS", '["welders"]', "TRACEMARK_OIDC_GROUPS"),
        ("GROUPS", '{"welders": "no team!"}', "hyphens only between"),
        ("ROLES", '{"leads": "boss"}', "one of worker, owner, admin"),
        ("ROLES", '{"leads": ["owner"]}', "one of worker, owner, admin"),
        ("LABEL", "x" * 41, "1 to 40 characters"),
        ("SESSION_HOURS", "0", "a whole number"),
        ("SESSION_HOURS", "721", "1 to 720 hours"),
        ("GROUP", "x", "did you mean TRACEMARK_OIDC_GROUPS?"),
        ("NONSENSE_VALUE", "x", "there is no variable 'TRACEMARK_OIDC_NONSENSE_VALUE'"),
    ],
)
def test_what_is_wrong_is_refused_with_its_name_and_what_was_expected(name: str, text: str, words: str) -> None:
    with pytest.raises(InvalidConfiguration, match="TRACEMARK_OIDC_") as caught:
        parsed(**{"LABEL": "so that one is set", name: text})

    assert words in str(caught.value)


def test_a_secret_is_given_in_one_way_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")

    with pytest.raises(InvalidConfiguration, match="not both"):
        parsed(CLIENT_SECRET="a", CLIENT_SECRET_FILE="b")
    with pytest.raises(InvalidConfiguration, match="not empty"):
        parsed(CLIENT_SECRET_FILE=str(tmp_path / "empty"))
    assert "hidden" not in repr(parsed(CLIENT_SECRET="hidden"))


@pytest.mark.parametrize("origin", ["http://labels.example.org", "http://192.0.2.7:8000"])
def test_people_do_not_sign_in_through_a_provider_without_https(origin: str) -> None:
    with pytest.raises(InvalidConfiguration, match="--origin"):
        OidcSettings.parse(NEEDED, origin)


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"])
def test_on_ones_own_machine_it_may_be_http(origin: str) -> None:
    assert OidcSettings.parse(NEEDED, origin)
