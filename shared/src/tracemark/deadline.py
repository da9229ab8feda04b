"""The moment by which a call must return."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tracemark.errors import DeadlineExceeded


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock, in seconds."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the moment `seconds` from now."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Return the seconds that remain; negative once the deadline has passed."""
        return self.at - time.monotonic()

    def require(self, seconds: float, what: str) -> None:
        """Do nothing while at least `seconds` remain.

        Raises:
            DeadlineExceeded: too little time remains for `what`.
        """
        left = self.left()
        if left < seconds:
            raise DeadlineExceeded(
                f"{max(left, 0):.1f} s are left, too few to {what}",
                expected=f"at least {seconds:.1f} s",
                remedy="raise the function's timeout or its memory (more memory is more CPU)",
            )
