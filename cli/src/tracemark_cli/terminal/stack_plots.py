"""Pre-rendering a manifest on AWS, for `tracemark plots --on-aws`."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.console import Console

from tracemark.storage.s3uri import S3Uri
from tracemark_cli.aws.prerender import Drawn, Prerender
from tracemark_cli.aws.session import Aws
from tracemark_cli.aws.stack import outputs, prerender_stack
from tracemark_cli.terminal.console import progress_bar
from tracemark_cli.terminal.stack_changes import make_prerender


def draw_on_aws(
    out: Console, aws: Aws, stack: str, manifest: str, yes: bool, pause: Callable[[float], None] = time.sleep
) -> None:
    """Draw a manifest of the stack's bucket with many parallel plotting functions, and print where the report is.

    Raises:
        PrerenderFailed: more lines failed than the state machine tolerates.
    """
    machine = make_prerender(out, aws, stack, yes)
    values = outputs(aws, stack)
    uri = manifest if manifest.startswith("s3://") else f"s3://{values['BucketName']}/{manifest}"
    prerender = Prerender(aws, machine, pause)
    execution = prerender.start(S3Uri.parse(uri), values["BucketName"])
    out.print(f"execution: {execution}", markup=False, soft_wrap=True)
    out.print(f"report: {outputs(aws, prerender_stack(stack))['ReportS3Path']}", markup=False, soft_wrap=True)
    with progress_bar(out) as bar:
        task = bar.add_task("drawing charts", total=None)

        def on_event(drawn: Drawn) -> None:
            bar.update(task, total=drawn.total or None, completed=drawn.drawn + drawn.failed)

        drawn = prerender.follow(execution, on_event)
    out.print(f"{drawn.drawn:,} lines drawn or unchanged, {drawn.failed:,} failed of {drawn.total:,}")
