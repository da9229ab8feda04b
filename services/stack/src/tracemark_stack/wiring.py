"""The function's clients, created on first use and kept for later calls."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import boto3
import urllib3
from botocore.config import Config

from tracemark.storage.s3objects import s3_client
from tracemark_stack.content import BucketContent
from tracemark_stack.stack import CloudFormation

_SAMPLES = Path("/opt/sample-data")  # written by the Dockerfile


@cache
def content() -> BucketContent:
    """Return the function of this process."""
    config = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4})
    return BucketContent(s3_client(), CloudFormation(boto3.client("cloudformation", config=config)), _SAMPLES)


@cache
def http() -> urllib3.PoolManager:
    """Return the connections for answers to CloudFormation."""
    return urllib3.PoolManager()
