"""The service's own files in its data folder, beside the buckets: state, lock, settings for the shell."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tracemark.errors import InvalidConfiguration, quoted
from tracemark_groundtruth.state.database import Database

STATE_FOLDER = ".tracemark"
_STATE_FILE = "state.db"
_LOCK_FILE = "lock"


@contextmanager
def open_state(folder: Path, url: str | None) -> Iterator[Database]:
    """Open the database at `url`, or the one in the data folder.

    Raises:
        InvalidConfiguration, StateUnavailable: see `Database.open`.
    """
    database = Database.open(url) if url else Database.in_file(state_folder(folder) / _STATE_FILE)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def exclusive_lock(folder: Path) -> Iterator[None]:
    """Keep other services out of a data folder: its S3 and its SQLite database belong to one process.

    Raises:
        InvalidConfiguration: another service runs there.
    """
    with (state_folder(folder) / _LOCK_FILE).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InvalidConfiguration(
                f"another service runs in {quoted(str(folder))}",
                remedy="end it; for several processes set TRACEMARK_DATABASE_URL and AWS_ENDPOINT_URL_S3",
            ) from error
        yield


def state_folder(folder: Path) -> Path:
    """Return the folder of the service's own files, made so that only this user reads it.

    Raises:
        InvalidConfiguration: it cannot be made.
    """
    place = folder / STATE_FOLDER
    try:
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(0o700)
    except OSError as error:
        raise InvalidConfiguration(
            f"{quoted(str(place))} cannot be made ({error})", remedy="name another folder with --data"
        ) from error
    return place


def write_environment(folder: Path, variables: Mapping[str, str]) -> Path:
    """Write a file that a shell reads with `.`, for clients of the API, and return it."""
    file = state_folder(folder) / "environment"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.writelines(f"export {name}='{value}'\n" for name, value in variables.items())
    return file
