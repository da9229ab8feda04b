"""The errors that only the content of a stack's bucket can have; all others are the shared ones."""

from __future__ import annotations

from tracemark.errors import EnvironmentFault


class BucketNotEmpty(EnvironmentFault):
    """Time ran out before everything was removed."""


class DataKept(EnvironmentFault):
    """The bucket holds data, and the stack was told to keep them."""


class DeletionRefused(EnvironmentFault):
    """S3 would not remove an object, again and again."""


class AnswerNotDelivered(EnvironmentFault):
    """CloudFormation could not be told what became of its request."""


class StackUnknown(EnvironmentFault):
    """CloudFormation did not say what it is doing with the stack."""
