"""What the page around a task asks: the next task ahead of time, the way back to answers, and changes of them."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from support.fake_task_queue import MemoryTaskQueue, worker
from support.portal_client import Browser

ANNA = str(worker("anna").worker_id)
RUDE = '{"tone": {"label": "rude"}}'


def asked(browser: Browser, method: str, path: str, body: str = "", **headers: str) -> Any:
    own = {"Content-Type": "application/json", "X-CSRF-Token": browser.token}
    return browser.client.request(method, path, content=body, headers=browser.headers | own | headers)


def reserve(browser: Browser, task: str) -> Any:
    return asked(browser, "POST", f"{task}/next").json()["task"]


def test_an_answer_is_answered_with_the_next_task_as_its_page_shows_it(anna: Browser) -> None:
    outcome = anna.submit(anna.start()).json()
    shown = anna.get(outcome["location"]).text

    assert outcome["location"] == f"/tasks/{outcome['next']['task']}?saved"
    assert f'data-nonce="{outcome["next"]["nonce"]}"' in shown
    assert (outcome["next"]["title"], outcome["next"]["secondsLeft"], outcome["next"]["given"]) == (
        "Classify a weld",
        600.0,
        None,
    )


def test_after_the_last_task_there_is_no_next_one(anna: Browser) -> None:
    task = anna.start()
    for _ in range(2):
        task = anna.submit(task).json()["location"]

    assert anna.submit(task).json() == {"location": "/jobs/letters/done?saved", "next": None, "ahead": None}


def test_what_comes_behind_the_next_task_is_reserved_with_the_answer(anna: Browser) -> None:
    first = anna.start()

    ahead = anna.submit(first).json()["ahead"]

    assert f'data-nonce="{ahead["nonce"]}"' not in anna.get(f"/tasks/{ahead['task']}").text  # it is not lent yet
    assert anna.get(f"/tasks/{ahead['task']}/frame").status_code == 200


def test_what_is_reserved_can_be_loaded_and_is_the_next_task(anna: Browser) -> None:
    task = anna.start()

    ahead = reserve(anna, task)
    frame = anna.get(f"/tasks/{ahead['task']}/frame").text

    assert "letter 1" in frame
    assert '<meta name="tracemark-ahead">' in frame
    assert f'content="{ahead["nonce"]}"' in frame
    assert anna.get(f"/tasks/{ahead['task']}").status_code == 404
    assert anna.submit(task).json()["next"]["task"] == ahead["task"]
    assert '<meta name="tracemark-ahead">' not in anna.get(f"/tasks/{ahead['task']}/frame").text


def test_when_nothing_is_free_nothing_is_reserved(anna: Browser, bert: Browser) -> None:
    task = anna.start()
    bert.submit(bert.start())
    bert.get("/")

    assert reserve(anna, task) is None


@pytest.mark.parametrize("end", ["give back", "stop", "sign out"])
def test_a_reservation_ends_with_what_its_worker_does(anna: Browser, task_queue: MemoryTaskQueue, end: str) -> None:
    task = anna.start()
    ahead = reserve(anna, task)["task"]

    if end == "give back":
        assert asked(anna, "POST", f"/tasks/{ahead}/give-back").status_code == 204
    elif end == "stop":
        anna.post(f"{task}/stop")
    else:
        anna.post("/sign-out")

    assert task_queue.leases[ahead].state == "given back"


@pytest.mark.parametrize("path", ["next", "before", "view", "answers"])
def test_none_of_it_is_for_others(anna: Browser, bert: Browser, task_queue: MemoryTaskQueue, path: str) -> None:
    task = anna.start()
    anna.submit(task)
    method = {"next": "POST", "answers": "PUT"}.get(path, "GET")

    response = asked(bert, method, f"{task}/{path}", RUDE)

    assert response.status_code == 404
    assert [answer["tone"] for answer in task_queue.answers.values()] == [{"label": "kind"}]


def test_a_change_needs_the_token_of_a_page(anna: Browser, task_queue: MemoryTaskQueue) -> None:
    task = anna.start()
    anna.submit(task)

    response = asked(anna, "PUT", f"{task}/answers", RUDE, **{"X-CSRF-Token": "another"})

    assert (response.status_code, [answer["tone"]["label"] for answer in task_queue.answers.values()]) == (
        403,
        ["kind"],
    )


def test_an_answer_is_changed_and_the_task_that_is_held_comes_next(anna: Browser, task_queue: MemoryTaskQueue) -> None:
    task = anna.start()
    following = anna.submit(task).json()["next"]["task"]

    changed = asked(anna, "PUT", f"{task}/answers", RUDE).json()

    assert changed["next"]["task"] == following
    assert list(task_queue.answers.values()) == [json.loads(RUDE)]


def test_the_last_answer_is_found_and_its_page_begins_with_it(anna: Browser) -> None:
    task = anna.start()
    following = anna.submit(task).json()["next"]["task"]

    before = anna.get(f"/tasks/{following}/before").json()["task"]
    frame = anna.get(f"{task}/frame").text
    found = re.search(r'<meta name="tracemark-given" content="([^"]*)">', frame)

    assert (f"/tasks/{before['task']}", before["given"], before["secondsLeft"]) == (
        task,
        {"tone": {"label": "kind"}},
        None,
    )
    assert found
    assert json.loads(html.unescape(found[1])) == before["given"]
    assert anna.get(f"{task}/before").json() == {"task": None}


def test_an_answer_with_markup_in_it_is_text_in_page_and_frame(anna: Browser) -> None:
    task = anna.start()
    anna.submit(task, json.dumps({"note": '"><script>alert(1)</script>'}))

    for path in (task, f"{task}/frame"):
        assert "<script>alert(1)" not in anna.get(path).text


def test_half_an_emoji_in_an_answer_comes_back_as_it_was_given(anna: Browser) -> None:
    task = anna.start()
    given = '{"tone": {"label": "kind"}, "note": "cut \\ud83d", "whole": "\U0001f600 ö", "\\ud800": [1]}'
    following = anna.submit(task, given).json()["next"]["task"]

    before = anna.get(f"/tasks/{following}/before").json()["task"]
    view = anna.get(f"{task}/view").json()["task"]
    frame = re.search(r'<meta name="tracemark-given" content="([^"]*)">', anna.get(f"{task}/frame").text)

    assert frame
    assert before["given"] == view["given"] == json.loads(html.unescape(frame[1])) == json.loads(given)
    assert asked(anna, "PUT", f"{task}/answers", given).status_code == 200
    assert anna.get(task).status_code == 200


def test_an_answer_that_is_final_is_neither_shown_nor_changed(anna: Browser, task_queue: MemoryTaskQueue) -> None:
    task = anna.start()
    anna.submit(task)
    task_queue.final.add(0)

    response = asked(anna, "PUT", f"{task}/answers", RUDE)

    assert (response.status_code, response.json()["again"]) == (409, False)
    assert "cannot be changed" in response.json()["error"]
    assert anna.get(task).status_code == 409
    assert [answer["tone"]["label"] for answer in task_queue.answers.values()] == ["kind"]


def test_a_decline_of_a_script_is_answered_with_the_next_task(anna: Browser) -> None:
    outcome = asked(anna, "POST", f"{anna.start()}/decline").json()

    assert outcome["location"] == f"/tasks/{outcome['next']['task']}"
    assert "letter 1" in anna.get(f"{outcome['location']}/frame").text


@pytest.mark.parametrize(("sent", "kept"), [({}, None), ({"X-Seconds-Spent": "12.5"}, 12.5)], ids=["none", "some"])
def test_the_seconds_of_an_answer_are_kept(
    anna: Browser, task_queue: MemoryTaskQueue, sent: dict[str, str], kept: float | None
) -> None:
    asked(anna, "POST", f"{anna.start()}/answers", RUDE, **sent)

    assert task_queue.seconds == {("letters", 0, ANNA): kept}


@pytest.mark.parametrize("seconds", ["", "-1", "nan", "inf", "soon", "1e9"])
def test_what_are_no_seconds_is_refused_and_nothing_saved(
    anna: Browser, task_queue: MemoryTaskQueue, seconds: str
) -> None:
    response = asked(anna, "POST", f"{anna.start()}/answers", RUDE, **{"X-Seconds-Spent": seconds})

    assert (response.status_code, task_queue.answers) == (400, {})
