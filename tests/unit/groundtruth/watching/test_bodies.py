"""Bodies of requests: bounded each, all together and for each sender, and their room is given back whatever happens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from tracemark_groundtruth.errors import BodyTooLarge, NoRoomForBody
from tracemark_groundtruth.watching.bodies import Bodies

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run it in a thread of its own: tests of pages leave a loop running in this one."""
    with ThreadPoolExecutor(1) as own_thread:
        return own_thread.submit(asyncio.run, work).result()


async def sent(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


class Unread:
    def __aiter__(self) -> AsyncIterator[bytes]:
        pytest.fail("the body was read")


def test_a_body_comes_whole_and_its_bytes_count_until_the_request_is_over() -> None:
    bodies = Bodies()

    async def read() -> tuple[bytes, int]:
        async with bodies.read(sent(b"ab", b"", b"cde"), "5", 5) as body:
            return body, bodies.in_flight

    assert run(read()) == (b"abcde", 5)
    assert bodies.in_flight == 0


def test_a_body_that_says_to_be_too_large_is_not_read() -> None:
    async def read() -> None:
        async with Bodies().read(Unread(), "6", 5):
            pytest.fail("it was accepted")

    with pytest.raises(BodyTooLarge, match="at most 5 bytes"):
        run(read())


@pytest.mark.parametrize("announced", ["", "x", "²"])
def test_a_body_that_turns_out_to_be_too_large_is_refused_and_gives_its_room_back(announced: str) -> None:
    bodies = Bodies()

    async def read() -> None:
        async with bodies.read(sent(b"abc", b"def"), announced, 5):
            pytest.fail("it was accepted")

    with pytest.raises(BodyTooLarge):
        run(read())
    assert bodies.in_flight == 0


@pytest.mark.parametrize("error", [ConnectionError("gone"), TimeoutError("slow")])
def test_a_body_that_breaks_off_gives_its_room_back(error: Exception) -> None:
    bodies = Bodies()

    async def broken() -> AsyncIterator[bytes]:
        yield b"ab"
        raise error

    async def read() -> None:
        async with bodies.read(broken(), "5", 5):
            pytest.fail("it was accepted")

    with pytest.raises(type(error)):
        run(read())
    assert bodies.in_flight == 0


def test_a_request_that_fails_gives_the_room_of_its_body_back() -> None:
    bodies = Bodies()

    async def read() -> None:
        async with bodies.read(sent(b"ab"), "2", 5):
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - it is the test's own
        run(read())
    assert bodies.in_flight == 0


def test_a_request_that_is_cancelled_while_its_body_comes_gives_the_room_back() -> None:
    bodies = Bodies()

    async def endless() -> AsyncIterator[bytes]:
        yield b"ab"
        await asyncio.Event().wait()

    async def read() -> None:
        async with bodies.read(endless(), "5", 5):
            pytest.fail("it was accepted")

    async def cancel() -> int:
        task = asyncio.create_task(read())
        while not bodies.in_flight:
            await asyncio.sleep(0)
        held = bodies.in_flight
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return held

    assert run(cancel()) == 2
    assert bodies.in_flight == 0


def test_beyond_the_room_for_all_a_body_is_refused_until_another_is_over() -> None:
    bodies = Bodies(most=10, most_of_one=10)

    async def read() -> bytes:
        async with bodies.read(sent(b"12345678"), "8", 8, "anna"):
            with pytest.raises(NoRoomForBody, match="try again"):
                async with bodies.read(sent(b"123"), "3", 8, "bert"):
                    pytest.fail("it was accepted")
        async with bodies.read(sent(b"123"), "3", 8, "bert") as body:
            return body

    assert run(read()) == b"123"


def test_who_holds_the_room_for_one_sender_keeps_no_other_out() -> None:
    bodies = Bodies(most=10, most_of_one=5)

    async def read() -> bytes:
        async with bodies.read(sent(b"12345"), "5", 5):
            with pytest.raises(NoRoomForBody, match="not signed in"):
                async with bodies.read(sent(b"1"), "1", 5):
                    pytest.fail("it was accepted")
            async with bodies.read(sent(b"12345"), "5", 5, "anna") as body:
                return body

    assert run(read()) == b"12345"


def test_a_flood_of_refused_bodies_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    bodies = Bodies(most=1)

    async def read() -> None:
        async with bodies.read(sent(b"12"), "2", 5):
            pytest.fail("it was accepted")

    for _ in range(5):
        with pytest.raises(NoRoomForBody):
            run(read())

    assert [(record.levelno, record.message) for record in caplog.records] == [
        (logging.WARNING, "bodies of requests were refused")
    ]
