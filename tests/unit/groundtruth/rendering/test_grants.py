"""Links to S3 objects: for one object, for a while, by one service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from tracemark.errors import BucketNotAllowed
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.errors import GrantRefused
from tracemark_groundtruth.rendering.grants import ReadGrants

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
URI = S3Uri.parse("s3://welds/images/weld 1+ü?#&.png")
GRANTS = ReadGrants(b"s" * 32)


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def test_a_link_grants_its_object_until_its_moment() -> None:
    url = GRANTS.url(URI, NOW + timedelta(minutes=5))

    grant = GRANTS.read(query(url), NOW)

    assert urlsplit(url).path == "/objects"
    assert (grant.uri, grant.until) == (URI, NOW + timedelta(minutes=5))


@pytest.mark.parametrize("late", [timedelta(minutes=5), timedelta(days=1)])
def test_an_expired_link_is_refused(late: timedelta) -> None:
    url = GRANTS.url(URI, NOW + timedelta(minutes=5))

    with pytest.raises(GrantRefused, match="has expired"):
        GRANTS.read(query(url), NOW + late)


@pytest.mark.parametrize(
    "change",
    [
        {"uri": "s3://welds/images/weld 2.png"},
        {"uri": "file:///etc/passwd"},
        {"uri": ""},
        {"expires": "99999999999"},
        {"expires": "١٢٣"},
        {"expires": "-1"},
        {"expires": ""},
        {"signature": "0" * 64},
        {"signature": "ü"},
        {"signature": ""},
    ],
    ids=str,
)
def test_an_altered_link_is_refused(change: dict[str, str]) -> None:
    expires, signature, uri = query(GRANTS.url(URI, NOW + timedelta(minutes=5)))["grant"].split(".", 2)
    altered = {"expires": expires, "signature": signature, "uri": uri} | change

    with pytest.raises(GrantRefused):
        GRANTS.read({"grant": ".".join(altered.values())}, NOW)


@pytest.mark.parametrize("grant", [{}, {"grant": ""}, {"grant": "."}, {"grant": "1.2"}], ids=str)
def test_a_link_that_grants_nothing_is_refused(grant: dict[str, str]) -> None:
    with pytest.raises(GrantRefused, match="names no S3 object"):
        GRANTS.read(grant, NOW)


def test_a_link_is_the_same_in_an_attribute_and_in_a_script() -> None:
    assert not set(GRANTS.url(URI, NOW)) & set("&<>\"'")


def test_a_link_of_another_service_is_refused() -> None:
    url = ReadGrants(b"t" * 32).url(URI, NOW + timedelta(minutes=5))

    with pytest.raises(GrantRefused, match="signed by another service"):
        GRANTS.read(query(url), NOW)


def test_a_bucket_outside_the_allow_list_gets_no_link() -> None:
    with pytest.raises(BucketNotAllowed, match="'welds' is not on the allow-list"):
        ReadGrants(b"s" * 32, frozenset({"others"})).url(URI, NOW)


def test_a_link_ends_with_the_leave_of_its_bucket() -> None:
    url = GRANTS.url(URI, NOW + timedelta(minutes=5))

    with pytest.raises(BucketNotAllowed):
        ReadGrants(b"s" * 32, frozenset({"others"})).read(query(url), NOW)


def test_the_secret_shows_in_no_representation() -> None:
    assert "ssss" not in repr(GRANTS)
