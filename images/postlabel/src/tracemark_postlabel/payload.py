"""The payload of a consolidation request: the objects to answer for, in order."""

from __future__ import annotations

import logging

from tracemark.contract.postannotation import AnnotatedObject
from tracemark.document import Node, read_json
from tracemark.errors import DataError, InvalidDocument, ObjectTooLarge
from tracemark.storage.objects import ObjectStore
from tracemark.storage.s3uri import S3Uri

logger = logging.getLogger(__name__)


def read_payload(uri: S3Uri, store: ObjectStore, limit: int) -> list[AnnotatedObject]:
    """Return the entries of a payload of at most `limit` bytes, as often and in the order in which it lists them.

    Raises:
        InvalidDocument: it is not JSON, or not a list.
        ObjectTooLarge: it has more than `limit` bytes; the text says what part of it would fit.
        ObjectMissing, BucketNotAllowed, AccessDenied, StorageUnavailable: it cannot be read.
    """
    document = read_json(_read(uri, store, limit), str(uri))
    if not isinstance(document.value, list):
        # The value is not quoted, unlike elsewhere: it can hold worker ids, and this text is logged.
        raise InvalidDocument(
            "the payload is not a list",
            place=str(uri),
            expected='a list of {"datasetObjectId", "dataObject", "annotations"}',
            remedy="check that payload.s3Uri is the consolidation request that Ground Truth wrote",
        )
    entries = [_entry(node) for node in document.items()]
    return [entry for entry in entries if entry is not None]


def _read(uri: S3Uri, store: ObjectStore, limit: int) -> bytes:
    try:
        return store.read(uri, limit=limit).data
    except ObjectTooLarge as error:
        part = f"about {100 * limit // error.size} % of its objects fit" if error.size else "not all of its objects fit"
        raise ObjectTooLarge(
            f"the payload cannot be read ({error.what})",
            place=str(uri),
            expected=f"at most {limit:,} bytes",
            remedy=f"make the batches smaller: {part} in one; or raise MAX_PAYLOAD_BYTES and the function's memory",
            size=error.size,
        ) from error


def _entry(node: Node) -> AnnotatedObject | None:
    # An answer is addressed by its datasetObjectId. An entry without one cannot be answered, and failing the
    # call for it would take every other object along: it is left out, and the log says so.
    try:
        return AnnotatedObject.parse(node)
    except (DataError, RecursionError):
        logger.error(
            "payload entry has no datasetObjectId and is left out",
            extra={"payload": node.source, "entry": node.path},
        )
        return None
