"""What an earlier round of labeling came to: manifest lines of a next round carry it, the adjudicator sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracemark.document import Json, Node

EARLIER_KEY = "earlier"
"""The key of a manifest line and of the task input; it holds a list of rounds, the oldest first."""

_MAX_VOTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class EarlierRound:
    """One round; `label` is empty and `confidence` None where it came to none, `votes` are in falling order."""

    job: str
    label: str = ""
    confidence: float | None = None
    votes: tuple[tuple[str, int], ...] = ()
    remark: str = ""
    comments: tuple[str, ...] = ()

    @classmethod
    def parse(cls, node: Node) -> EarlierRound:
        """Read what `to_json` returns; every key but `job` may be absent.

        Raises:
            InvalidDocument: a key holds something else.
        """
        confidence, votes, comments = node.get("confidence"), node.get("votes"), node.get("comments")
        return cls(
            job=node["job"].text(),
            label=_text(node.get("label")),
            confidence=confidence.number() if confidence else None,
            votes=tuple(_vote(vote) for vote in votes.items()) if votes else (),
            remark=_text(node.get("remark")),
            comments=comments.texts() if comments else (),
        )

    def to_json(self) -> dict[str, Json]:
        """Return `{"job", "label", "confidence", "votes": [{"label", "count"}], "remark", "comments"}`."""
        return {
            "job": self.job,
            "label": self.label,
            "confidence": self.confidence,
            "votes": [{"label": label, "count": count} for label, count in self.votes],
            "remark": self.remark,
            "comments": list(self.comments),
        }


def earlier_rounds(attributes: Mapping[str, Json]) -> tuple[EarlierRound, ...]:
    """Return the rounds that a manifest line carries.

    Raises:
        InvalidDocument: its `earlier` is no list of rounds.
    """
    found = Node(attributes, "manifest line").get(EARLIER_KEY)
    return tuple(EarlierRound.parse(each) for each in found.items()) if found else ()


def _vote(node: Node) -> tuple[str, int]:
    return node["label"].text(), node["count"].integer(0, _MAX_VOTES)


def _text(node: Node | None) -> str:
    return node.text() if node and node.value != "" else ""
