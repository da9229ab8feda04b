"""The files in deploy/ as their readers see them: by the published schemas, and by what the service promises."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

KUBERNETES_VERSIONS = ["1.30", "1.34"]
_VARIABLE = re.compile(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}")

CHECK_KUBERNETES = """
import json, sys
import kubernetes_validate
for document in json.load(sys.stdin):
    try:
        kubernetes_validate.validate(document, sys.argv[1], strict=True)
    except kubernetes_validate.ValidationError as error:
        print(document["kind"], error.message)
"""
CHECK_COMPOSE = """
import sys
from compose_spec import PyOptions
PyOptions(apply_merge=True).from_yaml(sys.stdin.read()).validate()
"""


@pytest.fixture
def deploy(project: Path) -> Path:
    return project / "deploy"


@pytest.fixture
def kubernetes(deploy: Path) -> dict[str, dict[str, Any]]:
    """The documents that are applied, by kind."""
    folder = deploy / "kubernetes"
    names = yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
    documents = [yaml.safe_load((folder / name).read_text()) for name in names]
    return {document["kind"]: document for document in documents}


@pytest.fixture
def pod(kubernetes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return dict(kubernetes["Deployment"]["spec"]["template"]["spec"])


@pytest.fixture
def compose(deploy: Path) -> dict[str, Any]:
    """The compose file with the values of a filled in .env."""
    return dict(yaml.safe_load(filled_in(deploy / "compose.yaml")))


def filled_in(file: Path) -> str:
    def value(found: re.Match[str]) -> str:
        name, kind, text = found.groups()
        return text if kind == ":-" else f"a-{name.lower().replace('_', '-')}"

    return _VARIABLE.sub(value, file.read_text(encoding="utf-8"))


def check(project: Path, code: str, text: str, *arguments: str) -> str:
    """Return what a checker in its own environment has to say, nothing if all is well."""
    python = project / ".build/deployment-venv/bin/python"
    assert python.is_file(), "run scripts/tool deployment first"
    done = subprocess.run(
        [str(python), "-c", code, *arguments], input=text, capture_output=True, text=True, check=False, timeout=240
    )
    return done.stdout + done.stderr[-2_000:]


@pytest.mark.parametrize("version", KUBERNETES_VERSIONS)
def test_the_kubernetes_files_follow_the_published_schemas(
    project: Path, deploy: Path, kubernetes: dict[str, Any], version: str
) -> None:
    secret = yaml.safe_load((deploy / "kubernetes/secret.example.yaml").read_text())

    assert check(project, CHECK_KUBERNETES, json.dumps([*kubernetes.values(), secret]), version) == ""


def test_a_key_that_kubernetes_does_not_know_is_found(project: Path, kubernetes: dict[str, Any]) -> None:
    kubernetes["Deployment"]["spec"]["replica"] = 2

    found = check(project, CHECK_KUBERNETES, json.dumps(list(kubernetes.values())), KUBERNETES_VERSIONS[0])

    assert "'replica' was unexpected" in found


def test_every_file_of_the_folder_is_applied_but_the_example_of_a_secret(deploy: Path, kubernetes: Any) -> None:
    folder = deploy / "kubernetes"
    named = set(yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"])

    others = {
        "kustomization.yaml",
        "secret.example.yaml",
        "plots-job.yaml",
    }  # the last draws charts, without the service
    assert {file.name for file in folder.iterdir()} - named == others


def test_the_compose_file_follows_the_published_specification(project: Path, deploy: Path) -> None:
    assert check(project, CHECK_COMPOSE, filled_in(deploy / "compose.yaml")) == ""


def test_a_key_that_compose_does_not_know_is_found(project: Path, deploy: Path) -> None:
    text = filled_in(deploy / "compose.yaml").replace("stop_grace_period", "stop_grace")

    assert "stop_grace" in check(project, CHECK_COMPOSE, text)


def test_a_rolling_update_never_has_fewer_pods_than_before(kubernetes: dict[str, Any]) -> None:
    spec = kubernetes["Deployment"]["spec"]

    assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert spec["replicas"] > kubernetes["PodDisruptionBudget"]["spec"]["minAvailable"] >= 1


def test_a_pod_is_given_more_time_than_the_service_needs_to_end(pod: dict[str, Any], compose: dict[str, Any]) -> None:
    from tracemark_groundtruth.web.connections import END_SECONDS

    (container,) = pod["containers"]
    pause = int(container["lifecycle"]["preStop"]["exec"]["command"][1])

    assert pod["terminationGracePeriodSeconds"] > pause + END_SECONDS
    for name in ("service-1", "service-2"):
        assert int(compose["services"][name]["stop_grace_period"].removesuffix("s")) > END_SECONDS


def test_probes_ask_what_the_service_answers_and_wait_longer_than_it_takes(pod: dict[str, Any]) -> None:
    from tracemark_groundtruth.web.health import CHECK_SECONDS, LIVE_PATH, READY_PATH

    (container,) = pod["containers"]
    paths = {kind: container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness", "readiness")}

    assert paths == {"startup": LIVE_PATH, "liveness": LIVE_PATH, "readiness": READY_PATH}
    assert container["readinessProbe"]["timeoutSeconds"] > CHECK_SECONDS


def test_containers_are_confined(pod: dict[str, Any], compose: dict[str, Any], deploy: Path) -> None:
    (container,) = pod["containers"]
    user = re.search(r"^USER (\d+):(\d+)$", (deploy / "Dockerfile").read_text(), re.MULTILINE)

    assert user
    assert (pod["securityContext"]["runAsUser"], pod["securityContext"]["fsGroup"]) == tuple(map(int, user.groups()))
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    for name in ("service-1", "service-2"):
        service = compose["services"][name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert "no-new-privileges:true" in service["security_opt"]


def test_only_the_proxy_is_reached_from_outside_and_only_it_is_believed(compose: dict[str, Any]) -> None:
    services = compose["services"]
    open_to_all = {
        name for name, service in services.items() if not all("127.0.0.1" in port for port in service.get("ports", []))
    }
    address = services["proxy"]["networks"]["front"]["ipv4_address"]

    assert open_to_all == {"proxy"}
    assert services["service-1"]["environment"]["TRACEMARK_TRUSTED_PROXIES"] == address
    assert services["service-1"]["environment"] == services["service-2"]["environment"]


def test_images_are_pinned_by_version_and_the_file_has_no_secret(deploy: Path, compose: dict[str, Any]) -> None:
    images = {service["image"] for service in compose["services"].values()}
    text = (deploy / "compose.yaml").read_text() + (deploy / "env.example").read_text()

    assert {image for image in images if not re.search(r":v?\d+\.\d+", image)} == {"tracemark-service:latest"}
    assert re.findall(r"(?:PASSWORD|SECRET_KEY)=(.+)", text) == []


def test_the_example_of_settings_names_every_variable_of_the_compose_file(deploy: Path) -> None:
    used = {name for name, _, _ in _VARIABLE.findall((deploy / "compose.yaml").read_text())}
    named = re.findall(r"^(\w+)=", (deploy / "env.example").read_text(), re.MULTILINE)

    assert set(named) == used
