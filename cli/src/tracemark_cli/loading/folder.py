"""`tracemark.load`: what is known of a folder's items at this moment, for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd

from tracemark.contract.dataset import MAX_DATASET_BYTES, Dataset, Log
from tracemark.document import Json
from tracemark.errors import DataError, InvalidConfiguration, quoted
from tracemark.profile.sensor_profile import SensorProfile
from tracemark.profile.shipped import DEFAULT_PROFILE, ShippedProfile
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.formats.labels_file import KINDS, ItemFiles
from tracemark_cli.loading.folder_storage import FolderStorage
from tracemark_cli.local.files import open_file, read_file
from tracemark_cli.setup.documents import MANIFESTS
from tracemark_cli.setup.job_folder import JobFolder
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.finished.item import Item, Standing
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.labeling.inputs import label_categories
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.spill import Spill
from tracemark_plotting.trace import Trace, read_log

_ITEM_COLUMNS = ("item", "label", "confidence", "standing", "remark", "job", *(f"{kind}s" for kind in KINDS[:2]))
_ANSWER_COLUMNS = ("item", "worker", "label", "seconds", "comments", "marks", "job")
_NO_LIMIT = 2**62


@dataclass(frozen=True, slots=True)
class Signals:
    """One log of an item: every sample, along its time.

    time, values: by channel key, float64, as long as each other; time ascends, in the unit that `time_title` tells; NaN
    is a gap. units: by channel key. notes: what was done to the log to read it. start: the moment at which time is 0.
    """

    log: str
    time_title: str
    time: Mapping[str, np.typing.NDArray[np.float64]]
    values: Mapping[str, np.typing.NDArray[np.float64]]
    units: Mapping[str, str]
    notes: tuple[str, ...] = ()
    start: datetime | None = None


@dataclass(frozen=True)
class LabeledFolder:
    """A folder with its job.

    items: a row for each item, by its name: label and confidence (missing until there is one), standing (labeled,
        waiting, failed, left out), remark, the job that labels it, and paths as tuples: photographs, logs, audio,
        video.
    answers: a row for each worker's answer to an item: worker, label, seconds, comments, and marks: every other field
        of the form, by its name.
    """

    items: pd.DataFrame
    answers: pd.DataFrame
    _storage: FolderStorage = field(repr=False)
    _sources: Mapping[str, str] = field(repr=False)

    def signals(self, item: str) -> tuple[Signals, ...]:
        """Return the logs of an item, in the order of its document.

        Raises:
            InvalidConfiguration: there is no such item.
            ObjectMissing, InvalidDocument, InvalidProfile, InvalidLog: a file is missing or wrong.
        """
        if item not in self._sources:
            raise InvalidConfiguration(
                f"there is no item {quoted(item)}", expected="a name of items.index", remedy="correct the name"
            )
        source = self._sources[item]
        document = Dataset.parse(self._storage.read(S3Uri.parse(source), MAX_DATASET_BYTES), source)
        return tuple(self._signals(log) for log in document.logs)

    def _signals(self, log: Log) -> Signals:
        path = self._storage.path(log.file)
        profile = self._profile(log.profile)
        with open_file(path) as stream, Spill() as spill:
            trace = read_log(LogFile(stream, str(path)), profile, max_rows=_NO_LIMIT, offset=log.offset, spill=spill)
            return _signals_of(log.file.key, trace)

    def _profile(self, uri: S3Uri | None) -> SensorProfile:
        if uri is None:
            return ShippedProfile.parse(DEFAULT_PROFILE).load()
        return SensorProfile.parse(self._storage.read(uri, MAX_DATASET_BYTES), str(uri))


def load(folder: str | PathLike[str], job_folder: str | PathLike[str] | None = None) -> LabeledFolder:
    """Read what `tracemark label` or `tracemark run` have made of a folder so far; nothing is changed.

    `job_folder` is the folder that was given with -o.

    Raises:
        InvalidConfiguration: there is no job for this folder.
        ObjectMissing, InvalidDocument: a document of the job is missing or wrong.
    """
    place = JobFolder.of(Path(folder), Path(job_folder) if job_folder is not None else None)
    if not place.job_file.is_file():
        raise InvalidConfiguration(
            f"there is no job for the folder {quoted(str(folder))}",
            place=str(place.home),
            remedy="run tracemark label or tracemark init on it first; name the job's folder if it lies elsewhere",
        )
    storage, files = FolderStorage(None, place), ItemFiles(place)
    latest: dict[str, tuple[str, Item]] = {}
    answers: list[Mapping[str, object]] = []
    for job in _jobs(place, storage):
        for item in job.items:
            known = latest.get(item.source)
            if known is None or known[1].standing is not Standing.LABELED:
                latest[item.source] = (job.name, item)
            answers += _answers(job.name, files.name(item.source), item)
    rows = [_row(files, job, item) for job, item in latest.values()]
    return LabeledFolder(
        pd.DataFrame(rows, columns=[*_ITEM_COLUMNS, *KINDS[2:]]).set_index("item"),
        pd.DataFrame(answers, columns=list(_ANSWER_COLUMNS)),
        storage,
        {files.name(source): source for source in latest},
    )


def _jobs(place: JobFolder, storage: FolderStorage) -> Iterator[FinishedJob]:
    """Yield the job of the job file, then the further ones that `tracemark label` made, by their numbers."""
    manifests = (place.home / place.job_bucket / MANIFESTS).glob("*.jsonl")
    others = sorted((place.home / f"{file.stem}.yaml" for file in manifests), key=lambda file: (len(file.name), file))
    for file in [place.job_file, *others]:
        job = LabelingJob.parse(read_file(file), str(file))
        yield FinishedJob.read(storage, job, _classes(storage, job))


def _classes(storage: FolderStorage, job: LabelingJob) -> Sequence[str]:
    try:
        return label_categories(storage, job) or ()
    except DataError:
        return ()  # only their order is lost


def _row(files: ItemFiles, job: str, item: Item) -> Mapping[str, object]:
    found = files.files(item.source)
    paths = {"photographs": "photograph", "logs": "log", "audio": "audio", "video": "video"}
    return {
        "item": files.name(item.source),
        "label": item.label.name if item.label else None,
        "confidence": item.label.confidence if item.label else None,
        "standing": item.standing.value,
        "remark": item.remark,
        "job": job,
        **{column: found.get(kind, ()) for column, kind in paths.items()},
    }


def _answers(job: str, name: str, item: Item) -> Iterator[Mapping[str, object]]:
    for answer in item.answers:
        yield {
            "item": name,
            "worker": answer.worker,
            "label": answer.label(item.classifier),
            "seconds": answer.seconds,
            "comments": answer.comments,
            "marks": _marks(answer.content, item.classifier),
            "job": job,
        }


def _marks(fields: Mapping[str, Json], classifier: str) -> Mapping[str, Json]:
    return {name: value for name, value in fields.items() if name != classifier}


def _signals_of(log: str, trace: Trace) -> Signals:
    samples = {one.channel.key: trace.kept(one) for one in trace.channels}
    axes = {id(each.time): each.time[:] for each in samples.values()}  # channels of one clock share its moments
    return Signals(
        log=log,
        time_title=trace.time_title,
        time={key: axes[id(each.time)] for key, each in samples.items()},
        values={key: each.values[:] for key, each in samples.items()},
        units={one.channel.key: one.channel.unit for one in trace.channels},
        notes=trace.notes,
        start=trace.start,
    )
