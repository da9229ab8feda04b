"""The form on a rendered page: what it asks, what it shows, and answers as workers would give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tracemark.document import Json
from tracemark.errors import InvalidDocument
from tracemark_groundtruth.rendering.classifiers import ELEMENTS, listed_categories

# https://docs.aws.amazon.com/sagemaker/latest/dg/sms-ui-template-reference.html; native inputs are submitted, too.
_ANSWERS: Mapping[str, Callable[[Question], Json]] = {
    "crowd-classifier": lambda asked: {"label": asked.category},
    "crowd-classifier-multi-select": lambda asked: {"labels": [asked.category]},
    "crowd-checkbox": lambda asked: {"on": True},
    "crowd-radio-group": lambda asked: {asked.category: True},
    "crowd-slider": lambda _: 1,
    "crowd-input": lambda _: "tracemark doctor",
    "crowd-text-area": lambda _: "tracemark doctor",
    "input": lambda _: "tracemark doctor",
    "textarea": lambda _: "tracemark doctor",
    "select": lambda _: "tracemark doctor",
}
_ADDRESSES = ("src", "href", "poster")
_SCRIPT_OF_THE_ELEMENTS = "crowd-html-elements"


@dataclass(frozen=True, slots=True)
class Question:
    """An input with a name; `categories` is None for everything but classifiers, `problem` why they cannot be read."""

    element: str
    name: str
    categories: tuple[str, ...] | None = None
    problem: str = ""

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
    nameless: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)

    @classmethod
    def parse(cls, html: str) -> Form:
        """Read a rendered page."""
        reader = _Reader(cls())
        reader.feed(html)
        reader.close()
        return reader.form

    def answer(self) -> dict[str, Json]:
        """Return what a worker submits who answers everything."""
        return {asked.name: _ANSWERS[asked.element](asked) for asked in self.questions}


class _Reader(HTMLParser):
    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.form.has_form |= tag == "crowd-form"
        if tag == "script":
            self.form.has_elements |= _SCRIPT_OF_THE_ELEMENTS in given.get("src", "")
            self.form.imports_modules |= given.get("type") == "module"
        self.form.unsigned += [given[name] for name in _ADDRESSES if given.get(name, "").startswith("s3://")]
        if tag in _ANSWERS:
            self._question(tag, given)

    def _question(self, tag: str, given: Mapping[str, str]) -> None:
        if given.get("name", "").strip():
            categories, problem = _categories(given) if tag in ELEMENTS else (None, "")
            self.form.questions.append(Question(tag, given["name"].strip(), categories, problem))
        elif tag.startswith("crowd-"):
            self.form.nameless.append(tag)


def _categories(given: Mapping[str, str]) -> tuple[tuple[str, ...] | None, str]:
    try:
        return listed_categories(given.get("categories", "")), ""
    except InvalidDocument as error:
        return None, error.what
