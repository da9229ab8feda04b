"""A plotter that invokes another Lambda function."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tracemark.contract.function_error import FunctionError
from tracemark.contract.plot_batch import PlotBatch, PlotBatchResult
from tracemark.contract.plots import PlotRequest, PlotResult
from tracemark.deadline import Deadline
from tracemark.document import Json, Node, read_json
from tracemark.errors import DataError, FunctionFailed, data_error
from tracemark.profile.shipped import ProfileReference

T = TypeVar("T")

_LONGEST_CALL_SECONDS = 300
_SHORTEST_CALL_SECONDS = 1.0


def lambda_client(attempts: int = 1) -> Any:
    """Return a boto3 Lambda client that waits as long as a plotting function may run.

    It calls once, or up to `attempts` times while Lambda cannot be reached or has too many concurrent calls.
    """
    config = Config(
        connect_timeout=2,
        read_timeout=_LONGEST_CALL_SECONDS,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=64,
    )
    return boto3.client("lambda", config=config)


@dataclass(frozen=True, slots=True)
class PlottingFunction:
    """A `Plotter` and `BatchPlotter` that invokes the plotting function `name` (a name or an ARN).

    `profile` is sent with a batch; None means the function's own default.
    """

    client: Any
    name: str
    profile: ProfileReference | None = None

    def plot(self, request: PlotRequest, deadline: Deadline) -> PlotResult:
        """See `Plotter.plot`; a data error that the function reports is raised here as one."""
        return self._call(request.to_json(), deadline, PlotResult.parse)

    def plot_all(self, batch: PlotBatch, deadline: Deadline) -> PlotBatchResult:
        """See `BatchPlotter.plot_all`."""
        found = self._call(batch.to_json(self.profile), deadline, PlotBatchResult.parse)
        if len(found.results) != len(batch.orders):
            raise self._failure(f"it answered {len(batch.orders)} requests with {len(found.results)} results")
        return found

    def _call(self, event: Json, deadline: Deadline, parse: Callable[[Node], T]) -> T:
        deadline.require(_SHORTEST_CALL_SECONDS, "invoke the plotting function")
        answer = self._invoke(json.dumps(event).encode())
        try:
            return parse(answer)
        except DataError as error:
            raise self._failure(f"its answer is not valid ({error})") from error

    def _invoke(self, payload: bytes) -> Node:
        try:
            answer = self.client.invoke(FunctionName=self.name, Payload=payload)
            body = answer["Payload"].read()
        except (BotoCoreError, ClientError) as error:
            raise self._failure(str(error)) from error
        document = read_json(body, f"answer of {self.name}") if body.strip().startswith(b"{") else None
        if document is None:
            raise self._failure(body[:300].decode("utf-8", "replace"))
        failure = FunctionError.parse(document.value)
        if failure or "FunctionError" in answer:
            raise self._reported_error(failure or FunctionError("", ""))
        return document

    def _reported_error(self, error: FunctionError) -> Exception:
        return data_error(error.type, error.message) or self._failure(f"{error.type}: {error.message}")

    def _failure(self, cause: str) -> FunctionFailed:
        return FunctionFailed(
            f"the plotting function failed: {cause}",
            place=self.name,
            remedy="see its log, its time-out and its memory; check PLOTTING_FUNCTION and the permission to invoke it",
        )
