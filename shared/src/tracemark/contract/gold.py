"""Gold items: objects whose label is known beforehand."""

from __future__ import annotations

from collections.abc import Mapping

from tracemark.document import Json
from tracemark.errors import one_line

GOLD_KEY = "gold"
"""The key of a manifest line under which the right label stands."""


def gold_label(attributes: Mapping[str, Json]) -> str | None:
    """Return the label that a manifest line says is right, None where it says none."""
    label = attributes.get(GOLD_KEY)
    return one_line(label) if isinstance(label, str) and label.strip() else None
