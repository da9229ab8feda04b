"""Consolidation batches: objects whose answers are in, dealt out to the processes that share a job."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, insert, select, update

from tracemark.contract.manifest import DataObject
from tracemark.contract.worker_answer import WorkerAnswer
from tracemark_groundtruth.job.prepared import Answered
from tracemark_groundtruth.state.claims import Claims
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.tables import (
    ANSWERED,
    SAME_OBJECT,
    ObjectState,
    claims,
    iterations,
    objects,
    tasks,
    workers,
)

IDENTITY_PROVIDER = "Tracemark"


@dataclass(frozen=True, slots=True)
class Iteration:
    """A consolidation batch; what it writes carries the time it began, even when it is repeated."""

    number: int
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Ripeness:
    """When due objects become a batch: `size` of them at once, or fewer of which the first is due since `waited_since`.

    Those that became due after `due_by` wait. The moments are in seconds since 1970; infinity means at once.
    """

    size: int
    waited_since: float
    due_by: float = inf


@dataclass(frozen=True)
class Batches:
    """The batches of the job `job_id`; every method raises `StateUnavailable`."""

    database: Database
    job_id: int

    def due_since(self) -> float | None:
        """Return since when the first object waits for consolidation, in seconds since 1970; None when none does."""
        with self.database.reading() as connection:
            since: float | None = connection.scalar(select(func.min(objects.c.due_at)).where(self._in(ObjectState.DUE)))
        return since

    @contextmanager
    def claimed(self, ripe: Ripeness, now: float) -> Iterator[Iteration | None]:
        """Yield a batch that nobody works on, and keep it until the block ends.

        It is one that was begun and not finished, or a new one of objects that are ripe; None when there is neither.
        """
        found = self._claim(ripe, now) if self._is_work(ripe) else None
        try:
            yield found[0] if found else None
        finally:
            if found:
                self._claims.release(found[1])

    def answered(self, iteration: Iteration) -> Sequence[Answered]:
        """Return the objects of a batch with their answers, both in order."""
        theirs = and_(self._in(ObjectState.BATCHED), objects.c.iteration == iteration.number)
        query = select(objects.c.line_index, objects.c.line).where(theirs).order_by(objects.c.line_index)
        with self.database.reading() as connection:
            lines = [DataObject(index, json.loads(line)) for index, line in connection.execute(query)]
            answers = self._answers(connection, [line.index for line in lines])
        return [Answered(line, answers.get(line.index, [])) for line in lines]

    def consolidated(self, lines: Sequence[DataObject]) -> Sequence[Answered]:
        """Return those of some objects whose answers were made into a batch, with these answers."""
        with self.database.reading() as connection:
            answers = self._answers(connection, [line.index for line in lines])
        return [Answered(line, answers[line.index]) for line in lines if line.index in answers]

    def _is_work(self, ripe: Ripeness) -> bool:
        """Look before writing: most times there is no batch."""
        with self.database.reading() as connection:
            return bool(self._ripe(connection, ripe)) or self._begun(connection) is not None

    def _claim(self, ripe: Ripeness, now: float) -> tuple[Iteration, int] | None:
        with self.database.writing() as connection:
            self._claims.sweep(connection)
            number = self._begun(connection) or self._begin(connection, ripe, now)
            if not number:
                return None
            at = select(iterations.c.begun_at).where(iterations.c.job_id == self.job_id, iterations.c.number == number)
            iteration = Iteration(number, datetime.fromtimestamp(connection.scalar(at) or now, UTC))
            values = {"job_id": self.job_id, "owner": self.database.owner, "iteration": number}
            (claim_id,) = connection.execute(insert(claims).values(values)).inserted_primary_key or (0,)
            return iteration, int(claim_id)

    def _begun(self, connection: Connection) -> int | None:
        """Return a batch that was begun and that no living process has."""
        claimed = exists().where(
            claims.c.job_id == objects.c.job_id,
            claims.c.iteration == objects.c.iteration,
            self._claims.of_others(connection),
        )
        begun = select(func.min(objects.c.iteration)).where(self._in(ObjectState.BATCHED), ~claimed)
        number: int | None = connection.scalar(begun)
        return number

    def _ripe(self, connection: Connection, ripe: Ripeness) -> Sequence[int]:
        is_due = self._in(ObjectState.DUE) & (objects.c.due_at <= ripe.due_by)
        due = select(objects.c.line_index, objects.c.due_at).where(is_due)
        rows = connection.execute(due.order_by(objects.c.line_index).limit(ripe.size)).all()
        # Which of them is due the longest does not matter once there are enough for a batch.
        if len(rows) < ripe.size and not any((row.due_at or 0.0) <= ripe.waited_since for row in rows):
            return ()
        return [row.line_index for row in rows]

    def _begin(self, connection: Connection, ripe: Ripeness, now: float) -> int:
        chosen = self._ripe(connection, ripe)
        if not chosen:
            return 0
        last = select(func.max(iterations.c.number)).where(iterations.c.job_id == self.job_id)
        number = (connection.scalar(last) or 0) + 1
        these = self._in(ObjectState.DUE) & objects.c.line_index.in_(chosen)
        # In order, as in every transaction that needs several; those that failed meanwhile for want of answers are out.
        connection.execute(select(objects.c.line_index).where(these).order_by(objects.c.line_index).with_for_update())
        begun = update(objects).where(these).values(state=ObjectState.BATCHED.value, iteration=number)
        if not connection.execute(begun).rowcount:
            return 0
        connection.execute(insert(iterations).values(job_id=self.job_id, number=number, begun_at=now))
        return number

    def _answers(self, connection: Connection, lines: Sequence[int]) -> Mapping[int, Sequence[WorkerAnswer]]:
        """Return the answers to those of some objects that were made into a batch."""
        given = (
            select(tasks, workers.c.subject)
            .join(workers, workers.c.worker_id == tasks.c.worker_id)
            .join(objects, SAME_OBJECT)
            .where(tasks.c.job_id == self.job_id, tasks.c.line_index.in_(lines), ANSWERED)
            .where(objects.c.iteration.is_not(None))
            .order_by(tasks.c.ended_at, tasks.c.task_id)
        )
        answers: dict[int, list[WorkerAnswer]] = {}
        for row in connection.execute(given):
            answers.setdefault(row.line_index, []).append(_answer(row))
        return answers

    @property
    def _claims(self) -> Claims:
        return Claims(self.database, self.job_id)

    def _in(self, state: ObjectState) -> ColumnElement[bool]:
        return and_(objects.c.job_id == self.job_id, objects.c.state == state.value)


def _answer(row: Row[*tuple[Any, ...]]) -> WorkerAnswer:
    return WorkerAnswer(
        worker_id=row.worker_id,
        content=json.loads(row.answer),
        accepted_at=datetime.fromtimestamp(row.accepted_at, UTC),
        submitted_at=datetime.fromtimestamp(row.ended_at, UTC),
        seconds_spent=row.seconds_spent,
        identity_provider=IDENTITY_PROVIDER,
        subject=row.subject,
    )
