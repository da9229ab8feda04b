"""What a job needs from the worker template: its classifier's name, and that every element of it is known."""

from __future__ import annotations

from typing import Any

from tracemark.errors import InvalidDocument, ObjectMissing, ObjectTooLarge, quoted
from tracemark.storage.s3objects import S3Objects
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.rendering.markup import tags
from tracemark_groundtruth.rendering.page_parts import PageParts
from tracemark_groundtruth.rendering.renderer import template_text
from tracemark_groundtruth.s3.job_storage import JobStorage

MAX_TEMPLATE_BYTES = 1024 * 1024
_NAMED = 8
_NAME_CHARACTERS = 80


def job_classifier(client: Any, job: LabelingJob) -> str:
    """Return the name of the classifier in the job's template; `client` is a boto3 S3 client.

    Raises:
        InvalidDocument: see `classifier_name`.
        ObjectMissing, ObjectTooLarge, AccessDenied, StorageUnavailable: the template cannot be read.
    """
    template = S3Objects(client).read(job.ui_template, limit=MAX_TEMPLATE_BYTES).data
    return classifier_name(template_text(template, str(job.ui_template)), str(job.ui_template))


def check_template(storage: JobStorage, job: LabelingJob) -> None:
    """Refuse a job whose page asks by elements that tracemark does not have: every answer to it would be lost.

    A template that is not there yet is none of this check's business: the page says so when it is shown.

    Raises:
        InvalidDocument: it uses such elements.
        AccessDenied, StorageUnavailable: the template cannot be read.
    """
    try:
        data = storage.read(job.ui_template, MAX_TEMPLATE_BYTES)
    except (ObjectMissing, ObjectTooLarge):
        return
    lost = PageParts.parse(data.decode("utf-8", "replace")).lost_elements
    if lost:
        named = [f"<{name[:_NAME_CHARACTERS]}>" for name in lost[:_NAMED]] + ["…"] * (len(lost) > _NAMED)
        raise InvalidDocument(
            f"the template asks by {', '.join(named)}, which tracemark does not have",
            place=str(job.ui_template),
            expected="elements of docs/reference/crowd-elements.md",
            remedy="use another element, or serve AWS's own: tracemark serve --crowd-elements aws",
        )


def classifier_name(template: str, source: str) -> str:
    """Return the `name` of the first `crowd-classifier`, the key under which workers answer.

    Raises:
        InvalidDocument: there is no such element, or its name is missing or computed by Liquid.
    """
    first = next((tag for tag in tags(template) if tag.name == "crowd-classifier" and not tag.closes), None)
    if first is None:
        raise _refusal(source, "the template has no crowd-classifier")
    given = first.attributes().get("name")
    name = (given or "").strip()
    if not name or "{{" in name or "{%" in name:
        raise _refusal(source, f"the first crowd-classifier has the name {quoted(given)}")
    return name


def _refusal(source: str, what: str) -> InvalidDocument:
    return InvalidDocument(
        what,
        place=source,
        expected='<crowd-classifier name="WeldingClassification" …>',
        remedy="name it, or give the answers in a file instead of simulating workers",
    )
