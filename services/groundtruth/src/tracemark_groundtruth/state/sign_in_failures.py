"""Failed sign-ins, counted for all processes of the service together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, case, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.tables import sign_in_failures as failures

_MINE = failures.c.name == bindparam("key")
_FIND = select(failures.c.failures, failures.c.last_at, failures.c.next_at).where(_MINE)
_RESERVE = update(failures).where(_MINE).values(next_at=bindparam("after"))
_COUNT = (
    update(failures)
    .where(_MINE)
    .values(
        failures=case((failures.c.last_at <= bindparam("outdated"), 1), else_=failures.c.failures + 1),
        last_at=bindparam("now"),
    )
)
_FORGET = delete(failures).where(_MINE)
_FORGET_OLD = delete(failures).where(failures.c.last_at <= bindparam("outdated"))


@dataclass(frozen=True)
class SignInFailures:
    """The first `free` failures of a name cost nothing; each further one doubles the seconds between attempts.

    They are at most `max_delay`, and over when none failed for `window` seconds. `now` gives seconds since 1970. Every
    method raises `StateUnavailable`.
    """

    database: Database
    now: Callable[[], float]
    free: int
    max_delay: float
    window: float

    def reserve(self, key: str) -> float:
        """Take the next turn of a name, and return in how many seconds it is; what costs nothing writes nothing."""
        with self.database.reading() as connection:
            if not self._delay(connection.execute(_FIND, {"key": key}).one_or_none()):
                return 0.0
        with self.database.writing() as connection:
            row = connection.execute(_FIND.with_for_update(), {"key": key}).one_or_none()
            delay, now = self._delay(row), self.now()
            if not row or not delay:
                return 0.0
            turn = max(now, float(row.next_at))
            connection.execute(_RESERVE, {"key": key, "after": turn + delay})
            return turn - now

    def failed(self, key: str) -> None:
        """Count an attempt that failed."""
        now = self.now()
        moments = {"now": now, "outdated": now - self.window}
        with self.database.writing() as connection:
            if connection.execute(_COUNT, {"key": key, **moments}).rowcount:
                return
            connection.execute(_FORGET_OLD, moments)
        try:
            with self.database.writing() as connection:
                connection.execute(insert(failures).values(name=key, failures=1, last_at=now, next_at=now))
        except IntegrityError:  # another process counted the first one meanwhile
            with self.database.writing() as connection:
                connection.execute(_COUNT, {"key": key, **moments})

    def succeeded(self, key: str) -> None:
        """Forget the failures of those who know the password."""
        with self.database.reading() as connection:
            if connection.execute(_FIND, {"key": key}).one_or_none() is None:
                return
        with self.database.writing() as connection:
            connection.execute(_FORGET, {"key": key})

    def _delay(self, row: Row[*tuple[Any, ...]] | None) -> float:
        if row is None or row.last_at <= self.now() - self.window or row.failures < self.free:
            return 0.0
        return float(min(2.0 ** min(row.failures - self.free, 64), self.max_delay))
