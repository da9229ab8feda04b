"""A provider of sign-ins that keeps to OpenID Connect, until a test has it lie."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import urllib3
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from support.live_server import serving
from tracemark.document import Json
from tracemark_groundtruth.oidc.settings import OidcSettings

CLIENT_ID, CLIENT_SECRET = "tracemark", "the client's secret"
PORTAL = "http://127.0.0.1:8000"


def made_key(kid: str = "first") -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"}, private=True)


@dataclass
class StagedProvider:
    """`person` is who signs in; `lie` changes the claims of their token, `sign` signs it, `published` are its keys."""

    issuer: str = ""
    person: dict[str, Json] = field(
        default_factory=lambda: {"sub": "248289761001", "preferred_username": "dora", "groups": ["welders"]}
    )
    key: ECKey = field(default_factory=made_key)
    published: list[ECKey] = field(default_factory=list)
    lie: Callable[[dict[str, Json]], dict[str, Json]] = lambda claims: claims
    sign: Callable[[dict[str, Json]], str] | None = None
    discovery: dict[str, Json] = field(default_factory=dict)
    userinfo: dict[str, Json] = field(default_factory=dict)
    down: bool = False
    asked: list[str] = field(default_factory=list)
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)

    @contextmanager
    def running(self) -> Iterator[StagedProvider]:
        self.published = self.published or [self.key]
        app = Starlette(routes=[Route("/{path:path}", self.answer, methods=["GET", "POST"])])
        with serving(app) as self.issuer:
            yield self

    def settings(self, **changed: Any) -> OidcSettings:
        known = {"client_secret": CLIENT_SECRET, "label": "Staged"}
        redirect_uri = f"{PORTAL}/sign-in/oidc/callback"
        return OidcSettings(self.issuer, CLIENT_ID, redirect_uri, **{**known, **changed})

    def authorize(self, url: str) -> str:
        """Sign the person in, as a browser does that is sent to `url`; return where it is sent then."""
        answer = urllib3.request("GET", url, redirect=False, retries=False)
        return str(answer.headers["location"])

    async def answer(self, request: Request) -> Response:
        path = request.url.path
        self.asked.append(path)
        if self.down:
            return Response(status_code=503)
        if path == "/authorize":
            return self._authorize(dict(request.query_params))
        if path == "/token":
            form = dict(parse_qsl((await request.body()).decode()))
            return self._token(form, request.headers.get("authorization", ""))
        documents: Mapping[str, Callable[[], Json]] = {
            "/.well-known/openid-configuration": self._document,
            "/keys": lambda: dict(KeySet(list(self.published)).as_dict(private=False)),
            "/userinfo": lambda: self.userinfo,
        }
        return JSONResponse(documents[path]()) if path in documents else Response(status_code=404)

    def _document(self) -> Json:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/end",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            **self.discovery,
        }

    def _authorize(self, query: Mapping[str, str]) -> Response:
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}")

    def _token(self, form: Mapping[str, str], authorization: str) -> Response:
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {basic}":
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or not _fits(asked, form):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(
            {"access_token": "an access token", "token_type": "Bearer", "id_token": self._id_token(asked["nonce"])}
        )

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce, **self.person}
        claims = self.lie(claims)
        return self.sign(claims) if self.sign else jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)


def _fits(asked: Mapping[str, str], form: Mapping[str, str]) -> bool:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return (
        asked.get("code_challenge_method") == "S256"
        and asked.get("code_challenge") == challenge
        and asked["redirect_uri"] == form.get("redirect_uri")
    )


def path_of(url: str) -> str:
    """Return a URL without its origin."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
