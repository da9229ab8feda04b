"""Pre-rendering a whole manifest: one execution of the state machine of infra/prerender.yaml."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tracemark.errors import InvalidConfiguration, one_line
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.aws.answers import call, try_call
from tracemark_cli.aws.session import Aws
from tracemark_cli.errors import PrerenderFailed

_POLL_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """Progress of an execution in lines of the manifest; `total` is 0 until they are counted."""

    total: int = 0
    drawn: int = 0
    failed: int = 0

    @classmethod
    def parse(cls, counts: Mapping[str, Any]) -> Drawn:
        """Read the `itemCounts` of a map run."""
        bad = sum(int(counts.get(key, 0)) for key in ("failed", "timedOut", "aborted"))
        return cls(int(counts.get("total", 0)), int(counts.get("succeeded", 0)), bad)


@dataclass(frozen=True)
class Prerender:
    """The state machine `machine_arn`; `pause` sleeps for a polling interval in seconds."""

    aws: Aws
    machine_arn: str
    pause: Callable[[float], None] = time.sleep

    def start(self, manifest: S3Uri, bucket: str) -> str:
        """Start drawing a manifest of the stack's bucket and return the execution's ARN.

        Raises:
            InvalidConfiguration: the manifest lies elsewhere, where the state machine may not read.
            AwsRefused: Step Functions does not start.
        """
        if manifest.bucket != bucket or not manifest.key.startswith("manifest"):
            raise InvalidConfiguration(
                "the state machine may not read this manifest",
                place=str(manifest),
                expected=f"an object s3://{bucket}/manifest…",
                remedy="copy the manifest there",
            )
        answer = call(
            "start the execution",
            self._client.start_execution,
            stateMachineArn=self.machine_arn,
            input=json.dumps({"manifest": manifest.key}),
        )
        return str(answer["executionArn"])

    def follow(self, execution_arn: str, on_event: Callable[[Drawn], None]) -> Drawn:
        """Wait until an execution ends; `on_event` receives its progress.

        Raises:
            PrerenderFailed: it failed, was stopped or took too long.
        """
        while True:
            execution = call("describe the execution", self._client.describe_execution, executionArn=execution_arn)
            drawn = self._progress(execution_arn)
            on_event(drawn)
            if execution["status"] == "SUCCEEDED":
                return drawn
            if execution["status"] != "RUNNING":
                raise _failure(execution, drawn)
            self.pause(_POLL_SECONDS)

    @property
    def _client(self) -> Any:
        return self.aws.client("stepfunctions")

    def _progress(self, execution_arn: str) -> Drawn:
        runs = try_call(self._client.list_map_runs, executionArn=execution_arn)
        if runs.code or not runs.value["mapRuns"]:
            return Drawn()
        found = try_call(self._client.describe_map_run, mapRunArn=runs.value["mapRuns"][0]["mapRunArn"])
        return Drawn() if found.code else Drawn.parse(found.value["itemCounts"])


def _failure(execution: Mapping[str, Any], drawn: Drawn) -> PrerenderFailed:
    cause = one_line(f"{execution.get('error', '')} {execution.get('cause', '')}".strip(), 600) or "no reason given"
    return PrerenderFailed(
        f"the execution is {execution['status']} ({cause}); {drawn.drawn} of {drawn.total} lines drawn",
        place=str(execution["executionArn"]),
        remedy="correct the causes in the report, then run it again: finished charts are not drawn again",
    )
