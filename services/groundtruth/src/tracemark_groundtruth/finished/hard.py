"""Objects that deserve a second look, and the manifest of a next round for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from tracemark.contract.manifest import MAX_ATTRIBUTE_CHARACTERS, DataObject
from tracemark.contract.previous_rounds import EARLIER_KEY, EarlierRound, earlier_rounds
from tracemark.document import Json, json_bytes
from tracemark.errors import InvalidDocument
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.finished.item import Item, Standing

_JUDGED = (Standing.LABELED, Standing.FAILED)


def hardest_first(job: FinishedJob) -> list[Item]:
    """Return the objects that workers were shown: failed ones first, then by rising confidence; ties before others.

    Of equal confidences the smaller share of the most frequent vote comes first; it stands in for one that is not told.
    """
    return sorted((item for item in job.items if item.standing in _JUDGED), key=_ease)


def doubtful(job: FinishedJob, below: float) -> list[Item]:
    """Return objects that failed, are tied, have a problem or a confidence below `below`, hardest first."""
    return [item for item in hardest_first(job) if item.remark or _confidence(item) < below]


def next_round(job: FinishedJob, items: Sequence[Item]) -> bytes:
    """Return the manifest of a next round: the lines as this job got them, each with what this round came to.

    What this job wrote on a line is taken off, so that a job with the same label attribute labels the object again.
    """
    return b"".join(json_bytes(_line(job, item)) + b"\n" for item in items)


def _line(job: FinishedJob, item: Item) -> Json:
    own = {job.attribute, *(f"{job.attribute}-{kind}" for kind in ("metadata", "figures"))}
    kept = {key: value for key, value in item.line.attributes.items() if key not in own}
    rounds = [*_before(item.line), _this_round(job, item)]
    return {**kept, EARLIER_KEY: _fit(rounds)}


def _before(line: DataObject) -> tuple[EarlierRound, ...]:
    try:
        return earlier_rounds(line.attributes)
    except InvalidDocument:  # another program's key of the same name
        return ()


def _this_round(job: FinishedJob, item: Item) -> EarlierRound:
    return EarlierRound(
        job=job.name,
        label=item.label.name if item.label else "",
        confidence=item.label.confidence if item.label else None,
        votes=tuple(item.votes.items()),
        remark=item.remark,
        comments=item.comments,
    )


def _fit(rounds: Sequence[EarlierRound]) -> Json:
    """Return the rounds as JSON that an attribute may hold: comments go first, the last of the longest list of them."""
    told = list(rounds)
    while len(json.dumps(written := [each.to_json() for each in told])) > MAX_ATTRIBUTE_CHARACTERS:
        longest = max(range(len(told)), key=lambda index: len(told[index].comments))
        if not told[longest].comments:
            return [told[-1].to_json()]
        told[longest] = replace(told[longest], comments=told[longest].comments[:-1])
    return written


def _confidence(item: Item) -> float:
    if item.label is None:
        return 0.0
    return _share(item) if item.label.confidence is None else item.label.confidence


def _share(item: Item) -> float:
    votes = item.votes.values()
    return max(votes) / sum(votes) if sum(votes) else 1.0


def _ease(item: Item) -> tuple[bool, float, bool, bool, float, int]:
    confidence = _confidence(item)
    return item.label is not None, confidence, not item.is_tied, not item.remark, _share(item), item.line.index
