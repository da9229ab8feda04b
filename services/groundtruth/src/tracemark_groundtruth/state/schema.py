"""The version of the tables: made new, brought up to date by migrations, or refused.

A row of `settings` holds the version, so that every release, also one from before there were migrations, can tell that
a database is not its own. Alembic's `alembic_version` says the same to Alembic.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, inspect, select

from tracemark.errors import InvalidConfiguration
from tracemark_groundtruth.state.event_tables import all_tables
from tracemark_groundtruth.state.tables import SCHEMA_VERSION, alembic_metadata, alembic_version, settings

if TYPE_CHECKING:
    from alembic.config import Config

_VERSION = "schema version"
_MIGRATIONS = Path(__file__).with_name("migrations")


@dataclass(frozen=True, slots=True)
class Schema:
    """A version of the tables, and the folder of the migrations that lead to it."""

    version: int = SCHEMA_VERSION
    migrations: Path = _MIGRATIONS

    def is_current(self, connection: Connection, place: str) -> bool:
        """Return whether a database has the tables of this version; with False, call `bring_up_to_date`.

        Raises:
            InvalidConfiguration: a later release wrote the database.
        """
        return self.stored_version(connection, place) == self.version

    def stored_version(self, connection: Connection, place: str) -> int | None:
        """Return the version of a database, None when there are no tables in it.

        Raises:
            InvalidConfiguration: a later release wrote the database.
        """
        if not inspect(connection).has_table(settings.name):
            return None
        stored = connection.scalar(select(settings.c.value).where(settings.c.name == _VERSION))
        if stored is not None and not (_is_number(stored) and int(stored) <= self.version):
            raise _unknown(stored, self.version, place)
        return None if stored is None else int(stored)

    def bring_up_to_date(self, connection: Connection, place: str) -> None:
        """Make the tables in an empty database, or upgrade those of an earlier release, inside the open transaction.

        On SQLite foreign keys must not be enforced meanwhile: a table is altered by a copy that takes its place.

        Raises:
            InvalidConfiguration: a later release wrote the database, or rows would be left that refer to none.
        """
        stored = self.stored_version(connection, place)
        if stored is None:
            self._make(connection)
        elif stored < self.version:
            self._upgrade(connection, stored)
            _check_references(connection, place)

    def make_as_of(self, connection: Connection, version: int) -> None:
        """Make the tables of an earlier version, or of this one, in an empty database."""
        from alembic import command

        command.upgrade(self.config(connection), revision(version))

    def config(self, connection: Connection) -> Config:
        """Return what Alembic has to know to work on a connection."""
        from alembic.config import Config

        config = Config(attributes={"connection": connection})
        for name, value in {
            "script_location": str(self.migrations),
            "path_separator": "os",
            "file_template": "version_%(rev)s_%(slug)s",
        }.items():
            config.set_main_option(name, value.replace("%", "%%"))  # a ConfigParser would interpolate
        return config

    def _make(self, connection: Connection) -> None:
        all_tables.create_all(connection)
        connection.execute(insert(settings).values(name=_VERSION, value=str(self.version)))
        _stamp(connection, self.version)

    def _upgrade(self, connection: Connection, stored: int) -> None:
        from alembic import command  # here: importing it takes longer than many a command

        _stamp(connection, stored)
        command.upgrade(self.config(connection), revision(self.version))
        connection.execute(settings.update().where(settings.c.name == _VERSION).values(value=str(self.version)))


SCHEMA = Schema()
"""That of this release."""


def revision(version: int) -> str:
    """Return Alembic's name of a version."""
    return f"{version:04}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _stamp(connection: Connection, version: int) -> None:
    alembic_metadata.create_all(connection)
    connection.execute(alembic_version.delete())
    connection.execute(insert(alembic_version).values(version_num=revision(version)))


def _check_references(connection: Connection, place: str) -> None:
    if connection.dialect.name != "sqlite":
        return  # PostgreSQL enforces them all the time
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken:
        raise InvalidConfiguration(
            f"upgrading the state would leave rows of {broken[0]!r} that refer to missing rows of {broken[2]!r}",
            place=place,
            remedy="nothing was changed; keep to the release that wrote the state, and report this",
        )


def _unknown(stored: str, known: int, place: str) -> InvalidConfiguration:
    return InvalidConfiguration(
        f"the state has version {stored}, which this release of tracemark does not know",
        place=place,
        expected=f"version {known}, or an earlier one, which would be upgraded",
        remedy="use the release that wrote it or a later one, or name another data folder or database",
    )
