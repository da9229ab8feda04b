"""What the service is told by the options of `tracemark serve` and by the environment."""

from __future__ import annotations

import pytest

from tracemark.errors import InvalidConfiguration
from tracemark_cli.local.serving import SERVE_DEFAULTS, service_settings, trusted_proxies


def test_only_objects_of_the_allowed_buckets_are_shown() -> None:
    found = service_settings("http://127.0.0.1:8000", SERVE_DEFAULTS, {"ALLOWED_BUCKETS": "welds, logs-1"})

    assert found.buckets == frozenset({"welds", "logs-1"})


def test_without_a_list_every_bucket_is_allowed() -> None:
    assert service_settings("http://127.0.0.1:8000", SERVE_DEFAULTS, {}).buckets is None


def test_what_is_no_bucket_is_refused() -> None:
    with pytest.raises(InvalidConfiguration, match="ALLOWED_BUCKETS"):
        service_settings("http://127.0.0.1:8000", SERVE_DEFAULTS, {"ALLOWED_BUCKETS": "Not_A_Bucket"})


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"TRACEMARK_OIDC_ISSUER": "https://login.example.org"}, "TRACEMARK_OIDC_CLIENT_ID is not set"),
        ({"TRACEMARK_OIDC_ISUER": "https://login.example.org"}, "did you mean TRACEMARK_OIDC_ISSUER"),
        ({"TRACEMARK_SECRET_KEY": "short"}, "openssl rand -base64 32"),
        ({"TRACEMARK_AUDIT_DAYS": "for ever"}, "TRACEMARK_AUDIT_DAYS"),
    ],
)
def test_a_wrong_setting_of_people_and_log_is_refused_at_the_start(variables: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidConfiguration, match=words):
        service_settings("http://127.0.0.1:8000", SERVE_DEFAULTS, variables)


@pytest.mark.parametrize(
    ("origin", "host"),
    [("http://192.0.2.7:8000", "192.0.2.7"), ("https://Labels.example.org", "labels.example.org")],
)
def test_the_address_that_is_announced_is_answered(origin: str, host: str) -> None:
    assert host in service_settings(origin, SERVE_DEFAULTS, {}).hosts


def test_an_address_of_ipv6_is_answered_as_requests_write_it() -> None:
    assert "[2001:db8::7]" in service_settings("http://[2001:db8::7]:8000", SERVE_DEFAULTS, {}).hosts


def test_proxies_are_trusted_by_address_or_network() -> None:
    found = trusted_proxies({"TRACEMARK_TRUSTED_PROXIES": " 10.0.0.7, 10.1.0.0/16,2001:db8::/32,"})

    assert found == ("10.0.0.7", "10.1.0.0/16", "2001:db8::/32")
    assert trusted_proxies({}) == ()


@pytest.mark.parametrize("value", ["*", "proxy.example", "10.0.0.1/8", "10.0.0.999"])
def test_a_proxy_that_is_no_address_is_refused(value: str) -> None:
    with pytest.raises(InvalidConfiguration, match="TRACEMARK_TRUSTED_PROXIES"):
        trusted_proxies({"TRACEMARK_TRUSTED_PROXIES": value})
