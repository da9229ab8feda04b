"""Zarr version 3 in an uncompressed ZIP file, written front to back: each array is one shard whose place is known.

The format: https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html and its sharding codec. Nothing is compressed
and the chunks of a shard lie in order, so whoever knows where an array begins can compute where each sample lies.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any, cast
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import numpy as np
import numpy.typing as npt

from tracemark.storage.objects import Sink

Array = npt.NDArray[np.float64] | npt.NDArray[np.uint8]

# The earliest moment a ZIP file can tell: the same log gives the same bytes.
_NO_MOMENT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class ArraySpec:
    """What an array is called and what its dimensions are; the first one is that of time.

    path: its place in the hierarchy. tail: the lengths of all dimensions but the first. chunk: entries along the first
    dimension that are read together, or all where there are fewer.
    """

    path: str
    tail: tuple[int, ...]
    dimensions: tuple[str, ...]
    data_type: str
    chunk: int


@dataclass(frozen=True, slots=True)
class Placed:
    """An array that was written: how many entries it has, and at which byte of the file its first one lies."""

    entries: int
    offset: int


class ZarrZip:
    """Writes arrays, then groups; what is written last lies at the end of the file, where a reader begins."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._zip = ZipFile(cast("IO[bytes]", sink), "w", ZIP_STORED)  # of a file it needs no more than a sink has
        self._documents: list[tuple[str, dict[str, Any]]] = []

    def write(self, spec: ArraySpec, pieces: Iterable[Array]) -> Placed:
        """Write an array from pieces along its first dimension; its metadata follow with `finish`."""
        width = math.prod(spec.tail) * np.dtype(spec.data_type).itemsize
        zeros = "/".join("0" for _ in range(len(spec.tail) + 1))
        written = 0
        with self._zip.open(_entry(f"{spec.path}/c/{zeros}"), "w", force_zip64=True) as shard:
            offset = self._sink.tell()
            for piece in pieces:
                data = np.ascontiguousarray(piece, dtype=np.dtype(spec.data_type).newbyteorder("<"))
                written += shard.write(data.tobytes())
            entries = written // width
            chunk = min(spec.chunk, entries)
            chunks = -(-entries // chunk)
            shard.write(bytes(chunks * chunk * width - written))
            shard.write(_index(chunks, chunk * width))
        self._documents.append((spec.path, _array(spec, entries, chunk)))
        return Placed(entries, offset)

    def finish_arrays(self) -> None:
        """Write the metadata of the arrays so far."""
        for path, document in self._documents:
            self._document(path, document)
        self._documents.clear()

    def finish(self, groups: Iterable[str], attributes: dict[str, Any]) -> None:
        """Write what is still missing: the metadata of arrays, of groups, last that of the root with `attributes`."""
        self.finish_arrays()
        for path in groups:
            self._document(path, _group({}))
        self._document("", _group(attributes))
        self._zip.close()

    def _document(self, path: str, document: dict[str, Any]) -> None:
        name = f"{path}/zarr.json" if path else "zarr.json"
        self._zip.writestr(_entry(name), json.dumps(document, separators=(",", ":"), allow_nan=False))


def _entry(name: str) -> ZipInfo:
    return ZipInfo(name, _NO_MOMENT)


def _index(chunks: int, chunk_bytes: int) -> bytes:
    """Return a shard's own index, the offset and length of each chunk."""
    index = np.empty((chunks, 2), dtype="<u8")
    index[:, 0] = np.arange(chunks, dtype=np.uint64) * np.uint64(chunk_bytes)
    index[:, 1] = chunk_bytes
    return index.tobytes()


def _group(attributes: dict[str, Any]) -> dict[str, Any]:
    return {"zarr_format": 3, "node_type": "group", "attributes": attributes}


def _array(spec: ArraySpec, entries: int, chunk: int) -> dict[str, Any]:
    plain = {"name": "bytes", "configuration": {"endian": "little"}}
    sharding = {
        "chunk_shape": [chunk, *spec.tail],
        "codecs": [plain if spec.data_type == "float64" else {"name": "bytes"}],
        "index_codecs": [plain],
        "index_location": "end",
    }
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": [entries, *spec.tail],
        "data_type": spec.data_type,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [-(-entries // chunk) * chunk, *spec.tail]}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": "NaN" if spec.data_type == "float64" else 0,
        "codecs": [{"name": "sharding_indexed", "configuration": sharding}],
        "dimension_names": list(spec.dimensions),
        "attributes": {},
    }
