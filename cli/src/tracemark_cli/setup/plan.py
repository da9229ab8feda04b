"""The plan of a job from a folder: everything is found out and checked before anything is written."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path

from tracemark.contract.categories import Categories
from tracemark.contract.dataset import Dataset
from tracemark.contract.manifest import MAX_OBJECTS, read_manifest
from tracemark.errors import DataError, InvalidConfiguration, quoted
from tracemark.profile.sensor_profile import SensorProfile
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.setup import documents
from tracemark_cli.setup.documents import JobWishes
from tracemark_cli.setup.files import FoundFile, Kind, LeftFile
from tracemark_cli.setup.items_table import read_items
from tracemark_cli.setup.job_folder import JobFolder
from tracemark_cli.setup.pairing import Item, Pairing, Rule, pair
from tracemark_cli.setup.placing import KnownProfile
from tracemark_cli.setup.profiles import Ask, FoundKinds, LogKind, find_kinds
from tracemark_cli.setup.scan import Scan, scan
from tracemark_cli.setup.writing import Changes, DocumentStore
from tracemark_groundtruth.labeling.selection import Chosen, Selection
from tracemark_groundtruth.s3.folders import FILE as BUCKETS
from tracemark_plotting.guess.document import profile_document
from tracemark_plotting.guess.result import Known

_PROFILES = "profiles"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user says of the folder. profile: content of a profile for every log, instead of a guess."""

    job: JobWishes = field(default_factory=JobWishes)
    table: Path | None = None
    rule: Rule | None = None
    profile: bytes | None = None
    known: Known = field(default_factory=Known)
    selection: Selection = field(default_factory=Selection)


@dataclass(frozen=True, slots=True)
class OnProgress:
    """Called for every file that is seen, and for every log that is looked at."""

    file: Callable[[], None] = lambda: None
    log: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to become of a folder.

    changes: what differs from what is there already. before: lines that the manifest has. chosen: the part of the
    manifest that the job is on, None for all of it. classes: those that workers will choose from. told: what profiles
    of an earlier run leave out of new logs.
    """

    folder: JobFolder
    pairing: Pairing
    scan: Scan
    left: tuple[LeftFile, ...]
    kinds: tuple[LogKind, ...]
    changes: Changes
    before: int
    classes: Categories
    chosen: Chosen | None = None
    told: tuple[str, ...] = ()

    @property
    def manifest(self) -> str:
        """The path of the manifest, relative to the job's folder."""
        return self.folder.path(self.folder.document(documents.MANIFEST))

    def write(self) -> None:
        """Write what differs.

        Raises:
            InvalidConfiguration: the job's folder cannot be written.
        """
        DocumentStore.of(self.folder.home).write(self.changes, self.manifest)


def make_plan(folder: JobFolder, wishes: Wishes, ask: Ask, progress: OnProgress) -> Plan:
    """Look at a folder and plan the documents of its job; nothing is written.

    Raises:
        InvalidConfiguration: there is no such folder, or nothing in it to label.
        InvalidDocument, InvalidProfile, InvalidLog: the table, the profile or the classes are wrong; and whatever
            `ask` raises.
    """
    classes = documents.categories(wishes.job.classes or documents.DEFAULT_CLASSES, "--classes")
    found = scan(folder.data, progress.file)
    files = [file for file in found.files if not _is_table(folder, file, wishes.table)]
    pairing = read_items(wishes.table, files) if wishes.table else pair(files, wishes.rule)
    _check_items(folder, pairing)
    store = DocumentStore.of(folder.home)
    new = [item for item in pairing.items if not store.has(folder.path(_uri(folder, item)))]
    logs = [log for item in new for log in item.of(Kind.LOG)]
    before = {} if wishes.profile else _profiles(folder, store, pairing.items)
    kinds = find_kinds(folder.data, [] if wishes.profile else logs, wishes.known, ask, progress.log, before)
    profiles = _profile_of(folder, wishes, logs, kinds)
    written = {**_job_documents(folder, wishes, classes, store), **_profile_documents(folder, wishes, kinds.kinds)}
    unreadable = {left.path for left in kinds.left}
    lines, fresh = [], set(new)
    for item in pairing.items:
        if any(str(file.path) in unreadable for file in item.files):
            continue  # a photograph alone would be another item
        if item in fresh:
            written[folder.path(_uri(folder, item))] = documents.dataset_document(folder, item, profiles)
        lines.append(documents.manifest_line(_uri(folder, item)))
    manifest = folder.path(folder.document(documents.MANIFEST))
    chosen = _chosen(folder, wishes.selection, lines)
    if chosen:
        written |= _selected_documents(folder, wishes, chosen)
    changes = store.changes(written, manifest, lines)
    left = (*found.left, *pairing.left, *kinds.left, *_newcomers(folder, pairing.items, new))
    classes = _classes(folder, written, changes) or classes
    there = store.manifest_lines(manifest)
    return Plan(folder, pairing, found, left, kinds.kinds, changes, there, classes, chosen, kinds.told)


def _classes(folder: JobFolder, written: Mapping[str, bytes], changes: Changes) -> Categories | None:
    """Return the classes of an earlier run, or of the user's own file, where they stay; None where they do not."""
    path = folder.path(folder.document(documents.LABELS))
    if path in written and path not in changes.kept:
        return None
    return Categories.parse_file((folder.home / path).read_bytes(), str(folder.home / path))


def _chosen(folder: JobFolder, selection: Selection, lines: Sequence[str]) -> Chosen | None:
    if not selection:
        return None
    source = str(folder.document(documents.MANIFEST))
    return selection.choose(list(read_manifest("\n".join(lines), source)), source)


def _selected_documents(folder: JobFolder, wishes: Wishes, chosen: Chosen) -> dict[str, bytes]:
    """Return the manifest of the part, how it was chosen, and the job on it."""
    place = chosen.beside(folder.document(documents.MANIFEST))
    return {
        folder.path(place): chosen.data,
        f"{folder.path(place)}.selection.json": chosen.record(),
        folder.job_file.name: documents.job_document(folder, wishes.job, chosen),
    }


def _uri(folder: JobFolder, item: Item) -> S3Uri:
    return folder.document(f"dataset/{item.id}.json")


def _job_documents(folder: JobFolder, wishes: Wishes, classes: Categories, store: DocumentStore) -> dict[str, bytes]:
    """Return the documents beside the items; what was said in an earlier run and is not said now stays."""
    labels, job = folder.path(folder.document(documents.LABELS)), folder.job_file.name
    written = {
        BUCKETS: documents.bucket_document(folder, _place(folder)),
        folder.path(folder.document(documents.TEMPLATE)): _template(),
    }
    if wishes.job.classes or not store.has(labels):
        written[labels] = documents.label_document(classes)
    if wishes.job.title or wishes.job.workers or not store.has(job):
        written[job] = documents.job_document(folder, wishes.job)
    return written


def _profiles(folder: JobFolder, store: DocumentStore, items: Sequence[Item]) -> dict[str, KnownProfile]:
    """Return the profiles of an earlier run, as the user may have edited them, each with the first log it holds for.

    Raises:
        InvalidProfile, InvalidDocument: one of them is wrong.
    """
    files = sorted((folder.home / folder.job_bucket / _PROFILES).glob("*.yaml"))
    found = {file.stem: KnownProfile(SensorProfile.parse(file.read_bytes(), str(file))) for file in files}
    names = {_profile_uri(folder, name): name for name in found}
    for item in items:
        path = folder.path(_uri(folder, item))
        if not names or not store.has(path):
            continue
        used = _profiles_of_logs(folder.home / path)
        for log in item.of(Kind.LOG):
            profile = used.get(folder.file(log.path))
            if profile and (name := names.pop(profile, "")):
                found[name] = replace(found[name], log=log)
    return found


def _profiles_of_logs(document: Path) -> dict[S3Uri, S3Uri | None]:
    """Return the profile of each log in the document of an item; of one that cannot be read nothing."""
    with suppress(DataError, OSError):
        return {log.file: log.profile for log in Dataset.parse(document.read_bytes(), str(document)).logs}
    return {}


def _newcomers(folder: JobFolder, items: Sequence[Item], new: Sequence[Item]) -> Iterator[LeftFile]:
    """Name files that came to items which have a document: somebody may have labeled them without."""
    fresh = set(new)
    for item in items:
        if item in fresh:
            continue
        document = (folder.home / folder.path(_uri(folder, item))).read_text(encoding="utf-8", errors="replace")
        for file in item.files:
            if json.dumps(str(folder.file(file.path)), ensure_ascii=False) not in document:
                yield LeftFile(
                    str(file.path), f"it is new beside the item {item.id}: add it to its document, if wanted"
                )


def _is_table(folder: JobFolder, file: FoundFile, table: Path | None) -> bool:
    return table is not None and (folder.data / file.path).resolve() == table.resolve()


def _check_items(folder: JobFolder, pairing: Pairing) -> None:
    if not pairing.items:
        why = f"; {pairing.left[0].path}: {pairing.left[0].reason}" if pairing.left else ""
        raise InvalidConfiguration(
            f"no item was found in {quoted(str(folder.data))}{why}",
            expected="photographs, logs, sounds or films; those of several kinds with a folder or a name in common",
            remedy="say which belong together with --items TABLE, or make an item of each with --pair single",
        )
    if len(pairing.items) > MAX_OBJECTS:
        raise InvalidConfiguration(
            f"there are {len(pairing.items):,} items",
            place=str(folder.data),
            expected=f"at most {MAX_OBJECTS:,}, the limit of a manifest",
            remedy="make a job of each part of the folder",
        )


def _profile_of(
    folder: JobFolder, wishes: Wishes, logs: Sequence[FoundFile], kinds: FoundKinds
) -> Mapping[FoundFile, S3Uri]:
    if wishes.profile:
        return dict.fromkeys(logs, _profile_uri(folder, "profile"))
    names = {log: kind.name for kind in kinds.kinds for log in kind.logs} | dict(kinds.placed)
    return {log: _profile_uri(folder, name) for log, name in names.items()}


def _profile_uri(folder: JobFolder, name: str) -> S3Uri:
    return folder.document(f"{_PROFILES}/{name}.yaml")


def _profile_documents(folder: JobFolder, wishes: Wishes, kinds: Sequence[LogKind]) -> dict[str, bytes]:
    if wishes.profile:
        SensorProfile.parse(wishes.profile, "--profile")
        return {folder.path(_profile_uri(folder, "profile")): wishes.profile}
    return {
        folder.path(_profile_uri(folder, kind.name)): profile_document(kind.guess, str(kind.logs[0].path))
        for kind in kinds
    }


def _place(folder: JobFolder) -> str:
    """Return the path from the job's folder to the data: both may move together, or the data stay where they are."""
    if folder.home.resolve().parent == folder.data.resolve():
        return ".."
    return os.path.relpath(folder.data.resolve(), folder.home.resolve())


def _template() -> bytes:
    return (resources.files("tracemark_cli") / "templates" / documents.TEMPLATE).read_bytes()
