"""The labeling service put together: state, runner, desk, pages and API."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from tracemark.errors import InvalidConfiguration, quoted
from tracemark_groundtruth.bucket import JobStorage
from tracemark_groundtruth.reception import Reception
from tracemark_groundtruth.rendering.crowd_elements import CrowdElements
from tracemark_groundtruth.rendering.grants import ReadGrants
from tracemark_groundtruth.running.runner import Runner
from tracemark_groundtruth.running.surroundings import DEFAULT_CONCURRENCY, FunctionLookup, Surroundings
from tracemark_groundtruth.sagemaker.endpoint import SageMakerApi
from tracemark_groundtruth.sagemaker.signature import ApiKeys
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.secrets import Secrets, service_secrets
from tracemark_groundtruth.web.app import service_app
from tracemark_groundtruth.web.settings import LOOPBACK_HOSTS, WebSettings

STATE_FOLDER = ".tracemark"
_STATE_FILE = "state.db"
_LOCK_FILE = "lock"


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """How the service is to be; `origin` is its own address as workers write it, for links that stand alone."""

    origin: str
    hosts: tuple[str, ...] = LOOPBACK_HOSTS
    crowd_elements: CrowdElements = CrowdElements.OWN
    buckets: frozenset[str] | None = None
    template_sources: tuple[str, ...] = ()
    concurrency: int = DEFAULT_CONCURRENCY


@dataclass(frozen=True)
class Service:
    """A running service."""

    app: Starlette
    desk: Reception
    database: Database
    secrets: Secrets


@contextmanager
def running(database: Database, client: Any, functions: FunctionLookup, settings: ServiceSettings) -> Iterator[Service]:
    """Run the jobs of a database and yield what answers HTTP; `client` is a boto3 S3 client.

    Raises:
        StateUnavailable: the database does not answer.
    """
    secrets = service_secrets(database)
    surroundings = Surroundings(database, JobStorage(client), functions, _seconds, concurrency=settings.concurrency)
    desk = Reception(database, _seconds)
    web = WebSettings(
        secret=secrets.signing,
        hosts=settings.hosts,
        crowd_elements=settings.crowd_elements,
        secure_cookies=settings.origin.startswith("https:"),
        buckets=settings.buckets,
        template_sources=settings.template_sources,
    )
    grants = ReadGrants(secrets.signing, settings.buckets, settings.origin)
    api = SageMakerApi(database, functions, grants, ApiKeys(secrets.api_key_id, secrets.api_secret), _utc)
    with Runner(surroundings):
        yield Service(service_app(api, desk, client, web), desk, database, secrets)


@contextmanager
def opened_state(folder: Path, url: str | None) -> Iterator[Database]:
    """Open the database at `url`, or the one in the data folder.

    Raises:
        InvalidConfiguration, StateUnavailable: see `Database.open`.
    """
    database = Database.open(url) if url else Database.in_file(state_folder(folder) / _STATE_FILE)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other services out of a data folder: its S3 and its SQLite database belong to one process.

    Raises:
        InvalidConfiguration: another service runs there.
    """
    with (state_folder(folder) / _LOCK_FILE).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InvalidConfiguration(
                f"another service runs in {quoted(str(folder))}",
                remedy="end it; for several processes set TRACEMARK_DATABASE_URL and AWS_ENDPOINT_URL_S3",
            ) from error
        yield


def state_folder(folder: Path) -> Path:
    """Return the folder of the service's own files, made so that only this user reads it.

    Raises:
        InvalidConfiguration: it cannot be made.
    """
    found = folder / STATE_FOLDER
    try:
        found.mkdir(parents=True, exist_ok=True)
        found.chmod(0o700)
    except OSError as error:
        raise InvalidConfiguration(
            f"{quoted(str(found))} cannot be made ({error})", remedy="name another folder with --data"
        ) from error
    return found


def write_environment(folder: Path, variables: dict[str, str]) -> Path:
    """Write a file that a shell reads with `.`, for clients of the API, and return it."""
    file = state_folder(folder) / "environment"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.writelines(f"export {name}='{value}'\n" for name, value in variables.items())
    return file


def _utc() -> datetime:
    return datetime.now(UTC)


def _seconds() -> float:
    return _utc().timestamp()
