"""The labeling service put together: runner, task_queue, pages and API."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from tracemark_groundtruth.api.access import LOCAL_CALLER, KeyRing
from tracemark_groundtruth.api.endpoint import SageMakerApi
from tracemark_groundtruth.api.jobs import JobOperations
from tracemark_groundtruth.api.signature import ApiKeys
from tracemark_groundtruth.labeling.batch import DEFAULT_CHANGEABLE_SECONDS
from tracemark_groundtruth.labeling.preparation import DEFAULT_CONCURRENCY
from tracemark_groundtruth.labeling.template import check_template
from tracemark_groundtruth.oidc.attempt import Attempts as ProviderAttempts
from tracemark_groundtruth.oidc.settings import OidcSettings
from tracemark_groundtruth.rendering.crowd_elements import CrowdElements
from tracemark_groundtruth.rendering.grants import ReadGrants
from tracemark_groundtruth.running.context import DEFAULT_BATCH_SECONDS, FinalPass, FunctionLookup, RunnerContext
from tracemark_groundtruth.running.intake import Intake
from tracemark_groundtruth.running.runner import Runner
from tracemark_groundtruth.running.webhook_settings import WebhookSettings
from tracemark_groundtruth.running.webhooks import Webhooks
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.state.api_keys import PersonalKeys
from tracemark_groundtruth.state.audit import DEFAULT_DAYS, Audit
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.figures import state_figures
from tracemark_groundtruth.state.identities import Identities
from tracemark_groundtruth.state.secrets import Seals, Secrets, service_secrets
from tracemark_groundtruth.state.sign_in_failures import SignInFailures
from tracemark_groundtruth.state.stored_task_queue import StoredTaskQueue
from tracemark_groundtruth.state.task_queue import Account, TaskQueue
from tracemark_groundtruth.state.teams import ensure_team
from tracemark_groundtruth.state.waiting_answers import any_waits
from tracemark_groundtruth.streams.endpoints import NO_ENDPOINTS, StreamEndpoints
from tracemark_groundtruth.watching.service_watch import ServiceWatch
from tracemark_groundtruth.watching.storage import storage_watched
from tracemark_groundtruth.watching.tracing import NO_TRACING, Tracing
from tracemark_groundtruth.watching.watch import UNWATCHED, Watch
from tracemark_groundtruth.web.health import HealthChecks, Readiness
from tracemark_groundtruth.web.metrics import MetricsAccess, metrics_route
from tracemark_groundtruth.web.portal.app import guards, portal_routes
from tracemark_groundtruth.web.portal.links import SignInLinks
from tracemark_groundtruth.web.portal.portal import Portal
from tracemark_groundtruth.web.portal.provider_access import ProviderAccess
from tracemark_groundtruth.web.portal.sessions import Sessions
from tracemark_groundtruth.web.portal.sign_in import (
    FREE_FAILURES,
    MAX_DELAY_SECONDS,
    WINDOW_SECONDS,
    Attempts,
    Authenticator,
    SharedFailures,
)
from tracemark_groundtruth.web.portal.sign_in_log import SignInLog
from tracemark_groundtruth.web.settings import LOOPBACK_HOSTS, WebSettings

API_PATH = "/api/"
NO_WEBHOOKS = WebhookSettings()
_LOOPBACK_NAMES = {host.strip("[]") for host in LOOPBACK_HOSTS}

_POLL_SECONDS = 0.05

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """How the service is to be; `origin` is its own address as workers write it, for links that stand alone.

    `lingers`: the last answers of a job can be changed as long as any others, so it ends that much later.
    `oidc` is the provider that signs people in, `seals` what opens the secrets in the database, `audit_days` how long
    entries of the audit log are kept. With `metrics_token` the figures of /metrics are for whoever sends it.
    """

    origin: str
    hosts: tuple[str, ...] = LOOPBACK_HOSTS
    crowd_elements: CrowdElements = CrowdElements.OWN
    buckets: frozenset[str] | None = None
    template_sources: tuple[str, ...] = ()
    concurrency: int = DEFAULT_CONCURRENCY
    batch_seconds: float = DEFAULT_BATCH_SECONDS
    changeable_seconds: float = DEFAULT_CHANGEABLE_SECONDS
    lingers: bool = False
    oidc: OidcSettings | None = None
    seals: Seals = field(default_factory=Seals)
    audit_days: int = DEFAULT_DAYS
    metrics_token: str | None = field(default=None, repr=False)
    tracing: Tracing = NO_TRACING
    webhooks: WebhookSettings = NO_WEBHOOKS

    @property
    def metrics_access(self) -> MetricsAccess:
        """Who may read the service's figures."""
        return MetricsAccess(self.metrics_token, (urlsplit(self.origin).hostname or "") in _LOOPBACK_NAMES)


@dataclass(frozen=True)
class Service:
    """A running service."""

    app: Starlette
    task_queue: StoredTaskQueue
    jobs: JobOperations
    client: Any
    database: Database
    secrets: Secrets
    links: SignInLinks
    settling: threading.Event

    def settle(self, seconds: float) -> bool:
        """Consolidate what has its answers and still waits, and take no more than `seconds`; workers are gone by now.

        Return whether nothing waits any more. What does is safe in the state, and consolidated after the next start.

        Raises:
            StateUnavailable: the database does not answer.
        """
        end = time.monotonic() + seconds
        self.settling.set()
        self.database.changes.tell_all()
        while waiting := any_waits(self.database):
            if time.monotonic() > end:
                break
            time.sleep(_POLL_SECONDS)
        return not waiting

    def sign_in_link(self, account: Account, job: str) -> str:
        """Return the path of a link that signs an account in, once, and shows the first task of a job."""
        return self.links.path(account, Sessions(self.secrets.signing).credential(account), job)


@dataclass(frozen=True)
class SignInWays:
    """How people sign in beside by password, and what is recorded of it.

    `failures` are counted together with other processes; None where there are no others.
    """

    links: SignInLinks | None = None
    failures: SharedFailures | None = None
    provider: ProviderAccess | None = None
    log: SignInLog = field(default_factory=SignInLog)


@contextmanager
def running(
    database: Database,
    client: Any,
    functions: FunctionLookup,
    settings: ServiceSettings,
    final_pass: FinalPass | None = None,
    endpoints: StreamEndpoints = NO_ENDPOINTS,
) -> Iterator[Service]:
    """Run the jobs of a database and yield what answers HTTP; `client` is a boto3 S3 client.

    Streaming jobs read and tell the queues and topics of `endpoints`.

    Raises:
        StateUnavailable: the database does not answer.
        InvalidConfiguration: its secrets are sealed with another key, or the provider of sign-ins is not as configured.
    """
    secrets, audit = service_secrets(database, settings.seals), Audit(database, settings.audit_days)
    audit.prune()
    watch = ServiceWatch(tracing=settings.tracing)
    watch.metrics.watch_state(partial(state_figures, database), database.counts, _seconds)
    database.tracing = settings.tracing
    intake = Intake(database, endpoints, _seconds)
    context = RunnerContext(
        database,
        JobStorage(client),
        functions,
        _seconds,
        concurrency=settings.concurrency,
        batch_seconds=settings.batch_seconds,
        changeable_seconds=settings.changeable_seconds,
        lingers=settings.lingers,
        final_pass=final_pass,
        endpoints=endpoints,
        intake=intake,
        watch=watch,
    )
    task_queue = StoredTaskQueue(database, _seconds)
    web = _web_settings(settings, secrets)
    grants = ReadGrants(secrets.signing, settings.buckets, settings.origin)
    personal = PersonalKeys(database, secrets.api_keys_seal)
    keys = KeyRing(ApiKeys(secrets.api_key_id, secrets.api_secret), personal, audit.record)
    own = settings.crowd_elements is CrowdElements.OWN
    checks: dict[str, Any] = {"check_template": partial(check_template, context.storage)} if own else {}
    api = SageMakerApi(database, functions, context.storage, grants, keys, _utc, endpoints=endpoints, **checks)
    links = SignInLinks(secrets.signing, _utc)
    readiness = Readiness({"database": database.require_answer, "s3": context.storage.require_answer})
    provider = _provider(database, settings.oidc, secrets) if settings.oidc else None
    ways = SignInWays(links, _shared_failures(database), provider, SignInLog(audit.record))
    further = [metrics_route(watch.metrics.text, settings.metrics_access)]
    webhooks = Webhooks(database, settings.webhooks, watch.metrics.note_webhook)
    with storage_watched(client, watch.metrics.note_s3_failure), webhooks, intake, Runner(context):
        jobs = JobOperations(database, functions, endpoints=endpoints, caller=LOCAL_CALLER)
        app = service_app(api, task_queue, client, web, ways, readiness, watch, further)
        yield Service(app, task_queue, jobs, client, database, secrets, links, context.settling)


def service_app(
    api: SageMakerApi,
    task_queue: TaskQueue,
    client: Any,
    settings: WebSettings,
    ways: SignInWays | None = None,
    readiness: Readiness | None = None,
    watch: Watch = UNWATCHED,
    further: Sequence[BaseRoute] = (),
) -> Starlette:
    """Return the application, the API under /api/, the portal at /, and `further` routes.

    `client` is a boto3 S3 client; `watch` is told of each request.
    """
    ways = ways or SignInWays()
    authenticator = Authenticator(task_queue, Attempts(time.monotonic, shared=ways.failures))
    portal = Portal(
        task_queue,
        client,
        settings,
        authenticator,
        api.now,
        links=ways.links,
        provider=ways.provider,
        log=ways.log,
        bodies=api.bodies,
    )
    health = Middleware(HealthChecks, readiness=readiness or Readiness({}))
    return Starlette(
        routes=[Route(API_PATH, api.handle, methods=["POST"]), *portal_routes(portal), *further],
        middleware=[health, *guards(settings, watch)],
    )


def _web_settings(settings: ServiceSettings, secrets: Secrets) -> WebSettings:
    return WebSettings(
        secret=secrets.signing,
        hosts=settings.hosts,
        crowd_elements=settings.crowd_elements,
        secure_cookies=settings.origin.startswith("https:"),
        buckets=settings.buckets,
        template_sources=settings.template_sources,
    )


def _provider(database: Database, settings: OidcSettings, secrets: Secrets) -> ProviderAccess:
    """Return the provider; one that does not answer now is asked again when somebody signs in."""
    from tracemark_groundtruth.oidc.provider import Provider  # its libraries take 0.2 s, which most starts do without

    provider = Provider(settings)
    if problem := provider.check():
        logger.warning("the provider of sign-ins does not answer yet", extra={"cause": problem})
    for team in sorted(set((settings.groups or {}).values())):
        ensure_team(database, team)
    return ProviderAccess(provider, ProviderAttempts(secrets.signing), Identities(database).account)


def _shared_failures(database: Database) -> SharedFailures | None:
    if database.is_sqlite:
        return None
    return SignInFailures(database, _seconds, FREE_FAILURES, MAX_DELAY_SECONDS, WINDOW_SECONDS)


def _utc() -> datetime:
    return datetime.now(UTC)


def _seconds() -> float:
    return _utc().timestamp()
