"""What the page around a task knows of it: in the page's own attributes, and in what the loop is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracemark.document import Json
from tracemark_groundtruth.state.task_queue import LeasedTask
from tracemark_groundtruth.web.portal.portal import AuthenticatedRequest, Portal


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as its page shows it. `nonce` is what its frame is known by.

    `seconds_left` is None for an answered task, which has no lease; `given` is the answer then.
    """

    task_id: str
    title: str
    description: str
    nonce: str
    seconds_left: float | None
    given: Mapping[str, Json] | None

    @classmethod
    def of(cls, portal: Portal, visit: AuthenticatedRequest, task: LeasedTask) -> TaskView:
        """Return the view of a task for the worker of a request."""
        left = None if task.given is not None else task.time_left(portal.now()).total_seconds()
        nonce = portal.sessions.task_nonce(visit.session, task.task_id)
        return cls(task.task_id, task.title, task.description, nonce, left, task.given)

    def to_json(self) -> Mapping[str, Json]:
        """Return `{"task", "title", "description", "nonce", "secondsLeft", "given"}`."""
        return {
            "task": self.task_id,
            "title": self.title,
            "description": self.description,
            "nonce": self.nonce,
            "secondsLeft": self.seconds_left,
            "given": None if self.given is None else dict(self.given),
        }
