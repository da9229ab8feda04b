"""A line of an output manifest with another label: only what is said of the decided field changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracemark.contract.field_label import FIELDS_KEY, MAIN_KEY
from tracemark.document import Json
from tracemark.errors import quoted
from tracemark_groundtruth.finished.decisions import NewLabel

Attributes = Mapping[str, Json]

_TIE = "tie"
_QUOTED_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Kept:
    """Why a line stays as it is."""

    reason: str


@dataclass(frozen=True, slots=True)
class Relabeling:
    """Writes labels of `field` under the label attribute `attribute`.

    `numbers` are the numbers by which the output manifest knows classes already, where it numbers them.
    """

    attribute: str
    field: str
    numbers: Mapping[str, int]

    def line(self, attributes: Attributes, label: NewLabel) -> Attributes | Kept:
        """Return a line's attributes with the label and its figures in the style in which the line has its own.

        Verdicts on other fields, problem, comments and all other attributes stay.
        """
        value = attributes.get(self.attribute)
        if isinstance(value, dict):
            return self._object(attributes, value, label)
        if isinstance(value, int) and not isinstance(value, bool) and "class-name" in self._metadata(attributes):
            return self._class_index(attributes, label)
        if isinstance(value, str):
            return {**attributes, self.attribute: label.name, **self._beside(attributes, label.figures)}
        return Kept("its label is neither an object nor a class")

    def _object(self, attributes: Attributes, value: Mapping[str, Json], label: NewLabel) -> Attributes | Kept:
        if self.field not in value or value.get(MAIN_KEY, self.field) != self.field:
            return Kept(f"its label is not about {quoted(self.field, _QUOTED_CHARACTERS)}, which the job is about")
        told = {**_updated(value, label.figures), self.field: label.name}
        fields = value.get(FIELDS_KEY)
        if isinstance(fields, dict) and isinstance(fields.get(self.field), dict):
            told[FIELDS_KEY] = {**fields, self.field: _updated(fields[self.field], label.figures)}
        return {**attributes, self.attribute: told}

    def _class_index(self, attributes: Attributes, label: NewLabel) -> Attributes | Kept:
        index = self.numbers.get(label.name)
        if index is None and label.index in self.numbers.values():
            return Kept(f"no number is known for the class {quoted(label.name, _QUOTED_CHARACTERS)}")
        number = label.index if index is None else index
        metadata = {**self._metadata(attributes), "class-name": label.name}
        metadata["confidence"] = round(label.figures["confidence"], 2)
        if isinstance(metadata.get("class-map"), dict):
            metadata["class-map"] = {**metadata["class-map"], str(number): label.name}
        figures = {key: value for key, value in label.figures.items() if key != "confidence"}
        own = {self.attribute: number, f"{self.attribute}-metadata": metadata}
        return {**attributes, **own, **self._beside(attributes, figures)}

    def _beside(self, attributes: Attributes, figures: Mapping[str, Json]) -> Attributes:
        """Return the figures that stand beside the label; a job of a built-in type has none, and gets none."""
        key = f"{self.attribute}-figures"
        told = attributes.get(key)
        return {key: _updated(told, figures)} if isinstance(told, dict) else {}

    def _metadata(self, attributes: Attributes) -> Mapping[str, Json]:
        found = attributes.get(f"{self.attribute}-metadata")
        return found if isinstance(found, dict) else {}


def class_number(attributes: Attributes, attribute: str) -> tuple[str, int] | None:
    """Return the class of a line and its number, None where the line tells none."""
    value, metadata = attributes.get(attribute), attributes.get(f"{attribute}-metadata")
    name = metadata.get("class-name") if isinstance(metadata, dict) else None
    if isinstance(value, bool) or not isinstance(value, int) or not isinstance(name, str):
        return None
    return name, value


def _updated(told: Mapping[str, Json], figures: Mapping[str, Json]) -> dict[str, Json]:
    """Return what was said with new figures; a tie that is none any more goes."""
    return {key: value for key, value in {**told, **figures}.items() if key != _TIE or _TIE in figures}
