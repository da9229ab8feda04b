"""`tracemark backup`: the service's state in a file, from SQLite or PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import click

from tracemark_cli.local.state import data_option, database_url
from tracemark_cli.terminal.backups import contents_line
from tracemark_cli.terminal.console import console


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace FILE if it exists.")
@data_option
def backup(file: Path, overwrite: bool, data: Path) -> None:
    """Write the service's state to a file.

    FILE then holds accounts, work teams, jobs and answers as they were at one moment; services may go on working. It
    also holds the service's keys and the hashes of passwords, so only its owner may read it. The buckets are not in it.
    `tracemark restore` reads it.

    Example: tracemark backup monday.backup --data demo
    """
    from tracemark_groundtruth.state.backup import back_up
    from tracemark_groundtruth.state.data_folder import state_url

    contents = back_up(state_url(data, database_url()), file, overwrite=overwrite)
    out = console()
    out.print(f"{file}: {contents_line(contents)}", soft_wrap=True)
    out.print("it holds keys and hashes of passwords: keep it secret; the buckets are not in it", soft_wrap=True)
