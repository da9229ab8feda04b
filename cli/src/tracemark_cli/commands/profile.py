"""`tracemark profile`: sensor profiles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tracemark_cli.local.files import open_file
from tracemark_cli.terminal.console import console
from tracemark_cli.terminal.guessing import guess_options, known_of, settle, show_guess
from tracemark_plotting.guess.document import profile_document
from tracemark_plotting.guess.guess import guess_log
from tracemark_plotting.guess.result import Guess, Known
from tracemark_plotting.logs.file import LogFile


@click.group()
def profile() -> None:
    """Find out how a sensor log is to be read."""


@profile.command()
@click.argument("log", type=click.Path(dir_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the profile there.")
@click.option("--name", default="profile", show_default=True, help="What the profile is called.")
@guess_options
def guess(log: Path, output: Path | None, name: str, **options: Any) -> None:
    """Guess the sensor profile of LOG and print it; what is not certain is asked, or has to be said by an option.

    Exit code: 1 when something is not certain and there is no terminal to ask on.

    \b
    Example: tracemark profile guess weld.csv -o weld.yaml
    Example: tracemark profile guess export.csv --time-unit ms --decimal ,
    """
    known = known_of(options)
    with open_file(log) as stream:
        file = LogFile(stream, str(log))

        def again(said: Known) -> Guess:
            return guess_log(file, said, name)

        found = again(known)
        shown = console()
        show_guess(shown, found, str(log))
        found = settle(found, known, again, str(log))
    document = profile_document(found, log.name)
    if output is None:
        click.echo(document.decode(), nl=False)
    else:
        output.write_bytes(document)
        shown.print(f"profile: {output}", soft_wrap=True, markup=False)
