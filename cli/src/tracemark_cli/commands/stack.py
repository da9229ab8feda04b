"""`tracemark stack`: everything that a labeling job needs on AWS, made, looked at, removed."""

from __future__ import annotations

from collections.abc import Mapping

import click
from rich.console import Console

from tracemark.errors import InvalidConfiguration
from tracemark_cli.aws.answers import AwsRefused
from tracemark_cli.aws.labeling_jobs import LabelingJobs
from tracemark_cli.aws.registry import repositories
from tracemark_cli.aws.session import Aws
from tracemark_cli.aws.stack import ChangeSet, Stacks, outputs, parameters
from tracemark_cli.aws.stack_events import Event
from tracemark_cli.aws.templates import PRERENDER, REGISTRY, STACK, template
from tracemark_cli.commands.images import push_all, registry_stack
from tracemark_cli.local.images import IMAGES, PLOTTING, POSTLABEL, PRELABEL, Pushed, connected
from tracemark_cli.terminal.aws_options import agreed, aws_options, stack_option, yes_option
from tracemark_cli.terminal.console import console, table

_PARAMETERS: Mapping[str, str] = {
    PRELABEL.repository: "PreLabelingImageUri",
    POSTLABEL.repository: "PostLabelingImageUri",
    PLOTTING.repository: "PlottingImageUri",
}
# The registry never expires images whose tag begins so.
_DEPLOYED = "deployed-"


@click.group()
def stack() -> None:
    """Deploy what a labeling job needs on AWS, and remove it."""


@stack.command()
@stack_option
@click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help="A parameter of the template.")
@click.option("--plotting/--no-plotting", default=False, help="A plotting function of its own.  [default: no]")
@yes_option
@aws_options
def deploy(aws: Aws, name: str, settings: tuple[str, ...], plotting: bool, yes: bool) -> None:
    """Make or change the registry, push the images, make or change the stack: in this order, each step repeatable.

    What would change is shown before it is changed. Parameters that are not given keep the value that they have.

    \b
    Example: tracemark stack deploy --set Workforce=New
    Example: tracemark stack deploy --stack welds --region eu-west-1 --plotting --yes
    """
    out = console()
    chosen, engine = _settings(settings), connected()
    _make(out, aws, registry_stack(name), template(REGISTRY), {}, yes)
    wanted = IMAGES if plotting else (PRELABEL, POSTLABEL)
    into = repositories(outputs(aws, registry_stack(name)), wanted)
    pushed = push_all(out, aws, engine, into, _DEPLOYED)
    images = {**_image_parameters(pushed), "Architecture": engine.architecture(PRELABEL)}
    _make(out, aws, name, template(STACK), {**images, **chosen}, yes)
    _show_outputs(out, outputs(aws, name))


@stack.command()
@stack_option
@aws_options
def status(aws: Aws, name: str) -> None:
    """Say how the stack, its registry and its prerendering stand.

    Example: tracemark stack status
    """
    stacks = Stacks(aws)
    names = (registry_stack(name), name, prerender_stack(name))
    console().print(table(("stack", "status"), [(one, stacks.status(one) or "not there") for one in names]))


@stack.command("outputs")
@stack_option
@click.option("--name", "output", help="One output alone, without a table.")
@aws_options
def show_outputs(aws: Aws, name: str, output: str | None) -> None:
    """Print what the stack made: bucket, functions, role, and the command that creates a job.

    \b
    Example: tracemark stack outputs
    Example: tracemark stack outputs --name ManifestS3Path
    """
    found = outputs(aws, name)
    if output is None:
        _show_outputs(console(), found)
        return
    if output not in found:
        raise InvalidConfiguration(
            f"the stack has no output {output}", expected=f"one of {', '.join(sorted(found))}", remedy="correct --name"
        )
    click.echo(found[output])


@stack.command()
@stack_option
@yes_option
@aws_options
def destroy(aws: Aws, name: str, yes: bool) -> None:
    """Stop the stack's running jobs, delete the stack with everything in its bucket, then the registry.

    With the parameter KeepData=true the deletion fails while the bucket holds anything, and nothing is lost. A deletion
    that stopped half-way is gone on with by the same command.

    Example: tracemark stack destroy --stack tracemark
    """
    out, stacks = console(), Stacks(aws)
    stands = stacks.status(name) is not None
    agreed(f"Delete stack {name} in {aws.region} with the data, the labels and the images?", yes)
    if stands:
        _stop_jobs(out, aws, outputs(aws, name).get("SagemakerServiceRoleArn", ""))
    for one in (prerender_stack(name), name, registry_stack(name)):
        stacks.delete(one, lambda event: _show_event(out, event))
        out.print(f"{one}: gone")


def prerender_stack(name: str) -> str:
    """Return the name of the stack that draws a manifest ahead of its job, beside a stack."""
    return f"{name}-prerender"


def make_prerender(out: Console, aws: Aws, name: str, yes: bool) -> str:
    """Make the prerendering stack beside a stack, unless it is there, and return its state machine's ARN.

    Raises:
        InvalidConfiguration: the stack has no plotting function.
    """
    found = outputs(aws, name)
    if "PlottingLambdaArn" not in found:
        raise InvalidConfiguration(
            f"stack {name} has no plotting function", remedy="run tracemark stack deploy --plotting first"
        )
    given = {
        "BucketName": found["BucketName"],
        "PlottingLambdaArn": found["PlottingLambdaArn"],
        "KmsKeyArn": parameters(aws, name).get("KmsKeyArn", ""),
    }
    _make(out, aws, prerender_stack(name), template(PRERENDER), given, yes)
    return outputs(aws, prerender_stack(name))["StateMachineArn"]


def _make(out: Console, aws: Aws, name: str, text: str, given: Mapping[str, str], yes: bool) -> None:
    stacks = Stacks(aws)
    change_set = stacks.prepare(name, text, given)
    if not change_set.changes:
        out.print(f"{name}: nothing to change")
        return
    _preview(out, change_set)
    try:
        agreed(f"Change stack {name} in {aws.region} of account {aws.account}?", yes)
    except click.Abort:
        stacks.discard(change_set)
        raise
    with out.status(name):
        stacks.carry_out(change_set, lambda event: _show_event(out, event))
    out.print(f"{name}: done")


def _preview(out: Console, change_set: ChangeSet) -> None:
    rows = [(change.action, change.resource, change.kind, change.replacement) for change in change_set.changes]
    out.print(f"{change_set.stack}:")
    out.print(table(("action", "resource", "type", "made anew"), rows))


def _show_event(out: Console, event: Event) -> None:
    if event.failed or event.status.endswith("_COMPLETE"):
        reason = f": {event.reason}" if event.reason else ""
        out.print(f"  {event.status} {event.resource}{reason}", markup=False, soft_wrap=True)


def _show_outputs(out: Console, found: Mapping[str, str]) -> None:
    for name in sorted(found):
        out.print(f"{name}: {found[name]}", markup=False, soft_wrap=True)


def _stop_jobs(out: Console, aws: Aws, role_arn: str) -> None:
    jobs = LabelingJobs(aws)
    try:
        running = list(jobs.running(role_arn)) if role_arn else []
    except AwsRefused as error:
        # An account that Ground Truth refuses has no jobs, and may remove its stack all the same.
        out.print(f"running labeling jobs were not looked for: {error}", markup=False, soft_wrap=True)
        return
    for job in running:
        jobs.stop(job.name)
        out.print(f"labeling job {job.name}: stopped", markup=False)


def _settings(given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for setting in given:
        name, equals, value = setting.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{setting!r} is not NAME=VALUE", param_hint="--set")
        found[name] = value
    return found


def _image_parameters(pushed: list[Pushed]) -> dict[str, str]:
    return {_PARAMETERS[one.image.repository]: one.uri for one in pushed}
