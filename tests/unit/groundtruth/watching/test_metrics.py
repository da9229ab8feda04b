"""The service's figures: what is counted, under which labels, and when the state is read for them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from tracemark_groundtruth import __version__
from tracemark_groundtruth.watching.counts import Counts
from tracemark_groundtruth.watching.metrics import S3_FAILURES, TASK_EVENTS, ServiceMetrics
from tracemark_groundtruth.watching.state_figures import KeptFigures, StateFigures
from tracemark_groundtruth.watching.storage import storage_failure

FIGURES = StateFigures({"InProgress": 2}, {"new": 7, "due": 1}, oldest_due_at=90.0)


def figures(metrics: ServiceMetrics) -> dict[tuple[str, ...], float]:
    """Return every figure under its name and the values of its labels, by their names."""
    text = metrics.text("")[0].decode()
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_request_is_counted_by_its_route_and_the_class_of_its_status() -> None:
    metrics = ServiceMetrics()

    for status in (200, 204, 303, 404):
        metrics.note_request("GET /tasks/{task}", status, 0.02)

    found = figures(metrics)
    counts = {key[2]: value for key, value in found.items() if key[0] == "tracemark_request_seconds_count"}
    assert counts == {"2xx": 2, "3xx": 1, "4xx": 1}
    assert found["tracemark_request_seconds_bucket", "0.025", "GET /tasks/{task}", "2xx"] == 2
    assert found["tracemark_request_seconds_bucket", "0.01", "GET /tasks/{task}", "2xx"] == 0


def test_an_invocation_that_fails_is_counted_as_invocation_and_as_failure() -> None:
    metrics = ServiceMetrics()

    with metrics.call("pre"):
        pass
    with pytest.raises(ValueError, match="enough"), metrics.call("pre"):
        raise ValueError("it has had enough")

    found = figures(metrics)
    assert found["tracemark_function_seconds_count", "pre"] == 2
    assert found["tracemark_function_failures_total", "pre"] == 1
    assert found["tracemark_function_failures_total", "post"] == 0


def test_every_kind_of_failure_is_there_before_it_happens() -> None:
    metrics = ServiceMetrics()

    metrics.note_s3_failure("denied")

    found = figures(metrics)
    assert {kind: found["tracemark_s3_failures_total", kind] for kind in S3_FAILURES} == {
        "no answer": 0,
        "server error": 0,
        "denied": 1,
    }


@pytest.mark.parametrize(
    ("status", "failure"),
    [(None, "no answer"), (503, "server error"), (403, "denied"), (404, None), (412, None), (200, None)],
)
def test_an_answer_of_s3_is_a_failure_or_not(status: int | None, failure: str | None) -> None:
    assert storage_failure(status) == failure


def test_the_figures_of_the_state_stand_beside_the_others() -> None:
    metrics, counts = ServiceMetrics(), Counts()
    metrics.watch_state(lambda: FIGURES, counts, lambda: 100.0)

    counts.add({"lent": 3, "answered": 2})
    metrics.looked()

    found = figures(metrics)
    assert {event: found["tracemark_tasks_total", event] for event in TASK_EVENTS} == {
        "lent": 3,
        "answered": 2,
        "declined": 0,
        "released": 0,
        "expired": 0,
    }
    assert found["tracemark_jobs", "InProgress"] == 2
    assert (found["tracemark_queue_objects", "new"], found["tracemark_queue_objects", "due"]) == (7, 1)
    assert found[("tracemark_oldest_due_seconds",)] == 10.0
    assert found[("tracemark_state_up",)] == 1
    assert ("tracemark_runner_look_age_seconds",) in found
    assert found["tracemark_build_info", __version__] == 1


def test_a_database_that_does_not_answer_is_a_figure_and_hides_no_other() -> None:
    metrics = ServiceMetrics()
    metrics.watch_state(lambda: None, Counts(), lambda: 100.0)

    found = figures(metrics)

    assert found[("tracemark_state_up",)] == 0
    assert "tracemark_jobs" not in {key[0] for key in found}
    assert found["tracemark_tasks_total", "lent"] == 0


def test_nothing_is_read_before_somebody_asks() -> None:
    read = Slow(Clock(), 0.0)
    metrics = ServiceMetrics()

    metrics.watch_state(read, Counts(), lambda: 0.0)
    before = read.reads
    metrics.text("")

    assert (before, read.reads) == (0, 1)


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Slow:
    """Figures whose reading takes some time of a clock."""

    clock: Clock
    seconds: float
    reads: int = 0

    def __call__(self) -> StateFigures:
        self.clock.now += self.seconds
        self.reads += 1
        return FIGURES


@given(seconds=st.floats(0, 60), asks=st.lists(st.floats(0, 30), max_size=40))
def test_reading_takes_at_most_a_twentieth_of_the_time_however_often_somebody_asks(
    seconds: float, asks: list[float]
) -> None:
    clock = Clock()
    read = Slow(clock, seconds)
    kept = KeptFigures(read, clock)

    for pause in asks:
        assert kept.figures() == FIGURES
        clock.now += pause

    spent = read.reads * seconds
    assert spent <= seconds + (clock.now - spent) / 20 + 1e-6


def test_figures_are_kept_for_five_seconds_and_then_read_again() -> None:
    clock = Clock()
    read = Slow(clock, 0.0)
    kept = KeptFigures(read, clock)

    kept.figures()
    clock.now = 4.9
    kept.figures()
    reads_before = read.reads
    clock.now = 5.0
    kept.figures()

    assert (reads_before, read.reads) == (1, 2)
