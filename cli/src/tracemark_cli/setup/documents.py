"""The documents of a job: dataset documents, manifest lines, categories, job file."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

from tracemark.contract.categories import Categories
from tracemark.document import Json, Node
from tracemark.errors import InvalidConfiguration, quoted
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.setup.files import FoundFile, Kind
from tracemark_cli.setup.job_folder import JobFolder
from tracemark_cli.setup.pairing import Item
from tracemark_groundtruth.labeling.selection import Chosen

DEFAULT_CLASSES = ("Good", "Not good", "Not sure")
MANIFEST = "manifest.jsonl"
MANIFESTS = "manifests"
"""The folder of the manifests of further jobs, by their names."""
LABELS = "labels.json"
TEMPLATE = "item-classification.liquid.html"

_ACCOUNT = "111122223333"  # AWS's own example account
_REGION = "eu-west-1"
_KEYS = ((Kind.PHOTOGRAPH, "image"), (Kind.AUDIO, "audio"), (Kind.VIDEO, "video"))


@dataclass(frozen=True, slots=True)
class JobWishes:
    """What the user wants of the job: its classes, what workers read, and how many of them see an item.

    What is None stays as it was said before, or is the default.
    """

    classes: tuple[str, ...] | None = None
    title: str | None = None
    workers: int | None = None


def class_names(text: str) -> tuple[str, ...]:
    """Read the classes that stand between commas; one that has a comma itself stands in quotes, as in CSV.

    Raises:
        InvalidConfiguration: a quote has no end, or something stands behind its end.
    """
    try:
        (names,) = csv.reader([text.strip()], skipinitialspace=True, strict=True)
    except (csv.Error, ValueError) as error:
        raise InvalidConfiguration(
            f"--classes {quoted(text)} is not understood ({error})",
            expected="names with commas between them",
            remedy="write a name that has a comma in double quotes, and a double quote in it twice: --classes "
            "'Good,\"Pore, 0.5 mm\"'",
        ) from error
    return tuple(name.strip() for name in names) or ("",)


def categories(names: Sequence[str], source: str) -> Categories:
    """Return the classes of a job.

    Raises:
        InvalidDocument: none, one twice, too many or too long.
    """
    return Categories.parse(Node(list(names), source))


def label_document(classes: Categories) -> bytes:
    """Return Ground Truth's label category file."""
    document = {"document-version": "2018-11-28", "labels": [{"label": name} for name in classes.names]}
    return _json(document)


def dataset_document(folder: JobFolder, item: Item, profiles: Mapping[FoundFile, S3Uri]) -> bytes:
    """Return the document of an item; what it has one of stands alone, as in the seed, and several as a list."""
    logs = item.of(Kind.LOG)
    used = dict.fromkeys(profiles[log] for log in logs if log in profiles)
    shared = next(iter(used)) if len(used) == 1 else None
    document: dict[str, Json] = {}
    if logs:
        document["sensor_data"] = _one_or_all(
            [_log(folder, log, None if shared else profiles.get(log)) for log in logs]
        )
    for kind, key in _KEYS:
        if files := item.of(kind):
            document[key] = _one_or_all([{"s3Path": str(folder.file(file.path))} for file in files])
    if shared:
        document["profile"] = {"s3Path": str(shared)}
    return _json(document)


def manifest_line(document: S3Uri) -> str:
    """Return the line of an item, without a line break."""
    return json.dumps({"source": str(document)}, ensure_ascii=False, separators=(",", ":"))


def job_document(folder: JobFolder, wishes: JobWishes, chosen: Chosen | None = None) -> bytes:
    """Return what CreateLabelingJob takes; `chosen` is the part of the manifest that the job is on, None for all."""
    whole = folder.document(MANIFEST)
    manifest = chosen.beside(whole) if chosen else whole
    function = f"arn:aws:lambda:{_REGION}:{_ACCOUNT}:function"
    title = wishes.title or f"Classify the items of {folder.name}"
    request: dict[str, Json] = {
        "LabelingJobName": f"{folder.name.replace('.', '-')}-1",
        "LabelAttributeName": "label",
        "RoleArn": f"arn:aws:iam::{_ACCOUNT}:role/tracemark-labeling",
        "LabelCategoryConfigS3Uri": str(folder.document(LABELS)),
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": str(manifest)}}},
        "OutputConfig": {"S3OutputPath": f"s3://{folder.job_bucket}/output/"},
        "HumanTaskConfig": {
            "WorkteamArn": f"arn:aws:sagemaker:{_REGION}:{_ACCOUNT}:workteam/private-crowd/labelers",
            "UiConfig": {"UiTemplateS3Uri": str(folder.document(TEMPLATE))},
            "PreHumanTaskLambdaArn": f"{function}:PreLabelingLambda-tracemark",
            "AnnotationConsolidationConfig": {
                "AnnotationConsolidationLambdaArn": f"{function}:PostLabelingLambda-tracemark"
            },
            "TaskTitle": title[:128],
            "TaskDescription": "Look at the item and choose its class.",
            "NumberOfHumanWorkersPerDataObject": wishes.workers or 1,
            "TaskTimeLimitInSeconds": 3600,
            "TaskAvailabilityLifetimeInSeconds": 2_592_000,
        },
    }
    if chosen:
        request["Tags"] = chosen.tags()
    text = yaml.safe_dump(request, sort_keys=False, allow_unicode=True)
    return f"# What CreateLabelingJob takes. TaskTitle and TaskDescription are what workers read.\n{text}".encode()


def bucket_document(folder: JobFolder, place: str) -> bytes:
    """Return the file that makes the user's folder, at the relative path `place`, a bucket."""
    text = yaml.safe_dump({folder.name: place}, allow_unicode=True)
    return f"# Folders that are S3 buckets beside those in this folder; they are only read.\n{text}".encode()


def _log(folder: JobFolder, log: FoundFile, profile: S3Uri | None) -> dict[str, Json]:
    found: dict[str, Json] = {"s3Path": str(folder.file(log.path))}
    return found | ({"profile": {"s3Path": str(profile)}} if profile else {})


def _one_or_all(entries: list[dict[str, Json]]) -> Json:
    return entries[0] if len(entries) == 1 else entries


def _json(document: Json) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
