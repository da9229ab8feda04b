"""Which addresses webhooks may have, and when an event is told again."""

from __future__ import annotations

import pytest

from tracemark.errors import InvalidConfiguration
from tracemark_groundtruth.running.webhook_settings import WebhookSettings
from tracemark_groundtruth.running.webhooks import MAX_ATTEMPTS, MAX_RETRY_SECONDS, retry_seconds, sign

SECRET = "0123456789abcdef0123456789abcdef"
KNOWN = "44480dffba337972875d1dc6241c704e8399acfef8f89003ade522e6f6a155c4"


def parse(urls: str, hosts: str = "", secret: str = SECRET) -> WebhookSettings:
    environ = {
        "TRACEMARK_WEBHOOKS": urls,
        "TRACEMARK_WEBHOOK_HOSTS": hosts,
        "TRACEMARK_WEBHOOK_SECRET": secret,
    }
    return WebhookSettings.parse(environ)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org/labels",
        "https://hooks.example.org:8443/a?b=c",
        "http://127.0.0.1:9000/",
        "http://127.8.9.1",
        "http://localhost/hook",
        "http://[::1]:9000/hook",
    ],
)
def test_events_go_encrypted_or_stay_on_this_machine(url: str) -> None:
    assert parse(url).urls == (url,)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/labels",
        "http://10.0.0.7/",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost.example.org/",
        "http://127.0.0.1.example.org/",
        "http://2130706433/",
        "http://[::ffff:10.0.0.7]/",
        "ftp://hooks.example.org/",
        "file:///etc/passwd",
        "hooks.example.org",
        "https://",
        "https:///path",
        "https://ada:hunter2@hooks.example.org/",
        "https://hooks.example.org/#part",
        "https://hooks.example.org:0/",
        "https://hooks.example.org:port/",
        "https://[::1/",
        "https://hooks.example.org/two words",
        "https://hooks.example.org/" + "x" * 2_100,
        "HTTPS://hooks.example.org/",
    ],
)
def test_every_other_address_is_refused_and_only_its_host_told(url: str) -> None:
    with pytest.raises(InvalidConfiguration, match="address 2 of TRACEMARK_WEBHOOKS") as caught:
        parse(f"https://good.example/T0P-S3CRET,{url}")

    assert "S3CRET" not in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "xxx" not in str(caught.value)


def test_a_host_that_is_allowed_may_be_told_in_the_clear() -> None:
    assert parse("http://Hooks.internal:9000/a", "other, hooks.INTERNAL").urls == ("http://Hooks.internal:9000/a",)


def test_an_address_that_stands_twice_is_told_once() -> None:
    assert parse(" https://a.example/ ,https://b.example/,https://a.example/,").urls == (
        "https://a.example/",
        "https://b.example/",
    )


def test_more_than_eight_are_refused() -> None:
    with pytest.raises(InvalidConfiguration, match="has 9 addresses"):
        parse(",".join(f"https://h{number}.example/" for number in range(9)))


@pytest.mark.parametrize("secret", ["", "too short", SECRET[:-1]])
def test_without_a_long_secret_nothing_is_told(secret: str) -> None:
    with pytest.raises(InvalidConfiguration, match="TRACEMARK_WEBHOOK_SECRET") as caught:
        parse("https://hooks.example.org/", secret=secret)

    assert not secret or secret not in str(caught.value)


def test_without_addresses_there_are_no_webhooks_and_no_secret_is_needed() -> None:
    assert WebhookSettings.parse({}) == WebhookSettings()


def test_the_secret_is_in_no_representation() -> None:
    assert SECRET not in repr(parse("https://hooks.example.org/"))


def test_a_signature_is_hmac_over_moment_and_body() -> None:
    # Computed with: printf '1635788546.{"id": 1}' | openssl dgst -sha256 -hmac weld
    assert sign(b"weld", 1_635_788_546, b'{"id": 1}') == f"t=1635788546,v1={KNOWN}"


def test_the_waits_between_attempts_grow_to_an_hour_and_come_to_an_end() -> None:
    waits = [retry_seconds(attempts) for attempts in range(1, MAX_ATTEMPTS)]

    assert all(0.75 * 5 * 2**number <= wait for number, wait in enumerate(waits[:9]))
    assert max(waits) <= 1.25 * MAX_RETRY_SECONDS
    assert retry_seconds(1_000) <= 1.25 * MAX_RETRY_SECONDS
    assert 1.5 * 3_600 < sum(waits) < 5 * 3_600
