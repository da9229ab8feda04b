"""The options that say what a folder holds and what its job is to be, for `init` and `label`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tracemark.profile.shipped import shipped_profiles
from tracemark_cli.setup.documents import DEFAULT_CLASSES
from tracemark_cli.setup.job_folder import HOME
from tracemark_cli.terminal.guessing import guess_options

_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_RULES = click.Choice(["folder", "stem", "id", "single"])
_CLASSES = ",".join(DEFAULT_CLASSES)
_COMMAS = "with commas between; a class that has one stands in double quotes: 'A,\"B, c\"'"
_PROFILES = ", ".join(shipped_profiles())


def job_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; `plan_of` reads them."""
    options = (
        click.option("-o", "--output", type=_FOLDER, help=f"The job's folder. [default: FOLDER/{HOME}]"),
        click.option("--classes", help=f"What workers choose from, {_COMMAS}. [default: {_CLASSES}]"),
        click.option("--items", "items", type=_FILE, help="A table of files by item."),
        click.option("--pair", "rule", type=_RULES, help="How files belong together."),
        click.option("--profile", "profile", help=f"How to read every log: {_PROFILES}, or a YAML file."),
        click.option("--title", help="What workers read above the items."),
        click.option("--workers", type=click.IntRange(1, 9), help="Workers per item. [default: 1]"),
    )
    command = guess_options(command)
    for option in reversed(options):
        command = option(command)
    return command
