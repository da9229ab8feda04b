"""What a request to the portal can lack."""

from __future__ import annotations

from tracemark.errors import DataError


class RequestRefused(DataError):
    """The base of all refusals of a request before anything was done for it."""


class SignInNeeded(RequestRefused):
    """The request carries no session, or one that is over, or the account is disabled."""


class RequestForged(RequestRefused):
    """The request came from another site, or without the token of the page it should have come from."""


class RequestTooLarge(RequestRefused):
    """The body of the request is over its bound."""


class TooManyAttempts(RequestRefused):
    """Sign-in was tried too often with a wrong password."""
