"""Reverse proxies before the service: what those that are trusted say of a request is believed."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

_FROM_PROXY = "tracemark.from_proxy"


class BehindProxies:
    """An application behind proxies at the addresses or networks `trusted`.

    Of their requests X-Forwarded-For and X-Forwarded-Proto are believed, and `is_from_proxy` holds.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[str]) -> None:
        self._app = ProxyHeadersMiddleware(app, list(trusted))  # type: ignore[arg-type]
        self._networks = [ip_network(each) for each in trusted]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and self._trusts(scope):
            scope[_FROM_PROXY] = True  # afterwards the client of the scope is whom the proxy speaks for
        await self._app(scope, receive, send)  # type: ignore[arg-type]

    def _trusts(self, scope: Scope) -> bool:
        client = scope.get("client")
        try:
            address = ip_address(client[0]) if client else None
        except ValueError:
            return False
        return address is not None and any(address in network for network in self._networks)


def is_from_proxy(scope: Scope) -> bool:
    """Return whether a request came from a proxy that is trusted."""
    return bool(scope.get(_FROM_PROXY))
