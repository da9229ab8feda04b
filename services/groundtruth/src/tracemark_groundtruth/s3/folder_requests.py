"""S3's answers for buckets that are folders: reading and listing; every change is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from tracemark_groundtruth.s3.content_types import content_type
from tracemark_groundtruth.s3.folders import Folders, byte_range, chunks

_PAGE = 1_000
_XML = [("Content-Type", "application/xml")]

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


def answer_folder(folders: Folders, bucket: str, key: str, environ: Environ, begin: StartResponse) -> Iterable[bytes]:
    """Answer a request for `key` of a folder's bucket; an empty key is the bucket itself."""
    method = environ["REQUEST_METHOD"]
    if method not in ("GET", "HEAD"):
        return _error(begin, "403 AccessDenied", "this bucket is a folder of the user's data, which is only read")
    if key:
        return _object(folders, bucket, key, environ, begin)
    query = parse_qs(environ["QUERY_STRING"], keep_blank_values=True)
    if method == "HEAD":
        begin("200 OK", _XML)
        return []
    if "location" in query:
        begin("200 OK", _XML)
        return [b"<LocationConstraint>eu-west-1</LocationConstraint>"]
    if query.keys() <= {"list-type", "prefix", "max-keys", "continuation-token", "start-after", "encoding-type"}:
        return _list(folders, bucket, {name: values[0] for name, values in query.items()}, begin)
    return _error(begin, "404 NoSuchConfiguration", "a folder has no such configuration")


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


def _list(folders: Folders, bucket: str, query: dict[str, str], begin: StartResponse) -> Iterable[bytes]:
    after = query.get("continuation-token") or query.get("start-after", "")
    most = min(int(query.get("max-keys", _PAGE)), _PAGE)
    found = []
    for key, status in folders.keys(bucket, query.get("prefix", ""), after):
        if len(found) > most:
            break
        found.append((key, status))
    page, more = found[:most], len(found) > most
    entries = "".join(
        f"<Contents><Key>{escape(key)}</Key><Size>{status.st_size}</Size>"
        f"<LastModified>{datetime.fromtimestamp(status.st_mtime, UTC):%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
        f"<ETag>&quot;{status.st_mtime_ns:x}-{status.st_size:x}&quot;</ETag></Contents>"
        for key, status in page
    )
    token = f"<NextContinuationToken>{escape(page[-1][0])}</NextContinuationToken>" if more and page else ""
    begin("200 OK", _XML)
    return [
        f"<ListBucketResult><Name>{bucket}</Name><KeyCount>{len(page)}</KeyCount><MaxKeys>{most}</MaxKeys>"
        f"<IsTruncated>{str(more).lower()}</IsTruncated>{token}{entries}</ListBucketResult>".encode()
    ]


def _error(begin: StartResponse, code: str, message: str) -> Iterable[bytes]:
    begin(code, _XML)
    return [f"<Error><Code>{code[4:]}</Code><Message>{escape(message)}</Message></Error>".encode()]
