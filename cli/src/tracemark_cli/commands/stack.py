"""`tracemark stack`: deploy, inspect and remove everything that a labeling job needs on AWS."""

from __future__ import annotations

from collections.abc import Mapping

import click
from rich.console import Console

from tracemark.errors import InvalidConfiguration
from tracemark_cli.aws.labeling_jobs import LabelingJobs
from tracemark_cli.aws.registry import repositories
from tracemark_cli.aws.session import Aws
from tracemark_cli.aws.stack import REGISTRY, STACK, Stacks, outputs, prerender_stack, registry_stack, template
from tracemark_cli.errors import AwsRefused
from tracemark_cli.local.images import IMAGES, PLOTTING, POSTLABEL, PRELABEL, Pushed
from tracemark_cli.terminal.aws_options import aws_options, require_consent, stack_option, yes_option
from tracemark_cli.terminal.console import console, table
from tracemark_cli.terminal.pushing import push_all
from tracemark_cli.terminal.stack_changes import change_stack, show_event

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
@click.option(
    "--set", "settings", metavar="NAME=VALUE", multiple=True, help="Set a parameter of the template. May be repeated."
)
@click.option(
    "--plotting/--no-plotting", default=False, help="Also deploy a separate plotting function.  [default: no]"
)
@yes_option
@aws_options
def deploy(aws: Aws, name: str, settings: tuple[str, ...], plotting: bool, yes: bool) -> None:
    """Create or update the registry, push the images, create or update the stack, in this order.

    The changes are shown before they are made, and each step can be repeated. Parameters that are not given keep their
    values.

    \b
    Example: tracemark stack deploy --set Workforce=New
    Example: tracemark stack deploy --stack welds --region eu-west-1 --plotting --yes
    """
    from tracemark_cli.local.engine import connect

    out = console()
    chosen, engine = _settings(settings), connect()
    change_stack(out, aws, registry_stack(name), template(REGISTRY), {}, yes)
    wanted = IMAGES if plotting else (PRELABEL, POSTLABEL)
    into = repositories(outputs(aws, registry_stack(name)), wanted)
    pushed = push_all(out, aws, engine, into, _DEPLOYED)
    images = {**_image_parameters(pushed), "Architecture": engine.architecture(PRELABEL)}
    change_stack(out, aws, name, template(STACK), {**images, **chosen}, yes)
    _show_outputs(out, outputs(aws, name))


@stack.command()
@stack_option
@aws_options
def status(aws: Aws, name: str) -> None:
    """Show the status of the stack, its registry and its pre-rendering stack.

    Example: tracemark stack status
    """
    stacks = Stacks(aws)
    names = (registry_stack(name), name, prerender_stack(name))
    console().print(table(("stack", "status"), [(one, stacks.status(one) or "not deployed") for one in names]))


@stack.command("outputs")
@stack_option
@click.option("--name", "output", help="Print only the value of this output.")
@aws_options
def show_outputs(aws: Aws, name: str, output: str | None) -> None:
    """Print the stack's outputs: bucket, functions, role, and the command that creates a job.

    \b
    Example: tracemark stack outputs
    Example: tracemark stack outputs --name ManifestS3Path
    """
    values = outputs(aws, name)
    if output is None:
        _show_outputs(console(), values)
        return
    if output not in values:
        raise InvalidConfiguration(
            f"the stack has no output {output}", expected=f"one of {', '.join(sorted(values))}", remedy="correct --name"
        )
    click.echo(values[output])


@stack.command()
@stack_option
@yes_option
@aws_options
def destroy(aws: Aws, name: str, yes: bool) -> None:
    """Stop the stack's running jobs, delete the stack with everything in its bucket, then the registry.

    With the parameter KeepData=true the deletion fails while the bucket is not empty, and nothing is lost. To resume a
    deletion that stopped half-way, run the same command again.

    Example: tracemark stack destroy --stack tracemark
    """
    out, stacks = console(), Stacks(aws)
    exists = stacks.status(name) is not None
    require_consent(f"Delete stack {name} in {aws.region} with the data, the labels and the images?", yes)
    if exists:
        _stop_jobs(out, aws, outputs(aws, name).get("SagemakerServiceRoleArn", ""))
    for one in (prerender_stack(name), name, registry_stack(name)):
        stacks.delete(one, lambda event: show_event(out, event))
        out.print(f"{one}: deleted")


def _show_outputs(out: Console, values: Mapping[str, str]) -> None:
    for name in sorted(values):
        out.print(f"{name}: {values[name]}", markup=False, soft_wrap=True)


def _stop_jobs(out: Console, aws: Aws, role_arn: str) -> None:
    jobs = LabelingJobs(aws)
    try:
        running = list(jobs.running(role_arn)) if role_arn else []
    except AwsRefused as error:
        # An account without access to Ground Truth has no jobs, and may still remove its stack.
        out.print(f"running labeling jobs could not be listed: {error}", markup=False, soft_wrap=True)
        return
    for job in running:
        jobs.stop(job.name)
        out.print(f"labeling job {job.name}: stopped", markup=False)


def _settings(given: tuple[str, ...]) -> dict[str, str]:
    settings = {}
    for setting in given:
        name, equals, value = setting.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{setting!r} is not NAME=VALUE", param_hint="--set")
        settings[name] = value
    return settings


def _image_parameters(pushed: list[Pushed]) -> dict[str, str]:
    return {_PARAMETERS[one.image.repository]: one.uri for one in pushed}
