"""What the environment says of how the service is watched."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tracemark.errors import InvalidConfiguration, quoted
from tracemark_groundtruth.watching.log import LogFormat

LOG = "TRACEMARK_LOG"
METRICS_TOKEN = "TRACEMARK_METRICS_TOKEN"  # noqa: S105 - the variable's name

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{16,512}")


def metrics_token(environ: Mapping[str, str]) -> str | None:
    """Return the token with which the figures of /metrics may be read, None for none.

    Raises:
        InvalidConfiguration: it is too short, or cannot be sent in a header; the error does not quote it.
    """
    token = environ.get(METRICS_TOKEN) or None
    if token is not None and not _TOKEN.fullmatch(token):
        raise InvalidConfiguration(
            f"{METRICS_TOKEN} is no token",
            expected="16 to 512 letters, digits and . _ ~ + / = -",
            remedy="set it to what `openssl rand -hex 32` prints, or unset it",
        )
    return token


def log_format(environ: Mapping[str, str]) -> LogFormat:
    """Return how the log is written: as text, unless TRACEMARK_LOG says otherwise.

    Raises:
        InvalidConfiguration: there is no such format.
    """
    name = environ.get(LOG) or LogFormat.TEXT.value
    try:
        return LogFormat(name)
    except ValueError as error:
        raise InvalidConfiguration(
            f"{LOG} is {quoted(name)}", expected=" or ".join(LogFormat), remedy="correct or unset the variable"
        ) from error
