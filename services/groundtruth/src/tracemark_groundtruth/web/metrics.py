"""The figures for Prometheus at /metrics, for whoever may read them."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

PATH = "/metrics"

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_NEEDS_TOKEN = "The figures are for whoever knows the token: send it as a bearer token.\n"  # noqa: S105 - none
_NOT_HERE = (
    "Without a token the figures are shown on the service's own machine only: set TRACEMARK_METRICS_TOKEN, and send it"
    " as a bearer token.\n"
)


@dataclass(frozen=True, slots=True)
class MetricsAccess:
    """Who may read: whoever sends `token`; without one, who asks on this machine, if workers reach it no other way.

    `local`: the address of the service is one of this machine. Otherwise a proxy on this machine, which makes
    everybody's requests look like its own, would show the figures to workers.
    """

    token: str | None = field(default=None, repr=False)
    local: bool = True

    def refusal(self, request: Request) -> Response | None:
        """Return the answer to somebody who may not read."""
        if self.token is None:
            may_read = self.local and _is_on_this_machine(request)
            return None if may_read else PlainTextResponse(_NOT_HERE, 403)
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        same = hmac.compare_digest(given.strip().encode(), self.token.encode())
        if scheme.lower() == "bearer" and same:
            return None
        return PlainTextResponse(_NEEDS_TOKEN, 401, {"WWW-Authenticate": "Bearer"})


def metrics_route(text: Callable[[str], tuple[bytes, str]], access: MetricsAccess) -> Route:
    """Return the route; `text` makes of an Accept header the figures and their content type."""
    one_at_a_time = CapacityLimiter(1)

    async def show(request: Request) -> Response:
        refusal = access.refusal(request)
        if refusal:
            return refusal
        body, content_type = await run_sync(text, request.headers.get("accept", ""), limiter=one_at_a_time)
        return Response(body, headers={"Content-Type": content_type, "Cache-Control": "no-store"})

    return Route(PATH, show)


def _is_on_this_machine(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
