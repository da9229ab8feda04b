"""`tracemark plots`: the charts of a whole manifest, rendered before its job."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import click

from tracemark.contract.manifest import MAX_MANIFEST_BYTES, DataObject, manifest_text, read_manifest
from tracemark.contract.plot_batch import BatchPlotter, ManifestLine, PlotFailure, PlotOrder
from tracemark.contract.plots import PlotResult
from tracemark.errors import InvalidDocument, InvalidUri, one_line
from tracemark.profile.shipped import ProfileReference, profile_reference
from tracemark.storage.objects import ObjectStore
from tracemark.storage.s3objects import S3Objects, s3_client
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.local.drawing import Drawing, Result
from tracemark_cli.local.files import read_file
from tracemark_cli.local.functions import environment_of_functions
from tracemark_cli.local.storage import storage_of
from tracemark_cli.terminal.aws_options import connection, region_option, stack_option, yes_option
from tracemark_cli.terminal.console import console, progress_bar, table
from tracemark_cli.terminal.stack_plots import draw_on_aws

_ATTEMPTS = 5
_LINES_A_KEEP = 200
_SHOWN_FAILURES = 50
_SHOWN_CHARACTERS = 500
_LINES_A_CALL = 10


class PlottingSetUp(NamedTuple):
    """A plotter, the S3 it writes to, and `keep`, which saves that S3's content in case this process ends early."""

    store: ObjectStore
    plotter: BatchPlotter
    keep: Callable[[], None]


@click.command()
@click.argument("manifest")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder whose sub-folders are the buckets. [default: the manifest's grandparent folder]",
)
@click.option("--profile", help="A shipped profile or an s3:// URI, used where a dataset document names none.")
@click.option("--function", help="Name or ARN of a plotting function on AWS that draws instead of this machine.")
@click.option("--concurrency", default=4, show_default=True, type=click.IntRange(1), help="Number of parallel calls.")
@click.option(
    "--on-aws", is_flag=True, help="Draw with the stack's plotting function, many lines in parallel, by Step Functions."
)
@stack_option
@yes_option
@region_option
def plots(
    manifest: str,
    data: Path | None,
    profile: str | None,
    function: str | None,
    concurrency: int,
    on_aws: bool,
    name: str,
    yes: bool,
    region: str | None,
) -> None:
    """Pre-render the charts of a whole manifest.

    Draws the charts of every line of MANIFEST, a file or an s3:// URI, so that its job finds them ready. Charts that
    are up to date are not drawn again: a run that was stopped resumes. S3 is the folder --data, or the endpoint in
    AWS_ENDPOINT_URL_S3; with --function it is the function's S3.

    With --on-aws, MANIFEST is a key of the stack's bucket or its URI; the state machine that draws is created on first
    use, and leaves a report in the bucket.

    \b
    Example: tracemark plots demo/tracemark-demo/manifest.jsonl --concurrency 4
    Example: tracemark plots manifest.jsonl --on-aws --stack tracemark
    """
    if on_aws:
        draw_on_aws(console(), connection(region), name, manifest, yes)
        return
    reference = profile_reference(profile) if profile else None
    set_up = _on_aws(function, reference) if function else _on_this_machine(data or _folder_of(manifest))
    with set_up as (store, plotter, keep):
        orders = [_order(line, reference) for line in read_manifest(_read(manifest, store), manifest)]
        drawing = Drawing(plotter, concurrency, _LINES_A_CALL if function else 1)
        results = _collect(drawing.draw(orders), len(orders), keep)
    _show(results)
    if any(isinstance(result, PlotFailure) for result in results):
        raise click.exceptions.Exit(1)


@contextmanager
def _on_this_machine(folder: Path) -> Iterator[PlottingSetUp]:
    from tracemark_plotting import wiring

    with storage_of(folder) as storage, environment_of_functions(storage.environment):
        yield PlottingSetUp(wiring.store(), wiring.orders(), storage.keep)


@contextmanager
def _on_aws(name: str, profile: ProfileReference | None) -> Iterator[PlottingSetUp]:
    from tracemark_prelabel.plotting_function import PlottingFunction, lambda_client

    function = PlottingFunction(lambda_client(_ATTEMPTS), name, profile)
    yield PlottingSetUp(S3Objects(s3_client()), function, keep=lambda: None)


def _folder_of(manifest: str) -> Path:
    """Return the folder whose sub-folders are the buckets, for a manifest in one of these."""
    return Path() if _is_uri(manifest) else Path(manifest).resolve().parent.parent


def _read(manifest: str, store: ObjectStore) -> str:
    if _is_uri(manifest):
        return manifest_text(store.read(S3Uri.parse(manifest), limit=MAX_MANIFEST_BYTES).data, manifest)
    return manifest_text(read_file(Path(manifest)), manifest)


def _is_uri(manifest: str) -> bool:
    return manifest.startswith("s3://")


def _order(line: DataObject, profile: ProfileReference | None) -> PlotOrder | PlotFailure:
    try:
        if line.uri:
            return ManifestLine(line.uri, profile)
    except InvalidUri as error:
        return PlotFailure.of(error)
    return PlotFailure.of(
        InvalidDocument(
            "the line holds text", expected="the s3:// URI of a dataset document", remedy="correct the line"
        )
    )


def _collect(results: Iterator[Result], total: int, keep: Callable[[], None]) -> list[Result]:
    collected: list[Result] = []
    with progress_bar(console()) as bar:
        task = bar.add_task("drawing charts", total=total)
        for result in results:
            collected.append(result)
            bar.advance(task)
            if len(collected) % _LINES_A_KEEP == 0:
                keep()
    return collected


def _show(results: Sequence[Result]) -> None:
    out = console()
    failures = [(number, result) for number, result in enumerate(results, 1) if isinstance(result, PlotFailure)]
    if failures:
        shown = [(str(number), one_line(failure.message, _SHOWN_CHARACTERS)) for number, failure in failures]
        out.print(table(("line", "not drawn because"), shown[:_SHOWN_FAILURES]))
    if len(failures) > _SHOWN_FAILURES:
        out.print(f"and {len(failures) - _SHOWN_FAILURES:,} more")
    drawn = sum(isinstance(result, PlotResult) and result.rendered for result in results)
    unchanged = len(results) - len(failures) - drawn
    out.print(f"{drawn:,} drawn, {unchanged:,} unchanged, {len(failures):,} failed of {len(results):,}")
