"""The task queue over the service's state."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, exists

from tracemark.document import Json
from tracemark.errors import quoted
from tracemark_groundtruth.errors import AnswerRefused, JobNotOpen, TaskAnswered
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.state.accounts import Accounts
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.fresh_tasks import FreshTasks
from tracemark_groundtruth.state.given_answers import GivenAnswer, GivenAnswers
from tracemark_groundtruth.state.hourly_bound import HourlyBound
from tracemark_groundtruth.state.jobs import ACTIVE, JobRecord, Jobs, get_job
from tracemark_groundtruth.state.objects import JobObjects
from tracemark_groundtruth.state.reservations import Reservations, Reserved
from tracemark_groundtruth.state.tables import JobStatus, ObjectState, TaskState, jobs, memberships, team_groups
from tracemark_groundtruth.state.task_queue import Account, LeasedTask, OpenJob, Turn, WorkerId
from tracemark_groundtruth.state.tasks import Task, Tasks
from tracemark_groundtruth.state.turns import Turns

MAX_ANSWER_BYTES = 256 * 1024
MAX_ANSWER_LEVELS = 100

_REASONS = 5

_WAITING = (ObjectState.NEW, ObjectState.OPEN)


@dataclass(frozen=True)
class StoredTaskQueue:
    """A `TaskQueue`; `now` gives seconds since 1970."""

    database: Database
    now: Callable[[], float]
    _known: dict[int, LabelingJob] = field(default_factory=dict, repr=False)
    _fresh: FreshTasks = field(default_factory=FreshTasks, repr=False)
    _recorded: HourlyBound = field(default_factory=HourlyBound, repr=False)

    def account(self, name: str) -> Account | None:
        """See `TaskQueue.account`."""
        return Accounts(self.database).find(name)

    def jobs(self, worker: WorkerId) -> Sequence[OpenJob]:
        """See `TaskQueue.jobs`."""
        records = Jobs(self.database).list(JobStatus.IN_PROGRESS, where=_visible_to(worker))
        return [self._open_job(worker, record) for record in records]

    def has_ended(self, worker: WorkerId, job_name: str) -> bool:
        """See `TaskQueue.has_ended`."""
        record = Jobs(self.database).find(job_name, where=_visible_to(worker))
        return record is not None and record.status not in ACTIVE

    def take(self, worker: WorkerId, job_name: str) -> LeasedTask | None:
        """See `TaskQueue.take`."""
        record = self._open_record(worker, job_name)
        job = self._job(record)
        task = Tasks(self.database).take(worker, record.job_id, self.now(), job.task_time_limit_seconds)
        return _lease(job, task) if task else None

    def held(self, worker: WorkerId, task_id: str) -> LeasedTask:
        """See `TaskQueue.held`."""
        task = Tasks(self.database).held(worker, task_id, self.now())
        return _lease(self._job_of(task.job_id), task)

    def reserve(self, worker: WorkerId, job_name: str) -> LeasedTask | None:
        """See `TaskQueue.reserve`."""
        record = self._open_record(worker, job_name)
        reserved = Reservations(self.database).reserve(worker, record.job_id, self.now())
        return self._fresh.keep(worker, _ahead(self._job(record), reserved)) if reserved else None

    def seen(self, worker: WorkerId, task_id: str) -> LeasedTask:
        """See `TaskQueue.seen`."""
        if reserved := Reservations(self.database).find(worker, task_id, self.now()):
            return _ahead(self._job_of(reserved.job_id), reserved)
        try:
            return self.held(worker, task_id)
        except TaskAnswered:
            return self._given(GivenAnswers(self.database).find(worker, task_id))

    def before(self, worker: WorkerId, task_id: str) -> LeasedTask | None:
        """See `TaskQueue.before`."""
        found = GivenAnswers(self.database).before(worker, task_id)
        return self._given(found) if found else None

    def last(self, worker: WorkerId, job_name: str) -> LeasedTask | None:
        """See `TaskQueue.last`."""
        record = Jobs(self.database).find(job_name, where=_visible_to(worker))
        found = GivenAnswers(self.database).last(worker, record.job_id, self.now()) if record else None
        return self._given(found) if found else None

    def revise(self, worker: WorkerId, task_id: str, answer: Mapping[str, Json], seconds: float | None = None) -> str:
        """See `TaskQueue.revise`."""
        text = answer_text(answer)
        answers = GivenAnswers(self.database, self._recorded)
        return self._job_of(answers.replace(worker, task_id, text, seconds, self.now())).name

    def give_back(self, worker: WorkerId, task_id: str) -> None:
        """See `TaskQueue.give_back`."""
        Reservations(self.database).give_back(worker, task_id)

    def leave(self, worker: WorkerId) -> None:
        """See `TaskQueue.leave`."""
        Reservations(self.database).leave(worker)

    def answered(self, worker: WorkerId, job_name: str) -> int:
        """See `TaskQueue.answered`."""
        record = Jobs(self.database).find(job_name, where=_visible_to(worker))
        return Tasks(self.database).answered(worker, record.job_id) if record else 0

    def submit(self, worker: WorkerId, task_id: str, answer: Mapping[str, Json], seconds: float | None = None) -> str:
        """See `TaskQueue.submit`."""
        text = answer_text(answer)
        return self._job_of(Tasks(self.database).answer(worker, task_id, text, self.now(), seconds)).name

    def turn(self, worker: WorkerId, task_id: str, answer: Mapping[str, Json], seconds: float | None = None) -> Turn:
        """See `TaskQueue.turn`."""
        turns = Turns(self.database, self._lease_seconds)
        turn = turns.take(worker, task_id, answer_text(answer), seconds, self.now())
        job = self._job_of(turn.job_id)
        task = _lease(job, turn.task) if turn.task else None
        ahead = self._fresh.keep(worker, _ahead(job, turn.ahead)) if turn.ahead else None
        return Turn(job.name, task, ahead)

    def shown_ahead(self, worker: WorkerId, task_id: str) -> LeasedTask:
        """See `TaskQueue.shown_ahead`."""
        return self._fresh.take(worker, task_id) or self.seen(worker, task_id)

    def _lease_seconds(self, connection: Connection, job_id: int) -> float:
        job = self._known.get(job_id) or self._job(get_job(connection, job_id))
        return job.task_time_limit_seconds

    def decline(self, worker: WorkerId, task_id: str) -> str:
        """See `TaskQueue.decline`."""
        return self._job_of(Tasks(self.database).give_back(worker, task_id, TaskState.DECLINED, self.now())).name

    def release(self, worker: WorkerId, task_id: str) -> None:
        """See `TaskQueue.release`."""
        job_id = Tasks(self.database).give_back(worker, task_id, TaskState.RELEASED, self.now())
        Reservations(self.database).leave(worker, job_id)

    def _open_record(self, worker: WorkerId, job_name: str) -> JobRecord:
        record = Jobs(self.database).find(job_name, where=_visible_to(worker))
        if record is None or record.status is not JobStatus.IN_PROGRESS:
            raise JobNotOpen(f"there is no job {quoted(job_name)} in progress for you", remedy="choose another job")
        return record

    def _given(self, found: GivenAnswer) -> LeasedTask:
        job = self._job_of(found.task.job_id)
        last = timedelta(seconds=job.task_time_limit_seconds)
        expires = datetime.fromtimestamp(self.now(), UTC)
        return replace(_lease(job, found.task), expires_at=expires, given=json.loads(found.answer), links_last=last)

    def _open_job(self, worker: WorkerId, record: JobRecord) -> OpenJob:
        job, tasks = self._job(record), Tasks(self.database)
        counts = Jobs(self.database).counts(record.job_id)
        total, left_out = sum(counts.values()), counts.get(ObjectState.LEFT_OUT, 0)
        first = JobObjects(self.database, record.job_id).left_out(_REASONS) if left_out else ()
        return OpenJob(
            name=job.name,
            title=job.title,
            description=job.description,
            total=total,
            done=total - left_out - sum(counts.get(state, 0) for state in _WAITING),
            answered=tasks.answered(worker, record.job_id),
            has_tasks=tasks.has_work(worker, record.job_id, self.now()),
            left_out=left_out,
            reasons=tuple(str(one) for one in first),
        )

    def _job(self, record: JobRecord) -> LabelingJob:
        if record.job_id not in self._known:
            self._known[record.job_id] = record.job
        return self._known[record.job_id]

    def _job_of(self, job_id: int) -> LabelingJob:
        return self._known.get(job_id) or self._job(Jobs(self.database).get(job_id))


def answer_text(answer: Mapping[str, Json]) -> str:
    """Return an answer as it is stored.

    Raises:
        AnswerRefused: it is larger than 256 KiB, nested deeper than 100 levels, or no strict JSON.
    """
    if _is_deep(answer):
        raise AnswerRefused(
            "the answer is nested too deeply",
            expected=f"at most {MAX_ANSWER_LEVELS} levels",
            remedy="correct the template",
        )
    try:
        text = json.dumps(dict(answer), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise AnswerRefused(f"the answer is no JSON ({error})", remedy="correct the template") from error
    if len(text) > MAX_ANSWER_BYTES:
        raise AnswerRefused(
            f"the answer has {len(text):,} bytes", expected=f"at most {MAX_ANSWER_BYTES:,}", remedy="shorten it"
        )
    return text


def _is_deep(answer: Json) -> bool:
    # What a worker may nest must not exhaust the stack of whoever reads it later, the job's functions among them.
    level = [answer]
    for _ in range(MAX_ANSWER_LEVELS):
        level = [inner for outer in level for inner in _inside(outer)]
    return bool(level)


def _inside(value: Json) -> Iterable[Json]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list) else ()


def _visible_to(worker: WorkerId) -> ColumnElement[bool]:
    return exists().where(
        team_groups.c.team == jobs.c.team,
        team_groups.c.group_name == memberships.c.group_name,
        memberships.c.worker_id == str(worker),
    )


def _ahead(job: LabelingJob, reserved: Reserved) -> LeasedTask:
    """Return a reserved task; its links last as long as the worker may hold it once it begins."""
    task = Task(
        reserved.task_id,
        reserved.job_id,
        reserved.line_index,
        reserved.reserved_at,
        reserved.expires_at,
        reserved.task_input,
    )
    return replace(_lease(job, task), ahead=True, links_last=timedelta(seconds=job.task_time_limit_seconds))


def _lease(job: LabelingJob, task: Task) -> LeasedTask:
    return LeasedTask(
        task_id=task.task_id,
        job_name=job.name,
        title=job.title,
        description=job.description,
        label_attribute_name=job.label_attribute_name,
        template=job.ui_template,
        task_input=json.loads(task.task_input),
        accepted_at=datetime.fromtimestamp(task.accepted_at, UTC),
        expires_at=datetime.fromtimestamp(task.expires_at, UTC),
        object_id=str(task.line_index),
        label_categories=job.label_categories,
    )
