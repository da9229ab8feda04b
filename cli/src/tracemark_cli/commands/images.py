"""`tracemark images`: build the function images, and push them to the registry that Lambda reads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from tracemark_cli.aws.registry import repositories
from tracemark_cli.aws.session import Aws
from tracemark_cli.aws.stack import outputs, registry_stack
from tracemark_cli.local.images import IMAGES, ProjectImage, Pushed
from tracemark_cli.terminal.aws_options import DEFAULT_STACK, aws_options
from tracemark_cli.terminal.console import console, table
from tracemark_cli.terminal.pushing import push_all, show_line

if TYPE_CHECKING:
    from tracemark_cli.local.engine import Engine


@click.group()
def images() -> None:
    """Build the function images and push them."""


@images.command()
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="tracemark's folder. [default: the current one]",
)
@click.option("--base-image", help="The base image. [default: BASE_IMAGE, or debian:trixie-slim]")
def build(project: Path, base_image: str | None) -> None:
    """Build the three images with this machine's container engine, for its own architecture.

    Each is a single image without attestations: Lambda accepts neither image indexes nor attestations.

    Example: tracemark images build
    """
    from tracemark_cli.local.engine import connect

    out, engine = console(), connect()
    base = base_image or os.environ.get("BASE_IMAGE") or engine.base()
    built = []
    for image in IMAGES:
        with out.status(f"building {image.local}") as status:
            built.append((image.local, engine.build(image, project.resolve(), base, show_line(status.update))))
    out.print(table(("image", "id"), built))


@images.command()
@click.option("--stack", default=DEFAULT_STACK, show_default=True, help="The stack whose registry receives the images.")
@click.option("--registry", help="Push to another registry instead: host and path, as in localhost:5000/tracemark.")
@click.option("--tag", help="With --registry: the images' tag. [default: derived from their content]")
@aws_options
def push(aws: Aws, stack: str, registry: str | None, tag: str | None) -> None:
    """Push the three images and print their URIs with digests, as a stack expects them.

    They go to the account's ECR, with a login that ECR issues for this push and that is never stored. An image that
    ECR already has is not pushed again.

    \b
    Example: tracemark images push --stack tracemark
    Example: tracemark images push --registry localhost:5000
    """
    from tracemark_cli.local.engine import connect

    out, engine = console(), connect()
    if registry:
        pushed = [_push_elsewhere(out, engine, image, registry, tag) for image in IMAGES]
    else:
        pushed = push_all(out, aws, engine, repositories(outputs(aws, registry_stack(stack)), IMAGES), "")
    show_pushed(out, pushed)


def show_pushed(out: Console, pushed: list[Pushed]) -> None:
    """Print the images' URIs with digests, one per line."""
    for one in pushed:
        out.print(one.uri, soft_wrap=True)


def _push_elsewhere(out: Console, engine: Engine, image: ProjectImage, registry: str, tag: str | None) -> Pushed:
    with out.status(f"pushing {image.local}") as status:
        where = f"{registry.rstrip('/')}/{image.repository}"
        return engine.push(image, where, tag or engine.tag(image), None, show_line(status.update))
