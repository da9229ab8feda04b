"""tracemark's own crowd elements, and the addresses of AWS's that they replace."""

from __future__ import annotations

import re
from enum import StrEnum

from tracemark_groundtruth.rendering.browser_scripts import script_path, with_own_scripts

CROWD_ELEMENTS_PATH = script_path("crowd-elements")

# AWS serves the same elements under three names; the last is for browsers that need no help with custom elements.
_AWS_SCRIPT = re.compile(
    r"(?:https?:)?//assets\.crowd\.aws/crowd-html-elements(?:-v2|-without-ce-polyfill)?\.js(?:\?[^\"'\s>]*)?",
    re.IGNORECASE,
)
# The styles of its second version dress its own elements only: ours bring theirs with them.
_AWS_STYLES = re.compile(r"<link\b[^>]*//assets\.crowd\.aws/[^>]*>", re.IGNORECASE)

ELEMENT_NAMES = frozenset(
    f"crowd-{name}"
    for name in (
        *("alert", "badge", "bounding-box", "button", "card", "checkbox", "classifier", "classifier-multi-select"),
        *("entity-annotation", "fab", "form", "icon-button", "image-classifier", "image-classifier-multi-select"),
        *("input", "instance-segmentation", "instructions", "keypoint", "line", "modal", "polygon", "polyline"),
        *("radio-button", "radio-group", "semantic-segmentation", "slider", "tab", "tabs", "text-area", "toast"),
        "toggle-button",
    )
)
"""The elements that tracemark defines; `ui/crowd-elements/main.ts` gives them their names."""


class CrowdElements(StrEnum):
    """The crowd elements that a rendered template loads."""

    OWN = "own"
    AWS = "aws"


def with_crowd_elements(html: str, elements: CrowdElements) -> str:
    """Return a rendered template that loads these elements, and scripts of ours from the service."""
    html = with_own_scripts(html)
    if elements is CrowdElements.AWS:
        return html
    return _AWS_STYLES.sub("", _AWS_SCRIPT.sub(CROWD_ELEMENTS_PATH, html))
