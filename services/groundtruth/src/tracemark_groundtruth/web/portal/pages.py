"""The portal's HTML pages, every value in them escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from tracemark_groundtruth.web.portal.policy import PAGE
from tracemark_groundtruth.web.responses import HtmlAnswer


def page(name: str, values: Mapping[str, Any], status: int = 200) -> HtmlAnswer:
    """Return the page `name` (`jobs`, `task`, …) with its values filled in."""
    html = _environment().get_template(f"{name}.html").render(values)
    return HtmlAnswer(html, status, headers=PAGE)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    # No file of a user's is ever loaded as a page.
    loader = PackageLoader(__package__ or "", "pages")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
