"""The worker template of the welding job, on the screen of an expert."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from support.fake_task_queue import MemoryJob, worker
from support.task_inputs import usual_task_input
from support.task_page import Screen, Site
from support.trace_file_reader import trace_file
from support.waiting import wait_until

from tracemark.contract.categories import WELDING_CATEGORIES
from tracemark.contract.plots import Plot
from tracemark.storage.s3uri import S3Uri
from tracemark_plotting.signals.clock import Steady

CHANNELS = {"electrode": "Electrode position", "current": "Current", "voltage": "Voltage"}
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


@pytest.fixture
def weld(site: Site, anna: Screen, project: Path) -> Screen:
    return show(site, anna, project)


def show(site: Site, anna: Screen, project: Path, name: str = "weld.1") -> Screen:
    offer(site, project, name)
    anna.start()
    return anna


def offer(site: Site, project: Path, name: str = "weld.1", trace: str | None = None) -> None:
    photograph = S3Uri.parse(site.picture(f"s3://welds/images/{name}.png", (640, 480)))
    plots = tuple(
        Plot(key, title, "", S3Uri.parse(site.picture(f"s3://welds/plots/{name}.csv-{key}.png", (1000, 500))))
        for key, title in CHANNELS.items()
    )
    for sketch in (project / "ui/weld-sketches").iterdir():
        site.s3.objects[f"s3://welds/templates/weld-sketches/{sketch.name}"] = (sketch.read_bytes(), "image/svg+xml")
    task_input = usual_task_input(photograph, plots, WELDING_CATEGORIES)
    traced = {"trace": {"file": trace}} if trace else {}
    job = MemoryJob("weld", S3Uri.parse("s3://welds/template.html"), [{**task_input, **traced}] * 2)
    site.offer(job, (project / "ui/weld-classification.liquid.html").read_text(encoding="utf-8"))


def test_photograph_charts_classes_comment_and_submit_are_on_one_screen_of_1280_by_800(weld: Screen) -> None:
    shown = weld.find(".weld img, crowd-classifier .choice, crowd-input input, crowd-form button.primary")

    boxes = [shown.nth(n).bounding_box() for n in range(shown.count())]

    assert len(boxes) == 4 + 7 + 1 + 1
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 1280 for box in boxes)
    assert all(box and box["y"] >= 0 and box["y"] + box["height"] <= 800 for box in boxes)
    assert weld.frame.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert weld.page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_every_picture_is_loaded_and_charts_are_at_least_480_points_wide(weld: Screen) -> None:
    images = weld.find(".weld img")

    loaded = images.evaluate_all("images => images.map((image) => image.naturalWidth)")
    widths = [box["width"] for n in range(1, 4) if (box := images.nth(n).bounding_box())]

    assert loaded == [640, 1000, 1000, 1000]
    assert min(widths) >= 480


def test_the_instructions_show_sketches_of_photograph_and_charts_of_every_class(weld: Screen) -> None:
    fetched = "images => images.filter((image) => image.naturalWidth > 0).length"
    weld.press("i")
    drawn = weld.find("full-instructions .class")
    weld.find("full-instructions .class img:visible").last.scroll_into_view_if_needed()
    sketches = drawn.locator("img")
    wait_until(lambda: sketches.evaluate_all(fetched) == 7, "the sketches")

    names = drawn.locator("strong").all_inner_texts()
    widths = sketches.evaluate_all("images => images.map((image) => image.naturalWidth)")

    assert names == list(WELDING_CATEGORIES.names)
    assert widths == [824] * 7


def test_the_page_carries_photograph_and_charts_when_no_script_runs(site: Site, anna: Screen, project: Path) -> None:
    anna.page.route(re.compile(r"/assets/scripts/(?!task-page)"), lambda route: route.abort())  # those of the frame
    offer(site, project, trace="s3://welds/plots/weld.1.csv.zarr.zip")
    anna.page.goto("/")
    anna.page.get_by_role("button", name="Start working").click()
    images = anna.find(".weld img")
    images.last.wait_for()

    loaded = images.evaluate_all("images => images.map((image) => [image.naturalWidth, image.offsetHeight > 100])")

    assert loaded == [[640, True], [1000, True], [1000, True], [1000, True]]


def test_the_page_carries_the_charts_when_the_trace_file_is_not_there(site: Site, anna: Screen, project: Path) -> None:
    offer(site, project, trace="s3://welds/plots/gone.csv.zarr.zip")
    anna.start()
    anna.find("signal-view .status").get_by_text("cannot be shown").wait_for()

    charts = anna.find("signal-view img")
    shown = [charts.nth(index).is_visible() for index in range(charts.count())]

    assert shown == [True] * 3


def test_class_and_comment_are_the_answer(weld: Screen, site: Site) -> None:
    weld.press("5")
    weld.find("crowd-input input").fill("grey all over")
    weld.submit_by_key()

    assert site.task_queue.answers["weld", 0, str(worker("anna").worker_id)] == {
        "WeldingClassification": {"label": "Lack of Shielding Gas"},
        "Comment": "grey all over",
    }


def test_a_chart_is_shown_large_and_the_class_chosen_from_there(weld: Screen) -> None:
    weld.find(".weld button").nth(2).click()
    box = weld.find("dialog.large img").bounding_box()

    weld.press("4")

    assert box is not None
    assert box["width"] > 1200
    assert not weld.find("dialog.large").is_visible()
    assert weld.answers == {"WeldingClassification": {"label": "Lack of Fusion"}}


def test_enter_on_the_large_picture_closes_it_and_submits_nothing(weld: Screen, site: Site) -> None:
    weld.press("1")
    weld.find(".weld button").nth(1).click()
    weld.find("dialog.large").wait_for()

    weld.press("Enter")

    assert not weld.find("dialog.large").is_visible()
    assert site.task_queue.answers == {}
    weld.submit_by_key()
    assert len(site.task_queue.answers) == 1


TWICE = """key => {
  const press = () => new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true });
  for (const _ of [1, 2]) document.activeElement.dispatchEvent(press());
}"""


def test_a_key_that_comes_before_the_browser_paints_the_closed_picture_is_the_form_s(weld: Screen, site: Site) -> None:
    weld.press("1")
    weld.find(".weld button").nth(1).click()
    weld.find("dialog.large").wait_for()

    with weld.page.expect_navigation(url="**saved"):
        weld.frame.evaluate(TWICE, "Enter")

    assert len(site.task_queue.answers) == 1


def test_on_an_upright_tablet_everything_is_on_one_screen_too(weld: Screen) -> None:
    weld.page.set_viewport_size({"width": 768, "height": 1024})

    assert weld.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert weld.frame.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert weld.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1024, 768), (820, 1180)])
def test_photograph_and_signals_that_are_looked_into_are_on_one_screen(
    site: Site, anna: Screen, project: Path, width: int, height: int
) -> None:
    values = np.random.default_rng(1).normal(size=(1_000, 3))
    site.s3.objects["s3://welds/trace.zip"] = (trace_file(values, time=Steady(0, 1)), "application/zip")
    offer(site, project, trace="s3://welds/trace.zip")
    anna.page.set_viewport_size({"width": width, "height": height})
    anna.start()
    anna.find("signal-view canvas").first.wait_for()
    wait_until(lambda: anna.find("photo-view .status").get_by_text("pixels").is_visible(), "the photograph")

    inside = anna.frame.evaluate("""() => {
      const chips = document.querySelector("signal-view").shadowRoot.querySelectorAll(".chip");
      const edge = document.querySelector("signal-view").getBoundingClientRect().right;
      const fits = (chip) => chip.getBoundingClientRect().right <= edge && chip.scrollWidth <= chip.clientWidth;
      return [...chips].every(fits);
    }""")

    assert inside
    assert anna.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert anna.frame.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0


def test_hostile_names_of_files_are_shown_as_text(site: Site, anna: Screen, project: Path) -> None:
    weld = show(site, anna, project, HOSTILE)

    assert HOSTILE in weld.find(".weld figcaption").first.inner_text()
    assert weld.find("img[src=x]").count() == 0
