"""One task of a template on the screen of its author, drawn anew whenever the file changes."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tracemark.document import Json
from tracemark_groundtruth.errors import TemplateFailed
from tracemark_groundtruth.rendering.crowd_elements import with_crowd_elements
from tracemark_groundtruth.rendering.frame import frame_document
from tracemark_groundtruth.rendering.grants import ReadGrants
from tracemark_groundtruth.rendering.renderer import render, template_text
from tracemark_groundtruth.web.portal.app import guards
from tracemark_groundtruth.web.portal.assets import asset_routes
from tracemark_groundtruth.web.portal.objects import OBJECT_ROUTE, allow_ranges, stream
from tracemark_groundtruth.web.portal.pages import page
from tracemark_groundtruth.web.portal.policy import SANDBOX, frame_headers
from tracemark_groundtruth.web.responses import HtmlAnswer
from tracemark_groundtruth.web.settings import WebSettings

_LINKS_LAST = timedelta(hours=12)
_FAILED = Markup('<pre style="margin: 1rem; white-space: pre-wrap; color: #a5161d">{cause}</pre>')


def _nonce() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True)
class Preview:
    """A template file and the input of one task; `subject` is how the page calls the task (`row 3`).

    `client` is a boto3 S3 client, `now` returns the time in UTC.
    """

    template: Path
    task_input: Mapping[str, Json]
    subject: str
    client: Any
    settings: WebSettings
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    nonce: str = field(default_factory=_nonce)

    def app(self) -> Starlette:
        """Return the preview as an application."""
        routes = [
            Route("/", self._page),
            Route("/frame", self._frame),
            Route("/version", self._version),
            Route(OBJECT_ROUTE, self._object),
            Route(OBJECT_ROUTE, allow_ranges, methods=["OPTIONS"]),
            *asset_routes(),
        ]
        return Starlette(routes=routes, middleware=guards(self.settings))

    def _page(self, request: Request) -> Response:
        values = {"name": self.template.name, "subject": self.subject, "sandbox": SANDBOX, "nonce": self.nonce}
        return page("preview", {**values, "draft": self._draft})

    @property
    def _draft(self) -> str:
        """What tells drafts apart in a browser's tab: another item at the same address must not get these marks."""
        shown = json.dumps([self.template.name, self.task_input], sort_keys=True)
        return hashlib.sha256(shown.encode()).hexdigest()[:32]

    def _frame(self, request: Request) -> Response:
        origin = str(request.base_url).rstrip("/")
        try:
            content = self._render(origin)
        except (TemplateFailed, OSError) as error:
            content = _FAILED.format(cause=error)
        headers = frame_headers(origin, self.settings.crowd_elements, self.settings.template_sources)
        return HtmlAnswer(frame_document(content, self.template.name, self.nonce), headers=dict(headers))

    def _render(self, origin: str) -> str:
        text = template_text(self.template.read_bytes(), self.template.name)
        grants, until = replace(self._grants, origin=origin), self.now() + _LINKS_LAST
        html = render(text, self.task_input, lambda uri: grants.url(uri, until), self.template.name)
        return with_crowd_elements(html, self.settings.crowd_elements)

    def _version(self, request: Request) -> Response:
        try:
            status = self.template.stat()
        except OSError:
            return PlainTextResponse("gone")  # as it is for a moment while an editor saves
        return PlainTextResponse(f"{status.st_mtime_ns} {status.st_size}")

    def _object(self, request: Request) -> Response:
        return stream(request, self._grants, self.client, self.now())

    @property
    def _grants(self) -> ReadGrants:
        return ReadGrants(self.settings.secret, self.settings.buckets)
