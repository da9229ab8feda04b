"""The service's own files in its data folder, beside the buckets: state, lock, settings for the shell."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

from filelock import FileLock, Timeout

from tracemark.errors import InvalidConfiguration, quoted
from tracemark_groundtruth.state.backup import Contents, restore
from tracemark_groundtruth.state.connecting import file_url
from tracemark_groundtruth.state.database import Database

STATE_FOLDER = ".tracemark"
_STATE_FILE = "state.db"
_LOCK_FILE = "lock"
_PORT_FILE = "portal-port"


@contextmanager
def open_state(folder: Path, url: str | None) -> Iterator[Database]:
    """Open the database at `url`, or the one in the data folder.

    Raises:
        InvalidConfiguration, StateUnavailable: see `Database.open`.
    """
    database = Database.open(state_url(folder, url))
    try:
        yield database
    finally:
        database.dispose()


def state_url(folder: Path, url: str | None) -> str:
    """Return `url`, or that of the database in the data folder.

    Raises:
        InvalidConfiguration: there is no data folder, or it cannot be written.
    """
    return url or file_url(state_folder(folder) / _STATE_FILE)


def restore_state(file: Path, folder: Path, url: str | None, *, overwrite: bool) -> Contents:
    """Restore a backup to the database at `url`, or to the one in the data folder, which no service may use.

    Raises:
        InvalidConfiguration: a service runs in the folder; see also `backup.restore`.
        InvalidDocument, StateUnavailable: see `backup.restore`.
    """
    place = state_url(folder, url)
    with exclusive_lock(folder) if Database.at(place).file else nullcontext():
        return restore(file, place, overwrite=overwrite)


@contextmanager
def exclusive_lock(folder: Path) -> Iterator[None]:
    """Keep other services out of a data folder: its S3 and its SQLite database belong to one process.

    Raises:
        InvalidConfiguration: another service runs there.
    """
    lock = FileLock(state_folder(folder) / _LOCK_FILE, blocking=False, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise InvalidConfiguration(
            f"another service runs in {quoted(str(folder))}",
            remedy="end it; for several processes set TRACEMARK_DATABASE_URL and AWS_ENDPOINT_URL_S3",
        ) from error
    except OSError as error:
        raise _unusable(folder, error) from error
    try:
        yield
    finally:
        lock.release()


def state_folder(folder: Path) -> Path:
    """Return the folder of the service's own files, made so that only this user reads it.

    Raises:
        InvalidConfiguration: there is no data folder, or the folder in it cannot be made.
    """
    if not folder.is_dir():
        raise InvalidConfiguration(
            f"there is no folder {quoted(str(folder))}",
            expected="a folder whose sub-folders are the buckets",
            remedy="make it ('tracemark samples' makes one with a job), or name another with --data",
        )
    place = folder / STATE_FOLDER
    try:
        place.mkdir(exist_ok=True)
        place.chmod(0o700)
    except OSError as error:
        raise _unusable(place, error) from error
    return place


def kept_portal_port(folder: Path) -> int:
    """Return the port that the portal had when it last ran in a folder, 0 when it is not known or taken."""
    try:
        port = int((folder / STATE_FOLDER / _PORT_FILE).read_text(encoding="ascii"))
        with socket.socket() as probe:
            if os.name == "posix":  # elsewhere the option would let two servers share the port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except (OSError, OverflowError, ValueError):
        return 0
    return port


def keep_portal_port(folder: Path, port: int) -> None:
    """Note the portal's port for the next start: pages that are open then still find it.

    Raises:
        InvalidConfiguration: the folder cannot be written.
    """
    place = state_folder(folder) / _PORT_FILE
    try:
        place.write_text(f"{port}\n", encoding="ascii")
    except OSError as error:
        raise _unusable(place, error) from error


def _unusable(place: Path, error: OSError) -> InvalidConfiguration:
    return InvalidConfiguration(
        f"{quoted(str(place))} cannot be written ({error})", remedy="name another folder with --data"
    )


def write_environment(folder: Path, variables: Mapping[str, str]) -> Path:
    """Write a file that a shell reads with `.`, for clients of the API, and return it."""
    file = state_folder(folder) / "environment"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.writelines(f"export {name}='{value}'\n" for name, value in variables.items())
    return file
