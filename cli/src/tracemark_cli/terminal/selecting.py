"""The options that take a part of a manifest: a filter and a random sample, as Ground Truth's console has them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

_FILTER = "Take only lines for which this holds: KEY=VALUE, !=, <, <=, >, >=, or KEY~PATTERN. May be repeated."


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--filter`, `--sample` and `--seed`, and pass it the `Selection` as `selection`."""

    @wraps(command)
    def with_selection(filters: tuple[str, ...], sample: str | None, seed: int, **others: Any) -> Any:
        from tracemark_groundtruth.labeling.selection import Selection  # with boto's retries, which no help needs

        return command(selection=Selection.parse(filters, sample, seed), **others)

    options = (
        click.option("--filter", "filters", multiple=True, metavar="CONDITION", help=_FILTER),
        click.option("--sample", metavar="N|N%", help="Take a random sample of so many lines, or percent of them."),
        click.option("--seed", default=0, show_default=True, help="Seed of the sample."),
    )
    for option in reversed(options):
        with_selection = option(with_selection)
    return with_selection
