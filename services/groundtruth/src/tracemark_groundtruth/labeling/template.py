"""The worker template, as far as simulated workers must know it: the name of its classifier."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from tracemark.errors import InvalidDocument
from tracemark.storage.s3objects import S3Objects
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.rendering.renderer import template_text

MAX_TEMPLATE_BYTES = 1024 * 1024


def job_classifier(client: Any, job: LabelingJob) -> str:
    """Return the name of the classifier in the job's template; `client` is a boto3 S3 client.

    Raises:
        InvalidDocument: see `classifier_name`.
        ObjectMissing, ObjectTooLarge, AccessDenied, StorageUnavailable: the template cannot be read.
    """
    template = S3Objects(client).read(job.ui_template, limit=MAX_TEMPLATE_BYTES).data
    return classifier_name(template_text(template, str(job.ui_template)), str(job.ui_template))


def classifier_name(template: str, source: str) -> str:
    """Return the `name` of the first `crowd-classifier`, the key under which workers answer.

    Raises:
        InvalidDocument: there is no such element, or its name is missing or computed by Liquid.
    """
    finder = _ClassifierFinder()
    finder.feed(template)
    finder.close()
    if not finder.found:
        raise _refusal(source, "the template has no crowd-classifier")
    name = (finder.name or "").strip()
    if not name or "{{" in name or "{%" in name:
        raise _refusal(source, f"the first crowd-classifier has the name {finder.name!r}")
    return name


class _ClassifierFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = False
        self.name: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "crowd-classifier" and not self.found:
            self.found = True
            self.name = dict(attrs).get("name")


def _refusal(source: str, what: str) -> InvalidDocument:
    return InvalidDocument(
        what,
        place=source,
        expected='<crowd-classifier name="WeldingClassification" …>',
        remedy="name it, or give the answers in a file instead of simulating workers",
    )
