"""The buckets of a job on AWS: in the job's Region, and open to labeling pages by CORS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tracemark_cli.aws.answers import try_call
from tracemark_cli.checks.finding import Finding, warning

_HEADER = "Access-Control-Allow-Origin"
_RULE = f'a rule with AllowedMethods ["GET"], AllowedOrigins ["*"] and ExposeHeaders ["{_HEADER}"]'
_LOCATIONS: Mapping[str | None, str] = {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}


def region_findings(client: Any, buckets: Iterable[str], region: str) -> Iterator[Finding]:
    """Yield which buckets lie in another Region than the job."""
    for bucket in sorted(set(buckets)):
        answer = try_call(client.get_bucket_location, Bucket=bucket)
        if answer.code:
            yield _not_told(answer.code, answer.message, bucket)
            continue
        location = answer.value.get("LocationConstraint")
        found = _LOCATIONS.get(location, location)
        if found != region:
            yield Finding(
                f"the bucket lies in {found}", f"s3://{bucket}", f"the job's Region, {region}", "use a bucket there"
            )


def cors_findings(client: Any, buckets: Iterable[str]) -> Iterator[Finding]:
    """Yield which buckets do not let a labeling page read what lies in them."""
    for bucket in sorted(set(buckets)):
        answer = try_call(client.get_bucket_cors, Bucket=bucket)
        if answer.code == "NoSuchCORSConfiguration":
            yield Finding("the bucket has no CORS rule", f"s3://{bucket}", _RULE, "put this CORS configuration")
        elif answer.code:
            yield _not_told(answer.code, answer.message, bucket)
        elif not any(map(_opens, answer.value["CORSRules"])):
            yield Finding("no CORS rule lets labeling pages in", f"s3://{bucket}", _RULE, "add this rule")


def _opens(rule: Mapping[str, Any]) -> bool:
    exposed = {header.lower() for header in rule.get("ExposeHeaders", ())}
    return "GET" in rule["AllowedMethods"] and "*" in rule["AllowedOrigins"] and _HEADER.lower() in exposed


def _not_told(code: str, message: str, bucket: str) -> Finding:
    if code == "NoSuchBucket":
        return Finding("there is no such bucket", f"s3://{bucket}", remedy="make it, or correct the name")
    return warning(f"the bucket's configuration could not be read ({code}: {message})", f"s3://{bucket}")
