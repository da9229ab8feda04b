"""The form on a rendered page: what it asks, what it shows, and answers as workers would give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tracemark.document import Json
from tracemark.errors import InvalidDocument
from tracemark_groundtruth.rendering.classifiers import ELEMENTS, listed_categories

# https://docs.aws.amazon.com/sagemaker/latest/dg/sms-ui-template-reference.html; native inputs are submitted, too.
_TEXT = "tracemark doctor"
_IMAGE = {"inputImageProperties": {"height": 1, "width": 1}}
_CORNERS: Json = [{"x": 0, "y": 0}, {"x": 1, "y": 0}, {"x": 1, "y": 1}]
_MASK = {"labeledImage": {"pngImageData": ""}, **_IMAGE}


def _shapes(key: str, **shape: Json) -> Callable[[Question], Json]:
    return lambda asked: {key: [{"label": asked.category, **shape}], **_IMAGE}


_ANSWERS: Mapping[str, Callable[[Question], Json]] = {
    "crowd-classifier": lambda asked: {"label": asked.category},
    "crowd-classifier-multi-select": lambda asked: {"labels": [asked.category]},
    "crowd-image-classifier": lambda asked: {"label": asked.category},
    "crowd-image-classifier-multi-select": lambda asked: {"labels": [asked.category]},
    "crowd-bounding-box": _shapes("boundingBoxes", left=0, top=0, width=1, height=1),
    "crowd-polygon": _shapes("polygons", vertices=_CORNERS),
    "crowd-polyline": _shapes("polylines", vertices=_CORNERS),
    "crowd-line": _shapes("lines", vertices=_CORNERS[:2] if isinstance(_CORNERS, list) else []),
    "crowd-keypoint": _shapes("keypoints", x=0, y=0),
    "crowd-semantic-segmentation": lambda asked: {"labelMappings": {asked.category: {"color": "#2ca02c"}}, **_MASK},
    "crowd-instance-segmentation": lambda asked: {
        "instances": [{"color": "#2ca02c", "label": asked.category}],
        **_MASK,
    },
    "crowd-entity-annotation": lambda asked: {
        "entities": [{"endOffset": 1, "label": asked.category, "startOffset": 0}]
    },
    "crowd-checkbox": lambda asked: {asked.value: True},
    "crowd-toggle-button": lambda asked: {asked.value: True},
    "crowd-radio-button": lambda asked: {asked.value: True},
    "crowd-slider": lambda _: 1,
    "crowd-input": lambda _: _TEXT,
    "crowd-text-area": lambda _: _TEXT,
    "input": lambda _: _TEXT,
    "textarea": lambda _: _TEXT,
    "select": lambda _: _TEXT,
}
_TOGGLES = frozenset({"crowd-checkbox", "crowd-toggle-button", "crowd-radio-button"})
_TOGGLE_TYPES = frozenset({"checkbox", "radio"})
_SILENT_TYPES = frozenset({"submit", "button", "reset", "image", "file"})
_LABELED = tuple(
    f"crowd-{name}"
    for name in (
        "bounding-box",
        "polygon",
        "polyline",
        "line",
        "keypoint",
        "semantic-segmentation",
        "instance-segmentation",
    )
)
_ONE_CATEGORY = ("crowd-classifier", "crowd-image-classifier")
_FORMS = ("crowd-form", "crowd-entity-annotation")
_ADDRESSES = ("src", "href", "poster")
_SCRIPT_OF_THE_ELEMENTS = "crowd-html-elements"


@dataclass(frozen=True, slots=True)
class Question:
    """An input with a name; `categories` is None for everything but classifiers, `problem` why they cannot be read.

    `value` is the key of a box or button with two states; `is_shared` says that several of one name are one question.
    """

    element: str
    name: str
    categories: tuple[str, ...] | None = None
    problem: str = ""
    value: str = "on"
    is_shared: bool = False

    @property
    def category(self) -> str:
        """The category that a worker chooses first."""
        return self.categories[0] if self.categories else "label"


@dataclass(slots=True)
class Form:
    """What a rendered page has."""

    has_form: bool = False
    has_elements: bool = False
    imports_modules: bool = False
    nameless: list[str] = field(default_factory=list)  # elements of questions that have no name
    questions: list[Question] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)
    unheeded: list[str] = field(default_factory=list)  # classifiers for one category that name an exclusion category

    @classmethod
    def parse(cls, html: str) -> Form:
        """Read a rendered page."""
        reader = _Reader(cls())
        reader.feed(html)
        reader.close()
        return reader.form

    def answer(self) -> dict[str, Json]:
        """Return what a worker submits who answers everything."""
        found: dict[str, Json] = {}
        for asked in self.questions:
            answer, before = _ANSWERS[asked.element](asked), found.get(asked.name)
            together = asked.is_shared and isinstance(before, dict) and isinstance(answer, dict)
            found[asked.name] = {**before, **answer} if together else answer  # type: ignore[dict-item]
        return found


class _Reader(HTMLParser):
    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form
        self.group = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "crowd-radio-group":
            self.group = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.form.has_form |= tag in _FORMS
        if tag == "crowd-radio-group":
            self.group = given.get("name", "")
        if tag == "script":
            self.form.has_elements |= _SCRIPT_OF_THE_ELEMENTS in given.get("src", "")
            self.form.imports_modules |= given.get("type") == "module"
        self.form.unsigned += [given[name] for name in _ADDRESSES if given.get(name, "").startswith("s3://")]
        if tag in _ONE_CATEGORY and "exclusion-category" in given:
            self.form.unheeded.append(tag)
        if tag in _ANSWERS:
            self._question(tag, given)

    def _question(self, tag: str, given: Mapping[str, str]) -> None:
        name = given.get("name", "").strip() or (self.group.strip() if tag == "crowd-radio-button" else "")
        kind = given.get("type", "").lower()
        if tag == "input" and kind in _SILENT_TYPES:
            return
        if name:
            categories, problem = _choices(tag, given)
            shared = tag in _TOGGLES or (tag == "input" and kind in _TOGGLE_TYPES)
            self.form.questions.append(Question(tag, name, categories, problem, given.get("value") or "on", shared))
        elif tag.startswith("crowd-"):
            self.form.nameless.append(tag)


def _choices(tag: str, given: Mapping[str, str]) -> tuple[tuple[str, ...] | None, str]:
    if tag in ELEMENTS:
        return _categories(given.get("categories", ""))
    # A script may give a tool its labels.
    return _labels(given.get("labels", "")) if tag in _LABELED and given.get("labels") else (None, "")


def _labels(text: str) -> tuple[tuple[str, ...] | None, str]:
    found, problem = _categories(text)
    return found, problem.replace("categories", "labels")


def _categories(text: str) -> tuple[tuple[str, ...] | None, str]:
    try:
        return listed_categories(text), ""
    except InvalidDocument as error:
        return None, error.what
