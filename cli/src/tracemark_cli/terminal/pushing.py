"""Pushing images from a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from tracemark.errors import one_line
from tracemark_cli.aws.registry import Ecr
from tracemark_cli.aws.session import Aws
from tracemark_cli.local.images import IMAGES, OnEvent, Pushed

if TYPE_CHECKING:
    from tracemark_cli.local.engine import Engine


def push_all(out: Console, aws: Aws, engine: Engine, into: dict[str, str], prefix: str) -> list[Pushed]:
    """Push each image to its repository of the account's ECR; tags begin with `prefix`."""
    pushed = []
    for image in IMAGES:
        if image.repository in into:
            with out.status(f"pushing {image.local}") as status:
                on_event = show_line(status.update)
                pushed.append(Ecr(aws).push(engine, image, into[image.repository], prefix, on_event))
    return pushed


def show_line(update: OnEvent) -> OnEvent:
    """Return a callback that shows the beginning of each line."""
    return lambda line: update(one_line(line, 100))
