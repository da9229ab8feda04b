"""`tracemark restore`: a backup becomes the service's state, in SQLite or PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import click

from tracemark_cli.local.state import data_option, database_url
from tracemark_cli.terminal.backups import contents_line
from tracemark_cli.terminal.console import console


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace the state that is there.")
@data_option
def restore(file: Path, overwrite: bool, data: Path) -> None:
    """Put a backup in the place of the service's state.

    No service may run meanwhile. A backup of either kind of database can be restored to either; one of an earlier
    release is upgraded, one of a later release refused. When the service starts, its jobs resume from the moment of the
    backup.

    Example: tracemark restore monday.backup --data demo
    """
    from tracemark_groundtruth.state.data_folder import restore_state

    contents = restore_state(file, data, database_url(), overwrite=overwrite)
    console().print(f"restored from {file}: {contents_line(contents)}", soft_wrap=True)
