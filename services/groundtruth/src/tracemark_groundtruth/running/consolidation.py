"""Objects whose answers are in become lines of the output manifest, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from tracemark_groundtruth.job.result import Outcome
from tracemark_groundtruth.labeling.consolidation import Consolidated, Consolidation
from tracemark_groundtruth.labeling.inputs import label_categories
from tracemark_groundtruth.labeling.ledger import entry
from tracemark_groundtruth.labeling.preparation import Prepared, Unanswered
from tracemark_groundtruth.running.context import ActiveJob
from tracemark_groundtruth.s3.job_storage import JSON_LINES_TYPE
from tracemark_groundtruth.state.objects import Finished, Iteration
from tracemark_groundtruth.state.tables import ObjectState

_MOST_AT_ONCE = 1_000
_STATES = {Outcome.LABELED: ObjectState.LABELED, Outcome.FAILED: ObjectState.FAILED}


def fail_unanswered(active: ActiveJob) -> bool:
    """Give objects that nobody answered in time their reason; return whether there were any.

    Raises:
        StateUnavailable: try again later.
    """
    lines = active.objects.unanswered(_MOST_AT_ONCE)
    failed = [_finished(active, Unanswered(line), {}, active.moment) for line in lines]
    active.objects.finish(ObjectState.DUE, failed)
    return bool(failed)


def consolidate(active: ActiveJob, *, at_once: bool) -> bool:
    """Consolidate a batch if one was begun, is full or has waited long enough; return whether one was.

    `at_once`: do not wait for more objects.

    Raises:
        JobFailed: see `Consolidation.consolidate`.
        StorageUnavailable, StateUnavailable: the same batch is done again later, and writes the same keys.
    """
    if not active.objects.count(ObjectState.BATCHED) and not _is_time(active, at_once):
        return False
    iteration = active.objects.iteration(active.context.batch_size, active.now)
    if iteration:
        _consolidate(active, iteration)
    return iteration is not None


def _is_time(active: ActiveJob, at_once: bool) -> bool:
    due, around = active.objects.due(), active.context
    waited = active.now - due.since >= around.batch_seconds
    return due.count > 0 and (at_once or waited or due.count >= around.batch_size)


def _consolidate(active: ActiveJob, iteration: Iteration) -> None:
    batch, at = active.objects.batch(iteration), iteration.begun_at
    categories = label_categories(active.storage, active.job)
    consolidation = Consolidation(
        active.job, active.post_annotation(), active.storage, active.tree, lambda: at, categories
    )
    for _ in active.executor.map(partial(consolidation.write_response, iteration.number), batch):
        pass  # an error of any write is raised here
    found = consolidation.consolidate(iteration.number, batch)
    finished = [_finished(active, answered, found, at) for answered in batch]
    lines = b"".join(one.output for one in finished)
    active.storage.write(active.tree.intermediate_manifest(iteration.number), lines, JSON_LINES_TYPE)
    active.objects.finish(ObjectState.BATCHED, finished)


def _finished(active: ActiveJob, prepared: Prepared, found: Mapping[str, Consolidated], at: datetime) -> Finished:
    line, row = entry(active.job, prepared, found, at)
    return Finished(prepared.line.index, _STATES[row.outcome], line.to_bytes(), row.problem)
