"""The name under which the answers of a payload carry their label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tracemark.contract.answer_fields import DEFAULT_CLASSIFIER
from tracemark_postlabel.answers import Answer
from tracemark_postlabel.names import is_classifier
from tracemark_postlabel.poll import Poll


def most_used_classifier(polls: Iterable[Poll]) -> str:
    """Return the name in most answers, the alphabetically first of several; the welding job's if there is none."""
    counts = Counter(name for poll in polls for name in _names(poll) if is_classifier(name))
    return min(counts, key=lambda name: (-counts[name], name), default=DEFAULT_CLASSIFIER)


def _names(poll: Poll) -> Iterable[str]:
    return (name for reading in poll.readings if isinstance(reading, Answer) for name in reading.labels)
