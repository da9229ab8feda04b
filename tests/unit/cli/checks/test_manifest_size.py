"""How many objects a manifest may have: in the labeling service, and in a job on AWS."""

from __future__ import annotations

import pytest

from tracemark.contract.manifest import MAX_LINES, MAX_OBJECTS, DataObject
from tracemark_cli.checks.manifest import Manifest, aws_size_findings, manifest_findings

PLACE = "s3://welds/manifest.jsonl"


def manifest_of(count: int) -> Manifest:
    line = DataObject(0, {"source": "s3://welds/1.csv"})
    return Manifest(PLACE, "", (line,) * count, ())


def said(count: int) -> tuple[list[str], list[str]]:
    manifest = manifest_of(count)
    everywhere = [each.expected for each in manifest_findings(manifest) if each.expected]
    return everywhere, [each.expected for each in aws_size_findings(manifest)]


@pytest.mark.parametrize(
    ("count", "everywhere", "on_aws"),
    [
        (MAX_OBJECTS, [], []),
        (MAX_OBJECTS + 1, [], ["at most 100,000"]),
        (MAX_LINES, [], ["at most 100,000"]),
        (MAX_LINES + 1, ["at most 1,000,000"], []),
    ],
)
def test_a_manifest_too_long_for_aws_is_refused_there_alone(
    count: int, everywhere: list[str], on_aws: list[str]
) -> None:
    assert said(count) == (everywhere, on_aws)
