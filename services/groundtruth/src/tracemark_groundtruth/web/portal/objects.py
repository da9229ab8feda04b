"""The endpoint behind `grant_read_access`: streams one S3 object to the holder of a signed link."""

from __future__ import annotations

import mimetypes
import re
from datetime import datetime
from typing import Any
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from urllib3.exceptions import HTTPError

from tracemark.errors import BucketNotAllowed
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.errors import GrantRefused
from tracemark_groundtruth.rendering.grants import OBJECTS_PATH, Grant, ReadGrants
from tracemark_groundtruth.web.portal.downloads import Download, Slots
from tracemark_groundtruth.web.portal.endpoint import Form
from tracemark_groundtruth.web.portal.policy import OBJECT, PREFLIGHT
from tracemark_groundtruth.web.portal.portal import Portal

# Types that a browser may show in a page. All others can only be saved; HTML is excluded on purpose.
SHOWN_TYPES = frozenset(
    {
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "image/svg+xml",
        "audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/webm", "audio/flac",
        "video/mp4", "video/ogg", "video/webm",
        "text/plain", "text/csv", "application/json", "application/pdf",
    }
)  # fmt: skip
_SAVED_TYPE = "application/octet-stream"
_SYNONYMS = {"audio/x-wav": "audio/wav", "image/jpg": "image/jpeg", "image/x-ms-bmp": "image/bmp"}

OBJECT_ROUTE = f"{OBJECTS_PATH}{{object:path}}"
"""The route of what `stream` answers."""

SLOTS = Slots()

_RANGE = re.compile(r"bytes=[0-9]{0,15}-[0-9]{0,15}", re.ASCII)
_REFUSED = {
    403: "S3 refused to read the object.",
    404: "There is no such object.",
    416: "The range is not in the object.",
}


async def allow_ranges(request: Request) -> Response:
    """Answer a browser's question whether the frame of a task may ask for a range; the link itself is checked later."""
    return Response(status_code=204, headers=PREFLIGHT)


def show_object(portal: Portal, request: Request, form: Form) -> Response:
    """Stream the object of a signed link, or the requested range of it."""
    return stream(request, portal.grants, portal.client, portal.now())


def stream(request: Request, grants: ReadGrants, client: Any, now: datetime, slots: Slots = SLOTS) -> Response:
    """Return the object of a request at `OBJECT_ROUTE`; `client` is a boto3 S3 client, `now` is in UTC."""
    try:
        grant = grants.read(request.path_params["object"], request.query_params, now)
    except (GrantRefused, BucketNotAllowed) as error:
        return _refuse(403, f"{error.what}.")
    if not slots.take():
        return _refuse(503, "Too many objects are being read. Try again in a moment.")
    answer = _open(request, grant, client, now, slots)
    if not isinstance(answer, Download):
        slots.give_back()
    return answer


def _open(request: Request, grant: Grant, client: Any, now: datetime, slots: Slots) -> Response:
    asked = request.headers.get("range", "")
    span = {"Range": asked} if _RANGE.fullmatch(asked) else {}
    try:
        stored = client.get_object(Bucket=grant.uri.bucket, Key=grant.uri.key, **span)
    except ClientError as error:
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 502))
        return _refuse(status, _REFUSED[status]) if status in _REFUSED else _refuse(502, "S3 answered with an error.")
    except BotoCoreError:
        return _refuse(502, "S3 did not answer.")
    remaining = int((grant.until - now).total_seconds())
    try:
        return Download(client, grant.uri, stored, _headers(grant, stored, remaining), slots)
    except (BotoCoreError, HTTPError, OSError):
        return _refuse(502, "S3 did not answer.")


def content_type(stored: str, uri: S3Uri) -> str:
    """Return the media type to send: the stored one or that of the file's name, if browsers may show it."""
    guessed, _ = mimetypes.guess_type(uri.name)
    for candidate in (stored.partition(";")[0].strip().lower(), guessed or ""):
        media_type = _SYNONYMS.get(candidate, candidate)
        if media_type in SHOWN_TYPES:
            return media_type
    return _SAVED_TYPE


def _headers(grant: Grant, stored: dict[str, Any], remaining: int) -> dict[str, str]:
    media_type = content_type(str(stored.get("ContentType", "")), grant.uri)
    how = "attachment" if media_type == _SAVED_TYPE else "inline"
    headers = {
        **OBJECT,
        "Content-Type": f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type,
        "Content-Length": str(stored["ContentLength"]),
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(grant.uri.name, safe='')}",
        "Accept-Ranges": "bytes",
        "Cache-Control": f"private, max-age={max(0, remaining)}",
    }
    return headers | ({"Content-Range": str(stored["ContentRange"])} if "ContentRange" in stored else {})


def _refuse(status: int, text: str) -> Response:
    return PlainTextResponse(text, status, headers={**OBJECT, "Cache-Control": "no-store"})
