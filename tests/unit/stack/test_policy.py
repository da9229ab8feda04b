"""The bucket's policy while it is emptied."""

from __future__ import annotations

import json

import pytest

from tracemark.document import Node
from tracemark.errors import InvalidDocument
from tracemark_stack.policy import without_writes
from tracemark_stack.request import BucketArn

BUCKET = BucketArn.parse(Node("arn:aws-cn:s3:::welds", "test"))
TLS = {"Sid": "DenyWithoutTls", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
DENIAL = {
    "Sid": "DenyWritesWhileEmptying",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:PutObject",
    "Resource": "arn:aws-cn:s3:::welds/*",
}


def test_what_the_policy_said_stays() -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [TLS]})

    assert json.loads(without_writes(policy, BUCKET)) == {"Version": "2012-10-17", "Statement": [TLS, DENIAL]}


def test_a_bucket_without_policy_gets_one() -> None:
    assert json.loads(without_writes("", BUCKET)) == {"Version": "2012-10-17", "Statement": [DENIAL]}


def test_denying_twice_is_denying_once() -> None:
    once = without_writes(json.dumps({"Version": "2012-10-17", "Statement": [TLS]}), BUCKET)

    assert without_writes(once, BUCKET) == once


def test_a_policy_that_cannot_be_read_is_not_replaced() -> None:
    with pytest.raises(InvalidDocument, match="policy of s3://welds/"):
        without_writes("{", BUCKET)
