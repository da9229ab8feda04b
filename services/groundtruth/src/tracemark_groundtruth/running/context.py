"""What every running job needs besides its description."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from tracemark.document import Json
from tracemark.errors import FunctionFailed
from tracemark.storage.s3uri import S3Prefix
from tracemark_groundtruth.functions.function import Function
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.job.prepared import AnswerSource
from tracemark_groundtruth.labeling.batch import DEFAULT_BATCH_SIZE
from tracemark_groundtruth.labeling.preparation import DEFAULT_CONCURRENCY
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.state.batches import Batches
from tracemark_groundtruth.state.claims import Claims
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.objects import JobObjects
from tracemark_groundtruth.streams.endpoints import NO_ENDPOINTS, StreamEndpoints
from tracemark_groundtruth.watching.watch import UNWATCHED, Watch

DEFAULT_BATCH_SECONDS = 5.0


class FunctionLookup(Protocol):
    """Says which function an ARN means."""

    def pre_annotation(self, job: LabelingJob) -> Function:
        """Return the pre-annotation function of a job.

        Raises:
            InvalidConfiguration: its ARN is not known here.
        """

    def post_annotation(self, job: LabelingJob) -> Function | None:
        """Return the post-annotation function of a job, None for a job that names none.

        Raises:
            InvalidConfiguration: its ARN is not known here.
        """


class FinalPass(Protocol):
    """Decides a finished job once more, as a manifest of its own."""

    def __call__(self, job: LabelingJob, storage: JobStorage, answers: AnswerSource) -> None:
        """Write the manifest; what the job wrote stays as it is.

        Raises:
            TracemarkError: the job cannot be decided again.
        """


class StreamIntake(Protocol):
    """Reads the queues of streaming jobs."""

    def follow(self, job_id: int, job: LabelingJob) -> None:
        """Read the queue of a streaming job from now on; does nothing where that is done already.

        Raises:
            StreamRefused: the queue or its topic is not there, or may not be used.
        """


@dataclass(frozen=True)
class RunnerContext:
    """`now` gives seconds since 1970; streaming jobs read and tell the `endpoints`, and `intake` does the reading.

    At most `batch_size` objects are consolidated at a time; fewer when the first has waited `batch_seconds`, or when
    nothing else is open. While something else is open an object waits `changeable_seconds` after its last answer, so
    that workers can still change theirs; with `lingers` it does so at the end of a job, too. Once `settling` is set
    nothing waits any more: whatever has its answers is consolidated at once, as before the service ends.
    `concurrency` bounds the calls of a job's pre-annotation function that a process has under way.
    `final_pass` is made when a job completes, None for none. `watch` is told of looks at the jobs and of invocations.
    """

    database: Database
    storage: JobStorage
    functions: FunctionLookup
    now: Callable[[], float]
    batch_size: int = DEFAULT_BATCH_SIZE
    batch_seconds: float = DEFAULT_BATCH_SECONDS
    changeable_seconds: float = 0.0
    lingers: bool = False
    concurrency: int = DEFAULT_CONCURRENCY
    final_pass: FinalPass | None = None
    endpoints: StreamEndpoints = NO_ENDPOINTS
    intake: StreamIntake | None = None
    watch: Watch = UNWATCHED
    settling: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class ActiveJob:
    """A job that is run; `executor` has a thread for each call of a function that may be under way."""

    job_id: int
    job: LabelingJob
    context: RunnerContext
    executor: Executor

    @property
    def objects(self) -> JobObjects:
        """The job's data objects."""
        return JobObjects(self.context.database, self.job_id)

    @property
    def claims(self) -> Claims:
        """Which of them each process prepares."""
        return Claims(self.context.database, self.job_id)

    @property
    def batches(self) -> Batches:
        """The job's consolidation batches."""
        return Batches(self.context.database, self.job_id)

    @property
    def storage(self) -> JobStorage:
        """S3."""
        return self.context.storage

    @property
    def tree(self) -> OutputTree:
        """Where the job writes."""
        return OutputTree(self.job.output, self.job.name)

    @property
    def has_conditions(self) -> bool:
        """Whether the job has stopping conditions; those of a streaming job have no effect, as in Ground Truth."""
        return bool(self.job.stopping) and not self.job.is_streaming

    @property
    def now(self) -> float:
        """This moment, in seconds since 1970."""
        return self.context.now()

    @property
    def moment(self) -> datetime:
        """This moment, in UTC."""
        return datetime.fromtimestamp(self.now, UTC)

    def pre_annotation(self) -> Function:
        """Return the pre-annotation function; see `FunctionLookup`."""
        return self._invoked("pre", self.context.functions.pre_annotation(self.job))

    def post_annotation(self) -> Function | None:
        """Return the post-annotation function; see `FunctionLookup`."""
        function = self.context.functions.post_annotation(self.job)
        return self._invoked("post", function) if function else None

    def _invoked(self, kind: str, function: Function) -> Function:
        return BlamingStorage(WatchedFunction(function, kind, self.context.watch), self.storage, self.tree.root)


@dataclass(frozen=True, slots=True)
class WatchedFunction:
    """A function of a `kind`, `pre` or `post`, whose invocations are told to `watch`."""

    function: Function
    kind: str
    watch: Watch

    @property
    def name(self) -> str:
        """See `Function.name`."""
        return self.function.name

    def invoke(self, payload: Json) -> Json:
        """See `Function.invoke`."""
        with self.watch.call(self.kind):
            return self.function.invoke(payload)


@dataclass(frozen=True, slots=True)
class BlamingStorage:
    """A function that is not to blame for a failure while S3 does not answer: that failure is S3's."""

    function: Function
    storage: JobStorage
    output: S3Prefix

    @property
    def name(self) -> str:
        """See `Function.name`."""
        return self.function.name

    def invoke(self, payload: Json) -> Json:
        """See `Function.invoke`.

        Raises:
            StorageUnavailable: the function failed, and S3 does not answer.
        """
        try:
            return self.function.invoke(payload)
        except FunctionFailed:
            self.storage.holds_any(self.output)
            raise
