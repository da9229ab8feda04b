"""The files of a folder and what each is: photograph, log, sound or film."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath


class Kind(StrEnum):
    """What a file is to an item."""

    PHOTOGRAPH = "photograph"
    LOG = "log"
    AUDIO = "sound"
    VIDEO = "film"


_SUFFIXES = {
    Kind.PHOTOGRAPH: "jpg jpeg jpe jfif png webp gif bmp tif tiff heic heif avif",
    Kind.LOG: "csv tsv tab txt dat log lvm asc prn parquet pq feather arrow ipc xlsx xlsm xls xlsb ods tdms mf4 mdf h5 "
    "hdf5 hdf he5 mat",
    Kind.AUDIO: "wav wave flac ogg oga opus mp3 m4a aac aif aiff",
    Kind.VIDEO: "mp4 m4v mov avi mkv webm mpg mpeg wmv",
}
_KIND_OF = {f".{suffix}": kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_PACKED = (".gz", ".zip")
_NUMBERS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True, order=True)
class FoundFile:
    """A file that can be part of an item; `path` is relative to the folder."""

    path: PurePosixPath
    kind: Kind

    @property
    def stem(self) -> str:
        """The name without the suffixes that say what it is, spelled so that equal names are equal."""
        name = PurePosixPath(self.path.name)
        if name.suffix.lower() in _PACKED:
            name = name.with_suffix("")
        return same_spelling(name.stem if name.suffix.lower() in _KIND_OF else name.name)


@dataclass(frozen=True, slots=True)
class LeftFile:
    """A file that is part of no item, and why."""

    path: str
    reason: str


def kind_of(path: PurePosixPath) -> Kind | None:
    """Return what a file is by its name; one that is packed is what its name without `.gz` or `.zip` says.

    A bare `.zip` may hold one log: it is opened when it is read.
    """
    suffix = path.suffix.lower()
    if suffix in _PACKED:
        return _KIND_OF.get(path.with_suffix("").suffix.lower(), Kind.LOG if suffix == ".zip" else None)
    return _KIND_OF.get(suffix)


def same_spelling(name: str) -> str:
    """Return a name without the differences that nobody sees: case, and letters that are composed or not."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def in_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return what sorts names as people do: `weld 2` before `weld 10`."""
    parts = _NUMBERS.split(name)
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts if part)
