"""`tracemark plots`: the charts of a whole manifest, rendered before its job."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

import click

from tracemark.contract.manifest import MAX_MANIFEST_BYTES, manifest_text, read_manifest
from tracemark.contract.manifest_slice import INDEX_VARIABLE, ManifestSlice
from tracemark.contract.plot_batch import BatchPlotter, PlotFailure, order_of_line
from tracemark.contract.plots import PlotResult
from tracemark.errors import InvalidConfiguration, one_line
from tracemark.profile.shipped import ProfileReference, profile_reference
from tracemark.storage.objects import ObjectStore
from tracemark.storage.s3objects import S3Objects, s3_client
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.local.dask_address import DaskAddress, require_dask
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
# Drawing takes a hundred times as long as handing out: few, so that all workers end at the same time.
_LINES_A_TASK = 2


class PlottingSetUp(NamedTuple):
    """A plotter, the S3 it writes to, and `keep`, which saves that S3's content in case this process ends early.

    At most `concurrency` batches of at most `lines` lines are drawn at a time; 0 leaves the number to the command.
    """

    store: ObjectStore
    plotter: BatchPlotter
    keep: Callable[[], None]
    lines: int = 1
    concurrency: int = 0


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
@click.option(
    "--dask",
    metavar="ADDRESS",
    help="Draw on the Dask cluster whose scheduler is at ADDRESS; local[:N] starts N worker processes on this machine.",
)
@click.option(
    "--slice", "part", metavar="I/N", help="Draw every N-th line alone, from line I on, counted from 0 (see below)."
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
    dask: str | None,
    part: str | None,
    name: str,
    yes: bool,
    region: str | None,
) -> None:
    """Pre-render the charts of a whole manifest.

    Draws the charts of every line of MANIFEST, a file or an s3:// URI, so that its job finds them ready. Charts that
    are up to date are not drawn again: a run that was stopped resumes. S3 is the folder --data, or the endpoint in
    AWS_ENDPOINT_URL_S3; with --function it is the function's S3.

    With --dask every worker process of the cluster keeps one browser; a batch whose worker died is drawn by another.
    Workers need the same version of tracemark and, on other machines, an S3 that all reach.

    With --slice several runs share a manifest: slices 0/N to N-1/N hold each line once. /N takes I from
    JOB_COMPLETION_INDEX, which the pods of a Kubernetes Indexed Job have.

    With --on-aws, MANIFEST is a key of the stack's bucket or its URI; the state machine that draws is created on first
    use, and leaves a report in the bucket.

    \b
    Example: tracemark plots demo/tracemark-demo/manifest.jsonl --concurrency 4
    Example: tracemark plots manifest.jsonl --dask local:8
    Example: tracemark plots s3://bucket/manifest.jsonl --dask tcp://scheduler:8786
    Example: tracemark plots manifest.jsonl --on-aws --stack tracemark
    """
    _require_one_place(function, dask, part, on_aws)
    if on_aws:
        draw_on_aws(console(), connection(region), name, manifest, yes)
        return
    reference = profile_reference(profile) if profile else None
    chosen = ManifestSlice.parse(part, os.environ.get(INDEX_VARIABLE)) if part else ManifestSlice(0, 1)
    with _set_up(function, dask, data or _folder_of(manifest), reference) as made:
        lines = list(read_manifest(_read(manifest, made.store), manifest))
        orders = [order_of_line(line, reference) for line in chosen.lines(lines)]
        drawing = Drawing(made.plotter, made.concurrency or concurrency, made.lines)
        results = _collect(drawing.draw(orders), len(orders), made.keep)
    _show(results, chosen)
    if any(isinstance(result, PlotFailure) for result in results):
        raise click.exceptions.Exit(1)


def _require_one_place(function: str | None, dask: str | None, part: str | None, on_aws: bool) -> None:
    places = {"--function": function is not None, "--dask": dask is not None, "--on-aws": on_aws}
    given = [option for option, is_given in places.items() if is_given]
    if on_aws and part:
        given.append("--slice")
    if len(given) > 1:
        raise InvalidConfiguration(
            f"{' and '.join(given)} exclude each other",
            remedy="name one place to draw; Step Functions shares out the lines by itself",
        )


def _set_up(
    function: str | None, dask: str | None, folder: Path, profile: ProfileReference | None
) -> AbstractContextManager[PlottingSetUp]:
    if function:
        return _on_aws(function, profile)
    return _on_this_machine(folder) if dask is None else _on_dask(dask, folder)


@contextmanager
def _on_dask(text: str, folder: Path) -> Iterator[PlottingSetUp]:
    address = DaskAddress.parse(text)
    require_dask()
    from tracemark_cli.local.dask_cluster import dask_cluster

    with storage_of(folder) as storage, dask_cluster(address, storage.environment) as cluster:
        store = S3Objects(storage.client)
        yield PlottingSetUp(store, cluster.plotter, storage.keep, _LINES_A_TASK, cluster.concurrency)


@contextmanager
def _on_this_machine(folder: Path) -> Iterator[PlottingSetUp]:
    from tracemark_plotting import wiring

    with storage_of(folder) as storage, environment_of_functions(storage.environment):
        yield PlottingSetUp(wiring.store(), wiring.orders(), storage.keep)


@contextmanager
def _on_aws(name: str, profile: ProfileReference | None) -> Iterator[PlottingSetUp]:
    from tracemark_prelabel.plotting_function import PlottingFunction, lambda_client

    function = PlottingFunction(lambda_client(_ATTEMPTS), name, profile)
    yield PlottingSetUp(S3Objects(s3_client()), function, keep=lambda: None, lines=_LINES_A_CALL)


def _folder_of(manifest: str) -> Path:
    """Return the folder whose sub-folders are the buckets, for a manifest in one of these."""
    return Path() if _is_uri(manifest) else Path(manifest).resolve().parent.parent


def _read(manifest: str, store: ObjectStore) -> str:
    if _is_uri(manifest):
        return manifest_text(store.read(S3Uri.parse(manifest), limit=MAX_MANIFEST_BYTES).data, manifest)
    return manifest_text(read_file(Path(manifest)), manifest)


def _is_uri(manifest: str) -> bool:
    return manifest.startswith("s3://")


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


def _show(results: Sequence[Result], part: ManifestSlice) -> None:
    out = console()
    numbers = range(part.index + 1, part.index + 1 + len(results) * part.count, part.count)
    numbered = zip(numbers, results, strict=True)
    failures = [(number, result) for number, result in numbered if isinstance(result, PlotFailure)]
    if failures:
        shown = [(str(number), one_line(failure.message, _SHOWN_CHARACTERS)) for number, failure in failures]
        out.print(table(("line", "not drawn because"), shown[:_SHOWN_FAILURES]))
    if len(failures) > _SHOWN_FAILURES:
        out.print(f"and {len(failures) - _SHOWN_FAILURES:,} more")
    drawn = sum(isinstance(result, PlotResult) and result.rendered for result in results)
    unchanged = len(results) - len(failures) - drawn
    out.print(f"{drawn:,} drawn, {unchanged:,} unchanged, {len(failures):,} failed of {len(results):,}")
