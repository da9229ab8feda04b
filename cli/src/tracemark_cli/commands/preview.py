"""`tracemark preview`: one task of a worker template in a browser, while the template is written."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracemark.contract.manifest import DataObject
from tracemark.contract.preannotation import PreAnnotationRequest, PreAnnotationResponse
from tracemark.document import Json
from tracemark.errors import InvalidConfiguration, InvalidDocument
from tracemark.settings import bucket_names
from tracemark_cli.checks.finding import Finding
from tracemark_cli.checks.page import source_findings
from tracemark_cli.local.functions import in_process
from tracemark_cli.local.storage import Storage, storage_of
from tracemark_cli.terminal.console import console
from tracemark_groundtruth.labeling.inputs import manifest_lines
from tracemark_groundtruth.rendering.crowd_elements import CrowdElements
from tracemark_groundtruth.rendering.inspection import InspectedTemplate

if TYPE_CHECKING:
    from tracemark_groundtruth.web.preview import Preview

_JOB_ARN = "arn:aws:sagemaker:eu-west-1:111122223333:labeling-job/preview"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("template", type=_FILE)
@click.option("--manifest", type=_FILE, required=True, help="The manifest with the data object to show.")
@click.option("--row", type=click.IntRange(min=0), default=0, show_default=True, help="Its line, counting from 0.")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder whose sub-folders are the buckets. [default: the manifest's grandparent folder]",
)
@click.option(
    "--raw",
    is_flag=True,
    help="Use the manifest line itself as the task input, as jobs without a pre-labeling function do.",
)
@click.option("--port", default=8100, show_default=True, help="0 chooses a free one.")
@click.option(
    "--crowd-elements", type=click.Choice([kind.value for kind in CrowdElements]), default="own", show_default=True
)
@click.option(
    "--template-source",
    "sources",
    multiple=True,
    help="An origin that the template may load resources from. May be repeated.",
)
def preview(template: Path, manifest: Path, row: int, data: Path | None, raw: bool, **options: Any) -> None:
    """Show one task of a worker template in a browser.

    The page reloads when the file TEMPLATE changes, and shows what would be submitted. The task input is what this
    project's pre-labeling function returns for the data object; charts that it draws stay in the folder. With
    AWS_ENDPOINT_URL_S3 set, S3 is that endpoint. Ctrl-C ends the preview.

    Example: tracemark preview weld.liquid.html --manifest demo/tracemark-demo/manifest.jsonl --row 3
    """
    from tracemark_groundtruth.web.connections import Server, http_config

    with open_preview(template, manifest, row, data or manifest.absolute().parents[1], raw, **options) as task_preview:
        for found in _findings(template):
            console().print(f"{found.severity}: {found.what}. {found.remedy}", style="yellow", soft_wrap=True)
        config = http_config(task_preview.app(), port=options["port"])
        with config.bind_socket() as server:
            console().print(f"http://127.0.0.1:{server.getsockname()[1]}", soft_wrap=True)
            Server(config).run(sockets=[server])


def _findings(template: Path) -> list[Finding]:
    """Return what is wrong with the template as it is written; the page says the same of what it shows."""
    try:
        return list(source_findings(InspectedTemplate.parse(template.read_bytes(), template.name)))
    except InvalidDocument as error:
        return [Finding.of(error)]


@contextmanager
def open_preview(template: Path, manifest: Path, row: int, data: Path, raw: bool, **options: Any) -> Iterator[Preview]:
    """Yield the preview of a manifest's row, with S3 behind it.

    Raises:
        InvalidConfiguration: the manifest has no such row, or the function leaves the object out.
        InvalidDocument: the manifest is not valid.
        FunctionFailed: the pre-labeling function failed.
    """
    from tracemark_groundtruth.web.preview import Preview
    from tracemark_groundtruth.web.settings import WebSettings

    settings = WebSettings(
        secret=secrets.token_bytes(32),
        crowd_elements=CrowdElements(options["crowd_elements"]),
        buckets=bucket_names(os.environ, "ALLOWED_BUCKETS"),
        template_sources=options["sources"],
    )
    with ExitStack() as stack:
        line = _line(manifest, row)
        storage = stack.enter_context(storage_of(data))
        task_input = PreAnnotationResponse.without_function(line).task_input if raw else _task_input(line, storage)
        yield Preview(template, task_input, f"row {row} of {manifest.name}", storage.client, settings)


def _line(manifest: Path, row: int) -> DataObject:
    with manifest.open("rb") as file:
        line = next(islice(manifest_lines(file, str(manifest)), row, None), None)
    if line is None:
        raise InvalidConfiguration(
            f"the manifest has no row {row}", place=str(manifest), remedy="choose a smaller --row; the first one is 0"
        )
    return line


def _task_input(line: DataObject, storage: Storage) -> Mapping[str, Json]:
    with in_process(storage.environment) as functions:
        answer = functions.pre_annotation.invoke(PreAnnotationRequest.of(line, _JOB_ARN).to_json())
    response = PreAnnotationResponse.parse(answer)
    if "error" in response.task_input:
        raise InvalidConfiguration(
            f"the pre-labeling function leaves this object out: {response.task_input['error']}",
            remedy="choose another --row, or show the manifest line itself with --raw",
        )
    return response.task_input
