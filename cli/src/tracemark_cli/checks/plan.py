"""Which checks are made, and in which order: for a job here, for one on AWS, for a manifest and a template alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tracemark_cli.aws.image_manifest import InRegistry
from tracemark_cli.aws.session import Aws
from tracemark_cli.checks import account, bucket, categories, functions, objects, role
from tracemark_cli.checks.check import Check
from tracemark_cli.checks.consolidation import Consolidation
from tracemark_cli.checks.finding import Finding, warning
from tracemark_cli.checks.manifest import Manifest, aws_size_findings, manifest_findings
from tracemark_cli.checks.page import liquid_findings, rendering_findings, source_findings
from tracemark_cli.checks.subject import Subject
from tracemark_cli.local.finished import abstain_label
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.rendering.inspection import InspectedTemplate


def job_checks(subject: Subject) -> list[Check]:
    """Return the checks of a job wherever it runs."""
    return [
        Check("manifest", lambda: _manifest(subject)),
        Check("objects of the manifest", lambda: _objects(subject)),
        Check("label categories", lambda: _categories(subject)),
        Check("pre-labeling function", lambda: subject.preparations.findings),
        Check("objects of the task inputs", lambda: _shown_objects(subject)),
        Check("worker template", lambda: _page(subject)),
        Check("post-labeling function", lambda: _consolidation(subject)),
    ]


def aws_checks(subject: Subject, aws: Aws, registry: InRegistry) -> list[Check]:
    """Return the checks that only a job on AWS needs."""
    job, region = subject.job, aws.region
    arns = [arn for arn in (job.pre_function_arn, job.post_function_arn) if arn]
    lambda_, iam, sagemaker = aws.client("lambda"), aws.client("iam"), aws.client("sagemaker")
    return [
        Check("Ground Truth", lambda: account.customer_findings(sagemaker)),
        Check("size of the manifest", lambda: aws_size_findings(subject.manifest)),
        Check("name and work team", lambda: account.job_findings(sagemaker, job, region)),
        Check("Region of the buckets", lambda: bucket.region_findings(subject.client, _buckets(subject), region)),
        Check("CORS of the buckets", lambda: bucket.cors_findings(subject.client, _shown_buckets(subject))),
        Check("deployed functions", lambda: _functions(lambda_, registry, arns, region)),
        Check("trust in the role", lambda: role.trust_findings(iam, job.role_arn)),
        Check("permissions of the role", lambda: role.permission_findings(iam, job.role_arn, _needs(subject, arns))),
    ]


@dataclass(frozen=True, slots=True)
class Files:
    """A manifest and a template as bytes, by where they lie; either may be absent."""

    manifest: tuple[bytes, str] | None = None
    template: tuple[bytes, str] | None = None

    def checks(self) -> list[Check]:
        """Return the checks that need neither S3 nor functions."""
        found = []
        if self.manifest:
            manifest = Manifest.parse(*self.manifest)
            found.append(Check("manifest", lambda: manifest_findings(manifest)))
        if self.template:
            data, source = self.template
            found.append(Check("worker template", lambda: source_findings(InspectedTemplate.parse(data, source))))
        return found


def _manifest(subject: Subject) -> Iterator[Finding]:
    yield from manifest_findings(subject.manifest, subject.job.label_attribute_name)
    if subject.job.is_streaming and subject.job.stopping:
        remedy = "stop it with tracemark job stop"
        yield warning("a streaming job ignores its StoppingConditions", "StoppingConditions", remedy=remedy)


def _objects(subject: Subject) -> Iterator[Finding]:
    return objects.line_findings(subject.client, subject.manifest.objects, subject.manifest.source)


def _shown_objects(subject: Subject) -> Iterator[Finding]:
    yield from objects.task_findings(subject.client, subject.preparations.prepared)
    yield from objects.picture_findings(subject.client, subject.preparations.prepared)


def _categories(subject: Subject) -> Iterator[Finding]:
    found, prepared = subject.categories, subject.preparations.prepared
    if isinstance(found, Finding):
        yield found
    elif found is None:
        yield from categories.default_findings(prepared)
    else:
        source = str(subject.job.label_categories)
        yield from categories.spelling_findings(found.names, abstain_label(), source)
        yield from categories.function_findings(prepared, found.names, source)
        if not isinstance(subject.page, Finding):
            yield from categories.page_findings(subject.page, prepared, found.names, source)


def _page(subject: Subject) -> Iterator[Finding]:
    if isinstance(subject.page, Finding):
        yield subject.page
        return
    yield from liquid_findings(subject.page)
    shown = [one.task_input for one in subject.preparations.prepared if one.to_workers]
    yield from rendering_findings(subject.page, shown)


def _consolidation(subject: Subject) -> Iterator[Finding]:
    prepared = [one for one in subject.preparations.prepared if one.to_workers]
    if subject.post is None or not prepared:
        return
    found = subject.categories
    names = None if found is None or isinstance(found, Finding) else found.names
    call = Consolidation(subject.job, subject.post, subject.client, names)
    yield from call.findings(prepared, subject.answer)


def _functions(lambda_: Any, registry: InRegistry, arns: Sequence[str], region: str) -> Iterator[Finding]:
    for arn in arns:
        yield from functions.function_findings(lambda_, registry, arn, region)


def _needs(subject: Subject, arns: Sequence[str]) -> role.Needs:
    job = subject.job
    read = [uri for uri in (job.manifest, job.ui_template, job.label_categories) if uri]
    shown = [uri for one in subject.preparations.prepared for uri in objects.texts(one.task_input)]
    lines = [str(line.uri) for line in subject.sampled if line.uri]
    partition, output = job.role_arn.split(":")[1], OutputTree(job.output, job.name).output_manifest
    resources = [f"arn:{partition}:s3:::{uri.removeprefix('s3://')}" for uri in [*map(str, read), *lines, *shown]]
    return role.Needs(
        {
            "s3:GetObject": list(dict.fromkeys(resources)),
            "s3:PutObject": [f"arn:{partition}:s3:::{output.bucket}/{output.key}"],
            "s3:ListBucket": [f"arn:{partition}:s3:::{name}" for name in sorted(_buckets(subject))],
            "lambda:InvokeFunction": list(arns),
        }
    )


def _buckets(subject: Subject) -> set[str]:
    job = subject.job
    inputs = {job.manifest.bucket} if job.manifest else set()
    return inputs | {job.output.bucket, job.ui_template.bucket} | _shown_buckets(subject)


def _shown_buckets(subject: Subject) -> set[str]:
    shown = {
        uri.removeprefix("s3://").partition("/")[0]
        for one in subject.preparations.prepared
        for uri in objects.texts(one.task_input)
    }
    return shown or {(subject.job.manifest or subject.job.ui_template).bucket}
