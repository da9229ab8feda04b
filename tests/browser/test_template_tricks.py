"""Tricks of templates that were written for AWS's elements, each in a small template of our own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.photo_page import SCRIPT, SIZE, Photo, saved, show, tool
from support.task_page import Screen, Site


def test_a_listener_reads_marks_by_value_and_by_its_older_name_and_refuses_them(site: Site, anna: Screen) -> None:
    script = """<div id="errors"></div><script>
      document.querySelector("crowd-form").onsubmit = function (event) {
        const tool = document.querySelector("crowd-keypoint");
        const points = tool.value.keypoints || tool._submittableValue.keypoints;
        if (points.length === tool._submittableValue.keypoints.length && points.length === 2) return;
        event.preventDefault();
        errors.innerHTML = '<crowd-alert type="error" dismissible>Mark two.</crowd-alert>';
        errors.scrollIntoView();
      };
    </script>"""
    show(site, anna, tool("crowd-keypoint", inside=script))
    photo = Photo(anna)
    photo.click((50, 50))

    anna.page.frame_locator("iframe#task").get_by_role("button", name="Submit").click()
    told = anna.find("crowd-alert").inner_text()
    photo.click((90, 90))
    anna.submit()

    assert "Mark two." in told
    assert len(saved(site)["marks"]["keypoints"]) == 2


def test_labels_are_managed_by_links_and_buttons_in_the_instructions(site: Site, anna: Screen) -> None:
    inside = """<short-instructions><crowd-input name="_new" id="fresh"></crowd-input>
      <crowd-button id="add">Add</crowd-button><div id="list"></div></short-instructions>"""
    script = """<script>
      document.addEventListener("all-crowd-elements-ready", () => { annotator.labels = []; });
      function draw() {
        list.innerHTML = "";
        annotator.labels.forEach((label) => {
          const line = document.createElement("div");
          line.innerHTML = label + ' <a href="javascript:void(0)">remove</a>';
          line.querySelector("a").onclick = () => {
            annotator.labels = annotator.labels.filter((l) => l !== label);
            draw();
          };
          list.appendChild(line);
        });
      }
      add.onclick = () => { annotator.labels = annotator.labels.concat([fresh.value]); fresh.value = null; draw(); };
    </script>"""
    element = '<crowd-bounding-box id="annotator" name="boxes" labels="[\'placeholder\']" '
    source = 'src="{{ task.input.photo | grant_read_access }}">'
    show(site, anna, f"<crowd-form>{element}{source}{inside}</crowd-bounding-box></crowd-form>{script}")
    photo = Photo(anna)
    frame = anna.page.frame_locator("iframe#task")

    for label in ("Pore", "Crack"):
        anna.find("crowd-input input").fill(label)
        frame.get_by_role("button", name="Add", exact=True).click()
    frame.get_by_text("remove").first.click()
    photo.drag((10, 10), (30, 30))
    anna.submit()

    assert saved(site) == {
        "boxes": {
            "boundingBoxes": [{"label": "Crack", "left": 10, "top": 10, "width": 20, "height": 20}],
            "inputImageProperties": {"height": SIZE[1], "width": SIZE[0]},
        }
    }


def test_a_listener_changes_a_copy_of_the_marks_and_sends_it_in_a_hidden_field(site: Site, anna: Screen) -> None:
    fields = '<input type="hidden" id="answers" name="instances" value="[]"><input type="hidden" name="_" value="_">'
    script = """<script>document.querySelector("crowd-form").onsubmit = () => {
      const boxes = (annotator._submittableValue || annotator.value).boundingBoxes;
      boxes.forEach((box, index) => { box.id = index; delete box.label; });
      answers.value = JSON.stringify(boxes);
    };</script>"""
    show(site, anna, tool("crowd-bounding-box", 'id="annotator"', inside=fields + script))
    photo = Photo(anna)
    photo.drag((10, 10), (30, 40))

    anna.submit()

    assert json.loads(saved(site)["instances"]) == [{"left": 10, "top": 10, "width": 20, "height": 30, "id": 0}]
    assert saved(site)["marks"]["boundingBoxes"][0]["label"] == "Pore"


def test_an_overlay_is_laid_over_the_canvas_of_the_tool(site: Site, anna: Screen) -> None:
    script = """<p id="seen"></p><script>document.addEventListener("all-crowd-elements-ready", () => setTimeout(() => {
      const canvas = document.querySelector("crowd-bounding-box").shadowRoot.querySelector("canvas.upper-canvas");
      const { left, top, width, height } = canvas.getBoundingClientRect();
      seen.textContent = JSON.stringify([left, top, width, height]);
    }, 500));</script>"""
    show(site, anna, tool("crowd-bounding-box", inside=script))
    photo = Photo(anna)
    anna.find("#seen").get_by_text("[").wait_for()

    left, _, width, height = json.loads(anna.find("#seen").inner_text())

    assert abs(width - SIZE[0] * photo.scale) < 1
    assert abs(height - SIZE[1] * photo.scale) < 1
    assert abs(left - photo.left) < 1


def test_further_questions_are_put_beside_the_categories(site: Site, anna: Screen) -> None:
    script = """<second-tier></second-tier><script>
      document.addEventListener("all-crowd-elements-ready", () => {
        const classifier = document.querySelector("crowd-classifier");
        const picker = classifier.shadowRoot.querySelector(".annotation-area .category-picker-wrapper");
        const card = document.createElement("crowd-card");
        picker.insertAdjacentElement("afterend", card);
        classifier.shadowRoot.querySelector(".awsui-app-layout__navigation").style.width = "400px";
        classifier.shadowRoot.querySelector(".awsui-modal-dialog").style.maxWidth = "90%";
        classifier.addEventListener("change", (event) => {
          const box = document.createElement("input");
          Object.assign(box, { type: "checkbox", name: "reason", value: event.target.value + "!", checked: true });
          box.style.display = "none";
          document.querySelector("second-tier").append(box);
          card.innerHTML = "asked about " + event.target.value;
        });
      });
    </script>"""
    regions = "<full-instructions>l</full-instructions><short-instructions>s</short-instructions>"
    classifier = f"<crowd-classifier name='kind' categories=\"['a', 'b']\" header='h'>{regions}</crowd-classifier>"
    show(site, anna, f"<crowd-form>{classifier}{script}</crowd-form>")

    anna.choose("b")
    card = anna.find("crowd-classifier crowd-card").inner_text()
    anna.submit()

    assert card == "asked about b"
    assert saved(site) == {"kind": {"label": "b"}, "reason": {"b!": True}}


def test_native_buttons_collect_and_submit_as_in_a_form_of_html(site: Site, anna: Screen) -> None:
    page = """<html><head><title>Series</title></head><body><crowd-form>
      <div id="chart" data-series='{{ task.input.series | to_json }}'></div>
      <select id="type" name="kind"><option value="up">Up</option></select>
      <button id="add">Add</button><button id="submit">Send</button>
      <input type="hidden" id="data" name="data"></crowd-form><script>
      const series = JSON.parse(document.getElementById("chart").getAttribute("data-series"));
      const found = [];
      add.addEventListener("click", (event) => { event.preventDefault(); found.push([type.value, series[1]]); });
      document.getElementById("submit").addEventListener("click", () => {
        data.value = JSON.stringify(found);
        document.querySelector("crowd-form").submit();
      });</script></body></html>"""
    show(site, anna, page, {"series": [1, 2.5, 3]})
    frame = anna.page.frame_locator("iframe#task")

    frame.get_by_role("button", name="Add", exact=True).click()
    still_there = site.task_queue.answers == {}
    with anna.page.expect_navigation(url="**saved"):
        frame.get_by_role("button", name="Send").click()

    assert still_there
    assert saved(site) == {"kind": "up", "data": '[["up",2.5]]'}


def test_things_are_dragged_into_groups_by_the_template_itself(site: Site, anna: Screen) -> None:
    page = """<crowd-form><div id="from" style="height: 60px"><b draggable="true" id="thing">thing</b></div>
      <div id="to" style="height: 60px; border: 1px solid">drop here</div><input type="hidden" name="group" id="group">
      </crowd-form><script>
        thing.ondragstart = (event) => event.dataTransfer.setData("text", "thing");
        to.ondragover = (event) => event.preventDefault();
        to.ondrop = (event) => { event.preventDefault(); to.append(thing); };
        document.querySelector("crowd-form").onsubmit = () => { group.value = thing.parentElement.id; };
      </script>"""
    show(site, anna, page)

    anna.find("#thing").drag_to(anna.find("#to"))
    anna.submit()

    assert saved(site) == {"group": "to"}


def test_a_canvas_of_the_template_draws_a_granted_picture_and_answers_what_is_marked(site: Site, anna: Screen) -> None:
    page = """<crowd-form><canvas id="c" width="400" height="200"></canvas><input type="hidden" name="at" id="at">
      </crowd-form><script>
        const picture = new Image();
        picture.crossOrigin = "anonymous";
        picture.onload = () => {
          const context = c.getContext("2d");
          context.drawImage(picture, 0, 0);
          c.onclick = (event) => {
            const pixel = [...context.getImageData(event.offsetX, event.offsetY, 1, 1).data];
            at.value = JSON.stringify([event.offsetX, event.offsetY, ...pixel]);
          };
          c.dataset.ready = "yes";
        };
        picture.src = {{ task.input.photo | grant_read_access | to_json }};
      </script>"""
    show(site, anna, page)
    canvas = anna.find("#c[data-ready]")
    canvas.wait_for()

    canvas.click(position={"x": 30, "y": 40})
    anna.submit()

    at: Any = json.loads(saved(site)["at"])
    assert at == [30, 40, 0x88, 0x88, 0xAA, 255]


@pytest.mark.parametrize("key", ["reports/50% of a+b é?#.pdf", "../a//b/./c/../report.pdf"])
def test_a_script_takes_name_and_type_of_a_file_from_the_path_of_its_link(site: Site, anna: Screen, key: str) -> None:
    site.s3.objects[f"s3://bucket/{key}"] = (b"%PDF-1.1", "application/pdf")
    page = """<crowd-form><input type="hidden" name="found" id="found"><p id="ready"></p></crowd-form>
      <script>
        const link = new URL("{{ task.input.file | grant_read_access }}");
        const name = decodeURIComponent(link.pathname.split("/").pop());
        fetch(link).then((answer) => answer.text()).then((text) => {
          found.value = JSON.stringify([name, link.pathname.endsWith(".pdf"), text]);
          ready.textContent = "ready";
        });
      </script>"""
    show(site, anna, page, {"file": f"s3://bucket/{key}"})
    anna.find("#ready").get_by_text("ready").wait_for()

    anna.submit()

    assert json.loads(saved(site)["found"]) == [key.rpartition("/")[2], True, "%PDF-1.1"]


def test_a_button_of_the_template_is_enabled_by_a_script_once_everything_is_chosen(site: Site, anna: Screen) -> None:
    page = """<crowd-form><form action="">
      <select name="clear" class="asked"><option></option><option>Yes</option></select>
      <crowd-button id="done" form-action="submit" disabled="true">Send</crowd-button></form></crowd-form>
      <script>
        const done = document.getElementById("done");
        document.querySelector(".asked").onchange = (event) => { done.disabled = event.target.value === ""; };
      </script>"""
    show(site, anna, page)
    send = anna.page.frame_locator("#task").get_by_role("button", name="Send")
    send.wait_for()

    before = send.is_enabled()
    anna.find("select").select_option("Yes")
    with anna.page.expect_navigation(url="**saved"):
        send.click()

    assert not before
    assert saved(site) == {"clear": "Yes"}


def test_lists_and_objects_that_are_shown_as_they_are_can_be_read_by_a_script(site: Site, anna: Screen) -> None:
    page = """<crowd-form><div id="data" data-parts='{{ task.input.parts }}' data-box="{{ task.input.box }}"></div>
      <input type="hidden" name="read"></crowd-form>
      <script>
        const { parts, box } = document.getElementById("data").dataset;
        document.querySelector("[name=read]").value = JSON.parse(parts).concat(JSON.parse(box).label).join("|");
      </script>"""
    show(site, anna, page, {"parts": ["a 'dog'", 'say "<b>"'], "box": {"label": "Pore & crack"}})

    anna.submit()

    assert saved(site) == {"read": "a 'dog'|say \"<b>\"|Pore & crack"}


def test_a_template_may_call_a_variable_of_its_own_as_the_browser_calls_the_page_around(
    site: Site, anna: Screen
) -> None:
    page = f"""<script>var parent = null;</script>{SCRIPT}
      <crowd-form><crowd-input name="n" value="1"></crowd-input></crowd-form>
      <script>parent = document.createElement("div");</script>"""
    show(site, anna, page, script="")
    anna.wait()

    anna.submit()

    assert saved(site) == {"n": "1"}
