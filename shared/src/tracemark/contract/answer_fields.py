"""What a worker submitted: the fields of the form by their names."""

from __future__ import annotations

import html
from collections.abc import Collection, Mapping

from tracemark.document import Json
from tracemark.errors import one_line

DEFAULT_CLASSIFIER = "WeldingClassification"
"""The name of the classifier where nothing tells another: the welding template's."""

DEFAULT_ABSTAIN_LABEL = "Not sure"
"""The label that stands for no vote, unless ABSTAIN_LABEL names another."""

MAX_COMMENT_CHARACTERS = 500
"""A comment is cut to this: twenty of them fit an attribute of a manifest line, which holds 20,000 characters."""


# Forms escape, functions escape again, and each time "&" becomes "&amp;".
_MAX_LAYERS = 3


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


def intended_label(submitted: str, classes: Collection[str]) -> str:
    """Return the class that a submitted label names; forms escape it for HTML, and functions may do so again.

    A class may itself be called `R&amp;D`, so the text as it stands comes first. A text that names no class is returned
    without its escapes.
    """
    spellings = unescaped(submitted)
    exact = next((text for text in spellings if text in classes), None)
    if exact is not None:
        return exact
    plain = {unescaped(name)[-1]: name for name in reversed(list(classes))}
    return next((plain[text] for text in spellings if text in plain), spellings[-1])


def unescaped(text: str) -> tuple[str, ...]:
    """Return a text as it stands, then with each layer of HTML's escapes taken away, the plainest last."""
    found = [text]
    while (plain := html.unescape(found[-1])) != found[-1] and len(found) <= _MAX_LAYERS:
        found.append(plain)
    return tuple(found)
