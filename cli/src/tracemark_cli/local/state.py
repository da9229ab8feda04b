"""Where commands find data: the options that name a folder or a job, and the service's state."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

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
