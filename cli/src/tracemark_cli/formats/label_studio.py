"""Label Studio's tasks: the label as annotation, the votes as predictions, the lineage as metadata."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from tracemark.document import Json, json_bytes
from tracemark_cli.formats.groundtruth import lineage_json
from tracemark_cli.formats.label_studio_fields import FieldResults
from tracemark_groundtruth.finished.record import Record

_CONTROL, _IMAGE = "label", "image"


def write(file: Path, records: Iterable[Record], classes: Sequence[str], fields: FieldResults | None = None) -> int:
    """Write a JSON array with a task for each object, as Label Studio imports it, and return how many.

    `fields` are those of a job with several questions, or with one that is no single choice. The labeling interface
    that the tasks are for goes beside the file, as `.xml`.
    """
    written = 0
    with file.open("wb") as stream:
        stream.write(b"[")
        for written, record in enumerate(records, start=1):
            stream.write((b",\n" if written > 1 else b"\n") + json_bytes(_task(written, record, fields)))
        stream.write(b"\n]\n")
    interface = fields.interface() if fields else labeling_config(classes)
    file.with_suffix(".xml").write_text(interface, encoding="utf-8")
    return written


def labeling_config(classes: Sequence[str]) -> str:
    """Return the labeling interface for the tasks, for a project's settings."""
    choices = "\n".join(f"    <Choice value={quoteattr(name)}/>" for name in classes)
    return (
        f'<View>\n  <Image name="{_IMAGE}" value="$image"/>\n'
        f'  <Choices name="{_CONTROL}" toName="{_IMAGE}" choice="single">\n{choices}\n  </Choices>\n</View>\n'
    )


def _task(number: int, record: Record, fields: FieldResults | None) -> Json:
    """Return a task. Importing ignores its numbers; Label Studio's converter of exported tasks cannot do without."""
    item = record.item
    cast = sum(item.votes.values())
    choice = fields.choice if fields else _choice
    results = _results(record, fields)
    return {
        "id": number,
        "data": {
            "image": record.lineage.image or item.source,
            "plots": list(record.lineage.plots),
            "source": item.source,
            "object": item.id,
            **({"signal": record.lineage.sensor_data, "text": item.source} if fields else {}),
        },
        "annotations": [{"id": number, "result": results, "ground_truth": False}] if results else [],
        "predictions": [
            {"model_version": "votes", "score": count / cast, "result": [choice(label)]}
            for label, count in item.votes.items()
            if cast
        ],
        "meta": {
            **lineage_json(record),
            "confidence": record.confidence,
            "tie": item.is_tied,
            "remark": item.remark,
            "comments": list(item.comments),
        },
    }


def _results(record: Record, fields: FieldResults | None) -> list[Json]:
    if fields:
        return fields.results(record.item.verdicts)
    return [_choice(record.label)] if record.label else []


def _choice(label: str) -> Json:
    return {"from_name": _CONTROL, "to_name": _IMAGE, "type": "choices", "value": {"choices": [label]}}
