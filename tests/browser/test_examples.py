"""Templates of other kinds, as they are written for Ground Truth: a text, several categories, a form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support.fake_task_queue import MemoryJob, worker
from support.photo_page import Photo
from support.task_page import Screen, Site

from tracemark.storage.s3uri import S3Uri


def show(site: Site, screen: Screen, template: Path, task_input: dict[str, Any]) -> None:
    job = MemoryJob("example", S3Uri.parse("s3://examples/template.html"), [task_input])
    site.offer(job, template.read_text(encoding="utf-8"))
    screen.start()


def saved(site: Site) -> Any:
    return site.task_queue.answers["example", 0, str(worker("anna").worker_id)]


def test_a_text_gets_one_category(site: Site, anna: Screen, project: Path) -> None:
    text = "The seam split <b>after a week</b> & I want a new one."
    labels = ["Praise", "Complaint", "Question"]
    show(site, anna, project / "ui/examples/text-classification.liquid.html", {"source": text, "labels": labels})

    shown = anna.find(".text").inner_text()
    anna.choose("Complaint")
    anna.submit()

    assert shown == text
    assert saved(site) == {"kind": {"label": "Complaint"}}


def test_a_picture_gets_all_categories_that_apply(site: Site, anna: Screen, project: Path) -> None:
    picture = site.picture("s3://parts/one & two.png", (300, 200))
    show(site, anna, project / "ui/examples/image-multi-select.liquid.html", {"source-ref": picture})

    width = anna.find("img").evaluate("image => image.naturalWidth")
    anna.choose("Dent")
    anna.choose("Missing screw")
    anna.submit()

    assert width == 300
    assert saved(site) == {"defects": {"labels": ["Dent", "Missing screw"]}}


def test_a_form_is_answered_field_by_field(site: Site, anna: Screen, project: Path) -> None:
    task_input = {"source": "12 hinges", "title": "Delivery note 17"}
    show(site, anna, project / "ui/examples/review-form.liquid.html", task_input)
    frame = anna.page.frame_locator("iframe#task")

    frame.get_by_label("Number of the document").fill("DN-2026-0017")
    frame.get_by_label("In a sentence").fill("Twelve hinges.")
    frame.get_by_label("How legible is it?").focus()
    anna.press("ArrowRight")
    frame.get_by_text("a signature").click()
    frame.get_by_text("yes").click()
    frame.get_by_label("Language").select_option("German")
    frame.get_by_label("customer").check()
    with anna.page.expect_navigation(url="**saved"):
        frame.get_by_role("button", name="Submit the review").click()

    assert saved(site) == {
        "number": "DN-2026-0017",
        "summary": "Twelve hinges.",
        "legibility": 4,
        "marks": {"stamp": False, "signature": True},
        "complete": {"yes": True, "no": False},
        "language": "German",
        "sender": {"supplier": False, "customer": True},
    }


def test_a_photograph_is_marked_and_commented(site: Site, anna: Screen, project: Path) -> None:
    picture = site.picture("s3://parts/one.png", (400, 200))
    show(site, anna, project / "ui/examples/photo-marks.liquid.html", {"source-ref": picture})

    Photo(anna).drag((100, 50), (180, 90))
    anna.submit()

    assert json.loads(saved(site)["faults"]) == {
        "boundingBoxes": [{"label": "Pore", "left": 100, "top": 50, "width": 80, "height": 40}],
        "keypoints": [],
        "inputImageProperties": {"height": 200, "width": 400},
    }
