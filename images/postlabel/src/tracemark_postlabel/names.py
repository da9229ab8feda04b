"""What may stand in an output manifest as a label or as the name of a field."""

from __future__ import annotations

from tracemark.contract.categories import MAX_CATEGORY_CHARACTERS
from tracemark.contract.consolidated_label import FIGURE_KEYS, VERDICT_KEYS
from tracemark.contract.field_label import FIELDS_KEY, MAIN_KEY

__all__ = ["FIELDS_KEY", "FIGURE_KEYS", "MAIN_KEY", "VERDICT_KEYS", "is_classifier", "is_label"]


def is_label(text: str) -> bool:
    """Tell whether `text` can be written: not blank, not over-long, and without lone surrogates.

    An answer may hold "\\ud800", which is JSON but not Unicode: nobody can write it into a manifest in UTF-8,
    and one such label would cost the whole batch.
    """
    if not text.strip() or len(text) > MAX_CATEGORY_CHARACTERS:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in text)


def is_classifier(text: str) -> bool:
    """Tell whether `text` can name the main field: writable, and none of the verdict's own keys."""
    return is_label(text) and text not in VERDICT_KEYS
