"""What keeps other sites, other hosts, templates and data sets away from a worker's session."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.fake_task_queue import MemoryJob, MemoryTaskQueue
from support.portal_client import Browser

from tracemark_groundtruth.rendering.crowd_elements import CrowdElements
from tracemark_groundtruth.web.portal.policy import frame_headers

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"


def directives(policy: str) -> dict[str, str]:
    return {name: value for name, _, value in (part.strip().partition(" ") for part in policy.split(";"))}


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", ""])
def test_an_unknown_host_is_refused(browser: Browser, host: str) -> None:
    assert browser.get("/sign-in", Host=host).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_the_names_of_this_machine_are_answered(browser: Browser, host: str) -> None:
    assert browser.get("/sign-in", Host=host).status_code == 200


@pytest.mark.parametrize("path", ["/sign-out", "/jobs/letters/work", "{task}/decline", "{task}/stop"])
@pytest.mark.parametrize("token", ["", "0" * 64, "ü"])
def test_a_form_without_its_token_is_refused(anna: Browser, path: str, token: str) -> None:
    task = anna.start()

    response = anna.post(path.format(task=task), token=token)

    assert response.status_code == 403
    assert anna.get(task).status_code == 200


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "http://127.0.0.1:9000", "http://127.0.0.1"])
def test_a_form_of_another_origin_is_refused_even_with_the_token(anna: Browser, origin: str) -> None:
    task = anna.start()
    anna.headers = {"Origin": origin}

    assert anna.post(f"{task}/decline").status_code == 403
    assert anna.submit(task).status_code == 403


def test_nobody_can_be_signed_in_from_another_origin(browser: Browser) -> None:
    browser.headers = {"Origin": "null"}

    assert browser.sign_in("anna").status_code == 403


def test_the_token_of_another_session_is_refused(anna: Browser, bert: Browser) -> None:
    anna.token = bert.token

    assert anna.post("/jobs/letters/work").status_code == 403


def test_the_pages_run_no_inline_script_and_load_nothing_from_elsewhere(anna: Browser) -> None:
    for path in ("/", anna.start(), "/sign-in"):
        response = anna.get(path)
        policy = directives(response.headers["content-security-policy"])

        assert "content-security-policy-report-only" not in response.headers
        assert policy["default-src"] == "'none'"
        assert {policy[name] for name in ("script-src", "style-src", "img-src", "connect-src")} == {"'self'"}
        assert policy["frame-ancestors"] == "'none'"
        assert "<style" not in response.text
        assert "style=" not in response.text


def test_a_task_runs_in_a_sandbox_without_the_portals_origin(anna: Browser) -> None:
    task = anna.start()

    policy = directives(anna.get(f"{task}/frame").headers["content-security-policy"])

    assert "allow-same-origin" not in anna.get(task).text
    assert "allow-same-origin" not in policy["sandbox"]
    assert "allow-top-navigation" not in policy["sandbox"]
    assert policy["form-action"] == policy["base-uri"] == policy["default-src"] == "'none'"
    assert policy["connect-src"] == "http://127.0.0.1:8000/objects/"


def test_a_template_loads_from_other_hosts_only_what_the_operator_allows() -> None:
    own = frame_headers("http://h", CrowdElements.OWN, ())["Content-Security-Policy"]
    aws = frame_headers("http://h", CrowdElements.AWS, ("https://cdn.example",))["Content-Security-Policy"]

    assert "https:" not in own
    assert directives(aws)["script-src"].endswith("https://cdn.example https://assets.crowd.aws")


def test_every_answer_forbids_guessing_its_type(anna: Browser) -> None:
    paths = ("/", "/sign-in", "/objects/a", "/assets/portal.css", "/assets/crowd-elements.js", "/assets/nothing")

    assert {anna.get(path).headers["x-content-type-options"] for path in paths} == {"nosniff"}


@pytest.mark.parametrize("name", ["..%2Fapp.py", "%2e%2e%2fapp.py", "app.py", "../app.py"])
def test_only_the_assets_are_served(browser: Browser, name: str) -> None:
    assert browser.get(f"/assets/{name}").status_code == 404


def test_hostile_titles_descriptions_and_names_are_shown_as_text(anna: Browser, task_queue: MemoryTaskQueue) -> None:
    task_queue.accounts[0] = replace(task_queue.accounts[0], name=HOSTILE)
    task_queue.jobs_in_progress[0] = replace(task_queue.jobs_in_progress[0], title=HOSTILE, description=HOSTILE)
    anna.client.cookies.clear()
    anna.sign_in(HOSTILE)

    pages = [anna.get("/").text, anna.get(anna.start()).text, anna.get("/jobs/letters/done").text]

    assert all("&lt;script&gt;alert(1)" in page for page in pages)
    assert all("<script>alert" not in page and "<img src=x" not in page for page in pages)


def test_hostile_data_are_text_in_the_frame_as_well(anna: Browser, task_queue: MemoryTaskQueue) -> None:
    job = task_queue.jobs_in_progress[0]
    task_queue.jobs_in_progress[0] = MemoryJob("letters", job.template, [{"text": HOSTILE}], title=HOSTILE)

    frame = anna.get(f"{anna.start()}/frame").text

    assert "<script>alert" not in frame
    assert "<img src=x" not in frame
