"""Objects from the queues of streaming jobs: one thread a job, which waits at the queue while the job goes on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from types import TracebackType

from tracemark.errors import DataError, TracemarkError
from tracemark_groundtruth.errors import StateUnavailable, StreamRefused, StreamUnavailable
from tracemark_groundtruth.job.arrival import Arrival
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.state.arrivals import Arrivals, NotOpen
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.objects import JobObjects
from tracemark_groundtruth.state.streams import RefusedMessage, Streams
from tracemark_groundtruth.state.tables import JobStatus, ObjectState
from tracemark_groundtruth.streams.endpoints import StreamEndpoints
from tracemark_groundtruth.streams.message import Message
from tracemark_groundtruth.streams.queue import Queue

_FULL_SECONDS = 5.0
_LONGEST_RETRY_SECONDS = 60.0
_JOIN_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Intake:
    """A context manager: queues are read while it lasts.

    Several processes may read one queue: SQS hands each message to one of them at a time, and the state knows an object
    that comes again.
    """

    def __init__(self, database: Database, endpoints: StreamEndpoints, now: Callable[[], float]) -> None:
        self._database = database
        self._endpoints = endpoints
        self._now = now
        self._end = threading.Event()
        self._lock = threading.Lock()
        self._threads: dict[int, threading.Thread] = {}
        self._faults: dict[int, StreamRefused] = {}

    def __enter__(self) -> Intake:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        for thread in list(self._threads.values()):
            # One that waits at its queue is left behind: what it receives yet comes again, to whoever asks then.
            thread.join(_JOIN_SECONDS)

    def follow(self, job_id: int, job: LabelingJob) -> None:
        """Read the queue of a streaming job from now on; does nothing where that is done already.

        Raises:
            StreamRefused: the queue or its topic is not there, or may not be used.
        """
        if not (job.is_streaming and self._endpoints.reads_queues) or self._end.is_set():
            return
        with self._lock:
            if fault := self._faults.pop(job_id, None):
                raise fault
            thread = self._threads.get(job_id)
            if thread is None or not thread.is_alive():
                name, target = f"queue-{job_id}", self._read
                self._threads[job_id] = threading.Thread(target=target, args=(job_id, job), name=name, daemon=True)
                self._threads[job_id].start()

    def _read(self, job_id: int, job: LabelingJob) -> None:
        reader, pause = _Reader(self._database, self._endpoints, self._now, self._end, job_id, job), 0.0
        failures = 0
        while not self._end.wait(pause):
            try:
                goes_on, pause = reader.take_once()
                failures = 0
            except StreamRefused as error:
                self._faults[job_id] = error
                self._database.changes.tell({job_id}, known_elsewhere=True)
                return
            except (StreamUnavailable, StateUnavailable) as error:
                failures += 1
                goes_on, pause = True, min(2.0**failures, _LONGEST_RETRY_SECONDS)
                logger.warning("a queue cannot be read", extra={"job": job.name, "cause": str(error)})
            except Exception:
                failures += 1
                goes_on, pause = True, _LONGEST_RETRY_SECONDS
                logger.exception("reading a queue failed unexpectedly", extra={"job": job.name})
            if not goes_on:
                return


class _Reader:
    """Reads one job's queue."""

    def __init__(
        self,
        database: Database,
        endpoints: StreamEndpoints,
        now: Callable[[], float],
        end: threading.Event,
        job_id: int,
        job: LabelingJob,
    ) -> None:
        self._database, self._endpoints, self._now, self._end = database, endpoints, now, end
        self._job_id, self._job = job_id, job
        self._queue: Queue | None = None

    def take_once(self) -> tuple[bool, float]:
        """Enter what the queue gives now; return whether to go on, and after how many seconds."""
        if Jobs(self._database).get(self._job_id).status is not JobStatus.IN_PROGRESS:
            return False, 0.0
        # What waits for workers waits in the queue, not here: MaxConcurrentTaskCount bounds both.
        if JobObjects(self._database, self._job_id).count(ObjectState.NEW) >= self._job.max_concurrent_tasks:
            return True, _FULL_SECONDS
        self._queue = self._queue or self._endpoints.queue(self._job)
        if self._queue is None:
            return False, 0.0
        messages = self._queue.receive(self._endpoints.wait_seconds)
        if self._end.is_set():
            return False, 0.0
        return not messages or self._enter(self._queue, messages), 0.0

    def _enter(self, queue: Queue, messages: Sequence[Message]) -> bool:
        arrivals: list[Arrival] = []
        refused: list[RefusedMessage] = []
        for message in messages:
            try:
                arrivals += message.arrivals()
            except DataError as error:
                refused.append(self._refused(message, error))
        appended = Arrivals(self._database, self._job_id).append(arrivals, self._now())
        if isinstance(appended, NotOpen):
            return False  # they stay in the queue
        if refused:
            Streams(self._database, self._job_id).refuse(refused)
        queue.delete(messages)
        return True

    def _refused(self, message: Message, error: TracemarkError) -> RefusedMessage:
        fields = {"job": self._job.name, "message_id": message.message_id, "cause": str(error)}
        logger.warning("a message holds no object", extra=fields)
        return RefusedMessage(message.message_id, str(error), message.body, self._now())
