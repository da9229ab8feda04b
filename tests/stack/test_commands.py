"""The commands on the emulated AWS: a stack made by a change set, examined with its functions running, removed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.emulated_aws import ACCOUNT, REGION, EmulatedAws
from support.staged_aws import Refused, StagedAws

from tracemark_cli.aws.stack import REGISTRY, STACK, Stacks, template
from tracemark_cli.main import main

pytestmark = pytest.mark.container

NAME = "commanded"
TEAM = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:workteam/private-crowd/welding-experts"


@dataclass(frozen=True)
class Connection:
    """The emulated AWS as the commands see one."""

    emulated: EmulatedAws
    region: str = REGION
    account: str = ACCOUNT

    def client(self, service: str) -> Any:
        # The emulator runs images of the engine and has none in its registry.
        return self._registry.client("ecr") if service == "ecr" else self.emulated.client(service)

    @property
    def _registry(self) -> StagedAws:
        return StagedAws({"ecr.BatchGetImage": Refused("AccessDenied", "not from here")})


@pytest.fixture(scope="module")
def connection(aws: EmulatedAws) -> Connection:
    return Connection(aws)


@pytest.fixture(scope="module")
def deployed(connection: Connection, images: dict[str, str]) -> Iterator[Connection]:
    """Both stacks, as `tracemark stack deploy` makes them, but for the push: the emulator runs the engine's images."""
    stacks = Stacks(connection, pause=lambda _: None)
    required = {name: uri for name, uri in images.items() if name != "PlottingImageUri"}
    for name, text, parameters in ((f"{NAME}-registry", REGISTRY, {}), (NAME, STACK, required)):
        stacks.carry_out(stacks.prepare(name, template(text), parameters), lambda _: None)
    yield connection
    stacks.delete(NAME)
    stacks.delete(f"{NAME}-registry")


def run(connection: Connection, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, obj=connection)


def test_status_says_that_the_stacks_stand(deployed: Connection) -> None:
    output = run(deployed, "stack", "status", "--stack", NAME).output

    assert output.count("CREATE_COMPLETE") == 2


def test_an_output_can_be_used_in_a_shell(deployed: Connection) -> None:
    output = run(deployed, "stack", "outputs", "--stack", NAME, "--name", "ManifestS3Path").output

    assert output.startswith("s3://")
    assert output.endswith("/manifest.jsonl\n")


def test_the_doctor_finds_no_fault_in_the_stack_that_the_templates_make(deployed: Connection) -> None:
    result = run(deployed, "doctor", "--stack", NAME, "--workteam", TEAM, "--sample", "2", "--json")

    report = json.loads(result.output)
    found = [(check["name"], finding) for check in report["checks"] for finding in check["findings"]]
    assert [finding for finding in found if finding[1]["severity"] == "error"] == []
    assert result.exit_code == 0


def test_the_doctor_sees_what_was_broken_in_the_stack(deployed: Connection) -> None:
    bucket = run(deployed, "stack", "outputs", "--stack", NAME, "--name", "BucketName").output.strip()
    deployed.client("s3").delete_bucket_cors(Bucket=bucket)

    result = run(deployed, "doctor", "--stack", NAME, "--workteam", TEAM, "--sample", "1")

    assert result.exit_code == 1
    assert "no CORS rule" in result.output


def test_destroy_removes_both_stacks(deployed: Connection) -> None:
    result = run(deployed, "stack", "destroy", "--stack", NAME, "--yes")

    assert result.exit_code == 0, result.output
    assert run(deployed, "stack", "status", "--stack", NAME).output.count("not deployed") == 3
