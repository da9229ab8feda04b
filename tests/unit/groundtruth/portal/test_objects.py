"""S3 objects behind signed links: streamed as what they are, refused without a valid link."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from support.fake_s3 import MemoryS3
from support.live_server import serving
from support.portal_client import ORIGIN, Browser, Clock
from support.waiting import PATIENCE_SECONDS

from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.rendering.grants import ReadGrants
from tracemark_groundtruth.watching.watch import Unwatched
from tracemark_groundtruth.web.portal.app import guards
from tracemark_groundtruth.web.portal.objects import content_type
from tracemark_groundtruth.web.settings import WebSettings

KEY = "images/weld 1 ü?#.png"
URI = S3Uri("welds", KEY)


@dataclass
class Noted(Unwatched):
    """Keeps the routes that it is told of."""

    routes: list[str] = field(default_factory=list)

    def note_request(self, route: str, status: int, seconds: float) -> None:
        self.routes.append(route)


@pytest.fixture
def link(s3: MemoryS3, settings: WebSettings, clock: Clock) -> str:
    s3.objects[str(URI)] = (b"0123456789", "image/png")
    return ReadGrants(settings.secret).url(URI, clock.now() + timedelta(minutes=10))


def test_a_link_shows_its_object_without_a_session(browser: Browser, link: str) -> None:
    response = browser.get(link)

    assert (response.status_code, response.content) == (200, b"0123456789")
    assert response.headers["content-type"] == "image/png"


def test_an_object_is_never_run(browser: Browser, link: str) -> None:
    policy = browser.get(link).headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert "allow-scripts" not in policy


def test_a_part_of_an_object_can_be_asked_for(browser: Browser, link: str) -> None:
    response = browser.get(link, Range="bytes=2-5")

    assert (response.status_code, response.content) == (206, b"2345")
    assert response.headers["content-range"] == "bytes 2-5/10"


@pytest.mark.parametrize(("last", "part"), [(3, b"789"), (50, b"0123456789")])
def test_the_last_bytes_can_be_asked_for(browser: Browser, link: str, last: int, part: bytes) -> None:
    response = browser.get(link, Range=f"bytes=-{last}")

    assert (response.status_code, response.content) == (206, part)


def test_tasks_that_follow_each_other_link_to_a_shared_object_by_one_whole_address(
    anna: Browser, s3: MemoryS3, clock: Clock, link: str
) -> None:
    s3.objects["s3://welds/templates/weld.html"] = (f"{{{{ '{URI}' | grant_read_access }}}}".encode(), "text/html")
    first = anna.start()
    clock.pass_by(timedelta(minutes=2))
    second = anna.submit(first).json()["location"].partition("?")[0]

    links = [
        re.findall(r"http://127\.0\.0\.1:8000/objects/welds/images/[^\s<]+", anna.get(f"{task}/frame").text)
        for task in (first, second)
    ]
    shown = anna.get(links[1][0])

    assert first != second
    assert len(links[0]) == 1
    assert links[0] == links[1]
    assert shown.content == b"0123456789"
    assert shown.headers["cache-control"] == "private, max-age=780"


def test_the_frame_of_a_task_may_see_which_part_it_was_given(browser: Browser, link: str) -> None:
    headers = browser.get(link, Range="bytes=2-5").headers

    exposed = set(headers["access-control-expose-headers"].split(", "))
    assert headers["access-control-allow-origin"] == "*"
    assert {"Content-Range", "Accept-Ranges", "Content-Length"} <= exposed


def test_the_frame_of_a_task_may_ask_for_ranges(browser: Browser, link: str) -> None:
    asked = {"Origin": "null", "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}

    response = browser.client.options(link, headers=asked)

    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "*"
    assert "Range" in response.headers["access-control-allow-headers"]


def test_an_expired_link_shows_nothing(browser: Browser, link: str, clock: Clock) -> None:
    clock.pass_by(timedelta(minutes=10))

    assert browser.get(link).status_code == 403


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("welds", "others"),
        ("weld%201", "weld%202"),
        ("images/", ""),
        ("images/", "images//"),
        (".png", ".pn"),
        (".png", ".png/"),
        ("grant=1", "grant=2"),
        ("grant=1", "grant=1.1"),
        ("?grant", "?granted"),
    ],
)
def test_an_altered_link_shows_nothing(browser: Browser, link: str, old: str, new: str) -> None:
    assert old in link

    assert browser.get(link.replace(old, new)).status_code == 403


def test_the_grant_of_one_object_shows_no_other(
    browser: Browser, link: str, s3: MemoryS3, settings: WebSettings, clock: Clock
) -> None:
    other = S3Uri("welds", "images/weld 2.png")
    s3.objects[str(other)] = (b"other", "image/png")
    others = ReadGrants(settings.secret).url(other, clock.now() + timedelta(minutes=10))
    mixed = f"{others.partition('?')[0]}?{link.partition('?')[2]}"

    response = browser.get(mixed)

    assert (browser.get(others).status_code, response.status_code) == (200, 403)
    assert "altered" in response.text


def test_a_path_without_a_grant_shows_nothing(browser: Browser, link: str) -> None:
    assert browser.get(link.partition("?")[0]).status_code == 403


@pytest.mark.parametrize("key", ["a/%41+ü?#&;=.png", "../a//b/./c/..", "/a\\b", "a/", "\u2028", "%2e%2e/a", "..\\a"])
def test_every_key_arrives_as_it_was_granted(
    app: Starlette, s3: MemoryS3, settings: WebSettings, clock: Clock, key: str
) -> None:
    uri = S3Uri("welds", key)
    s3.objects[str(uri)] = (b"the object", "image/png")
    link = ReadGrants(settings.secret).url(uri, clock.now() + timedelta(minutes=10))

    with serving(app) as url, closing(HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_SECONDS)) as client:
        client.request("GET", link)
        answer = client.getresponse()

        assert (answer.status, answer.read()) == (200, b"the object")


def test_the_labels_of_objects_are_routes_whatever_is_asked_for(
    app: Starlette, settings: WebSettings, link: str
) -> None:
    watch = Noted()
    with TestClient(Starlette(routes=app.routes, middleware=guards(settings, watch)), base_url=ORIGIN) as client:
        for path in (link, "/objects/a/b", "/objects/c/d?grant=1"):
            client.get(path)
        client.options(link)

    assert set(watch.routes) == {"GET /objects/{object:path}", "OPTIONS /objects/{object:path}"}


@pytest.mark.parametrize(("stored", "status"), [(404, 404), (403, 403), (500, 502)])
def test_what_s3_refuses_is_refused(browser: Browser, link: str, s3: MemoryS3, stored: int, status: int) -> None:
    s3.objects[str(URI)] = stored

    assert browser.get(link).status_code == status


@pytest.mark.parametrize(
    ("stored", "key", "shown"),
    [
        ("image/png", "a", "image/png"),
        ("IMAGE/PNG; charset=x", "a", "image/png"),
        ("binary/octet-stream", "a.jpg", "image/jpeg"),
        ("image/svg+xml", "a.svg", "image/svg+xml"),
        ("text/html", "a.html", "application/octet-stream"),
        ("text/html", "a.png", "image/png"),
        ("application/xhtml+xml", "a", "application/octet-stream"),
        ("text/javascript", "a.js", "application/octet-stream"),
        ("", "log.csv", "text/csv"),
        ("", "", "application/octet-stream"),
    ],
)
def test_only_listed_types_are_shown(stored: str, key: str, shown: str) -> None:
    assert content_type(stored, S3Uri("welds", key)) == shown


def test_an_unlisted_type_can_only_be_saved(
    browser: Browser, s3: MemoryS3, settings: WebSettings, clock: Clock
) -> None:
    page = S3Uri("welds", 'a"b.html')
    s3.objects[str(page)] = (b"<script>", "text/html")

    response = browser.get(ReadGrants(settings.secret).url(page, clock.now() + timedelta(minutes=10)))

    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"] == "attachment; filename*=UTF-8''a%22b.html"
