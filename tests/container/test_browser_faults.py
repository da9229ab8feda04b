"""The plotting image when its browser dies, falls silent or never comes up: it draws all the same, or says why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.fakes import weld_log
from support.sandbox import Answer, Sandbox, log_of

pytestmark = pytest.mark.container

# So many that a fault can strike while they are drawn.
CHANNELS = 12
PROFILE = "welds/profiles/twelve.yaml"


@pytest.fixture
def sandbox(confined: Callable[..., Sandbox]) -> Iterator[Sandbox]:
    """A plotting function that has drawn a log of twelve channels."""
    with confined() as started:
        put_logs(started, "first", "next")
        started.invoke(twelve_charts("first"))
        yield started


def put_logs(sandbox: Sandbox, *names: str) -> None:
    channels = "\n".join(f"- {{key: c{number}, column: {1 + number % 3}, title: T}}" for number in range(CHANNELS))
    sandbox.put(PROFILE, f"name: own\nheader: false\ntime: {{column: 0, unit: ms}}\nchannels:\n{channels}\n".encode())
    for name in names:
        sandbox.put_log(name, weld_log())


def twelve_charts(name: str) -> dict[str, object]:
    return log_of(name, profile={"s3Path": f"s3://{PROFILE}"})


def strike_while_it_draws(sandbox: Sandbox, signal: str, wanted: str = "") -> Answer:
    """Call the function, signal its browser as soon as that is at work, and return the answer of the same call."""
    with ThreadPoolExecutor() as pool:
        strike = pool.submit(sandbox.ask, "strike", signal, wanted)
        answer = pool.submit(sandbox.invoke, twelve_charts("next"))
        assert strike.result() != []
        return answer.result()


def test_a_browser_that_was_killed_while_idle_is_replaced_in_the_next_call(sandbox: Sandbox) -> None:
    sandbox.signal("SIGKILL", sandbox.browser())

    answer = sandbox.invoke(twelve_charts("next"))

    assert (answer.error, sandbox.replacements()) == (("", ""), 1)


# Each strike is to hit a browser that draws: so it must be seen in the log, once.
@pytest.mark.parametrize("wanted", ["", "--type=renderer"], ids=["browser", "page"])
@pytest.mark.parametrize("signal", ["SIGKILL", "SIGSTOP"])
def test_a_browser_that_is_struck_while_it_draws_is_replaced_in_the_same_call(
    sandbox: Sandbox, signal: str, wanted: str
) -> None:
    answer = strike_while_it_draws(sandbox, signal, wanted)

    assert (answer.error, sandbox.replacements()) == (("", ""), 1)


def test_of_a_replaced_browser_no_process_and_no_file_is_left(sandbox: Sandbox) -> None:
    before = {process.pid for process in sandbox.browser()}

    strike_while_it_draws(sandbox, "SIGKILL")

    left = before & {process.pid for process in sandbox.browser()}
    assert (left, sandbox.ask("files")["browsers"]) == (set(), 1)


def test_a_browser_that_falls_silent_in_a_short_call_leaves_every_chart_or_none(
    confined: Callable[..., Sandbox],
) -> None:
    with confined(environment={"AWS_LAMBDA_FUNCTION_TIMEOUT": "7"}) as sandbox:
        put_logs(sandbox, "first", "next")
        sandbox.invoke(twelve_charts("first"))

        answer = strike_while_it_draws(sandbox, "SIGSTOP")

        written = [chart for chart in sandbox.charts() if chart.startswith("next")]
        assert len(written) == (0 if answer.error[0] == "DeadlineExceeded" else CHANNELS), answer.text


@pytest.fixture(scope="module")
def hanging_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that takes its place and does nothing."""
    program = tmp_path_factory.mktemp("program") / "hang"
    program.write_text("#!/bin/sh\nsleep 600\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("program", "cause"),
    [
        ("/nonexistent", "/nonexistent: the browser did not start: there is no such program"),
        ("/bin/false", "/bin/false: the browser did not start: it exited"),
        ("/hang", "/hang: the browser did not start: it gave no answer within 10.0 s"),
    ],
)
def test_a_browser_that_never_comes_up_is_named_in_good_time(
    confined: Callable[..., Sandbox], hanging_program: Path, program: str, cause: str
) -> None:
    with confined(environment={"BROWSER_PATH": program}, files={"/hang": hanging_program}) as sandbox:
        sandbox.put_log("a", weld_log())

        answer = sandbox.invoke(log_of("a"))

        assert answer.error[0] == "RenderFailed"
        assert answer.error[1].startswith(cause)


def test_a_browser_that_hangs_at_its_start_is_not_waited_for_longer_than_the_call_may_take(
    confined: Callable[..., Sandbox], hanging_program: Path
) -> None:
    environment = {"BROWSER_PATH": "/hang", "AWS_LAMBDA_FUNCTION_TIMEOUT": "5"}
    with confined(environment=environment, files={"/hang": hanging_program}) as sandbox:
        sandbox.put_log("a", weld_log())

        answer = sandbox.invoke(log_of("a"))

        assert answer.error[0] == "DeadlineExceeded", answer.text


@pytest.fixture(scope="module")
def worn_out(confined: Callable[..., Sandbox]) -> Iterator[tuple[Sandbox, list[Answer]]]:
    """A function whose browser was killed before each call until its process left, and its answers."""
    with confined() as sandbox:
        names = [f"log{number}" for number in range(8)]
        put_logs(sandbox, *names)
        answers = [sandbox.invoke(log_of(names[0]))]
        for name in names[1:]:
            sandbox.signal("SIGKILL", sandbox.browser())
            answers.append(sandbox.invoke(log_of(name)))
            if answers[-1].error[0]:
                break
        yield sandbox, answers


def test_a_process_whose_restarts_are_used_up_leaves_with_an_error_of_lambdas(
    worn_out: tuple[Sandbox, list[Answer]],
) -> None:
    _, answers = worn_out

    assert [answer.error[0] for answer in answers] == [""] * 6 + ["Runtime.ExitError"]


def test_the_last_line_of_a_process_that_leaves_says_why(worn_out: tuple[Sandbox, list[Answer]]) -> None:
    sandbox, _ = worn_out

    last = sandbox.lines()[-1]

    assert (last["level"], last["message"]) == ("CRITICAL", "leaving the process")
    assert last["reason"] == "the browser was replaced 5 times: this process ends"


def test_a_process_that_leaves_takes_its_browser_along(worn_out: tuple[Sandbox, list[Answer]]) -> None:
    sandbox, _ = worn_out

    assert sandbox.browser() == []


def test_the_process_that_follows_draws(worn_out: tuple[Sandbox, list[Answer]]) -> None:
    sandbox, _ = worn_out
    sandbox.put_log("after", weld_log())

    answer = sandbox.invoke(log_of("after"))

    assert answer.error == ("", "")


def test_a_program_that_never_comes_up_makes_the_process_leave_too(confined: Callable[..., Sandbox]) -> None:
    with confined(environment={"BROWSER_PATH": "/bin/false"}) as sandbox:
        sandbox.put_log("a", weld_log())

        errors = [sandbox.invoke(log_of("a")).error[0] for _ in range(7)]

        assert errors == ["RenderFailed"] * 6 + ["Runtime.ExitError"]
