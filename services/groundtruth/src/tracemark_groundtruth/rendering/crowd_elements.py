"""tracemark's own crowd elements, and the addresses of AWS's that they replace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from tracemark_groundtruth.rendering.browser_scripts import script_path, with_own_scripts
from tracemark_groundtruth.rendering.markup import Tag, rewritten

CROWD_ELEMENTS_PATH = script_path("crowd-elements")

# AWS serves the same elements under three names; the last is for browsers that need no help with custom elements.
# It begins with letters: with the optional scheme before them the search takes fifty times as long.
_AWS_SCRIPT = re.compile(
    r"//assets\.crowd\.aws/crowd-html-elements(?:-v2|-without-ce-polyfill)?\.js(?:\?[^\"'\s>]*)?", re.IGNORECASE
)
_SCHEME = re.compile(r"https?:\Z", re.IGNORECASE)
# The styles of its second version dress its own elements only: ours bring theirs with them.
_LINK = re.compile(r"<link(?=[\t\n\f\r />])", re.IGNORECASE)
_AWS_HOST = "//assets.crowd.aws/"

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
    return rewritten("".join(_with_own_elements(html)), _LINK, _without_aws)


def _without_aws(link: Tag) -> str:
    return "" if _AWS_HOST in link.source.lower() else link.source


def _with_own_elements(html: str) -> Iterator[str]:
    begun = 0
    for found in _AWS_SCRIPT.finditer(html):
        scheme = _SCHEME.search(html, max(begun, found.start() - len("https:")), found.start())
        yield html[begun : (scheme or found).start()]
        yield CROWD_ELEMENTS_PATH
        begun = found.end()
    yield html[begun:]
