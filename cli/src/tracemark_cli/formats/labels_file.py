"""`labels.csv`: one row for each item of a folder, with its label so far and its files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tracemark.contract.dataset import Dataset, Log, Media
from tracemark.errors import DataError, InvalidConfiguration, quoted
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.formats.table import harmless
from tracemark_cli.setup.job_folder import JobFolder
from tracemark_cli.setup.scan import LABELS
from tracemark_cli.setup.writing import write_document

COLUMNS = ("item", "label", "confidence", "remark")
KINDS = ("photograph", "log", "audio", "video")

_DOCUMENTS = "dataset/"


@dataclass(frozen=True, slots=True)
class ItemLabel:
    """An item by the `source` of its line; `confidence` is None where it has no label or none is told."""

    source: str
    label: str = ""
    confidence: float | None = None
    remark: str = ""


@dataclass(frozen=True)
class ItemFiles:
    """The names and files of items, read from their documents; each is read once."""

    folder: JobFolder
    _known: dict[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def name(self, source: str) -> str:
        """Return what an item is called: as `init` did, or the source of its line."""
        start = str(self.folder.document(_DOCUMENTS))
        return source.removeprefix(start).removesuffix(".json") if source.startswith(start) else source

    def files(self, source: str) -> Mapping[str, tuple[str, ...]]:
        """Return the files of an item by their kind, relative to the folder of the data; others by their URI.

        A document that is missing or wrong names none: the job says what is wrong with it.
        """
        if source not in self._known:
            self._known[source] = self._read(source)
        return self._known[source]

    def _read(self, source: str) -> Mapping[str, tuple[str, ...]]:
        try:
            uri = S3Uri.parse(source)
            found = Dataset.parse((self.folder.home / self.folder.path(uri)).read_bytes(), source)
        except (DataError, OSError):
            return {}
        lists: tuple[Sequence[Media | Log], ...] = (found.images, found.logs, found.audio, found.video)
        return {kind: tuple(self._path(one.file) for one in each) for kind, each in zip(KINDS, lists, strict=True)}

    def _path(self, uri: S3Uri) -> str:
        return uri.key if uri.bucket == self.folder.name else str(uri)


def labels_file(folder: JobFolder, output: Path | None) -> Path:
    """Return where the labels go: beside the data, or into the folder that the user named instead.

    Raises:
        InvalidConfiguration: there is a file of this name that tracemark did not write.
    """
    file = (output or folder.data) / LABELS
    if file.exists() and not _is_ours(file):
        raise InvalidConfiguration(
            f"{quoted(str(file))} is not a file of labels that tracemark wrote",
            expected=f"no such file, or one that begins with the columns {', '.join(COLUMNS)}",
            remedy="rename it, or name another folder for the job with -o",
        )
    return file


def write_labels(file: Path, labels: Iterable[ItemLabel], items: ItemFiles) -> None:
    """Write the file anew: CSV in UTF-8 with a mark for spreadsheets. Several files of a kind have a column each.

    Raises:
        InvalidConfiguration: it cannot be written, for instance because a spreadsheet holds it open.
    """
    rows = [(one, items.files(one.source)) for one in labels]
    widths = {kind: max((len(files.get(kind, ())) for _, files in rows), default=0) for kind in KINDS}
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, *_columns(widths)])
    for one, files in rows:
        confidence = "" if one.confidence is None else f"{one.confidence:.4f}"
        told = [harmless(items.name(one.source)), harmless(one.label), confidence, harmless(one.remark)]
        writer.writerow([*told, *_cells(widths, files)])
    write_document(file, text.getvalue().encode("utf-8-sig", "backslashreplace"))


def _columns(widths: Mapping[str, int]) -> list[str]:
    return [f"{kind} {n + 1}" if n else kind for kind, width in widths.items() for n in range(width)]


def _cells(widths: Mapping[str, int], files: Mapping[str, Sequence[str]]) -> list[str]:
    padded = ([*files.get(kind, ()), *[""] * width][:width] for kind, width in widths.items())
    return [harmless(path) for paths in padded for path in paths]


def _is_ours(file: Path) -> bool:
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as stream:
            return stream.readline(1_000).startswith(",".join(COLUMNS))
    except OSError:
        return False
