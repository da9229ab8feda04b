"""The deployed functions: in the job's Region, ready, with time enough, and of the image's own architecture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tracemark_cli.aws.answers import try_call
from tracemark_cli.aws.image_manifest import InRegistry, architecture
from tracemark_cli.checks.finding import Finding, warning
from tracemark_cli.local.images import LAMBDA_NAMES

_DEFAULT_SECONDS = 3


def function_findings(lambda_: Any, registry: InRegistry, arn: str, region: str) -> Iterator[Finding]:
    """Yield why a function could not do its part of a job."""
    if arn.split(":")[3] != region:
        yield Finding(f"the function is in {arn.split(':')[3]}", arn, f"the job's Region, {region}", "deploy it there")
        return
    answer = try_call(lambda_.get_function, FunctionName=arn)
    if answer.code == "ResourceNotFoundException":
        yield Finding("there is no such function", arn, remedy="deploy it, or correct its ARN in the job")
    elif answer.code:
        yield warning(f"the function could not be read ({answer.code}: {answer.message})", arn)
    else:
        yield from _configuration(answer.value["Configuration"], arn)
        yield from _image(registry, answer.value, arn)


def _configuration(found: Mapping[str, Any], arn: str) -> Iterator[Finding]:
    if found.get("State", "Active") not in ("Active", "Inactive"):
        yield Finding(
            f"the function is {found['State']} ({found.get('StateReason', 'no reason given')})",
            arn,
            "Active",
            "wait, or deploy it anew",
        )
    if found.get("LastUpdateStatus") == "Failed":
        reason = found.get("LastUpdateStatusReason", "no reason given")
        yield Finding(f"its last update failed ({reason})", arn, remedy="deploy it anew")
    if found.get("Timeout", _DEFAULT_SECONDS) <= _DEFAULT_SECONDS:
        yield Finding(
            f"its timeout is {found.get('Timeout', _DEFAULT_SECONDS)} s",
            arn,
            "more than Lambda's default of 3 s",
            "raise it",
        )


def _image(registry: InRegistry, found: Mapping[str, Any], arn: str) -> Iterator[Finding]:
    uri = found.get("Code", {}).get("ResolvedImageUri") or found.get("Code", {}).get("ImageUri")
    if not uri:
        return
    built = architecture(registry, uri)
    declared = found["Configuration"].get("Architectures", ["x86_64"])[0]
    if built.problem:
        severity = Finding if built.certain else warning
        yield severity(built.problem, uri, remedy="build and push the image with tracemark images")
    elif LAMBDA_NAMES.get(built.name, built.name) != declared:
        yield Finding(
            f"the image was built for {built.name}",
            uri,
            f"{declared}, as {arn} says",
            "build it there, or set Architecture",
        )
