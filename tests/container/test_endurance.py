"""The plotting image over five hundred calls: it holds what it held, and nothing is left over."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import pytest
from support.sandbox import Process, Sandbox, log_of

pytestmark = pytest.mark.container

HUNDREDS = 5


@dataclass
class Endurance:
    """What was seen of the container after each hundred of calls; `memory` is in bytes, after each call."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    memory: list[list[int]] = field(default_factory=list)
    processes: list[list[Process]] = field(default_factory=list)
    files: list[dict[str, int]] = field(default_factory=list)


@pytest.fixture(scope="module")
def endurance(confined: Callable[..., Sandbox]) -> Endurance:
    seen = Endurance()
    with confined() as sandbox:
        for hundred in range(HUNDREDS):
            # Another log each time, so that each call draws.
            calls = sandbox.ask("draw", "100", str(100 * hundred), json.dumps(log_of("changing")))
            seen.answers += [json.loads(call["text"]) for call in calls]
            seen.memory.append([call["memory"] for call in calls])
            seen.processes.append(sandbox.processes())
            seen.files.append(sandbox.ask("files"))
    return seen


def test_each_of_five_hundred_calls_draws(endurance: Endurance) -> None:
    assert [answer.get("rendered") for answer in endurance.answers] == [True] * 100 * HUNDREDS


def test_the_memory_of_the_last_hundred_calls_is_that_of_the_second(endurance: Endurance) -> None:
    second, last = median(endurance.memory[1]), median(endurance.memory[-1])

    assert last == pytest.approx(second, rel=0.10), f"{second / 1e6:.0f} MB, then {last / 1e6:.0f} MB"


def test_no_process_is_started_or_left_over(endurance: Endurance) -> None:
    first, last = ({(process.pid, process.parent) for process in seen} for seen in endurance.processes[:: HUNDREDS - 1])

    assert last == first


def test_no_process_is_a_zombie(endurance: Endurance) -> None:
    assert [process for seen in endurance.processes for process in seen if process.state == "Z"] == []


def test_the_temporary_folder_does_not_grow(endurance: Endurance) -> None:
    first, last = endurance.files[0], endurance.files[-1]

    # A file of Chromium's own takes a page of memory more or less.
    assert last["bytes"] == pytest.approx(first["bytes"], rel=0.02)
    assert last["names"] == first["names"]
