"""Signature Version 4: botocore signs the request again with the keys it names, and the signatures are compared."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tracemark_groundtruth.api.errors import Stale, Unsigned, WronglySigned

MAX_SKEW_SECONDS = 15 * 60

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/,]+)/(\d{8})/([a-z0-9-]+)/sagemaker/aws4_request, "
    r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})",
    re.ASCII,
)
_NEEDED = {"host", "x-amz-date"}
_DIGEST = "x-amz-content-sha256"
_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """The keys with which a client signs."""

    key_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it came; the names of `headers` are in lower case."""

    url: str
    headers: Mapping[str, str]
    body: bytes

    def key_id(self) -> str:
        """Return the id of the key with which it says to be signed.

        Raises:
            Unsigned: it carries no signature.
        """
        return self._signature()[0]

    def verify(self, keys: ApiKeys, now: datetime) -> str:
        """Return the Region that the request was signed for; any will do.

        Raises:
            Unsigned: it carries no signature.
            Stale: it was signed more than a quarter of an hour ago, or will be.
            WronglySigned: it is signed with other keys than these, or differs from what was signed.
        """
        key_id, _, region, signed, signature = self._signature()
        self.check_time(now)
        names = signed.split(";")
        known = hmac.compare_digest(key_id.encode(), keys.key_id.encode())
        if (
            not known
            or not set(names) >= self._require()
            or not self._has_its_digest()
            or not self._is_signed_with(keys, region, names, signature)
        ):
            raise WronglySigned(
                "the signature is not that of this key for this request",
                remedy="use the secret that 'tracemark key create' printed, or the keys that 'tracemark serve' prints",
            )
        return region

    def _signature(self) -> Sequence[str]:
        """Return key id, day, Region, names of the signed headers, and signature."""
        match = _AUTHORIZATION.fullmatch(self.headers.get("authorization", ""))
        if not match:
            raise Unsigned("the request is not signed", remedy="set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        return match.groups()

    def _require(self) -> set[str]:
        return _NEEDED | {name for name in self.headers if name.startswith("x-amz-")}

    def _has_its_digest(self) -> bool:
        # botocore uses this header as the digest of the body without checking it.
        told = self.headers.get(_DIGEST)
        return told is None or told == hashlib.sha256(self.body).hexdigest()

    def check_time(self, now: datetime) -> None:
        """Accept a request that was signed a moment ago, as its headers say.

        Raises:
            Unsigned, Stale: see `verify`.
        """
        day = self._signature()[1]
        try:
            at = datetime.strptime(self.headers.get("x-amz-date", ""), _TIME).replace(tzinfo=UTC)
        except ValueError as error:
            raise Unsigned("the request has no time", expected="the header X-Amz-Date") from error
        if abs((now - at).total_seconds()) > MAX_SKEW_SECONDS or at.strftime("%Y%m%d") != day:
            raise Stale(f"the request was signed at {at:%Y-%m-%d %H:%M:%S}", remedy="set the clock and sign again")

    def _is_signed_with(self, keys: ApiKeys, region: str, names: list[str], signature: str) -> bool:
        headers = {name: self.headers.get(name, "") for name in names}
        request = AWSRequest(method="POST", url=self.url, data=self.body, headers=headers)
        request.context["timestamp"] = self.headers["x-amz-date"]
        signer = SigV4Auth(Credentials(keys.key_id, keys.secret), "sagemaker", region)
        text = signer.string_to_sign(request, signer.canonical_request(request))
        return hmac.compare_digest(signer.signature(text, request), signature)
