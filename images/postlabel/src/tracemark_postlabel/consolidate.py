"""The use case: every object of a payload gets one consolidated annotation."""

from __future__ import annotations

import logging

from tracemark.categories import WELDING_CATEGORIES, Categories
from tracemark.document import Json
from tracemark.errors import DataError, InvalidConfiguration
from tracemark.objects import ObjectStore
from tracemark.postannotation import ConsolidatedAnnotation, PostAnnotationRequest
from tracemark.s3uri import S3Uri
from tracemark_postlabel.classifier import most_used_classifier
from tracemark_postlabel.consolidation.policy import Policy
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict
from tracemark_postlabel.payload import read_payload
from tracemark_postlabel.poll import take_polls
from tracemark_postlabel.settings import Settings
from tracemark_postlabel.tally import Tally, tally

MAX_CATEGORY_FILE_BYTES = 1024 * 1024

logger = logging.getLogger(__name__)


def consolidate(
    request: PostAnnotationRequest, store: ObjectStore, settings: Settings, policy: Policy
) -> list[ConsolidatedAnnotation]:
    """Return exactly one annotation for each object of the payload, in the order of first mention.

    Raises:
        InvalidDocument, ObjectMissing, ObjectTooLarge, BucketNotAllowed: the payload as a whole cannot be used.
        InvalidConfiguration: the file at `LABEL_CATEGORIES` cannot be used.
        AccessDenied, StorageUnavailable: S3 refused, or did not answer.
    """
    slate = _slate(request, store, settings)
    objects = read_payload(request.payload, store, settings.max_payload_bytes)
    polls = take_polls(objects, store, settings.max_answer_bytes)
    classifier = settings.classifier_name or most_used_classifier(polls)
    tallies = [tally(poll, classifier, slate) for poll in polls]
    verdicts = policy.decide([counted.ballot for counted in tallies], slate)
    _log(request, tallies)
    return [
        ConsolidatedAnnotation(
            counted.ballot.object_id, {request.label_attribute_name: _content(classifier, counted, verdict)}
        )
        for counted, verdict in zip(tallies, verdicts, strict=True)
    ]


def _slate(request: PostAnnotationRequest, store: ObjectStore, settings: Settings) -> Slate:
    if request.label_categories:
        return Slate.listed(request.label_categories, settings.abstain_label)
    if settings.label_categories:
        listed = _category_file(settings.label_categories, store)
        return Slate.listed(listed.names, settings.abstain_label)
    return Slate.open(WELDING_CATEGORIES.names, settings.abstain_label)


def _category_file(uri: S3Uri, store: ObjectStore) -> Categories:
    try:
        return Categories.parse_file(store.read(uri, limit=MAX_CATEGORY_FILE_BYTES).data, str(uri))
    except DataError as error:
        raise InvalidConfiguration(
            f"the file that LABEL_CATEGORIES names cannot be used ({error.what})",
            place=str(uri),
            expected='a label category file, {"labels": [{"label": "Good Weld"}, …]}',
            remedy="correct the file or the variable",
        ) from error


def _content(classifier: str, counted: Tally, verdict: Verdict) -> dict[str, Json]:
    content: dict[str, Json] = {
        classifier: verdict.label,
        "votes": dict(verdict.votes),
        "confidence": round(verdict.confidence, 4),
        "workers": len(counted.ballot.choices),
    }
    if verdict.tie:
        content["tie"] = True
    if counted.problem:
        content["problem"] = counted.problem
    return content


def _log(request: PostAnnotationRequest, tallies: list[Tally]) -> None:
    problems = sum(bool(counted.problem) for counted in tallies)
    fields = {"job": request.labeling_job_arn, "objects": len(tallies), "objects_with_problem": problems}
    logger.info("payload consolidated", extra=fields)
