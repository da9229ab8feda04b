"""`tracemark init`: the documents of a labeling job, from a folder of files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tracemark_cli.terminal.console import console
from tracemark_cli.terminal.job_options import job_options
from tracemark_cli.terminal.selecting import selection_options


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@job_options
@selection_options
def init(folder: Path, **options: Any) -> None:
    """Prepare a folder of files for labeling.

    FOLDER is searched for items: which files belong together, and how their logs are read. Profile, dataset documents,
    manifest, categories, template and job file are written to FOLDER/.tracemark-job; the data are neither copied nor
    touched. Run it again when the folder has grown: items are added, and what you edited is kept. With --items, the
    table has the columns item, log, photograph, audio and video. With --filter or --sample the job is on a part of the
    manifest, which is written beside it.

    \b
    Example: tracemark init welds --classes Good,Burnt,Unsure
    Example: tracemark init welds --sample 10% --seed 7
    Example: tracemark init exports --time-unit ms --items items.csv
    """
    from tracemark_cli.terminal.planning import plan_of, show_plan, show_written  # the guess imports pandas

    out = console()
    plan = plan_of(out, folder, options)
    show_plan(out, plan)
    plan.write()
    show_written(out, plan)
