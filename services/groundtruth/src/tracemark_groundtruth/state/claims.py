"""Objects dealt out to the processes that share a job, so that each has others; those of the dead are free again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, select

from tracemark.contract.manifest import DataObject
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.tables import ObjectState, claims, objects

_NOBODY = 0  # an empty list of numbers would be a query of its own
_UNCLAIMED = ~exists().where(
    claims.c.job_id == objects.c.job_id, objects.c.line_index.between(claims.c.first_line, claims.c.last_line)
)

SHOWN = (ObjectState.LABELED, ObjectState.OPEN, ObjectState.DUE, ObjectState.BATCHED)
"""The states of the objects that workers have been shown, and that have not failed."""


@dataclass(frozen=True)
class Claims:
    """What the processes have claimed of the job `job_id`; every method raises `StateUnavailable`.

    Claims are dealt out by one transaction at a time. A process claims one thing of a job at a time: what is still
    claimed under its number when it comes again is left over from an attempt that failed.
    """

    database: Database
    job_id: int

    @contextmanager
    def new_objects(self, room: int, most: int, shown: int | None = None) -> Iterator[Sequence[DataObject]]:
        """Yield the first new objects that no other process prepares, and keep them until the block ends.

        `room`: how many may be open in the job, those that any process prepares included. `most`: how many to take.
        `shown`: how many may be shown to workers in all, None for any number.
        """
        lines, claim_id = self._take(room, most, shown) if self._is_room(room) else ((), 0)
        try:
            yield lines
        finally:
            if claim_id:
                self.release(claim_id)

    def release(self, claim_id: int) -> None:
        """End a claim."""
        with self.database.writing() as connection:
            connection.execute(delete(claims).where(claims.c.claim_id == claim_id))

    def are_others(self) -> bool:
        """Return whether another process has claimed something."""
        with self.database.reading() as connection:
            others = select(claims.c.claim_id).where(self._mine, self.of_others(connection)).limit(1)
            return connection.scalar(others) is not None

    def of_others(self, connection: Connection) -> ColumnElement[bool]:
        """Return what holds of a claim of another process that lives."""
        return claims.c.owner.in_([_NOBODY, *self.database.others(connection)])

    def sweep(self, connection: Connection) -> None:
        """Be the only one who deals out objects until the transaction ends, and end the claims of the dead."""
        self.database.share(connection, self.job_id)
        connection.execute(delete(claims).where(self._mine, ~self.of_others(connection)))

    def _is_room(self, room: int) -> bool:
        """Look before writing: most times there is nothing to claim."""
        with self.database.reading() as connection:
            if self._count(connection, ObjectState.OPEN) >= room:
                return False
            new = select(objects.c.line_index).where(self._in(ObjectState.NEW)).limit(1)
            return connection.scalar(new) is not None

    def _take(self, room: int, most: int, shown: int | None) -> tuple[Sequence[DataObject], int]:
        with self.database.writing() as connection:
            self.sweep(connection)
            left = self._room(connection, room, shown)
            limit = min(most, (left + 1) // 2)  # other processes find the rest
            query = select(objects.c.line_index, objects.c.line).where(self._in(ObjectState.NEW), _UNCLAIMED)
            rows = connection.execute(query.order_by(objects.c.line_index).limit(max(0, limit))).all()
            lines = [DataObject(index, json.loads(line)) for index, line in rows]
            return lines, self._enter(connection, lines) if lines else 0

    def _room(self, connection: Connection, room: int, shown: int | None) -> int:
        claimed = connection.scalar(select(func.coalesce(func.sum(claims.c.size), 0)).where(self._mine)) or 0
        left = room - self._count(connection, ObjectState.OPEN)
        if shown is not None:
            left = min(left, shown - self._count(connection, *SHOWN))
        return left - claimed

    def _enter(self, connection: Connection, lines: Sequence[DataObject]) -> int:
        values = {
            "job_id": self.job_id,
            "owner": self.database.owner,
            "first_line": lines[0].index,
            "last_line": lines[-1].index,
            "size": len(lines),
        }
        (claim_id,) = connection.execute(insert(claims).values(values)).inserted_primary_key or (0,)
        return int(claim_id)

    def _count(self, connection: Connection, *states: ObjectState) -> int:
        return connection.scalar(select(func.count()).select_from(objects).where(self._in(*states))) or 0

    @property
    def _mine(self) -> ColumnElement[bool]:
        return claims.c.job_id == self.job_id

    def _in(self, *states: ObjectState) -> ColumnElement[bool]:
        return and_(objects.c.job_id == self.job_id, objects.c.state.in_([state.value for state in states]))
