"""Requests that are not what somebody with the service's keys has just signed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tracemark_groundtruth.api.errors import ApiError, Stale, Unsigned, WronglySigned
from tracemark_groundtruth.api.signature import ApiKeys, SignedRequest

KEYS = ApiKeys("TRACEMARK01", "a secret")
URL = "http://127.0.0.1:8000/api/"


def signed(secret: str = KEYS.secret, service: str = "sagemaker", region: str = "eu-west-1") -> SignedRequest:
    request = AWSRequest("POST", URL, {"X-Amz-Target": "SageMaker.ListWorkteams"}, b'{"MaxResults": 1}')
    SigV4Auth(Credentials(KEYS.key_id, secret), service, region).add_auth(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return SignedRequest(URL, {"host": "127.0.0.1:8000", **headers}, request.data)


def test_a_signed_request_is_let_through_whatever_its_region() -> None:
    regions = [signed(region=region).verify(KEYS, datetime.now(UTC)) for region in ("eu-west-1", "us-east-2")]

    assert regions == ["eu-west-1", "us-east-2"]


@pytest.mark.parametrize(
    ("made", "error"),
    [
        (lambda: signed("another"), WronglySigned),
        (lambda: signed(service="s3"), Unsigned),
        (lambda: replace(signed(), body=b'{"MaxResults": 2}'), WronglySigned),
        (lambda: replace(signed(), url=URL + "?a=b"), WronglySigned),
        (
            lambda: replace(signed(), headers={**signed().headers, "x-amz-target": "SageMaker.DeleteWorkteam"}),
            WronglySigned,
        ),
        (lambda: replace(signed(), headers={**signed().headers, "host": "elsewhere"}), WronglySigned),
        (lambda: replace(signed(), headers={}), Unsigned),
        (lambda: replace(signed(), headers={**signed().headers, "authorization": "Bearer abc"}), Unsigned),
        (lambda: replace(signed(), headers={**signed().headers, "x-amz-date": "yesterday"}), Unsigned),
    ],
    ids=["secret", "service", "body", "query", "operation", "host", "no headers", "another scheme", "no time"],
)
def test_anything_else_is_refused(made: Callable[[], SignedRequest], error: type[ApiError]) -> None:
    request = made()  # now: a request that was signed a quarter of an hour ago is refused for that

    with pytest.raises(error):
        request.verify(KEYS, datetime.now(UTC))


def signed_for(digest: str) -> SignedRequest:
    """Sign with the header by which some clients tell the digest of their body."""
    request = AWSRequest("POST", URL, {"X-Amz-Content-SHA256": digest}, b"{}")
    SigV4Auth(Credentials(KEYS.key_id, KEYS.secret), "sagemaker", "eu-west-1").add_auth(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return SignedRequest(URL, {"host": "127.0.0.1:8000", **headers}, request.data)


def test_a_digest_of_the_body_in_a_header_is_believed_only_when_it_is_right() -> None:
    request = signed_for(hashlib.sha256(b"{}").hexdigest())

    assert request.verify(KEYS, datetime.now(UTC)) == "eu-west-1"
    with pytest.raises(WronglySigned):
        replace(request, body=b'{"MaxResults": 2}').verify(KEYS, datetime.now(UTC))


def test_a_body_that_is_not_signed_is_refused() -> None:
    with pytest.raises(WronglySigned):
        signed_for("UNSIGNED-PAYLOAD").verify(KEYS, datetime.now(UTC))


def test_an_operation_that_nobody_signed_is_refused() -> None:
    request = signed_for(hashlib.sha256(b"{}").hexdigest())

    with pytest.raises(WronglySigned):
        replace(request, headers={**request.headers, "x-amz-target": "SageMaker.DeleteWorkteam"}).verify(
            KEYS, datetime.now(UTC)
        )


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_request_of_another_time_is_refused(minutes: int) -> None:
    with pytest.raises(Stale):
        signed().verify(KEYS, datetime.now(UTC) + timedelta(minutes=minutes))
