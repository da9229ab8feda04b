"""The runner: a thread that takes every job in progress as far as it can go, again and again."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType

from tracemark.errors import EnvironmentFault, TracemarkError
from tracemark_groundtruth.running.context import ActiveJob, RunnerContext
from tracemark_groundtruth.running.steps import JobSteps
from tracemark_groundtruth.state.jobs import ACTIVE, JobRecord, Jobs

_JOBS_AT_ONCE = 8
_PAUSE_SECONDS = 0.2
_PATIENCE_SECONDS = 15 * 60.0
_LONGEST_WAIT_SECONDS = 10.0

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Trouble:
    """Since when, on the monotonic clock, a job has failed for reasons that may pass, and when it is tried again."""

    since: float
    again: float
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
        self._troubles: dict[int, _Trouble] = {}
        self._exit = ExitStack()

    def __enter__(self) -> Runner:
        workers = self._context.concurrency
        self._jobs = self._exit.enter_context(ThreadPoolExecutor(_JOBS_AT_ONCE, "job"))
        self._calls = self._exit.enter_context(ThreadPoolExecutor(workers, "call"))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()
        self._exit.close()

    def _run(self) -> None:
        while not self._end.wait(_PAUSE_SECONDS):
            try:
                records = Jobs(self._context.database).list(*ACTIVE)
            except EnvironmentFault as error:
                logger.warning("the jobs cannot be listed", extra={"cause": str(error)})
                continue
            for record in records:
                self._begin(record)

    def _begin(self, record: JobRecord) -> None:
        before, trouble = self._under_way.get(record.job_id), self._troubles.get(record.job_id)
        if (before and not before.done()) or (trouble and trouble.again > time.monotonic()):
            return
        if before and (fault := before.exception()):
            logger.error("a step failed unexpectedly", extra={"job": record.name}, exc_info=fault)
            self._troubles[record.job_id] = _Trouble(time.monotonic(), time.monotonic() + _LONGEST_WAIT_SECONDS)
            del self._under_way[record.job_id]
            return
        self._under_way[record.job_id] = self._jobs.submit(self._advance, record)

    def _advance(self, record: JobRecord) -> None:
        steps = JobSteps(ActiveJob(record.job_id, record.job, self._context, self._calls))
        try:
            with self._context.database.claim(record.job_id) as mine:
                moved = mine
                while moved and not self._end.is_set():
                    moved = steps.advance()
                    self._troubles.pop(record.job_id, None)
        except TracemarkError as error:
            self._wait(record, steps, error)

    def _wait(self, record: JobRecord, steps: JobSteps, error: TracemarkError) -> None:
        now = time.monotonic()
        trouble = self._troubles.setdefault(record.job_id, _Trouble(now, now))
        trouble.wait = min(2 * trouble.wait, _LONGEST_WAIT_SECONDS)
        trouble.again = now + trouble.wait
        logger.warning("a job waits", extra={"job": record.name, "seconds": trouble.wait, "cause": str(error)})
        if now - trouble.since > _PATIENCE_SECONDS:
            steps.fail(str(error))
