"""What the portal's endpoints share: task queue, object store, settings, authentication."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from starlette.requests import Request

from tracemark_groundtruth.rendering.grants import ReadGrants
from tracemark_groundtruth.state.task_queue import Account, TaskQueue
from tracemark_groundtruth.watching.bodies import Bodies
from tracemark_groundtruth.web.portal.errors import RequestForged, SignInNeeded
from tracemark_groundtruth.web.portal.links import SignInLinks
from tracemark_groundtruth.web.portal.offers import Offers
from tracemark_groundtruth.web.portal.provider_access import ProviderAccess
from tracemark_groundtruth.web.portal.recent_accounts import RecentAccounts
from tracemark_groundtruth.web.portal.rendered_pages import RenderedPages
from tracemark_groundtruth.web.portal.sessions import COOKIE, Session, Sessions
from tracemark_groundtruth.web.portal.sign_in import Authenticator
from tracemark_groundtruth.web.portal.sign_in_log import SignInLog
from tracemark_groundtruth.web.settings import WebSettings

SAFE_METHODS = ("GET", "HEAD")


@dataclass(frozen=True)
class AuthenticatedRequest:
    """One request of a signed-in worker; `body` is its raw body, `form` the same as fields."""

    request: Request
    account: Account
    session: Session
    body: bytes
    form: Mapping[str, str]


@dataclass(frozen=True)
class Portal:
    """The portal as a value: `client` is a boto3 S3 client, `now` returns the time in UTC.

    Without `links` and `provider`, people sign in by name and password only.
    """

    task_queue: TaskQueue
    client: Any
    settings: WebSettings
    authenticator: Authenticator
    now: Callable[[], datetime]
    offers: Offers = field(default_factory=Offers)
    pages: RenderedPages = field(default_factory=RenderedPages)
    links: SignInLinks | None = None
    provider: ProviderAccess | None = None
    log: SignInLog = field(default_factory=SignInLog)
    recent: RecentAccounts = field(default_factory=RecentAccounts)
    bodies: Bodies = field(default_factory=Bodies)

    @cached_property
    def sessions(self) -> Sessions:
        """The signer and reader of sessions."""
        return Sessions(self.settings.secret)

    @cached_property
    def grants(self) -> ReadGrants:
        """The signer and reader of links to objects."""
        return ReadGrants(self.settings.secret, self.settings.buckets)

    def visit(
        self, request: Request, body: bytes, form: Mapping[str, str], *, often: bool = False
    ) -> AuthenticatedRequest:
        """Return the authenticated request; of one that comes `often` the account may be a second old.

        Raises:
            SignInNeeded: nobody is signed in, or the account is disabled or has a new password.
            RequestForged: it changes something, and was not sent by a page of this portal for this worker.
            StateUnavailable: see `TaskQueue`.
        """
        session = self.session(request)
        known = self.recent.get(session.account_name) if often else None
        account = known if known and self._is_signed_in(known, session) else self._looked_up(session)
        if request.method not in SAFE_METHODS:
            self._check_token(request, form, session)
        return AuthenticatedRequest(request, account, session, body, form)

    def session(self, request: Request) -> Session:
        """Return the session of a request, as its cookie says; the account is not looked up.

        Raises:
            SignInNeeded: it has none, or it has expired.
        """
        return self.sessions.read(request.cookies.get(COOKIE, ""), self.now())

    def _looked_up(self, session: Session) -> Account:
        account = self.task_queue.account(session.account_name)
        if account is None or not self._is_signed_in(account, session):
            raise SignInNeeded("the account is disabled, or its password has changed")
        self.recent.keep(session.account_name, account)
        return account

    def _is_signed_in(self, account: Account, session: Session) -> bool:
        return not account.disabled and self.sessions.credential(account) == session.credential

    def check_origin(self, request: Request) -> None:
        """Accept a request from a page of this portal, or from no page at all.

        Raises:
            RequestForged: a page of another origin sent it, such as the frame of a task.
        """
        sent_by, own = request.headers.get("origin"), str(request.base_url).rstrip("/")
        # Behind a proxy that terminates HTTPS, requests arrive here over HTTP.
        if sent_by is not None and sent_by.partition("://")[2] != own.partition("://")[2]:
            raise RequestForged("the request came from another site")

    def _check_token(self, request: Request, form: Mapping[str, str], session: Session) -> None:
        self.check_origin(request)
        given = request.headers.get("x-csrf-token") or form.get("token", "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self.sessions.form_token(session).encode()):
            raise RequestForged("the request has no valid page token", remedy="load the page again")
