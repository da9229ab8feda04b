"""New objects become tasks: the pre-annotation function says what workers are shown of them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import takewhile

from tracemark.contract.manifest import DataObject
from tracemark_groundtruth.job.answers import Task
from tracemark_groundtruth.job.prepared import LeftOut
from tracemark_groundtruth.job.result import ALREADY_LABELED
from tracemark_groundtruth.labeling.batch import finish_object
from tracemark_groundtruth.labeling.inputs import label_categories
from tracemark_groundtruth.labeling.preparation import Preparation, in_order
from tracemark_groundtruth.running.context import ActiveJob
from tracemark_groundtruth.running.stopping import shown_limit
from tracemark_groundtruth.state.objects import Finished
from tracemark_groundtruth.state.tables import ObjectState

_MOST_AT_ONCE = 200
_SAVE_SECONDS = 0.5


def prepare_objects(active: ActiveJob) -> bool:
    """Open new objects while there is room, for about half a second; return whether there was any.

    What the function answered is saved even if a later object fails. Other processes open others meanwhile.

    Raises:
        JobFailed: see `Preparation.prepare`.
        StorageUnavailable, StateUnavailable: try again later.
    """
    most = max(_MOST_AT_ONCE, 2 * active.context.concurrency)
    with active.claims.new_objects(active.job.max_concurrent_tasks, most, shown_limit(active)) as lines:
        if not lines:
            return False
        shown: list[Task | LeftOut] = []
        try:
            shown.extend(_prepare_for_a_while(active, lines))
        finally:
            _save(active, shown)
    return True


def _prepare_for_a_while(active: ActiveJob, lines: Sequence[DataObject]) -> Iterator[Task | LeftOut]:
    categories = label_categories(active.storage, active.job)
    preparation, ahead = Preparation(active.job, active.pre_annotation(), categories), 2 * active.context.concurrency
    end = time.monotonic() + _SAVE_SECONDS
    # What was begun is waited for: its answer would otherwise be asked for once more.
    begun = takewhile(lambda line: line is lines[0] or time.monotonic() < end, lines)
    with closing(in_order(active.executor, preparation.prepare, begun, ahead)) as prepared:
        yield from prepared


def _save(active: ActiveJob, shown: Sequence[Task | LeftOut]) -> None:
    until = active.now + active.job.task_availability_seconds
    tasks = [one for one in shown if isinstance(one, Task)]
    active.objects.open(tasks, active.job.workers_per_object, until)
    active.objects.finish(ObjectState.NEW, [_left_out(active, one) for one in shown if isinstance(one, LeftOut)])


def _left_out(active: ActiveJob, left_out: LeftOut) -> Finished:
    state = ObjectState.ALREADY_LABELED if left_out.reason == ALREADY_LABELED else ObjectState.LEFT_OUT
    finished = finish_object(active.job, left_out, {}, active.moment)
    return Finished(left_out.line.index, state, finished.line, finished.row.problem)
