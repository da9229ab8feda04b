"""The post-labeling function, really called with the answers that workers would give."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracemark.contract.postannotation import ConsolidatedAnnotation
from tracemark.document import Json, Node
from tracemark.errors import DataError, FunctionFailed, quoted
from tracemark_cli.checks.finding import Finding, warning
from tracemark_cli.checks.hints import hint
from tracemark_cli.checks.payload import Payload, WrittenPayload
from tracemark_cli.checks.preparation import Prepared
from tracemark_groundtruth.functions.function import Function
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.labeling.consolidation import consolidation_request

_WORKERS = 2


@dataclass(frozen=True)
class Consolidation:
    """One call of the post-labeling function for a job; `categories` are the job's, if it names a file."""

    job: LabelingJob
    function: Function
    client: object
    categories: Sequence[str] | None

    def findings(self, prepared: Sequence[Prepared], answer: Mapping[str, Json]) -> Iterator[Finding]:
        """Yield what is wrong with the function's answers to a usual and to an awkward payload."""
        usual = Payload.of(prepared, [answer] * _WORKERS)
        found = list(self._call(usual, ""))
        yield from found
        if not found:
            awkward = Payload.of(prepared, [answer, {}])
            yield from self._call(awkward, " when one worker submitted an empty form")

    def _call(self, payload: Payload, when: str) -> Iterator[Finding]:
        place = self.function.name
        tree = OutputTree(self.job.output, self.job.name)
        target = tree.root.object(f"doctor-{uuid.uuid4().hex}.json")
        event = consolidation_request(self.job, tree, target, self.categories).to_json()
        with WrittenPayload(self.client, target, payload.to_json()):
            try:
                answered = self.function.invoke(event)
            except FunctionFailed as error:
                remedy = hint(error.what) or "the whole batch of objects is lost; see the function's log"
                yield Finding(f"{error.what}{when}", place, remedy=remedy)
                return
        yield from answer_findings(answered, payload.ids, self.job.label_attribute_name, f"{place}{when}")


def answer_findings(answered: Json, ids: Sequence[str], attribute: str, place: str) -> Iterator[Finding]:
    """Yield where an answer of a post-labeling function is not one entry per object with the label under its name."""
    if not isinstance(answered, list):
        yield Finding(
            f"the answer is {quoted(answered, 80)}", place, "a list with one entry per object", "return the list itself"
        )
        return
    entries, wrong = _entries(answered, place)
    yield from wrong
    if wrong:
        return
    yield from _once_each(entries, ids, place)
    for entry in entries:
        yield from _labels(entry, attribute, place)


def _entries(answered: Sequence[Json], place: str) -> tuple[list[ConsolidatedAnnotation], list[Finding]]:
    entries, wrong = list[ConsolidatedAnnotation](), list[Finding]()
    for node in Node(list(answered), place).items():
        try:
            entries.append(ConsolidatedAnnotation.parse(node))
        except DataError as error:
            wrong.append(Finding.of(error))
    return entries, wrong[:1]


def _once_each(entries: Sequence[ConsolidatedAnnotation], ids: Sequence[str], place: str) -> Iterator[Finding]:
    counts = Counter(entry.dataset_object_id for entry in entries)
    missing = [id_ for id_ in ids if not counts[id_]]
    doubled = [id_ for id_, count in counts.items() if count > 1]
    unknown = [id_ for id_ in counts if id_ not in ids]
    if doubled:
        yield Finding(
            f"object {doubled[0]!r} has {counts[doubled[0]]} entries in the answer",
            place,
            "one entry per object, not one per worker's annotation",
            "consolidate the annotations of an object into one",
        )
    if missing:
        yield Finding(f"object {missing[0]!r} has no entry in the answer", place, "one entry per object", "answer it")
    if unknown:
        yield Finding(
            f"the answer has object {unknown[0]!r}, which nobody asked for", place, remedy="use the payload's ids"
        )


def _labels(entry: ConsolidatedAnnotation, attribute: str, place: str) -> Iterator[Finding]:
    if attribute not in entry.content:
        keys = ", ".join(map(repr, entry.content)) or "none"
        yield Finding(
            f"the content of object {entry.dataset_object_id!r} has the keys {keys}",
            place,
            f"{attribute!r}, the event's labelAttributeName",
            "write the label under the name that the event gives",
        )
    elif isinstance(entry.content[attribute], str) and _is_json(entry.content[attribute]):
        yield warning(
            f"the label of object {entry.dataset_object_id!r} is JSON in a text", place, remedy="answer the object"
        )


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
