"""The commands against a running service: workers, jobs by boto3 alone, and the demo from its start to its end."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.portal_worker import PortalWorker
from support.service_process import JOB, PASSWORD, FunctionServer, ServiceProcess, job_request, make_bucket
from support.waiting import PATIENCE_SECONDS

from tracemark_cli.main import main


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("data")
    make_bucket(folder, 4)
    with FunctionServer(folder) as functions, ServiceProcess(folder, functions.arns) as service:
        yield service


def tracemark(service: ServiceProcess, *arguments: str, given: str = "") -> Result:
    lines = (service.folder / ".tracemark/environment").read_text().splitlines()
    environment = dict(line.removeprefix("export ").replace("'", "").split("=", 1) for line in lines)
    return CliRunner().invoke(main, list(arguments), input=given, env={**environment, "AWS_PROFILE": None})


def test_a_job_from_the_command_line_to_its_labels(service: ServiceProcess, tmp_path: Path) -> None:
    data, job = ("--data", str(service.folder)), tmp_path / "job.yaml"
    job.write_text(json.dumps(job_request(1)))

    early = tracemark(service, "job", "create", str(job))
    added = tracemark(service, "worker", "add", "ada", "--team", "readers", "--password-stdin", *data, given=PASSWORD)
    created = tracemark(service, "job", "create", str(job))
    again = tracemark(service, "job", "create", str(job))
    ada = PortalWorker(service.url, "ada", PASSWORD, JOB, lambda: len(ada.accepted) >= 4)
    ada.run()
    watched = tracemark(service, "job", "watch", JOB, "--every", "0.2")
    results = tracemark(service, "job", "results", JOB, "--output", str(tmp_path / "labels.jsonl"))
    listed = tracemark(service, "job", "list")
    described = tracemark(service, "job", "describe", JOB)
    stopped = tracemark(service, "job", "stop", JOB)

    assert (early.exit_code, "work team 'readers'" in early.output) == (1, True)
    assert "ada is private.eu-west-1." in added.output
    assert created.output == "arn:aws:sagemaker:eu-west-1:261679111194:labeling-job/texts\n"
    assert (again.exit_code, "ResourceInUse" in again.output) == (1, True)
    assert (ada.failure, watched.exit_code) == (None, 0)
    assert "Completed, 4 labeled, 0 failed, 0 unlabeled" in watched.output
    assert results.output.count("ada /tasks/") == 4
    assert len((tmp_path / "labels.jsonl").read_text().splitlines()) == 4
    assert "Completed" in listed.output
    assert json.loads(described.output)["LabelCounters"]["TotalLabeled"] == 4
    assert (stopped.exit_code, "is Completed" in stopped.output) == (1, True)


def test_a_job_that_is_not_there_is_said_in_one_line(service: ServiceProcess) -> None:
    results = [tracemark(service, "job", command, "Nothing") for command in ("describe", "watch", "stop", "results")]

    assert [result.exit_code for result in results] == [1] * 4
    assert all("no labeling job 'Nothing'" in result.output for result in results)
    assert all(len(result.output.splitlines()) == 1 for result in results)


def test_workers_are_listed_disabled_and_given_passwords(service: ServiceProcess) -> None:
    data = ("--data", str(service.folder))

    added = tracemark(service, "worker", "add", "bob", "--password-stdin", *data, given="long enough now")
    short = tracemark(service, "worker", "password", "bob", "--password-stdin", *data, given="short")
    other = tracemark(service, "worker", "password", "bob", "--password-stdin", *data, given="another long one")
    disabled = tracemark(service, "worker", "disable", "BOB", *data)
    listed = tracemark(service, "worker", "list", *data)
    nobody = tracemark(service, "worker", "disable", "nobody", *data)

    assert [added.exit_code, short.exit_code, other.exit_code, disabled.exit_code] == [0, 1, 0, 0]
    assert ("bob" in listed.output, "disabled" in listed.output) == (True, True)
    assert "there is no worker 'nobody'" in nobody.output


def test_a_persons_key_is_good_for_the_api_until_it_is_revoked(service: ServiceProcess) -> None:
    data = ("--data", str(service.folder))
    tracemark(service, "worker", "add", "olga", "--role", "owner", "--password-stdin", *data, given=PASSWORD)
    made = tracemark(service, "key", "create", "olga", *data).output
    keys = dict(line.removeprefix("export ").replace("'", "").split("=", 1) for line in made.splitlines()[1:])

    def list_jobs() -> Result:
        endpoint = f"{service.url}/api/"
        environment = {**keys, "AWS_PROFILE": None, "AWS_DEFAULT_REGION": "eu-west-1"}
        return CliRunner().invoke(main, ["job", "--endpoint-url", endpoint, "list"], env=environment)

    active = list_jobs()
    revoked = tracemark(service, "key", "revoke", keys["AWS_ACCESS_KEY_ID"], *data)
    refused = list_jobs()
    log = tracemark(service, "audit", "--json", *data).stdout

    assert (active.exit_code, JOB in active.output, revoked.exit_code) == (0, False, 0)
    assert (refused.exit_code, "UnrecognizedClientException" in refused.output) == (1, True)
    assert [json.loads(line)["action"] for line in log.splitlines()][:3] == ["key-refused", "key-revoke", "key-create"]
    assert keys["AWS_SECRET_ACCESS_KEY"] not in log


@pytest.mark.browser
def test_the_demo_labels_its_data_set_with_simulated_workers(tmp_path: Path) -> None:
    program = str(Path(sys.executable).with_name("tracemark"))
    folder = str(tmp_path / "demo")
    subprocess.run([program, "samples", folder, "--count", "2"], check=True, capture_output=True)

    done = subprocess.run(
        [program, "demo", folder, "--port", "0", "--simulate"],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("sign in: name") == 2
    manifest = tmp_path / "demo/tracemark-demo/output/Demo1/manifests/output/output.manifest"
    assert len(manifest.read_text().splitlines()) == 2
    final = manifest.parents[1] / "consolidated/consolidated.manifest"
    assert len(final.read_text().splitlines()) == 2
