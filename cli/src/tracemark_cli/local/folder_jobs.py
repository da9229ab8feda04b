"""The labeling jobs of a folder that somebody labels alone: one for what is there, another for what came later."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import yaml

from tracemark.contract.answer_fields import chosen_labels, unescaped
from tracemark.contract.manifest import DataObject, manifest_text, read_manifest
from tracemark.document import Json, Node
from tracemark_cli.local.files import read_file
from tracemark_cli.setup.documents import MANIFEST, MANIFESTS
from tracemark_cli.setup.job_folder import JobFolder
from tracemark_cli.setup.writing import write_document
from tracemark_groundtruth.job.labeling_job import LabelingJob, read_request
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.service import Service
from tracemark_groundtruth.state.jobs import ACTIVE, JobRecord, Jobs
from tracemark_groundtruth.state.objects import JobObjects, ObjectRecord
from tracemark_groundtruth.state.tables import JobStatus, ObjectState
from tracemark_groundtruth.state.teams import ensure_team
from tracemark_groundtruth.state.waiting_answers import WaitingAnswers

_POLL_SECONDS = 0.1
_NUMBER = re.compile(r"-\d+$")
_MAX_BASE = 54


@dataclass(frozen=True)
class FolderJobs:
    """The jobs that a service runs for a folder. The first is that of the job file; items that were added after it
    began, or that were left out of it, get jobs of their own, whose files lie beside the first one's.
    """

    folder: JobFolder
    service: Service

    def open_missing(self, *, again: bool) -> JobRecord | None:
        """Make a job of the lines of the manifest that no job has, and return it; None when there are none.

        `again`: also of those that a job ended without a label for: they may have been repaired.

        Raises:
            ObjectMissing, InvalidDocument, InvalidUri: the manifest or the job file is missing or wrong.
            InvalidConfiguration: the job's folder cannot be written.
            StateUnavailable, StorageUnavailable: see `Jobs`, `JobStorage`.
        """
        covered = self._covered(again=again)
        missing = [line for line in self._manifest() if line.source not in covered]
        return self._await_start(self._create(missing)) if missing else None

    def records(self) -> Sequence[JobRecord]:
        """Return the jobs, the oldest first."""
        return self._jobs.list()

    def active(self) -> Iterator[JobRecord]:
        """Yield the jobs that have not ended."""
        return (record for record in self.records() if record.status in ACTIVE)

    def to_label(self) -> JobRecord | None:
        """Return the oldest job that has an item to show."""
        return next((one for one in self.active() if self._jobs.counts(one.job_id).get(ObjectState.OPEN)), None)

    def version(self) -> object:
        """Return what differs as soon as anything has happened: how many items are in each state, the last answer."""
        database = self.service.database
        return {
            one.job_id: (self._jobs.counts(one.job_id), WaitingAnswers(database, one.job_id).latest())
            for one in self.records()
        }

    def waiting_labels(self) -> Mapping[str, str]:
        """Return by the `source` of its line each item that has its answers and can still be changed, with its label.

        The label is empty where the answers do not agree on one: it is decided when they are consolidated.
        """
        return {
            row.line.source: given.get(row.line.index, "")
            for record, given in ((one, self._given(one)) for one in self.active())
            if given
            for row in JobObjects(self.service.database, record.job_id).rows()
            if row.line.index in given
        }

    def standing(self) -> Mapping[str, tuple[JobRecord, ObjectRecord]]:
        """Return how each item stands, by the `source` of its line: as the last job that has it tells."""
        return {
            row.line.source: (record, row)
            for record in self.records()
            for row in JobObjects(self.service.database, record.job_id).rows()
        }

    def progress(self) -> Counter[ObjectState]:
        """Return how many items are in each state, each item once."""
        return Counter(row.state for _, row in self.standing().values())

    def _given(self, record: JobRecord) -> Mapping[int, str]:
        fields = WaitingAnswers(self.service.database, record.job_id).fields()
        return {line: agreed_label(answers) for line, answers in fields.items()}

    @property
    def _jobs(self) -> Jobs:
        return Jobs(self.service.database)

    def _manifest(self) -> Sequence[DataObject]:
        file = self.folder.home / self.folder.path(self.folder.document(MANIFEST))
        return list(read_manifest(manifest_text(read_file(file), str(file)), str(file)))

    def _covered(self, *, again: bool) -> set[str]:
        return {
            source
            for source, (record, row) in self.standing().items()
            if not again or record.status in ACTIVE or row.state is ObjectState.LABELED
        }

    def _create(self, lines: Sequence[DataObject]) -> str:
        file = self.folder.job_file
        request = read_request(read_file(file), str(file))
        job = LabelingJob.of(request)
        ensure_team(self.service.database, job.team)
        if self._is_free(job):
            self.service.jobs.create(request)
            return job.name
        base = _NUMBER.sub("", job.name)[:_MAX_BASE].rstrip("-")
        for number in count(2):
            document = self._follow_up(request.mapping(), f"{base}-{number}")
            if self._is_free(LabelingJob.of(Node(document, str(file)))):
                break
        self._write(document, lines)
        self.service.jobs.create(Node(document, str(file)))
        return str(document["LabelingJobName"])

    def _follow_up(self, request: Mapping[str, Json], name: str) -> dict[str, Json]:
        source = {"S3DataSource": {"ManifestS3Uri": str(self.folder.document(f"{MANIFESTS}/{name}.jsonl"))}}
        return {**request, "LabelingJobName": name, "InputConfig": {**request["InputConfig"], "DataSource": source}}

    def _write(self, document: Mapping[str, Json], lines: Sequence[DataObject]) -> None:
        name = str(document["LabelingJobName"])
        manifest = self.folder.path(self.folder.document(f"{MANIFESTS}/{name}.jsonl"))
        write_document(self.folder.home / manifest, "".join(f"{line.to_json()}\n" for line in lines).encode())
        text = yaml.safe_dump(dict(document), sort_keys=False, allow_unicode=True)
        write_document(self.folder.home / f"{name}.yaml", text.encode())

    def _is_free(self, job: LabelingJob) -> bool:
        storage = JobStorage(self.service.client)
        return not self._jobs.find(job.name) and not storage.holds_any(OutputTree(job.output, job.name).root)

    def _await_start(self, name: str) -> JobRecord:
        while (record := self._jobs.find(name)) is None or record.status is JobStatus.INITIALIZING:
            time.sleep(_POLL_SECONDS)
        return record


def agreed_label(answers: Sequence[Mapping[str, Json]]) -> str:
    """Return the one class that the fields of all answers name; empty where there is none, or more than one."""
    named = {unescaped(label)[-1] for fields in answers for label in chosen_labels(fields).values()}
    return named.pop() if len(named) == 1 and all(len(chosen_labels(fields)) == 1 for fields in answers) else ""
