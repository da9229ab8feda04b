"""The `tracemark` command."""

from __future__ import annotations

import logging
from typing import Any

import click

from tracemark.errors import TracemarkError
from tracemark_cli import __version__
from tracemark_cli.export import export
from tracemark_cli.plot import plot
from tracemark_cli.plots import plots
from tracemark_cli.report import report
from tracemark_cli.results import results
from tracemark_cli.run import run
from tracemark_cli.samples import samples

# What functions log of single items is for Lambda's log; commands show what became of each item themselves.
_QUIET = logging.NullHandler()


class _Commands(click.Group):
    """Commands whose errors are one line, not a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TracemarkError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tracemark")
def main() -> None:
    """Label items that are a photograph and a sensor log, with Ground Truth's custom workflow."""
    logging.getLogger().addHandler(_QUIET)


for command in (plot, plots, run, results, report, export, samples):
    main.add_command(command)
