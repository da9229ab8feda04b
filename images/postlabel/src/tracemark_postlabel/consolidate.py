"""The use case: every object of a payload gets one consolidated annotation."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tracemark.contract.categories import MAX_CATEGORY_FILE_BYTES, WELDING_CATEGORIES, Categories
from tracemark.contract.postannotation import ConsolidatedAnnotation, PostAnnotationRequest
from tracemark.errors import DataError, InvalidConfiguration, TracemarkError
from tracemark.marks.kind import Kind
from tracemark.storage.objects import ObjectStore, SharedObjects
from tracemark.storage.s3uri import S3Uri
from tracemark_postlabel.consolidation.ballot import Ballot
from tracemark_postlabel.consolidation.policy import Policy
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict
from tracemark_postlabel.content import Wording
from tracemark_postlabel.decided import Decided, decided_choices, decided_fields, decided_others
from tracemark_postlabel.fields.form import Form
from tracemark_postlabel.gold import NO_GOLD, GoldItems
from tracemark_postlabel.memory import WorkerMemory, payload_digest
from tracemark_postlabel.payload import read_payload
from tracemark_postlabel.poll import Poll, take_polls
from tracemark_postlabel.response import bounded
from tracemark_postlabel.settings import Settings
from tracemark_postlabel.tally import tally

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
    slate = slate_of(request.label_categories, store, settings)
    gold = GoldItems.read(settings.gold_manifest, store) if settings.gold_manifest else NO_GOLD
    objects = read_payload(request.payload, store, settings.max_payload_bytes)
    polls = take_polls(objects, store, settings.max_answer_bytes)
    form = Form.of(polls, slate, settings.classifier_name)
    deciding = _Deciding(request, policy, _memory(request, store, settings))
    found = _decided(polls, form, gold, deciding)
    _log(request, found)
    wording = Wording(request.label_attribute_name, form, settings.content_style)
    answer = bounded(
        [ConsolidatedAnnotation(each.object_id, wording.content(each)) for each in found],
        str(request.payload),
    )
    # Only now: what a refused call said would count again with its retry.
    deciding.remember()
    return answer


@dataclass(frozen=True, slots=True)
class _Deciding:
    """How ballots of this call are decided: those of the main field with what is remembered of the workers."""

    request: PostAnnotationRequest
    policy: Policy
    memory: WorkerMemory | None
    told: list[Callable[[], None]] = field(default_factory=list)

    def main(self, ballots: Sequence[Ballot], slate: Slate) -> list[Verdict]:
        verdicts, remember = recalling(self.memory, self.request, ballots, slate, self.policy)
        self.told.append(remember)
        return verdicts

    def remember(self) -> None:
        for remember in self.told:
            remember()

    def other(self, ballots: Sequence[Ballot], slate: Slate) -> list[Verdict]:
        return self.policy.decide(ballots, slate)


def _decided(polls: Sequence[Poll], form: Form, gold: GoldItems, deciding: _Deciding) -> list[Decided]:
    others = decided_others(polls, form, deciding.other)
    if form.main.kind is not Kind.SINGLE:
        return decided_fields(polls, form, deciding.main, others)
    tallies = [tally(poll, form, gold.of(poll.source)) for poll in polls]
    verdicts = deciding.main([counted.ballot for counted in tallies], form.main.slate)
    return decided_choices(tallies, verdicts, form, others)


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


def slate_of(categories: Sequence[str], store: ObjectStore, settings: Settings) -> Slate:
    """Return what can be voted for: the job's categories, those at `LABEL_CATEGORIES` where it lists none, or any.

    Raises:
        InvalidConfiguration: the file at `LABEL_CATEGORIES` cannot be used.
        AccessDenied, StorageUnavailable: S3 refused, or did not answer.
    """
    if categories:
        return Slate.listed(categories, settings.abstain_label)
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


def _log(request: PostAnnotationRequest, found: Sequence[Decided]) -> None:
    problems = sum("problem" in each.figures() for each in found)
    fields = {"job": request.labeling_job_arn, "objects": len(found), "objects_with_problem": problems}
    logger.info("payload consolidated", extra=fields)
