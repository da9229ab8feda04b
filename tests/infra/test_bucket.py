"""The bucket and its policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Deploy = Callable[..., dict[str, Any]]
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.fixture
def bucket(deploy: Deploy) -> dict[str, Any]:
    properties = deploy()["Resources"]["Bucket"]["Properties"]
    assert isinstance(properties, dict)
    return properties


def test_nothing_in_the_bucket_can_become_public(bucket: dict[str, Any]) -> None:
    assert bucket["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }


def test_the_owner_of_the_bucket_owns_every_object(bucket: dict[str, Any]) -> None:
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_without_a_key_s3_encrypts_with_its_own(bucket: dict[str, Any]) -> None:
    assert bucket["BucketEncryption"] == {
        "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
    }


def test_with_a_key_s3_encrypts_with_this_key(deploy: Deploy) -> None:
    bucket = deploy(KmsKeyArn=KEY)["Resources"]["Bucket"]["Properties"]

    assert bucket["BucketEncryption"] == {
        "ServerSideEncryptionConfiguration": [
            {
                "BucketKeyEnabled": True,
                "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY},
            }
        ]
    }


def test_old_versions_are_kept_and_then_expire(bucket: dict[str, Any]) -> None:
    rules = {rule["Id"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"]}

    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert rules["expire-old-versions"]["Status"] == "Enabled"
    assert rules["expire-old-versions"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert rules["expire-old-versions"]["ExpiredObjectDeleteMarker"] is True


def test_unfinished_uploads_are_aborted(bucket: dict[str, Any]) -> None:
    rules = {rule["Id"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"]}

    assert rules["abort-incomplete-uploads"]["Status"] == "Enabled"
    assert rules["abort-incomplete-uploads"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}


def test_no_rule_expires_a_current_object(bucket: dict[str, Any]) -> None:
    rules = bucket["LifecycleConfiguration"]["Rules"]

    assert [rule for rule in rules if "ExpirationInDays" in rule or "ExpirationDate" in rule] == []


def test_labeling_pages_of_any_host_may_read_what_was_signed_for_them(bucket: dict[str, Any]) -> None:
    (rule,) = bucket["CorsConfiguration"]["CorsRules"]

    assert rule == {
        "Id": "labeling-pages",
        "AllowedMethods": ["GET"],
        "AllowedOrigins": ["*"],
        "AllowedHeaders": ["Range"],
        "ExposedHeaders": ["Access-Control-Allow-Origin", "Accept-Ranges", "Content-Length", "Content-Range"],
        "MaxAge": 3600,
    }


def test_the_bucket_policy_denies_what_comes_without_tls_and_allows_nothing(deploy: Deploy) -> None:
    policy = deploy()["Resources"]["BucketPolicy"]["Properties"]

    assert policy["Bucket"] == "<Bucket>"
    assert policy["PolicyDocument"]["Statement"] == [
        {
            "Sid": "DenyWithoutTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": ["<Bucket.Arn>", "<Bucket.Arn>/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]


def test_an_update_never_takes_the_bucket_away(template: dict[str, Any]) -> None:
    bucket = template["Resources"]["Bucket"]

    assert bucket["UpdateReplacePolicy"] == "Retain"
    assert "BucketName" not in bucket["Properties"]
