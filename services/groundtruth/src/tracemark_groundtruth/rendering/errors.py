"""What can be wrong with a template or with a link to an S3 object."""

from __future__ import annotations

from tracemark.errors import DataError, InvalidDocument


class TemplateFailed(InvalidDocument):
    """A worker template is not valid Liquid, asks for something unknown, or goes beyond a bound."""


class GrantRefused(DataError):
    """A link to an S3 object is altered, incomplete or expired."""
