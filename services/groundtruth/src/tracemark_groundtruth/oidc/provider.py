"""The provider of sign-ins, spoken to: its discovery document, its keys, its answer to a code."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tracemark.errors import DataError, InvalidConfiguration, InvalidDocument, one_line, quoted
from tracemark_groundtruth.errors import ProviderUnavailable, SignInRefused
from tracemark_groundtruth.oidc.attempt import Attempt
from tracemark_groundtruth.oidc.claims import identity, value_of
from tracemark_groundtruth.oidc.discovery import DISCOVERY_PATH, Discovery
from tracemark_groundtruth.oidc.fetching import TIMEOUTS, fetch, may_use_proxy, unavailable
from tracemark_groundtruth.oidc.id_token import Claims, Tokens, verified_claims
from tracemark_groundtruth.oidc.kept import MAX_AGE_SECONDS, MIN_AGE_SECONDS, Kept
from tracemark_groundtruth.oidc.settings import PREFIX, OidcSettings
from tracemark_groundtruth.state.identity import Identity


class Provider:
    """One provider; threads may share it. `clock` gives seconds since 1970."""

    def __init__(self, settings: OidcSettings, clock: Callable[[], float] = time.time) -> None:
        self.settings, self.clock = settings, clock
        self._discovery = Kept(self._fetch_discovery, clock)
        self._keys = Kept(self._fetch_keys, clock)

    def check(self) -> str:
        """Look whether the provider is as configured; return why it cannot be told now, or nothing.

        Raises:
            InvalidConfiguration: it answers, and is another or cannot do what is needed.
        """
        try:
            self._discovery.get()
            self._keys.get()
        except ProviderUnavailable as error:
            return str(error)
        return ""

    def authorization_url(self, attempt: Attempt) -> str:
        """Return where a browser is sent to sign in.

        Raises:
            ProviderUnavailable: the provider does not answer.
            InvalidConfiguration: it is not as configured.
        """
        client, settings = self._client(), self.settings
        with client:
            url, _ = client.create_authorization_url(
                self._discovery.get().authorization,
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
                scope=settings.scopes,
            )
        return str(url)

    def sign_in(self, attempt: Attempt, answer: Mapping[str, str]) -> Identity:
        """Return the person whom the provider's answer to an attempt is about.

        Raises:
            SignInRefused: the provider refused, or its answer cannot be believed.
            ProviderUnavailable: the provider does not answer.
            InvalidConfiguration: it is not as configured.
        """
        self._check_answer(answer)
        tokens = self._exchange(answer["code"], attempt.verifier)
        claims = verified_claims(tokens, self._key_set, self.settings, attempt.nonce, self.clock())
        return identity(self._with_userinfo(claims, tokens.access_token), self.settings)

    def sign_out_url(self, back: str) -> str:
        """Return where a person ends the session at the provider itself, and comes back from to `back`.

        It is "" where the provider has no such page, or has not answered yet: nobody waits for it.
        """
        end = self._discovery.value.end_session if self._discovery.value else ""
        query = urlencode({"client_id": self.settings.client_id, "post_logout_redirect_uri": back})
        return f"{end}{'&' if '?' in end else '?'}{query}" if end else ""

    def _check_answer(self, answer: Mapping[str, str]) -> None:
        named = answer.get("iss")
        if named != self.settings.issuer and (named is not None or self._discovery.get().names_issuer):
            raise SignInRefused("the answer came from another provider", remedy="sign in again")
        if "error" in answer:
            told = one_line(": ".join(filter(None, (answer["error"], answer.get("error_description", "")))), 200)
            raise SignInRefused(
                f"{self.settings.label} did not sign you in ({told})",
                remedy="sign in again, or ask whoever runs the service for access",
            )
        if not answer.get("code"):
            raise SignInRefused("the provider's answer has no code", remedy="sign in again")

    def _exchange(self, code: str, verifier: str) -> Tokens:
        try:
            with self._client() as client:
                given = client.fetch_token(
                    self._discovery.get().token,
                    grant_type="authorization_code",
                    code=code,
                    redirect_uri=self.settings.redirect_uri,
                    code_verifier=verifier,
                    allow_redirects=False,
                )
        except OAuthError as error:
            raise _refused_code(error) from error
        except (requests.RequestException, ValueError) as error:
            raise unavailable(self._discovery.get().token, one_line(str(error), 200)) from error
        tokens = [given.get(name, "") for name in ("id_token", "access_token")]
        if not tokens[0] or not all(isinstance(token, str) for token in tokens):
            raise SignInRefused(
                "the provider gave no ID token",
                remedy="tell whoever runs the service: it is to be registered for OpenID Connect",
            )
        return Tokens(*tokens)

    def _with_userinfo(self, claims: Claims, access_token: str) -> Claims:
        """Add what the provider tells of a person elsewhere, where the token lacks the groups."""
        endpoint = self._discovery.get().userinfo
        if value_of(claims, self.settings.groups_claim) is not None or not endpoint or not access_token:
            return claims
        told = fetch(endpoint, access_token).mapping()
        if told.get("sub") != claims["sub"]:
            raise SignInRefused("the provider told of another person", remedy="sign in again")
        return {**told, **claims}

    def _client(self) -> OAuth2Session:
        settings = self.settings
        client = OAuth2Session(
            settings.client_id,
            settings.client_secret or None,
            token_endpoint_auth_method=self._discovery.get().token_auth,
            redirect_uri=settings.redirect_uri,
            code_challenge_method="S256",
            default_timeout=TIMEOUTS,
        )
        client.trust_env = may_use_proxy(settings.issuer)
        return client

    def _key_set(self, of_this_moment: bool) -> KeySet:
        return self._keys.get(MIN_AGE_SECONDS if of_this_moment else MAX_AGE_SECONDS)

    def _fetch_discovery(self) -> Discovery:
        document = fetch(self.settings.issuer.rstrip("/") + DISCOVERY_PATH)
        try:
            return Discovery.parse(document, self.settings)
        except InvalidDocument as error:
            raise InvalidConfiguration(
                error.what, place=error.place, expected=error.expected, remedy=f"correct {PREFIX}ISSUER"
            ) from error

    def _fetch_keys(self) -> KeySet:
        place = self._discovery.get().keys
        try:
            return KeySet.import_key_set(dict(fetch(place).mapping()))  # type: ignore[arg-type]
        except (DataError, JoseError, KeyError, TypeError, ValueError) as error:
            raise unavailable(place, f"no keys there: {type(error).__name__}") from error


def _refused_code(error: OAuthError) -> SignInRefused:
    told = quoted(str(error.error), 60)
    if error.error == "invalid_grant":
        return SignInRefused("the provider's code was used before, or is too old", remedy="sign in again")
    return SignInRefused(
        f"the provider refuses this service ({told})",
        remedy=f"tell whoever runs the service: {PREFIX}CLIENT_ID and CLIENT_SECRET must be those of its registration, "
        "with its redirect URI",
    )
