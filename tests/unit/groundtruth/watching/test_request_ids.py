"""Numbers of requests: where they come from, and where they are seen."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence

import pytest
import urllib3
from anyio.to_thread import run_sync
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from support.live_server import serving

from tracemark_groundtruth.errors import StateUnavailable
from tracemark_groundtruth.watching.log import LogFormat, formatter
from tracemark_groundtruth.watching.request_id import current, request_id
from tracemark_groundtruth.web.portal.app import guards
from tracemark_groundtruth.web.portal.endpoint import problem
from tracemark_groundtruth.web.settings import WebSettings

OWN = re.compile("[0-9a-f]{16}")
LOOPBACK = ("127.0.0.0/8",)

logger = logging.getLogger("tests.request_ids")


def work(number: int) -> str:
    logger.warning("worked", extra={"part": number})
    return current.get()


async def show(request: Request) -> PlainTextResponse:
    await asyncio.sleep(0)
    seen = [await run_sync(work, part) for part in range(3)]
    return PlainTextResponse(" ".join([current.get(), *seen]))


async def fail(request: Request) -> Response:
    return problem(request, StateUnavailable("the disk is full"))


APP = Starlette(
    routes=[Route("/show", show), Route("/fail", fail)],
    middleware=guards(WebSettings(b"s" * 32)),
)


def ask(headers: Mapping[str, str], proxies: Sequence[str] = (), path: str = "/show") -> tuple[str, str]:
    """Return the number that the answer carries, and the answer."""
    with serving(APP, proxies=proxies) as url:
        answer = urllib3.request("GET", f"{url}{path}", headers=headers, retries=False)
    return answer.headers["x-request-id"], answer.data.decode()


@given(st.binary(max_size=200))
def test_what_is_given_is_the_number_only_if_it_is_well_formed(given_: bytes) -> None:
    found = request_id(given_)

    assert found == given_.decode("latin-1") or OWN.fullmatch(found)
    assert re.fullmatch(r"[A-Za-z0-9._~+/=:@-]{1,128}", found)


def test_the_number_of_a_trusted_proxy_is_kept() -> None:
    number, _ = ask({"X-Request-ID": "proxy-17"}, LOOPBACK)

    assert number == "proxy-17"


def test_without_a_trusted_proxy_a_number_is_made() -> None:
    number, _ = ask({"X-Request-ID": "proxy-17"})

    assert OWN.fullmatch(number)


def test_a_proxy_elsewhere_does_not_make_this_machine_trusted() -> None:
    number, _ = ask({"X-Request-ID": "proxy-17"}, ["192.0.2.0/24", "2001:db8::/32"])

    assert OWN.fullmatch(number)


@pytest.mark.parametrize("given_", ["", "two words", "x" * 129, "<script>", 'a"b'])
def test_a_proxys_number_that_is_not_well_formed_is_replaced(given_: str) -> None:
    number, _ = ask({"X-Request-ID": given_}, LOOPBACK)

    assert OWN.fullmatch(number)


def test_two_requests_have_two_numbers() -> None:
    assert ask({})[0] != ask({})[0]


def test_the_number_is_known_in_every_thread_of_the_request_and_in_its_log(caplog: pytest.LogCaptureFixture) -> None:
    lines = list[str]()
    handler = logging.Handler()
    handler.setFormatter(formatter(LogFormat.JSON))
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    logger.addHandler(handler)
    try:
        number, seen = ask({})
    finally:
        logger.removeHandler(handler)

    assert set(seen.split()) == {number}
    assert len(lines) == 3
    assert all(f'"request_id": "{number}"' in line for line in lines)


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/json"}])
def test_a_page_that_could_not_be_answered_says_the_number_to_report(headers: dict[str, str]) -> None:
    number, text = ask(headers, path="/fail")

    assert f"report it with the number {number}" in text
