"""Work teams: which groups of the workforce a job is shown to."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from tracemark.document import Json
from tracemark_groundtruth.state.audit import SERVICE, Action, Actor, Event, append
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.tables import JobStatus, jobs, team_groups, teams


@dataclass(frozen=True, slots=True)
class Team:
    """A work team; `document` is what `CreateWorkteam` took, `groups` are those its members are of."""

    name: str
    groups: tuple[str, ...]
    document: Mapping[str, Json]
    created_at: float
    updated_at: float


@dataclass(frozen=True)
class Teams:
    """The work teams in a database; every method raises `StateUnavailable`.

    `by` is who changes them, for the audit log.
    """

    database: Database
    by: Actor = SERVICE

    def find(self, name: str) -> Team | None:
        """Return the team of a name."""
        with self.database.reading() as connection:
            row = connection.execute(select(teams).where(teams.c.name == name)).one_or_none()
            groups = connection.scalars(select(team_groups.c.group_name).where(team_groups.c.team == name)).all()
        return _team(row, groups) if row else None

    def list(self) -> Sequence[Team]:
        """Return every team, by name."""
        with self.database.reading() as connection:
            rows = connection.execute(select(teams).order_by(teams.c.name)).all()
            groups = connection.execute(select(team_groups)).all()
        return [_team(row, [group.group_name for group in groups if group.team == row.name]) for row in rows]

    def add(self, name: str, groups: Sequence[str], document: Mapping[str, Json]) -> bool:
        """Make a team and return True; False when there is one of this name."""
        now = time.time()
        try:
            with self.database.writing() as connection:
                values = {"name": name, "document": json.dumps(document), "created_at": now, "updated_at": now}
                connection.execute(insert(teams).values(values))
                _insert_groups(connection, name, groups)
                append(connection, Event(self.by, Action.TEAM_CREATE, name, {"groups": [*groups]}))
        except IntegrityError:
            return False
        return True

    def replace(self, name: str, groups: Sequence[str], document: Mapping[str, Json]) -> None:
        """Give a team other groups and another document."""
        with self.database.writing() as connection:
            values = {"document": json.dumps(document), "updated_at": time.time()}
            connection.execute(update(teams).where(teams.c.name == name).values(values))
            connection.execute(delete(team_groups).where(team_groups.c.team == name))
            _insert_groups(connection, name, groups)
            append(connection, Event(self.by, Action.TEAM_UPDATE, name, {"groups": [*groups]}))

    def change_document(self, name: str, change: Callable[[dict[str, Json]], None]) -> None:
        """Let `change` alter the document of a team, which nobody else does meanwhile."""
        with self.database.writing() as connection:
            query = select(teams.c.document).where(teams.c.name == name).with_for_update(key_share=True)
            document = dict(json.loads(connection.scalars(query).one()))
            change(document)
            connection.execute(update(teams).where(teams.c.name == name).values(document=json.dumps(document)))
            append(connection, Event(self.by, Action.TEAM_UPDATE, name))

    def remove(self, name: str) -> bool:
        """Delete a team and return True; False when a job that is not over needs it."""
        over = [JobStatus.COMPLETED.value, JobStatus.FAILED.value, JobStatus.STOPPED.value]
        needed = select(jobs.c.job_id).where(jobs.c.team == name, jobs.c.status.not_in(over)).limit(1)
        with self.database.writing() as connection:
            if connection.execute(needed).first():
                return False
            connection.execute(delete(team_groups).where(team_groups.c.team == name))
            connection.execute(delete(teams).where(teams.c.name == name))
            append(connection, Event(self.by, Action.TEAM_DELETE, name))
        return True


def ensure_team(database: Database, name: str, by: Actor = SERVICE) -> None:
    """Make a team of the group of the same name, if there is no team of this name.

    Raises:
        StateUnavailable: the database does not answer.
    """
    document = {
        "MemberDefinitions": [{"OidcMemberDefinition": {"Groups": [name]}}],
        "Description": f"Workers of the group {name}",
    }
    if Teams(database).find(name) is None:
        Teams(database, by).add(name, [name], document)


def _insert_groups(connection: Connection, name: str, groups: Sequence[str]) -> None:
    for group in dict.fromkeys(groups):
        connection.execute(insert(team_groups).values(team=name, group_name=group))


def _team(row: Row[*tuple[Any, ...]], groups: Sequence[str]) -> Team:
    return Team(row.name, tuple(sorted(groups)), json.loads(row.document), row.created_at, row.updated_at)
