"""Jobs and tasks as pages: take, see, submit, decline, stop, and what is said when that is not possible."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from support.fake_s3 import MemoryS3
from support.fake_task_queue import MemoryJob, MemoryTaskQueue, worker
from support.portal_client import Browser, Clock

from tracemark_groundtruth.rendering import renderer
from tracemark_groundtruth.web.portal import tasks
from tracemark_groundtruth.web.portal.tasks import TEMPLATE_SECONDS

KIND = {"tone": {"label": "kind"}}


def test_the_jobs_are_shown_with_their_progress(anna: Browser) -> None:
    anna.submit(anna.start())

    shown = anna.get("/").text

    assert "1 of 3 items finished · you answered 1" in shown
    assert "Start working" in shown


def test_start_working_leads_to_a_task(anna: Browser) -> None:
    task = anna.start()

    assert task.startswith("/tasks/")
    assert f'data-source="{task}/frame"' in anna.get(task).text


def test_start_working_leads_back_to_the_task_that_is_held(anna: Browser) -> None:
    assert anna.start() == anna.start()


def test_the_frame_shows_the_template_filled_in(anna: Browser) -> None:
    frame = anna.get(f"{anna.start()}/frame")

    assert "<crowd-form><p>letter 0</p></crowd-form>" in frame.text


def test_frame_and_page_know_each_other_by_the_same_nonce(anna: Browser) -> None:
    task = anna.start()

    nonce = anna.get(task).text.partition('data-nonce="')[2].partition('"')[0]

    assert len(nonce) == 64
    assert f'<meta name="tracemark-task" content="{nonce}">' in anna.get(f"{task}/frame").text


def test_the_same_object_is_the_same_page_for_two_workers_each_with_a_nonce_of_their_own(
    anna: Browser, bert: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered = list[str]()

    def render(template: str, *arguments: Any) -> str:
        rendered.append(renderer.render(template, *arguments))
        return rendered[-1]

    monkeypatch.setattr(tasks, "render", render)

    task = anna.start()
    theirs = [anna.get(f"{task}/frame").text]
    anna.post(f"{task}/stop")
    theirs.append(bert.get(f"{bert.start()}/frame").text)

    assert rendered == ["<crowd-form><p>letter 0</p></crowd-form>"]
    assert all(rendered[0] in frame for frame in theirs)
    assert theirs[0] != theirs[1]


def test_an_answer_is_saved_and_the_next_task_named(anna: Browser, task_queue: MemoryTaskQueue) -> None:
    response = anna.submit(anna.start())

    assert task_queue.answers == {("letters", 0, str(worker("anna").worker_id)): KIND}
    assert response.json()["location"].startswith("/tasks/")


def test_after_the_last_task_all_is_done(anna: Browser) -> None:
    task = anna.start()
    for _ in range(3):
        task = anna.submit(task).json()["location"]

    assert task == "/jobs/letters/done?saved"
    assert "All done" in anna.get(task).text


def test_while_others_work_on_the_rest_that_is_said(anna: Browser, bert: Browser) -> None:
    bert.start()

    task = anna.start()
    for _ in range(2):
        task = anna.submit(task).json()["location"]

    shown = anna.get(task).text
    assert "2 of 3 are finished" in shown
    assert "others may still be working on the rest" in shown


def test_the_page_at_the_end_leads_to_the_last_answer_while_it_can_be_changed(
    anna: Browser, bert: Browser, task_queue: MemoryTaskQueue
) -> None:
    bert.start()
    anna.submit(anna.start())
    last = anna.start()
    done = anna.submit(last).json()["location"]

    before = anna.get(done).text
    task_queue.final |= {0, 1, 2}

    assert f'href="{last}"' in before
    assert "Change your last answer" not in anna.get(done).text


def test_a_declined_item_does_not_come_back_to_the_same_worker(anna: Browser, bert: Browser) -> None:
    declined = anna.start()

    following = anna.post(f"{declined}/decline").headers["location"]

    assert "letter 1" in anna.get(f"{following}/frame").text
    assert "letter 0" in bert.get(f"{bert.start()}/frame").text


def test_stopping_gives_the_item_back(anna: Browser, bert: Browser) -> None:
    response = anna.post(f"{anna.start()}/stop")

    assert response.headers["location"] == "/"
    assert "letter 0" in bert.get(f"{bert.start()}/frame").text


def test_when_the_time_is_over_the_answer_is_refused_and_the_item_goes_to_others(
    anna: Browser, bert: Browser, clock: Clock
) -> None:
    task = anna.start()
    clock.pass_by(timedelta(minutes=10))

    response = anna.submit(task)

    assert (response.status_code, response.json()["again"]) == (410, False)
    assert "letter 0" in bert.get(f"{bert.start()}/frame").text


def test_an_answer_sent_twice_counts_once(anna: Browser, task_queue: MemoryTaskQueue) -> None:
    task = anna.start()
    anna.submit(task)

    again = anna.submit(task, '{"tone": {"label": "rude"}}')

    assert (again.status_code, again.json()["again"]) == (409, False)
    assert list(task_queue.answers.values()) == [KIND]


@pytest.mark.parametrize("action", ["", "/frame"])
def test_the_task_of_another_worker_cannot_be_seen(anna: Browser, bert: Browser, action: str) -> None:
    task = anna.start()

    assert bert.get(f"{task}{action}").status_code == 404


@pytest.mark.parametrize("action", ["decline", "stop"])
def test_the_task_of_another_worker_cannot_be_given_back(anna: Browser, bert: Browser, action: str) -> None:
    task = anna.start()

    assert bert.post(f"{task}/{action}").status_code == 404
    assert anna.get(task).status_code == 200


@pytest.mark.parametrize("task", ["/tasks/task-9999", "/tasks/%00", "/tasks/..%2F..%2Fetc%2Fpasswd", "/tasks/'--"])
def test_a_task_that_never_was_cannot_be_answered(anna: Browser, task: str) -> None:
    assert anna.submit(task).status_code == 404


def test_the_task_of_another_worker_cannot_be_answered(
    anna: Browser, bert: Browser, task_queue: MemoryTaskQueue
) -> None:
    assert bert.submit(anna.start()).status_code == 404
    assert task_queue.answers == {}


@pytest.mark.parametrize(
    "answers",
    [
        "", "null", "[]", '"text"', "1", "{", '{"a": NaN}', '{"a": 1e999}', b'{"a": "\xff"}',
        '{"a":' * 40_000 + "1" + "}" * 40_000,
    ],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
def test_answers_that_are_no_json_object_are_refused(
    anna: Browser, task_queue: MemoryTaskQueue, answers: str | bytes
) -> None:
    response = anna.submit(anna.start(), answers)

    assert (response.status_code, task_queue.answers) == (400, {})


@pytest.mark.parametrize(("size", "status"), [(300 * 1024, 400), (2 * 1024 * 1024, 413)])
def test_answers_beyond_the_bound_are_refused(
    anna: Browser, task_queue: MemoryTaskQueue, size: int, status: int
) -> None:
    response = anna.submit(anna.start(), '{"a": "' + "x" * size + '"}')

    assert (response.status_code, task_queue.answers) == (status, {})


def test_a_job_that_is_not_open_cannot_be_worked_on(anna: Browser) -> None:
    assert anna.post("/jobs/no-such-job/work").status_code == 404


@pytest.mark.parametrize(
    ("template", "cause"),
    [
        (b"{% if %}", "missing expression"),
        (b"{{ task.input.text | grant_read_access }}", "does not begin with s3://"),
        (404, "there is no such object"),
    ],
    ids=["no Liquid", "no URI", "no template"],
)
def test_a_template_that_cannot_be_shown_says_why(
    anna: Browser, s3: MemoryS3, template: bytes | int, cause: str
) -> None:
    s3.objects["s3://welds/templates/weld.html"] = (template, "text/html") if isinstance(template, bytes) else template

    frame = anna.get(f"{anna.start()}/frame")

    assert "This task cannot be shown" in frame.text
    assert cause in frame.text


def test_a_text_that_utf8_cannot_hold_breaks_no_page(anna: Browser, task_queue: MemoryTaskQueue) -> None:
    inputs = [{"text": f"seen \ud83d {number}"} for number in range(3)]
    broken = MemoryJob(
        "broken", task_queue.jobs_in_progress[0].template, inputs, title="a \ud800 title", description="half \udfff"
    )
    task_queue.jobs_in_progress.append(broken)
    task = anna.start("broken")

    outcome = anna.submit(task)
    shown = [anna.get(path) for path in ("/", "/jobs/broken/done", outcome.json()["location"], f"{task}/view")]
    frame = anna.get(f"{outcome.json()['location'].partition('?')[0]}/frame")

    assert [page.status_code for page in (outcome, frame, *shown)] == [200] * 6
    assert outcome.json()["next"]["title"] == "a \ud800 title"
    assert r"seen \ud83d 1" in frame.text
    assert r"a \ud800 title" in shown[0].text


def test_a_store_that_does_not_answer_is_no_fault_of_the_task(anna: Browser, s3: MemoryS3) -> None:
    s3.objects["s3://welds/templates/weld.html"] = 500

    assert anna.get(f"{anna.start()}/frame").status_code == 502


def test_an_edited_template_is_shown_after_a_moment(anna: Browser, s3: MemoryS3, clock: Clock) -> None:
    frame = f"{anna.start()}/frame"
    anna.get(frame)
    s3.objects["s3://welds/templates/weld.html"] = (b"edited", "text/html")

    clock.pass_by(timedelta(seconds=TEMPLATE_SECONDS))

    assert "edited" in anna.get(frame).text


def test_a_hundred_frames_within_a_moment_read_the_template_once(
    anna: Browser, s3: MemoryS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []
    get_object = s3.get_object

    def noted(**options: Any) -> Any:
        reads.append(options["Key"])
        return get_object(**options)

    monkeypatch.setattr(s3, "get_object", noted)
    frame = f"{anna.start()}/frame"

    shown = {anna.get(frame).status_code for _ in range(100)}

    assert (shown, reads) == ({200}, ["templates/weld.html"])


@pytest.mark.parametrize("name", ["ANY", "letters2", "%20", "LETTERS%00"])
def test_a_job_that_never_was_is_not_said_to_be_finished(anna: Browser, name: str) -> None:
    response = anna.get(f"/jobs/{name}/done")

    assert response.status_code == 404
    assert "finished. Thank you" not in response.text
