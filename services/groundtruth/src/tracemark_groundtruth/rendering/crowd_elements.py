"""tracemark's own crowd elements, and the address of AWS's that they replace."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from importlib import resources

CROWD_ELEMENTS_PATH = "/assets/crowd-elements.js"

# `element` comes first and `define` last; the others may use each other only when they run.
_FILES = ("element", "inputs", "choices", "dialog", "classifier", "layout", "form", "keyboard", "define")
_AWS_ADDRESS = re.compile(r"(?:https?:)?//assets\.crowd\.aws/crowd-html-elements\.js", re.IGNORECASE)


class CrowdElements(StrEnum):
    """The crowd elements that a rendered template loads."""

    OWN = "own"
    AWS = "aws"


@lru_cache(maxsize=1)
def crowd_elements_script() -> bytes:
    """Return the elements as one classic script, in a scope of its own: a template's names cannot collide with it."""
    folder = resources.files(__package__) / "crowd_elements"
    parts = [(folder / f"{name}.js").read_text(encoding="utf-8") for name in _FILES]
    return "\n".join(["(() => {", '"use strict";', *parts, "})();", ""]).encode()


def with_crowd_elements(html: str, elements: CrowdElements) -> str:
    """Return a rendered template that loads these elements."""
    return html if elements is CrowdElements.AWS else _AWS_ADDRESS.sub(CROWD_ELEMENTS_PATH, html)
