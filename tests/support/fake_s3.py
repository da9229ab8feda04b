"""A boto3 S3 client in memory, as far as the portal uses one."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError
from botocore.response import StreamingBody


def _heard(*_: object, **__: object) -> None:
    """Take somebody who wants to hear."""


@dataclass(eq=False)  # a client is itself, whatever it holds
class MemoryS3:
    """Objects by URI: bytes and content type; a status stored in place of an object is what S3 answers."""

    objects: dict[str, tuple[bytes, str] | int] = field(default_factory=dict)

    @property
    def meta(self) -> Any:
        """Where a boto3 client takes those who want to hear of its calls; this one has no failures to tell of."""
        return SimpleNamespace(events=SimpleNamespace(register=_heard, unregister=_heard))

    def get_object(self, Bucket: str, Key: str, Range: str = "", IfMatch: str = '"e"') -> dict[str, Any]:
        found = self.objects.get(f"s3://{Bucket}/{Key}", 404)
        if isinstance(found, int):
            code = "NoSuchKey" if found == 404 else "AccessDenied" if found == 403 else "InternalError"
            answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": found}}
            raise ClientError(answer, "GetObject")
        assert IfMatch == '"e"', "what was begun is read on"
        data, content_type = found
        answer = {"ContentType": content_type, "ETag": '"e"'}
        if Range:
            first, last = _ends(Range, len(data))
            answer["ContentRange"] = f"bytes {first}-{last}/{len(data)}"
            data = data[first : last + 1]
        return answer | {"Body": StreamingBody(io.BytesIO(data), len(data)), "ContentLength": len(data)}


def _ends(asked: str, size: int) -> tuple[int, int]:
    """Return the first and the last byte of a range, as S3 does: `bytes=-5` are the last five, or all there are."""
    first, last = re.fullmatch(r"bytes=([0-9]*)-([0-9]*)", asked).groups()  # type: ignore[union-attr]
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last or size), size - 1)
