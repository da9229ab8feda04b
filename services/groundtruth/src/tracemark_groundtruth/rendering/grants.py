"""Links that let a browser read one S3 object for a limited time, made by `grant_read_access`."""

from __future__ import annotations

import hashlib
import hmac
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from tracemark.errors import InvalidUri
from tracemark.storage.s3objects import check_bucket
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.errors import GrantRefused

OBJECTS_PATH = "/objects/"

COMMON_STEP = timedelta(minutes=15)
"""By how much a link may outlast its task, see `common_end`."""

_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)

# Browsers resolve such parts of a path, and proxies may drop empty ones.
_RESOLVED = frozenset({"", ".", ".."})


@dataclass(frozen=True, slots=True)
class ReadGrants:
    """Signs links and checks them. `secret` is shared by all processes of a service.

    `buckets` are those whose objects may be read, None allows all; `origin` goes before the path when a link must
    stand alone (`http://127.0.0.1:8000`).
    """

    secret: bytes = field(repr=False)
    buckets: frozenset[str] | None = None
    origin: str = ""

    def url(self, uri: S3Uri, until: datetime) -> str:
        """Return a link to an object that works until a moment, `/objects/<bucket>/<key>?grant=…`.

        Its path ends in the object's name, for templates that look there for a file's name or type.

        Raises:
            BucketNotAllowed: the bucket is not on the list.
        """
        check_bucket(uri, self.buckets)
        expires = int(until.timestamp())
        # One value only: a link without "&" is the same in an attribute, where it is escaped, and in a script. Without
        # a slash in it, what follows a link's last slash is a name.
        grant = f"{expires}.{self._signature(uri, expires)}"
        return f"{self.origin}{OBJECTS_PATH}{_path(uri)}?grant={grant}"

    def read(self, path: str, query: Mapping[str, str], now: datetime) -> Grant:
        """Return the grant of a link; `path` is what follows `OBJECTS_PATH`, decoded: the object that is asked for.

        The path alone gives no right: the signature in the query must be that of the same object.

        Raises:
            GrantRefused: it was altered, is incomplete, or has expired.
            BucketNotAllowed: the bucket is not on the list any more.
        """
        expires, _, signature = query.get("grant", "").partition(".")
        try:
            uri = S3Uri.parse(f"s3://{path}")
        except InvalidUri as error:
            raise GrantRefused("the link names no S3 object") from error
        if not _SECONDS.fullmatch(expires) or not self._is_signed(uri, int(expires), signature):
            raise GrantRefused("the link was altered, or signed by another service", place=str(uri))
        if now.timestamp() >= int(expires):
            raise GrantRefused("the link has expired", place=str(uri), remedy="load the task again")
        check_bucket(uri, self.buckets)
        return Grant(uri, datetime.fromtimestamp(int(expires), UTC))

    def _is_signed(self, uri: S3Uri, expires: int, signature: str) -> bool:
        return hmac.compare_digest(self._signature(uri, expires).encode(), signature.encode("utf-8", "replace"))

    def _signature(self, uri: S3Uri, expires: int) -> str:
        # A separate key: the one that signs links signs nothing else.
        key = hmac.digest(self.secret, b"grant_read_access", hashlib.sha256)
        return hmac.new(key, f"{expires}\n{uri}".encode(), hashlib.sha256).hexdigest()


def common_end(until: datetime) -> datetime:
    """Return the first whole `COMMON_STEP` (UTC) that is not before a moment.

    Tasks that are lent within one step link to an object that they share by the same address, so a browser that keeps
    it fetches it once.
    """
    step = int(COMMON_STEP.total_seconds())
    return datetime.fromtimestamp(math.ceil(until.timestamp() / step) * step, UTC)


def _path(uri: S3Uri) -> str:
    """Return bucket and key as a path that arrives as it was sent: what would be resolved has its slash escaped."""
    bucket, *parts = f"{uri.bucket}/{uri.key}".split("/")
    return bucket + "".join(f"{'%2F' if part in _RESOLVED else '/'}{quote(part, safe='')}" for part in parts)


@dataclass(frozen=True, slots=True)
class Grant:
    """The right to read one object until a moment (UTC)."""

    uri: S3Uri
    until: datetime
