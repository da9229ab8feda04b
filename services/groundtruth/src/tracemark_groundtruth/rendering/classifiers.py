"""The classifiers of a rendered page, or its marking tools, and answers with a class that the job does not have."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracemark.document import Json
from tracemark.errors import InvalidDocument, quoted
from tracemark.marks.kind import LISTS
from tracemark_groundtruth.rendering.markup import start_tags

ELEMENTS = frozenset(
    {
        "crowd-classifier",
        "crowd-classifier-multi-select",
        "crowd-image-classifier",
        "crowd-image-classifier-multi-select",
    }
)
_TAG = re.compile(r"<crowd-(?:image-)?classifier(?:-multi-select)?(?=[\t\n\f\r />])", re.IGNORECASE)
_TOOL = re.compile(
    r"<(?:crowd-(?:bounding-box|polygon|polyline|line|keypoint|(?:semantic|instance)-segmentation|entity-annotation)"
    r"|photo-view|signal-view)(?=[\t\n\f\r />])",
    re.IGNORECASE,
)
# A name in a list as Python writes it, of at most a thousand escapes, and what follows it.
_PYTHON_NAME = re.compile(
    r"""\s*(?P<literal>[uU]?(?:'[^'\\\n]*(?:\\.[^'\\\n]*){0,1000}'|"[^"\\\n]*(?:\\.[^"\\\n]*){0,1000}"))"""
    r"""\s*(?P<after>,\s*\]|,|\])""",
    re.DOTALL,
)
_NAMED = 12


@dataclass(frozen=True, slots=True)
class Classifier:
    """A classifier of a page, or a marking tool; `categories` is what it offers, empty where that cannot be read."""

    name: str
    categories: tuple[str, ...]


def classifiers(html: str) -> tuple[Classifier, ...]:
    """Return the classifiers of a rendered page that have a name, in its order; its marking tools where it has none.

    What is marked beside a classifier is another question, whose classes need not be the job's.
    """
    return _offering(html, _TAG, "categories") or _offering(html, _TOOL, "labels")


def _offering(html: str, opening: re.Pattern[str], attribute: str) -> tuple[Classifier, ...]:
    tags = (tag.attributes() for tag in start_tags(html, opening))
    return tuple(
        Classifier(given["name"].strip(), _offered(given.get(attribute, "")))
        for given in tags
        if given.get("name", "").strip()
    )


def listed_categories(text: str) -> tuple[str, ...]:
    """Read the attribute `categories`: a JSON list of names, or one in single quotes.

    Raises:
        InvalidDocument: it is something else.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = _python_list(text.strip())  # AWS's own examples write ['a', 'b']
    if not isinstance(found, list) or not found or not all(isinstance(name, str) and name.strip() for name in found):
        raise InvalidDocument(f"its categories are {text[:80]!r}, not a list of names")
    return tuple(found)


def _python_list(text: str) -> list[str] | None:
    """Read a list of names as Python writes it, one at a time.

    For a whole list Python's parser takes 500 bytes a character, and lets no other thread work meanwhile.
    """
    names, at = list[str](), 1
    while text.startswith("[") and (found := _PYTHON_NAME.match(text, at)):
        literal = found["literal"]
        try:
            names.append(ast.literal_eval(literal) if "\\" in literal else literal.lstrip("uU")[1:-1])
        except (ValueError, SyntaxError):  # an escape that there is not
            return None
        at = found.end()
        if found["after"] != ",":
            return names if at == len(text) else None
    return None


def judged(page: Sequence[Classifier], categories: Sequence[str]) -> tuple[Classifier, ...]:
    """Return the classifiers that ask for a job's categories: those that offer one of them, or else the only one.

    A page may ask other questions by further classifiers, with answers of their own.
    """
    sharing = tuple(one for one in page if set(one.categories) & set(categories))
    return sharing or (tuple(page) if len(page) == 1 else ())


def unknown_class(answers: Mapping[str, Json], page: Sequence[Classifier], categories: Sequence[str]) -> str:
    """Return what is wrong with answers, in words for whoever gave them; empty when every class is the job's."""
    for one in judged(page, categories):
        for label in _labels(answers.get(one.name)):
            if label not in categories:
                known = ", ".join(categories[:_NAMED]) + (", …" if len(categories) > _NAMED else "")
                return (
                    f"{quoted(label, 80)} is none of this job's classes ({known}). Nothing is saved. "
                    "Tell whoever runs the job: the page and the job's category file list different classes."
                )
    return ""


def _labels(answer: Json) -> Iterator[str]:
    """Yield the labels that are given or marked; those of a mask are all that its tool offers, painted or not."""
    if isinstance(answer, dict):
        lists = (answer.get(key) for key in ("labels", "instances", *LISTS.values()))
        found = next((each for each in lists if isinstance(each, list)), [answer.get("label")])
    else:
        found = answer if isinstance(answer, list) else []
    labels = (each.get("label") if isinstance(each, dict) else each for each in found)
    yield from (label for label in labels if isinstance(label, str))


def _offered(text: str) -> tuple[str, ...]:
    try:
        return listed_categories(text)
    except InvalidDocument:
        return _described(text)


def _described(text: str) -> tuple[str, ...]:
    """Read the labels of a tool for texts, which may have a short name beside their own; empty for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    labels = [each.get("label") for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    return tuple(label for label in labels if isinstance(label, str))
