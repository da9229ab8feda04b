"""A batch of objects becomes lines of the output manifest: the one procedure of the offline run and of the service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from tracemark.contract.manifest import DataObject
from tracemark.contract.output_line import OutputLine
from tracemark.contract.postannotation import ConsolidatedAnnotation
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.prepared import Answered, LeftOut, Prepared
from tracemark_groundtruth.job.result import NOT_REACHED, ObjectRow, Outcome
from tracemark_groundtruth.labeling.consolidation import Consolidated, Consolidation, Failure
from tracemark_groundtruth.s3.job_storage import JSON_LINES_TYPE

DEFAULT_BATCH_SIZE = 50

NOBODY_ANSWERED = "no worker answered this object"


@dataclass(frozen=True, slots=True)
class FinishedObject:
    """An object's line of the output manifest in UTF-8, with its line break, and its row."""

    line: bytes
    row: ObjectRow


def finish_batch(
    consolidation: Consolidation, iteration: int, batch: Sequence[Prepared], executor: Executor
) -> list[FinishedObject]:
    """Write the answers of a batch, consolidate them, and write its lines as the intermediate manifest.

    That manifest omits objects that were not shown to any worker.

    Returns:
        One finished object for each of the batch, in its order.

    Raises:
        JobFailed: see `Consolidation.consolidate`.
        ObjectMissing, AccessDenied, StorageUnavailable: S3 does not take what is written.
    """
    answered = [prepared for prepared in batch if isinstance(prepared, Answered)]
    responses = list(executor.map(partial(consolidation.write_response, iteration), answered))
    labels = consolidation.consolidate(iteration, answered, responses)
    at = consolidation.now()
    finished = [finish_object(consolidation.job, prepared, labels, at) for prepared in batch]
    pairs = zip(batch, finished, strict=True)
    shown = b"".join(one.line for prepared, one in pairs if not isinstance(prepared, LeftOut))
    consolidation.storage.write(consolidation.tree.intermediate_manifest(iteration), shown, JSON_LINES_TYPE)
    return finished


def pass_on(line: DataObject) -> FinishedObject:
    """Return the line of an object that was not reached before the job stopped: as it came."""
    row = ObjectRow(line.id, Outcome.STOPPED, problem=NOT_REACHED)
    return FinishedObject(OutputLine(line.attributes).to_bytes(), row)


def finish_object(
    job: LabelingJob, prepared: Prepared, labels: Mapping[str, Consolidated], at: datetime
) -> FinishedObject:
    """Return the result of an object; `labels` has an entry for it if it was answered."""
    line = prepared.line
    if isinstance(prepared, LeftOut):
        row = ObjectRow(line.id, Outcome.LEFT_OUT, problem=prepared.reason)
        return FinishedObject(OutputLine(line.attributes).to_bytes(), row)
    label = labels[line.id] if isinstance(prepared, Answered) else Failure(NOBODY_ANSWERED)
    if isinstance(label, ConsolidatedAnnotation):
        written = job.output_lines.labeled(line, label.content, at)
        row = ObjectRow.labeled(line.id, job.label_attribute_name, label.content, written.unwritten)
        return FinishedObject(written.to_bytes(), row)
    row = ObjectRow(line.id, Outcome.FAILED, problem=label.reason)
    return FinishedObject(job.output_lines.failed(line, label.reason).to_bytes(), row)
