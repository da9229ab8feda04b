"""One worker's answer to one object, as worker responses keep it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracemark.contract.timestamps import answer_time, in_utc
from tracemark.document import Json, Node
from tracemark.errors import InvalidDocument

_DEFAULT_SECONDS_SPENT = 30.0


@dataclass(frozen=True, slots=True)
class WorkerAnswer:
    """`content` are the fields of the form; times that are None are not known (yet).

    `subject` is the worker's UUID; None stands for one made from the worker id.
    """

    worker_id: str
    content: Mapping[str, Json]
    accepted_at: datetime | None = None
    submitted_at: datetime | None = None
    seconds_spent: float | None = None
    identity_provider: str = "AnswersFile"
    subject: str | None = None

    @classmethod
    def parse(cls, node: Node) -> WorkerAnswer:
        """Read one entry of a worker response: `{"workerId", "answerContent"?, …}`.

        Real jobs tell the seconds, or both moments, or (older public ones) only when the answer was submitted; a time
        that cannot be read is None, and a content that is no object has no fields.

        Raises:
            InvalidDocument: it names no worker.
        """
        content = node.mapping().get("answerContent")
        return cls(
            worker_id=node["workerId"].text(),
            content=content if isinstance(content, dict) else {},
            accepted_at=_moment(node.mapping().get("acceptanceTime")),
            submitted_at=_moment(node.mapping().get("submissionTime")),
            seconds_spent=_seconds(node),
        )

    @property
    def seconds(self) -> float | None:
        """How long the worker took, from 0; None where that is not known."""
        if self.seconds_spent is not None:
            return self.seconds_spent
        if not self.accepted_at or not self.submitted_at:
            return None
        return max(0.0, (in_utc(self.submitted_at) - in_utc(self.accepted_at)).total_seconds())

    def to_json(self, collected_at: datetime) -> dict[str, Json]:
        """Return the entry of a worker response; what is not known of the times is made up from `collected_at`."""
        spent = _DEFAULT_SECONDS_SPENT if self.seconds is None else self.seconds
        submitted = in_utc(self.submitted_at or self._after_acceptance(spent) or collected_at)
        accepted = in_utc(self.accepted_at or submitted - timedelta(seconds=spent))
        return {
            "answerContent": dict(self.content),
            "workerId": self.worker_id,
            "acceptanceTime": answer_time(accepted),
            "submissionTime": answer_time(submitted),
            "timeSpentInSeconds": round(spent, 3),
            "workerMetadata": {
                "identityData": {
                    "identityProviderType": self.identity_provider,
                    "issuer": "urn:tracemark:groundtruth",
                    "sub": self.subject or _subject(self.worker_id),
                }
            },
        }

    def _after_acceptance(self, spent: float) -> datetime | None:
        return self.accepted_at + timedelta(seconds=spent) if self.accepted_at else None


def _subject(worker_id: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:tracemark:worker:{worker_id}"))


def _seconds(node: Node) -> float | None:
    try:
        spent = node.get("timeSpentInSeconds")
        return max(0.0, spent.number()) if spent else None
    except InvalidDocument:
        return None


def _moment(value: Json) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
