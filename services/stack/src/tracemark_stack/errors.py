"""Errors of the stack's function, beyond the shared ones."""

from __future__ import annotations

from tracemark.errors import EnvironmentFault


class BucketNotEmpty(EnvironmentFault):
    """Time ran out before everything was removed."""


class DataKept(EnvironmentFault):
    """The bucket contains data, and the stack's KeepData is true."""


class DeletionRefused(EnvironmentFault):
    """S3 repeatedly refused to delete an object."""


class AnswerNotDelivered(EnvironmentFault):
    """CloudFormation did not accept the answer to its request."""


class StackUnknown(EnvironmentFault):
    """CloudFormation did not return the state of the stack."""
