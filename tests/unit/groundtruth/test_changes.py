"""Moments and news: what is told is fetched once, and time that alone changes a job is never forgotten."""

from __future__ import annotations

import threading
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from tracemark_groundtruth.state.changes import Changes, Moments

AT_ONCE = 0.0
moments = st.lists(st.tuples(st.integers(1, 5), st.floats(0, 100)))


def now() -> float:
    return 0.0


@given(moments, st.floats(0, 100), st.sets(st.integers(1, 5)))
def test_the_jobs_whose_earliest_moment_has_come_are_taken_out(
    added: list[tuple[int, float]], until: float, forgotten: set[int]
) -> None:
    found = Moments()
    for job_id, at in added:
        found.add(job_id, at)
    for job_id in forgotten:
        found.forget(job_id)
    earliest = {job: min(at for one, at in added if one == job) for job, _ in added if job not in forgotten}

    due = found.pop(until)

    assert due == {job for job, at in earliest.items() if at <= until}
    assert found.next() == min((at for at in earliest.values() if at > until), default=None)


@given(moments)
def test_the_order_in_which_moments_are_added_does_not_matter(added: list[tuple[int, float]]) -> None:
    forwards, backwards = Moments(), Moments()
    for job_id, at in added:
        forwards.add(job_id, at)
    for job_id, at in reversed(added):
        backwards.add(job_id, at)

    assert [forwards.next(), forwards.pop(50), forwards.pop(inf)] == [
        backwards.next(),
        backwards.pop(50),
        backwards.pop(inf),
    ]


def test_a_moment_that_was_forgotten_may_be_added_again() -> None:
    found = Moments()
    found.add(1, 5.0)
    found.forget(1)

    assert (found.add(1, 9.0), found.pop(6.0), found.pop(9.0)) == (True, set(), {1})


def test_what_is_told_is_fetched_once() -> None:
    changes = Changes()
    changes.tell([1])
    changes.tell([2], known_elsewhere=True)

    first, second = changes.fetch(now, lambda: inf), changes.fetch(now, lambda: AT_ONCE)

    assert (first.jobs, first.untold, second.jobs) == (frozenset({1, 2}), frozenset({1}), frozenset())


def test_nobody_is_woken_by_nothing() -> None:
    changes = Changes()
    changes.tell([])

    assert changes._awake is False


def test_a_moment_before_the_one_waited_for_wakes_and_a_later_one_does_not() -> None:
    changes = Changes()
    changes.due(1, 1_000.0)
    woken = threading.Event()

    def wait() -> None:
        changes.fetch(now, lambda: 10_000.0)
        woken.set()

    thread = threading.Thread(target=wait)
    thread.start()
    changes.due(2, 2_000.0)
    early = woken.wait(0.2)
    changes.due(3, 500.0)
    thread.join()

    assert (early, changes.moments.next()) == (False, 500.0)


def test_a_first_moment_wakes_whoever_waits_without_one() -> None:
    changes = Changes()
    thread = threading.Thread(target=changes.fetch, args=(now, lambda: 10_000.0))
    thread.start()

    changes.due(1, 500.0)
    thread.join()

    assert changes.moments.pop(500.0) == {1}
