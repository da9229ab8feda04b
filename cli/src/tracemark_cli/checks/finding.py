"""One thing that a check found: how grave, what, where, what was expected, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracemark.errors import TracemarkError, one_line


class Severity(StrEnum):
    """An error makes the job fail, or its labels wrong; a warning is worth a look, or could not be checked."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report; `place` is a URI, a file, a key or a function."""

    what: str
    place: str = ""
    expected: str = ""
    remedy: str = ""
    severity: Severity = Severity.ERROR

    @classmethod
    def of(cls, error: TracemarkError, severity: Severity = Severity.ERROR) -> Finding:
        """Return an error as a finding."""
        return cls(error.what, error.place, error.expected, error.remedy, severity)

    def to_json(self) -> dict[str, str]:
        """Return the finding with its empty parts left out."""
        parts = {
            "severity": self.severity.value,
            "what": self.what,
            "place": self.place,
            "expected": self.expected,
            "remedy": self.remedy,
        }
        return {key: one_line(text) for key, text in parts.items() if text}


def warning(what: str, place: str = "", expected: str = "", remedy: str = "") -> Finding:
    """Return a finding that need not be an error."""
    return Finding(what, place, expected, remedy, Severity.WARNING)
