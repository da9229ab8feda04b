"""What the consolidated annotation of one object says, in our style or in that of built-in consolidation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracemark.document import Json
from tracemark_postlabel.built_in import BuiltIn, built_in
from tracemark_postlabel.decided import Decided
from tracemark_postlabel.fields.form import Form
from tracemark_postlabel.names import FIELDS_KEY, FIGURE_KEYS, MAIN_KEY, VERDICT_KEYS
from tracemark_postlabel.settings import ContentStyle


@dataclass(frozen=True, slots=True)
class Wording:
    """How verdicts are written: under the label attribute `attribute`, each value under the name of its field."""

    attribute: str
    form: Form
    style: ContentStyle

    def content(self, found: Decided) -> Mapping[str, Json]:
        """Return what goes into the output manifest line.

        The main field's value stands under its name, its figures beside it. Where the object has answers in other
        fields, or the main one is no single choice, their values stand under their names as well and the figures of
        every field under `fields`.
        """
        said = found.figures()
        figures = {key: said[key] for key in FIGURE_KEYS if key in said}
        if self.style is ContentStyle.TRACEMARK:
            label = {self.form.main.name: found.main.value, **self._values(found)}
            return {self.attribute: {**label, **figures, **self._fields(found)}}
        return self._built_in(found, built_in(self.form.main, found.main), figures)

    def _built_in(self, found: Decided, label: BuiltIn, figures: dict[str, Json]) -> Mapping[str, Json]:
        if "confidence" in label.metadata:
            figures.pop("confidence")
        # Training jobs read what stands under the attribute; all further figures stand beside it, not in it.
        return {
            self.attribute: label.value,
            f"{self.attribute}-metadata": label.metadata,
            f"{self.attribute}-figures": {**figures, **self._values(found), **self._fields(found)},
        }

    def _values(self, found: Decided) -> dict[str, Json]:
        if found.is_plain:
            return {}
        return {name: verdict.value for name, verdict in found.others.items() if name not in VERDICT_KEYS}

    def _fields(self, found: Decided) -> dict[str, Json]:
        if found.is_plain:
            return {}
        verdicts = {self.form.main.name: found.main, **found.others}
        fields: dict[str, Json] = {
            name: {"kind": verdict.kind.value, **verdict.figures()} for name, verdict in verdicts.items()
        }
        for name in VERDICT_KEYS & fields.keys():
            fields[name]["value"] = verdicts[name].value
        return {MAIN_KEY: self.form.main.name, FIELDS_KEY: fields}
