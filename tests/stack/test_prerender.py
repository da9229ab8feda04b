"""A manifest drawn ahead of its job by a state machine and the plotting function; and the registry's stack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from support.deployment import Deployment
from support.emulated_aws import EmulatedAws
from support.labeling_walk import LabelingWalk, take_on_job_role
from support.waiting import wait_until

if TYPE_CHECKING:
    from stack.conftest import Deploy

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def plotting(deploy: Deploy, images: dict[str, str]) -> Iterator[Deployment]:
    """A stack with a plotting function."""
    deployment = deploy("plotting", PlottingImageUri=images["PlottingImageUri"])
    assert deployment.create() == "CREATE_COMPLETE", deployment.failures
    yield deployment
    assert deployment.delete() == "DELETE_COMPLETE"


@pytest.fixture(scope="module")
def prerender(aws: EmulatedAws, plotting: Deployment, project: Path) -> Iterator[Deployment]:
    parameters = {
        "BucketName": plotting.outputs["BucketName"],
        "PlottingLambdaArn": plotting.outputs["PlottingLambdaArn"],
        "LinesPerBatch": "2",
        "ToleratedFailurePercentage": "40",
    }
    deployment = Deployment(aws, "prerender", project / "infra/prerender.yaml", parameters)
    assert deployment.create() == "CREATE_COMPLETE", deployment.failures
    yield deployment
    assert deployment.delete() == "DELETE_COMPLETE"


@dataclass(frozen=True)
class Batch:
    """The workflow of one batch, taken out of the deployed map: the emulator cuts no batches and writes no report."""

    prerender: Deployment
    bucket: str

    def run(self, *numbers: int) -> dict[str, Any]:
        """Have the logs of some documents drawn, under the role of the stack; return what became of it."""
        machines = self.prerender.aws.client("stepfunctions")
        map_arn = self.prerender.outputs["StateMachineArn"]
        described = machines.describe_state_machine(stateMachineArn=map_arn)
        processor = json.loads(described["definition"])["States"]["EveryBatch"]["ItemProcessor"]
        machine = machines.create_state_machine(
            name=f"batch-{uuid4().hex}",
            roleArn=described["roleArn"],
            definition=json.dumps(
                {"QueryLanguage": "JSONata", "StartAt": processor["StartAt"], "States": processor["States"]}
            ),
        )
        lines = [{"source": f"s3://{self.bucket}/dataset/dataset-{number}.json"} for number in numbers]
        started = machines.start_execution(
            stateMachineArn=machine["stateMachineArn"], input=json.dumps({"Items": lines})
        )
        return self._ended(machines, started["executionArn"])

    def _ended(self, machines: Any, execution: str) -> dict[str, Any]:
        def ended() -> dict[str, Any]:
            found = machines.describe_execution(executionArn=execution)
            return {} if found["status"] == "RUNNING" else dict(found)

        return wait_until(ended, "the end of the execution", pause=0.2)


@pytest.fixture
def batch(prerender: Deployment, plotting: Deployment) -> Batch:
    return Batch(prerender, plotting.outputs["BucketName"])


def test_the_charts_of_a_batch_are_drawn(aws: EmulatedAws, batch: Batch) -> None:
    execution = batch.run(1, 2)

    assert execution["status"] == "SUCCEEDED", execution
    assert json.loads(execution["output"]) == {"drawn": 2, "failures": []}
    charts = aws.client("s3").list_objects_v2(Bucket=batch.bucket, Prefix="plots/")
    assert charts["KeyCount"] == 6


def test_the_pre_labeling_function_has_a_log_drawn_by_the_plotting_function(plotting: Deployment) -> None:
    annotations = LabelingWalk(plotting, take_on_job_role(plotting), items=3).run()

    assert len(annotations) == 3


@pytest.mark.parametrize("numbers", [(4, 99), (98, 99)])
def test_a_batch_with_a_bad_line_fails_with_its_cause(batch: Batch, numbers: tuple[int, ...]) -> None:
    execution = batch.run(*numbers)

    assert execution["status"] == "FAILED"
    assert execution["error"] == "LogsNotDrawn"
    assert "dataset-99.json" in execution["cause"]


def test_the_other_charts_of_such_a_batch_are_drawn(aws: EmulatedAws, batch: Batch) -> None:
    batch.run(5, 99)

    charts = aws.client("s3").list_objects_v2(Bucket=batch.bucket, Prefix="plots/weld.5.")
    assert charts["KeyCount"] == 3


def test_without_the_permission_to_read_documents_no_line_is_drawn(plotting: Deployment, batch: Batch) -> None:
    with plotting.without("PlottingRole", "ReadLogs", "/dataset/*"):
        execution = batch.run(1)

    assert execution["error"] == "LogsNotDrawn"
    assert "dataset-1.json" in execution["cause"]


def test_the_registry_is_made_and_removed(aws: EmulatedAws, project: Path) -> None:
    registry = Deployment(aws, "registry", project / "infra/registry.yaml", {"RepositoryPrefix": "welding/tracemark"})
    ecr = aws.client("ecr")

    made = registry.create()

    assert made == "CREATE_COMPLETE", registry.failures
    repositories = {found["repositoryUri"]: found for found in ecr.describe_repositories()["repositories"]}
    assert set(registry.outputs.values()) == set(repositories)
    assert {found["imageTagMutability"] for found in repositories.values()} == {"IMMUTABLE"}
    assert registry.delete() == "DELETE_COMPLETE"
    assert ecr.describe_repositories()["repositories"] == []
