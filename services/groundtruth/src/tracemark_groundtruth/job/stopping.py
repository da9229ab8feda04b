"""When a job ends before all of its objects are labeled: `StoppingConditions`."""

from __future__ import annotations

from dataclasses import dataclass

from tracemark.document import Node

# The API names no maximum; this one is what the state can count.
MAX_OBJECT_COUNT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class StoppingConditions:
    """The job stops when one of the conditions is met; None where a condition is not set."""

    max_objects: int | None = None
    max_percentage: int | None = None

    @classmethod
    def parse(cls, node: Node | None) -> StoppingConditions:
        """Read `StoppingConditions`, both keys optional.

        Raises:
            InvalidDocument: a number is out of its range.
        """
        if node is None:
            return cls()
        count, share = node.get("MaxHumanLabeledObjectCount"), node.get("MaxPercentageOfInputDatasetLabeled")
        return cls(
            count.integer(1, MAX_OBJECT_COUNT) if count else None,
            share.integer(1, 100) if share else None,
        )

    def __bool__(self) -> bool:
        return self.max_objects is not None or self.max_percentage is not None

    def limit(self, total: int) -> int:
        """Return how many of `total` objects may be labeled: the smaller of the two maxima.

        A percentage is rounded down, as it is a maximum, but never to nothing.
        """
        share = total if self.max_percentage is None else max(1, total * self.max_percentage // 100)
        return min(total, share, total if self.max_objects is None else self.max_objects)

    def told(self, limit: int) -> str:
        """Return in words why a job with this limit stopped."""
        asked = (
            f"MaxHumanLabeledObjectCount {self.max_objects:,}" if self.max_objects is not None else "",
            f"MaxPercentageOfInputDatasetLabeled {self.max_percentage}" if self.max_percentage is not None else "",
        )
        return f"stopped by its StoppingConditions ({', '.join(filter(None, asked))}): {limit:,} objects are labeled"


NO_CONDITIONS = StoppingConditions()
