"""A task_queue in memory: the tasks of a few jobs, handed to workers as the engine would."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from threading import RLock
from uuid import NAMESPACE_URL, uuid5

from argon2 import PasswordHasher

from tracemark.document import Json
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.errors import (
    AnswerFinal,
    AnswerRefused,
    JobNotOpen,
    TaskAnswered,
    TaskExpired,
    TaskNotHeld,
)
from tracemark_groundtruth.state.task_queue import Account, LeasedTask, OpenJob, Turn, WorkerId

# The real parameters take 50 ms and 64 MiB for each check.
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
MAX_ANSWER_BYTES = 256 * 1024


@cache
def hashed(password: str) -> str:
    return HASHER.hash(password)


def worker(name: str, password: str = "weld by weld", disabled: bool = False) -> Account:
    subject = str(uuid5(NAMESPACE_URL, name))
    return Account(name, WorkerId(f"private.eu-west-1.{subject[-12:]:0>16}"), subject, hashed(password), disabled)


@dataclass(frozen=True)
class MemoryJob:
    """A job whose objects are `inputs`, each shown to `workers` different workers."""

    name: str
    template: S3Uri
    inputs: Sequence[Mapping[str, Json]]
    title: str = "Classify a weld"
    description: str = "Look at the photograph and the charts, then choose the class."
    workers: int = 1
    limit: timedelta = timedelta(hours=1)
    label_categories: S3Uri | None = None


@dataclass
class _Lease:
    worker: WorkerId
    job: MemoryJob
    index: int
    task: LeasedTask
    state: str = "held"  # reserved, held, given back, declined, answered


@dataclass
class MemoryTaskQueue:
    """A `TaskQueue`; `now` returns the time in UTC."""

    accounts: list[Account]
    jobs_in_progress: list[MemoryJob]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    leases: dict[str, _Lease] = field(default_factory=dict)
    answers: dict[tuple[str, int, str], Mapping[str, Json]] = field(default_factory=dict)
    seconds: dict[tuple[str, int, str], float | None] = field(default_factory=dict)
    final: set[int] = field(default_factory=set)  # objects whose answers cannot be changed any more
    _number: count[int] = field(default_factory=count)
    _lock: RLock = field(default_factory=RLock)

    def account(self, name: str) -> Account | None:
        return next((found for found in self.accounts if found.name.casefold() == name.casefold()), None)

    def disable(self, name: str) -> None:
        self.accounts = [replace(found, disabled=found.disabled or found.name == name) for found in self.accounts]

    def jobs(self, worker: WorkerId) -> Sequence[OpenJob]:
        with self._lock:
            return [self._open_job(worker, job) for job in self.jobs_in_progress if self._unfinished(job)]

    def has_ended(self, worker: WorkerId, job_name: str) -> bool:
        with self._lock:
            return any(job.name == job_name and not self._unfinished(job) for job in self.jobs_in_progress)

    def take(self, worker: WorkerId, job_name: str) -> LeasedTask | None:
        with self._lock:
            job = next((job for job in self.jobs_in_progress if job.name == job_name), None)
            if job is None or not self._unfinished(job):
                raise JobNotOpen("there is no such job in progress", place=job_name)
            mine = sorted((lease for lease in self._live(job) if lease.worker == worker), key=lambda one: one.state)
            if mine:
                return self._begin(mine[0])
            index = next(iter(self._ready(worker, job)), None)
            if index is None and (given_up := self._reserved_by_others(worker, job)):
                given_up.state, index = "given back", given_up.index
            return None if index is None else self._lease(worker, job, index)

    def reserve(self, worker: WorkerId, job_name: str) -> LeasedTask | None:
        with self._lock:
            job = next(job for job in self.jobs_in_progress if job.name == job_name)
            mine = {lease.state: lease for lease in self._live(job) if lease.worker == worker}
            if "held" not in mine or "reserved" in mine:
                return mine["reserved"].task if "held" in mine else None
            index = next((index for index in self._ready(worker, job) if index != mine["held"].index), None)
            if index is None:
                return None
            task = self._lease(worker, job, index)
            lease = self.leases[task.task_id]
            lease.state, lease.task = "reserved", replace(task, ahead=True, links_last=job.limit)
            return lease.task

    def seen(self, worker: WorkerId, task_id: str) -> LeasedTask:
        lease = self.leases.get(task_id)
        if lease and lease.worker == worker and lease.state == "reserved":
            return lease.task
        return self._given(lease) if lease and self._is_answer_of(lease, worker) else self.held(worker, task_id)

    def before(self, worker: WorkerId, task_id: str) -> LeasedTask | None:
        if task_id not in self.leases or self.leases[task_id].worker != worker:
            raise TaskNotHeld("the worker never had such a task")
        ids = [key for key, lease in self.leases.items() if self._is_answer_of(lease, worker) or key == task_id]
        earlier = [self.leases[key] for key in ids[: ids.index(task_id)]]
        changeable = [lease for lease in earlier if lease.index not in self.final]
        return self._given(changeable[-1]) if changeable else None

    def last(self, worker: WorkerId, job_name: str) -> LeasedTask | None:
        given = [each for each in self.leases.values() if self._is_answer_of(each, worker)]
        changeable = [each for each in given if each.job.name == job_name and each.index not in self.final]
        return self._given(changeable[-1]) if changeable else None

    def revise(self, worker: WorkerId, task_id: str, answer: Mapping[str, Json], seconds: float | None = None) -> str:
        with self._lock:
            lease = self.leases[task_id]
            self._given(lease)
            self.answers[lease.job.name, lease.index, str(worker)] = answer
            return lease.job.name

    def give_back(self, worker: WorkerId, task_id: str) -> None:
        lease = self.leases.get(task_id)
        if lease and lease.worker == worker and lease.state == "reserved":
            lease.state = "given back"

    def leave(self, worker: WorkerId) -> None:
        for task_id in list(self.leases):
            self.give_back(worker, task_id)

    def answered(self, worker: WorkerId, job_name: str) -> int:
        return sum(key[0] == job_name and key[2] == str(worker) for key in self.answers)

    def held(self, worker: WorkerId, task_id: str) -> LeasedTask:
        return self._held(worker, task_id).task

    def submit(self, worker: WorkerId, task_id: str, answer: Mapping[str, Json], seconds: float | None = None) -> str:
        with self._lock:
            lease = self._held(worker, task_id)
            if len(json.dumps(answer)) > MAX_ANSWER_BYTES:
                raise AnswerRefused("the answer is too large")
            lease.state = "answered"
            self.answers[lease.job.name, lease.index, str(worker)] = answer
            self.seconds[lease.job.name, lease.index, str(worker)] = seconds
            return lease.job.name

    def turn(self, worker: WorkerId, task_id: str, answer: Mapping[str, Json], seconds: float | None = None) -> Turn:
        with self._lock:
            job_name = self.submit(worker, task_id, answer, seconds)
            try:
                task = self.take(worker, job_name)
            except JobNotOpen:
                return Turn(job_name)
            return Turn(job_name, task, self.reserve(worker, job_name) if task else None)

    def shown_ahead(self, worker: WorkerId, task_id: str) -> LeasedTask:
        return self.seen(worker, task_id)

    def decline(self, worker: WorkerId, task_id: str) -> str:
        lease = self._held(worker, task_id)
        lease.state = "declined"
        return lease.job.name

    def release(self, worker: WorkerId, task_id: str) -> None:
        self._held(worker, task_id).state = "given back"
        self.leave(worker)

    def _begin(self, lease: _Lease) -> LeasedTask:
        if lease.state == "reserved":
            now = self.now()
            begun = replace(lease.task, accepted_at=now, expires_at=now + lease.job.limit, ahead=False)
            lease.state, lease.task = "held", begun
        return lease.task

    def _reserved_by_others(self, worker: WorkerId, job: MemoryJob) -> _Lease | None:
        over = {lease.index for lease in self.leases.values() if lease.worker == worker and lease.state != "given back"}
        found = (lease for lease in self._live(job) if lease.state == "reserved" and lease.index not in over)
        return next(found, None)

    def _is_answer_of(self, lease: _Lease, worker: WorkerId) -> bool:
        return lease.worker == worker and lease.state == "answered"

    def _given(self, lease: _Lease) -> LeasedTask:
        if lease.index in self.final:
            raise AnswerFinal("the answers were put together")
        given = self.answers[lease.job.name, lease.index, str(lease.worker)]
        return replace(lease.task, given=given)

    def _held(self, worker: WorkerId, task_id: str) -> _Lease:
        lease = self.leases.get(task_id)
        if lease is None or lease.worker != worker or lease.state in ("given back", "declined", "reserved"):
            raise TaskNotHeld("the worker holds no such task")
        if lease.state == "answered":
            raise TaskAnswered("the task is answered")
        if self.now() >= lease.task.expires_at:
            raise TaskExpired("the time for the task is over")
        return lease

    def _lease(self, worker: WorkerId, job: MemoryJob, index: int) -> LeasedTask:
        now, task_id = self.now(), f"task-{next(self._number):04}"
        task = LeasedTask(
            task_id,
            job.name,
            job.title,
            job.description,
            job.name,
            job.template,
            job.inputs[index],
            now,
            now + job.limit,
            label_categories=job.label_categories,
        )
        self.leases[task_id] = _Lease(worker, job, index, task)
        return task

    def _live(self, job: MemoryJob) -> list[_Lease]:
        leases = [lease for lease in self.leases.values() if lease.job is job and lease.state in ("held", "reserved")]
        return [lease for lease in leases if self.now() < lease.task.expires_at]

    def _ready(self, worker: WorkerId, job: MemoryJob) -> list[int]:
        over = {
            lease.index
            for lease in self.leases.values()
            if lease.job is job and lease.worker == worker and lease.state in ("declined", "answered")
        }
        return [index for index in range(len(job.inputs)) if index not in over and self._wanted(job, index) > 0]

    def _wanted(self, job: MemoryJob, index: int) -> int:
        answered = sum(key[:2] == (job.name, index) for key in self.answers)
        return job.workers - answered - sum(lease.index == index for lease in self._live(job))

    def _unfinished(self, job: MemoryJob) -> bool:
        return self._done(job) < len(job.inputs)

    def _done(self, job: MemoryJob) -> int:
        counts = [sum(key[:2] == (job.name, index) for key in self.answers) for index in range(len(job.inputs))]
        return sum(answered >= job.workers for answered in counts)

    def _open_job(self, worker: WorkerId, job: MemoryJob) -> OpenJob:
        mine = sum(key[0] == job.name and key[2] == str(worker) for key in self.answers)
        holds = any(lease.worker == worker for lease in self._live(job))
        ready = holds or bool(self._ready(worker, job)) or self._reserved_by_others(worker, job) is not None
        return OpenJob(job.name, job.title, job.description, len(job.inputs), self._done(job), mine, ready)
