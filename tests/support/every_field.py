"""One page with a field of every kind, and the hands of a worker who fills it by mouse and keyboard."""

from __future__ import annotations

import json
from dataclasses import dataclass

from playwright.sync_api import Locator

from support.signal_page import SignalScreen
from support.task_page import Screen
from support.waiting import wait_until

PHOTO = 'src="{{ task.input.image.file | grant_read_access }}"'
CLASSES = "labels=\"['Pore', 'Crack']\""
ABOUT = '<full-instructions header="How">Look.</full-instructions><short-instructions>Look.</short-instructions>'
SHAPES = {
    "boxes": "crowd-bounding-box",
    "polygons": "crowd-polygon",
    "polylines": "crowd-polyline",
    "lines": "crowd-line",
    "keypoints": "crowd-keypoint",
    "mask": "crowd-semantic-segmentation",
    "instances": "crowd-instance-segmentation",
}
"""The elements over a photograph, by the names of their fields."""

TEXT = "The pore is near the end"

QUESTIONS = f"""
<crowd-classifier name="WeldingClassification" header="Which?"
  categories="{{{{ task.input.labels | to_json | escape }}}}">
<classification-target>A weld</classification-target>{ABOUT}</crowd-classifier>
<crowd-classifier-multi-select name="faults" categories="['Pore', 'Crack', 'Undercut']" header="Which faults?"
  exclusion-category="{{ text: 'None' }}">
<classification-target>A weld</classification-target>{ABOUT}</crowd-classifier-multi-select>
<crowd-image-classifier name="side" {PHOTO} categories="['Face', 'Root']" header="Which side?">{ABOUT}
</crowd-image-classifier>
<crowd-image-classifier-multi-select name="zones" {PHOTO} categories="['Start', 'Middle', 'End']" header="Where?">
{ABOUT}</crowd-image-classifier-multi-select>
<crowd-entity-annotation name="words" text="{TEXT}" labels="['fault', 'place']" header="Words">
{ABOUT}</crowd-entity-annotation>"""

CONTROLS = """
<crowd-input name="serial" label="Serial number"></crowd-input>
<crowd-text-area name="remark" label="Remark"></crowd-text-area>
<crowd-slider name="size" min="0" max="10" value="0" label="Size"></crowd-slider>
<crowd-checkbox name="seen" value="colour">Colour seen</crowd-checkbox>
<crowd-checkbox name="seen" value="ripples">Ripples seen</crowd-checkbox>
<crowd-toggle-button name="rework"></crowd-toggle-button>
<crowd-radio-group name="grade"><crowd-radio-button value="B">Grade B</crowd-radio-button>
<crowd-radio-button value="C">Grade C</crowd-radio-button></crowd-radio-group>
<p><label>Gas <input name="gas"></label> <label>Passes <input name="passes" type="number"></label>
<label>Shift <select name="shift"><option>early</option><option>late</option></select></label>
<label>Note <textarea name="note"></textarea></label>
<label><input type="checkbox" name="cleaned" value="yes"> Cleaned</label>
<label><input type="radio" name="hand" value="left"> Left hand</label>
<label><input type="radio" name="hand" value="right"> Right hand</label></p>"""

DRAWINGS = "".join(
    f'<{element} name="{name}" {PHOTO} {CLASSES} header="{name}">{ABOUT}</{element}>\n'
    for name, element in SHAPES.items()
)

PAGE = f"""<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<script src="/assets/scripts/signal-view.js"></script>
<crowd-form>{QUESTIONS}{CONTROLS}{DRAWINGS}
<photo-view name="looked" {PHOTO} {CLASSES} tools="box point" header="looked"></photo-view>
<signal-view name="arc" src="{{{{ task.input.trace.file | grant_read_access }}}}"
  labels='["Arc", "Spatter"]'></signal-view>
</crowd-form>"""


_MIDDLE_OF_PORE = """text => {
  const words = document.createTreeWalker(text, NodeFilter.SHOW_TEXT).nextNode();
  const range = new Range();
  range.setStart(words, 4);
  range.setEnd(words, 8);
  const [box, outer] = [range.getBoundingClientRect(), text.getBoundingClientRect()];
  return [box.x + box.width / 2 - outer.x, box.y + box.height / 2 - outer.y];
}"""


@dataclass
class Canvas:
    """The photograph of one element; places are in hundredths of its sides."""

    screen: Screen
    element: str

    def __post_init__(self) -> None:
        self.root = self.screen.find(self.element)
        self.stage = self.root.locator(".stage").first
        self.stage.scroll_into_view_if_needed()
        self.root.locator(".status").get_by_text("pixels").wait_for()

    def at(self, x: float, y: float) -> tuple[float, float]:
        box = self.root.locator(".world img.photo").first.bounding_box()
        assert box is not None
        return box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100

    def click(self, *places: tuple[float, float]) -> None:
        for place in places:
            self.screen.page.mouse.click(*self.at(*place))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        mouse = self.screen.page.mouse
        mouse.move(*self.at(*start))
        mouse.down()
        mouse.move(*self.at(*end), steps=5)
        mouse.up()

    def keys(self, *keys: str) -> None:
        self.stage.focus()
        self.screen.press(*keys)


@dataclass
class Hands:
    """A worker whose marks lie `shift` hundredths of the photograph beside the others', and who else agrees."""

    screen: Screen
    shift: int

    def fill(self) -> None:
        """Answer every field of the page."""
        self.choose()
        self.write()
        self.tick()
        self.mark_words()
        self.draw()
        self.mark_signals()

    def choose(self) -> None:
        for name, labels in (
            ("WeldingClassification", ["Good Weld"]),
            ("faults", ["Pore", "Undercut"]),
            ("side", ["Root"]),
            ("zones", ["Start", "End"]),
        ):
            for label in labels:
                self.named(name).locator(".choice").get_by_text(label, exact=True).click()

    def write(self) -> None:
        for field, text in (
            ('crowd-input[name="serial"] input', "W-7 ü"),
            ('crowd-text-area[name="remark"] textarea', "=clean"),
            ('input[name="gas"]', "Argon"),
            ('input[name="passes"]', "2"),
            ('textarea[name="note"]', "bead\nat the edge"),
        ):
            self.screen.find(field).click()
            self.screen.page.keyboard.type(text)
        self.screen.find('select[name="shift"]').select_option("late")

    def tick(self) -> None:
        slider = self.screen.find('crowd-slider[name="size"] input').first
        slider.focus()
        self.screen.press(*["ArrowRight"] * (3 + self.shift))
        frame = self.screen.page.frame_locator("#task")
        frame.get_by_text("Ripples seen", exact=True).click()
        frame.get_by_role("switch", name="rework").press("Space")
        frame.get_by_text("Grade C", exact=True).click()
        frame.get_by_text("Cleaned", exact=True).click()
        frame.get_by_text("Right hand", exact=True).click()

    def mark_words(self) -> None:
        """Mark "pore", which a double click on it chooses."""
        text = self.named("words").locator(".text")
        text.scroll_into_view_if_needed()
        x, y = text.evaluate(_MIDDLE_OF_PORE)
        text.dblclick(position={"x": x, "y": y})

    def draw(self) -> None:
        left = 20 + self.shift
        box, corners = ((left, 20), (left + 30, 50)), [(left, 20), (left + 40, 20), (left + 40, 60)]
        for name in ("boxes", "lines", "mask", "instances"):
            self.canvas(name).drag(*box)
        self.canvas("keypoints").click((left, 40))
        for name in ("polygons", "polylines"):
            canvas = self.canvas(name)
            canvas.click(*corners)
            canvas.keys("Enter")
        looked = Canvas(self.screen, 'photo-view[name="looked"]')
        looked.keys("2")
        looked.drag(*box)

    def mark_signals(self) -> None:
        signals = SignalScreen(self.screen)
        signals.view.scroll_into_view_if_needed()
        signals.view.locator("canvas").first.wait_for()
        signals.settle()
        signals.drag(2_000 + 500 * self.shift, 9_000)
        signals.screen.page.mouse.dblclick(*signals.at(15_000))
        wait_until(lambda: len(self.spans) == 2, "two marks on the signals", pause=0.05)

    @property
    def spans(self) -> list[tuple[str, str | None, float, float]]:
        marks = json.loads(self.screen.answers["arc"])
        return [(mark["label"], mark["channel"], mark["start"], mark["end"]) for mark in marks]

    def named(self, name: str) -> Locator:
        return self.screen.find(f'[name="{name}"]')

    def canvas(self, name: str) -> Canvas:
        return Canvas(self.screen, f'{SHAPES[name]}[name="{name}"]')
