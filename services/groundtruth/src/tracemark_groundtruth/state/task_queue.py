"""The task queue: where workers come for tasks and hand in answers; what the portal's pages know of the engine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from tracemark.document import Json
from tracemark.errors import InvalidDocument, quoted
from tracemark.storage.s3uri import S3Uri

_WORKER_ID = re.compile(r"private\.[a-z0-9-]+\.[0-9a-f]{16}", re.ASCII)


@dataclass(frozen=True, slots=True)
class WorkerId:
    """How a worker is named in answers and events: `private.<region>.<16 hexadecimal digits>`."""

    text: str

    @classmethod
    def parse(cls, text: str) -> WorkerId:
        """Read an id.

        Raises:
            InvalidDocument: it has another form.
        """
        if not _WORKER_ID.fullmatch(text):
            raise InvalidDocument(
                f"{quoted(text)} is no worker id", expected="private.<region>.<16 hexadecimal digits>"
            )
        return cls(text)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Account:
    """A member of the workforce; `subject` is a UUID that never changes.

    `password_hash` is one of argon2, or a random text after "!" for who signs in only through a provider.
    """

    name: str
    worker_id: WorkerId
    subject: str
    password_hash: str
    disabled: bool = False

    @property
    def has_password(self) -> bool:
        """Whether a password signs in to it."""
        return not self.password_hash.startswith("!")


@dataclass(frozen=True, slots=True)
class OpenJob:
    """A job in progress as one worker sees it, counted in data objects.

    `done` of the `total` need no worker any more, this worker has answered `answered`, and `has_tasks` says whether
    something lies ready for this worker now. `left_out` of the total cannot be shown; `reasons` says why of the first.
    """

    name: str
    title: str
    description: str
    total: int
    done: int
    answered: int
    has_tasks: bool
    left_out: int = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeasedTask:
    """A task that one worker holds until `expires_at` (UTC); `task_id` is unguessable and never used again.

    `object_id` is the data object's line in the manifest, from 0; it is never shown to workers. `label_categories` is
    the job's category file, None where it names none. `given` is the worker's answer where they have answered the task
    and may change that. A task that is only reserved is `ahead`: it begins when the worker takes it. Links in its page
    last until `links_until`.
    """

    task_id: str
    job_name: str
    title: str
    description: str
    label_attribute_name: str
    template: S3Uri
    task_input: Mapping[str, Json]
    accepted_at: datetime
    expires_at: datetime
    object_id: str = ""
    label_categories: S3Uri | None = None
    given: Mapping[str, Json] | None = None
    ahead: bool = False
    links_last: timedelta = timedelta()

    @property
    def links_until(self) -> datetime:
        """Until when (UTC) what the page links to can be read."""
        return self.expires_at + self.links_last

    def time_left(self, now: datetime) -> timedelta:
        """Return how long the worker may still work on it, never less than nothing."""
        return max(timedelta(), self.expires_at - now)


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes after an answer: `task` is lent now, `ahead` is reserved behind it; None where nothing is free."""

    job_name: str
    task: LeasedTask | None = None
    ahead: LeasedTask | None = None


class TaskQueue(Protocol):
    """Every method is safe to call from several threads and may raise `StateUnavailable`.

    A worker who is not in the work team of a job any more has no task of it: they can only give back what they held.
    """

    def account(self, name: str) -> Account | None:
        """Return the account of a name, ignoring case; None when there is none."""

    def jobs(self, worker: WorkerId) -> Sequence[OpenJob]:
        """Return the jobs in progress of the worker's work teams, the oldest first."""

    def has_ended(self, worker: WorkerId, job_name: str) -> bool:
        """Return whether there was such a job of the worker's work teams and it is over."""

    def take(self, worker: WorkerId, job_name: str) -> LeasedTask | None:
        """Lease a task of a job to a worker, or return the one of this job that the worker holds already.

        Returns:
            None when nothing lies ready for this worker now.

        Raises:
            JobNotOpen: there is no such job in progress for this worker.
        """

    def held(self, worker: WorkerId, task_id: str) -> LeasedTask:
        """Return a task that the worker holds.

        Raises:
            TaskNotHeld, TaskExpired, TaskAnswered: see `submit`.
        """

    def reserve(self, worker: WorkerId, job_name: str) -> LeasedTask | None:
        """Reserve the object that `take` will lend to the worker next; asked again, return the same.

        A reservation is over with the task that the worker holds, and when somebody else asks who finds nothing free.

        Returns:
            None when nothing is free for this worker now, or they hold no task of the job.

        Raises:
            JobNotOpen: there is no such job in progress for this worker.
        """

    def seen(self, worker: WorkerId, task_id: str) -> LeasedTask:
        """Return a task whose page the worker may see: held, reserved, or answered and still to be changed.

        Raises:
            TaskNotHeld, TaskExpired: see `submit`; one that is reserved expires when its job is stopped.
            AnswerFinal: the worker has answered it, and the answer cannot be changed any more.
        """

    def before(self, worker: WorkerId, task_id: str) -> LeasedTask | None:
        """Return the task of the worker's last answer of a job, before that to `task_id`, that can still be changed.

        Raises:
            TaskNotHeld: the worker never had such a task.
        """

    def last(self, worker: WorkerId, job_name: str) -> LeasedTask | None:
        """Return the task of the worker's last answer of a job that can still be changed, None if there is none."""

    def revise(self, worker: WorkerId, task_id: str, answer: Mapping[str, Json], seconds: float | None = None) -> str:
        """Put another answer in the place of one that was given, and return the name of the job; see `submit`.

        Raises:
            TaskNotHeld: the worker has answered no such task.
            AnswerFinal: the answer cannot be changed any more.
            AnswerRefused: see `submit`.
        """

    def give_back(self, worker: WorkerId, task_id: str) -> None:
        """End a reservation, if it is one of the worker's."""

    def leave(self, worker: WorkerId) -> None:
        """End every reservation of a worker."""

    def answered(self, worker: WorkerId, job_name: str) -> int:
        """Return how many objects of a job the worker has answered."""

    def submit(self, worker: WorkerId, task_id: str, answer: Mapping[str, Json], seconds: float | None = None) -> str:
        """Accept an answer and return the name of its job; when this returns the answer is on the disk.

        `seconds` are what the worker spent on it without pauses, None where that was not measured.

        Raises:
            TaskNotHeld: there is no such task, it is another worker's, or it was given back: the three look alike.
            TaskExpired: the lease ran out or the job was stopped; the task is in the pool again.
            TaskAnswered: this worker's answer to this task is accepted already.
            AnswerRefused: the answer is larger than 256 KiB as JSON, deeper than 100 levels, or no strict JSON.
        """

    def turn(self, worker: WorkerId, task_id: str, answer: Mapping[str, Json], seconds: float | None = None) -> Turn:
        """Accept an answer, lend the next task of its job and reserve another one, as `submit`, `take` and `reserve`.

        Raises:
            TaskNotHeld, TaskExpired, TaskAnswered, AnswerRefused: see `submit`.
        """

    def shown_ahead(self, worker: WorkerId, task_id: str) -> LeasedTask:
        """Return what `seen` does; for a task that `turn` or `reserve` returned just now, once, without asking again.

        Raises:
            TaskNotHeld, TaskExpired, AnswerFinal: see `seen`.
        """

    def decline(self, worker: WorkerId, task_id: str) -> str:
        """Give a task back and return the name of its job; this worker is not shown the object again.

        Raises:
            TaskNotHeld, TaskExpired, TaskAnswered: see `submit`.
        """

    def release(self, worker: WorkerId, task_id: str) -> None:
        """Give a task back, as a worker does who stops; its object may come to this worker again.

        Raises:
            TaskNotHeld, TaskExpired, TaskAnswered: see `submit`.
        """
