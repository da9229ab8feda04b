"""A boto3 client of the labeling service's API, whose answers are checked against botocore's model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from support.live_server import serving
from tracemark.document import Json
from tracemark_cli.aws.session import MODEL
from tracemark_groundtruth.api.access import KeyRing
from tracemark_groundtruth.api.endpoint import SageMakerApi
from tracemark_groundtruth.api.signature import ApiKeys
from tracemark_groundtruth.functions.catalog import Catalog
from tracemark_groundtruth.rendering.grants import ReadGrants
from tracemark_groundtruth.s3.job_storage import JobStorage

KEYS = ApiKeys("TRACEMARK0123", "not so secret")
TEAM = {
    "WorkteamName": "welders",
    "Description": "They weld",
    "MemberDefinitions": [{"OidcMemberDefinition": {"Groups": ["welders"]}}],
}


class Front:
    """An ASGI application in whose place each test puts its own: the server and the clients are the same for all."""

    app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


FRONT = Front()


@contextmanager
def at_front() -> Iterator[str]:
    """Serve what is put at the front, and yield where."""
    with serving(FRONT) as url:
        yield url


def api_of(shop: Any) -> SageMakerApi:
    """Return the API over what a shop has, for whoever signs with `KEYS`."""
    functions = Catalog({}, shop.functions.pre, shop.functions.post)
    grants = ReadGrants(b"s" * 32)
    return SageMakerApi(
        shop.database, functions, JobStorage(shop.client), grants, KeyRing(KEYS), lambda: datetime.now(UTC)
    )


@cache
def client(url: str, keys: ApiKeys) -> Any:
    """Return a client; SageMaker's model takes a second to load."""
    core = botocore.session.get_session()
    core.get_component("data_loader").search_paths.append(str(MODEL))
    return boto3.Session(botocore_session=core).client(
        "sagemaker",
        endpoint_url=f"{url}/api/",
        region_name="eu-west-1",
        aws_access_key_id=keys.key_id,
        aws_secret_access_key=keys.secret,
        config=Config(proxies={}, parameter_validation=False, retries={"total_max_attempts": 1}),
    )


class Caller:
    """A boto3 client whose every answer must be of the shape that botocore's service model says."""

    def __init__(self, url: str, keys: ApiKeys = KEYS) -> None:
        self.url = url
        self.client = client(url, keys)
        self.model = self.client.meta.service_model

    def __call__(self, operation: str, **request: Json) -> Json:
        method = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).strip("_")
        answer = getattr(self.client, method)(**request)
        answer.pop("ResponseMetadata")
        shape = self.model.operation_model(operation).output_shape
        assert errors(answer, shape, operation) == []
        return answer

    def refused(self, operation: str, **request: Json) -> tuple[str, str]:
        with pytest.raises(ClientError) as caught:
            self(operation, **request)
        error = caught.value.response["Error"]
        return error["Code"], error["Message"]


def errors(value: Any, shape: Any, where: str) -> list[str]:
    """Return what of an answer is not as the model says: missing, unknown, of another type, out of its bounds."""
    if shape is None:
        return [] if value == {} else [f"{where}: not empty"]
    if shape.type_name == "structure":
        missing = [f"{where}.{name}: missing" for name in shape.required_members if name not in value]
        unknown = [f"{where}.{name}: unknown" for name in value if name not in shape.members]
        known = [
            fault
            for name in value
            if name in shape.members
            for fault in errors(value[name], shape.members[name], f"{where}.{name}")
        ]
        return missing + unknown + known
    if shape.type_name == "list":
        return [fault for each in value for fault in errors(each, shape.member, where)]
    kinds = {"string": str, "integer": int, "boolean": bool, "timestamp": datetime}
    wrong = [] if isinstance(value, kinds[shape.type_name]) else [f"{where}: {value!r} is no {shape.type_name}"]
    return wrong + [
        f"{where}: {value!r} is none of {shape.enum}"
        for _ in [0]
        if getattr(shape, "enum", None) and value not in shape.enum
    ]
