"""ID tokens: who signed them, for whom, when, and in answer to what.

Source: OpenID Connect Core 1.0, section 3.1.3.7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, ClaimError, InvalidKeyIdError, InvalidKeyTypeError, JoseError
from joserfc.jwk import Key, KeySet

from tracemark.document import Json
from tracemark_groundtruth.errors import SignInRefused
from tracemark_groundtruth.oidc.settings import OidcSettings

CLOCK_SKEW_SECONDS = 120
MAX_SUBJECT = 255

# Signatures that only the provider can make: never `none`, and no secret that the service shares.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]

_AGAIN = "sign in again; if it stays so, tell whoever runs the service"

Claims = Mapping[str, Json]
KeySource = Callable[[bool], KeySet]
"""Returns the provider's keys; True asks for those of this moment instead of the ones that are known."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the provider gave for a code."""

    id_token: str = field(repr=False)
    access_token: str = field(default="", repr=False)


def verified_claims(tokens: Tokens, keys: KeySource, settings: OidcSettings, nonce: str, now: float) -> Claims:
    """Return the claims of an ID token that the provider made for this service and this sign-in.

    Where no known key fits, the keys are asked for once more: providers change them.

    Raises:
        SignInRefused: the token is not valid; what it says is not to be believed.
        ProviderUnavailable: see `keys`.
    """
    try:
        header, claims = _decoded(tokens.id_token, keys)
        options = {
            "iss": {"essential": True, "value": settings.issuer},
            "aud": {"essential": True, "value": settings.client_id},
        }
        params = {"nonce": nonce, "client_id": settings.client_id, "access_token": tokens.access_token}
        CodeIDToken(claims, header, options, params).validate(int(now), CLOCK_SKEW_SECONDS)
    except ClaimError as error:
        raise SignInRefused(_wrong_claim(error), remedy=_AGAIN) from error
    except (JoseError, ValueError, TypeError) as error:
        raise SignInRefused(
            f"the provider's token cannot be believed ({type(error).__name__})", remedy=_AGAIN
        ) from error
    _check_subject(claims)
    return claims


def _decoded(token: str, keys: KeySource) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        return _decoded_by(token, keys(False))
    except (BadSignatureError, InvalidKeyIdError, InvalidKeyTypeError):
        return _decoded_by(token, keys(True))


def _decoded_by(token: str, keys: KeySet) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims; a token that names no key may be signed by any of the provider's."""
    tried: JoseError = InvalidKeyIdError("the provider has no such key")
    for key in keys.keys:
        try:
            found = jwt.decode(token, _of_signatures(key), algorithms=ALGORITHMS)
        except (BadSignatureError, InvalidKeyIdError, InvalidKeyTypeError) as error:
            tried = error
            continue
        return dict(found.header), dict(found.claims)
    raise tried


def _of_signatures(key: Key) -> KeySet:
    if key.get("use", "sig") != "sig":
        raise InvalidKeyIdError("the key is not for signatures")
    return KeySet([key])


def _wrong_claim(error: ClaimError) -> str:
    told = {
        "iss": "the provider's token is of another issuer",
        "aud": "the provider's token is for another service",
        "azp": "the provider's token is for another service",
        "sub": "the provider's token does not say whose it is",
        "exp": "the provider's token has expired; the clocks may differ",
        "iat": "the provider's token is of the future; the clocks may differ",
        "nbf": "the provider's token is not valid yet; the clocks may differ",
        "nonce": "the provider's token is not the answer to this sign-in",
    }
    claim = str(getattr(error, "claim", "") or "")
    return told.get(claim, f"the provider's token cannot be believed ({type(error).__name__} {claim})")


def _check_subject(claims: Claims) -> None:
    subject = claims.get("sub")
    if not (isinstance(subject, str) and 1 <= len(subject) <= MAX_SUBJECT and subject.isascii()):
        raise SignInRefused("the provider's token does not say whose it is", remedy=_AGAIN)
    if not subject.isprintable():
        raise SignInRefused("the provider's token names a person by control characters", remedy=_AGAIN)
