"""One job, step by step; every step may be done again, and finds what an earlier one has done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from tracemark.contract.manifest import DataObject
from tracemark.errors import DataError, EnvironmentFault, StorageUnavailable
from tracemark_groundtruth.errors import StateUnavailable, StreamUnavailable
from tracemark_groundtruth.job.left_out import summed_up
from tracemark_groundtruth.labeling.inputs import ensure_empty, label_categories, manifest_file, manifest_lines
from tracemark_groundtruth.running.consolidation import consolidate, fail_unanswered
from tracemark_groundtruth.running.context import ActiveJob
from tracemark_groundtruth.running.final_pass import final_pass
from tracemark_groundtruth.running.preparation import prepare_objects
from tracemark_groundtruth.running.publishing import leave_topic, next_publication, publish, tell, write_output
from tracemark_groundtruth.running.stopping import allowance, idle_end, stop_reason
from tracemark_groundtruth.s3.left_out_file import write_left_out
from tracemark_groundtruth.state.jobs import ACTIVE, UNFINISHED, Jobs
from tracemark_groundtruth.state.tables import JobStatus, ObjectState
from tracemark_groundtruth.state.tasks import Tasks

_PAGE_LINES = 500
_WAITING = (ObjectState.NEW, ObjectState.OPEN)
_OTHERS_SECONDS = 5.0
_MAY_PASS = (StorageUnavailable, StateUnavailable, StreamUnavailable)


@dataclass(frozen=True)
class JobSteps:
    """The steps of a job."""

    active: ActiveJob

    def advance(self) -> bool:
        """Take the steps that can be taken now; return whether any was.

        A fault of the job's data or functions ends the job with its reason.

        Raises:
            StorageUnavailable, StateUnavailable, StreamUnavailable: nothing is lost, trying again later may succeed.
        """
        try:
            return self._advance(self._jobs.get(self.active.job_id).status)
        except _MAY_PASS:
            raise
        except (DataError, EnvironmentFault) as error:
            self.fail(str(error))
        except RecursionError:
            self.fail("the manifest or a function's answer is nested too deeply")
        return False

    def fail(self, reason: str) -> None:
        """End the job; what was consolidated before stays written.

        Raises:
            StateUnavailable: the job goes on, unchanged.
        """
        if self._jobs.advance(self.active.job_id, ACTIVE, JobStatus.FAILED, reason):
            self.active.objects.close(self.active.now, stopped=True)
            leave_topic(self.active)

    def next_due(self) -> float | None:
        """Return when time alone will have changed the job, in seconds since 1970; None for never.

        Raises:
            StateUnavailable: try again later.
        """
        active, record = self.active, self._jobs.get(self.active.job_id)
        if record.status not in ACTIVE:
            return None
        since = active.batches.due_since()
        moments = [
            Tasks(active.context.database).next_end(active.job_id),
            active.objects.next_end(active.now),
            None if since is None else since + max(active.context.batch_seconds, active.context.changeable_seconds),
            active.now + _OTHERS_SECONDS if self._waits_for_others(record.status) else None,
            next_publication(active),
            idle_end(active),
        ]
        return min((moment for moment in moments if moment is not None), default=None)

    def _waits_for_others(self, status: JobStatus) -> bool:
        """Return whether what is to be done next is being done by another process, which may die without a word."""
        if status is not JobStatus.IN_PROGRESS or self.active.claims.are_others():
            return True
        # A streaming job waits for objects to come, and these are told.
        return not self.active.job.is_streaming and not self.active.objects.any(*UNFINISHED)

    def _advance(self, status: JobStatus) -> bool:
        if status is JobStatus.INITIALIZING:
            return self._alone(status, self._import)
        if status is JobStatus.IN_PROGRESS:
            return self._collect()
        if status is JobStatus.STOPPING:
            self.active.objects.close(self.active.now, stopped=True)
            return self._finish(status)
        return False

    def _alone(self, status: JobStatus, step: Callable[[], bool]) -> bool:
        """Take a step that is not shared out, unless another process takes it."""
        with self.active.context.database.claim(self.active.job_id) as mine:
            return mine and self._jobs.get(self.active.job_id).status is status and step()

    def _collect(self) -> bool:
        active = self.active
        if active.context.intake:
            active.context.intake.follow(active.job_id, active.job)
        Tasks(active.context.database).expire(active.job_id, active.now)
        active.objects.close(active.now)
        opened = prepare_objects(active)
        ends = not active.context.lingers and self._nothing_to_wait_for()
        moved = self._consolidate(at_once=active.job.is_streaming or ends) or opened
        return self._publish() or moved or self._end()

    def _nothing_to_wait_for(self) -> bool:
        waiting = () if allowance(self.active) == 0 else (ObjectState.NEW,)
        return not self.active.objects.any(ObjectState.OPEN, *waiting)

    def _finish(self, status: JobStatus) -> bool:
        if self._consolidate(at_once=True) or self._alone(status, partial(tell, self.active)):
            return True
        return self._complete(status, JobStatus.STOPPED)

    def _publish(self) -> bool:
        return self.active.job.is_streaming and self._alone(JobStatus.IN_PROGRESS, partial(publish, self.active))

    def _end(self) -> bool:
        if reason := stop_reason(self.active):
            return self._jobs.advance(self.active.job_id, [JobStatus.IN_PROGRESS], JobStatus.STOPPING, reason)
        return not self.active.job.is_streaming and self._complete(JobStatus.IN_PROGRESS, JobStatus.COMPLETED)

    def _consolidate(self, *, at_once: bool) -> bool:
        return fail_unanswered(self.active) or consolidate(self.active, at_once=at_once)

    def _import(self) -> bool:
        active = self.active
        ensure_empty(active.storage, active.tree, overwrite=False)
        label_categories(active.storage, active.job)
        active.objects.clear()
        if active.job.manifest is not None:
            with manifest_file(active.storage, active.job) as file:
                for page in _pages(manifest_lines(file, str(active.job.manifest))):
                    active.objects.add(page)
        return self._jobs.advance(active.job_id, [JobStatus.INITIALIZING], JobStatus.IN_PROGRESS)

    def _complete(self, before: JobStatus, after: JobStatus) -> bool:
        if self.active.objects.any(*UNFINISHED):
            return False
        return self._alone(before, partial(self._write_output, before, after))

    def _write_output(self, before: JobStatus, after: JobStatus) -> bool:
        active = self.active
        leave_topic(active)
        write_output(active)
        left_out = active.objects.left_out()
        write_left_out(active.storage, active.tree.output_manifest, left_out)
        if after is JobStatus.COMPLETED and any(one.reason for one in left_out) and self._showed_nothing():
            self.fail(f"no object could be shown: {summed_up(len(left_out), len(left_out), left_out)}")
            return False
        remark = final_pass(active) if after is JobStatus.COMPLETED else None
        # Where it does not end, an object has just been appended, and there is something to do.
        return self._jobs.end(active.job_id, before, after, remark) or bool(active.objects.count(*UNFINISHED))

    def _showed_nothing(self) -> bool:
        return set(self._jobs.counts(self.active.job_id)) == {ObjectState.LEFT_OUT}

    @property
    def _jobs(self) -> Jobs:
        return Jobs(self.active.context.database)


def _pages(lines: Iterable[DataObject]) -> Iterator[list[DataObject]]:
    rest = iter(lines)
    while page := list(islice(rest, _PAGE_LINES)):
        yield page
