"""The data objects of one job, from the input manifest to the output manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from tracemark.contract.manifest import DataObject
from tracemark_groundtruth.job.answers import Task
from tracemark_groundtruth.job.left_out import LeftOutObject
from tracemark_groundtruth.state.database import Database, count
from tracemark_groundtruth.state.streams import TOLD, note_finished
from tracemark_groundtruth.state.tables import (
    ANSWERED,
    HELD,
    OPEN,
    SAME_OBJECT,
    ObjectState,
    TaskState,
    objects,
    tasks,
)

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of an object: its line of the output manifest and, in words, what was odd about it."""

    line_index: int
    state: ObjectState
    output: bytes
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ObjectRecord:
    """How an object stands: its input line, and its line of the output manifest once it has one."""

    line: DataObject
    state: ObjectState
    output: bytes | None
    remark: str


@dataclass(frozen=True)
class JobObjects:
    """The objects of the job `job_id`; moments are seconds since 1970. Every method raises `StateUnavailable`.

    A change asks for the state it starts from: done a second time, after a crash, it changes nothing.
    """

    database: Database
    job_id: int

    def clear(self) -> None:
        """Forget every object, as before an import that may have been broken off."""
        with self.database.writing() as connection:
            connection.execute(delete(objects).where(self._mine))

    def add(self, lines: Sequence[DataObject]) -> None:
        """Enter lines of the input manifest."""
        rows = [
            {"job_id": self.job_id, "line_index": line.index, "line": line.to_json(), "state": ObjectState.NEW.value}
            for line in lines
        ]
        with self.database.writing() as connection:
            connection.execute(insert(objects), rows)
            self.database.tell(connection, self.job_id)

    def count(self, *states: ObjectState) -> int:
        """Return how many objects are in one of these states."""
        with self.database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(objects).where(self._in(*states))) or 0

    def open(self, shown: Sequence[Task], places: int, until: float) -> None:
        """Put new objects into the pool, for `places` workers each and no longer than `until`."""
        leaves = self._leaves(ObjectState.NEW).values(
            state=ObjectState.OPEN.value, free=places, open_until=until, task_input=bindparam("content")
        )
        rows = [{"index": int(task.object_id), "content": json.dumps(task.task_input)} for task in shown]
        if rows:
            with self.database.writing() as connection:
                connection.execute(leaves, rows)

    def close(self, now: float, *, stopped: bool = False) -> None:
        """Take out of the pool what has been open long enough and nobody works on; `stopped`: take out everything.

        Objects with answers are due for consolidation then, and those nobody answered are due, too, or just stopped.
        """
        if not stopped and not self._any_late(now):
            return  # nothing is written while nothing changes
        held = exists().where(SAME_OBJECT, HELD)
        answered = exists().where(SAME_OBJECT, ANSWERED)
        with self.database.writing() as connection:
            ends = {"state": ObjectState.STOPPED.value, "task_input": None}
            if stopped:
                # First, so that none of them comes into the pool after those there have been locked.
                connection.execute(update(objects).where(self._in(ObjectState.NEW)).values(ends))
            ripe = self._in(ObjectState.OPEN) if stopped else self._late(now)
            self._lock(connection, ripe)
            if stopped:
                self._take_back_tasks(connection, now)
                connection.execute(update(objects).where(ripe, ~answered).values(ends))
            due = {"state": ObjectState.DUE.value, "due_at": now}
            connection.execute(update(objects).where(ripe, ~held).values(due))

    def unanswered(self, limit: int) -> Sequence[DataObject]:
        """Return objects that are due and have no answer."""
        answered = exists().where(SAME_OBJECT, ANSWERED)
        query = select(objects.c.line_index, objects.c.line).where(self._in(ObjectState.DUE), ~answered)
        first = query.order_by(objects.c.line_index).limit(limit)
        with self.database.reading() as connection:
            return [_line(index, line) for index, line in connection.execute(first)]

    def finish(self, before: ObjectState, finished: Sequence[Finished]) -> None:
        """Note what became of objects that are in the state `before`."""
        leaves = self._leaves(before).values(
            state=bindparam("after"), output=bindparam("line_out"), remark=bindparam("words"), task_input=None
        )
        rows = [
            {"index": one.line_index, "after": one.state.value, "line_out": one.output, "words": one.remark}
            for one in finished
        ]
        if rows:
            with self.database.writing() as connection:
                told = [one.line_index for one in finished if one.state in TOLD]
                note_finished(connection, self.job_id, before, told, len(rows))
                connection.execute(leaves, rows)

    def left_out(self, limit: int | None = None) -> Sequence[LeftOutObject]:
        """Return the objects, or the first `limit`, that no worker is shown although they have no label, in order."""
        query = select(objects.c.line_index, objects.c.remark).where(self._in(ObjectState.LEFT_OUT))
        with self.database.reading() as connection:
            rows = connection.execute(query.order_by(objects.c.line_index).limit(limit)).all()
        return [LeftOutObject(str(index), remark) for index, remark in rows]

    def rows(self) -> Iterator[ObjectRecord]:
        """Yield every object as it stands, in order."""
        last = -1
        query = select(objects.c.line_index, objects.c.line, objects.c.state, objects.c.output, objects.c.remark)
        query = query.where(self._mine).order_by(objects.c.line_index).limit(_PAGE)
        while True:
            with self.database.reading() as connection:
                page = connection.execute(query.where(objects.c.line_index > last)).all()
            if not page:
                return
            last = page[-1][0]
            for index, line, state, output, remark in page:
                yield ObjectRecord(_line(index, line), ObjectState(state), output, remark or "")

    def output(self) -> Iterator[bytes]:
        """Yield the lines of the output manifest in order, those of unfinished objects as they came."""
        last = -1
        while page := self._page(last):
            last = page[-1][0]
            for _, line, output in page:
                yield output if output is not None else f"{line}\n".encode()

    def _page(self, after: int) -> Sequence[tuple[int, str, bytes | None]]:
        query = select(objects.c.line_index, objects.c.line, objects.c.output)
        query = query.where(self._mine, objects.c.line_index > after).order_by(objects.c.line_index).limit(_PAGE)
        with self.database.reading() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(query)]

    def _leaves(self, state: ObjectState) -> Update:
        is_it = objects.c.state == state.value  # not `_in`: many rows at once go with plain parameters alone
        return update(objects).where(self._mine, is_it, objects.c.line_index == bindparam("index"))

    def _lock(self, connection: Connection, which: ColumnElement[bool]) -> None:
        # Objects are locked before their tasks are looked at, here as in every transaction that needs both: a statement
        # that waits for a worker who is just lent an object would not see the task.
        rows = select(objects.c.line_index).where(which).order_by(objects.c.line_index)
        connection.execute(rows.with_for_update())

    def _take_back_tasks(self, connection: Connection, now: float) -> None:
        held = update(tasks).where(tasks.c.job_id == self.job_id, HELD)
        ended = connection.execute(held.values(state=TaskState.EXPIRED.value, ended_at=now))
        count(connection, TaskState.EXPIRED.value, ended.rowcount)

    def next_end(self, now: float) -> float | None:
        """Return when the next of the open objects will have been open long enough."""
        next_ = select(func.min(objects.c.open_until)).where(self._mine, OPEN, objects.c.open_until > now)
        with self.database.reading() as connection:
            ends_at: float | None = connection.scalar(next_)
        return ends_at

    def any(self, *states: ObjectState) -> bool:
        """Return whether an object is in one of these states."""
        with self.database.reading() as connection:
            found = select(objects.c.line_index).where(self._in(*states)).limit(1)
            return connection.scalar(found) is not None

    def _any_late(self, now: float) -> bool:
        held = exists().where(SAME_OBJECT, HELD)
        with self.database.reading() as connection:
            late = select(objects.c.line_index).where(self._late(now), ~held).limit(1)
            return connection.scalar(late) is not None

    def _late(self, now: float) -> ColumnElement[bool]:
        return self._mine & OPEN & (objects.c.open_until <= now)

    @property
    def _mine(self) -> ColumnElement[bool]:
        return objects.c.job_id == self.job_id

    def _in(self, *states: ObjectState) -> ColumnElement[bool]:
        return self._mine & objects.c.state.in_([state.value for state in states])


def _line(index: int, line: str) -> DataObject:
    return DataObject(index, json.loads(line))
