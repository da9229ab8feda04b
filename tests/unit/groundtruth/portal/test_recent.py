"""What the portal remembers: accounts that were looked up, tasks that were just reserved, pages, what they offer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import pytest
from support.fake_task_queue import worker

from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.rendering.classifiers import Classifier
from tracemark_groundtruth.rendering.renderer import render
from tracemark_groundtruth.state.fresh_tasks import FRESH_SECONDS, MOST_KEPT, FreshTasks
from tracemark_groundtruth.state.task_queue import LeasedTask
from tracemark_groundtruth.web.portal.offers import MOST_KEPT as MOST_OF_OFFERS
from tracemark_groundtruth.web.portal.offers import Offer, Offers
from tracemark_groundtruth.web.portal.recent_accounts import RECENT_SECONDS, RecentAccounts
from tracemark_groundtruth.web.portal.rendered_pages import LARGEST_KEPT, RenderedPages
from tracemark_groundtruth.web.portal.rendered_pages import MOST_KEPT as MOST_PAGES

ANNA, BEN = worker("Anna"), worker("Ben")


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def task(task_id: str) -> LeasedTask:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return LeasedTask(task_id, "job", "t", "d", "kind", S3Uri("texts", "t.html"), {}, moment, moment)


def test_an_account_is_known_for_a_second() -> None:
    clock = Clock()
    accounts = RecentAccounts(clock)
    accounts.keep("Anna", ANNA)

    clock.now = RECENT_SECONDS / 2
    soon = accounts.get("Anna")
    clock.now = RECENT_SECONDS

    assert (soon, accounts.get("Anna"), accounts.get("Ben")) == (ANNA, None, None)


def test_a_reserved_task_is_given_to_its_worker_once() -> None:
    tasks = FreshTasks(Clock())
    kept = tasks.keep(ANNA.worker_id, task("a"))

    assert [tasks.take(ANNA.worker_id, "a"), tasks.take(ANNA.worker_id, "a")] == [kept, None]


def test_a_reserved_task_is_given_to_nobody_else() -> None:
    tasks = FreshTasks(Clock())
    tasks.keep(ANNA.worker_id, task("a"))

    assert tasks.take(BEN.worker_id, "a") is None


def test_a_task_that_was_reserved_some_time_ago_is_looked_up() -> None:
    clock = Clock()
    tasks = FreshTasks(clock)
    tasks.keep(ANNA.worker_id, task("a"))
    clock.now = FRESH_SECONDS

    assert tasks.take(ANNA.worker_id, "a") is None


def test_the_last_reserved_tasks_are_kept() -> None:
    tasks = FreshTasks(Clock())
    for number in range(MOST_KEPT + 1):
        tasks.keep(ANNA.worker_id, task(str(number)))

    assert tasks.take(ANNA.worker_id, "0") is None
    assert tasks.take(ANNA.worker_id, str(MOST_KEPT))


def offer_of(characters: int) -> Offer:
    return Offer((Classifier("a", ("x" * (characters - 1),)),))


def test_the_last_offers_are_kept_as_far_as_their_names_have_room() -> None:
    offers = Offers()
    for number in range(5):
        offers.keep(str(number), offer_of(MOST_OF_OFFERS // 4))

    assert [offers.kept(str(number)) is not None for number in range(5)] == [False, True, True, True, True]


def test_an_offer_that_would_fill_all_room_is_not_kept() -> None:
    offers = Offers()
    offers.keep("small", Offer())
    offers.keep("large", offer_of(MOST_OF_OFFERS + 1))

    assert (offers.kept("small"), offers.kept("large")) == (Offer(), None)


def test_a_page_is_rendered_once() -> None:
    pages, made = RenderedPages(), list[str]()

    def make(text: str) -> str:
        made.append(text)
        return text

    found = [pages.get([name], partial(make, name)) for name in ("a", "b", "a", "b")]

    assert (found, made) == (["a", "b", "a", "b"], ["a", "b"])


def test_a_page_that_cannot_be_rendered_is_tried_again() -> None:
    pages = RenderedPages()
    with pytest.raises(ZeroDivisionError):
        pages.get(["a"], lambda: str(1 // 0))

    assert pages.get(["a"], lambda: "page") == "page"


def test_a_large_page_is_not_kept() -> None:
    pages = RenderedPages()
    pages.get(["a"], lambda: "x" * (LARGEST_KEPT + 1))

    assert pages.get(["a"], lambda: "rendered anew") == "rendered anew"


def test_the_pages_that_were_shown_last_are_kept() -> None:
    pages = RenderedPages()
    pages.get(["a"], lambda: "first")
    for number in range(MOST_PAGES - 1):
        pages.get([str(number)], lambda: "another")
    pages.get(["a"], lambda: "never")
    pages.get(["b"], lambda: "one more")

    assert pages.get(["a"], lambda: "rendered anew") == "first"
    assert pages.get(["0"], lambda: "rendered anew") == "rendered anew"


def test_pages_of_other_texts_are_other_pages() -> None:
    pages = RenderedPages()
    texts = [
        ["ab", "c"],
        ["a", "bc"],
        ["abc"],
        ["abc", ""],
        ["", "abc"],
        ["1:a"],
        ["a", "1"],
        ["lone \ud800"],
        ["lone ?"],
    ]

    for number, made_of in enumerate(texts):
        pages.get(made_of, partial(str, number))

    assert [pages.get(made_of, lambda: "rendered anew") for made_of in texts] == [str(n) for n in range(len(texts))]


@pytest.mark.parametrize(
    "template",
    [
        '{{ "now" | date: "%s" }}',
        '{{ task.input.when | date: "%s" }}',
        "{{ now }}",
        "{{ today }}",
        '{% assign name = "no" | append: "w" %}{{ [name] }}',
        '{% if true %}{% assign day = "today" | date: "%F" %}{{ day }}{% endif %}',
    ],
)
def test_a_page_that_tells_the_time_is_rendered_each_time(template: str) -> None:
    pages, rendered = RenderedPages(), list[str]()

    def page() -> str:
        rendered.append(render(template, {"when": "now"}, str))
        return rendered[-1]

    for _ in range(2):
        pages.get([template], page)

    assert len(rendered) == 2


def test_a_page_that_has_the_words_alone_is_rendered_once() -> None:
    pages, rendered = RenderedPages(), list[str]()

    def page() -> str:
        rendered.append(render("now: {{ task.input.now }}, today's date", {"now": 1}, str))
        return rendered[-1]

    assert [pages.get(["a"], page) for _ in range(2)] == ["now: 1, today's date"] * 2
    assert len(rendered) == 1
