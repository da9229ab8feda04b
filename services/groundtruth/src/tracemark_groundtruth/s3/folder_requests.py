"""S3's answers for files of folders: reading; every change is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from email.utils import formatdate
from typing import Any
from xml.sax.saxutils import escape

from tracemark_groundtruth.s3.content_types import content_type
from tracemark_groundtruth.s3.folders import Folders, byte_range, chunks

_XML = [("Content-Type", "application/xml")]

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


def is_of_folder(folders: Folders, bucket: str, key: str, environ: Environ) -> bool:
    """Whether a request is about what lies in a folder; every other object of its bucket lies beside it.

    So what is made of the user's files, such as charts, has a place under the same bucket and never among them. A list
    of the bucket shows what lies beside the folder: nobody here lists the user's files by S3.
    """
    if bucket not in folders.places:
        return False
    if key:
        return folders.holds(bucket, key)
    # Without a key it is about the bucket: nobody deletes it, or many objects at once.
    return environ["REQUEST_METHOD"] in ("DELETE", "POST")


def answer_folder(folders: Folders, bucket: str, key: str, environ: Environ, begin: StartResponse) -> Iterable[bytes]:
    """Answer a request for a file of a folder: whole or in part."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return _error(begin, "403 AccessDenied", "this lies in a folder of the user's data, which is only read")
    return _object(folders, bucket, key, environ, begin)


def _object(folders: Folders, bucket: str, key: str, environ: Environ, begin: StartResponse) -> Iterable[bytes]:
    found = folders.open(bucket, key)
    if found is None:
        return _error(begin, "404 NoSuchKey", "the folder has no such file")
    asked = environ.get("HTTP_RANGE", "")
    part = byte_range(asked, found.size) if asked else (0, found.size - 1)
    if part is None:
        found.file.close()
        return _error(begin, "416 InvalidRange", "the file is shorter")
    first, last = part
    headers = [
        ("Content-Type", content_type(key)),
        ("Content-Length", str(last - first + 1)),
        ("ETag", found.etag),
        ("Last-Modified", formatdate(found.modified, usegmt=True)),
        ("Accept-Ranges", "bytes"),
    ]
    if asked:
        headers.append(("Content-Range", f"bytes {first}-{last}/{found.size}"))
    begin("206 Partial Content" if asked else "200 OK", headers)
    if environ["REQUEST_METHOD"] == "HEAD":
        found.file.close()
        return []
    return chunks(found.file, first, last - first + 1)


def _error(begin: StartResponse, code: str, message: str) -> Iterable[bytes]:
    begin(code, _XML)
    return [f"<Error><Code>{code[4:]}</Code><Message>{escape(message)}</Message></Error>".encode()]
