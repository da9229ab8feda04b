"""What can be wrong with a template or with a link to an S3 object."""

from __future__ import annotations

from tracemark.errors import DataError


class TemplateFailed(DataError):
    """A worker template is no Liquid, asks for something unknown, or goes beyond a bound."""


class GrantRefused(DataError):
    """A link to an S3 object is altered, incomplete or expired."""


class ScriptNotBuilt(DataError):
    """A script for browsers is missing: it is built from `ui/`, not kept in the repository."""
