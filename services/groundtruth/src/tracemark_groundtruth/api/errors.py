"""Errors as the API answers them."""

from __future__ import annotations

from tracemark.errors import TracemarkError


class ApiError(TracemarkError):
    """The base of all that the API refuses; `code` is SageMaker's name for it, `status` the HTTP status."""

    code = "ValidationException"
    status = 400


class Invalid(ApiError):
    """A request holds a value that is not allowed."""


class InUse(ApiError):
    """There is something of this name already."""

    code = "ResourceInUse"


class NotFound(ApiError):
    """There is nothing of this name."""

    code = "ResourceNotFound"


class UnknownOperation(ApiError):
    """The service does not have this operation."""

    code = "UnknownOperationException"


class Unsigned(ApiError):
    """A request carries no signature."""

    code = "MissingAuthenticationTokenException"
    status = 403


class WronglySigned(ApiError):
    """A request is signed with other keys than the service's, or was altered on its way."""

    code = "InvalidSignatureException"
    status = 403


class Stale(ApiError):
    """A request was signed too long ago, or for a moment to come."""

    code = "RequestExpired"
    status = 403


class Unavailable(ApiError):
    """The service cannot answer now."""

    code = "ServiceUnavailable"
    status = 503
