"""axe-core, the reference checker for accessibility, finds nothing serious on a page with each element."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Frame, Page
from support.fake_s3 import MemoryS3
from support.fake_task_queue import MemoryJob
from support.live_server import serving
from support.photo_page import SCRIPT, show, tool
from support.signal_page import show_signals
from support.task_page import Screen, Site
from support.trace_file_reader import trace_file

from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.web.preview import Preview
from tracemark_groundtruth.web.settings import WebSettings
from tracemark_plotting.signals.clock import Steady

LABELS = "['Pore', 'Crack']"
ENTITY = (
    f'<crowd-entity-annotation name="e" header="Words" text="Amazon opens" labels="{LABELS}"></crowd-entity-annotation>'
)
FIELDS = """<crowd-form><h1>Questions</h1>
  <crowd-input name="a" label="A"></crowd-input><crowd-text-area name="b" label="B"></crowd-text-area>
  <crowd-slider name="c" label="C" min="0" max="9"></crowd-slider><crowd-checkbox name="d">D</crowd-checkbox>
  <crowd-toggle-button name="e" label="E"></crowd-toggle-button>
  <crowd-radio-group label="F"><crowd-radio-button name="f">F</crowd-radio-button></crowd-radio-group>
  <crowd-tabs><crowd-tab header="T"><p>t</p></crowd-tab></crowd-tabs><crowd-alert type="warning">Careful</crowd-alert>
  <crowd-modal link-text="More">m</crowd-modal><crowd-toast opened duration="0">toast</crowd-toast>
  <crowd-fab icon="add" title="Add"></crowd-fab><crowd-icon-button icon="search" title="Search"></crowd-icon-button>
  <crowd-badge label="3"></crowd-badge><crowd-card heading="Card">c</crowd-card></crowd-form>"""
VIEW = f"""<crowd-form><photo-view name="p" header="Photograph" src="{{{{ task.input.photo | grant_read_access }}}}"
  labels="{LABELS}" tools="TOOLS"></photo-view></crowd-form>"""
PAGES = {
    **{name: tool(f"crowd-{name}") for name in ("bounding-box", "polygon", "polyline", "line", "keypoint")},
    **{name: tool(f"crowd-{name}") for name in ("semantic-segmentation", "instance-segmentation")},
    "image-classifier": tool("crowd-image-classifier", f'categories="{LABELS}"'),
    "image-classifier-multi-select": tool("crowd-image-classifier-multi-select", f'categories="{LABELS}"'),
    "photo-view": VIEW.replace("TOOLS", "box polygon"),
    "photo-view-brush": VIEW.replace("TOOLS", "brush"),
    "entity-annotation": ENTITY,
    "fields": FIELDS,
}


@pytest.fixture(scope="session")
def axe(project: Path) -> str:
    return (project / "ui/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def serious(page: Frame | Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found: Any = page.evaluate("axe.run(document, {resultTypes: ['violations'], iframes: false})")
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("page", PAGES)
def test_nothing_serious_stands_in_the_way_of_anybody(site: Site, anna: Screen, axe: str, page: str) -> None:
    show(site, anna, PAGES[page])
    anna.page.frame_locator("iframe#task").get_by_role("button", name="Submit").wait_for()
    anna.page.wait_for_timeout(300)

    assert serious(anna.frame, axe) == []


def test_nothing_serious_is_on_the_page_around_a_task_its_keys_and_an_earlier_answer(
    site: Site, anna: Screen, axe: str
) -> None:
    job = MemoryJob("letters", S3Uri.parse("s3://letters/template.html"), [{}, {}, {}])
    site.offer(job, f'<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>{PAGES["fields"]}')
    anna.start()
    found = [serious(anna.page, axe)]
    anna.page.get_by_role("button", name="Keys").click()
    found.append(serious(anna.page, axe))
    anna.page.get_by_role("button", name="Close").click()
    anna.submit()
    anna.wait()
    anna.page.get_by_role("button", name="Back").click()
    anna.page.get_by_text("You have answered this item").wait_for()
    found.append(serious(anna.page, axe))

    assert found == [[], [], []]


def test_nothing_serious_stands_in_front_of_signals_and_their_marks(site: Site, anna: Screen, axe: str) -> None:
    values = np.random.default_rng(1).normal(size=(2_000, 2))
    view = show_signals(site, anna, trace_file(values, time=Steady(0, 1)))
    view.drag(500, 800)
    view.press("?")

    assert serious(anna.frame, axe) == []


def test_nothing_serious_stands_on_the_welding_page_and_its_instructions(
    site: Site, anna: Screen, project: Path, axe: str
) -> None:
    site.s3.objects["s3://welds/trace.zip"] = (trace_file(np.zeros((100, 1)), time=Steady(0, 1)), "application/zip")
    photograph = {"file": site.picture("s3://welds/images/1.png", (640, 480)), "title": "from image"}
    chart = {"key": "a", "title": "Current", "file": site.picture("s3://welds/plots/1.png", (1000, 500))}
    task_input = {"image": photograph, "channels": [chart], "labels": ["Good Weld", "Not sure"], "notes": ["One gap."]}
    traced = {**task_input, "trace": {"file": "s3://welds/trace.zip"}}
    text = (project / "ui/weld-classification.liquid.html").read_text(encoding="utf-8")
    site.offer(MemoryJob("weld", S3Uri.parse("s3://welds/template.html"), [traced]), text)
    anna.start()
    anna.find("signal-view canvas").first.wait_for()
    beside = serious(anna.frame, axe)

    anna.press("i")

    assert (beside, serious(anna.frame, axe)) == ([], [])


@pytest.mark.parametrize("path", ["/", "/sign-in", "/tasks/task-0000", "/tasks/gone"])
def test_nothing_serious_stands_on_the_pages_of_the_portal(site: Site, anna: Screen, axe: str, path: str) -> None:
    show(site, anna, PAGES["fields"])
    anna.page.frame_locator("#task").get_by_role("button", name="Submit").wait_for()

    anna.page.goto(path)

    assert serious(anna.page, axe) == []


def test_nothing_serious_stands_on_the_page_that_says_all_is_done(site: Site, anna: Screen, axe: str) -> None:
    show(site, anna, '<crowd-form><crowd-input name="n" value="1"></crowd-input></crowd-form>')
    anna.wait()
    anna.submit()
    anna.page.get_by_role("heading", name="All done").wait_for()

    assert serious(anna.page, axe) == []


def test_nothing_serious_stands_on_the_preview_and_in_its_frame(chromium: Browser, tmp_path: Path, axe: str) -> None:
    template = tmp_path / "form.liquid.html"
    template.write_text(f'{SCRIPT}{PAGES["fields"]}<script src="https://cdn.example/x.js"></script>', encoding="utf-8")
    preview = Preview(template, {}, "row 3", MemoryS3(), WebSettings(b"s" * 32))
    with serving(preview.app()) as address:
        context = chromium.new_context(base_url=address)
        screen = Screen(context.new_page())
        screen.page.goto("/")
        screen.find("[data-tracemark-notices] section").wait_for()
        found = serious(screen.page, axe), serious(screen.frame, axe)
        context.close()

    assert found == ([], [])


PICTURE = {"file": "s3://bucket/photo.png", "title": "Front"}
EARLIER = {
    "job": "first",
    "label": "",
    "votes": [{"count": 2, "label": "Good"}],
    "remark": "a tie",
    "comments": ["Unsure."],
}
ITEM = {
    "image": PICTURE,
    "channels": [{"key": "a", **PICTURE}],
    "earlier": [EARLIER],
    "notes": ["One gap."],
    "labels": ["Good", "Not sure"],
}


@pytest.mark.parametrize("name", ["item-classification", "adjudication"])
def test_nothing_serious_stands_on_the_pages_of_items_and_of_adjudication(
    site: Site, anna: Screen, project: Path, axe: str, name: str
) -> None:
    text = (project / f"ui/{name}.liquid.html").read_text(encoding="utf-8")
    show(site, anna, text, ITEM, script="")
    anna.find("crowd-form .fields").wait_for()
    beside = serious(anna.frame, axe)

    anna.press("i")

    assert (beside, serious(anna.frame, axe)) == ([], [])
