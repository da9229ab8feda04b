"""What a rendered page asks: every control that a worker can fill in, read as `ui/task-frame/controls.ts` reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html.parser import HTMLParser

_BOXES = frozenset({"crowd-checkbox", "crowd-toggle-button", "crowd-radio-button"})
_BOX_TYPES = frozenset({"checkbox", "radio"})
_SIZE = "inputImageProperties"
_OBJECTS: Mapping[str, Sequence[str]] = {
    "crowd-classifier": ("label",),
    "crowd-classifier-multi-select": ("labels",),
    "crowd-image-classifier": ("label", "workerComment"),
    "crowd-image-classifier-multi-select": ("labels", "workerComment"),
    "crowd-bounding-box": ("boundingBoxes", _SIZE),
    "crowd-polygon": ("polygons", _SIZE),
    "crowd-polyline": ("polylines", _SIZE),
    "crowd-line": ("lines", _SIZE),
    "crowd-keypoint": ("keypoints", _SIZE),
    "crowd-semantic-segmentation": ("labelMappings", "labeledImage", _SIZE),
    "crowd-instance-segmentation": ("instances", "labeledImage", _SIZE),
    "crowd-entity-annotation": ("entities",),
}
_TEXTS = frozenset({"crowd-input", "crowd-text-area", "crowd-slider"})
_NATIVE = frozenset({"input", "select", "textarea"})
# A view without one of these attributes is only looked at.
_VIEWS = {"photo-view": ("tools",), "signal-view": ("name", "labels")}
_SILENT_TYPES = frozenset({"submit", "button", "reset", "image"})
_LABELS = ("header", "label", "aria-label", "placeholder", "id")
_FORMS = ("crowd-form", "crowd-entity-annotation")
# What stands inside these is no part of the page that is shown.
_INERT = frozenset({"template", "noscript", "textarea"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_LISTENER = re.compile(r"on[a-z]+")
_LOOKS = r"""(?:querySelector(?:All)?|getElementsByTagName|createElement|closest|matches|\$)\(\s*["'`][^"'`]*"""


class Kind(StrEnum):
    """What the answer is: a box's state under its value, an object with known keys, or a whole value."""

    BOX = "box"
    OBJECT = "object"
    TEXT = "text"
    HIDDEN = "hidden"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Control:
    """A control; `form` is the number of the form around it, -1 for none.

    `label` tells it from others besides its name, `keys` are those of an answer that is an object. `is_read` says that
    a script of the page may read it, so that it need be no answer of its own.
    """

    element: str
    kind: Kind
    name: str = ""
    label: str = ""
    keys: Sequence[str] = ()
    form: int = -1
    is_read: bool = False

    @property
    def is_crowd(self) -> bool:
        """Whether nothing but an answer can be meant by it."""
        return self.element.startswith("crowd-")


def read_controls(html: str) -> Sequence[Control]:
    """Return the controls of a page that can be filled in, in document order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    scripts = "\n".join(reader.scripts)
    return [found.control(scripts) for found in reader.found]


@dataclass(frozen=True, slots=True)
class _Found:
    element: str
    given: Mapping[str, str]
    group: Mapping[str, str]
    form: int

    def control(self, scripts: str) -> Control:
        kind = _kind(self.element, self.given)
        boxed = (self.given.get("value", "on"),) if kind is Kind.BOX else ()
        return Control(
            self.element,
            kind,
            self.given.get("name", self.group.get("name", "")),
            next((text for text in (self.given.get(each, "").strip() for each in _LABELS) if text), ""),
            boxed or _OBJECTS.get(self.element, ()),
            self.form,
            not self.element.startswith("crowd-") and self._is_read(scripts),
        )

    def _is_read(self, scripts: str) -> bool:
        if any(_LISTENER.fullmatch(name) for name in self.given):
            return True
        classes, handles = self.given.get("class", "").split(), [key for key in self.given if key.startswith("data-")]
        words = [self.given.get("name", ""), self.given.get("id", ""), *classes, *handles]
        return mentions(scripts, self.element, [word for word in words if word])


def mentions(scripts: str, element: str, words: Sequence[str]) -> bool:
    """Tell whether a script names an element by one of its words, or looks for or makes elements of its kind."""
    if re.search(rf"<{element}\b|{_LOOKS}(?<![\w.#-]){element}(?![\w-])", scripts, re.ASCII):
        return True
    return any(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", scripts, re.ASCII) for word in words)


def _kind(element: str, given: Mapping[str, str]) -> Kind:
    kind = _type(element, given)
    if element in _BOXES or kind in _BOX_TYPES:
        return Kind.BOX
    if element in _OBJECTS:
        return Kind.OBJECT
    return Kind(kind) if kind in (Kind.HIDDEN, Kind.FILE) else Kind.TEXT


def _type(element: str, given: Mapping[str, str]) -> str:
    return given.get("type", "").lower() if element == "input" else ""


def _is_control(element: str, given: Mapping[str, str]) -> bool:
    if element in _VIEWS:
        return any(name in given for name in _VIEWS[element])
    return element in _BOXES or element in _OBJECTS or element in _TEXTS or element in _NATIVE


def _is_open(element: str, given: Mapping[str, str]) -> bool:
    """Tell whether a worker can fill it in, or a script is meant to."""
    kind = _type(element, given)
    if "disabled" in given or kind in _SILENT_TYPES:
        return False
    return "name" in given or element not in _NATIVE or not (kind in ("hidden", "search") or "readonly" in given)


@dataclass(slots=True)
class _Open:
    """An element that has not ended."""

    element: str
    given: Mapping[str, str]
    form: int


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Found] = []
        self.scripts: list[str] = []
        self._open: list[_Open] = []
        self._forms = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in reversed(attrs)}
        is_shown = not any(each.element in _INERT for each in self._open)
        form = self._form(tag) if is_shown else -1
        if is_shown:
            self.scripts += [value for name, value in given.items() if _LISTENER.fullmatch(name)]
            self._note(tag, given, form)
        if tag not in _VOID:
            self._open.append(_Open(tag, given, form))

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        # As browsers do: the slash of <crowd-input/> means nothing.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        for index in reversed(range(len(self._open))):
            if self._open[index].element == tag:
                del self._open[index:]
                return

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1].element == "script" and "src" not in self._open[-1].given:
            self.scripts.append(data)

    def _form(self, tag: str) -> int:
        """Return the form that an element is or stands in: a lone crowd-entity-annotation is one of its own."""
        around = self._open[-1].form if self._open else -1
        if tag == _FORMS[0] or (tag == _FORMS[1] and around < 0):
            self._forms += 1
            return self._forms - 1
        return around

    def _note(self, tag: str, given: Mapping[str, str], form: int) -> None:
        if not _is_control(tag, given) or not _is_open(tag, given):
            return
        if tag in _NATIVE and any(each.element == "fieldset" and "disabled" in each.given for each in self._open):
            return
        groups = (each.given for each in reversed(self._open) if each.element == "crowd-radio-group")
        self.found.append(_Found(tag, given, next(groups, {}) if tag == "crowd-radio-button" else {}, form))
