"""The routes of the portal, and what stands before every route of the service."""

from __future__ import annotations

from collections.abc import Sequence

from anyio import CapacityLimiter
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracemark_groundtruth.oidc.settings import CALLBACK_PATH
from tracemark_groundtruth.watching.watch import UNWATCHED, Watch
from tracemark_groundtruth.web.portal import authentication, jobs, loop, objects, provider_sign_in, tasks
from tracemark_groundtruth.web.portal.assets import asset_routes
from tracemark_groundtruth.web.portal.downloads import READS_AT_ONCE
from tracemark_groundtruth.web.portal.endpoint import SIGN_IN_PATH, open_to_all, signed_in
from tracemark_groundtruth.web.portal.links import LINKS_PATH
from tracemark_groundtruth.web.portal.policy import EVERYWHERE
from tracemark_groundtruth.web.portal.portal import Portal
from tracemark_groundtruth.web.portal.provider_access import PROVIDER_PATH
from tracemark_groundtruth.web.portal.sign_in import CHECKS_AT_ONCE
from tracemark_groundtruth.web.requests import Requests
from tracemark_groundtruth.web.settings import WebSettings
from tracemark_groundtruth.web.uploads import Uploads

# Threads of pages that only ask the database: more of them only take the interpreter from each other.
QUEUE_THREADS = 4
PROVIDER_THREADS = 8

# Threads that wait for the disk: what they write at once is one transaction, so more of them are fewer writes.
ANSWERS_AT_ONCE = 16


def portal_routes(portal: Portal) -> Sequence[BaseRoute]:
    """Return the routes of the portal.

    Pages that wait for S3 use the large default thread pool, and sign-ins a small one of their own, so that neither
    blocks workers who ask the task queue.
    """
    task_queue, sign_ins = CapacityLimiter(QUEUE_THREADS), CapacityLimiter(CHECKS_AT_ONCE)
    answers = CapacityLimiter(ANSWERS_AT_ONCE)
    return (
        Route("/", signed_in(portal, jobs.show_jobs, task_queue)),
        Route(SIGN_IN_PATH, open_to_all(portal, authentication.show_sign_in)),
        Route(
            SIGN_IN_PATH,
            open_to_all(portal, authentication.sign_in, sign_ins, authentication.wait_for_turn),
            methods=["POST"],
        ),
        Route(f"{LINKS_PATH}{{link}}", open_to_all(portal, authentication.sign_in_by_link, task_queue)),
        Route("/sign-out", signed_in(portal, authentication.sign_out, task_queue), methods=["POST"]),
        Route("/jobs/{job}/work", signed_in(portal, jobs.start, task_queue), methods=["POST"]),
        Route("/jobs/{job}/done", signed_in(portal, jobs.show_done, task_queue)),
        Route("/tasks/{task}", signed_in(portal, tasks.show_task, task_queue)),
        Route("/tasks/{task}/frame", signed_in(portal, tasks.show_frame, often=True)),
        Route("/tasks/{task}/answers", signed_in(portal, tasks.submit, answers, often=True), methods=["POST"]),
        Route("/tasks/{task}/answers", signed_in(portal, tasks.revise, task_queue), methods=["PUT"]),
        Route("/tasks/{task}/next", signed_in(portal, loop.reserve, task_queue), methods=["POST"]),
        Route("/tasks/{task}/before", signed_in(portal, loop.show_before, task_queue)),
        Route("/tasks/{task}/view", signed_in(portal, loop.show_view, task_queue)),
        Route("/tasks/{task}/give-back", signed_in(portal, loop.give_back, task_queue), methods=["POST"]),
        Route("/tasks/{task}/decline", signed_in(portal, tasks.decline, task_queue), methods=["POST"]),
        Route("/tasks/{task}/stop", signed_in(portal, tasks.stop, task_queue), methods=["POST"]),
        Route(objects.OBJECT_ROUTE, open_to_all(portal, objects.show_object, CapacityLimiter(READS_AT_ONCE))),
        Route(objects.OBJECT_ROUTE, objects.allow_ranges, methods=["OPTIONS"]),
        *_provider_routes(portal),
        *asset_routes(),
    )


def _provider_routes(portal: Portal) -> Sequence[BaseRoute]:
    """Return the way to the provider and back; those who wait for it wait in threads of their own."""
    if portal.provider is None:
        return ()
    waiting = CapacityLimiter(PROVIDER_THREADS)
    return (
        Route(PROVIDER_PATH, open_to_all(portal, provider_sign_in.begin, waiting)),
        Route(CALLBACK_PATH, open_to_all(portal, provider_sign_in.finish, waiting)),
    )


def guards(settings: WebSettings, watch: Watch = UNWATCHED) -> list[Middleware]:
    """Return what stands before every route of the service: headers, numbers of requests, uploads, known hosts only."""
    return [
        Middleware(_HeadersEverywhere),
        Middleware(Requests, watch=watch),
        Middleware(Uploads),
        Middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts), www_redirect=False),
    ]


class _HeadersEverywhere:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in EVERYWHERE.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
