"""Refusals of requests to the portal."""

from __future__ import annotations

from tracemark.errors import DataError


class RequestRefused(DataError):
    """The base of all refusals before a request is carried out."""


class SignInNeeded(RequestRefused):
    """The request has no valid session, or the account is disabled."""


class LinkRefused(RequestRefused):
    """The sign-in link was used, altered or is too old, or it was not opened on the service's own machine."""


class RequestForged(RequestRefused):
    """The request came from another site, or without the token of the page it should have come from."""


class RequestTooLarge(RequestRefused):
    """The body of the request exceeds its limit."""


class TooManyAttempts(RequestRefused):
    """Too many sign-in attempts wait for their turn."""
