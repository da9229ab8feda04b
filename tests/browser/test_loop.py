"""From task to task without a page load: the next one is there already, the last answers can be changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Dialog, Route
from support.fake_task_queue import MemoryJob, worker
from support.photo_page import PHOTO, SCRIPT, SIZE, Photo
from support.task_page import Screen, Site
from support.waiting import wait_until

from tracemark.storage.s3uri import S3Uri

TEMPLATE = """<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<crowd-form>
  <crowd-classifier name="tone" categories="['kind', 'neutral', 'rude']" header="Which tone?">
    <classification-target><p id="text">{{ task.input.text }}</p></classification-target>
    <full-instructions header="Tones"><p>Judge the words, not the writer.</p></full-instructions>
  </crowd-classifier>
  MORE
</crowd-form>"""
ANNA = worker("anna").worker_id


def letters(site: Site, count: int, more: str = "", **options: Any) -> MemoryJob:
    inputs = [{"text": f"letter {number}"} for number in range(count)]
    job = MemoryJob("letters", S3Uri.parse("s3://letters/template.html"), inputs, **options)
    return site.offer(job, TEMPLATE.replace("MORE", more))


def given(site: Site) -> dict[int, str]:
    return {index: answer["tone"]["label"] for (_, index, _), answer in site.task_queue.answers.items()}


def wait_ahead(screen: Screen) -> None:
    """Wait until the next task is loaded below the one that is shown."""
    below = screen.page.frame_locator("iframe.ahead")
    below.locator("crowd-form .fields").wait_for(state="attached")


def text(screen: Screen) -> str:
    return screen.find("#text").inner_text()


def answer(screen: Screen, key: str) -> None:
    screen.wait()
    screen.press(key)
    screen.submit_by_key()


def test_the_next_task_comes_without_a_page_load_and_its_frame_was_there_before(site: Site, anna: Screen) -> None:
    letters(site, 3)
    anna.start()
    wait_ahead(anna)
    anna.page.evaluate("window.mark = document.querySelector('iframe.ahead').mark = 'the same'")

    answer(anna, "1")
    anna.wait()

    assert anna.page.evaluate("[window.mark, document.getElementById('task').mark]") == ["the same", "the same"]
    assert (text(anna), given(site)) == ("letter 1", {0: "kind"})
    assert anna.page.url.partition("/tasks/")[2].partition("?")[0] == anna.page.locator("#task").get_attribute(
        "data-task"
    )
    assert anna.page.locator("#answered").inner_text() == "1"


def test_every_answer_goes_to_its_own_item(site: Site, anna: Screen) -> None:
    letters(site, 6)
    anna.start()

    for number in range(6):
        anna.wait()
        assert text(anna) == f"letter {number}"
        answer(anna, str(number % 3 + 1))

    assert anna.page.get_by_role("heading", name="All done").is_visible()
    assert given(site) == dict(enumerate(["kind", "neutral", "rude"] * 2))


def test_enter_held_down_answers_one_item_and_none_that_nobody_has_seen(site: Site, anna: Screen) -> None:
    inputs = [{"text": f"letter {number}"} for number in range(4)]
    job = MemoryJob("notes", S3Uri.parse("s3://letters/template.html"), inputs)
    site.offer(job, f"{SCRIPT}<crowd-form><p id='text'>{{{{ task.input.text }}}}</p><input name='note'></crowd-form>")
    anna.start()
    wait_ahead(anna)

    with anna.page.expect_navigation(url="**saved"):
        anna.page.keyboard.down("Enter")
    anna.wait()
    for _ in range(3):
        anna.page.keyboard.down("Enter")
    anna.page.keyboard.up("Enter")
    anna.page.wait_for_timeout(300)

    assert (text(anna), len(site.task_queue.answers)) == ("letter 1", 1)


def test_by_mouse_as_by_keyboard(site: Site, anna: Screen) -> None:
    letters(site, 2)
    anna.start()

    for label in ("rude", "kind"):
        anna.wait()
        anna.choose(label)
        anna.submit()

    assert given(site) == {0: "rude", 1: "kind"}


def test_what_is_loaded_ahead_is_out_of_reach_of_keyboard_and_screen_readers(site: Site, anna: Screen) -> None:
    steal = (
        "<input id='first' autofocus><script>setInterval(() => document.getElementById('first').focus(), 20)</script>"
    )
    letters(site, 2, steal)
    anna.start()
    wait_ahead(anna)
    anna.page.wait_for_timeout(300)

    below = anna.page.locator("iframe.ahead")

    assert anna.page.evaluate("document.activeElement.id") == "task"
    assert below.evaluate("frame => [frame.inert, frame.getAttribute('aria-hidden')]") == [True, "true"]


def test_a_question_that_comes_too_early_is_asked_when_its_task_is_shown(site: Site, anna: Screen) -> None:
    letters(site, 2, "<script>globalThis.sure = confirm('Are you awake, {{ task.input.text }}?')</script>")
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    anna.page.on("dialog", accept)
    anna.start()
    wait_ahead(anna)
    anna.page.wait_for_timeout(200)
    before = list(asked)

    answer(anna, "1")
    anna.wait()

    assert before == ["Are you awake, letter 0?"]
    wait_until(lambda: asked[-1] == "Are you awake, letter 1?", "the question")
    assert anna.frame.evaluate("sure")


def test_a_task_that_answers_while_it_is_out_of_sight_is_not_heard(site: Site, anna: Screen) -> None:
    script = "<script>setTimeout(() => document.querySelector('crowd-form').submit(), 400)</script>"
    letters(site, 2, f"{{% if task.input.text == 'letter 1' %}}{script}{{% endif %}}<input type='hidden' name='x'>")
    anna.start()
    wait_ahead(anna)
    anna.press("1")
    anna.page.wait_for_timeout(800)

    assert (text(anna), site.task_queue.answers) == ("letter 0", {})


def test_a_film_begins_when_its_task_is_shown(site: Site, anna: Screen) -> None:
    film = "<video id='film' muted loop></video><script>globalThis.plays = 0;" + (
        "const film = document.getElementById('film');"
        "film.pause = () => { plays -= 1; }; film.play = async () => { plays += 1; };"
        "plays += 1; film.dispatchEvent(new Event('play'));</script>"
    )
    letters(site, 2, film)
    anna.start()
    wait_ahead(anna)
    frame = anna.page.locator("iframe.ahead").element_handle().content_frame()
    assert frame
    wait_until(lambda: frame.evaluate("plays") == 0, "the pause")

    answer(anna, "1")
    anna.wait()

    wait_until(lambda: anna.frame.evaluate("plays") == 1, "the film")


def test_what_was_reserved_goes_to_others_when_the_page_is_left(site: Site, anna: Screen) -> None:
    letters(site, 2)
    anna.start()
    wait_ahead(anna)

    anna.page.goto("/")

    wait_until(lambda: [one.state for one in site.task_queue.leases.values()] == ["held", "given back"], "the end")


def test_an_item_that_somebody_else_took_meanwhile_is_not_shown(site: Site, screens: Callable[[str], Screen]) -> None:
    letters(site, 3)
    anna, bert = screens("anna"), screens("bert")
    anna.start()
    wait_ahead(anna)
    bert.start()
    taken = text(bert)
    answer(bert, "1")
    bert.wait()

    assert (taken, text(bert)) == ("letter 2", "letter 1")
    answer(anna, "2")
    assert anna.page.get_by_role("heading", name="Nothing to do right now").is_visible()


def test_back_shows_the_last_answer_and_changes_it(site: Site, anna: Screen) -> None:
    letters(site, 4)
    anna.start()
    answer(anna, "1")
    answer(anna, "2")
    anna.wait()
    anna.press("3", "u")
    anna.find("#text").get_by_text("letter 1").wait_for()
    anna.wait()
    shown = (anna.answers, anna.page.locator("#given").inner_text())

    answer(anna, "3")
    anna.wait()

    assert shown == ({"tone": {"label": "neutral"}}, "tone: neutral.")
    assert given(site) == {0: "kind", 1: "rude"}
    assert (text(anna), anna.answers) == ("letter 2", {"tone": {"label": "rude"}}), "what was begun is as it was left"
    assert anna.page.locator("#revising").is_hidden()


def test_the_last_ten_answers_can_be_reached_one_by_one(site: Site, anna: Screen) -> None:
    letters(site, 12)
    anna.start()
    for _ in range(11):
        answer(anna, "1")
    anna.wait()

    seen = []
    for number in range(10, 0, -1):
        anna.page.get_by_role("button", name="Back", exact=False).click()
        anna.find("#text").get_by_text(f"letter {number}", exact=True).wait_for()
        anna.wait()
        seen.append(text(anna))

    assert len(seen) == 10
    anna.page.get_by_role("button", name="Return to the current item").click()
    anna.wait()
    assert text(anna) == "letter 11"


def test_the_browsers_own_back_leads_to_the_last_answer_as_well(site: Site, anna: Screen) -> None:
    letters(site, 3)
    anna.start()
    answer(anna, "1")
    anna.wait()

    anna.page.go_back()
    anna.find("#text").get_by_text("letter 0").wait_for()
    anna.wait()
    answer(anna, "3")

    assert given(site) == {0: "rude"}


def test_an_earlier_answer_opened_by_its_address_can_be_changed(site: Site, anna: Screen) -> None:
    letters(site, 3)
    anna.start()
    address = anna.page.url
    answer(anna, "1")

    anna.page.goto(address)
    anna.wait()
    answer(anna, "2")
    anna.wait()

    assert (given(site), text(anna)) == ({0: "neutral"}, "letter 1")


def test_an_answer_that_was_put_together_with_others_stands(site: Site, anna: Screen) -> None:
    letters(site, 3)
    anna.start()
    answer(anna, "1")
    anna.wait()
    anna.press("u")
    anna.find("#text").get_by_text("letter 0").wait_for()
    anna.wait()
    site.task_queue.final.add(0)

    anna.press("3", "Enter")
    anna.page.get_by_text("cannot be changed").wait_for()

    assert (given(site), text(anna)) == ({0: "kind"}, "letter 1")
    anna.press("u")
    anna.page.get_by_text("No earlier answer can be changed any more.").wait_for()


def test_every_kind_of_field_begins_with_what_was_answered(site: Site, anna: Screen) -> None:
    fields = """<crowd-input name="note" label="Note"></crowd-input>
      <crowd-slider name="size" min="0" max="9"></crowd-slider>
      <crowd-checkbox name="box" value="yes">Yes</crowd-checkbox><textarea name="plain" aria-label="Plain"></textarea>
      <select name="pick" aria-label="Pick"><option>a</option><option>b</option></select>
      <input type="radio" name="one" value="x" aria-label="x"><input type="radio" name="one" value="y" aria-label="y">
      <crowd-entity-annotation name="words" header="W" labels="['N']" text="Amazon opens"></crowd-entity-annotation>
      <crowd-classifier-multi-select name="many" categories="['p', 'q', 'r']"></crowd-classifier-multi-select>"""
    letters(site, 2, fields)
    before = {
        "tone": {"label": "rude"}, "note": "a note", "size": 7, "box": {"yes": True}, "plain": "text", "pick": "b",
        "one": {"x": False, "y": True}, "words": {"entities": [{"startOffset": 0, "endOffset": 6, "label": "N"}]},
        "many": {"labels": ["p", "r"]},
    }  # fmt: skip
    task = site.task_queue.take(ANNA, "letters")
    assert task
    site.task_queue.submit(ANNA, task.task_id, before)

    anna.page.goto(f"/tasks/{task.task_id}")
    anna.wait()

    wait_until(lambda: anna.answers == before, "the answers")


def test_a_box_on_a_photograph_is_there_again(site: Site, anna: Screen) -> None:
    photo = site.picture("s3://letters/photo.png", (200, 100))
    box = f"""<crowd-bounding-box name="boxes" src="{{{{ '{photo}' | grant_read_access }}}}" labels="['Pore']"
      header="B"></crowd-bounding-box>"""
    letters(site, 2, box)
    boxes = {
        "boundingBoxes": [{"label": "Pore", "left": 10, "top": 20, "width": 30, "height": 40}],
        "inputImageProperties": {"height": 100, "width": 200},
    }
    task = site.task_queue.take(ANNA, "letters")
    assert task
    site.task_queue.submit(ANNA, task.task_id, {"tone": {"label": "rude"}, "boxes": boxes})

    anna.page.goto(f"/tasks/{task.task_id}")
    anna.wait()

    wait_until(lambda: anna.answers["boxes"] == boxes, "the box")


def draw_on_the_first_of_two(site: Site, screen: Screen, element: str) -> Any:
    """Draw a stroke on the first photograph and submit it; return the answer."""
    inputs = [{"photo": site.picture(PHOTO, SIZE)}] * 2
    page = f"""{SCRIPT}<crowd-form><{element} name="marks" header="Marks" labels="['Pore', 'Crack']"
      src="{{{{ task.input.photo | grant_read_access }}}}"></{element.split()[0]}></crowd-form>"""
    site.offer(MemoryJob("photos", S3Uri.parse("s3://photos/template.html"), inputs), page)
    screen.start()
    photo = Photo(screen)
    photo.keys("2")
    photo.drag((50, 50), (150, 80))
    screen.submit()
    return site.task_queue.answers["photos", 0, str(ANNA)]["marks"]


@pytest.mark.parametrize(
    "element",
    [
        "crowd-semantic-segmentation",
        "crowd-instance-segmentation",
        'photo-view tools="brush"',
        'photo-view tools="box point"',
    ],
)
def test_what_was_drawn_is_there_again_on_back_and_is_not_lost_by_submitting_it_again(
    site: Site, anna: Screen, element: str
) -> None:
    drawn = draw_on_the_first_of_two(site, anna, element)
    anna.wait()
    anna.page.get_by_role("button", name="Back").click()
    anna.page.get_by_text("You have answered this item").wait_for()
    photo = Photo(anna)
    anna.find("li .remove, li button[aria-label^=Delete]").first.wait_for()

    photo.drag((300, 150), (340, 170))
    more = anna.answers["marks"]
    photo.keys("Control+z")
    anna.submit()

    again = site.task_queue.answers["photos", 0, str(ANNA)]["marks"]
    assert again == drawn
    assert more != drawn


def choose_key(screen: Screen, does: str, key: str) -> None:
    screen.page.get_by_role("button", name=f"{does}:").click()
    screen.page.keyboard.press(key)


def test_keys_are_chosen_shown_kept_and_the_old_ones_do_nothing(site: Site, anna: Screen) -> None:
    letters(site, 4)
    anna.start()
    anna.press("?")
    choose_key(anna, "choose category or class 3", "w")
    choose_key(anna, "submit", "s")
    anna.page.get_by_role("button", name="Close").click()
    anna.reload()
    anna.wait()
    shown = [cap.inner_text() for cap in anna.find(".choice kbd").all()]

    anna.press("3", "Enter")
    nothing = (anna.answers, dict(site.task_queue.answers))
    anna.press("w")
    with anna.page.expect_navigation(url="**saved"):
        anna.press("s")

    assert shown == ["1", "2", "w"]
    assert nothing == ({}, {})
    assert given(site) == {0: "rude"}
    assert "s" in anna.find("crowd-form .keys").inner_text()


@pytest.mark.parametrize(
    ("key", "words"), [("Enter", "is the key for “submit” already"), ("ArrowLeft", "has a use of its own")]
)
def test_a_key_that_is_taken_is_refused_and_says_by_what(site: Site, anna: Screen, key: str, words: str) -> None:
    letters(site, 2)
    anna.start()
    anna.page.get_by_role("button", name="Keys").click()

    choose_key(anna, "back to the last answer", key)

    assert words in anna.page.get_by_role("dialog").get_by_role("alert").inner_text()
    assert anna.page.get_by_role("button", name="back to the last answer: u").is_visible()


def test_a_letter_in_a_text_is_no_command(site: Site, anna: Screen) -> None:
    letters(site, 3, '<crowd-input name="note" label="Note"></crowd-input>')
    anna.start()
    answer(anna, "1")
    anna.wait()

    anna.find("crowd-input input").click()
    anna.page.keyboard.type("uD?")

    assert (text(anna), anna.answers["note"]) == ("letter 1", "uD?")


def test_an_item_is_declined_by_a_key_without_a_page_load(site: Site, anna: Screen) -> None:
    letters(site, 2)
    anna.start()
    wait_ahead(anna)
    anna.page.evaluate("window.mark = 1")

    anna.press("Shift+D")
    anna.find("#text").get_by_text("letter 1").wait_for()

    assert anna.page.evaluate("window.mark") == 1
    assert [lease.state for lease in site.task_queue.leases.values()][:2] == ["declined", "held"]


def test_the_time_of_an_item_is_sent_with_its_answer_and_begins_when_it_is_shown(site: Site, anna: Screen) -> None:
    letters(site, 3)
    anna.start()
    wait_ahead(anna)
    reserved = [lease.task for lease in site.task_queue.leases.values()][-1]
    answer(anna, "1")
    answer(anna, "1")

    shown = [lease.task for lease in site.task_queue.leases.values()][1]
    spent = list(site.task_queue.seconds.values())

    assert shown.task_id == reserved.task_id
    assert shown.accepted_at > reserved.accepted_at
    for seconds in spent:
        assert seconds is not None
        assert 0 <= seconds <= (site.task_queue.now() - reserved.accepted_at).total_seconds() + 60


def test_what_follows_when_a_script_of_the_page_fails_is_the_next_page(site: Site, anna: Screen) -> None:
    letters(site, 2)
    anna.start()
    anna.page.evaluate("history.pushState = undefined")

    with anna.page.expect_navigation(url="**saved"):
        anna.press("1", "Enter")
    anna.wait()

    assert (given(site), text(anna)) == ({0: "kind"}, "letter 1")


def hold(screen: Screen, address: str) -> list[Route]:
    """Keep the first request to an address waiting until the test lets it go."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    screen.page.route(address, keep)
    return held


def wait_held(screen: Screen, held: list[Route]) -> Route:
    wait_until(lambda: screen.page.title() and held, "the request")  # routes are served only while Playwright is asked
    return held[0]


def saving_the_second_answer(site: Site, screen: Screen, count: int) -> Route:
    """Answer the first of so many letters, and return the request that saves the answer to the second."""
    letters(site, count)
    screen.start()
    answer(screen, "1")
    screen.wait()
    held = hold(screen, "**/answers")
    screen.press("2", "Enter")
    return wait_held(screen, held)


def notice(screen: Screen) -> str:
    return screen.page.locator("#notice").inner_text()


def test_an_answer_given_while_the_item_is_declined_can_be_given_again_when_that_fails(
    site: Site, anna: Screen
) -> None:
    letters(site, 2)
    anna.start()
    held = hold(anna, "**/decline")
    anna.press("Shift+D")
    declining = wait_held(anna, held)

    anna.press("1", "Enter")
    anna.page.locator("#notice").get_by_text("Your answer was not taken").wait_for()
    declining.abort()
    anna.page.locator("#notice").get_by_text("did not answer").wait_for()
    can_submit = anna.page.frame_locator("#task").get_by_role("button", name="Submit").is_enabled()
    answer(anna, "1")

    assert (can_submit, given(site)) == (True, {0: "kind"})


def test_back_waits_for_the_answer_that_is_being_saved_and_then_shows_it(site: Site, anna: Screen) -> None:
    saving = saving_the_second_answer(site, anna, 4)

    anna.page.get_by_role("button", name="Back", exact=False).click()
    anna.page.wait_for_timeout(200)
    meanwhile = text(anna)
    saving.continue_()
    anna.page.locator("#given").get_by_text("neutral").wait_for()
    anna.wait()
    answer(anna, "3")

    assert (meanwhile, given(site)) == ("letter 1", {0: "kind", 1: "rude"})


def test_back_stays_at_an_answer_that_could_not_be_saved(site: Site, anna: Screen) -> None:
    saving = saving_the_second_answer(site, anna, 3)

    anna.page.get_by_role("button", name="Back", exact=False).click()
    saving.abort()
    anna.page.locator("#notice").get_by_text("Your answer is not saved yet").wait_for()
    shown = text(anna)
    anna.submit()

    assert (shown, given(site)) == ("letter 1", {0: "kind", 1: "neutral"})


def test_the_browsers_own_back_waits_for_the_answer_that_is_being_saved(site: Site, anna: Screen) -> None:
    saving = saving_the_second_answer(site, anna, 4)

    anna.page.evaluate("history.back()")
    anna.page.wait_for_timeout(200)
    meanwhile = text(anna)
    saving.continue_()
    anna.find("#text").get_by_text("letter 0").wait_for()
    anna.wait()

    assert (meanwhile, given(site)) == ("letter 1", {0: "kind", 1: "neutral"})
    assert anna.page.url.endswith(str(anna.page.locator("#task").get_attribute("data-task")))


def test_an_answer_given_while_an_earlier_one_is_opened_is_not_lost_without_a_word(site: Site, anna: Screen) -> None:
    letters(site, 3)
    anna.start()
    answer(anna, "1")
    anna.wait()
    held = hold(anna, "**/before")
    anna.press("2", "u")
    opening = wait_held(anna, held)

    anna.press("Enter")
    anna.page.locator("#notice").get_by_text("Your answer was not taken").wait_for()
    opening.continue_()
    anna.find("#text").get_by_text("letter 0").wait_for()
    said = notice(anna)
    anna.page.get_by_role("button", name="Return to the current item").click()
    anna.find("#text").get_by_text("letter 1").wait_for()
    answer(anna, "2")

    assert "Your answer was not taken" in said
    assert given(site) == {0: "kind", 1: "neutral"}


def test_what_is_pressed_between_enter_and_the_next_item_changes_nothing_and_is_told(site: Site, anna: Screen) -> None:
    letters(site, 3, '<crowd-input name="note" label="Note"></crowd-input>')
    anna.start()
    wait_ahead(anna)
    held = hold(anna, "**/answers")
    anna.press("1", "Enter")
    saving = wait_held(anna, held)

    anna.press("2")
    anna.page.locator("#notice").get_by_text("was not taken").wait_for()
    unchanged = anna.answers["tone"]
    saving.continue_()
    anna.find("#text").get_by_text("letter 1").wait_for()
    said = notice(anna)
    anna.wait()
    untouched = "tone" in anna.answers
    answer(anna, "3")
    anna.wait()

    assert (unchanged, untouched) == ({"label": "kind"}, False)
    assert said == "Saved. What you pressed before the item was shown was not taken."
    assert (notice(anna), given(site)) == ("Saved.", {0: "kind", 1: "rude"})


def test_a_text_goes_on_where_it_was_when_its_answer_could_not_be_saved(site: Site, anna: Screen) -> None:
    letters(site, 2, '<crowd-input name="note" label="Note"></crowd-input>')
    anna.start()
    held = hold(anna, "**/answers")
    anna.press("1")
    anna.find("crowd-input input").click()
    anna.page.keyboard.type("dark")
    anna.press("Enter")
    saving = wait_held(anna, held)

    anna.page.keyboard.type(" lost")
    saving.abort()
    anna.page.locator("#notice").get_by_text("not saved yet").wait_for()
    anna.find("crowd-form .message").get_by_text("not saved yet").wait_for()
    anna.page.keyboard.type("er")

    assert anna.answers["note"] == "darker"


def test_keys_stay_with_the_page_until_the_next_item_is_ready(site: Site, anna: Screen) -> None:
    letters(site, 2)
    anna.start()
    answer(anna, "1")
    anna.wait()
    held = hold(anna, "**/frame")

    anna.press("u")
    opening = wait_held(anna, held)
    focus = anna.page.evaluate("document.activeElement.localName")
    anna.press("3")
    said = notice(anna)
    opening.continue_()
    anna.find("#text").get_by_text("letter 0").wait_for()
    anna.wait()

    assert (focus, said) == ("body", "What you pressed before the item was shown was not taken.")
    assert anna.answers["tone"] == {"label": "kind"}


def test_keys_that_are_held_down_choose_once_and_decline_one_item(site: Site, anna: Screen) -> None:
    many = ", ".join(f"'tone {number}'" for number in range(1, 13))
    letters(site, 4)
    template = TEMPLATE.replace("['kind', 'neutral', 'rude']", f"[{many}]").replace("MORE", "")
    site.s3.objects["s3://letters/template.html"] = (template.encode(), "text/html")
    anna.start()
    wait_ahead(anna)

    for _ in range(3):
        anna.page.keyboard.down("1")
    chosen = anna.answers["tone"]
    anna.page.keyboard.up("1")
    anna.page.keyboard.down("Shift")
    anna.page.keyboard.down("D")
    anna.find("#text").get_by_text("letter 1").wait_for()
    anna.wait()
    for _ in range(3):
        anna.page.keyboard.down("D")
    anna.page.wait_for_timeout(300)

    assert (chosen, text(anna)) == ({"label": "tone 1"}, "letter 1")


def test_only_one_way_back_is_seen_at_the_end_of_the_time(site: Site, anna: Screen) -> None:
    letters(site, 2)
    anna.start()
    anna.page.route("**/answers", lambda route: route.fulfill(status=409, json={"error": "Too late.", "again": False}))

    anna.press("1", "Enter")
    anna.page.get_by_role("alert").get_by_text("Too late.").wait_for()
    ways = anna.page.locator("a, button").filter(has_text="Back", visible=True).all_inner_texts()

    assert ways == ["Back to the jobs"]
