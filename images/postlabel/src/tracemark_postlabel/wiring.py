"""The function's settings, store and policy, created on first use and kept for later calls."""

from __future__ import annotations

import os
from functools import cache

import boto3  # noqa: F401 - in Lambda's init phase, not in the first call

from tracemark.storage.objects import SharedObjects
from tracemark.storage.s3objects import S3Objects, s3_client
from tracemark_postlabel.consolidation.dawid_skene import DawidSkene
from tracemark_postlabel.consolidation.ensemble import Ensemble
from tracemark_postlabel.consolidation.majority import Majority
from tracemark_postlabel.consolidation.policy import Policy
from tracemark_postlabel.consolidation.weighted import Weighted
from tracemark_postlabel.settings import Settings


@cache
def settings() -> Settings:
    """Return the function's settings.

    Raises:
        InvalidConfiguration: an environment variable holds a value that cannot be used.
    """
    return Settings.parse(os.environ)


@cache
def store() -> SharedObjects:
    """Return S3, confined to the allowed buckets."""
    return S3Objects(s3_client(), settings().allowed_buckets)


@cache
def policy() -> Policy:
    """Return the rule by which ballots are decided."""
    rules: dict[str, Policy] = {rule.name: rule for rule in (Ensemble(), Weighted(), Majority(), DawidSkene())}
    return rules[settings().policy]


def reset() -> None:
    """Forget everything, so that the next call reads the environment again."""
    for made in (settings, store, policy):
        made.cache_clear()
