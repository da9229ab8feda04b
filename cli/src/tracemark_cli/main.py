"""The `tracemark` command."""

from __future__ import annotations

import logging
import signal
import sys
from importlib import import_module
from typing import Any, NoReturn

import click

from tracemark.errors import TracemarkError
from tracemark_cli import __version__

# A command is imported when it is used: each needs other libraries, and some take a second to import.
_COMMANDS = (
    "demo",
    "doctor",
    "export",
    "images",
    "init",
    "job",
    "plot",
    "plots",
    "preview",
    "profile",
    "report",
    "results",
    "run",
    "samples",
    "serve",
    "stack",
    "worker",
    "workforce",
)

# What functions log of single items is for Lambda's log; commands show what became of each item themselves.
_QUIET = logging.NullHandler()


class _Commands(click.Group):
    """Commands whose errors are one line, not a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"tracemark_cli.commands.{cmd_name}"), cmd_name)
        return command

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
    # Told to end as `kill`, systemd and container engines do, a command cleans up as it does at Ctrl-C.
    before = signal.signal(signal.SIGTERM, _end)
    ctx.call_on_close(lambda: signal.signal(signal.SIGTERM, before))


def _end(number: int, _: object) -> NoReturn:
    sys.exit(128 + number)
