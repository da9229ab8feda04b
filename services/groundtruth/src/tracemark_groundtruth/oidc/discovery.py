"""A provider's discovery document: where its endpoints are.

Source: OpenID Connect Discovery 1.0, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracemark.document import Node
from tracemark_groundtruth.oidc.settings import OidcSettings, is_secure

DISCOVERY_PATH = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Discovery:
    """The endpoints of a provider; `token_auth` is how the client tells its secret.

    `names_issuer`: the provider says in its answers who it is (RFC 9207).
    """

    authorization: str
    token: str
    keys: str
    token_auth: str
    userinfo: str = ""
    end_session: str = ""
    names_issuer: bool = False

    @classmethod
    def parse(cls, node: Node, settings: OidcSettings) -> Discovery:
        """Read the document of the provider in `settings`.

        Raises:
            InvalidDocument: it is that of another issuer, an endpoint is missing or not secure, or the provider cannot
                do what is needed.
        """
        if node["issuer"].text() != settings.issuer:
            node["issuer"].refuse(f"the issuer that is configured, {settings.issuer}")
        _refuse_unless(node, "response_types_supported", "code")
        return cls(
            authorization=_endpoint(node["authorization_endpoint"]),
            token=_endpoint(node["token_endpoint"]),
            keys=_endpoint(node["jwks_uri"]),
            token_auth=_token_auth(node, settings),
            userinfo=_optional(node, "userinfo_endpoint"),
            end_session=_optional(node, "end_session_endpoint"),
            names_issuer=_flag(node, "authorization_response_iss_parameter_supported"),
        )


def _endpoint(node: Node) -> str:
    return node.text() if is_secure(node.text()) else node.refuse("an https:// URL")


def _optional(node: Node, key: str) -> str:
    found = node.get(key)
    return _endpoint(found) if found else ""


def _flag(node: Node, key: str) -> bool:
    found = node.get(key)
    return found.flag() if found else False


def _refuse_unless(node: Node, key: str, wanted: str) -> None:
    found = node.get(key)
    if found and wanted not in found.texts():
        found.refuse(f"{wanted} among them")


def _token_auth(node: Node, settings: OidcSettings) -> str:
    if not settings.client_secret:
        return "none"
    found = node.get("token_endpoint_auth_methods_supported")
    for method in ("client_secret_basic", "client_secret_post"):
        if not found or method in found.texts():
            return method
    return found.refuse("client_secret_basic or client_secret_post among them") if found else "client_secret_basic"
