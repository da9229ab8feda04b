"""What one worker answered to one object, as the figures about a job need it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from tracemark.contract.answer_fields import chosen_labels, intended_label, typed_comments
from tracemark.contract.worker_answer import WorkerAnswer
from tracemark.document import Json, Node
from tracemark.errors import one_line
from tracemark.marks.choices import chosen
from tracemark.marks.kind import Kind, unpacked


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """`labels` has the chosen class by the name of its classifier, `seconds` is None if the tree does not record it.

    `content` are all fields of the form, as they were submitted.
    """

    worker: str
    labels: Mapping[str, str]
    seconds: float | None = None
    comments: tuple[str, ...] = ()
    content: Mapping[str, Json] = field(default_factory=dict, compare=False)

    @classmethod
    def parse(cls, node: Node, classes: Collection[str] = ()) -> GivenAnswer:
        """Read one entry of a worker response of a job with these classes, as consolidation reads it.

        An answer that holds no label is one without labels.

        Raises:
            InvalidDocument: it names no worker.
        """
        answer = WorkerAnswer.parse(node)
        labels = {name: intended_label(label, classes) for name, label in chosen_labels(answer.content).items()}
        return cls(
            worker=one_line(answer.worker_id, 200),
            labels={name: one_line(label) for name, label in labels.items() if label.strip()},
            seconds=answer.seconds,
            comments=typed_comments(_typed(answer.content)),
            content=answer.content,
        )

    @property
    def fields(self) -> Mapping[str, Json]:
        """All fields by name; marks that a hidden field carries as text are marks."""
        return {name: unpacked(value) for name, value in self.content.items()}

    def value(self, name: str) -> Json:
        """Return the value of one of the fields, as in `fields`."""
        return unpacked(self.content[name])

    def label(self, classifier: str) -> str | None:
        """Return the class chosen under `classifier`: by a classifier, radio buttons or a select."""
        if classifier in self.labels:
            return self.labels[classifier]
        label = chosen(self.content.get(classifier), Kind.SINGLE)
        return one_line(label) if label and label.strip() else None


def _typed(content: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return the fields without those that carry marks as text: nobody typed these."""
    return {name: value for name, value in content.items() if unpacked(value) is value}


def last_of_each_worker(answers: Iterable[GivenAnswer]) -> tuple[GivenAnswer, ...]:
    """Return one answer of each worker, the last one given, in the order of workers' first answers."""
    return tuple({answer.worker: answer for answer in answers}.values())
