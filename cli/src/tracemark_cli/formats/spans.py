"""A table with one row for each span on a signal or a text: its times, and the samples of the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from tracemark.contract.field_label import FieldLabel
from tracemark.document import Json
from tracemark.errors import DataError
from tracemark.marks.kind import Kind
from tracemark.marks.mark import Span
from tracemark_cli.formats.samples import Axes, Logs
from tracemark_cli.formats.table import readable, write_csv_rows, write_parquet_rows
from tracemark_cli.formats.verdict_marks import Standing, standing_marks
from tracemark_cli.formats.written import Written, counted
from tracemark_groundtruth.finished.record import Record
from tracemark_plotting.spill import Spill

_TEXT, _NUMBER, _COUNT = pa.string(), pa.float64(), pa.int64()
SCHEMA = pa.schema(
    {
        "object": _TEXT,
        "source": _TEXT,
        "field": _TEXT,
        "kind": _TEXT,
        "label": _TEXT,
        "channel": _TEXT,
        "start": _NUMBER,
        "end": _NUMBER,
        "first_sample": _COUNT,
        "last_sample": _COUNT,
        "confidence": _NUMBER,
        "votes": _COUNT,
        "tie": pa.bool_(),
        "job": _TEXT,
        "sensor_data": _TEXT,
        "log_etag": _TEXT,
        "profile": _TEXT,
        "exported_by": _TEXT,
    }
)
"""The columns, in order; a missing value is null in Parquet and empty in CSV."""

_KINDS = (Kind.SPANS, Kind.ENTITIES)


@dataclass
class SpanTable:
    """Writes the spans of a job; samples are counted in the logs."""

    logs: Logs
    notes: Counter[str] = field(default_factory=Counter)
    objects: int = 0

    def write_csv(self, file: Path, records: Iterable[Record]) -> Written:
        """Write RFC 4180 CSV in UTF-8, no cell of which a spreadsheet executes."""
        write_csv_rows(file, SCHEMA, self._rows(records))
        return Written(self.objects, counted(self.notes))

    def write_parquet(self, file: Path, records: Iterable[Record]) -> Written:
        """Write Parquet."""
        write_parquet_rows(file, SCHEMA, self._rows(records))
        return Written(self.objects, counted(self.notes))

    def _rows(self, records: Iterable[Record]) -> Iterator[Mapping[str, Json]]:
        for record in records:
            found = record.item.verdicts
            told = {name: verdict for name, verdict in found.items() if verdict.kind in _KINDS}
            self.objects += bool(told)
            with Spill() as spill:
                yield from self._rows_of(record, told, spill)

    def _rows_of(self, record: Record, told: Mapping[str, FieldLabel], spill: Spill) -> Iterator[Mapping[str, Json]]:
        axes: Axes | None = None
        for name, verdict in told.items():
            marks, problems = standing_marks(verdict)
            self.notes.update(f"spans left out: {problem}" for problem in problems)
            if marks and axes is None and verdict.kind is Kind.SPANS:
                axes = self._axes(record, spill)
            for mark, standing in marks:
                if isinstance(mark, Span):
                    yield self._row(record, (name, verdict.kind), mark, standing, axes)

    def _axes(self, record: Record, spill: Spill) -> Axes:
        try:
            return self.logs.axes(record, spill)
        except DataError as error:
            self.notes[f"objects without sample numbers: {error.what}"] += 1
            return Axes(())

    def _row(
        self, record: Record, field_of: tuple[str, Kind], span: Span, standing: Standing, axes: Axes | None
    ) -> Mapping[str, Json]:
        name, kind = field_of
        samples = axes.samples(span) if axes and kind is Kind.SPANS else None
        if axes and axes.traces and samples is None:
            self.notes["spans without sample numbers: no sample, or no single channel, is meant"] += 1
        lineage = record.lineage
        values: Mapping[str, Json] = {
            **standing.to_json(),
            "object": record.item.id,
            "source": record.item.source,
            "field": name,
            "kind": kind.value,
            "label": span.label,
            "channel": span.channel or None,
            "start": span.start,
            "end": span.end,
            "first_sample": samples[0] if samples else None,
            "last_sample": samples[1] if samples else None,
            "job": record.job,
            "sensor_data": lineage.sensor_data,
            "log_etag": lineage.log_etag,
            "profile": lineage.profile,
            "exported_by": record.exported_by,
        }
        return {name: readable(values[name]) for name in SCHEMA.names}
