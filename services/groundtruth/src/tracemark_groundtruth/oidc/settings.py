"""How the service knows its provider of sign-ins: the variables TRACEMARK_OIDC_…."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import NoReturn, TypeVar
from urllib.parse import urlsplit

from tracemark.document import Node, read_json
from tracemark.errors import InvalidConfiguration, InvalidDocument, quoted
from tracemark.settings import whole_number
from tracemark_groundtruth.job.patterns import TEAM_NAME
from tracemark_groundtruth.state.identity import Role

PREFIX = "TRACEMARK_OIDC_"
CALLBACK_PATH = "/sign-in/oidc/callback"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

_NAMES = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "CLIENT_SECRET_FILE", "SCOPES", "NAME_CLAIM", "GROUPS_CLAIM")
VARIABLES = (*_NAMES, "GROUPS", "ROLES", "LABEL", "SESSION_HOURS")
_SCOPES, _NAME_CLAIM, _GROUPS_CLAIM = "openid profile email", "preferred_username", "groups"
_MAX_LABEL = 40
_MAX_HOURS = 24 * 30

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """The provider and what its claims mean here.

    `redirect_uri` is where it sends people back to. `groups` maps its groups to the service's, None takes all as they
    are called; `roles` maps its groups to roles, None leaves roles to the service. A session begun through the provider
    ends after `session`, however much it is used.
    """

    issuer: str
    client_id: str
    redirect_uri: str
    client_secret: str = field(default="", repr=False)
    scopes: str = _SCOPES
    name_claim: str = _NAME_CLAIM
    groups_claim: str = _GROUPS_CLAIM
    groups: Mapping[str, str] | None = None
    roles: Mapping[str, Role] | None = None
    label: str = ""
    session: timedelta = timedelta(hours=12)

    @classmethod
    def parse(cls, environ: Mapping[str, str], origin: str) -> OidcSettings | None:
        """Read the variables; None when none is set. `origin` is the service's address as browsers write it.

        Raises:
            InvalidConfiguration: a variable is unknown, missing or wrong, or the origin cannot be signed in to.
        """
        given = {name: text.strip() for name, text in environ.items() if name.startswith(PREFIX) and text.strip()}
        _refuse_unknown(given)
        if not given:
            return None
        text = {name: given.get(PREFIX + name, "") for name in VARIABLES}
        issuer = _issuer(text["ISSUER"])
        return cls(
            issuer=issuer,
            client_id=text["CLIENT_ID"] or _refuse("CLIENT_ID", "", "the id that the provider gave to this service"),
            redirect_uri=_secure_origin(origin) + CALLBACK_PATH,
            client_secret=_secret(text["CLIENT_SECRET"], text["CLIENT_SECRET_FILE"]),
            scopes=_scopes(text["SCOPES"] or _SCOPES),
            name_claim=text["NAME_CLAIM"] or _NAME_CLAIM,
            groups_claim=text["GROUPS_CLAIM"] or _GROUPS_CLAIM,
            groups=_groups(text["GROUPS"]),
            roles=_roles(text["ROLES"]),
            label=_label(text["LABEL"] or urlsplit(issuer).hostname or issuer),
            session=timedelta(hours=_hours(given)),
        )


def _refuse(name: str, text: str, expected: str) -> NoReturn:
    what = f"{PREFIX}{name} is {quoted(text)}" if text else f"{PREFIX}{name} is not set"
    raise InvalidConfiguration(
        what, expected=expected, remedy=f"set {PREFIX}{name}, or unset every {PREFIX}… to do without a provider"
    )


def _refuse_unknown(given: Mapping[str, str]) -> None:
    for name in given:
        if name.removeprefix(PREFIX) not in VARIABLES:
            near = difflib.get_close_matches(name, [PREFIX + known for known in VARIABLES], 1)
            raise InvalidConfiguration(
                f"there is no variable {quoted(name)}",
                expected=f"one of {', '.join(PREFIX + known for known in VARIABLES)}",
                remedy=f"did you mean {near[0]}?" if near else f"unset {name}",
            )


def _issuer(text: str) -> str:
    if not is_secure(text) or "?" in text or "#" in text:
        _refuse("ISSUER", text, "the provider's issuer, an https:// URL without query as its discovery document has it")
    return text


def is_secure(url: str) -> bool:
    """Return whether nobody on the way can read or change what is sent to a URL: https, or this machine itself."""
    try:
        parts = urlsplit(url)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        return False
    known = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    return known and bool(parts.hostname) and port_is_valid and "@" not in parts.netloc


def _secure_origin(origin: str) -> str:
    if not is_secure(origin):
        raise InvalidConfiguration(
            f"people cannot sign in through a provider at {quoted(origin)}",
            expected="an address with https",
            remedy="put a reverse proxy with TLS before the service, and give its address with --origin",
        )
    return origin.rstrip("/")


def _secret(text: str, file: str) -> str:
    if text and file:
        _refuse("CLIENT_SECRET_FILE", file, f"either this or {PREFIX}CLIENT_SECRET, not both")
    if not file:
        return text
    try:
        read = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise InvalidConfiguration(
            f"{PREFIX}CLIENT_SECRET_FILE cannot be read ({error})",
            expected="a file with the secret",
            remedy="name another file, or let the service read it",
        ) from error
    return read or _refuse("CLIENT_SECRET_FILE", file, "a file that is not empty")


def _scopes(text: str) -> str:
    if "openid" not in text.split():
        _refuse("SCOPES", text, "scopes separated by spaces, 'openid' among them")
    return " ".join(text.split())


def _label(text: str) -> str:
    return text if len(text) <= _MAX_LABEL and text.isprintable() else _refuse("LABEL", text, "1 to 40 characters")


def _hours(given: Mapping[str, str]) -> int:
    name = f"{PREFIX}SESSION_HOURS"
    hours = whole_number(given, name, 12)
    return hours if hours <= _MAX_HOURS else _refuse("SESSION_HOURS", given[name], f"1 to {_MAX_HOURS} hours")


def _groups(text: str) -> Mapping[str, str] | None:
    """Read a JSON object of the provider's groups; each value is a work team's name."""
    return _mapping("GROUPS", text, TEAM_NAME.read)


def _roles(text: str) -> Mapping[str, Role] | None:
    return _mapping("ROLES", text, _role)


def _role(node: Node) -> Role:
    names = [role.value for role in Role]
    return Role(node.value) if node.value in names else node.refuse(f"one of {', '.join(names)}")


def _mapping(name: str, text: str, read: Callable[[Node], T]) -> Mapping[str, T] | None:
    if not text:
        return None
    try:
        node = read_json(text, PREFIX + name)
        return {key: read(node[key]) for key in node.mapping()}
    except InvalidDocument as error:
        raise InvalidConfiguration(
            error.what,
            place=error.place,
            expected=f'a JSON object such as {{"their group": "…"}}; {error.expected}',
            remedy=f"correct {PREFIX}{name}",
        ) from error
