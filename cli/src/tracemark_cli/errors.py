"""What can go wrong on AWS, and with images."""

from __future__ import annotations

from tracemark.errors import EnvironmentFault


class AwsRefused(EnvironmentFault):
    """An AWS service refused a call, or could not be reached."""


class StackFailed(EnvironmentFault):
    """A stack was not created, updated or deleted."""


class PrerenderFailed(EnvironmentFault):
    """An execution ended without having drawn enough lines."""


class ImageFailed(EnvironmentFault):
    """An image could not be built, found or pushed."""
