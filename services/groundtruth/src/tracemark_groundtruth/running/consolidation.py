"""Objects whose answers are in become lines of the output manifest, batch by batch."""

from __future__ import annotations

from math import inf

from tracemark_groundtruth.job.prepared import Unanswered
from tracemark_groundtruth.job.result import Outcome
from tracemark_groundtruth.labeling.batch import FinishedObject, finish_batch, finish_object
from tracemark_groundtruth.labeling.consolidation import Consolidation
from tracemark_groundtruth.labeling.inputs import label_categories
from tracemark_groundtruth.running.context import ActiveJob
from tracemark_groundtruth.state.batches import Iteration, Ripeness
from tracemark_groundtruth.state.objects import Finished
from tracemark_groundtruth.state.tables import ObjectState

_MOST_AT_ONCE = 1_000
_STATES = {Outcome.LABELED: ObjectState.LABELED, Outcome.FAILED: ObjectState.FAILED}


def fail_unanswered(active: ActiveJob) -> bool:
    """Give objects that nobody answered in time their reason; return whether there were any.

    Raises:
        StateUnavailable: try again later.
    """
    lines = active.objects.unanswered(_MOST_AT_ONCE)
    failed = [_record(finish_object(active.job, Unanswered(line), {}, active.moment)) for line in lines]
    active.objects.finish(ObjectState.DUE, failed)
    return bool(failed)


def consolidate(active: ActiveJob, *, at_once: bool) -> bool:
    """Consolidate a batch if one was begun, is full or has waited long enough; return whether one was.

    `at_once`: do not wait for more objects. Other processes consolidate other batches meanwhile.

    Raises:
        JobFailed: see `Consolidation.consolidate`.
        StorageUnavailable, StateUnavailable: the same batch is done again later, and writes the same keys.
    """
    # Workers may change their answers for a while, as long as the job goes on.
    until = active.now - active.context.changeable_seconds
    since = active.now - active.context.batch_seconds
    ripe = Ripeness(
        active.context.batch_size, *((inf, inf) if at_once or active.context.settling.is_set() else (since, until))
    )
    with active.batches.claimed(ripe, active.now) as iteration:
        if iteration:
            _consolidate(active, iteration)
        return iteration is not None


def _consolidate(active: ActiveJob, iteration: Iteration) -> None:
    # Whatever is written carries the moment at which the batch was begun, even if it is repeated.
    consolidation = Consolidation(
        active.job,
        active.post_annotation(),
        active.storage,
        active.tree,
        lambda: iteration.begun_at,
        label_categories(active.storage, active.job),
    )
    finished = finish_batch(consolidation, iteration.number, active.batches.answered(iteration), active.executor)
    active.objects.finish(ObjectState.BATCHED, [_record(one) for one in finished])


def _record(finished: FinishedObject) -> Finished:
    row = finished.row
    return Finished(int(row.object_id), _STATES[row.outcome], finished.line, row.problem)
