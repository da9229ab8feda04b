"""The template as its checkers and its readers see it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TEMPLATES = ["cloudformation", "registry", "prerender"]
# A work team and its workforce are known to CloudFormation where Ground Truth is; China and GovCloud lack them.
REGIONS = ["us-east-1", "eu-west-1", "ap-northeast-1", "ca-central-1"]

Read = Callable[[Path], dict[str, Any]]


@pytest.fixture
def paths(project: Path) -> list[Path]:
    return [project / "infra" / f"{name}.yaml" for name in TEMPLATES]


@pytest.fixture(params=TEMPLATES)
def path(request: pytest.FixtureRequest, project: Path) -> Path:
    return project / "infra" / f"{request.param}.yaml"


@pytest.fixture
def document(read: Read, path: Path) -> dict[str, Any]:
    return read(path)


def test_cfn_lint_finds_no_error_no_warning_and_nothing_to_mention(paths: list[Path]) -> None:
    program = Path(sys.executable).with_name("cfn-lint")
    options = ["--include-checks", "I", "--non-zero-exit-code", "informational", "--regions", *REGIONS]

    found = subprocess.run(
        [program, *options, "--template", *paths], capture_output=True, text=True, check=False, timeout=240
    )

    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_checkov_fails_no_check(project: Path, paths: list[Path]) -> None:
    program = project / ".build/checkov-venv/bin/checkov"
    assert program.is_file(), "run scripts/tool checkov first"
    files = [argument for path in paths for argument in ("--file", str(path))]

    found = subprocess.run(
        [program, *files, "--framework", "cloudformation", "--quiet", "--compact", "--skip-download"],
        env=os.environ | {"LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )

    assert found.returncode == 0, found.stdout + found.stderr
    passed = re.search(r"Passed checks: (\d+), Failed checks: 0,", found.stdout)
    assert passed, found.stdout
    assert int(passed[1]) > 40


def test_every_star_has_a_reason_beside_it(path: Path) -> None:
    above = ""
    unexplained = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        code, _, reason = line.partition(" #")
        allows_much = "*" in code and not re.match(r"\s*(#|AllowedPattern:)", line)
        if allows_much and not reason and not above.lstrip().startswith("#"):
            unexplained.append(f"{number}: {line.strip()}")
        above = line

    assert unexplained == []


def test_no_alias_is_used_because_cloudformation_reads_none(path: Path) -> None:
    text = path.read_text("utf-8")

    assert re.findall(r"(?:: |- )[&*]\w+\s*$", text, re.MULTILINE) == []


def test_conditions_are_called_has_something(document: dict[str, Any]) -> None:
    assert [name for name in document.get("Conditions", {}) if not re.fullmatch(r"Has[A-Z]\w+", name)] == []


def test_every_condition_is_used(document: dict[str, Any], path: Path) -> None:
    text = path.read_text("utf-8")

    assert [name for name in document.get("Conditions", {}) if len(re.findall(rf"\b{name}\b", text)) < 2] == []


def test_every_skipped_check_carries_a_reason(document: dict[str, Any]) -> None:
    skips = [
        skip
        for resource in document["Resources"].values()
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
    ]

    assert [skip for skip in skips if len(skip["comment"].split()) < 5] == []


def test_every_parameter_and_every_output_is_described(document: dict[str, Any]) -> None:
    described = [*document["Parameters"].items(), *document["Outputs"].items()]

    assert [name for name, facts in described if not facts.get("Description")] == []


def test_every_parameter_says_what_an_empty_value_does(document: dict[str, Any]) -> None:
    said = re.compile(r"Empty: |an empty value is refused\.$", re.IGNORECASE)

    assert [name for name, facts in document["Parameters"].items() if not said.search(facts["Description"])] == []
