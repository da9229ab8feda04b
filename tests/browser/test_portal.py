"""Two workers in front of the portal, with mouse and with keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from support.fake_task_queue import MemoryJob, worker
from support.task_page import Screen, Site

from tracemark.storage.s3uri import S3Uri

TEMPLATE = """<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<crowd-form>
  <crowd-classifier name="tone" categories="['kind', 'neutral', 'rude']" header="Which tone?">
    <classification-target><p id="text">{{ task.input.text }}</p></classification-target>
    <full-instructions header="Tones"><p>Judge the words, not the writer.</p></full-instructions>
  </crowd-classifier>
  <crowd-input name="comment" label="Comment"></crowd-input>
</crowd-form>"""
ANNA, BERT = (str(worker(name).worker_id) for name in ("anna", "bert"))


def letters(count: int, **options: object) -> MemoryJob:
    inputs = [{"text": f"letter {number}"} for number in range(count)]
    return MemoryJob("letters", S3Uri.parse("s3://letters/template.html"), inputs, **options)  # type: ignore[arg-type]


def test_two_workers_label_every_item_by_mouse_and_by_keyboard(site: Site, screens: Callable[[str], Screen]) -> None:
    site.offer(letters(3, workers=2), TEMPLATE)
    anna, bert = screens("anna"), screens("bert")
    for screen, name in ((anna, "anna"), (bert, "bert")):
        screen.page.context.clear_cookies()
        screen.sign_in(name)

    anna.start()
    for label in ("kind", "neutral", "rude"):
        anna.wait()
        anna.choose(label)
        anna.submit()
    bert.start()
    for key in ("3", "2", "1"):
        bert.wait()
        bert.press(key)
        bert.submit_by_key()

    assert anna.page.get_by_text("Your answer is saved.").is_visible()
    assert bert.page.get_by_role("heading", name="All done").is_visible()
    given = {(index, who): answer["tone"]["label"] for (_, index, who), answer in site.task_queue.answers.items()}
    assert [given[index, ANNA] for index in range(3)] == ["kind", "neutral", "rude"]
    assert [given[index, BERT] for index in range(3)] == ["rude", "neutral", "kind"]


def test_the_whole_way_can_be_gone_with_the_tab_key(site: Site, anna: Screen) -> None:
    site.offer(letters(1), TEMPLATE)
    anna.page.goto("/")

    reached = []
    for _ in range(10):
        anna.press("Tab")
        reached.append(anna.page.evaluate("document.activeElement.textContent.trim()"))
        if reached[-1] == "Start working":
            break
    anna.press("Enter")
    anna.wait()
    anna.press("2")
    anna.submit_by_key()

    assert reached[-1] == "Start working"
    assert site.task_queue.answers["letters", 0, ANNA] == {"tone": {"label": "neutral"}}


def test_a_comment_is_written_without_choosing_a_category_by_its_digits(site: Site, anna: Screen) -> None:
    site.offer(letters(1), TEMPLATE)
    anna.start()

    anna.press("1")
    anna.find("crowd-input input").click()
    anna.page.keyboard.type("i 2 3")
    anna.submit_by_key()

    assert site.task_queue.answers["letters", 0, ANNA] == {"tone": {"label": "kind"}, "comment": "i 2 3"}


def test_without_a_choice_nothing_is_submitted_and_the_form_says_why(site: Site, anna: Screen) -> None:
    site.offer(letters(1), TEMPLATE)
    anna.start()

    anna.press("Enter")

    assert anna.message == "Please choose a category."
    assert site.task_queue.answers == {}


def test_i_opens_the_instructions_and_escape_closes_them(site: Site, anna: Screen) -> None:
    site.offer(letters(1), TEMPLATE)
    anna.start()
    shown = anna.find("full-instructions p")

    before = shown.is_visible()
    anna.press("i")
    opened = shown.is_visible()
    anna.press("1", "Escape")

    assert (before, opened, shown.is_visible()) == (False, True, False)
    assert anna.answers == {}


def test_enter_right_after_the_instructions_are_closed_is_the_form_s(site: Site, anna: Screen) -> None:
    site.offer(letters(1), TEMPLATE)
    anna.start()
    anna.press("i")
    anna.find("full-instructions p").wait_for()

    # Before the browser paints again, the button in the closed window still has the keyboard.
    anna.frame.evaluate("""() => {
      const inside = () => document.activeElement.shadowRoot.activeElement;
      inside().closest("dialog").close();
      inside().dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, composed: true }));
    }""")

    assert anna.message == "Please choose a category."


def test_a_declined_item_goes_to_somebody_else(site: Site, screens: Callable[[str], Screen]) -> None:
    site.offer(letters(2), TEMPLATE)
    anna, bert = screens("anna"), screens("bert")
    anna.start()

    anna.page.get_by_role("button", name="Decline").click()
    anna.find(
        "#text",
    ).get_by_text("letter 1").wait_for()
    bert.start()

    assert bert.find("#text").inner_text() == "letter 0"


def test_who_stops_is_back_at_the_jobs_and_the_item_in_the_pool(site: Site, screens: Callable[[str], Screen]) -> None:
    site.offer(letters(1), TEMPLATE)
    anna, bert = screens("anna"), screens("bert")
    anna.start()

    anna.page.get_by_role("button", name="Stop working").click()
    anna.page.get_by_role("heading", name="Jobs").wait_for()
    bert.start()

    assert bert.find("#text").inner_text() == "letter 0"


def test_a_task_whose_time_is_over_says_so_and_goes_to_somebody_else(site: Site, anna: Screen) -> None:
    site.offer(letters(1, limit=timedelta(seconds=2)), TEMPLATE)

    anna.page.goto("/")
    anna.page.get_by_role("button", name="Start working").click()
    anna.page.get_by_text("The time for this task is over").wait_for()

    taken = site.task_queue.take(worker("bert").worker_id, "letters")
    assert taken is not None
    assert taken.task_input == {"text": "letter 0"}
    assert site.task_queue.answers == {}


def test_an_answer_that_cannot_be_saved_is_kept_on_the_page_and_sent_again(site: Site, anna: Screen) -> None:
    site.offer(letters(1), TEMPLATE)
    anna.start()
    anna.page.route("**/answers", lambda route: route.abort())

    anna.press("2", "Enter")
    anna.find("crowd-form").get_by_text("not saved yet").wait_for()
    anna.page.unroute("**/answers")
    anna.submit_by_key()

    assert site.task_queue.answers["letters", 0, ANNA] == {"tone": {"label": "neutral"}}


def test_a_page_that_was_answered_in_another_tab_says_that_the_answer_is_saved(site: Site, anna: Screen) -> None:
    site.offer(letters(2), TEMPLATE)
    anna.start()
    task_id = anna.page.url.rpartition("/")[2]
    site.task_queue.submit(worker("anna").worker_id, task_id, {"tone": {"label": "kind"}})

    anna.press("3", "Enter")

    anna.page.get_by_text("You have answered this task already.").wait_for()
    assert site.task_queue.answers["letters", 0, ANNA] == {"tone": {"label": "kind"}}
