"""The classifiers of a rendered page, and answers that name a class which the job does not have."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser

from tracemark.document import Json
from tracemark.errors import InvalidDocument, quoted

ELEMENTS = frozenset(
    {
        "crowd-classifier",
        "crowd-classifier-multi-select",
        "crowd-image-classifier",
        "crowd-image-classifier-multi-select",
    }
)
_TAG = re.compile(r"<crowd-(?:image-)?classifier(?:-multi-select)?(?=[\s/>])", re.IGNORECASE)
# A start tag with its categories ends well before; the rest of the page need not be read for it.
_TAG_CHARACTERS = 256 * 1024
_NAMED = 12


@dataclass(frozen=True, slots=True)
class Classifier:
    """A classifier of a page; `categories` are those it offers, empty where they cannot be read."""

    name: str
    categories: tuple[str, ...]


def classifiers(html: str) -> tuple[Classifier, ...]:
    """Return the classifiers of a rendered page that have a name, in its order."""
    tags = (_attributes(html[found.start() : found.start() + _TAG_CHARACTERS]) for found in _TAG.finditer(html))
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
    except ValueError:
        try:
            found = ast.literal_eval(text.strip())  # AWS's own examples write ['a', 'b']
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            found = None
    if not isinstance(found, list) or not found or not all(isinstance(name, str) and name.strip() for name in found):
        raise InvalidDocument(f"its categories are {text[:80]!r}, not a list of names")
    return tuple(found)


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


def _attributes(html: str) -> Mapping[str, str]:
    reader = _FirstTag()
    with suppress(_Read):
        reader.feed(html)
    return reader.attributes


class _Read(Exception):
    """The first start tag is read."""


class _FirstTag(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.attributes: Mapping[str, str] = {}

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.attributes = {name: value or "" for name, value in attrs}
        raise _Read
