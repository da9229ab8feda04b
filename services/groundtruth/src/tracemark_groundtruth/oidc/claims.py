"""What a provider's claims say of a person: a name, groups, and a role."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from tracemark.document import Json
from tracemark.errors import encodable
from tracemark_groundtruth.errors import SignInRefused
from tracemark_groundtruth.oidc.id_token import Claims
from tracemark_groundtruth.oidc.settings import OidcSettings
from tracemark_groundtruth.state.identity import Identity, Role

MAX_GROUPS = 1_000
MAX_GROUP = 128
MAX_NAME = 100

_NOT_OF_NAMES = re.compile(r"[^A-Za-z0-9._@+-]+")
_RANKS = (Role.ADMIN, Role.OWNER, Role.WORKER)


def identity(claims: Claims, settings: OidcSettings) -> Identity:
    """Return the person whom verified claims are about.

    Raises:
        SignInRefused: the groups are too many for the token, or are not groups.
    """
    theirs = _groups(claims, settings.groups_claim)
    return Identity(
        issuer=settings.issuer,
        subject=encodable(str(claims["sub"])),
        name=account_name(_wishes(claims, settings)),
        groups=tuple(sorted(_mapped(theirs, settings.groups))),
        managed=None if settings.groups is None else frozenset(settings.groups.values()),
        role=_role(theirs, settings.roles),
    )


def value_of(claims: Claims, name: str) -> Json:
    """Return a claim, or one inside others: `realm_access.roles`; None when it is not there."""
    if name in claims:
        return claims[name]
    found: Json = dict(claims)
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def account_name(wishes: Iterable[str]) -> str:
    """Return the first of several texts of which an account's name can be made, without accents and blanks."""
    for wish in wishes:
        plain = unicodedata.normalize("NFKD", wish).encode("ascii", "ignore").decode()
        name = _NOT_OF_NAMES.sub("-", plain.strip()).lstrip("._@+-").rstrip("-")[:MAX_NAME]
        if name:
            return name
    return "worker"


def _wishes(claims: Claims, settings: OidcSettings) -> Iterable[str]:
    found = (value_of(claims, name) for name in (settings.name_claim, "preferred_username", "email", "name", "sub"))
    return (text for text in found if isinstance(text, str))


def _groups(claims: Claims, name: str) -> frozenset[str]:
    # Entra ID sends an address in place of more than 200 groups.
    elsewhere = claims.get("_claim_names")
    if isinstance(elsewhere, Mapping) and name in elsewhere:
        raise SignInRefused(
            "the provider did not send your groups, because they are too many",
            remedy="ask whoever runs the provider to send only the groups that are assigned to this service",
        )
    found = value_of(claims, name)
    listed = [found] if isinstance(found, str) else [] if found is None else found
    if not isinstance(listed, list) or not all(isinstance(group, str) for group in listed):
        raise SignInRefused(
            f"the provider's claim '{name}' does not list groups",
            remedy="tell whoever runs the service: TRACEMARK_OIDC_GROUPS_CLAIM must name a list of texts",
        )
    if len(listed) > MAX_GROUPS:
        raise SignInRefused(
            f"the provider sent {len(listed):,} groups, more than {MAX_GROUPS:,}",
            remedy="ask whoever runs the provider to send only the groups that are assigned to this service",
        )
    return frozenset(encodable(group) for group in map(str, listed) if group)


def _mapped(theirs: frozenset[str], groups: Mapping[str, str] | None) -> set[str]:
    if groups is None:
        return {group for group in theirs if len(group) <= MAX_GROUP}
    return {groups[group] for group in theirs if group in groups}


def _role(theirs: frozenset[str], roles: Mapping[str, Role] | None) -> Role | None:
    if roles is None:
        return None
    given = {roles[group] for group in theirs if group in roles}
    return next((role for role in _RANKS if role in given), Role.WORKER)
