"""The lines of a Ground Truth input manifest (JSON Lines) and their published limits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tracemark.document import Json, json_text, read_json, unique_keys
from tracemark.errors import InvalidDocument, quoted
from tracemark.storage.s3uri import S3Uri

# https://docs.aws.amazon.com/sagemaker/latest/dg/sms-input-data-input-manifest.html
MAX_LINE_CHARACTERS = 100_000
MAX_ATTRIBUTE_CHARACTERS = 20_000
MAX_OBJECTS = 100_000
MAX_MANIFEST_BYTES = 512 * 1024 * 1024

MAX_LINES = 1_000_000
"""What is read of a manifest here; only a job on AWS has no more than `MAX_OBJECTS`."""


@dataclass(frozen=True, slots=True)
class DataObject:
    """One manifest line: `index` is the 0-based line, `attributes` the whole line, key by key, unchanged."""

    index: int
    attributes: Mapping[str, Json]

    @classmethod
    def parse(cls, line: str, index: int, source: str = "manifest", *, is_input: bool = True) -> DataObject:
        """Parse one line of a manifest; the limits of sizes are those of input manifests.

        Raises:
            InvalidDocument: not a JSON object, neither `source` nor `source-ref`, or over a limit.
        """
        place = f"{source} line {index + 1}"
        if is_input and len(line) > MAX_LINE_CHARACTERS:
            raise InvalidDocument(
                f"the line has {len(line):,} characters",
                place=place,
                expected=f"at most {MAX_LINE_CHARACTERS:,}",
                remedy="move the data to S3 and point to it",
            )
        attributes = read_json(line, place, pairs=unique_keys if is_input else None).mapping()
        for name, value in attributes.items() if is_input else ():
            _check_attribute(place, name, value)
        if not isinstance(attributes.get(source_key(attributes)), str):
            raise InvalidDocument(
                "neither 'source' nor 'source-ref' holds a string",
                place=place,
                expected='{"source": "…"} or {"source-ref": "s3://…"}',
                remedy="add one of the two keys",
            )
        return cls(index, attributes)

    @property
    def id(self) -> str:
        """The `datasetObjectId` under which Ground Truth knows this line."""
        return str(self.index)

    @property
    def source(self) -> str:
        """What the line says under `source`, or else under `source-ref`: an S3 URI or inline text."""
        return str(self.attributes.get(source_key(self.attributes)))

    @property
    def uri(self) -> S3Uri | None:
        """The S3 object that the line points to, or None when it carries inline text."""
        return None if self.is_inline else S3Uri.parse(self.source)

    @property
    def is_inline(self) -> bool:
        """Whether the line carries the object itself, as text."""
        return source_key(self.attributes) == "source" and not self.source.startswith("s3://")

    def to_json(self) -> str:
        """Return the line, without a line break."""
        return json_text(dict(self.attributes))


def source_key(attributes: Mapping[str, Json]) -> str:
    """Return under which key a line has its object: `source`, where that is absent or null `source-ref`.

    A line may have both; AWS's own samples of functions read them in this order.
    """
    return "source-ref" if attributes.get("source") is None else "source"


def manifest_text(data: bytes, source: str) -> str:
    """Return the text of a manifest file.

    Raises:
        InvalidDocument: it is not UTF-8, or holds nothing.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidDocument(
            f"byte {error.start} is not UTF-8",
            place=source,
            expected="JSON Lines in UTF-8",
            remedy="save the manifest as UTF-8",
        ) from error
    if not text.strip():
        raise InvalidDocument(
            "the manifest has no lines", place=source, expected="at least one", remedy="add data objects"
        )
    return text


def read_manifest(text: str, source: str = "manifest", *, is_input: bool = True) -> Iterator[DataObject]:
    r"""Yield the data objects of a manifest in order; lines end in `\n` or `\r\n`, a last empty line is allowed.

    A job may write more on a line than it may be given: the limits of sizes hold for input manifests alone.

    Raises:
        InvalidDocument: for the first line that is wrong, or for more than 1,000,000 lines.
    """
    lines = text.removeprefix("\ufeff").split("\n")
    if lines[-1] == "":
        lines.pop()
    if len(lines) > MAX_LINES:
        raise InvalidDocument(
            f"the manifest has {len(lines):,} lines",
            place=source,
            expected=f"at most {MAX_LINES:,}",
            remedy="split it into several jobs",
        )
    for index, line in enumerate(lines):
        yield DataObject.parse(line.removesuffix("\r"), index, source, is_input=is_input)


def _check_attribute(place: str, name: str, value: Json) -> None:
    if name.startswith("$"):
        raise InvalidDocument(
            f"the attribute name {quoted(name)} starts with '$'", place=place, remedy="rename the attribute"
        )
    size = len(value) if isinstance(value, str) else len(json.dumps(value))
    if size > MAX_ATTRIBUTE_CHARACTERS:
        raise InvalidDocument(
            f"attribute {quoted(name)} has {size:,} characters",
            place=place,
            expected=f"at most {MAX_ATTRIBUTE_CHARACTERS:,}",
            remedy="move the data to S3 and point to it",
        )
