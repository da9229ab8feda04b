"""`tracemark images`: build the function images, and push them where Lambda finds them."""

from __future__ import annotations

import os
from pathlib import Path

import click
from rich.console import Console

from tracemark.errors import one_line
from tracemark_cli.aws.registry import Ecr, repositories
from tracemark_cli.aws.session import Aws
from tracemark_cli.aws.stack import outputs
from tracemark_cli.local.images import IMAGES, Engine, OnEvent, ProjectImage, Pushed, connected
from tracemark_cli.terminal.aws_options import DEFAULT_STACK, aws_options
from tracemark_cli.terminal.console import console, table


@click.group()
def images() -> None:
    """Build the function images and push them, always known by digest."""


@images.command()
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="tracemark's folder. [default: this one]",
)
@click.option("--base-image", help="What the images are built on. [default: BASE_IMAGE, or debian:trixie-slim]")
def build(project: Path, base_image: str | None) -> None:
    """Build the three images on this machine's container engine, for its own processor.

    Each is one image, without attestations: Lambda takes neither lists of images nor attestations.

    Example: tracemark images build
    """
    out, engine = console(), connected()
    base = base_image or os.environ.get("BASE_IMAGE") or engine.base()
    built = []
    for image in IMAGES:
        with out.status(f"building {image.local}") as status:
            built.append((image.local, engine.build(image, project.resolve(), base, shown(status.update))))
    out.print(table(("image", "id"), built))


@images.command()
@click.option("--stack", default=DEFAULT_STACK, show_default=True, help="The stack whose registry takes the images.")
@click.option("--registry", help="Another registry instead: its host and a path, as in localhost:5000/tracemark.")
@click.option("--tag", help="With --registry: the images' tag. [default: what stands for their content]")
@aws_options
def push(aws: Aws, stack: str, registry: str | None, tag: str | None) -> None:
    """Push the three images and print them by digest, which is how a stack takes them.

    They go to the account's ECR, with a login that ECR makes for this push and that is written nowhere. An image that
    is there already is not pushed again.

    \b
    Example: tracemark images push --stack tracemark
    Example: tracemark images push --registry localhost:5000
    """
    out, engine = console(), connected()
    if registry:
        pushed = [_elsewhere(out, engine, image, registry, tag) for image in IMAGES]
    else:
        pushed = push_all(out, aws, engine, repositories(outputs(aws, registry_stack(stack)), IMAGES), "")
    show_pushed(out, pushed)


def push_all(out: Console, aws: Aws, engine: Engine, into: dict[str, str], prefix: str) -> list[Pushed]:
    """Push each image to its repository of the account's ECR; tags begin with `prefix`."""
    pushed = []
    for image in IMAGES:
        if image.repository in into:
            with out.status(f"pushing {image.local}") as status:
                on_event = shown(status.update)
                pushed.append(Ecr(aws).push(engine, image, into[image.repository], prefix, on_event))
    return pushed


def show_pushed(out: Console, pushed: list[Pushed]) -> None:
    """Print images by digest, one on each line, whole."""
    for one in pushed:
        out.print(one.uri, soft_wrap=True)


def registry_stack(stack: str) -> str:
    """Return the name of the registry's stack beside a stack."""
    return f"{stack}-registry"


def shown(update: OnEvent) -> OnEvent:
    """Return a listener that shows the beginning of each line."""
    return lambda line: update(one_line(line, 100))


def _elsewhere(out: Console, engine: Engine, image: ProjectImage, registry: str, tag: str | None) -> Pushed:
    with out.status(f"pushing {image.local}") as status:
        where = f"{registry.rstrip('/')}/{image.repository}"
        return engine.push(image, where, tag or engine.tag(image), None, shown(status.update))
