"""Requests that are not what somebody with the service's keys has just signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tracemark_groundtruth.sagemaker.errors import ApiError, Stale, Unsigned, WronglySigned
from tracemark_groundtruth.sagemaker.signature import ApiKeys, SignedRequest

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
    ("request_", "error"),
    [
        (signed("another"), WronglySigned),
        (signed(service="s3"), Unsigned),
        (replace(signed(), body=b'{"MaxResults": 2}'), WronglySigned),
        (replace(signed(), url=URL + "?a=b"), WronglySigned),
        (replace(signed(), headers={**signed().headers, "x-amz-target": "SageMaker.DeleteWorkteam"}), WronglySigned),
        (replace(signed(), headers={**signed().headers, "host": "elsewhere"}), WronglySigned),
        (replace(signed(), headers={}), Unsigned),
        (replace(signed(), headers={**signed().headers, "authorization": "Bearer abc"}), Unsigned),
        (replace(signed(), headers={**signed().headers, "x-amz-date": "yesterday"}), Unsigned),
    ],
    ids=["secret", "service", "body", "query", "operation", "host", "no headers", "another scheme", "no time"],
)
def test_anything_else_is_refused(request_: SignedRequest, error: type[ApiError]) -> None:
    with pytest.raises(error):
        request_.verify(KEYS, datetime.now(UTC))


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_request_of_another_time_is_refused(minutes: int) -> None:
    with pytest.raises(Stale):
        signed().verify(KEYS, datetime.now(UTC) + timedelta(minutes=minutes))
