"""From the answers to labels: worker responses, consolidation request, post-annotation function, its answer checked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracemark.contract.consolidated_label import RESPONSE_KEY
from tracemark.contract.postannotation import ConsolidatedAnnotation, PostAnnotationRequest, annotated_object_json
from tracemark.document import Json, Node
from tracemark.errors import DataError, FunctionFailed, InvalidDocument, one_line, quoted
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.errors import BatchTooLarge, JobFailed
from tracemark_groundtruth.functions.function import Function
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.job.prepared import Answered
from tracemark_groundtruth.labeling.preparation import invoke_twice
from tracemark_groundtruth.s3.job_storage import JobStorage

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an object got no label."""

    reason: str


Consolidated = ConsolidatedAnnotation | Failure


@dataclass(frozen=True)
class Consolidation:
    """Consolidates the batches of one job; `categories` is None when the job names no category file.

    `function` is None for a job without a post-annotation function: its labels are empty, and their metadata say where
    the raw answers are.
    """

    job: LabelingJob
    function: Function | None
    storage: JobStorage
    tree: OutputTree
    now: Callable[[], datetime]
    categories: Sequence[str] | None = None

    def write_response(self, iteration: int, answered: Answered) -> S3Uri:
        """Write the answers to one object as its worker response, return where; safe to call from several threads."""
        at = self.now()
        response, uri = _response(answered, at), self.tree.worker_response(iteration, answered.line.id, at)
        self.storage.write_json(uri, response)
        return uri

    def consolidate(
        self, iteration: int, batch: Sequence[Answered], responses: Sequence[S3Uri]
    ) -> Mapping[str, Consolidated]:
        """Return a label or a failure for each object of a batch, by its id; `responses` are the batch's, in order.

        A batch that is too large for the function is halved, and each half again, down to single objects: one that is
        too large by itself fails, and no other.

        Raises:
            JobFailed: the post-annotation function failed twice, or its answer is no list.
        """
        if self.function is None:
            return dict(self._unconsolidated(one, uri) for one, uri in zip(batch, responses, strict=True))
        return self._by_halves(self.function, iteration, batch)

    def _unconsolidated(self, answered: Answered, response: S3Uri) -> tuple[str, ConsolidatedAnnotation]:
        """Return an empty label and where the answers are, as Ground Truth does.

        See https://docs.aws.amazon.com/sagemaker/latest/dg/sms-custom-templates-step2.html, output data.
        """
        attribute, object_id = self.job.label_attribute_name, answered.line.id
        content = {attribute: {}, f"{attribute}-metadata": {RESPONSE_KEY: str(response)}}
        return object_id, ConsolidatedAnnotation(object_id, content)

    def _by_halves(self, function: Function, iteration: int, batch: Sequence[Answered]) -> Mapping[str, Consolidated]:
        found: dict[str, Consolidated] = {}
        waiting = [range(len(batch))]  # with each step they are fewer objects, or more ranges of fewer: it ends
        while waiting:
            asked = waiting.pop()
            part = "" if len(asked) == len(batch) else f"objects-{asked.start + 1}-to-{asked.stop}"
            try:
                found |= self._ask(function, iteration, batch[asked.start : asked.stop], part)
            except BatchTooLarge as error:
                if len(asked) == 1:
                    found[batch[asked.start].line.id] = Failure(one_line(f"this object alone is too large: {error}"))
                    continue
                half = len(asked) // 2
                waiting += [asked[half:], asked[:half]]
                logger.info("a batch is too large and is halved", extra=self._told(iteration, len(asked), error))
        return found

    def _told(self, iteration: int, objects: int, error: Exception) -> Mapping[str, object]:
        return {"job": self.job.name, "iteration": iteration, "objects": objects, "cause": str(error)}

    def _ask(
        self, function: Function, iteration: int, batch: Sequence[Answered], part: str
    ) -> Mapping[str, Consolidated]:
        payload = self.tree.consolidation_request(iteration, self.now(), part)
        self.storage.write_json(payload, [annotated_object_json(one.line, one.answers) for one in batch])
        ids = [answered.line.id for answered in batch]
        event = consolidation_request(self.job, self.tree, payload, self.categories).to_json()
        try:
            answer = invoke_twice(function, event)
            entries = list(Node(answer, f"answer of function {quoted(function.name)}").items())
        except BatchTooLarge:
            raise
        except (FunctionFailed, InvalidDocument) as error:
            raise self._failure(function.name, payload, ids, error) from error
        self.storage.write_json(self.tree.consolidation_response(iteration, self.now(), part), answer)
        return sort_out(entries, ids, self.job.label_attribute_name)

    def _failure(self, name: str, payload: S3Uri, ids: Sequence[str], error: Exception) -> JobFailed:
        objects = f"object {quoted(ids[0])}" if len(ids) == 1 else f"objects {quoted(ids[0])} to {quoted(ids[-1])}"
        return JobFailed(
            f"the post-annotation function {quoted(name)} failed: {error}",
            place=f"job {quoted(self.job.name)} {objects} ({payload})",
            remedy="correct the cause and run the job again",
        )


def _response(answered: Answered, at: datetime) -> Json:
    return {"answers": [answer.to_json(at) for answer in answered.answers]}


def consolidation_request(
    job: LabelingJob, tree: OutputTree, payload: S3Uri, categories: Sequence[str] | None
) -> PostAnnotationRequest:
    """Return what the post-annotation function of a job is invoked with."""
    return PostAnnotationRequest(
        labeling_job_arn=job.labeling_job_arn,
        label_attribute_name=job.label_attribute_name,
        payload=payload,
        label_categories=tuple(categories or ()),
        role_arn=job.role_arn,
        output_config=tree.annotations,
        workers_per_object=job.workers_per_object,
    )


def sort_out(entries: Sequence[Node], ids: Sequence[str], attribute: str) -> Mapping[str, Consolidated]:
    """Return for each id the one entry that answers for it, or why it fails."""
    by_id: dict[str, list[Node]] = {id_: [] for id_ in ids}
    unknown: list[str] = []
    for entry in entries:
        object_id = _entry_id(entry)
        if object_id in by_id:
            by_id[object_id].append(entry)
        else:
            unknown.append(object_id)
    if unknown:
        logger.warning(
            "entries for objects that were not asked for", extra={"ids": unknown[:10], "count": len(unknown)}
        )
    return {id_: _only(own, attribute, unknown) for id_, own in by_id.items()}


def _only(entries: Sequence[Node], attribute: str, unknown: Sequence[str]) -> Consolidated:
    if len(entries) != 1:
        stray = f"; it returned {len(unknown)} for unknown objects, the first {quoted(unknown[0])}" if unknown else ""
        how_many = f"{len(entries)} entries" if entries else "no entry"
        return Failure(f"the post-annotation function returned {how_many} for this object, not exactly one{stray}")
    try:
        annotation = ConsolidatedAnnotation.parse(entries[0])
    except DataError as error:
        return Failure(one_line(f"the post-annotation function returned an unusable entry: {error}"))
    if annotation.content.get(attribute) is None:
        have = ", ".join(quoted(key, 40) for key in list(annotation.content)[:8]) or "no keys"
        return Failure(f"the post-annotation function returned no label under {quoted(attribute)} (found {have})")
    return annotation


def _entry_id(entry: Node) -> str:
    value = entry.value.get("datasetObjectId") if isinstance(entry.value, dict) else None
    return value if isinstance(value, str) else quoted(value, 40)
