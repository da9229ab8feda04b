"""What a worker submitted: the fields of the form by their names."""

from __future__ import annotations

import html
from collections.abc import Container, Mapping

from tracemark.document import Json
from tracemark.errors import one_line

DEFAULT_CLASSIFIER = "WeldingClassification"
"""The name of the classifier where nothing tells another: the welding template's."""

DEFAULT_ABSTAIN_LABEL = "Not sure"
"""The label that stands for no vote, unless ABSTAIN_LABEL names another."""

MAX_COMMENT_CHARACTERS = 500
"""A comment is cut to this: twenty of them fit an attribute of a manifest line, which holds 20,000 characters."""


def chosen_labels(fields: Mapping[str, Json]) -> dict[str, str]:
    """Return the class that each classifier's answer (`{"label": …}`) names, as it was submitted."""
    return {
        name: value["label"]
        for name, value in fields.items()
        if isinstance(value, dict) and isinstance(value.get("label"), str)
    }


def typed_comments(fields: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the texts that were typed, one line each, in the order of the fields; blank ones are left out."""
    texts = (one_line(value, MAX_COMMENT_CHARACTERS).strip() for value in fields.values() if isinstance(value, str))
    return tuple(filter(None, texts))


def intended_label(submitted: str, classes: Container[str]) -> str:
    """Return the class that a submitted label names; browsers may submit it escaped for HTML.

    A class may itself be called `R&amp;D`, so the text as it stands comes first.
    """
    return submitted if submitted in classes else html.unescape(submitted)
