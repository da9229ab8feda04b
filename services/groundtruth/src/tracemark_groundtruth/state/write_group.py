"""What several threads have to write at once, written together: the disk is waited for once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from tracemark.errors import TracemarkError

MOST_TOGETHER = 64
_DEADLOCK = "40P01"
_TRIES = 5

Work = Callable[[Connection], Any]
Transaction = Callable[[], AbstractContextManager[Connection]]


@dataclass(eq=False)
class _Waiting:
    work: Work
    value: Any = None
    error: BaseException | None = None
    is_done: bool = False

    def run(self, connection: Connection, written: Callable[[Connection], int]) -> None:
        before = written(connection)
        try:
            self.value = self.work(connection)
            self.error = None
        except TracemarkError as error:
            if written(connection) != before:
                raise  # what it has written must not stay: all are done again, each on its own
            self.error = error

    def result(self) -> Any:
        if self.error:
            raise self.error
        return self.value


class WriteGroup:
    """Whoever holds `lock` does the work of all who wait for it, in one of `transaction`; see `Database.write`.

    `written` says how much was written with a connection so far.
    """

    def __init__(
        self,
        lock: AbstractContextManager[Any],
        transaction: Callable[[], AbstractContextManager[Connection]],
        written: Callable[[Connection], int],
    ) -> None:
        self._lock = lock
        self._transaction = transaction
        self._written = written
        self._queue: deque[_Waiting] = deque()

    def do(self, work: Work) -> Any:
        """Return what `work` returns; raises what it raises, and what the transaction does."""
        waiting = _Waiting(work)
        self._queue.append(waiting)
        with self._lock:
            while not waiting.is_done:
                self._do_some()
        return waiting.result()

    def _do_some(self) -> None:
        together = [self._queue.popleft() for _ in range(min(len(self._queue), MOST_TOGETHER))]
        try:
            self._do_together(together)
        except Exception:  # noqa: BLE001 - the one whose it is meets it again
            for one in together:
                self._do_alone(one)
        except BaseException as error:
            for one in together:
                one.error = error
            raise
        finally:
            for one in together:
                one.is_done = True

    def _do_together(self, together: list[_Waiting]) -> None:
        with self._transaction() as connection:
            for one in together:
                one.run(connection, self._written)

    def _do_alone(self, one: _Waiting) -> None:
        try:
            with self._transaction() as connection:
                one.value, one.error = one.work(connection), None
        except Exception as error:  # noqa: BLE001 - raised by `result`, in its own thread
            one.error = error


def changes_so_far(connection: Connection) -> int:
    """Return how many rows an SQLite connection has changed since it was opened."""
    changed: int = connection.connection.driver_connection.total_changes  # type: ignore[union-attr]
    return changed


def until_undisturbed(transaction: Transaction, work: Work) -> Any:
    """Return what `work` returns, done anew in one of PostgreSQL's transactions while others stand in its way."""
    for _ in range(_TRIES - 1):
        try:
            with transaction() as connection:
                return work(connection)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != _DEADLOCK:
                raise
    with transaction() as connection:
        return work(connection)
