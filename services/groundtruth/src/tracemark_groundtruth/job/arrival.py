"""Objects that are appended to a running job, and what tells a repeated one from a new one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tracemark.contract.manifest import DataObject
from tracemark.document import Json
from tracemark.errors import InvalidDocument, encodable, quoted

KEY_ATTRIBUTE = "dataset-objectid-attribute-name"
"""The attribute of a line that names the attribute with its deduplication id, as in messages to a streaming job."""

# https://docs.aws.amazon.com/sagemaker/latest/dg/sms-streaming-impotency-create.html
MAX_KEY = 140
MAX_ID = 1_024
_KEY = re.compile(r"[$a-zA-Z0-9](-*[a-zA-Z0-9])*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An object to append; `dedup_id` is None where its content tells whether it is there already."""

    line: DataObject
    dedup_id: str | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of the line, in hexadecimal."""
        return _sha256(self.line.to_json())

    @property
    def key(self) -> str | None:
        """The SHA-256 of the deduplication id, in hexadecimal."""
        return None if self.dedup_id is None else _sha256(self.dedup_id)


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of objects: how many were added, and how many the job had already."""

    added: int = 0
    duplicates: int = 0

    def __add__(self, other: Appended) -> Appended:
        return Appended(self.added + other.added, self.duplicates + other.duplicates)


def own_id(line: DataObject, place: str) -> str | None:
    """Return the deduplication id that a line names itself, None for a line that names none.

    Raises:
        InvalidDocument: the name is not allowed, or no text of 1 to 1,024 characters that UTF-8 can hold is under it.
    """
    key = line.attributes.get(KEY_ATTRIBUTE)
    if key is None:
        return None
    if not isinstance(key, str) or len(key) > MAX_KEY or not _KEY.fullmatch(key):
        raise _refusal(place, KEY_ATTRIBUTE, key, f"the name of an attribute, at most {MAX_KEY} characters")
    return f"own:{key}:{_id(line.attributes, key, place)}"


def _id(attributes: Mapping[str, Json], key: str, place: str) -> str:
    found = attributes.get(key)
    if not isinstance(found, str) or not 1 <= len(found) <= MAX_ID or encodable(found) != found:
        raise _refusal(place, key, found, f"the object's deduplication id, 1 to {MAX_ID:,} characters of UTF-8")
    return found


def _refusal(place: str, key: str, value: Json, expected: str) -> InvalidDocument:
    return InvalidDocument(
        f"attribute {quoted(key)} holds {quoted(value)}", place=place, expected=expected, remedy="correct the object"
    )


def _sha256(text: str) -> str:
    # SNS and S3 may name a message by any text.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
