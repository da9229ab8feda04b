"""From an HTTP request to an action and back: bodies within bounds, sign-in first, errors as pages."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from urllib.parse import parse_qsl

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tracemark.errors import InvalidDocument, TracemarkError
from tracemark_groundtruth.errors import (
    AnswerFinal,
    AnswerRefused,
    BodyTooLarge,
    ClassUnknown,
    JobNotOpen,
    NoRoomForBody,
    ProviderUnavailable,
    SignInRefused,
    StateUnavailable,
    TaskAnswered,
    TaskExpired,
    TaskNotHeld,
)
from tracemark_groundtruth.watching.bodies import NOBODY, RETRY_AFTER_SECONDS
from tracemark_groundtruth.watching.request_id import current
from tracemark_groundtruth.web.portal.errors import (
    LinkRefused,
    RequestForged,
    RequestTooLarge,
    SignInNeeded,
    TooManyAttempts,
)
from tracemark_groundtruth.web.portal.pages import page
from tracemark_groundtruth.web.portal.policy import PAGE
from tracemark_groundtruth.web.portal.portal import SAFE_METHODS, AuthenticatedRequest, Portal
from tracemark_groundtruth.web.portal.sessions import COOKIE, Session
from tracemark_groundtruth.web.responses import JsonAnswer

MAX_BODY_BYTES = 512 * 1024
MAX_OPEN_BODY_BYTES = 8 * 1024
"""Of whoever is not signed in: a name and a password."""

MAX_FORM_FIELDS = 20

SIGN_IN_PATH = "/sign-in"

Form = Mapping[str, str]
Action = Callable[[Portal, AuthenticatedRequest], Response]
OpenAction = Callable[[Portal, Request, Form], Response]
Turn = Callable[[Portal, Request, Form], Awaitable[None]]
Endpoint = Callable[[Request], Awaitable[Response]]
Admit = Callable[[Request], str]
"""Returns who sends a request that changes something, before its body is read."""

logger = logging.getLogger(__name__)

# Status, what the worker reads, and whether the same answer may be sent again.
_SHOWN: dict[type[TracemarkError], tuple[int, str]] = {
    SignInNeeded: (401, "You are signed out. Sign in in another tab, then submit again."),
    LinkRefused: (
        410,
        "This link works once and for ten minutes, on its own machine. Start the command again for another.",
    ),
    RequestForged: (403, "This request did not come from a page of this portal. Go back, load the page again, retry."),
    RequestTooLarge: (413, "This is more than can be submitted at once."),
    BodyTooLarge: (413, "This is more than can be submitted at once."),
    NoRoomForBody: (503, "The service is being sent too much just now. Try again in a moment."),
    TooManyAttempts: (429, "Too many people try to sign in with this name. Wait a minute, then try again."),
    InvalidDocument: (400, "The answers could not be read."),
    ClassUnknown: (400, ""),  # it says itself what is wrong
    AnswerRefused: (400, "The answers are too large or cannot be stored."),
    TaskNotHeld: (404, "You do not hold this task. It may have been given to somebody else."),
    TaskExpired: (410, "The time for this task is over. It went back to the pool; your answer to it was not saved."),
    TaskAnswered: (409, "You have answered this task already. That answer is saved."),
    AnswerFinal: (409, "The answers to this item have been put together: yours stands as it is and cannot be changed."),
    JobNotOpen: (404, "This job is not open: it has ended, or it is not one of yours."),
    SignInRefused: (403, ""),  # this, too
    ProviderUnavailable: (503, "The provider that signs you in does not answer. Try again in a moment."),
    StateUnavailable: (503, "The service cannot save anything just now. Try again in a moment."),
}
_OTHERWISE = (502, "Something the service needs did not answer. Try again in a moment.")


def signed_in(
    portal: Portal, action: Action, limiter: CapacityLimiter | None = None, *, often: bool = False
) -> Endpoint:
    """Return the endpoint of an action that only a signed-in worker may take.

    For `often` see `Portal.visit`, for `limiter` see `open_to_all`.
    """

    def admit(request: Request) -> str:
        sender = f"worker {portal.session(request).account_name}"
        portal.check_origin(request)
        return sender

    def answer(request: Request, body: bytes, form: Form) -> Response:
        visit = portal.visit(request, body, form, often=often)
        response = action(portal, visit)
        if session := visit.session.renew(portal.now()):
            keep(response, portal, session)
        return response

    return _endpoint(portal, admit, answer, limiter, MAX_BODY_BYTES)


def open_to_all(
    portal: Portal, action: OpenAction, limiter: CapacityLimiter | None = None, turn: Turn | None = None
) -> Endpoint:
    """Return the endpoint of an action that needs no session.

    `limiter` holds how many requests are acted upon at a time; the others wait without a thread, as they do for
    their `turn`.
    """

    def admit(request: Request) -> str:
        portal.check_origin(request)
        return NOBODY

    def answer(request: Request, _: bytes, form: Form) -> Response:
        return action(portal, request, form)

    async def wait(request: Request, form: Form) -> None:
        if turn:
            await turn(portal, request, form)

    return _endpoint(portal, admit, answer, limiter, MAX_OPEN_BODY_BYTES, wait)


def keep(response: Response, portal: Portal, session: Session) -> None:
    """Have the browser keep a session."""
    response.set_cookie(
        COOKIE,
        portal.sessions.cookie(session),
        max_age=int((session.expires_at - portal.now()).total_seconds()),
        httponly=True,
        samesite="strict",
        secure=portal.settings.secure_cookies,
    )


async def _at_once(request: Request, form: Form) -> None:
    """Wait for nothing."""


def _endpoint(
    portal: Portal,
    admit: Admit,
    answer: Callable[[Request, bytes, Form], Response],
    limiter: CapacityLimiter | None,
    limit: int,
    wait: Callable[[Request, Form], Awaitable[None]] = _at_once,
) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            async with _body(portal, request, admit, limit) as body:
                form = _form(request, body)
                await wait(request, form)
                return await run_sync(answer, request, body, form, limiter=limiter)
        except TracemarkError as error:
            return problem(request, error)

    return endpoint


def _body(portal: Portal, request: Request, admit: Admit, limit: int) -> AbstractAsyncContextManager[bytes]:
    """Return what reads the body of a request, of one that changes nothing none."""
    if request.method in SAFE_METHODS:
        return nullcontext(b"")
    announced, sender = request.headers.get("content-length", ""), admit(request)
    return portal.bodies.read(request.stream(), announced, limit, sender)


def _form(request: Request, body: bytes) -> Form:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS))
    except ValueError as error:
        raise RequestTooLarge(f"the form has more than {MAX_FORM_FIELDS} fields") from error


def problem(request: Request, error: TracemarkError) -> Response:
    """Return what the worker sees of an error: a page, or JSON where a script asked."""
    response = _shown(request, error)
    if isinstance(error, NoRoomForBody):
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _shown(request: Request, error: TracemarkError) -> Response:
    status, text = next((shown for kind, shown in _SHOWN.items() if isinstance(error, kind)), _OTHERWISE)
    text = text or _own_text(error)
    if status >= 500 and not isinstance(error, NoRoomForBody):  # which is logged where it arises, and counted
        logger.error("a page could not be answered", extra={"error": type(error).__name__, "cause": str(error)})
        text = f"{text} Should it stay so, report it with the number {current.get()}." if current.get() else text
    if request.headers.get("content-type", "").startswith("application/json"):
        return JsonAnswer({"error": text, "again": status not in (404, 409, 410)}, status, headers=PAGE)
    if isinstance(error, SignInNeeded):
        return RedirectResponse(SIGN_IN_PATH, 303, headers=PAGE)
    return page("problem", {"text": text, "account": None, "token": ""}, status)


def _own_text(error: TracemarkError) -> str:
    if isinstance(error, ClassUnknown):
        return error.what
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in (error.what, error.remedy) if part)
