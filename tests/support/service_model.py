"""Processes of a service as a model test drives them: one step at a time, killed at any transaction, or interleaved."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection

from support.memory_storage import MemoryStorage
from support.waiting import wait_until
from tracemark.document import Json
from tracemark_groundtruth.functions.function import Function
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.running.context import ActiveJob, RunnerContext
from tracemark_groundtruth.running.steps import JobSteps
from tracemark_groundtruth.state.connecting import database_url
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import JobRecord
from tracemark_groundtruth.state.listening import Listener
from tracemark_groundtruth.state.stored_task_queue import StoredTaskQueue

BATCH_SIZE, BATCH_SECONDS = 3, 5.0

T = TypeVar("T")


class Killed(BaseException):
    """The process is dead."""


class MortalDatabase(Database):
    """A database whose process dies before, after or at the end of one of its next transactions, if it is to."""

    lives: float = float("inf")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        self.live()
        with super().reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        self.live()
        with super().writing() as connection:
            yield connection
        self.live()

    def write(self, work: Callable[[Connection], T]) -> T:
        def mortal(connection: Connection) -> T:
            done = work(connection)
            self.live()
            return done

        self.live()
        written = super().write(mortal)
        self.live()
        return written

    def live(self) -> None:
        self.lives -= 1
        if self.lives < 0:
            raise Killed


@dataclass
class World:
    """What the processes share: S3, the clock, and who asks the pre-annotation function about which object."""

    url: str
    now: float = 1_700_000_000.0
    objects: dict[str, bytes] = field(default_factory=dict)
    asked: dict[str, Process] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def clock(self) -> float:
        return self.now


@dataclass(eq=False)
class Process:
    """A process without its threads: `advance` takes one look at a job."""

    world: World

    def __post_init__(self) -> None:
        self.exit = ExitStack()
        self.meanwhile: Callable[[], object] | None = None
        self.dies_labeling = False
        self.database = MortalDatabase(database_url(self.world.url))
        self.exit.callback(self.database.dispose)
        executor = self.exit.enter_context(ThreadPoolExecutor(2))
        storage = MemoryStorage(self.world.objects)
        context = RunnerContext(self.database, storage, self, self.world.clock, BATCH_SIZE, BATCH_SECONDS, 2)
        self.context, self.executor = context, executor
        if not self.database.is_sqlite:
            self._show_life()

    def advance(self, record: JobRecord) -> bool:
        """Take one look; False also where the process died of it."""
        try:
            return JobSteps(ActiveJob(record.job_id, record.job, self.context, self.executor)).advance()
        except Killed:
            return False

    @property
    def is_dead(self) -> bool:
        return self.database.lives < 0

    @property
    def task_queue(self) -> StoredTaskQueue:
        return StoredTaskQueue(self.database, self.world.clock)

    def bury(self, other: Database) -> None:
        """Close what a dead process had open, and wait until the database has noticed."""
        owner = self.database.owner
        self.exit.close()
        self.world.asked = {index: who for index, who in self.world.asked.items() if who is not self}

        def is_gone() -> bool:
            with other.reading() as connection:
                return owner not in other.others(connection)

        wait_until(is_gone, "the end of a process")

    def pre_annotation(self, job: LabelingJob) -> Function:
        return Asked(self, "pre")

    def post_annotation(self, job: LabelingJob) -> Function:
        return Asked(self, "post")

    def _show_life(self) -> None:
        first, listener = self.database.owner, Listener(self.database)
        listener.thread.start()
        self.exit.callback(listener.end)
        wait_until(lambda: self.database.owner != first, "the listener", pause=0.001)


@dataclass
class Asked:
    """A function that a process asks; while it answers, `Process.meanwhile` happens once."""

    process: Process
    name: str

    def invoke(self, payload: Json) -> Json:
        event: Any = payload
        self.process.database.live()
        return self._show(event) if self.name == "pre" else self._label(event)

    def _show(self, event: Any) -> Json:
        world, index = self.process.world, event["dataObject"]["source"]
        with world.lock:
            if world.asked.setdefault(index, self.process) is not self.process:
                world.faults.append(f"two processes prepare {index}")
            meanwhile, self.process.meanwhile = self.process.meanwhile, None
        if meanwhile:
            meanwhile()
        with world.lock:
            world.asked.pop(index, None)
        return {"taskInput": {"text": index}}

    def _label(self, event: Any) -> Json:
        if self.process.dies_labeling:
            self.process.database.lives = 0
        with self.process.world.lock:
            meanwhile, self.process.meanwhile = self.process.meanwhile, None
        if meanwhile:
            meanwhile()
        payload = json.loads(self.process.world.objects[event["payload"]["s3Uri"]])
        return [_first(event["labelAttributeName"], entry) for entry in payload]


def _first(attribute: str, entry: Any) -> Json:
    content = json.loads(entry["annotations"][0]["annotationData"]["content"])
    return {"datasetObjectId": entry["datasetObjectId"], "consolidatedAnnotation": {"content": {attribute: content}}}
