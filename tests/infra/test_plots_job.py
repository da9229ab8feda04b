"""The Kubernetes Job that draws a manifest: its numbers agree, its pods may do little, and its exit codes are ours."""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path
from typing import Any

import pytest
import yaml

from tracemark.contract.manifest_slice import ManifestSlice
from tracemark_plotting.slice_job import ExitCode

ROOT = Path(__file__).parents[2]
JOB = ROOT / "deploy/kubernetes/plots-job.yaml"

# The fields of batch/v1 Job and of its pods that the file uses, as the API reference of Kubernetes 1.33 has them.
_KNOWN = {
    "": {"apiVersion", "kind", "metadata", "spec"},
    "spec": {"completionMode", "completions", "parallelism", "backoffLimitPerIndex", "podFailurePolicy", "template"},
    "spec.podFailurePolicy": {"rules"},
    "spec.template": {"metadata", "spec"},
    "spec.template.spec": {
        *("restartPolicy", "serviceAccountName", "automountServiceAccountToken", "securityContext", "containers"),
        "volumes",
    },
}
_OF_A_CONTAINER = {"name", "image", "command", "args", "env", "resources", "securityContext", "volumeMounts"}


@pytest.fixture(scope="module")
def job() -> Any:
    (document,) = yaml.safe_load_all(JOB.read_text(encoding="utf-8"))
    return document


@pytest.fixture
def container(job: Any) -> Any:
    (found,) = job["spec"]["template"]["spec"]["containers"]
    return found


@pytest.mark.parametrize("path", _KNOWN)
def test_every_field_is_one_that_kubernetes_knows(job: Any, path: str) -> None:
    node = job
    for name in filter(None, path.split(".")):
        node = node[name]

    assert set(node) <= _KNOWN[path]


def test_it_is_an_indexed_job_whose_pods_are_not_restarted_in_place(job: Any, container: Any) -> None:
    spec = job["spec"]

    assert (job["apiVersion"], job["kind"], spec["completionMode"]) == ("batch/v1", "Job", "Indexed")
    assert spec["template"]["spec"]["restartPolicy"] == "Never"  # what a pod failure policy requires
    assert set(container) <= _OF_A_CONTAINER


def test_there_are_as_many_pods_as_slices(job: Any, container: Any) -> None:
    manifest, option, text = container["args"]
    slices = [ManifestSlice.parse(text, str(index)) for index in range(job["spec"]["completions"])]

    assert (manifest.startswith("s3://"), option) == (True, "--slice")
    assert {part.count for part in slices} == {job["spec"]["completions"]}
    assert job["spec"]["parallelism"] <= job["spec"]["completions"]


def test_the_image_runs_a_module_that_exists(container: Any) -> None:
    python, flag, module = container["command"]

    assert (python, flag) == ("/opt/tracemark/bin/python", "-m")
    assert importlib.util.find_spec(module)


def test_only_what_another_attempt_may_mend_is_tried_again(job: Any, container: Any) -> None:
    rules = {rule["action"]: rule for rule in job["spec"]["podFailurePolicy"]["rules"]}
    codes = rules["FailIndex"]["onExitCodes"]

    assert codes["containerName"] == container["name"]
    assert set(codes["values"]) == {ExitCode.WRONG_CALL, ExitCode.BAD_LINES}
    assert job["spec"]["backoffLimitPerIndex"] > 0


def test_a_call_that_argparse_refuses_counts_as_wrong() -> None:
    with pytest.raises(SystemExit) as ended:
        argparse.ArgumentParser().error("no manifest")

    assert ended.value.code == ExitCode.WRONG_CALL


def test_a_pod_has_no_rights_that_drawing_does_not_need(job: Any, container: Any) -> None:
    pod, own = job["spec"]["template"]["spec"], container["securityContext"]

    assert (pod["securityContext"]["runAsUser"], pod["securityContext"]["runAsNonRoot"]) == (993, True)
    assert own == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert [mount["mountPath"] for mount in container["volumeMounts"]] == ["/tmp"]
    assert "memory" in container["resources"]["limits"]
