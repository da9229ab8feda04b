"""The classifiers of a rendered page, and answers that name a class which the job does not have."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracemark.document import Json
from tracemark.errors import InvalidDocument, quoted
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
# A name in a list as Python writes it, of at most a thousand escapes, and what follows it.
_PYTHON_NAME = re.compile(
    r"""\s*(?P<literal>[uU]?(?:'[^'\\\n]*(?:\\.[^'\\\n]*){0,1000}'|"[^"\\\n]*(?:\\.[^"\\\n]*){0,1000}"))"""
    r"""\s*(?P<after>,\s*\]|,|\])""",
    re.DOTALL,
)
_NAMED = 12


@dataclass(frozen=True, slots=True)
class Classifier:
    """A classifier of a page; `categories` are those it offers, empty where they cannot be read."""

    name: str
    categories: tuple[str, ...]


def classifiers(html: str) -> tuple[Classifier, ...]:
    """Return the classifiers of a rendered page that have a name, in its order."""
    tags = (tag.attributes() for tag in start_tags(html, _TAG))
    return tuple(
        Classifier(given["name"].strip(), _offered(given.get("categories", "")))
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
    if isinstance(answer, dict):
        found = answer.get("labels") if isinstance(answer.get("labels"), list) else [answer.get("label")]
        yield from (label for label in found or () if isinstance(label, str))


def _offered(text: str) -> tuple[str, ...]:
    try:
        return listed_categories(text)
    except InvalidDocument:
        return ()
