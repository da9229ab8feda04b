"""One person labels a folder: the service behind it, the browser on the first item, and the labels as they come."""

from __future__ import annotations

import getpass
import os
import re
import secrets
import sys
import time
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.console import Console

from tracemark.contract.manifest import DataObject
from tracemark.errors import TracemarkError, one_line
from tracemark_cli.formats.labels_file import ItemFiles, ItemLabel, write_labels
from tracemark_cli.local.folder_jobs import FolderJobs
from tracemark_cli.local.serving import SERVE_DEFAULTS, log_to_stderr, open_service, serving_http
from tracemark_cli.setup.documents import MANIFEST
from tracemark_cli.setup.job_folder import JobFolder
from tracemark_groundtruth.job.left_out import NO_REASON
from tracemark_groundtruth.job.result import ObjectRow
from tracemark_groundtruth.service import Service
from tracemark_groundtruth.state.accounts import Accounts, hash_password
from tracemark_groundtruth.state.data_folder import keep_portal_port, kept_portal_port
from tracemark_groundtruth.state.jobs import JobRecord
from tracemark_groundtruth.state.objects import ObjectRecord
from tracemark_groundtruth.state.tables import JobStatus, ObjectState
from tracemark_groundtruth.state.task_queue import Account
from tracemark_plotting.settings import Show

_POLL_SECONDS = 0.25
_NAMED = 10
_SETTLE_SECONDS = 60.0

CHANGEABLE = "can still be changed"
"""What the file of labels remarks on an item whose label is that of the answer alone."""


@dataclass
class LabelingSession:
    """A folder, the service for it and the file of its labels."""

    out: Console
    jobs: FolderJobs
    labels: Path
    items: ItemFiles
    _seen: object = None
    _written_at: float = 0.0
    _pause: float = 0.0
    _trouble: str = ""
    _answered: bool = False
    _told: set[int] = field(default_factory=set)

    def keep_labels(self, *, now: bool = False) -> None:
        """Write the labels if something has changed; seldom while that takes long, unless `now`."""
        if not now and time.monotonic() < self._written_at + self._pause:
            return
        version = self.jobs.version()
        if version == self._seen:
            return
        begun = time.monotonic()
        try:
            write_labels(self.labels, self._labels(), self.items)
        except TracemarkError as error:
            self._complain(str(error))  # a spreadsheet may hold the file; the answers are safe in the state
            return
        self._seen, self._trouble = version, ""
        self._written_at, self._pause = time.monotonic(), 10 * (time.monotonic() - begun)

    def tell_ends(self) -> None:
        """Say once of each job that ended what came of it."""
        for record in self.jobs.records():
            if record.job_id in self._told or record.status not in (JobStatus.COMPLETED, JobStatus.FAILED):
                continue
            self._told.add(record.job_id)
            if record.status is JobStatus.FAILED:
                self._print(f"the job {record.name} failed: {one_line(record.failure_reason or '')}")

    def tell_progress(self) -> bool:
        """Say how far the items are; return whether none is left to label."""
        counts = self.jobs.progress()
        labeled, total = counts[ObjectState.LABELED], counts.total()
        if waiting := counts[ObjectState.DUE] + counts[ObjectState.BATCHED]:
            self._print(
                f"{waiting:,} more {'is' if waiting == 1 else 'are'} answered; the next start makes their labels final"
            )
        without = [ObjectState.FAILED, ObjectState.LEFT_OUT, ObjectState.STOPPED]
        self._print(
            f"{labeled:,} of {total:,} {'item is' if total == 1 else 'items are'} labeled; labels: {self.labels}"
        )
        if left := sum(counts[state] for state in without):
            have = "item has" if left == 1 else "items have"
            self._print(f"{left:,} {have} no label and cannot be shown or were not answered:")
            for name, remark in list(self._remarks())[:_NAMED]:
                self._print(f"  {name}: {remark}")
        return labeled + left == total

    def tell_answered(self) -> None:
        """Say once that every item is answered, while answers can still be changed."""
        counts = self.jobs.progress()
        answered = not any(counts[state] for state in (ObjectState.NEW, ObjectState.OPEN))
        waiting = counts[ObjectState.DUE] + counts[ObjectState.BATCHED]
        if answered and waiting and not self._answered:
            last = "answer" if waiting == 1 else f"{waiting:,} answers"
            self._print(f"every item is answered; the last {last} can still be changed for a while")
        self._answered = answered

    def settle(self) -> None:
        """Make final what could still be changed, write the labels, and say how far the items are."""
        with self.out.status("making the last answers final"):
            self.jobs.service.settle(_SETTLE_SECONDS)
        self.keep_labels(now=True)
        self.tell_progress()

    def _labels(self) -> Iterator[ItemLabel]:
        waiting = self.jobs.waiting_labels()
        for source, standing in self.jobs.standing().items():
            label = _label_of(source, standing)
            if source in waiting and not label.label:
                label = ItemLabel(source, waiting[source], remark=CHANGEABLE)
            yield label

    def _remarks(self) -> Iterator[tuple[str, str]]:
        for source, (_, row) in self.jobs.standing().items():
            if row.state in (ObjectState.FAILED, ObjectState.LEFT_OUT, ObjectState.STOPPED):
                yield self.items.name(source), one_line(row.remark or NO_REASON)

    def _complain(self, text: str) -> None:
        if text != self._trouble:
            self._trouble = text
            self._print(text)

    def _print(self, text: str) -> None:
        self.out.print(text, soft_wrap=True, markup=False)


@dataclass(frozen=True, slots=True)
class LabelOptions:
    """How to label.

    port: that of the portal, 0 for a free one. browser: open one, do not only print the link. changeable_seconds: how
    long an answer can be changed.
    """

    port: int
    show: Show
    browser: bool
    changeable_seconds: float


def label_folder(out: Console, folder: JobFolder, labels: Path, wanted: LabelOptions) -> None:
    """Serve the items of a folder to one person until Ctrl-C, or until nothing is left when it begins.

    Raises:
        ClickException: nothing of what is left can be shown.
        TracemarkError: see `open_service` and `FolderJobs.open_missing`.
    """
    log_to_stderr()
    options = {
        **SERVE_DEFAULTS,
        "port": wanted.port or kept_portal_port(folder.home),
        "show": wanted.show,
        "changeable_seconds": wanted.changeable_seconds,
    }
    with open_service(folder.home, options, alone=True) as (service, server, address):
        keep_portal_port(folder.home, server.getsockname()[1])
        session = LabelingSession(out, FolderJobs(folder, service), labels, ItemFiles(folder))
        try:
            with serving_http(service, server):
                session.jobs.open_missing(again=True)
                _serve(session, service, address, browser=wanted.browser)
        except (KeyboardInterrupt, SystemExit) as end:  # Ctrl-C, or told to end by SIGTERM
            session.settle()  # after the last request, so that no answer comes after it
            out.print("ended; the same command goes on from here")
            if isinstance(end, SystemExit):
                raise


def _serve(session: LabelingSession, service: Service, address: str, *, browser: bool) -> None:
    record = _first_item(session)
    if record is None:
        session.keep_labels(now=True)
        session.tell_ends()
        if session.tell_progress() and not session.jobs.progress()[ObjectState.LABELED]:
            raise click.ClickException("there is no item that can be shown")
        return
    account = _account(service, record.job.team)
    link = f"{address}{service.sign_in_link(account, record.name)}"
    if not (browser and _open(link)):
        session.out.print(f"open in a browser of this machine, once and within ten minutes: {link}", soft_wrap=True)
    if record.job.workers_per_object > 1:
        data = session.jobs.folder.home
        session.out.print(
            f"each item waits for {record.job.workers_per_object} workers: add others with 'tracemark worker add NAME "
            f"--team {record.job.team} --data {data}'; they sign in at {address}/",
            soft_wrap=True,
            markup=False,
        )
    session.out.print("Ctrl-C ends; the same command goes on from there")
    _watch(session)


def _first_item(session: LabelingSession) -> JobRecord | None:
    """Wait for an item that can be shown and return its job; None when there will be none."""
    with session.out.status("preparing the first item"):
        while any(session.jobs.active()):
            if record := session.jobs.to_label():
                return record
            session.keep_labels()
            time.sleep(_POLL_SECONDS)
    return None


def _watch(session: LabelingSession) -> None:
    """Keep the labels, and take up lines that `tracemark init` adds to the manifest, until somebody interrupts."""
    folder = session.jobs.folder
    manifest = folder.home / folder.path(folder.document(MANIFEST))
    seen, done = _version(manifest), False
    while True:
        session.keep_labels()
        session.tell_ends()
        version = _version(manifest)
        if version != seen:
            seen = version
            _take_up(session)
        if any(session.jobs.active()):
            session.tell_answered()
            done = False
        elif not done:
            session.keep_labels(now=True)
            session.tell_progress()
            session.out.print("nothing is left to label; Ctrl-C ends")
            done = True
        time.sleep(_POLL_SECONDS)


def _take_up(session: LabelingSession) -> None:
    try:
        record = session.jobs.open_missing(again=False)
    except TracemarkError as error:
        session.out.print(f"the manifest was changed, but: {error}", soft_wrap=True, markup=False)
        return
    if record:
        session.out.print(f"new items: they are the job {record.name} on the page of jobs", soft_wrap=True)


def _version(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _label_of(source: str, standing: tuple[JobRecord, ObjectRecord]) -> ItemLabel:
    record, row = standing
    if row.state is ObjectState.LEFT_OUT:
        return ItemLabel(source, remark=f"left out: {one_line(row.remark or NO_REASON)}")
    if row.output is None:
        return ItemLabel(source)
    line = DataObject.parse(row.output.decode(), row.line.index)
    found = ObjectRow.of_line(line, record.job.label_attribute_name)
    # Confidence is how far several agree; of one person's answer Ground Truth writes 0, which would read as doubt.
    confidence = found.confidence if record.job.workers_per_object > 1 else None
    return ItemLabel(source, found.label, confidence, found.problem)


def _account(service: Service, team: str) -> Account:
    """Return the account of whoever uses this machine, made when it is not there; it has no password anybody knows."""
    accounts, name = Accounts(service.database), _user_name()
    found = accounts.find(name)
    if found is None:
        return accounts.add(name, hash_password(secrets.token_urlsafe(24)), [team])
    if found.disabled:
        raise click.ClickException(f"the worker {name} is disabled in this folder; sign in as another one")
    return found


def _user_name() -> str:
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        name = ""
    return re.sub(r"[^A-Za-z0-9._@+-]+", "-", name).lstrip("._@+-")[:128] or "local"


def _open(link: str) -> bool:
    # Without a screen Python would start a browser of the terminal, over what is printed there.
    headless = sys.platform not in ("win32", "darwin") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
    return not headless and webbrowser.open(link)
