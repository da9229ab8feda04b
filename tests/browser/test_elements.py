"""What each crowd element answers, key by key as in Ground Truth, and what it insists on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from support.fake_task_queue import MemoryJob, worker
from support.task_page import Screen, Site, open_site
from support.waiting import PATIENCE_SECONDS

from tracemark.storage.s3uri import S3Uri

SCRIPT = '<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>'


def show(site: Site, screen: Screen, form: str, task_input: dict[str, Any] | None = None) -> None:
    """Show a template whose crowd form holds `form`."""
    job = MemoryJob("elements", S3Uri.parse("s3://elements/template.html"), [task_input or {}])
    site.offer(job, f"{SCRIPT}<crowd-form>{form}</crowd-form>")
    screen.start()


@pytest.fixture(scope="module")
def bench(chromium: Browser) -> Iterator[Screen]:
    """One task for many forms, each put into it by `put`."""
    with open_site() as site:
        context = chromium.new_context(base_url=site.address)
        context.set_default_timeout(1000 * PATIENCE_SECONDS)
        site.let_in("anna", context)
        screen = Screen(context.new_page())
        show(site, screen, "")
        yield screen
        context.close()


def put(screen: Screen, form: str) -> None:
    screen.frame.evaluate("form => { document.querySelector('crowd-form').innerHTML = form }", form)


def saved(site: Site) -> Any:
    return site.task_queue.answers["elements", 0, str(worker("anna").worker_id)]


@pytest.mark.parametrize(
    ("form", "answers"),
    [
        ('<crowd-input name="n" value="text"></crowd-input>', {"n": "text"}),
        ('<crowd-input name="n"></crowd-input>', {}),
        ('<crowd-input value="nameless"></crowd-input>', {}),
        ('<crowd-input name="n" value="x" disabled></crowd-input>', {}),
        ('<crowd-text-area name="n" value="a&#10;b"></crowd-text-area>', {"n": "a\nb"}),
        ('<crowd-text-area name="n"></crowd-text-area>', {}),
        ('<crowd-slider name="n" min="1" max="10" step="0.5" value="2.5"></crowd-slider>', {"n": 2.5}),
        ('<crowd-checkbox name="n" value="v" checked>x</crowd-checkbox>', {"n": {"v": True}}),
        ('<crowd-checkbox name="n">x</crowd-checkbox>', {"n": {"on": False}}),
        (
            '<crowd-checkbox name="n" value="a" checked>a</crowd-checkbox>'
            '<crowd-checkbox name="n" value="b">b</crowd-checkbox>',
            {"n": {"a": True, "b": False}},
        ),
        (
            '<crowd-radio-group><crowd-radio-button name="n" value="a" checked>a</crowd-radio-button>'
            '<crowd-radio-button name="m" value="b">b</crowd-radio-button></crowd-radio-group>',
            {"n": {"a": True}, "m": {"b": False}},
        ),
        (
            '<crowd-radio-group name="g"><crowd-radio-button value="a">a</crowd-radio-button>'
            '<crowd-radio-button value="b" checked>b</crowd-radio-button></crowd-radio-group>',
            {"g": {"a": False, "b": True}},
        ),
        ('<input name="n" value="v"><input type="hidden" name="h" value="w">', {"n": "v", "h": "w"}),
        ('<input type="checkbox" name="n" value="v" checked>', {"n": {"v": True}}),
        (
            '<input type="radio" name="n" value="a"><input type="radio" name="n" value="b" checked>',
            {"n": {"a": False, "b": True}},
        ),
        ('<select name="n"><option>a</option><option selected>b</option></select>', {"n": "b"}),
        ('<textarea name="n">v</textarea>', {"n": "v"}),
        ('<input name="n" value="v" disabled><input value="nameless"><input type="submit" name="s" value="s">', {}),
        ('<input name="__proto__" value="v">', {"__proto__": "v"}),
        (
            '<crowd-tabs><crowd-tab header="A"><crowd-input name="n" value="1"></crowd-input></crowd-tab>'
            '<crowd-tab header="B"><crowd-input name="m" value="2"></crowd-input></crowd-tab></crowd-tabs>',
            {"n": "1", "m": "2"},
        ),
        ("<crowd-alert>a</crowd-alert><crowd-card heading='h'>c</crowd-card>", {}),
    ],
)
def test_the_answer_of_an_element_has_the_shape_of_ground_truth(
    bench: Screen, form: str, answers: dict[str, Any]
) -> None:
    put(bench, form)

    assert json.loads(bench.frame.evaluate("JSON.stringify(document.querySelector('crowd-form').answers)")) == answers


@pytest.mark.parametrize(
    "categories",
    [
        "categories='{{ task.input.labels | to_json | escape }}'",
        'categories="{{ task.input.labels | to_json | escape }}"',
        "categories='{{ task.input.labels | to_json }}'",
        "categories=\"['It\\'s good', 'A &quot;so-so&quot;', '<b>']\"",
    ],
)
def test_categories_may_be_written_in_every_way_that_templates_do(site: Site, anna: Screen, categories: str) -> None:
    labels = ["It's good", 'A "so-so"', "<b>"]
    show(site, anna, f"<crowd-classifier name='n' {categories} header='h'></crowd-classifier>", {"labels": labels})

    shown = anna.find("crowd-classifier .choice span").all_inner_texts()
    anna.press("3")
    anna.submit_by_key()

    assert shown == labels
    assert saved(site) == {"n": {"label": "<b>"}}


def test_several_categories_are_answered_in_their_order(site: Site, anna: Screen) -> None:
    attributes = """name="n" categories="['a', 'b', 'c']" header="h" """
    show(site, anna, f"<crowd-classifier-multi-select {attributes}></crowd-classifier-multi-select>")

    anna.press("3", "2", "1", "2")
    anna.submit_by_key()

    assert saved(site) == {"n": {"labels": ["a", "c"]}}


def test_none_of_the_categories_is_an_answer_where_it_is_offered(site: Site, anna: Screen) -> None:
    attributes = """name="n" categories="['a', 'b']" exclusion-category="{ text: 'None' }" header="h" """
    show(site, anna, f"<crowd-classifier-multi-select {attributes}></crowd-classifier-multi-select>")

    anna.press("Enter")
    refused = anna.message
    anna.press("1", "3")
    anna.submit_by_key()

    assert refused == "Please choose at least one category."
    assert saved(site) == {"n": {"labels": []}}


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ('<crowd-input name="n" label="Number" required></crowd-input>', "Number: "),
        ('<crowd-input name="n" label="Mail" type="email" value="x" error-message="no mail"></crowd-input>', "no mail"),
        ('<crowd-text-area name="n" label="Text" required></crowd-text-area>', "Text: "),
        ('<crowd-slider name="n" label="Much" min="1" max="3" required></crowd-slider>', "please move the slider"),
        ('<crowd-checkbox name="n" required>Read it</crowd-checkbox>', "Read it: please check this box"),
        (
            '<crowd-radio-group name="n" required><crowd-radio-button value="a">a</crowd-radio-button>'
            "</crowd-radio-group>",
            "please choose one",
        ),
        ('<label>Why <input name="n" required></label>', "Why: "),
        ("<crowd-classifier name='n' categories='[\"a\"]' header='h'></crowd-classifier>", "Please choose a category."),
    ],
)
def test_what_is_missing_is_said_and_nothing_submitted(bench: Screen, form: str, message: str) -> None:
    put(bench, form)
    task = bench.page.url

    bench.page.frame_locator("iframe#task").get_by_role("button", name="Submit").click()

    assert message in bench.message
    assert bench.page.url == task


def test_one_radio_button_of_a_group_is_chosen_at_a_time(site: Site, anna: Screen) -> None:
    buttons = "".join(f'<crowd-radio-button name="{n}" value="{n}">{n}</crowd-radio-button>' for n in "abc")
    show(site, anna, f"<crowd-radio-group>{buttons}</crowd-radio-group>")

    anna.choose("a")
    anna.press("ArrowDown", "ArrowRight")
    anna.submit_by_key()

    assert saved(site) == {"a": {"a": False}, "b": {"b": False}, "c": {"c": True}}


def test_a_template_may_prevent_the_submission_and_submit_itself(site: Site, anna: Screen) -> None:
    script = """<input type="hidden" name="seen" value="no"><script>
      document.querySelector("crowd-form").onsubmit = (event) => {
        event.preventDefault();
        document.querySelector("[name=seen]").value = "yes";
        event.target.submit();
      };
    </script>"""
    show(site, anna, script)

    anna.submit()

    assert saved(site) == {"seen": "yes"}


def test_a_template_learns_when_the_elements_are_ready(site: Site, anna: Screen) -> None:
    script = """<script>document.addEventListener("all-crowd-elements-ready", () => {
      document.querySelector("crowd-input").value = "set by the template";
    });</script>"""
    show(site, anna, f'<crowd-input name="n"></crowd-input>{script}')

    anna.submit()

    assert saved(site) == {"n": "set by the template"}


def test_a_button_of_the_template_submits_in_place_of_ours(site: Site, anna: Screen) -> None:
    show(
        site, anna, '<input type="hidden" name="n" value="v"><crowd-button form-action="submit">Send it</crowd-button>'
    )
    buttons = anna.page.frame_locator("iframe#task").get_by_role("button")

    shown = buttons.count()
    with anna.page.expect_navigation(url="**saved"):
        anna.page.frame_locator("iframe#task").get_by_role("button", name="Send it").click()

    assert shown == 1
    assert saved(site) == {"n": "v"}


def test_only_one_tab_is_shown_and_the_arrow_keys_turn_them(site: Site, anna: Screen) -> None:
    tabs = '<crowd-tab header="A"><p>first</p></crowd-tab><crowd-tab header="B"><p>second</p></crowd-tab>'
    show(site, anna, f"<crowd-tabs>{tabs}</crowd-tabs>")
    texts = anna.find("crowd-tab p")

    before = [texts.nth(n).is_visible() for n in range(2)]
    anna.page.frame_locator("iframe#task").get_by_role("tab", name="A").focus()
    anna.press("ArrowRight")

    assert before == [True, False]
    assert [texts.nth(n).is_visible() for n in range(2)] == [False, True]


def test_an_alert_can_be_dismissed(site: Site, anna: Screen) -> None:
    show(site, anna, '<crowd-alert type="warning" dismissible>Careful</crowd-alert>')

    anna.page.frame_locator("iframe#task").get_by_role("button", name="Dismiss").click()

    assert anna.find("crowd-alert").count() == 0


def test_instructions_open_by_button_and_by_key(site: Site, anna: Screen) -> None:
    regions = "<short-summary>In short</short-summary><positive-example>Like so</positive-example>"
    show(site, anna, f'<crowd-instructions link-text="Help me">{regions}</crowd-instructions>')
    summary = anna.find("short-summary")

    seen = [summary.is_visible()]
    anna.page.frame_locator("iframe#task").get_by_role("button", name="Help me").click()
    seen.append(summary.is_visible())
    anna.press("i")
    seen.append(summary.is_visible())
    anna.press("i")

    assert [*seen, summary.is_visible()] == [False, True, False, True]
