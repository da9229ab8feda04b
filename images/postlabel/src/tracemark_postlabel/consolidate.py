"""The use case: every object of a payload gets one consolidated annotation."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from tracemark.categories import MAX_CATEGORY_FILE_BYTES, WELDING_CATEGORIES, Categories
from tracemark.errors import DataError, InvalidConfiguration, TracemarkError
from tracemark.objects import ObjectStore, SharedObjects
from tracemark.postannotation import ConsolidatedAnnotation, PostAnnotationRequest
from tracemark.s3uri import S3Uri
from tracemark_postlabel.classifier import most_used_classifier
from tracemark_postlabel.consolidation.ballot import Ballot
from tracemark_postlabel.consolidation.policy import Policy
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict
from tracemark_postlabel.content import Wording
from tracemark_postlabel.gold import NO_GOLD, GoldItems
from tracemark_postlabel.memory import WorkerMemory, payload_digest
from tracemark_postlabel.payload import read_payload
from tracemark_postlabel.poll import take_polls
from tracemark_postlabel.response import bounded
from tracemark_postlabel.settings import Settings
from tracemark_postlabel.tally import Tally, tally

logger = logging.getLogger(__name__)


def consolidate(
    request: PostAnnotationRequest, store: SharedObjects, settings: Settings, policy: Policy
) -> list[ConsolidatedAnnotation]:
    """Return exactly one annotation for each object of the payload, in the order of first mention.

    Raises:
        InvalidDocument, ObjectMissing, ObjectTooLarge, BucketNotAllowed: the payload as a whole cannot be used, or the
            answer to it would be larger than Lambda allows.
        InvalidConfiguration: the file at `LABEL_CATEGORIES` or `GOLD_MANIFEST` cannot be used.
        AccessDenied, StorageUnavailable: S3 refused, or did not answer.
    """
    slate = _slate(request, store, settings)
    gold = GoldItems.read(settings.gold_manifest, store) if settings.gold_manifest else NO_GOLD
    objects = read_payload(request.payload, store, settings.max_payload_bytes)
    polls = take_polls(objects, store, settings.max_answer_bytes)
    classifier = settings.classifier_name or most_used_classifier(polls)
    tallies = [tally(poll, classifier, slate, gold.of(poll.source)) for poll in polls]
    ballots = [counted.ballot for counted in tallies]
    memory = _memory(request, store, settings)
    verdicts, remember = recalling(memory, request, ballots, slate, policy)
    _log(request, tallies)
    wording = Wording(request.label_attribute_name, classifier, slate, settings.content_style)
    answer = bounded(
        [
            ConsolidatedAnnotation(verdict.object_id, wording.content(counted, verdict))
            for counted, verdict in zip(tallies, verdicts, strict=True)
        ],
        str(request.payload),
    )
    # Only now: what a refused call said would count again with its retry.
    remember()
    return answer


def recalling(
    memory: WorkerMemory | None, request: PostAnnotationRequest, ballots: Sequence[Ballot], slate: Slate, policy: Policy
) -> tuple[list[Verdict], Callable[[], None]]:
    """Decide with what is remembered of the workers; the second value remembers these ballots when it is called.

    A memory that cannot be read costs what it would have told, not the labels, and one that cannot be written what
    later calls would have known: the log says so.
    """
    if memory is None:
        return policy.decide(ballots, slate), lambda: None
    disguised = memory.disguised(ballots)
    digest = payload_digest(request.labeling_job_arn, disguised)
    try:
        known = memory.before(digest, disguised)
    except TracemarkError as error:
        _log_memory("read", error)
        return policy.decide(ballots, slate), lambda: None
    return policy.decide(disguised, slate, known), lambda: _remember(memory, digest, disguised)


def _remember(memory: WorkerMemory, digest: str, ballots: Sequence[Ballot]) -> None:
    try:
        memory.add(digest, ballots)
    except TracemarkError as error:
        _log_memory("written", error)


def _log_memory(what: str, error: TracemarkError) -> None:
    logger.error("worker memory not used", extra={"error": type(error).__name__, "cause": str(error), "not": what})


def _memory(request: PostAnnotationRequest, store: SharedObjects, settings: Settings) -> WorkerMemory | None:
    if settings.worker_memory is None:
        return None
    uri = settings.worker_memory.object(f"{request.label_attribute_name}.json")
    return WorkerMemory(store, uri, settings.worker_memory_salt or str(uri), job=request.labeling_job_arn)


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


def _log(request: PostAnnotationRequest, tallies: list[Tally]) -> None:
    problems = sum(bool(counted.problem) for counted in tallies)
    fields = {"job": request.labeling_job_arn, "objects": len(tallies), "objects_with_problem": problems}
    logger.info("payload consolidated", extra=fields)
