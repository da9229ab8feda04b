"""The endpoints of signing in through a provider: the way there, and the way back."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tracemark.errors import TracemarkError
from tracemark_groundtruth.errors import SignInRefused
from tracemark_groundtruth.oidc.attempt import LIFETIME
from tracemark_groundtruth.state.task_queue import Account
from tracemark_groundtruth.web.portal.endpoint import Form, keep, problem
from tracemark_groundtruth.web.portal.pages import page
from tracemark_groundtruth.web.portal.policy import PAGE
from tracemark_groundtruth.web.portal.portal import Portal
from tracemark_groundtruth.web.portal.provider_access import PROVIDER_COOKIE, PROVIDER_PATH, ProviderAccess


def begin(portal: Portal, request: Request, form: Form) -> Response:
    """Send the browser to the provider; nothing in the request says where it goes then.

    Raises:
        ProviderUnavailable, InvalidConfiguration: see `Provider.authorization_url`.
    """
    access = _access(portal)
    attempt, cookie = access.attempts.begin(portal.now())
    response = RedirectResponse(access.provider.authorization_url(attempt), 303, headers=PAGE)
    response.set_cookie(
        PROVIDER_COOKIE,
        cookie,
        max_age=int(LIFETIME.total_seconds()),
        path=PROVIDER_PATH,
        httponly=True,
        samesite="lax",  # the provider's answer comes from another site
        secure=portal.settings.secure_cookies,
    )
    return response


def finish(portal: Portal, request: Request, form: Form) -> Response:
    """Begin the session of the person whom the provider has signed in; what came of a sign-in is recorded.

    The page that this shows leads on to the jobs by itself: a redirect would still come from the provider's site, and
    the browser would not send the session with it.
    """
    try:
        account = _account(portal, request)
    except TracemarkError as error:
        portal.log.failed(request, "", "provider", type(error).__name__)
        response = problem(request, error)
    else:
        portal.log.signed_in(request, account.name, "provider")
        response = page("signed-in", {"account": None, "token": "", "name": account.name})
        lifetime = _access(portal).provider.settings.session
        keep(response, portal, portal.sessions.begin_by_provider(account, portal.now(), lifetime))
    secure = portal.settings.secure_cookies
    response.delete_cookie(PROVIDER_COOKIE, path=PROVIDER_PATH, httponly=True, samesite="lax", secure=secure)
    return response


def _account(portal: Portal, request: Request) -> Account:
    access, query = _access(portal), request.query_params
    cookie = request.cookies.get(PROVIDER_COOKIE, "")
    attempt = access.attempts.find(cookie, query.get("state", ""), portal.now())
    account = access.account(access.provider.sign_in(attempt, query))
    if account.disabled:
        raise SignInRefused(f"the account {account.name} is disabled", remedy="ask whoever runs the service")
    return account


def _access(portal: Portal) -> ProviderAccess:
    assert portal.provider  # noqa: S101 - without one there are no such routes
    return portal.provider
