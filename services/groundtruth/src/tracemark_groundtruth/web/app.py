"""The service as one ASGI application: the API under /api/, the portal at /."""

from __future__ import annotations

import time
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route

from tracemark_groundtruth.api.endpoint import SageMakerApi
from tracemark_groundtruth.state.task_queue import TaskQueue
from tracemark_groundtruth.web.portal.app import guards, portal_routes
from tracemark_groundtruth.web.portal.portal import Portal
from tracemark_groundtruth.web.portal.sign_in import Attempts, Authenticator
from tracemark_groundtruth.web.settings import WebSettings

API_PATH = "/api/"


def service_app(api: SageMakerApi, task_queue: TaskQueue, client: Any, settings: WebSettings) -> Starlette:
    """Return the application; `client` is a boto3 S3 client."""
    portal = Portal(task_queue, client, settings, Authenticator(task_queue, Attempts(time.monotonic)), api.now)
    return Starlette(
        routes=[Route(API_PATH, api.handle, methods=["POST"]), *portal_routes(portal)], middleware=guards(settings)
    )
