"""The errors of the API."""

from __future__ import annotations

from tracemark.errors import TracemarkError


class ApiError(TracemarkError):
    """The base of all errors of the API; `code` is SageMaker's name, `status` the HTTP status."""

    code = "ValidationException"
    status = 400


class Invalid(ApiError):
    """A request contains a value that is not allowed."""


class InUse(ApiError):
    """The name is already in use."""

    code = "ResourceInUse"


class LimitExceeded(ApiError):
    """There are as many of this kind as the service has room for."""

    code = "ResourceLimitExceeded"


class NotFound(ApiError):
    """There is no resource of this name."""

    code = "ResourceNotFound"


class UnknownOperation(ApiError):
    """The service does not have this operation."""

    code = "UnknownOperationException"


class TooLarge(ApiError):
    """The body of a request exceeds its bound."""

    code = "RequestEntityTooLargeException"
    status = 413


class Unsigned(ApiError):
    """A request carries no signature."""

    code = "MissingAuthenticationTokenException"
    status = 403


class WronglySigned(ApiError):
    """A request is signed with other keys than the service's, or was altered in transit."""

    code = "InvalidSignatureException"
    status = 403


class Stale(ApiError):
    """A request was signed too long ago, or for a time in the future."""

    code = "RequestExpired"
    status = 403


class Unrecognized(ApiError):
    """A request is signed with a key that is not valid here: unknown, revoked, or of a disabled account."""

    code = "UnrecognizedClientException"
    status = 403


class Expired(ApiError):
    """A request is signed with a key whose time is over."""

    code = "ExpiredTokenException"
    status = 403


class Denied(ApiError):
    """The caller's role does not allow the operation."""

    code = "AccessDeniedException"
    status = 403


class Unavailable(ApiError):
    """The service cannot answer now."""

    code = "ServiceUnavailable"
    status = 503
