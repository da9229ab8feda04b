"""What load balancers and Kubernetes ask: whether the process lives, and whether it can work now."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import anyio
from anyio import CapacityLimiter, to_thread
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tracemark.errors import TracemarkError

LIVE_PATH = "/healthz"
READY_PATH = "/readyz"
CHECK_SECONDS = 2.0
_KEPT_SECONDS = 1.0

_log = logging.getLogger(__name__)


@dataclass
class Readiness:
    """What the service cannot work without: each check returns, or raises what is wrong with it.

    A check that takes longer than `seconds` has failed; while it hangs no further one is begun in its place. Answers
    are kept for a second: anybody may ask.
    """

    checks: Mapping[str, Callable[[], object]]
    seconds: float = CHECK_SECONDS
    now: Callable[[], float] = time.monotonic
    _found: dict[str, bool] = field(default_factory=dict)
    _found_at: float = float("-inf")
    _lock: anyio.Lock = field(default_factory=anyio.Lock)
    _under_way: set[str] = field(default_factory=set)
    _threads: CapacityLimiter = field(init=False)

    def __post_init__(self) -> None:
        self._threads = CapacityLimiter(max(1, len(self.checks)))

    async def ask(self) -> Mapping[str, bool]:
        """Return whether each check passes now; a change is logged, with its cause."""
        async with self._lock:
            if self.now() - self._found_at >= _KEPT_SECONDS:
                async with anyio.create_task_group() as group:
                    for name in self.checks:
                        group.start_soon(self._check, name)
                self._found_at = self.now()
            return dict(self._found)

    async def _check(self, name: str) -> None:
        cause: object = f"no answer within {self.seconds:g} s"
        passed = False
        with anyio.move_on_after(self.seconds):
            try:
                passed = await to_thread.run_sync(self._run, name, abandon_on_cancel=True, limiter=self._threads)
            except TracemarkError as error:
                cause = error
        if passed != self._found.get(name, True):
            why = "" if passed else str(cause)
            _log.warning("readiness changed", extra={"of": name, "ready": passed, "cause": why})
        self._found[name] = passed

    def _run(self, name: str) -> bool:
        """Return whether a check was made: not while an earlier one of the same name hangs."""
        if name in self._under_way:
            return False
        self._under_way.add(name)
        try:
            self.checks[name]()
        finally:
            self._under_way.discard(name)
        return True


class HealthChecks:
    """Answers the two paths before anything else: probes name the service by its address, with any Host header."""

    def __init__(self, app: ASGIApp, readiness: Readiness) -> None:
        self._app = app
        self._readiness = readiness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http" or scope["path"] not in (LIVE_PATH, READY_PATH):
            await self._app(scope, receive, send)
            return
        response = await self._answer(scope["method"], scope["path"])
        await response(scope, receive, send)

    async def _answer(self, method: str, path: str) -> JSONResponse:
        headers = {"Cache-Control": "no-store"}
        if method not in ("GET", "HEAD"):
            return JSONResponse({"error": "GET or HEAD"}, 405, {**headers, "Allow": "GET, HEAD"})
        if path == LIVE_PATH:
            return JSONResponse({"status": "alive"}, headers=headers)
        found = await self._readiness.ask()
        parts = {name: "ready" if passed else "not ready" for name, passed in sorted(found.items())}
        return JSONResponse(parts, 200 if all(found.values()) else 503, headers)
