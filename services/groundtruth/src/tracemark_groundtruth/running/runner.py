"""The runner: a thread that advances every job in progress whenever something has changed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Container
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType

from tracemark.errors import EnvironmentFault, TracemarkError
from tracemark_groundtruth.running.context import ActiveJob, RunnerContext
from tracemark_groundtruth.running.steps import JobSteps
from tracemark_groundtruth.state.jobs import ACTIVE, JobRecord, Jobs

_JOBS_AT_ONCE = 32  # threads that wait cost little, and a job whose function hangs keeps one
_PAUSE_SECONDS = 0.05  # many changes at once are one look
_SWEEP_SECONDS = 1.0
_PATIENCE_SECONDS = 15 * 60.0
_MAX_RETRY_SECONDS = 10.0

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Retry:
    """Since when, on the monotonic clock, a job has failed for reasons that may pass, and when it is tried again."""

    since: float
    due_at: float
    wait: float = 0.5


class Runner:
    """A context manager: jobs are run while it lasts.

    Several processes may run the jobs of one PostgreSQL database: each job is advanced by one of them at a time.
    """

    def __init__(self, context: RunnerContext) -> None:
        self._context = context
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="runner")
        self._under_way: dict[int, Future[None]] = {}
        self._retries: dict[int, _Retry] = {}
        self._skipped: set[int] = set()
        self._calls: dict[int, ThreadPoolExecutor] = {}
        self._exit = ExitStack()

    def __enter__(self) -> Runner:
        self._jobs = self._exit.enter_context(ThreadPoolExecutor(_JOBS_AT_ONCE, "job"))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._context.database.changed.set()
        self._thread.join()
        self._exit.close()
        self._forget(())

    def _run(self) -> None:
        changed = self._context.database.changed
        while not self._end.wait(_PAUSE_SECONDS):
            # What this process writes wakes it; leases that run out and what others write, the sweep finds.
            changed.wait(_SWEEP_SECONDS)
            changed.clear()
            try:
                records = Jobs(self._context.database).list(*ACTIVE)
            except EnvironmentFault as error:
                logger.warning("the jobs cannot be listed", extra={"cause": str(error)})
                continue
            self._forget({record.job_id for record in records})
            for record in records:
                self._begin(record)

    def _forget(self, active: Container[int]) -> None:
        """Let go of the threads of jobs that are over."""
        for job_id in [job_id for job_id in self._calls if job_id not in active]:
            if job_id not in self._under_way or self._under_way[job_id].done():
                self._calls.pop(job_id).shutdown(wait=False, cancel_futures=True)

    def _begin(self, record: JobRecord) -> None:
        before, retry = self._under_way.get(record.job_id), self._retries.get(record.job_id)
        if before and not before.done():
            # It may have looked before the change: it is looked at again as soon as it is through.
            self._skipped.add(record.job_id)
            if before.done():  # just now, and did not see that it was skipped
                self._context.database.changed.set()
            return
        self._skipped.discard(record.job_id)
        if retry and retry.due_at > time.monotonic():
            return
        if before and (fault := before.exception()):
            logger.error("a step failed unexpectedly", extra={"job": record.name}, exc_info=fault)
            self._retries[record.job_id] = _Retry(time.monotonic(), time.monotonic() + _MAX_RETRY_SECONDS)
            del self._under_way[record.job_id]
            return
        if record.job_id not in self._calls:
            # Each job has threads of its own: a function that hangs keeps no other job's calls and writes waiting.
            self._calls[record.job_id] = ThreadPoolExecutor(self._context.concurrency, f"call-{record.job_id}")
        self._under_way[record.job_id] = under_way = self._jobs.submit(self._advance, record)
        under_way.add_done_callback(lambda _: self._wake_for(record.job_id))

    def _wake_for(self, job_id: int) -> None:
        if job_id in self._skipped:
            self._context.database.changed.set()

    def _advance(self, record: JobRecord) -> None:
        steps = JobSteps(ActiveJob(record.job_id, record.job, self._context, self._calls[record.job_id]))
        try:
            with self._context.database.claim(record.job_id) as mine:
                moved = mine
                while moved and not self._end.is_set():
                    moved = steps.advance()
                    self._retries.pop(record.job_id, None)
        except TracemarkError as error:
            self._wait(record, steps, error)

    def _wait(self, record: JobRecord, steps: JobSteps, error: TracemarkError) -> None:
        now = time.monotonic()
        retry = self._retries.setdefault(record.job_id, _Retry(now, now))
        retry.wait = min(2 * retry.wait, _MAX_RETRY_SECONDS)
        retry.due_at = now + retry.wait
        logger.warning("job will be retried", extra={"job": record.name, "seconds": retry.wait, "cause": str(error)})
        if now - retry.since > _PATIENCE_SECONDS:
            steps.fail(str(error))
