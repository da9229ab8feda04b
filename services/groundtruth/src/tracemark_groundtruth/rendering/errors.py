"""Errors of templates and of links to S3 objects."""

from __future__ import annotations

from tracemark.errors import DataError, InvalidDocument


class TemplateFailed(InvalidDocument):
    """A worker template is not valid Liquid, uses something unknown, or exceeds a limit."""


class GrantRefused(DataError):
    """A link to an S3 object is altered, incomplete or expired."""
