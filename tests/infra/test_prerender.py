"""The map over a manifest that has its charts drawn ahead of a job."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tracemark.contract.plot_batch import PlotBatch, parse_plot_event
from tracemark.document import Node

BUCKET = "arn:${AWS::Partition}:s3:::${BucketName}"


@pytest.fixture(scope="module")
def prerender(read: Callable[[Path], dict[str, Any]], project: Path) -> dict[str, Any]:
    return read(project / "infra/prerender.yaml")


@pytest.fixture(scope="module")
def machine(prerender: dict[str, Any]) -> dict[str, Any]:
    """The state machine with the defaults of its parameters."""
    text = prerender["Resources"]["Prerender"]["Properties"]["DefinitionString"]["Fn::Sub"]
    values = {name: str(facts.get("Default", name)) for name, facts in prerender["Parameters"].items()}
    filled = re.sub(r"\$\{([\w:]+)\}", lambda match: values.get(match[1], match[1]), text)
    found = json.loads(filled)
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def mapped(machine: dict[str, Any]) -> dict[str, Any]:
    return dict(machine["States"]["EveryBatch"])


def test_every_line_of_the_manifest_that_the_execution_names_is_read(mapped: dict[str, Any]) -> None:
    assert mapped["ItemReader"]["ReaderConfig"] == {"InputType": "JSONL"}
    assert mapped["ItemReader"]["Arguments"] == {"Bucket": "BucketName", "Key": "{% $states.input.manifest %}"}


def test_batches_and_tolerance_come_from_parameters(mapped: dict[str, Any], prerender: dict[str, Any]) -> None:
    defaults = {name: facts.get("Default") for name, facts in prerender["Parameters"].items()}

    assert mapped["ItemBatcher"]["MaxItemsPerBatch"] == defaults["LinesPerBatch"]
    assert mapped["MaxConcurrency"] == defaults["MaxConcurrency"]
    assert mapped["ToleratedFailurePercentage"] == defaults["ToleratedFailurePercentage"]


def test_the_plotting_function_is_called_with_what_it_reads(mapped: dict[str, Any]) -> None:
    call = mapped["ItemProcessor"]["States"]["Draw"]["Arguments"]
    lines = [{"source": "s3://welds/dataset/dataset-1.json"}, {"source": "s3://welds/dataset/dataset-2.json"}]

    batch = parse_plot_event(Node({name: lines for name in call["Payload"]}, "event"))

    assert call["FunctionName"] == "PlottingLambdaArn"
    assert isinstance(batch, PlotBatch)
    assert len(batch.orders) == 2


def test_the_report_goes_below_a_prefix_of_its_own(mapped: dict[str, Any]) -> None:
    assert mapped["ResultWriter"]["Arguments"] == {"Bucket": "BucketName", "Prefix": "prerender"}


def test_the_role_may_do_what_the_map_does_and_nothing_more(prerender: dict[str, Any]) -> None:
    (policy,) = prerender["Resources"]["PrerenderRole"]["Properties"]["Policies"]
    statements = [one for one in policy["PolicyDocument"]["Statement"] if "Sid" in one]

    granted = {statement["Sid"]: (statement["Action"], statement["Resource"]) for statement in statements}

    assert granted["ReadManifest"] == ("s3:GetObject", {"Fn::Sub": f"{BUCKET}/manifest*"})
    assert granted["DrawLogs"] == ("lambda:InvokeFunction", {"Ref": "PlottingLambdaArn"})
    assert granted["WriteReport"] == (
        ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
        {"Fn::Sub": f"{BUCKET}/prerender/*"},
    )
    assert granted["StartBatches"][0] == "states:StartExecution"
    assert granted["FollowBatches"][0] == [
        "states:DescribeExecution",
        "states:RedriveExecution",
        "states:StopExecution",
    ]
    assert len(granted) == len(statements) == 5


def test_the_role_trusts_step_functions_for_this_account_alone(prerender: dict[str, Any]) -> None:
    (statement,) = prerender["Resources"]["PrerenderRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"Service": "states.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
