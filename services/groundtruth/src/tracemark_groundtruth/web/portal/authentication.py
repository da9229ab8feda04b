"""The endpoints of signing in and out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tracemark_groundtruth.web.portal.endpoint import SIGN_IN_PATH, Form, keep
from tracemark_groundtruth.web.portal.pages import page
from tracemark_groundtruth.web.portal.policy import PAGE
from tracemark_groundtruth.web.portal.portal import AuthenticatedRequest, Portal
from tracemark_groundtruth.web.portal.sessions import COOKIE


def show_sign_in(portal: Portal, request: Request, form: Form) -> Response:
    """Show the form for name and password."""
    return page("sign-in", {"account": None, "token": "", "name": "", "wrong": False})


def sign_in(portal: Portal, request: Request, form: Form) -> Response:
    """Begin a session and go to the jobs, or show the form again.

    Raises:
        TooManyAttempts, StateUnavailable: see `Authenticator.authenticate`.
    """
    name = form.get("name", "").strip()
    address = request.client.host if request.client else ""
    account = portal.authenticator.authenticate(name, form.get("password", ""), address)
    if account is None:
        return page("sign-in", {"account": None, "token": "", "name": name, "wrong": True}, 401)
    response = RedirectResponse("/", 303, headers=PAGE)
    keep(response, portal, portal.sessions.begin(account, portal.now()))
    return response


def sign_out(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """End the session; the task that the worker holds stays theirs until its time is over."""
    response = RedirectResponse(SIGN_IN_PATH, 303, headers=PAGE)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=portal.settings.secure_cookies)
    return response
