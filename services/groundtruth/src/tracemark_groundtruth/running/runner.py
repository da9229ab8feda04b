"""The runner: a thread that looks at a job when something has happened to it, or time alone has changed it."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from types import TracebackType

from tracemark.errors import EnvironmentFault, TracemarkError
from tracemark_groundtruth.running.context import ActiveJob, RunnerContext
from tracemark_groundtruth.running.steps import JobSteps
from tracemark_groundtruth.state.changes import Moments, News
from tracemark_groundtruth.state.jobs import ACTIVE, JobRecord, Jobs
from tracemark_groundtruth.state.listening import listening
from tracemark_groundtruth.state.unattended import jobs_with_work

_JOBS_AT_ONCE = 32  # threads that wait cost little, and a job whose function hangs keeps one
_PAUSE_SECONDS = 0.1  # many changes at once are one look
_PAUSE_FACTOR = 20  # where a look takes long, looking is a twentieth of what is done at most
_HEARSAY_SECONDS = 1.0  # the process where it happened looks at once; this one comes to share what is left
_TELLING_SECONDS = 0.25  # other processes come a second later anyway: what happens meanwhile is told at once
_SWEEP_SECONDS = 60.0
_RETRY_SECONDS = 1.0
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

    Between one thing that happens and the next its thread sleeps. As a net under what may be missed, every job is
    looked at once in a minute. Several processes may run the jobs of one PostgreSQL database: they share its objects.
    """

    def __init__(self, context: RunnerContext) -> None:
        self._context = context
        self._changes = context.database.changes
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="runner")
        self._sweep_at, self._knows_all = time.monotonic(), False
        self._untold, self._tell_at = set[int](), float("-inf")
        self._later = Moments()  # on the monotonic clock: what failed or was just looked at
        self._rests_until: dict[int, float] = {}
        self._under_way: dict[int, Future[None]] = {}
        self._retries: dict[int, _Retry] = {}
        self._skipped: set[int] = set()
        self._calls: dict[int, ThreadPoolExecutor] = {}
        self._exit = ExitStack()

    def __enter__(self) -> Runner:
        self._jobs = self._exit.enter_context(ThreadPoolExecutor(_JOBS_AT_ONCE, "job"))
        self._exit.enter_context(listening(self._context.database))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._changes.wake()
        self._thread.join()
        self._exit.close()
        self._forget(self._calls)

    def _run(self) -> None:
        while not self._end.is_set():
            news = self._changes.fetch(self._context.now, self._seconds_left)
            self._untold |= news.untold
            if self._end.is_set():
                break
            try:
                self._look(news)
            except EnvironmentFault as error:
                logger.warning("the jobs cannot be listed", extra={"cause": str(error)})
                self._look_at_all_later()
            except Exception:  # whatever it is, jobs go on: without this thread none would, and nobody would know
                logger.exception("looking at the jobs failed unexpectedly")
                self._look_at_all_later()
        with suppress(EnvironmentFault):  # then the others find it when they look at all jobs
            self._context.database.publish(self._untold)

    def _look_at_all_later(self) -> None:
        self._knows_all = False
        self._sweep_at = self._tell_at = time.monotonic() + _RETRY_SECONDS

    def _seconds_left(self) -> float:
        moments = [self._sweep_at, self._later.next(), self._tell_at if self._untold else None]
        return min(moment for moment in moments if moment is not None) - time.monotonic()

    def _look(self, news: News) -> None:
        self._context.watch.looked()
        for job_id in news.heard:
            self._later.add(job_id, time.monotonic() + _HEARSAY_SECONDS)
        ripe = news.jobs | self._changes.moments.pop(self._context.now()) | self._later.pop(time.monotonic())
        if news.everything or time.monotonic() >= self._sweep_at:
            records = [record for record in self._swept(ripe, news) if self._is_free(record.job_id)]
        else:
            free = {job_id for job_id in ripe if self._is_free(job_id)}
            records = list(Jobs(self._context.database).active(free)) if free else []
            self._forget(free - {record.job_id for record in records})
        for record in records:
            self._begin(record)
        self._tell()

    def _tell(self) -> None:
        """Tell other processes what has happened here, unless they were just told something."""
        now = time.monotonic()
        if self._untold and now >= self._tell_at:
            self._context.database.publish(self._untold)
            self._untold, self._tell_at = set(), now + _TELLING_SECONDS

    def _swept(self, ripe: Collection[int], news: News) -> Sequence[JobRecord]:
        """Return the jobs that are ripe and those for which there is something to do, or all where news were missed."""
        database = self._context.database
        records = Jobs(database).list(*ACTIVE)
        self._forget(self._under_way.keys() - {record.job_id for record in records})
        # Not all processes of a service at the same moment.
        self._sweep_at = time.monotonic() + _SWEEP_SECONDS * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
        if news.everything or not self._knows_all:
            self._knows_all = True
            return records
        found = {*ripe, *jobs_with_work(database, records, self._context.now())}
        return [record for record in records if record.job_id in found]

    def _is_free(self, job_id: int) -> bool:
        """Return whether a job can be looked at now; otherwise it is as soon as it can be."""
        before, retry = self._under_way.get(job_id), self._retries.get(job_id)
        not_before = max(retry.due_at if retry else 0.0, self._rests_until.get(job_id, 0.0))
        if before and not before.done():
            # It may have looked before the change: it is looked at again as soon as it is through.
            self._skipped.add(job_id)
            if before.done():  # just now, and did not see that it was skipped
                self._changes.tell([job_id], known_elsewhere=True)
            return False
        if not_before > time.monotonic():
            self._later.add(job_id, not_before)
            return False
        return True

    def _begin(self, record: JobRecord) -> None:
        job_id = record.job_id
        self._skipped.discard(job_id)
        self._changes.moments.forget(job_id)
        # Each job has threads of its own: a function that hangs keeps no other job's calls and writes waiting.
        if job_id not in self._calls:
            self._calls[job_id] = ThreadPoolExecutor(self._context.concurrency, f"call-{job_id}")
        self._under_way[job_id] = under_way = self._jobs.submit(self._advance, record, self._calls[job_id])
        under_way.add_done_callback(lambda future: self._done(record, future))

    def _done(self, record: JobRecord, future: Future[None]) -> None:
        if fault := future.exception():
            logger.error("a step failed unexpectedly", extra={"job": record.name}, exc_info=fault)
            now = time.monotonic()
            self._retries[record.job_id] = _Retry(now, now + _MAX_RETRY_SECONDS)
            self._look_later(record.job_id, now + _MAX_RETRY_SECONDS)
        if record.job_id in self._skipped:
            self._changes.tell([record.job_id], known_elsewhere=True)

    def _advance(self, record: JobRecord, calls: ThreadPoolExecutor) -> None:
        steps = JobSteps(ActiveJob(record.job_id, record.job, self._context, calls))
        try:
            moved = True
            while moved and not self._end.is_set():
                begun = time.monotonic()
                moved = steps.advance()
                self._retries.pop(record.job_id, None)
            due = steps.next_due()
            self._rest(record.job_id, begun)
            self._calls.pop(record.job_id).shutdown(wait=False)
        except TracemarkError as error:
            self._wait(record, steps, error)
            return
        if due is not None:
            self._changes.due(record.job_id, due)

    def _rest(self, job_id: int, begun: float) -> None:
        now = time.monotonic()
        self._rests_until[job_id] = now + max(_PAUSE_SECONDS, _PAUSE_FACTOR * (now - begun))

    def _wait(self, record: JobRecord, steps: JobSteps, error: TracemarkError) -> None:
        now = time.monotonic()
        retry = self._retries.setdefault(record.job_id, _Retry(now, now))
        retry.wait = min(2 * retry.wait, _MAX_RETRY_SECONDS)
        retry.due_at = now + retry.wait
        self._look_later(record.job_id, retry.due_at)
        logger.warning("job will be retried", extra={"job": record.name, "seconds": retry.wait, "cause": str(error)})
        if now - retry.since > _PATIENCE_SECONDS:
            steps.fail(str(error))

    def _look_later(self, job_id: int, at: float) -> None:
        self._later.add(job_id, at)
        self._changes.wake()

    def _forget(self, over: Iterable[int]) -> None:
        for job_id in list(over):
            self._forget_job(job_id)

    def _forget_job(self, job_id: int) -> None:
        """Let go of what is kept of a job that is over."""
        if job_id in self._under_way and not self._under_way[job_id].done():
            return
        for kept in (self._under_way, self._retries, self._rests_until):
            kept.pop(job_id, None)
        self._skipped.discard(job_id)
        self._changes.moments.forget(job_id)
        if job_id in self._calls:
            self._calls.pop(job_id).shutdown(wait=False, cancel_futures=True)
