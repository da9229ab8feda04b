"""AWS services that answer what a test staged: real boto3 clients, each call and answer checked by their models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.session
from botocore.validate import ParamValidator

from tracemark_cli.aws.session import MODEL

REGION = "eu-west-1"
ACCOUNT = "111122223333"


@dataclass(frozen=True)
class Refused:
    """The error that a call is answered with."""

    code: str
    message: str = "no"


Reply = Mapping[str, Any] | Refused | Callable[[Mapping[str, Any]], Any]
"""What a call gets: an answer, an error, or a function of the parameters that returns one of these."""


@dataclass
class StagedAws:
    """An `Aws` whose calls find their answer under `service.Operation`; a call without one fails the test.

    `clients` holds clients that are no stage, such as moto's S3. A list is answered one by one, its last for ever.
    """

    replies: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    clients: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    region: str = REGION
    account: str = ACCOUNT

    def client(self, service: str) -> Any:
        if service not in self.clients:
            made = _client(service)
            # A client is dear to make and is used again: the stage of before it leaves.
            for event, hear in (("before-parameter-build", self._on_event), ("before-call", self._answered)):
                made.meta.events.unregister(event, unique_id=event)
                made.meta.events.register(event, hear(service), unique_id=event)
            self.clients[service] = made
        return self.clients[service]

    def called(self, operation: str) -> list[Mapping[str, Any]]:
        return [params for name, params in self.calls if name == operation]

    def _on_event(self, service: str) -> Callable[..., None]:
        def on_event(params: Mapping[str, Any], model: Any, **_: Any) -> None:
            self.calls.append((f"{service}.{model.name}", dict(params)))

        return on_event

    def _answered(self, service: str) -> Callable[..., Any]:
        def answered(model: Any, **_: Any) -> Any:
            name, params = self.calls[-1]
            if name not in self.replies:
                raise AssertionError(f"{name} was called with {params}, and nothing is staged for it")
            reply = self._next(name)
            if callable(reply):
                reply = reply(params)
            if isinstance(reply, Refused):
                error = {"Error": {"Code": reply.code, "Message": reply.message}, "ResponseMetadata": {}}
                return SimpleNamespace(status_code=400), error
            return SimpleNamespace(status_code=200), _checked(dict(reply), model)

        return answered

    def _next(self, name: str) -> Any:
        staged = self.replies[name]
        if isinstance(staged, list):
            return staged.pop(0) if len(staged) > 1 else staged[0]
        return staged


@cache
def _client(service: str) -> Any:
    core = botocore.session.get_session()
    core.get_component("data_loader").search_paths.append(str(MODEL))
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    return boto3.Session(botocore_session=core).client(service, region_name=REGION, **keys)


def _checked(reply: dict[str, Any], model: Any) -> dict[str, Any]:
    plain = {key: value for key, value in reply.items() if not hasattr(value, "read")}
    if model.output_shape is not None:
        shape = model.output_shape
        if plain.keys() != reply.keys():  # a streaming body is no value that botocore can check
            assert set(reply) <= set(shape.members)
        else:
            problems = ParamValidator().validate(plain, shape)
            assert not problems.has_errors(), problems.generate_report()
    return reply
