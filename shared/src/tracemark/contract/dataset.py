"""The dataset document that a manifest line points to: what belongs to one item, and how it is to be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from tracemark.contract.categories import Categories
from tracemark.document import Node, read_json
from tracemark.errors import InvalidDocument, quoted
from tracemark.storage.s3uri import S3Uri

MAX_DATASET_BYTES = 256 * 1024
MAX_FILES = 24
"""The most logs, images, recordings and films of an item, each."""
MAX_NOTES = 20
MAX_NOTE_CHARACTERS = 500
MAX_TITLE_CHARACTERS = 200
MAX_OFFSET_SECONDS = 1e9

_KEYS = ("sensor_data", "image", "audio", "video", "profile", "labels", "notes")
_FILE_KEYS = ("s3Path", "title")
_LOG_KEYS = (*_FILE_KEYS, "profile", "offset")
_SHOWN = ("sensor_data", "image", "audio", "video")
# What `difflib` calls close: `imag` and `images` are, `operator` and `etag` are not.
_CLOSE = 0.8

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Media:
    """An image, a recording or a film; `title` is empty where the document gives none."""

    file: S3Uri
    title: str = ""

    @classmethod
    def parse(cls, node: Node) -> Media:
        """Read `{"s3Path", "title"?}`; further keys are ignored, misspelt ones refused.

        Raises:
            InvalidDocument, InvalidUri: it is something else.
        """
        _refuse_misspelt(node, _FILE_KEYS)
        return cls(node["s3Path"].uri(), _title(node))

    @property
    def name(self) -> str:
        """The title, or else the name of the file."""
        return self.title or self.file.name


@dataclass(frozen=True, slots=True)
class Log:
    """A sensor log; `profile` is None when the function's default holds.

    offset: seconds that are added to the times of this log, whose clock is its own.
    """

    file: S3Uri
    title: str = ""
    profile: S3Uri | None = None
    offset: float = 0.0

    @classmethod
    def parse(cls, node: Node, profile: S3Uri | None = None) -> Log:
        """Read `{"s3Path", "title"?, "profile"?: {"s3Path"}, "offset"?}`; `profile` holds where it names none.

        Raises:
            InvalidDocument, InvalidUri: it is something else.
        """
        _refuse_misspelt(node, _LOG_KEYS)
        own, offset = node.get("profile"), node.get("offset")
        return cls(
            node["s3Path"].uri(),
            _title(node),
            own["s3Path"].uri() if own else profile,
            offset_seconds(offset) if offset else 0.0,
        )

    @property
    def name(self) -> str:
        """The title, or else the name of the file."""
        return self.title or self.file.name


@dataclass(frozen=True, slots=True)
class Dataset:
    """One item to label, each list in the order of the document; `labels` is None when the job's categories hold."""

    logs: tuple[Log, ...] = ()
    images: tuple[Media, ...] = ()
    audio: tuple[Media, ...] = ()
    video: tuple[Media, ...] = ()
    notes: tuple[str, ...] = ()
    labels: Categories | None = None

    @classmethod
    def parse(cls, data: bytes, source: str) -> Dataset:
        """Read `{"sensor_data"?, "image"?, "audio"?, "video"?, "profile"?, "labels"?: [names], "notes"?: [texts]}`.

        The first four are each one `{"s3Path"}` or a list of such, at least one of them is there; `profile` is
        `{"s3Path"}` and holds for logs that name none. Further keys are ignored, misspelt ones refused.

        Raises:
            InvalidDocument: not JSON, nothing to show, a misspelt key, or a value of the wrong type.
            InvalidUri: a path is not an S3 URI.
        """
        document = read_json(data, source)
        _refuse_misspelt(document, _KEYS)
        profile, labels, notes = (document.get(key) for key in ("profile", "labels", "notes"))
        default = profile["s3Path"].uri() if profile else None
        found = cls(
            logs=_each(document, "sensor_data", lambda node: Log.parse(node, default)),
            images=_each(document, "image", Media.parse),
            audio=_each(document, "audio", Media.parse),
            video=_each(document, "video", Media.parse),
            notes=_notes(notes) if notes else (),
            labels=Categories.parse(labels) if labels else None,
        )
        _check(found, source)
        return found


def offset_seconds(node: Node) -> float:
    """Read how many seconds are added to the times of a log.

    Raises:
        InvalidDocument: it is no number, or beyond a billion.
    """
    found = node.number()
    return found if abs(found) <= MAX_OFFSET_SECONDS else node.refuse("seconds to add to the times of the log")


def _each(document: Node, key: str, parse: Callable[[Node], T]) -> tuple[T, ...]:
    node = document.get(key)
    if node is None:
        return ()
    if not isinstance(node.value, list):
        return (parse(node),)
    if len(node.value) > MAX_FILES:
        node.refuse(f"at most {MAX_FILES} entries (it has {len(node.value):,})")
    return tuple(parse(each) for each in node.items())


def _title(node: Node) -> str:
    title = node.get("title")
    if title is None:
        return ""
    text = title.text()
    return text if len(text) <= MAX_TITLE_CHARACTERS else title.refuse(f"at most {MAX_TITLE_CHARACTERS} characters")


def _notes(node: Node) -> tuple[str, ...]:
    texts = (node.text(),) if isinstance(node.value, str) else node.texts()
    if len(texts) > MAX_NOTES or any(len(text) > MAX_NOTE_CHARACTERS for text in texts):
        node.refuse(f"at most {MAX_NOTES} texts of at most {MAX_NOTE_CHARACTERS} characters")
    return texts


def _refuse_misspelt(node: Node, known: tuple[str, ...]) -> None:
    for key in node.mapping():
        near = () if key in known else get_close_matches(key, known, n=1, cutoff=_CLOSE)
        if near:
            where = f" in {quoted(node.path)}" if node.path else ""
            raise InvalidDocument(
                f"the key {quoted(key)}{where} is unknown",
                place=node.source,
                expected=f"{quoted(near[0])}, the nearest known key",
                remedy="correct the key; one key holds one file or a list of them",
            )


def _check(found: Dataset, source: str) -> None:
    if not (found.logs or found.images or found.audio or found.video):
        raise InvalidDocument(
            "it names nothing to show",
            place=source,
            expected=f"at least one of the keys {', '.join(_SHOWN)}",
            remedy='add one, such as "image": {"s3Path": "s3://…"}',
        )
    twice = [file for file, count in Counter(log.file for log in found.logs).items() if count > 1]
    if twice:
        raise InvalidDocument(
            f"the log {twice[0]} is listed twice",
            place=source,
            expected="each log once: its charts would overwrite each other",
            remedy="list it once, with a profile that names all its channels",
        )
