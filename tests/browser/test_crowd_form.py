"""crowd-form as a form: what templates for AWS do with it in their scripts, and what keeps it from being sent."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Dialog
from support.photo_page import saved, show
from support.task_page import Screen, Site

HIDDEN_BUTTON = '<crowd-button form-action="submit" style="display: none"></crowd-button>'


def button(screen: Screen, name: str) -> None:
    screen.page.frame_locator("iframe#task").get_by_role("button", name=name, exact=True).click()


def click_and_wait(screen: Screen, name: str) -> None:
    with screen.page.expect_navigation(url="**saved"):
        button(screen, name)


@pytest.mark.parametrize(
    "listen",
    [
        "form.onsubmit = fill",
        "form.addEventListener('submit', fill)",
        "form.setAttribute('onsubmit', 'fill()')",
        "document.querySelector('crowd-form form, crowd-form').addEventListener('submit', fill)",
        "document.addEventListener('submit', fill)",
    ],
)
def test_submit_runs_the_submit_event_so_that_hidden_fields_are_filled(site: Site, anna: Screen, listen: str) -> None:
    script = f"""<crowd-button id="go">Finish</crowd-button><script>
      const form = document.querySelector("crowd-form");
      function fill() {{ document.getElementById("marks").value = JSON.stringify([{{from: 0.2, to: 0.4}}]); }}
      {listen};
      document.getElementById("go").onclick = () => form.submit();
    </script>"""
    fields = f'<input name="marks" id="marks" type="hidden">{HIDDEN_BUTTON}'
    show(site, anna, f"<crowd-form>{fields}</crowd-form>{script}")

    click_and_wait(anna, "Finish")

    assert saved(site) == {"marks": '[{"from":0.2,"to":0.4}]'}


def test_submit_checks_what_is_required(site: Site, anna: Screen) -> None:
    script = """<crowd-button id="go">Finish</crowd-button><script>
      document.getElementById("go").onclick = () => document.querySelector("crowd-form").submit();
    </script>"""
    required = '<crowd-input name="must" required label="Must"></crowd-input>'
    show(site, anna, f"<crowd-form>{required}{HIDDEN_BUTTON}</crowd-form>{script}")

    button(anna, "Finish")

    assert anna.message.startswith("Must: ")
    assert site.task_queue.answers == {}


@pytest.mark.parametrize("prevent", ["event.preventDefault()", "return false"])
def test_a_listener_may_refuse_the_submission_and_say_why_in_the_page(site: Site, anna: Screen, prevent: str) -> None:
    script = f"""<script>
      document.querySelector("crowd-form").onsubmit = (event) => {{
        if (document.querySelector("crowd-input").value) return;
        errors.innerHTML = '<crowd-alert type="error" dismissible>Fill it in.</crowd-alert>';
        {prevent};
      }};
    </script>"""
    show(site, anna, f'<crowd-form><div id="errors"></div><crowd-input name="n"></crowd-input></crowd-form>{script}')

    button(anna, "Submit")
    told = anna.find("crowd-alert").inner_text()
    anna.find("crowd-input input").fill("x")
    anna.submit()

    assert "Fill it in." in told
    assert saved(site) == {"n": "x"}


def test_a_template_that_waits_before_it_submits_has_decided_for_itself(site: Site, anna: Screen) -> None:
    script = """<script>
      const form = document.querySelector("crowd-form");
      form.onsubmit = (event) => {
        event.preventDefault();
        setTimeout(() => { document.querySelector("[name=n]").value = "later"; form.submit(); }, 50);
      };
    </script>"""
    show(site, anna, f'<crowd-form><input type="hidden" name="n"></crowd-form>{script}')

    anna.submit()

    assert saved(site) == {"n": "later"}


@pytest.mark.parametrize("native", ["<button>Send</button>", "<button type='submit' id='submit'>Send</button>"])
def test_a_native_submit_button_submits_after_the_check(site: Site, anna: Screen, native: str) -> None:
    show(site, anna, f'<crowd-form><input name="n" required aria-label="N">{native}</crowd-form>')

    button(anna, "Send")
    refused = anna.message
    anna.find("input").fill("x")
    click_and_wait(anna, "Send")

    assert refused
    assert saved(site) == {"n": "x"}


def test_native_and_own_reset_take_everything_back(site: Site, anna: Screen) -> None:
    fields = """<input name="a" value="1" aria-label="A"><crowd-input name="b" value="2"></crowd-input>
      <crowd-checkbox name="c">C</crowd-checkbox><button type="reset">Native</button>
      <crowd-button form-action="reset">Own</crowd-button>"""
    show(site, anna, f"<crowd-form>{fields}</crowd-form>")
    untouched = {"a": "1", "b": "2", "c": {"on": False}}
    seen = []

    for name in ("Native", "Own"):
        anna.page.frame_locator("iframe#task").get_by_label("A").fill("x")
        anna.find("crowd-input input").fill("y")
        anna.find("crowd-checkbox input").check()
        seen.append(anna.answers)
        button(anna, name)
        seen.append(anna.answers)

    assert seen == [{"a": "x", "b": "y", "c": {"on": True}}, untouched] * 2


def test_native_radio_buttons_of_a_name_exclude_each_other_and_answer_together(site: Site, anna: Screen) -> None:
    radios = "".join(f'<label><input type="radio" name="r" value="{v}" required>{v}</label>' for v in "ab")
    show(site, anna, f"<crowd-form>{radios}</crowd-form>")

    button(anna, "Submit")
    refused = anna.message
    anna.choose("a")
    anna.choose("b")
    anna.submit()

    assert refused
    assert saved(site) == {"r": {"a": False, "b": True}}


def test_scripts_find_the_form_by_every_way_that_templates_take(site: Site, anna: Screen) -> None:
    show(site, anna, '<crowd-form><input name="n" value="v"><p>text</p></crowd-form>')
    anna.wait()

    found = anna.frame.evaluate(
        """() => {
          const crowd = document.querySelector("crowd-form");
          return [crowd.form === document.querySelector("crowd-form form"), document.forms.length,
                  new FormData(crowd.form).get("n"), crowd.form.elements.n.value, document.querySelector("p").innerText,
                  crowd.checkValidity()];
        }"""
    )

    assert found == [True, 1, "v", "v", "text", True]


def test_every_field_is_an_answer_of_its_own(site: Site, anna: Screen) -> None:
    page = """<crowd-form>
      <crowd-classifier name="Weld" categories="['good', 'bad']" header="h"></crowd-classifier>
      <crowd-classifier name="Photo" categories="['sharp', 'blurred']" header="h"></crowd-classifier>
      <crowd-radio-group name="side"><crowd-radio-button value="l">l</crowd-radio-button></crowd-radio-group>
      <select name="kind"><option>a</option><option selected>b</option></select>
      <crowd-slider name="sure" min="0" max="9" value="4"></crowd-slider>
      <crowd-keypoint name="where" labels="['Pore']" src="{{ task.input.photo | grant_read_access }}"></crowd-keypoint>
      <textarea name="why">text</textarea></crowd-form>"""
    show(site, anna, page)

    anna.choose("bad")
    anna.choose("sharp")
    anna.find(".status").get_by_text("pixels").wait_for()
    anna.submit()

    assert saved(site) == {
        "Weld": {"label": "bad"},
        "Photo": {"label": "sharp"},
        "side": {"l": False},
        "kind": "b",
        "sure": 4,
        "where": {"keypoints": [], "inputImageProperties": {"height": 200, "width": 400}},
        "why": "text",
    }


def test_categories_and_values_are_properties(site: Site, anna: Screen) -> None:
    script = """<p id="seen"></p><script>
      const classifier = document.querySelector("crowd-classifier");
      classifier.categories = ["early"];
      document.addEventListener("all-crowd-elements-ready", () => {
        classifier.categories = classifier.categories.concat(["late"]);
        classifier.addEventListener("change", (event) => { seen.textContent = event.target.value; });
      });
    </script>"""
    show(site, anna, f"<crowd-form><crowd-classifier name='c' header='h'></crowd-classifier></crowd-form>{script}")
    anna.find("crowd-classifier .choice").first.wait_for()

    shown = anna.find("crowd-classifier .choice span").all_inner_texts()
    anna.choose("late")

    assert shown == ["early", "late"]
    assert anna.find("#seen").inner_text() == "late"


@pytest.mark.parametrize("accept", [True, False])
def test_confirm_asks_and_its_answer_counts(site: Site, anna: Screen, accept: bool) -> None:
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        anna.page.wait_for_timeout(100)
        dialog.accept() if accept else dialog.dismiss()

    anna.page.on("dialog", answer)
    script = """<script>document.querySelector("crowd-form").onsubmit = (event) => {
      if (!confirm("Really send?")) event.preventDefault();
    };</script>"""
    show(site, anna, f'<crowd-form><crowd-input name="n" value="1"></crowd-input></crowd-form>{script}')

    if accept:
        anna.submit()
    else:
        button(anna, "Submit")
        anna.page.wait_for_timeout(300)

    assert asked == ["Really send?"]
    assert list(site.task_queue.answers.values()) == ([{"n": "1"}] if accept else [])


def test_alert_says_what_is_missing(site: Site, anna: Screen) -> None:
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    anna.page.on("dialog", answer)
    script = """<script>document.querySelector("crowd-form").onsubmit = (event) => {
      if (!document.querySelector("#a").value) { event.preventDefault(); alert("Please fill in n"); }
    };</script>"""
    show(site, anna, f'<crowd-form><crowd-input id="a" name="n" value=""></crowd-input></crowd-form>{script}')

    button(anna, "Submit")

    assert asked == ["Please fill in n"]
    assert site.task_queue.answers == {}


def test_a_window_that_the_browser_does_not_show_is_told_in_the_page(site: Site, anna: Screen) -> None:
    anna.page.add_init_script("window.confirm = () => false")
    script = """<script>document.querySelector("crowd-form").onsubmit = (event) => {
      if (!confirm("Really send?")) event.preventDefault();
    };</script>"""
    show(site, anna, f'<crowd-form><crowd-input name="n" value="1"></crowd-input></crowd-form>{script}')

    button(anna, "Submit")

    assert "This page wanted to ask: Really send?" in anna.find("[data-tracemark-notices] section").inner_text()


def test_a_worker_may_take_long_to_read_a_confirmation(site: Site, anna: Screen) -> None:
    """A browser counts a click as fresh for five seconds only, also while its own window is open."""

    def answer(dialog: Dialog) -> None:
        anna.page.wait_for_timeout(5_500)
        dialog.accept()

    anna.page.on("dialog", answer)
    script = "<script>document.querySelector('crowd-form').onsubmit = () => confirm('Sure?');</script>"
    show(site, anna, f'<crowd-form><crowd-input name="n" value="1"></crowd-input></crowd-form>{script}')

    anna.submit()

    assert saved(site) == {"n": "1"}


def entity_page(inside: str = "", around: str = "{}") -> str:
    labels = "[{'label': 'org', 'shortDisplayName': 'ORG', 'fullDisplayName': 'Organisation'}, {'label': 'day'}]"
    opened = f'<crowd-entity-annotation name="ent" header="h" text="{{{{ task.input.text }}}}" labels="{labels}">'
    return around.format(f"{opened}{inside}</crowd-entity-annotation>")


def select_words(screen: Screen, start: int, end: int) -> None:
    """Select a part of the text as the mouse does, in UTF-16 units."""
    screen.frame.evaluate(
        """([start, end]) => {
          const text = document.querySelector("crowd-entity-annotation").shadowRoot.querySelector(".text");
          const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT,
            (node) => (node.parentElement.closest("button") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
          const place = (offset, isEnd) => {
            walker.currentNode = text;
            for (let node = walker.nextNode(), before = 0; node; before += node.length, node = walker.nextNode())
              if (offset < before + node.length + (isEnd ? 1 : 0)) return [node, offset - before];
          };
          const [from, to] = [place(start, false), place(end, true)];
          getSelection().setBaseAndExtent(...from, ...to);
          text.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
        }""",
        [start, end],
    )


TEXT = "Amazon \U0001f600 opens on Monday"


@pytest.mark.parametrize("around", ["{}", "<crowd-form>{}</crowd-form>"], ids=["alone", "in a form"])
def test_words_are_labeled_with_unicode_offsets(site: Site, anna: Screen, around: str) -> None:
    show(site, anna, entity_page(around=around), {"text": TEXT})
    anna.find("crowd-entity-annotation .text").wait_for()

    select_words(anna, 0, 6)
    anna.press("2")
    select_words(anna, 18, 24)
    anna.page.frame_locator("iframe#task").get_by_role("button", name="Submit").click()
    anna.page.wait_for_url("**saved")

    assert saved(site) == {
        "ent": {
            "entities": [
                {"endOffset": 6, "label": "org", "startOffset": 0},
                {"endOffset": 23, "label": "day", "startOffset": 17},
            ]
        }
    }


def test_labels_on_words_are_changed_removed_undone_and_not_divided(site: Site, anna: Screen) -> None:
    show(site, anna, entity_page(), {"text": TEXT})
    frame = anna.page.frame_locator("iframe#task")
    anna.find("crowd-entity-annotation .text").wait_for()
    entities = "document.querySelector('crowd-entity-annotation').value.entities.map((found) => found.label)"
    select_words(anna, 0, 6)
    seen: list[Any] = [anna.frame.evaluate(entities)]

    select_words(anna, 2, 4)
    told = anna.find("crowd-entity-annotation .problem").inner_text()
    anna.find("crowd-entity-annotation mark").click(position={"x": 5, "y": 5})
    frame.get_by_role("button", name="day").click()
    seen.append(anna.frame.evaluate(entities))
    frame.get_by_role("button", name="Remove day from Amazon").click()
    seen.append(anna.frame.evaluate(entities))
    frame.get_by_role("button", name="Undo").click()
    seen.append(anna.frame.evaluate(entities))

    assert seen == [["org"], ["day"], [], ["day"]]
    assert "cannot be divided" in told


def test_further_questions_go_into_the_form_of_an_entity_annotation(site: Site, anna: Screen) -> None:
    more = '<div id="more"><crowd-checkbox name="odd" value="yes">Odd</crowd-checkbox></div>'
    script = """<script>document.addEventListener("all-crowd-elements-ready", () => {
      document.querySelector("crowd-entity-annotation").shadowRoot.querySelector("crowd-form").form.appendChild(more);
    });</script>"""
    show(site, anna, entity_page(more) + script, {"text": TEXT})

    anna.choose("Odd")
    anna.submit()

    assert saved(site) == {"ent": {"entities": []}, "odd": {"yes": True}}


def test_labels_given_at_the_start_are_shown_and_answered(site: Site, anna: Screen) -> None:
    start = "[{label: 'org', startOffset: 0, endOffset: 6}, {label: 'none', startOffset: 1, endOffset: 2}]"
    page = entity_page().replace(' name="ent"', f' name="ent" initial-value="{start}"')
    show(site, anna, page, {"text": TEXT})

    anna.find("crowd-entity-annotation mark").wait_for()

    assert "1 of the labels given at the start" in anna.find("crowd-entity-annotation .problem").inner_text()
    assert anna.frame.evaluate("document.querySelector('crowd-entity-annotation').value") == {
        "entities": [{"endOffset": 6, "label": "org", "startOffset": 0}]
    }
