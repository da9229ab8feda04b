"""The template as its checkers and its readers see it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

REGIONS = ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1"]


def test_cfn_lint_finds_no_error_no_warning_and_nothing_to_mention(template_path: Path) -> None:
    program = Path(sys.executable).with_name("cfn-lint")
    options = ["--include-checks", "I", "--non-zero-exit-code", "informational", "--regions", *REGIONS]

    found = subprocess.run(
        [program, *options, "--template", template_path], capture_output=True, text=True, check=False, timeout=120
    )

    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_every_star_has_a_reason_beside_it(template_path: Path) -> None:
    above = ""
    unexplained = []
    for number, line in enumerate(template_path.read_text("utf-8").splitlines(), start=1):
        code, _, reason = line.partition(" #")
        allows_much = "*" in code and not re.match(r"\s*(#|AllowedPattern:)", line)
        if allows_much and not reason and not above.lstrip().startswith("#"):
            unexplained.append(f"{number}: {line.strip()}")
        above = line

    assert unexplained == []


def test_no_alias_is_used_because_cloudformation_reads_none(template_path: Path) -> None:
    text = template_path.read_text("utf-8")

    assert re.findall(r"(?:: |- )[&*]\w+\s*$", text, re.MULTILINE) == []


def test_conditions_are_called_has_something(template: dict[str, Any]) -> None:
    assert [name for name in template["Conditions"] if not re.fullmatch(r"Has[A-Z]\w+", name)] == []


def test_every_condition_is_used(template: dict[str, Any], template_path: Path) -> None:
    text = template_path.read_text("utf-8")

    assert [name for name in template["Conditions"] if len(re.findall(rf"\b{name}\b", text)) < 2] == []


def test_every_skipped_check_carries_a_reason(template: dict[str, Any]) -> None:
    skips = [
        skip
        for resource in template["Resources"].values()
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
    ]

    assert skips
    assert [skip for skip in skips if len(skip["comment"].split()) < 5] == []
