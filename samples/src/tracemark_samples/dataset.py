"""A synthetic welding data set in the layout a labeling job reads from a bucket."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tracemark_samples.classes import LABELS, WeldClass
from tracemark_samples.photograph import photograph
from tracemark_samples.request import SampleRequest
from tracemark_samples.sensor_log import sensor_log

_KINDS_STREAM, _LOG_STREAM, _PHOTOGRAPH_STREAM = range(3)


@dataclass(frozen=True)
class SampleSet:
    """The data set that was written.

    `bucket`: name of the bucket. `bucket_directory`: the folder that stands for it. `manifest`: the input
    manifest in that folder. `true_labels`: what each weld really is, outside the bucket. `kinds`: the same as
    values, in the order of the manifest.
    """

    bucket: str
    bucket_directory: Path
    manifest: Path
    true_labels: Path
    kinds: tuple[WeldClass, ...]


def write_dataset(
    directory: Path, *, seed: int, count: int, bucket: str, on_item: Callable[[], None] | None = None
) -> SampleSet:
    """Write `count` welds below `directory`, the bucket's content in `directory/bucket`.

    The same arguments give the same bytes, and may be used again over their own output. With `count` of 6 or
    more every kind of weld appears. `on_item` is called after each weld. Raises `CountError`, `SeedError` or
    `BucketNameError` for a bad argument, and `OccupiedDirectoryError`, before anything is written, when the
    place holds files of another origin or of other arguments.
    """
    request = SampleRequest(seed=seed, count=count, bucket=bucket)
    request.claim(directory)
    kinds = _shuffle_kinds(request)
    written = _write_index(directory, request, kinds)
    for number, kind in enumerate(kinds, start=1):
        _write_item(written.bucket_directory, request, number, kind)
        if on_item is not None:
            on_item()
    return written


def _shuffle_kinds(request: SampleRequest) -> tuple[WeldClass, ...]:
    """The kinds dealt out in turn, then shuffled by the seed."""
    every = tuple(WeldClass)
    dealt = [every[number % len(every)] for number in range(request.count)]
    order = np.random.default_rng([request.seed, _KINDS_STREAM]).permutation(request.count)
    return tuple(dealt[place] for place in order)


def _write_index(directory: Path, request: SampleRequest, kinds: tuple[WeldClass, ...]) -> SampleSet:
    """Write the manifest, the label categories and the true labels."""
    place = directory / request.bucket
    numbers = range(1, request.count + 1)
    sources = [{"source": f"s3://{request.bucket}/dataset/dataset-{number}.json"} for number in numbers]
    truths = [{"datasetObjectId": str(line), "label": kind.value} for line, kind in enumerate(kinds)]
    categories = {"document-version": "2018-11-28", "labels": [{"label": label} for label in LABELS]}
    _write(place / "labels.json", json.dumps(categories, indent=2) + "\n")
    return SampleSet(
        bucket=request.bucket,
        bucket_directory=place,
        manifest=_write(place / "manifest.jsonl", _json_lines(sources)),
        true_labels=_write(directory / "true-labels.jsonl", _json_lines(truths)),
        kinds=kinds,
    )


def _write_item(place: Path, request: SampleRequest, number: int, kind: WeldClass) -> None:
    """Write the log, the photograph and the dataset file of one weld, numbered from 1."""
    log, picture = f"sensor_data/weld.{number}.csv", f"images/weld.{number}.png"
    dataset = {
        "sensor_data": {"s3Path": f"s3://{request.bucket}/{log}"},
        "image": {"s3Path": f"s3://{request.bucket}/{picture}"},
    }
    _write(place / log, sensor_log(kind, np.random.default_rng([request.seed, _LOG_STREAM, number])))
    _write(place / picture, photograph(kind, np.random.default_rng([request.seed, _PHOTOGRAPH_STREAM, number])))
    _write(place / f"dataset/dataset-{number}.json", json.dumps(dataset, indent=2) + "\n")


def _json_lines(items: list[dict[str, str]]) -> str:
    return "".join(json.dumps(item) + "\n" for item in items)


def _write(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
