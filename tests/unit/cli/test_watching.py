"""What the environment says of how the service is watched."""

from __future__ import annotations

import pytest

from tracemark.errors import InvalidConfiguration
from tracemark_cli.local.serving import SERVE_DEFAULTS, service_settings
from tracemark_cli.local.watching import log_format, metrics_token
from tracemark_groundtruth.watching.log import LogFormat

TOKEN = "0123456789abcdef"


def test_the_token_of_the_figures_is_the_environments() -> None:
    found = service_settings("http://127.0.0.1:8000", SERVE_DEFAULTS, {"TRACEMARK_METRICS_TOKEN": TOKEN})

    assert found.metrics_token == TOKEN
    assert TOKEN not in repr(found)


@pytest.mark.parametrize("environ", [{}, {"TRACEMARK_METRICS_TOKEN": ""}])
def test_without_a_token_there_is_none(environ: dict[str, str]) -> None:
    assert metrics_token(environ) is None


@pytest.mark.parametrize("token", ["short", "with a space, and long enough", "schlüssel-schlüssel", "x" * 513])
def test_a_token_that_cannot_be_one_is_refused_and_not_told(token: str) -> None:
    with pytest.raises(InvalidConfiguration, match="TRACEMARK_METRICS_TOKEN") as caught:
        metrics_token({"TRACEMARK_METRICS_TOKEN": token})

    assert token not in str(caught.value)


@pytest.mark.parametrize(("value", "kind"), [("", LogFormat.TEXT), ("text", LogFormat.TEXT), ("json", LogFormat.JSON)])
def test_the_log_is_text_unless_the_environment_says_json(value: str, kind: LogFormat) -> None:
    assert log_format({"TRACEMARK_LOG": value}) is kind


@pytest.mark.parametrize("value", ["JSON", "xml", "json "])
def test_another_format_of_the_log_is_refused_with_those_there_are(value: str) -> None:
    with pytest.raises(InvalidConfiguration, match=r"TRACEMARK_LOG.*expected text or json"):
        log_format({"TRACEMARK_LOG": value})


def test_webhooks_are_the_environments() -> None:
    environ = {"TRACEMARK_WEBHOOKS": "https://hooks.example.org/a", "TRACEMARK_WEBHOOK_SECRET": 2 * TOKEN}

    found = service_settings("http://127.0.0.1:8000", SERVE_DEFAULTS, environ)

    assert found.webhooks.urls == ("https://hooks.example.org/a",)
    assert TOKEN not in repr(found)
