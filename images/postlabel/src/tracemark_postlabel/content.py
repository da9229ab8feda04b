"""What the consolidated annotation of one object says, in our style or in that of built-in consolidation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracemark.document import Json
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict
from tracemark_postlabel.settings import ContentStyle
from tracemark_postlabel.tally import Tally


@dataclass(frozen=True, slots=True)
class Wording:
    """How verdicts are written: under the label attribute `attribute`, the label under the name `classifier`."""

    attribute: str
    classifier: str
    slate: Slate
    style: ContentStyle

    def content(self, counted: Tally, verdict: Verdict) -> Mapping[str, Json]:
        """Return what goes into the output manifest line."""
        figures = _figures(counted, verdict)
        if self.style is ContentStyle.TRACEMARK:
            return {self.attribute: {self.classifier: verdict.label, **figures}}
        names = class_names(self.slate, verdict)
        metadata = {
            "class-name": verdict.label,
            "confidence": round(verdict.confidence, 2),
            "class-map": {str(index): name for index, name in enumerate(names)},
        }
        figures.pop("confidence")
        # Training jobs read a number under the attribute; the further figures stand beside it, not in it.
        return {
            self.attribute: names.index(verdict.label),
            f"{self.attribute}-metadata": metadata,
            f"{self.attribute}-figures": figures,
        }


def class_names(slate: Slate, verdict: Verdict) -> tuple[str, ...]:
    """Return the names behind class indices: the slate's in its order, the abstain label, then one that is on neither.

    The index of a listed class is the same in every payload. One that no list holds shares the next number with
    others of its kind, so jobs whose output is to train a model should list their categories.
    """
    known = (*slate.classes, slate.abstain)
    return known if verdict.label in known else (*known, verdict.label)


def _figures(counted: Tally, verdict: Verdict) -> dict[str, Json]:
    figures: dict[str, Json] = {
        "votes": dict(verdict.votes),
        "confidence": round(verdict.confidence, 4),
        "margin": round(verdict.margin, 4),
        "agreement": round(verdict.agreement, 4),
        "method": verdict.method,
        "workers": len(counted.ballot.choices),
    }
    if verdict.tie:
        figures["tie"] = True
    if counted.problem:
        figures["problem"] = counted.problem
    if counted.comments:
        figures["comments"] = list(counted.comments)
    return figures
