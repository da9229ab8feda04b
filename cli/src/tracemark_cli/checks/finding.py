"""One thing that a check found: how grave, what, where, what was expected, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracemark.errors import TracemarkError, one_line


class Gravity(StrEnum):
    """A fault makes the job fail, or its labels wrong; a doubt is worth a look, or could not be checked."""

    FAULT = "fault"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report; `place` is a URI, a file, a key or a function."""

    what: str
    place: str = ""
    expected: str = ""
    remedy: str = ""
    gravity: Gravity = Gravity.FAULT

    @classmethod
    def of(cls, error: TracemarkError, gravity: Gravity = Gravity.FAULT) -> Finding:
        """Return an error as a finding."""
        return cls(error.what, error.place, error.expected, error.remedy, gravity)

    def to_json(self) -> dict[str, str]:
        """Return the finding with its empty parts left out."""
        parts = {
            "gravity": self.gravity.value,
            "what": self.what,
            "place": self.place,
            "expected": self.expected,
            "remedy": self.remedy,
        }
        return {key: one_line(text) for key, text in parts.items() if text}


def doubt(what: str, place: str = "", expected: str = "", remedy: str = "") -> Finding:
    """Return a finding that is no fault for certain."""
    return Finding(what, place, expected, remedy, Gravity.DOUBT)
