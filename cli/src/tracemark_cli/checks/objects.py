"""The objects that manifest and task inputs name: are they there, and can they be shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tracemark.contract.manifest import DataObject
from tracemark.document import Json
from tracemark.errors import DataError, ObjectMissing, TracemarkError
from tracemark.storage.s3objects import S3Objects
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.checks.finding import Finding
from tracemark_cli.checks.preparation import Prepared

MAX_ASKED = 2_000
_THREADS = 16
_IMAGES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".bmp", ".svg", ".tif", ".tiff", ".heic", ".heif", ".jp2")


def line_findings(client: Any, lines: Sequence[DataObject], source: str) -> Iterator[Finding]:
    """Yield which of the first 2,000 objects that the lines name are not there."""
    uris = {line.uri: f"{source} line {line.index + 1}" for line in lines[:MAX_ASKED] if line.uri}
    yield from missing_findings(client, uris, "the manifest names it; upload it, or remove the line")


def task_findings(client: Any, prepared: Iterable[Prepared]) -> Iterator[Finding]:
    """Yield which objects that the task inputs name are not there, and what only looks like an S3 URI."""
    uris: dict[S3Uri, str] = {}
    for one in prepared:
        if not one.to_workers:
            continue
        for text in texts(one.task_input):
            try:
                uris.setdefault(S3Uri.parse(text), f"task input of line {one.line.index + 1}")
            except DataError as error:
                yield Finding.of(error)
    yield from missing_findings(
        client, uris, "the page would show a broken picture; upload it, or correct the function"
    )


def picture_findings(client: Any, named: Iterable[Prepared]) -> Iterator[Finding]:
    """Yield which images that workers are shown no browser shows; each is opened once."""
    from tracemark_prelabel.pictures import PictureLimits, unshowable  # with Pillow and NumPy

    uris = {text: one.line.index for one in named if one.to_workers for text in texts(one.task_input)}
    store, limits = S3Objects(client), PictureLimits()
    for text, index in uris.items():
        if not text.lower().endswith(_IMAGES):
            continue
        try:
            uri = S3Uri.parse(text)
            reason = unshowable(store.read(uri, limit=limits.bytes).data, text, limits)
        except ObjectMissing:
            continue  # said by `task_findings`
        except TracemarkError as error:
            yield Finding.of(error)
            continue
        if reason:
            yield Finding(
                f"no browser shows this image: {reason}",
                text,
                f"JPEG, PNG, GIF, WebP, AVIF or SVG of 8 bits, as the task input of line {index + 1} is to show it",
                "convert it, or name it in a dataset document: the pre-labeling function converts images",
            )


def missing_findings(client: Any, uris: dict[S3Uri, str], remedy: str) -> Iterator[Finding]:
    """Yield which objects are not there; `uris` says by whom each is named."""
    store = S3Objects(client)
    with ThreadPoolExecutor(_THREADS) as executor:
        errors = executor.map(lambda uri: _error(store, uri), uris)
        for uri, error in zip(uris, errors, strict=True):
            if error:
                yield Finding(error.what, str(uri), f"what {uris[uri]} names", remedy)


def texts(value: Json) -> Iterator[str]:
    """Yield every text in a task input that begins as an S3 URI."""
    if isinstance(value, str) and value.startswith("s3://"):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def _error(store: S3Objects, uri: S3Uri) -> TracemarkError | None:
    try:
        store.etag(uri)
    except TracemarkError as error:
        return error
    return None
