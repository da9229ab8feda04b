"""What a provider's claims say of a person."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark_groundtruth.oidc.claims import account_name, identity
from tracemark_groundtruth.oidc.settings import OidcSettings
from tracemark_groundtruth.state.identity import Identity, Role

ISSUER = "https://login.example.org"
SETTINGS = OidcSettings(ISSUER, "tracemark", "https://labels.example.org/sign-in/oidc/callback")


def who(claims: dict[str, Any], **changed: Any) -> Identity:
    return identity({"sub": "1", **claims}, OidcSettings(ISSUER, "tracemark", SETTINGS.redirect_uri, **changed))


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"preferred_username": "dora", "email": "d@example.org"}, "dora"),
        ({"email": "d@example.org"}, "d@example.org"),
        ({"name": "Jörg Müller"}, "Jorg-Muller"),
        ({"preferred_username": "李", "email": "li@example.org"}, "li@example.org"),
        ({"preferred_username": ["dora"]}, "1"),
        ({"preferred_username": "<script>"}, "script"),
        ({"preferred_username": "../../etc"}, "etc"),
    ],
)
def test_the_account_is_called_as_the_person_is_if_that_can_be_a_name(claims: dict[str, Any], name: str) -> None:
    assert who(claims).name == name


@given(st.lists(st.text(), max_size=4))
def test_an_account_always_gets_a_name_that_is_one(wishes: list[str]) -> None:
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}", account_name(wishes))


def test_another_claim_can_name_the_person() -> None:
    assert who({"preferred_username": "a1", "upn": "dora"}, name_claim="upn").name == "dora"


@pytest.mark.parametrize(
    ("claims", "groups"),
    [
        ({"groups": ["b", "a", "b", ""]}, ("a", "b")),
        ({"groups": "a"}, ("a",)),
        ({"groups": []}, ()),
        ({}, ()),
        ({"groups": ["x" * 129, "a"]}, ("a",)),
    ],
)
def test_without_a_map_groups_are_called_as_the_provider_calls_them(
    claims: dict[str, Any], groups: tuple[str, ...]
) -> None:
    found = who(claims)

    assert (found.groups, found.managed) == (groups, None)


def test_texts_that_utf8_cannot_hold_are_told_apart() -> None:
    found = who({"sub": "s \ud800", "groups": ["g \ud800", "g \ud801"]})

    assert (found.subject, found.groups) == (r"s \ud800", (r"g \ud800", r"g \ud801"))


def test_a_map_takes_the_groups_it_names_and_manages_only_those() -> None:
    found = who({"groups": ["/welders", "everybody"]}, groups={"/welders": "experts", "/leads": "inspectors"})

    assert (found.groups, found.managed) == (("experts",), frozenset({"experts", "inspectors"}))


def test_a_claim_inside_others_is_found() -> None:
    claims = {"realm_access": {"roles": ["welders"]}}

    assert who(claims, groups_claim="realm_access.roles").groups == ("welders",)
    assert who({"realm_access.roles": ["inspectors"], **claims}, groups_claim="realm_access.roles").groups == (
        "inspectors",
    )


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["it", "leads"], Role.ADMIN),
        (["leads", "it"], Role.ADMIN),
        (["leads"], Role.OWNER),
        (["others"], Role.WORKER),
        ([], Role.WORKER),
    ],
)
def test_the_highest_role_of_the_groups_counts(groups: list[str], role: Role) -> None:
    assert who({"groups": groups}, roles={"it": Role.ADMIN, "leads": Role.OWNER}).role is role


def test_without_a_map_of_roles_the_provider_decides_none() -> None:
    assert who({"groups": ["admin", "owner"]}).role is None
