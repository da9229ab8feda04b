"""The `tracemark` command."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NoReturn

import click

from tracemark.errors import TracemarkError
from tracemark_cli import __version__

COMMANDS: Mapping[str, str] = {
    "audit": "Show who did what at the service.",
    "backup": "Write the service's state to a file.",
    "consolidate": "Decide all objects of a finished job again.",
    "demo": "Serve a sample data set, with two workers who can sign in.",
    "doctor": "Examine a labeling job before it runs.",
    "export": "Export the labels of a job, each with its provenance.",
    "images": "Build the function images and push them.",
    "init": "Prepare a folder of files for labeling.",
    "job": "Create, watch and stop labeling jobs.",
    "key": "Create, list and revoke API keys of persons.",
    "label": "Label a folder of files, alone, in a browser.",
    "plot": "Draw one chart per channel of a sensor log.",
    "plots": "Pre-render the charts of a whole manifest.",
    "preview": "Show one task of a worker template in a browser.",
    "profile": "Find out how a sensor log is to be read.",
    "report": "Report on a job: an HTML page and a JSON file.",
    "restore": "Put a backup in the place of the service's state.",
    "results": "Show the labels of a job.",
    "run": "Run a labeling job without a browser.",
    "samples": "Write a synthetic welding data set.",
    "serve": "Run the labeling service.",
    "stack": "Deploy what a labeling job needs on AWS, and remove it.",
    "worker": "Manage the service's workers: who may sign in, and do what.",
    "workforce": "Invite people to label on AWS.",
}
"""Every command with the first line of its help: to list them, none is imported. A test compares."""

# What functions log of single items is for Lambda's log; commands show what became of each item themselves.
_QUIET = logging.NullHandler()


class _Commands(click.Group):
    """Commands that are imported when they are used, and whose errors are one line instead of a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"tracemark_cli.commands.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TracemarkError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tracemark")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Label items that are a photograph and a sensor log, with Ground Truth's custom workflow."""
    logging.getLogger().addHandler(_QUIET)
    # `kill`, systemd and container engines end a command by SIGTERM: it cleans up as at Ctrl-C.
    before = signal.signal(signal.SIGTERM, _end)
    ctx.call_on_close(lambda: signal.signal(signal.SIGTERM, before))


def _end(number: int, _: object) -> NoReturn:
    sys.exit(128 + number)
