"""The function's surroundings, made on first use and kept for the calls that follow."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import boto3
import urllib3
from botocore.config import Config

from tracemark.storage.s3objects import s3_client
from tracemark_stack.content import BucketContent
from tracemark_stack.stack import CloudFormation

_SAMPLES = Path("/opt/sample-data")  # the Dockerfile puts them there


@cache
def content() -> BucketContent:
    """Return the function of this process."""
    patience = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4})
    return BucketContent(s3_client(), CloudFormation(boto3.client("cloudformation", config=patience)), _SAMPLES)


@cache
def http() -> urllib3.PoolManager:
    """Return the connections by which CloudFormation is answered."""
    return urllib3.PoolManager()
