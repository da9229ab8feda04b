"""Where commands find data: the options that name a folder or a job, and the service's state."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from tracemark_groundtruth.state.audit import Actor
    from tracemark_groundtruth.state.database import Database

DATABASE_URL = "TRACEMARK_DATABASE_URL"

F = TypeVar("F", bound=Callable[..., Any])


def data_option(command: F) -> F:
    """Give a command the option --data."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("demo"),
        show_default=True,
        help="The folder whose sub-folders are the buckets; the state is in its .tracemark, unless "
        f"{DATABASE_URL} names a PostgreSQL database.",
    )(command)


def job_file_and_data(command: F) -> F:
    """Give a command the argument JOB.yaml, as `job_file`, and the option --data."""
    data = click.option(
        "--data",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="The folder whose sub-folders are the buckets. [default: the folder of JOB.yaml]",
    )
    job_file = click.argument("job_file", metavar="JOB.yaml", type=click.Path(dir_okay=False, path_type=Path))
    return job_file(data(command))


def final_option(command: F) -> F:
    """Give a command the option --final."""
    return click.option("--final", is_flag=True, help="Read the labels of the final pass; see tracemark consolidate.")(
        command
    )


def database_url() -> str | None:
    """Return the URL of the database in the environment, or None for the file in the data folder."""
    return os.environ.get(DATABASE_URL) or None


@contextmanager
def opened_state(data: Path) -> Iterator[Database]:
    """Open the service's state: of the folder, or the one that the environment names.

    Raises:
        InvalidConfiguration, StateUnavailable: it cannot be opened.
    """
    from tracemark_groundtruth.state.data_folder import open_state  # SQLAlchemy takes half a second to import

    with open_state(data, database_url()) as database:
        yield database


def operator() -> Actor:
    """Return who runs this command, as the audit log names them: the user of the operating system."""
    from tracemark_groundtruth.state.audit import Actor

    try:
        return Actor("command", getpass.getuser())
    except (KeyError, OSError):  # a container's user may have no name
        return Actor("command", f"(user {os.getuid()})")


def record_export(data: Path, job: str, kind: str, target: Path) -> None:
    """Note an export in the audit log of the service whose state is in the folder or the environment, if there is one.

    Raises:
        InvalidConfiguration, StateUnavailable: the log cannot be written.
    """
    if not database_url() and not (data / ".tracemark" / "state.db").exists():
        return
    from tracemark_groundtruth.state.audit import Action, Audit, Event

    with opened_state(data) as database:
        Audit(database).record(Event(operator(), Action.EXPORT, job, {"format": kind, "file": target.name}))
