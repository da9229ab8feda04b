"""Reading objects of moto's S3 in part, or piece by piece: moto itself reads each whole, for every range of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import FakeKey, s3_backends

from tracemark_groundtruth.s3.folders import byte_range

_PIECE_BYTES = 1024 * 1024
_RANGE = re.compile(r"bytes=(\d+-\d*|-\d+)")

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Header = tuple[str, str]


def reading_in_pieces(application: Application) -> Application:
    """Return moto's application, but for GET of an object that is there: memory holds a piece of it at a time.

    Its headers, and who may not have it, are what moto answers to HEAD.
    """

    def answer(environ: Environ, begin: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or environ["QUERY_STRING"]:
            return application(environ, begin)
        headers = _head(application, environ)
        key = _stored(environ, headers)
        asked = environ.get("HTTP_RANGE", "")
        part = byte_range(asked, key.contentsize) if key and _RANGE.fullmatch(asked) else None
        if key is None or (asked and part is None):
            return application(environ, begin)
        first, last = part or (0, key.contentsize - 1)
        begin("206 Partial Content" if part else "200 OK", _shown(headers, part, key.contentsize))
        return _pieces(key, first, last + 1 - first)

    return answer


def _head(application: Application, environ: Environ) -> list[Header]:
    """Return the headers of an object; none where it is not to be had as it is."""
    begun: list[Any] = []
    whole = {name: value for name, value in environ.items() if name != "HTTP_RANGE"}
    for _ in application({**whole, "REQUEST_METHOD": "HEAD"}, lambda *arguments: begun.append(arguments)):
        pass
    status, headers = begun[-1][:2]
    return list(headers) if str(status).startswith("200") else []


def _stored(environ: Environ, headers: list[Header]) -> FakeKey | None:
    """Return the object that moto spoke of; None where it is another one by now, or there is none."""
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    bucket, _, name = path.removeprefix("/").partition("/")
    found = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets.get(bucket) if headers and name else None
    key = found.keys.get(name) if found else None
    etag = next((value for header, value in headers if header.lower() == "etag"), None)
    return key if isinstance(key, FakeKey) and key.etag == etag else None


def _shown(headers: list[Header], part: tuple[int, int] | None, size: int) -> list[Header]:
    # moto's HEAD gives the checksum of parts as that of the whole, which boto3 then finds wrong.
    kept = [(name, value) for name, value in headers if not name.lower().startswith("x-amz-checksum-")]
    if part is None:
        return kept
    first, last = part
    kept = [(name, value) for name, value in kept if name.lower() != "content-length"]
    return [*kept, ("Content-Length", str(last - first + 1)), ("Content-Range", f"bytes {first}-{last}/{size}")]


def _pieces(key: FakeKey, first: int, count: int) -> Iterator[bytes]:
    """Yield `count` bytes from `first` on; fewer, which its reader sees, where the object is deleted meanwhile."""
    while count > 0:
        with key.lock:
            if key.disposed:
                return
            key._value_buffer.seek(first)
            data = key._value_buffer.read(min(_PIECE_BYTES, count))
        if not data:
            return
        first, count = first + len(data), count - len(data)
        yield data
