"""A labeling job on a sample data set: served to two workers, completed by simulated ones."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import click

from tracemark.contract.manifest import MAX_MANIFEST_BYTES
from tracemark.document import Node
from tracemark_cli.local.files import TRUE_LABELS, read_file, true_labels
from tracemark_cli.local.serving import SERVE_DEFAULTS, log_to_stderr, open_service, serving_http
from tracemark_cli.terminal.console import console
from tracemark_cli.terminal.labels import labels_table
from tracemark_groundtruth.errors import JobNotOpen
from tracemark_groundtruth.job.answers import Task
from tracemark_groundtruth.job.labeling_job import LabelingJob, read_request
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.labeling.simulated_workers import SimulatedWorkers
from tracemark_groundtruth.labeling.template import job_classifier
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.s3.left_out_file import read_left_out
from tracemark_groundtruth.service import Service
from tracemark_groundtruth.state.accounts import Accounts, hash_password
from tracemark_groundtruth.state.jobs import ACTIVE, JobRecord, Jobs
from tracemark_groundtruth.state.tables import JobStatus
from tracemark_groundtruth.state.teams import ensure_team

_PEOPLE = ("ada", "bob")
_SEED = 7
_POLL_SECONDS = 0.3


def serve_demo(directory: Path, port: int, simulate: bool) -> None:
    """Serve a sample data set's job to two workers; with `simulate`, label it without waiting for anybody.

    Raises:
        ClickException: the job did not complete.
    """
    log_to_stderr()
    out = console()
    options = {**SERVE_DEFAULTS, "port": port}
    with open_service(directory, options) as (service, server, address), serving_http(service, server):
        record = _job(service, directory)
        out.print(f"portal:  {address}/", soft_wrap=True)
        for name, password in _people(service, record.job):
            out.print(f"sign in: name {name}, password {password}", soft_wrap=True)
        if not simulate:
            click.prompt(
                "Press Enter to let simulated workers label the rest, Ctrl-C to end", default="", show_default=False
            )
        _simulate(service, directory, record)
        _show(service, directory, record)
        if not simulate:
            _await_enter("Press Enter to end the service")


def _await_enter(text: str) -> None:
    click.prompt(text, default="", show_default=False)


def _job(service: Service, directory: Path) -> JobRecord:
    """Return the previous run's unfinished job, or a new one under the first name whose output path is free."""
    jobs, storage = Jobs(service.database), JobStorage(service.client)
    for record in jobs.list(*ACTIVE):
        return record
    file = directory / "job.yaml"
    request = read_request(read_file(file), str(file))
    ensure_team(service.database, LabelingJob.of(request).team)
    for number in count(1):
        document = Node({**request.mapping(), "LabelingJobName": f"Demo{number}"}, str(file))
        job = LabelingJob.of(document)
        if not jobs.find(job.name) and not storage.holds_any(OutputTree(job.output, job.name).root):
            service.jobs.create(document)
            break
    return _await_start(jobs, job.name)


def _await_start(jobs: Jobs, name: str) -> JobRecord:
    while (record := jobs.find(name)) is None or record.status is JobStatus.INITIALIZING:
        time.sleep(_POLL_SECONDS)
    return record


def _people(service: Service, job: LabelingJob) -> Iterator[tuple[str, str]]:
    for name in _PEOPLE:
        password = secrets.token_urlsafe(12)
        _enroll(service, name, job, password)
        yield name, password


def _enroll(service: Service, name: str, job: LabelingJob, password: str) -> None:
    accounts, password_hash = Accounts(service.database), hash_password(password)
    if accounts.find(name):
        accounts.change_password(name, password_hash)
    else:
        accounts.add(name, password_hash, [job.team])


def _simulate(service: Service, directory: Path, record: JobRecord) -> None:
    truth = true_labels(directory / TRUE_LABELS)
    simulated = SimulatedWorkers(_SEED, truth, job_classifier(service.client, record.job))
    names = [f"simulated-{number + 1}" for number in range(record.job.workers_per_object)]
    for name in names:
        _enroll(service, name, record.job, secrets.token_urlsafe(24))
    while Jobs(service.database).get(record.job_id).status in ACTIVE:
        for number, name in enumerate(names):
            _answer_all(service, record, simulated, number, name)
        time.sleep(_POLL_SECONDS)


def _answer_all(service: Service, record: JobRecord, simulated: SimulatedWorkers, number: int, name: str) -> None:
    account = service.task_queue.account(name)
    if account is None:
        return
    try:
        while task := service.task_queue.take(account.worker_id, record.name):
            answers = simulated.answers(Task(task.object_id, task.task_input), number + 1)
            service.task_queue.submit(account.worker_id, task.task_id, answers[number].content)
    except JobNotOpen:
        return  # it has just completed, failed or been stopped


def _show(service: Service, directory: Path, record: JobRecord) -> None:
    ended = Jobs(service.database).get(record.job_id)
    if ended.status is not JobStatus.COMPLETED:
        raise click.ClickException(ended.failure_reason or f"the job is {ended.status.value}")
    uri = OutputTree(record.job.output, record.name).output_manifest
    storage = JobStorage(service.client)
    data, reasons = storage.read(uri, MAX_MANIFEST_BYTES), read_left_out(storage, uri)
    out = console()
    out.print(labels_table(data, str(uri), record.job.label_attribute_name, reasons))
    out.print(f"output manifest: {directory / uri.bucket / uri.key}", soft_wrap=True)
