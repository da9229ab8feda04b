"""`tracemark plots --on-aws`: the state machine made once, an execution followed to its end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from support.staged_aws import StagedAws
from support.staged_stacks import OUTPUTS, PRERENDER_OUTPUTS, StagedStacks

from tracemark.errors import InvalidConfiguration
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.aws.prerender import Drawn, Prerender
from tracemark_cli.errors import PrerenderFailed

Run = Callable[..., Result]
EXECUTION = "arn:aws:states:eu-west-1:111122223333:execution:Prerender-1a2b3c4d:one"
COUNTS = dict.fromkeys(("pending", "running", "timedOut", "aborted", "resultsWritten"), 0)


def _execution(status: str, **more: str) -> dict[str, Any]:
    machine = PRERENDER_OUTPUTS["StateMachineArn"]
    return {"executionArn": EXECUTION, "stateMachineArn": machine, "status": status, "startDate": 0, **more}


def _map_run(succeeded: int, failed: int) -> dict[str, Any]:
    counts = {**COUNTS, "total": 5, "succeeded": succeeded, "failed": failed}
    return {
        "mapRunArn": "arn:map",
        "executionArn": EXECUTION,
        "status": "RUNNING",
        "startDate": 0,
        "maxConcurrency": 20,
        "toleratedFailurePercentage": 20.0,
        "toleratedFailureCount": 0,
        "itemCounts": counts,
        "executionCounts": counts,
    }


@pytest.fixture(autouse=True)
def step_functions(aws: StagedAws, stacks: StagedStacks) -> None:
    stacks.stand()
    run = {"executionArn": EXECUTION, "mapRunArn": "arn:map", "stateMachineArn": "arn:m", "startDate": 0}
    aws.replies |= {
        "stepfunctions.StartExecution": {"executionArn": EXECUTION, "startDate": 0},
        "stepfunctions.DescribeExecution": _execution("SUCCEEDED"),
        "stepfunctions.ListMapRuns": {"mapRuns": [run]},
        "stepfunctions.DescribeMapRun": _map_run(4, 1),
    }


def test_the_state_machine_is_made_and_draws_the_manifest(run: Run, aws: StagedAws, stacks: StagedStacks) -> None:
    result = run("plots", "manifest.jsonl", "--on-aws", "--yes")

    assert result.exit_code == 0, result.output
    assert [asked["StackName"] for asked in stacks.asked] == ["tracemark-prerender"]
    assert json.loads(aws.called("stepfunctions.StartExecution")[0]["input"]) == {"manifest": "manifest.jsonl"}
    assert "4 lines drawn or unchanged, 1 failed of 5" in result.output
    assert "s3://welds/prerender/" in result.output


def test_the_state_machine_may_use_the_stack_s_key(run: Run, stacks: StagedStacks) -> None:
    stacks.stacks["tracemark"].parameters["KmsKeyArn"] = "arn:aws:kms:eu-west-1:111122223333:key/one"

    run("plots", "manifest.jsonl", "--on-aws", "--yes")

    given = {entry["ParameterKey"]: entry["ParameterValue"] for entry in stacks.asked[0]["Parameters"]}
    assert given["KmsKeyArn"] == "arn:aws:kms:eu-west-1:111122223333:key/one"


def test_a_stack_without_a_plotting_function_says_how_it_gets_one(run: Run, stacks: StagedStacks) -> None:
    del stacks.stacks["tracemark"].outputs["PlottingLambdaArn"]

    result = run("plots", "manifest.jsonl", "--on-aws", "--yes")

    assert result.exit_code == 1
    assert "--plotting" in result.output


def test_progress_is_told_in_lines_until_the_execution_ends(aws: StagedAws) -> None:
    aws.replies["stepfunctions.DescribeExecution"] = [_execution("RUNNING"), _execution("SUCCEEDED")]
    aws.replies["stepfunctions.DescribeMapRun"] = [_map_run(1, 0), _map_run(5, 0)]
    on_event: list[Drawn] = []

    Prerender(aws, "arn:m", lambda _: None).follow(EXECUTION, on_event.append)

    assert on_event == [Drawn(5, 1, 0), Drawn(5, 5, 0)]


def test_an_execution_that_failed_says_why_and_how_far_it_came(aws: StagedAws) -> None:
    failed = _execution("FAILED", error="States.ExceedToleratedFailureThreshold", cause="too many failures")
    aws.replies["stepfunctions.DescribeExecution"] = failed

    with pytest.raises(PrerenderFailed, match=r"too many failures.*4 of 5"):
        Prerender(aws, "arn:m", lambda _: None).follow(EXECUTION, lambda _: None)


@pytest.mark.parametrize("uri", ["s3://elsewhere/manifest.jsonl", "s3://welds/lists/manifest.jsonl"])
def test_a_manifest_that_the_state_machine_may_not_read_is_refused(aws: StagedAws, uri: str) -> None:
    with pytest.raises(InvalidConfiguration, match="s3://welds/manifest"):
        Prerender(aws, "arn:m").start(S3Uri.parse(uri), OUTPUTS["BucketName"])
