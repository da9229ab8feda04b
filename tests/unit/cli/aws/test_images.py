"""Images: built by the engine's own builder, pushed once, known by digest."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docker
import pytest
from click.testing import Result
from support.fake_container_engine import DIGEST, FakeEngine
from support.labeling_setups import image
from support.staged_aws import Refused, StagedAws
from support.staged_stacks import REGISTRY, StagedStacks

Run = Callable[..., Result]

TAG = "0123456789ab"
IMAGES = ("tracemark-plotting", "tracemark-prelabel", "tracemark-postlabel")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    found = FakeEngine(there={f"{name}:latest" for name in IMAGES})
    monkeypatch.setattr(docker, "from_env", lambda: found)
    return found


@pytest.fixture
def ecr(aws: StagedAws, stacks: StagedStacks) -> StagedAws:
    stacks.stand()
    token = base64.b64encode(b"AWS:a-password").decode()
    aws.replies |= {
        "ecr.GetAuthorizationToken": {"authorizationData": [{"authorizationToken": token}]},
        "ecr.DescribeImages": Refused("ImageNotFoundException"),
        "ecr.BatchGetImage": image(),
    }
    return aws


def test_build_makes_the_three_images_in_the_order_in_which_they_need_each_other(
    run: Run, engine: FakeEngine, project: Path
) -> None:
    result = run("images", "build", "--project", str(project), "--base-image", "debian:trixie-slim")

    assert result.exit_code == 0, result.output
    assert [one["tag"] for one in engine.built] == [f"{name}:latest" for name in IMAGES]
    assert {one["buildargs"]["BASE_IMAGE"] for one in engine.built} == {"debian:trixie-slim"}


def test_build_takes_the_base_that_is_there(
    run: Run, engine: FakeEngine, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BASE_IMAGE", raising=False)
    engine.there.add("tracemark-base:trixie")

    run("images", "build", "--project", str(project))

    assert engine.built[0]["buildargs"] == {"BASE_IMAGE": "tracemark-base:trixie"}


def test_build_elsewhere_says_where_it_has_to_be(run: Run, engine: FakeEngine, tmp_path: Path) -> None:
    result = run("images", "build", "--project", str(tmp_path))

    assert result.exit_code == 1
    assert "--project" in result.output


def test_a_build_that_fails_says_after_which_step(run: Run, engine: FakeEngine, project: Path) -> None:
    engine.complaint = "no space left"

    result = run("images", "build", "--project", str(project))

    assert result.exit_code == 1
    assert "no space left" in result.output
    assert "Step 1/2" in result.output


def test_push_prints_every_image_by_digest(run: Run, engine: FakeEngine, ecr: StagedAws) -> None:
    result = run("images", "push")

    assert result.output.split() == [f"{REGISTRY}/{name}@{DIGEST}" for name in IMAGES]


def test_push_signs_in_for_this_push_alone(run: Run, engine: FakeEngine, ecr: StagedAws) -> None:
    run("images", "push")

    assert engine.pushed[0] == (
        f"{REGISTRY}/tracemark-plotting",
        TAG,
        {"username": "AWS", "password": "a-password"},
    )


def test_an_image_that_is_there_is_not_pushed_again(run: Run, engine: FakeEngine, ecr: StagedAws) -> None:
    ecr.replies["ecr.DescribeImages"] = {"imageDetails": [{"imageDigest": DIGEST}]}

    result = run("images", "push")

    assert engine.pushed == []
    assert f"{REGISTRY}/tracemark-prelabel@{DIGEST}" in result.output


def test_an_image_that_lambda_would_not_take_is_refused(run: Run, engine: FakeEngine, ecr: StagedAws) -> None:
    ecr.replies["ecr.BatchGetImage"] = image("application/vnd.oci.image.index.v1+json")

    result = run("images", "push")

    assert result.exit_code == 1
    assert "an image index" in result.output


def test_a_push_that_is_refused_says_so(run: Run, engine: FakeEngine, ecr: StagedAws) -> None:
    engine.complaint = "denied: your authorization token has expired"

    result = run("images", "push")

    assert result.exit_code == 1
    assert "token has expired" in result.output


def test_push_takes_another_registry(run: Run, engine: FakeEngine) -> None:
    result = run("images", "push", "--registry", "localhost:5000/welds/", "--tag", "1.0")

    assert result.output.split()[1] == f"localhost:5000/welds/tracemark-prelabel@{DIGEST}"
    assert engine.pushed[1] == ("localhost:5000/welds/tracemark-prelabel", "1.0", None)


def test_an_image_that_was_not_built_is_named(run: Run, engine: FakeEngine, ecr: StagedAws) -> None:
    engine.there.clear()

    result = run("images", "push")

    assert result.exit_code == 1
    assert "tracemark images build" in result.output


def test_an_engine_that_does_not_answer_is_said_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Any:
        raise docker.errors.DockerException("no socket")

    monkeypatch.setattr(docker, "from_env", refuse)

    result = run("images", "build")

    assert result.exit_code == 1
    assert "no container engine answers" in result.output
    assert len(result.output.splitlines()) == 1
