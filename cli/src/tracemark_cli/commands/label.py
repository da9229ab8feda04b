"""`tracemark label`: from a folder of files to the first label."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tracemark_cli.terminal.console import console
from tracemark_cli.terminal.job_options import job_options
from tracemark_groundtruth.labeling.batch import DEFAULT_CHANGEABLE_SECONDS


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open a browser, or print the link.")
@click.option("--port", type=click.IntRange(0, 65_535), default=0, help="The portal's port. [default: a free one]")
@click.option(
    "--changeable-seconds",
    type=click.FloatRange(0, 86_400),
    default=DEFAULT_CHANGEABLE_SECONDS,
    show_default=True,
    help="How long an answer can be changed.",
)
@job_options
def label(folder: Path, browser: bool, port: int, changeable_seconds: float, **options: Any) -> None:
    """Label a folder of files, alone, in a browser.

    The job of FOLDER is prepared as `tracemark init` does, or the one that is there goes on, with whatever came into
    the folder since. A browser opens on the first item; nobody has to sign in. Labels are in FOLDER/labels.csv at any
    moment (with -o in that folder), and in Ground Truth's output tree in the job's folder. Ctrl-C ends; the same
    command goes on from there.

    \b
    Example: tracemark label welds --classes "Good Weld,Burn Through,Not sure"
    Example: tracemark label welds --no-browser
    """
    # All of this takes seconds to import.
    from tracemark_cli.formats.labels_file import labels_file
    from tracemark_cli.local.browser import how_to_show
    from tracemark_cli.terminal.labeling import LabelOptions, label_folder
    from tracemark_cli.terminal.planning import plan_of, show_plan, show_written

    out = console()
    plan = plan_of(out, folder, options)
    labels = labels_file(plan.folder, options["output"])
    show = how_to_show(plan)
    if plan.changes.files or plan.changes.lines:
        show_plan(out, plan)
        plan.write()
        show_written(out, plan)
    label_folder(out, plan.folder, labels, LabelOptions(port, show, browser, changeable_seconds))
