"""`tracemark profile`: sensor profiles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tracemark_cli.terminal.console import console
from tracemark_cli.terminal.guessing import guess_options


@click.group()
def profile() -> None:
    """Find out how a sensor log is to be read."""


@profile.command()
@click.argument("log", type=click.Path(dir_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the profile there.")
@click.option("--name", default="profile", show_default=True, help="What the profile is called.")
@guess_options
def guess(log: Path, output: Path | None, name: str, **options: Any) -> None:
    """Guess the sensor profile of LOG and print it.

    What is not certain is asked, or has to be said by an option.

    Exit code: 1 when something is not certain and there is no terminal to ask on.

    \b
    Example: tracemark profile guess weld.csv -o weld.yaml
    Example: tracemark profile guess export.csv --time-unit ms --decimal ,
    """
    from tracemark_cli.terminal.guessing_log import guess_profile  # the guess imports pandas

    document = guess_profile(log, name, options)
    if output is None:
        click.echo(document.decode(), nl=False)
    else:
        output.write_bytes(document)
        console().print(f"profile: {output}", soft_wrap=True, markup=False)
