"""A finished job as rows with their lineage, in each format that they are exported in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tracemark import __version__
from tracemark.dataset import MAX_DATASET_BYTES, Dataset
from tracemark.document import Json
from tracemark.errors import TracemarkError
from tracemark.manifest import MAX_MANIFEST_BYTES
from tracemark.s3uri import S3Uri
from tracemark_cli.finished import Found
from tracemark_groundtruth.bucket import json_bytes
from tracemark_groundtruth.finished.item import FinishedItem

FORMATS = {"groundtruth": "manifest", "csv": "csv", "parquet": "parquet", "label-studio": "label-studio.json"}
"""Each format and how its file ends."""

# What a spreadsheet takes for the start of a formula, in full width as well, and what it skips before one.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")

Row = Mapping[str, Json]


def exported(kind: str, found: Found) -> bytes:
    """Return the job in the format `kind`, which is one of `FORMATS`."""
    if kind == "groundtruth":
        return found.storage.read(found.job.tree.output_manifest, MAX_MANIFEST_BYTES)
    writers: Mapping[str, Callable[[Sequence[Row]], bytes]] = {
        "csv": as_csv,
        "parquet": as_parquet,
        "label-studio": as_label_studio,
    }
    return writers[kind]([row(found, item) for item in found.job.items])


def row(found: Found, item: FinishedItem) -> Row:
    """Return one object: its label, what speaks for it, and what it was made from."""
    dataset = dataset_of(found, item)
    return {
        "object": item.line.id,
        "source": item.source,
        "label": item.label,
        "confidence": item.confidence,
        "votes": dict(item.votes),
        "workers": len({answer.worker_id for answer in item.answers}),
        "margin": item.figures.get("margin"),
        "agreement": item.figures.get("agreement"),
        "tie": item.is_tied,
        "problem": item.problem,
        "comments": list(item.comments),
        "gold": item.gold,
        "image": str(dataset.image) if dataset else None,
        "sensor_data": str(dataset.sensor_data) if dataset else None,
        "profile": str(dataset.profile) if dataset and dataset.profile else None,
        "plots": plots_of(found, dataset) if dataset else [],
        "policy": item.figures.get("method"),
        "job": found.job.name,
        "tracemark_version": __version__,
    }


def dataset_of(found: Found, item: FinishedItem) -> Dataset | None:
    """Return the document behind an object; None where the line names none that can be read."""
    try:
        uri = item.line.uri
        if uri is None or not uri.key.endswith(".json"):
            return None
        return Dataset.parse(found.storage.read(uri, MAX_DATASET_BYTES), str(uri))
    except TracemarkError:
        return None


def plots_of(found: Found, dataset: Dataset) -> list[str]:
    """Return the URIs of the charts that lie where the pre-labeling function puts those of a log."""
    log = dataset.sensor_data
    prefix = f"plots/{log.key.removeprefix('sensor_data/')}-"
    answer = found.storage.client.list_objects_v2(Bucket=log.bucket, Prefix=prefix, MaxKeys=100)
    return [str(S3Uri(log.bucket, entry["Key"])) for entry in answer.get("Contents", ())]


def as_csv(rows: Sequence[Row]) -> bytes:
    """Return CSV in UTF-8; lists and counts stand as JSON in their cell."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(rows[0])
    writer.writerows([harmless(cell(value)) for value in each.values()] for each in rows)
    return stream.getvalue().encode("utf-8", "backslashreplace")


def cell(value: Json) -> str:
    """Return a value as the text of a CSV cell."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def harmless(text: str) -> str:
    """Return the text so that no spreadsheet runs it: an apostrophe before what begins like a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def as_parquet(rows: Sequence[Row]) -> bytes:
    """Return a Parquet file with the CSV's columns; votes are a JSON text, for their keys differ from row to row."""
    import pyarrow
    from pyarrow import parquet

    text, number = pyarrow.string(), pyarrow.float64()
    types = {"confidence": number, "margin": number, "agreement": number, "workers": pyarrow.int64()}
    types |= {"tie": pyarrow.bool_(), "comments": pyarrow.list_(text), "plots": pyarrow.list_(text)}
    schema = pyarrow.schema([(name, types.get(name, text)) for name in rows[0]])
    plain = [{**each, "votes": json.dumps(each["votes"], ensure_ascii=False)} for each in rows]
    sink = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(_storable(plain), schema=schema), sink)
    return sink.getvalue()


def _storable(value: Json) -> Json:
    """Return a value whose texts are UTF-8; lone surrogates, which a worker may send, are written out."""
    if isinstance(value, dict):
        return {key: _storable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_storable(each) for each in value]
    return value.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(value, str) else value


def as_label_studio(rows: Sequence[Row]) -> bytes:
    """Return Label Studio's tasks: the label as an annotation, each vote's class as a prediction with its share."""
    return json_bytes([_task(each) for each in rows])


def _task(each: Row) -> Json:
    cast = sum(each["votes"].values())
    predictions = [
        {"model_version": "votes", "score": count / cast, "result": [_choice(label)]}
        for label, count in each["votes"].items()
    ]
    annotations = [{"result": [_choice(each["label"])]}] if each["label"] else []
    known = {"object", "source", "image", "sensor_data", "profile", "plots", "job", "policy", "tracemark_version"}
    data: dict[str, Any] = {key: value for key, value in each.items() if key in known}
    return {
        "data": data,
        "annotations": annotations,
        "predictions": predictions,
        "meta": {"confidence": each["confidence"]},
    }


def _choice(label: str) -> Json:
    return {"from_name": "label", "to_name": "image", "type": "choices", "value": {"choices": [label]}}
