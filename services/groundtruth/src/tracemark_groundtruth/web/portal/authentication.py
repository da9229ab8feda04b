"""The endpoints of signing in and out."""

from __future__ import annotations

from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tracemark_groundtruth.errors import JobNotOpen
from tracemark_groundtruth.oidc.settings import CALLBACK_PATH
from tracemark_groundtruth.state.task_queue import Account
from tracemark_groundtruth.web.portal.endpoint import SIGN_IN_PATH, Form, keep
from tracemark_groundtruth.web.portal.errors import LinkRefused
from tracemark_groundtruth.web.portal.pages import page
from tracemark_groundtruth.web.portal.policy import PAGE
from tracemark_groundtruth.web.portal.portal import AuthenticatedRequest, Portal
from tracemark_groundtruth.web.portal.provider_access import PROVIDER_PATH, ProviderAccess
from tracemark_groundtruth.web.portal.sessions import COOKIE, KNOWN_COOKIE
from tracemark_groundtruth.web.settings import LOOPBACK_HOSTS

_OWN_NAMES = {host.strip("[]") for host in LOOPBACK_HOSTS}
_KNOWN_SECONDS = 90 * 24 * 3600

SIGNED_OUT = "signed-out"
"""In the query of the sign-in page: somebody has just signed out whom the provider would sign in again at a click."""


def show_sign_in(portal: Portal, request: Request, form: Form) -> Response:
    """Show the form for name and password, and the way to the provider where there is one."""
    return _sign_in_page(portal, request)


def sign_in(portal: Portal, request: Request, form: Form) -> Response:
    """Begin a session and go to the jobs, or show the form again.

    Raises:
        StateUnavailable: see `Authenticator.authenticate`.
    """
    name = form.get("name", "").strip()
    account = portal.authenticator.authenticate(name, form.get("password", ""), _key(portal, request, name))
    if account is None:
        known = portal.task_queue.account(name)
        portal.log.failed(request, known.name if known else "", "password", "disabled" if _is_out(known) else "wrong")
        return _sign_in_page(portal, request, name, wrong=True)
    portal.log.signed_in(request, account.name, "password")
    response = RedirectResponse("/", 303, headers=PAGE)
    keep(response, portal, portal.sessions.begin(account, portal.now()))
    response.set_cookie(
        KNOWN_COOKIE,
        portal.sessions.known_browser(name),
        max_age=_KNOWN_SECONDS,
        path=SIGN_IN_PATH,
        httponly=True,
        samesite="strict",
        secure=portal.settings.secure_cookies,
    )
    return response


def sign_in_by_link(portal: Portal, request: Request, form: Form) -> Response:
    """Begin the session that a link promises and go to the first task of its job, or to the jobs.

    Raises:
        LinkRefused: see `SignInLinks.redeem`; or the request does not come from this machine, or the account has
            another password now or is disabled.
        StateUnavailable: see `TaskQueue`.
    """
    if request.method == "HEAD" or "prefetch" in request.headers.get("sec-purpose", ""):
        return Response(status_code=204, headers=PAGE)  # whoever only looks whether it is there does not use it up
    try:
        account, job = _invited(portal, request)
    except LinkRefused:
        portal.log.failed(request, "", "link", "LinkRefused")
        raise
    portal.log.signed_in(request, account.name, "link")
    response = RedirectResponse(_first_page(portal, account, job), 303, headers=PAGE)
    keep(response, portal, portal.sessions.begin(account, portal.now()))
    return response


def _invited(portal: Portal, request: Request) -> tuple[Account, str]:
    """Return the account that a link signs in, and the job whose first task is shown then."""
    if portal.links is None or not _is_from_this_machine(request):
        raise LinkRefused("sign-in links are for browsers on the service's own machine")
    invitation = portal.links.redeem(request.path_params["link"])
    account = portal.task_queue.account(invitation.account_name)
    if account is None or account.disabled or portal.sessions.credential(account) != invitation.credential:
        raise LinkRefused("the account is disabled, or its password has changed")
    return account, invitation.job


def _sign_in_page(portal: Portal, request: Request, name: str = "", *, wrong: bool = False) -> Response:
    access = portal.provider
    leaving = bool(access) and SIGNED_OUT in request.query_params
    values = {
        "account": None,
        "token": "",
        "name": name,
        "wrong": wrong,
        "provider": access.label if access else "",
        "provider_path": PROVIDER_PATH,
        "signed_out": leaving,
        "sign_out_url": _sign_out_url(access) if access and leaving else "",
    }
    return page("sign-in", values, 401 if wrong else 200)


def _sign_out_url(access: ProviderAccess) -> str:
    settings = access.provider.settings
    return access.provider.sign_out_url(settings.redirect_uri.removesuffix(CALLBACK_PATH) + SIGN_IN_PATH)


def _is_out(account: Account | None) -> bool:
    return account is not None and account.disabled


def _first_page(portal: Portal, account: Account, job: str) -> str:
    if not job:
        return "/"
    try:
        task = portal.task_queue.take(account.worker_id, job)
    except JobNotOpen:
        return "/"
    return f"/tasks/{task.task_id}" if task else f"/jobs/{job}/done"


def _is_from_this_machine(request: Request) -> bool:
    try:
        sender = ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    return sender.is_loopback and f"{request.url.hostname}".strip("[]") in _OWN_NAMES


async def wait_for_turn(portal: Portal, request: Request, form: Form) -> None:
    """Wait until an attempt with this name may be made, without a thread.

    Raises:
        TooManyAttempts: see `Attempts.wait`.
    """
    await portal.authenticator.attempts.wait(_key(portal, request, form.get("name", "").strip()))


def _key(portal: Portal, request: Request, name: str) -> str:
    """Return what an attempt counts for: a browser that was signed in to this name before, or the name."""
    return portal.sessions.browser_of(request.cookies.get(KNOWN_COOKIE, ""), name) or f"name {name.casefold()[:100]}"


def sign_out(portal: Portal, visit: AuthenticatedRequest) -> Response:
    """End the session; the task that the worker holds stays theirs until its time is over, what is reserved does not.

    Raises:
        StateUnavailable: see `TaskQueue`.
    """
    portal.task_queue.leave(visit.account.worker_id)
    portal.log.signed_out(visit.request, visit.account.name, visit.session.id)
    target = f"{SIGN_IN_PATH}?{SIGNED_OUT}" if visit.session.by_provider else SIGN_IN_PATH
    response = RedirectResponse(target, 303, headers=PAGE)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=portal.settings.secure_cookies)
    return response
