"""The labeling service in this process: its socket, S3, functions, state and log."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tracemark.errors import InvalidConfiguration, quoted
from tracemark.settings import bucket_names, whole_number
from tracemark_cli.local.final_pass import make_final_pass
from tracemark_cli.local.functions import EMULATOR, JobFunctions, in_containers, in_process
from tracemark_cli.local.state import database_url
from tracemark_cli.local.storage import Storage, folder_storage, storage_of
from tracemark_cli.local.streams import stream_endpoints
from tracemark_cli.local.watching import metrics_token
from tracemark_cli.terminal.console import console
from tracemark_groundtruth.functions.catalog import Catalog, Image, read_sources, start_functions
from tracemark_groundtruth.functions.containers import FunctionContainers
from tracemark_groundtruth.functions.function import Function
from tracemark_groundtruth.labeling.batch import DEFAULT_CHANGEABLE_SECONDS
from tracemark_groundtruth.labeling.preparation import DEFAULT_CONCURRENCY
from tracemark_groundtruth.oidc.settings import OidcSettings
from tracemark_groundtruth.rendering.crowd_elements import CrowdElements
from tracemark_groundtruth.running.webhook_settings import WebhookSettings
from tracemark_groundtruth.s3.embedded import REGION
from tracemark_groundtruth.service import API_PATH, Service, ServiceSettings, running
from tracemark_groundtruth.state.accounts import Accounts
from tracemark_groundtruth.state.audit import DEFAULT_DAYS
from tracemark_groundtruth.state.data_folder import exclusive_lock, open_state, state_folder, write_environment
from tracemark_groundtruth.state.secrets import Seals
from tracemark_groundtruth.streams.endpoints import NO_ENDPOINTS
from tracemark_groundtruth.watching.log import LogFormat, formatter
from tracemark_groundtruth.watching.tracing import opened_tracing
from tracemark_groundtruth.web.connections import Server, http_config
from tracemark_groundtruth.web.settings import LOOPBACK_HOSTS

SERVE_DEFAULTS: Mapping[str, Any] = {
    "host": "127.0.0.1",
    "port": 8000,
    "origin": None,
    "hosts": (),
    "functions": None,
    "containers": False,
    "emulator": EMULATOR,
    "concurrency": DEFAULT_CONCURRENCY,
    "crowd_elements": CrowdElements.OWN,
    "sources": (),
    "final_pass": True,
    "changeable_seconds": DEFAULT_CHANGEABLE_SECONDS,
}
"""The defaults of the options of `serve`."""

TRUSTED_PROXIES = "TRACEMARK_TRUSTED_PROXIES"
AUDIT_DAYS = "TRACEMARK_AUDIT_DAYS"

_ALONE_BATCH_SECONDS = 0.3
# What a shell may still be set to for some other job.
_OF_A_JOB = (
    "ALLOWED_BUCKETS",
    "CLASSIFIER_NAME",
    "CONSOLIDATION_POLICY",
    "GOLD_MANIFEST",
    "LABEL_CATEGORIES",
    "ON_BAD_ITEM",
    "PLOTTING_FUNCTION",
    "SENSOR_PROFILE",
    "WORKER_MEMORY",
)


@contextmanager
def open_service(
    data: Path, options: Mapping[str, Any], *, alone: bool = False
) -> Iterator[tuple[Service, socket.socket, str]]:
    """Start the service except its web server; yield it, the socket to serve on, and its address.

    `alone`: for one person on this machine. Whatever the environment names, S3 and state are those of `data`, an answer
    becomes a label as soon as it can no longer be changed, and the option `show` says how logs are shown.

    Raises:
        InvalidConfiguration: the port is in use, another service uses the folder, or a variable of the environment is
            not valid.
        ContainerFailed, StateUnavailable, InvalidDocument: something that the service needs is not available.
    """
    with ExitStack() as stack:
        state_folder(data)  # before anything is made: a folder that is missing is said
        server = stack.enter_context(_socket(options["host"], options["port"]))
        origin = options["origin"] or f"http://{in_url(options['host'])}:{server.getsockname()[1]}"
        storage = stack.enter_context(_storage(data, alone))
        others = {**dict.fromkeys(_OF_A_JOB, ""), "SHOW": options["show"]} if alone else {}
        catalog = stack.enter_context(_catalog({**others, **storage.environment}, options))
        database = stack.enter_context(open_state(data, None if alone else database_url()))
        settings = service_settings(origin, options, {} if alone else os.environ)
        if alone:
            seals = Seals(previous=Seals.parse(os.environ).current)  # what another service sealed is opened, no more
            # Nobody waits for the job to end.
            settings = replace(settings, batch_seconds=_ALONE_BATCH_SECONDS, lingers=True, seals=seals)
        settings = replace(settings, tracing=stack.enter_context(opened_tracing({} if alone else os.environ)))
        final_pass = make_final_pass if options["final_pass"] else None
        endpoints = NO_ENDPOINTS if alone else stream_endpoints(os.environ)
        service = stack.enter_context(running(database, storage.client, catalog, settings, final_pass, endpoints))
        _write_environment(data, service, origin, storage.environment)
        yield service, server, origin


def service_settings(origin: str, options: Mapping[str, Any], environ: Mapping[str, str]) -> ServiceSettings:
    """Return the service's settings from its options and the environment.

    Raises:
        InvalidConfiguration: ALLOWED_BUCKETS, TRACEMARK_OIDC_…, TRACEMARK_SECRET_KEY, TRACEMARK_AUDIT_DAYS,
            TRACEMARK_METRICS_TOKEN or TRACEMARK_WEBHOOK… is wrong.
    """
    own = in_url(urlsplit(origin).hostname or "")
    return ServiceSettings(
        origin=origin,
        hosts=(*LOOPBACK_HOSTS, own, *options["hosts"]),
        crowd_elements=CrowdElements(options["crowd_elements"]),
        buckets=bucket_names(environ, "ALLOWED_BUCKETS"),
        template_sources=tuple(options["sources"]),
        concurrency=options["concurrency"],
        changeable_seconds=options["changeable_seconds"],
        oidc=OidcSettings.parse(environ, origin),
        seals=Seals.parse(environ),
        audit_days=whole_number(environ, AUDIT_DAYS, DEFAULT_DAYS),
        metrics_token=metrics_token(environ),
        webhooks=WebhookSettings.parse(environ),
    )


def in_url(host: str) -> str:
    """Return a host as URLs write it: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


@contextmanager
def serving_http(service: Service, server: socket.socket) -> Iterator[None]:
    """Answer HTTP in a thread of its own while the block runs."""
    web = Server(http_config(service.app))
    thread = threading.Thread(target=web.run, kwargs={"sockets": [server]})
    thread.start()
    try:
        yield
    finally:
        web.end()
        thread.join()


def trusted_proxies(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the addresses and networks in TRACEMARK_TRUSTED_PROXIES, separated by commas; without it there are none.

    Raises:
        InvalidConfiguration: one is neither.
    """
    found = tuple(part.strip() for part in environ.get(TRUSTED_PROXIES, "").split(",") if part.strip())
    for each in found:
        try:
            ip_network(each)
        except ValueError as error:
            raise InvalidConfiguration(
                f"{TRUSTED_PROXIES} contains {quoted(each)} ({error})",
                expected="addresses or networks, such as 10.0.0.7 or 10.0.0.0/24, separated by commas",
                remedy="name the addresses from which the reverse proxy reaches the service",
            ) from error
    return found


def announce(data: Path, service: Service, address: str) -> None:
    """Print the addresses of portal and API, the keys, and where the state is."""
    out = console()
    out.print(f"portal for workers:  {address}/", soft_wrap=True)
    out.print(f"API (SageMaker's):   {address}{API_PATH}", soft_wrap=True)
    out.print(f"API keys:            {service.secrets.api_key_id} {service.secrets.api_secret}", soft_wrap=True)
    out.print(f"for the shell:       . {state_folder(data) / 'environment'}", soft_wrap=True)
    out.print(f"state:               {_state_place(data)}", soft_wrap=True)
    if not Accounts(service.database).count():
        out.print(f"no workers yet:      tracemark worker add NAME --data {data}", soft_wrap=True)


def log_to_stderr(kind: LogFormat = LogFormat.TEXT) -> None:
    """Log warnings and errors with their extra fields."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(kind))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("choreographer").setLevel(logging.ERROR)  # it warns about every browser it closes


def _state_place(data: Path) -> str:
    return "PostgreSQL, by TRACEMARK_DATABASE_URL" if database_url() else str(state_folder(data) / "state.db")


@contextmanager
def _storage(data: Path, alone: bool) -> Iterator[Storage]:
    with ExitStack() as stack:
        if alone:
            stack.enter_context(exclusive_lock(data))
            yield stack.enter_context(folder_storage(data, durable=True))
            return
        if not (os.environ.get("AWS_ENDPOINT_URL_S3") and database_url()):
            stack.enter_context(exclusive_lock(data))
        yield stack.enter_context(storage_of(data, durable=True))


@contextmanager
def _catalog(environment: Mapping[str, str], options: Mapping[str, Any]) -> Iterator[Catalog]:
    with ExitStack() as stack:
        own: JobFunctions = stack.enter_context(
            in_containers(dict(environment), options["concurrency"], options["emulator"])
            if options["containers"]
            else in_process(environment)
        )
        builtin = {"prelabel": own.pre_annotation, "postlabel": own.post_annotation}
        functions = _read_functions(stack, environment, options, builtin) if options["functions"] else {}
        yield Catalog(functions, own.pre_annotation, own.post_annotation)


def _read_functions(
    stack: ExitStack, environment: Mapping[str, str], options: Mapping[str, Any], builtin: Mapping[str, Function]
) -> Mapping[str, Function]:
    file: Path = options["functions"]
    sources = read_sources(file.read_bytes(), str(file))
    containers: list[FunctionContainers] = []

    def start(image: Image) -> Function:
        if not containers:
            containers.append(stack.enter_context(FunctionContainers(options["emulator"])))
        return containers[0].start(image.within(environment), image.copies)

    return start_functions(sources, start, builtin)


def _socket(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=512)
    except (OSError, OverflowError) as error:
        raise InvalidConfiguration(
            f"the service cannot listen on {host}:{port} ({error})", remedy="choose another --port or --host"
        ) from error


def _write_environment(data: Path, service: Service, origin: str, s3: Mapping[str, str]) -> None:
    variables = {
        "AWS_ENDPOINT_URL_SAGEMAKER": f"{origin}{API_PATH}",
        "AWS_ACCESS_KEY_ID": service.secrets.api_key_id,
        "AWS_SECRET_ACCESS_KEY": service.secrets.api_secret,
        "AWS_DEFAULT_REGION": REGION,
    }
    if "AWS_ENDPOINT_URL_S3" in s3:  # the embedded one takes any keys
        variables["AWS_ENDPOINT_URL_S3"] = s3["AWS_ENDPOINT_URL_S3"]
    write_environment(data, variables)
