"""Links to S3 objects: for one object, for a while, by one service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.errors import BucketNotAllowed
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.errors import GrantRefused
from tracemark_groundtruth.rendering.grants import COMMON_STEP, ReadGrants, common_end

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
URI = S3Uri.parse("s3://welds/images/weld 1+ü?#&.png")
GRANTS = ReadGrants(b"s" * 32)


AWKWARD_PARTS = st.sampled_from(
    ["", ".", "..", "%2e", "%2F", "a+b", "?#&;=", "\\", "s3:", "é", "e\u0301", "\u2028", " "]
)
KEYS = st.lists(AWKWARD_PARTS | st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=8), max_size=8).map(
    "/".join
)


def path(url: str) -> str:
    """Return a link's path as a server decodes it, below that of all objects."""
    return unquote(urlsplit(url).path, errors="strict").removeprefix("/objects/")


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def test_a_link_grants_its_object_until_its_moment() -> None:
    url = GRANTS.url(URI, NOW + timedelta(minutes=5))

    grant = GRANTS.read(path(url), query(url), NOW)

    assert (grant.uri, grant.until) == (URI, NOW + timedelta(minutes=5))


def test_a_link_ends_in_the_name_of_its_object() -> None:
    url = GRANTS.url(S3Uri.parse("s3://welds/reports/2026/report 1.pdf"), NOW)

    assert urlsplit(url).path == "/objects/welds/reports/2026/report%201.pdf"
    assert url.rpartition("/")[2].partition("?")[0] == "report%201.pdf"


@given(KEYS.filter(bool))
def test_every_key_survives_its_link_and_no_part_of_the_path_can_be_resolved(key: str) -> None:
    url = GRANTS.url(S3Uri("welds", key), NOW + timedelta(minutes=5))

    parts = urlsplit(url).path.split("/")
    name = key.rpartition("/")[2]

    assert GRANTS.read(path(url), query(url), NOW).uri == S3Uri("welds", key)
    assert url.isascii()
    assert not {part.lower().replace("%2e", ".") for part in parts[1:]} & {"", ".", ".."}
    assert unquote(parts[-1]) == name or name in ("", ".", "..")


@given(KEYS, KEYS)
def test_a_grant_is_worth_nothing_at_the_path_of_another_object(key: str, other: str) -> None:
    url = GRANTS.url(S3Uri("welds", f"a{key}"), NOW + timedelta(minutes=5))

    with pytest.raises(GrantRefused):
        GRANTS.read(f"welds/b{other}", query(url), NOW)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_common_end_cuts_no_task_short_and_is_less_than_a_step_later(until: datetime) -> None:
    end = common_end(until)

    assert timedelta() <= end - until < COMMON_STEP
    assert common_end(end) == end


def test_tasks_that_end_within_a_step_link_to_an_object_by_one_address() -> None:
    ends = [NOW + timedelta(minutes=minutes) for minutes in (0.01, 5, 15, 15.01)]

    links = [GRANTS.url(URI, common_end(end)) for end in ends]

    assert links[0] == links[1] == links[2] != links[3]


@pytest.mark.parametrize("late", [timedelta(minutes=5), timedelta(days=1)])
def test_an_expired_link_is_refused(late: timedelta) -> None:
    url = GRANTS.url(URI, NOW + timedelta(minutes=5))

    with pytest.raises(GrantRefused, match="has expired"):
        GRANTS.read(path(url), query(url), NOW + late)


@pytest.mark.parametrize(
    "change",
    [
        {"path": "welds/images/weld 2.png"},
        {"path": "welds/images//weld 1+ü?#&.png"},
        {"path": "others/images/weld 1+ü?#&.png"},
        {"path": "/etc/passwd"},
        {"path": "welds"},
        {"path": ""},
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
    url = GRANTS.url(URI, NOW + timedelta(minutes=5))
    expires, signature = query(url)["grant"].split(".")
    altered = {"path": path(url), "expires": expires, "signature": signature} | change

    with pytest.raises(GrantRefused):
        GRANTS.read(altered["path"], {"grant": f"{altered['expires']}.{altered['signature']}"}, NOW)


@pytest.mark.parametrize("grant", [{}, {"grant": ""}, {"grant": "."}, {"grant": "1.2"}], ids=str)
def test_a_path_alone_grants_nothing(grant: dict[str, str]) -> None:
    with pytest.raises(GrantRefused, match="altered"):
        GRANTS.read("welds/images/weld.png", grant, NOW)


def test_a_path_that_names_no_object_is_refused() -> None:
    with pytest.raises(GrantRefused, match="names no S3 object"):
        GRANTS.read("welds/", query(GRANTS.url(URI, NOW)), NOW)


def test_a_link_is_the_same_in_an_attribute_and_in_a_script() -> None:
    assert not set(GRANTS.url(URI, NOW)) & set("&<>\"'")


def test_a_link_of_another_service_is_refused() -> None:
    url = ReadGrants(b"t" * 32).url(URI, NOW + timedelta(minutes=5))

    with pytest.raises(GrantRefused, match="signed by another service"):
        GRANTS.read(path(url), query(url), NOW)


def test_a_bucket_outside_the_allow_list_gets_no_link() -> None:
    with pytest.raises(BucketNotAllowed, match="'welds' is not on the allow-list"):
        ReadGrants(b"s" * 32, frozenset({"others"})).url(URI, NOW)


def test_a_link_ends_with_the_leave_of_its_bucket() -> None:
    url = GRANTS.url(URI, NOW + timedelta(minutes=5))

    with pytest.raises(BucketNotAllowed):
        ReadGrants(b"s" * 32, frozenset({"others"})).read(path(url), query(url), NOW)


def test_the_secret_shows_in_no_representation() -> None:
    assert "ssss" not in repr(GRANTS)
