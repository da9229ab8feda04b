"""Painted masks and instances as PNG files, with an index that says what their pixels mean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tracemark.contract.field_label import FieldLabel
from tracemark.document import Json, json_bytes
from tracemark.errors import InvalidDocument, encodable
from tracemark.marks.kind import Kind
from tracemark.marks.labels import labels_in
from tracemark.marks.mask import MAX_CLASSES, Indices, Mask, color_of, read_painted_instances
from tracemark.marks.png import encoded
from tracemark_cli.formats.verdict_marks import Standing
from tracemark_cli.formats.written import Written, counted
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.finished.record import Record

INDEX = "index.json"

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")


@dataclass
class MaskFolder:
    """Writes one PNG for each mask of a job; `labels` are the classes of all of them, in the order of their values.

    A pixel holds 0 where nothing is painted, else in a mask one more than the place of the class, in instances one more
    than the place of the instance.
    """

    labels: tuple[str, ...]
    folders: dict[str, str] = field(default_factory=dict)
    notes: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, job: FinishedJob) -> MaskFolder:
        """Number the classes of a job: the same in every picture.

        Raises:
            InvalidDocument: there are more than 254 classes.
        """
        used = {
            label
            for item in job.items
            for verdict in item.verdicts.values()
            if verdict.kind is Kind.MASK
            for label in labels_in(verdict.value, verdict.kind)
        }
        labels = tuple(dict.fromkeys((*(name for name in job.classes if name in used), *sorted(used))))
        if len(labels) > MAX_CLASSES:
            raise InvalidDocument(
                f"the masks have {len(labels):,} classes",
                place=f"job {job.name}",
                expected=f"at most {MAX_CLASSES}, the values of a pixel of 8 bits",
                remedy="export with --format parquet and read the output manifest",
            )
        return cls(labels)

    def write(self, folder: Path, records: Iterable[Record]) -> Written:
        """Write `FIELD/OBJECT.png` for each verdict, and `index.json`."""
        folder.mkdir(parents=True, exist_ok=True)
        listed: list[Json] = []
        objects = 0
        for record in records:
            found = record.item.verdicts
            written = [
                entry
                for name, verdict in found.items()
                if verdict.kind in (Kind.MASK, Kind.INSTANCES) and verdict.value
                for entry in self._write(folder, record, name, verdict)
            ]
            objects += bool(written)
            listed += written
        classes: Json = {name: {"value": place, "color": color_of(place - 1)} for place, name in self._numbered()}
        (folder / INDEX).write_bytes(json_bytes({"classes": classes, "masks": listed}) + b"\n")
        return Written(objects, counted(self.notes))

    def _numbered(self) -> Iterable[tuple[int, str]]:
        return enumerate(self.labels, start=1)

    def _write(self, folder: Path, record: Record, name: str, verdict: FieldLabel) -> Sequence[Json]:
        try:
            pixels, instances = self._pixels(verdict)
        except InvalidDocument as error:
            self.notes[f"masks left out: {error.what}"] += 1
            return ()
        file = Path(self._folder(name)) / f"{record.item.id}.png"
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(encoded(pixels, _palette(int(pixels.max(initial=0)))))
        height, width = pixels.shape
        entry: dict[str, Json] = {
            "object": record.item.id,
            "source": record.item.source,
            "image": record.lineage.image,
            "field": encodable(name),
            "kind": verdict.kind.value,
            "file": file.as_posix(),
            "width": width,
            "height": height,
            "confidence": verdict.confidence,
        }
        return [{**entry, "instances": instances} if instances is not None else entry]

    def _pixels(self, verdict: FieldLabel) -> tuple[Indices, Json]:
        if verdict.kind is Kind.MASK:
            return Mask.parse(verdict.value).of(self.labels), None
        labels, pixels = read_painted_instances(verdict.value)
        told = [Standing.of(each).to_json() for each in verdict.value["instances"]]
        numbered = enumerate(zip(labels, told, strict=True), start=1)
        return pixels, [{"value": place, "label": label, **figures} for place, (label, figures) in numbered]

    def _folder(self, name: str) -> str:
        """Return a folder of its own for each field, also where two names differ in what no file name may hold."""
        if name not in self.folders:
            plain = _UNSAFE.sub("_", name)[:80].strip(".") or "_"
            taken = set(self.folders.values())
            number = 2
            found = plain
            while found.lower() in {each.lower() for each in taken}:
                found, number = f"{plain}-{number}", number + 1
            self.folders[name] = found
        return self.folders[name]


def _palette(most: int) -> Indices:
    colors = [(*bytes.fromhex(color_of(place)[1:]), 255) for place in range(most)]
    return np.array([(0, 0, 0, 0), *colors], dtype=np.uint8)
