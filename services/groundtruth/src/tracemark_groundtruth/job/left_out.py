"""Objects that no worker was shown, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracemark.document import Json
from tracemark.errors import one_line

NO_REASON = "the pre-annotation function asks for no human"

_TOLD = 3
_REASON_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class LeftOutObject:
    """One object by its `datasetObjectId`; `reason` is empty when the pre-annotation function gave none."""

    object_id: str
    reason: str

    def __str__(self) -> str:
        return f"line {int(self.object_id) + 1}: {one_line(self.reason or NO_REASON, _REASON_CHARACTERS)}"

    def to_json(self) -> dict[str, Json]:
        """Return `{"datasetObjectId", "reason"}`."""
        return {"datasetObjectId": self.object_id, "reason": self.reason}


def summed_up(count: int, total: int, first: Sequence[LeftOutObject]) -> str:
    """Return in one line how many objects were left out, and why the first few were; empty when none was."""
    if not count:
        return ""
    told = "; ".join(str(one) for one in first[:_TOLD])
    return f"{count:,} of {total:,} objects were left out: {told}{'; …' if count > _TOLD else ''}"
