"""The label of one object as post-annotation functions write it, in our style or in that of built-in classification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracemark.contract.described import describe
from tracemark.contract.field_label import FIELDS_KEY, MAIN_KEY, FieldLabels
from tracemark.contract.figures import MAX_COUNT, mapping_of, number_of
from tracemark.document import Json, json_text
from tracemark.errors import one_line

FIGURE_KEYS = ("votes", "confidence", "margin", "agreement", "method", "workers", "tie", "problem", "comments")
"""What is said of the main field, beside its name."""

RESPONSE_KEY = "worker-response-ref"
"""Says in metadata where the raw answers are: in a job without a post-annotation function the label itself is empty."""

VERDICT_KEYS = frozenset({*FIGURE_KEYS, MAIN_KEY, FIELDS_KEY})
"""The keys that stand beside the names of fields, so that no main field can be called so."""


@dataclass(frozen=True, slots=True)
class ConsolidatedLabel:
    """A consolidated label; what the post-annotation function does not tell is None or empty.

    `classifier` is the name under which workers answered; built-in classification tells none. `votes` are in falling
    order. `fields` are the verdicts on all fields where the label tells of several, or of one that is no single choice.
    """

    name: str
    classifier: str = ""
    confidence: float | None = None
    votes: Mapping[str, int] = field(default_factory=dict)
    margin: float | None = None
    agreement: float | None = None
    method: str = ""
    is_tied: bool = False
    problem: str = ""
    comments: tuple[str, ...] = ()
    fields: FieldLabels = field(default_factory=FieldLabels)

    @classmethod
    def of_line(
        cls, attributes: Mapping[str, Json], attribute: str, classes: Sequence[str] = ()
    ) -> ConsolidatedLabel | None:
        """Read what a line of an output manifest says under `attribute`.

        `{"<field>": value, "confidence"…}` with a `main_field` where there are several, a plain label, or the index of
        a class with its name in `<attribute>-metadata` and further figures in `<attribute>-figures`; `classes` are the
        names behind the indices where the metadata tell none. Figures of another kind than theirs count as not told.

        Returns:
            None where the line has no label.
        """
        value = attributes.get(attribute)
        return None if value is None else cls._of(value, attributes, attribute, classes)

    @classmethod
    def of_content(cls, content: Mapping[str, Json], attribute: str, classes: Sequence[str] = ()) -> ConsolidatedLabel:
        """Read the content of a consolidated annotation; its figures may also stand beside the label.

        On a line of a manifest such keys are the line's own: see `of_line`.
        """
        return cls._of(content.get(attribute), content, attribute, classes, content)

    @classmethod
    def _of(
        cls,
        value: Json,
        content: Mapping[str, Json],
        attribute: str,
        classes: Sequence[str],
        beside: Mapping[str, Json] | None = None,
    ) -> ConsolidatedLabel:
        own = mapping_of(value)
        metadata, further = (mapping_of(content.get(f"{attribute}-{kind}")) for kind in ("metadata", "figures"))
        figures = {**(beside or {}), **metadata, **further, **own}
        labels, fields = _main_values(own), FieldLabels.of(content, attribute)
        told = {fields.main: fields.by_name[fields.main].value} if fields.main else labels or value
        return cls(
            name=_name(told, metadata, classes),
            classifier=fields.main or (next(iter(labels)) if len(labels) == 1 else ""),
            confidence=number_of(figures.get("confidence")),
            votes=_votes(figures.get("votes")),
            margin=number_of(figures.get("margin")),
            agreement=number_of(figures.get("agreement")),
            method=_text(figures.get("method")),
            is_tied=figures.get("tie") is True,
            problem=_text(figures.get("problem")),
            comments=_texts(figures.get("comments")),
            fields=fields,
        )


def _main_values(label: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return the values of a label by field: of the main field alone where the label tells which that is."""
    main = label.get(MAIN_KEY)
    if isinstance(main, str) and main in label:
        return {main: label[main]}
    return {key: value for key, value in label.items() if key not in VERDICT_KEYS}


def _name(value: Json, metadata: Mapping[str, Json], classes: Sequence[str]) -> str:
    if isinstance(metadata.get("class-name"), str):
        return one_line(metadata["class-name"])
    if isinstance(value, int) and not isinstance(value, bool):
        named = mapping_of(metadata.get("class-map")).get(str(value))
        listed = classes[value] if 0 <= value < len(classes) else str(value)
        return one_line(named if isinstance(named, str) else listed)
    if value == {} and RESPONSE_KEY in metadata:
        return ""
    values = list(value.values()) if isinstance(value, dict) else [value]
    texts = [describe(each) for each in values]
    if values and None not in texts:
        return one_line(", ".join(text for text in texts if text is not None))
    return one_line(json_text(value))


def _votes(value: Json) -> Mapping[str, int]:
    counts = {one_line(label): int(count) for label, count in mapping_of(value).items() if _is_count(count)}
    return dict(sorted(counts.items(), key=lambda vote: -vote[1]))


def _is_count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COUNT


def _text(value: Json) -> str:
    return one_line(value) if isinstance(value, str) else ""


def _texts(value: Json) -> tuple[str, ...]:
    texts = (one_line(text).strip() for text in value if isinstance(text, str)) if isinstance(value, list) else ()
    return tuple(filter(None, texts))
