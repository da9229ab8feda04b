"""An S3 object written from front to back while it is made, in parts, of which memory holds one at a time.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tracemark.storage.s3uri import S3Uri

PART_BYTES = 32 * 1024 * 1024
"""10,000 parts, S3's bound, are 300 GB."""

Ask = Callable[[Callable[[], Any]], Any]


@dataclass
class S3Upload:
    """A file without a way back: `write` and `tell`; nothing is to be seen before `finish`, nor after `abort`.

    ask: makes a call of `client` and raises our own errors. headers: the object's `ContentType` and `Metadata`.
    """

    client: Any
    uri: S3Uri
    headers: Mapping[str, Any]
    ask: Ask
    _waiting: bytearray = field(default_factory=bytearray, repr=False)
    _written: int = 0
    _upload_id: str = ""
    _parts: list[dict[str, Any]] = field(default_factory=list)

    def write(self, data: bytes) -> int:
        """Take the next bytes, and send what makes a part."""
        self._waiting += data
        self._written += len(data)
        while len(self._waiting) >= PART_BYTES:
            self._send_part()
        return len(data)

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self._written

    def flush(self) -> None:
        """Do nothing: a part is sent when it is whole."""

    def finish(self) -> None:
        """Make an object of all that was written."""
        if not self._parts:
            body = bytes(self._waiting)
            self.ask(lambda: self.client.put_object(**self._place, Body=body, **self.headers))
            return
        if self._waiting:
            self._send_part()
        whole = {"Parts": self._parts}
        self.ask(
            lambda: self.client.complete_multipart_upload(
                **self._place, UploadId=self._upload_id, MultipartUpload=whole
            )
        )

    def abort(self) -> None:
        """Give up what was sent; where S3 refuses that, the bucket's rule for incomplete uploads does it later."""
        if self._upload_id:
            with suppress(ClientError, BotoCoreError):
                self.client.abort_multipart_upload(**self._place, UploadId=self._upload_id)

    @property
    def _place(self) -> dict[str, str]:
        return {"Bucket": self.uri.bucket, "Key": self.uri.key}

    def _send_part(self) -> None:
        if not self._upload_id:
            begun = self.ask(
                lambda: self.client.create_multipart_upload(**self._place, **self.headers, **self._checksum)
            )
            self._upload_id = str(begun["UploadId"])
        body, number = bytes(self._waiting[:PART_BYTES]), len(self._parts) + 1
        del self._waiting[:PART_BYTES]
        sent = self.ask(
            lambda: self.client.upload_part(**self._place, UploadId=self._upload_id, PartNumber=number, Body=body)
        )
        given = {"ETag": sent["ETag"], "ChecksumCRC32": sent.get("ChecksumCRC32")}  # wanted back, where there is one
        self._parts.append({"PartNumber": number, **{name: value for name, value in given.items() if value}})

    @property
    def _checksum(self) -> dict[str, str]:
        """What an upload has to announce, since boto3 adds it to each part unless it is told not to."""
        adds = self.client.meta.config.request_checksum_calculation == "when_supported"
        return {"ChecksumAlgorithm": "CRC32"} if adds else {}
