"""The events of a stack's resources while it changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tracemark_cli.aws.answers import try_call


@dataclass(frozen=True, slots=True)
class Event:
    """An event of one resource."""

    resource: str
    kind: str
    status: str
    reason: str

    @property
    def failed(self) -> bool:
        """Whether this is an original failure, not the consequence of another."""
        return self.status.endswith("_FAILED") and "cancelled" not in self.reason.lower()


@dataclass
class EventLog:
    """The events of a stack from now on; existing ones are skipped."""

    client: Any
    stack: str
    told: list[Event] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._known |= {str(entry["EventId"]) for entry in self._entries()}

    def news(self) -> list[Event]:
        """Return the events since the last call, oldest first."""
        fresh = [entry for entry in self._entries() if str(entry["EventId"]) not in self._known]
        self._known |= {str(entry["EventId"]) for entry in fresh}
        events = [_event(entry) for entry in reversed(fresh)]
        self.told += events
        return events

    def first_failure(self) -> Event | None:
        """Return the failure that caused all others."""
        return next((event for event in self.told if event.failed), None)

    def _entries(self) -> list[dict[str, Any]]:
        answer = try_call(self.client.describe_stack_events, StackName=self.stack)
        return [] if answer.code else list(answer.value["StackEvents"])


def _event(entry: dict[str, Any]) -> Event:
    return Event(
        entry["LogicalResourceId"],
        entry.get("ResourceType", ""),
        entry.get("ResourceStatus", ""),
        entry.get("ResourceStatusReason", ""),
    )
