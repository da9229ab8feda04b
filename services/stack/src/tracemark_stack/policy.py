"""The bucket's policy while it is being emptied: as before, plus a denial of all writes."""

from __future__ import annotations

import json

from tracemark.document import Json, read_json
from tracemark_stack.request import BucketArn

_SID = "DenyWritesWhileEmptying"


def without_writes(policy: str, bucket: BucketArn) -> str:
    """Return a bucket policy with one more statement; `policy` may be empty, or contain the statement already.

    A denial in the bucket's own policy holds for every role at once, including that of a running job.

    Raises:
        InvalidDocument: the policy is not valid.
    """
    document = read_json(policy, f"policy of {bucket.bucket}") if policy else None
    kept = [statement.value for statement in document["Statement"].items()] if document else []
    others = [statement for statement in kept if statement.get("Sid") != _SID]
    version = document["Version"].text() if document else "2012-10-17"
    return json.dumps({"Version": version, "Statement": [*others, _denial(bucket)]})


def _denial(bucket: BucketArn) -> dict[str, Json]:
    return {
        "Sid": _SID,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",  # parts of multipart uploads and copies included
        "Resource": f"{bucket.arn}/*",
    }
