"""Changing stacks from a terminal: preview, consent, progress."""

from __future__ import annotations

from collections.abc import Mapping

import click
from rich.console import Console

from tracemark.errors import InvalidConfiguration
from tracemark_cli.aws.session import Aws
from tracemark_cli.aws.stack import PRERENDER, ChangeSet, Stacks, outputs, parameters, prerender_stack, template
from tracemark_cli.aws.stack_events import Event
from tracemark_cli.terminal.aws_options import require_consent
from tracemark_cli.terminal.console import table


def make_prerender(out: Console, aws: Aws, name: str, yes: bool) -> str:
    """Create the pre-rendering stack of a stack unless it exists, and return its state machine's ARN.

    Raises:
        InvalidConfiguration: the stack has no plotting function.
    """
    values = outputs(aws, name)
    if "PlottingLambdaArn" not in values:
        raise InvalidConfiguration(
            f"stack {name} has no plotting function", remedy="run tracemark stack deploy --plotting first"
        )
    given = {
        "BucketName": values["BucketName"],
        "PlottingLambdaArn": values["PlottingLambdaArn"],
        "KmsKeyArn": parameters(aws, name).get("KmsKeyArn", ""),
    }
    change_stack(out, aws, prerender_stack(name), template(PRERENDER), given, yes)
    return outputs(aws, prerender_stack(name))["StateMachineArn"]


def change_stack(out: Console, aws: Aws, name: str, text: str, given: Mapping[str, str], yes: bool) -> None:
    """Create or update a stack with a template's text and parameters, once the user has seen the changes and agreed.

    Raises:
        StackFailed: the stack was not created or updated.
    """
    stacks = Stacks(aws)
    change_set = stacks.prepare(name, text, given)
    if not change_set.changes:
        out.print(f"{name}: nothing to change")
        return
    _preview(out, change_set)
    try:
        require_consent(f"Change stack {name} in {aws.region} of account {aws.account}?", yes)
    except click.Abort:
        stacks.discard(change_set)
        raise
    with out.status(name):
        stacks.carry_out(change_set, lambda event: show_event(out, event))
    out.print(f"{name}: done")


def _preview(out: Console, change_set: ChangeSet) -> None:
    rows = [(change.action, change.resource, change.kind, change.replacement) for change in change_set.changes]
    out.print(f"{change_set.stack}:")
    out.print(table(("action", "resource", "type", "replaced"), rows))


def show_event(out: Console, event: Event) -> None:
    """Print an event that completes or fails; the others only say that something has started."""
    if event.failed or event.status.endswith("_COMPLETE"):
        reason = f": {event.reason}" if event.reason else ""
        out.print(f"  {event.status} {event.resource}{reason}", markup=False, soft_wrap=True)
