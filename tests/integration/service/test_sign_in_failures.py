"""Failed sign-ins count for all processes together, and cost those who know the password nothing more than a wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.sign_in_failures import SignInFailures
from tracemark_groundtruth.state.tables import sign_in_failures

KEY = "name anna"


@pytest.fixture
def here(shop: Any) -> SignInFailures:
    return SignInFailures(shop.database, shop.clock, free=2, max_delay=8.0, window=100.0)


@pytest.fixture
def there(shop: Any, database_url: str) -> Iterator[SignInFailures]:
    other = Database.open(database_url)
    yield SignInFailures(other, shop.clock, free=2, max_delay=8.0, window=100.0)
    other.dispose()


def test_the_first_failures_cost_nothing_and_each_further_one_twice_the_last(here: SignInFailures, shop: Any) -> None:
    waits = []
    for _ in range(8):
        waits.append(here.reserve(KEY))
        here.failed(KEY)
        shop.clock.forward(waits[-1])

    assert waits == [0, 0, 0, 1, 2, 4, 8, 8]


def test_a_failure_at_one_process_delays_the_next_attempt_at_the_other(
    here: SignInFailures, there: SignInFailures
) -> None:
    for _ in range(2):
        here.failed(KEY)
        there.failed(KEY)

    waits = [here.reserve(KEY), there.reserve(KEY), here.reserve(KEY), there.reserve("name bert")]

    assert waits == [0, 4, 8, 0]


def test_the_right_password_ends_the_delay_at_both(here: SignInFailures, there: SignInFailures) -> None:
    for _ in range(5):
        here.failed(KEY)
    here.reserve(KEY)

    there.succeeded(KEY)

    assert (here.reserve(KEY), there.reserve(KEY)) == (0, 0)


def test_after_a_quiet_time_the_count_begins_anew_and_old_names_are_forgotten(here: SignInFailures, shop: Any) -> None:
    for _ in range(5):
        here.failed(KEY)
        here.failed("name bert")
    shop.clock.forward(100)

    quiet = here.reserve(KEY)
    here.failed(KEY)
    here.failed("name carl")

    with shop.database.reading() as connection:
        kept = connection.execute(select(sign_in_failures.c.name, sign_in_failures.c.failures)).all()
    assert (quiet, sorted(tuple(row) for row in kept)) == (0, [(KEY, 1), ("name carl", 1)])


def test_failures_that_come_at_once_are_all_counted(here: SignInFailures, there: SignInFailures, shop: Any) -> None:
    threads = [threading.Thread(target=one.failed, args=(KEY,)) for one in (here, there) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with shop.database.reading() as connection:
        assert connection.scalar(select(func.sum(sign_in_failures.c.failures))) == len(threads)


@pytest.mark.parametrize("failures", [3, 2_000])
def test_however_often_it_failed_the_wait_is_bounded(here: SignInFailures, shop: Any, failures: int) -> None:
    for _ in range(3):
        here.failed(KEY)
    with shop.database.writing() as connection:
        connection.execute(sign_in_failures.update().values(failures=failures))
    here.reserve(KEY)

    assert here.reserve(KEY) <= 8
