"""The durable embedded S3: what was answered is in the folder, and what cannot be is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from tracemark_groundtruth.s3.embedded import EmbeddedS3


@pytest.fixture
def s3(folder: Path) -> Iterator[EmbeddedS3]:
    with EmbeddedS3(folder, durable=True) as s3:
        yield s3


def test_an_object_is_a_file_as_soon_as_it_is_written(s3: EmbeddedS3, folder: Path) -> None:
    s3.client.put_object(Bucket="welds", Key="output/a ü:+.json", Body=b"new")

    assert (folder / "welds/output/a ü:+.json").read_bytes() == b"new"


def test_a_changed_object_replaces_its_file_and_a_deleted_one_takes_it_away(s3: EmbeddedS3, folder: Path) -> None:
    for body in (b"first", b"second"):
        s3.client.put_object(Bucket="welds", Key="a", Body=body)
    second = (folder / "welds/a").read_bytes()
    s3.client.delete_object(Bucket="welds", Key="a")

    assert (second, (folder / "welds/a").exists()) == (b"second", False)


def test_many_deleted_at_once_are_gone(s3: EmbeddedS3, folder: Path) -> None:
    s3.client.put_object(Bucket="welds", Key="a", Body=b"x")

    s3.client.delete_objects(Bucket="welds", Delete={"Objects": [{"Key": "a"}, {"Key": "dataset/a b+ü.json"}]})

    assert not [file for file in (folder / "welds").rglob("*") if file.is_file()]


def test_an_object_put_together_from_parts_is_a_file(s3: EmbeddedS3, folder: Path) -> None:
    upload = s3.client.create_multipart_upload(Bucket="welds", Key="big")["UploadId"]
    target = {"Bucket": "welds", "Key": "big", "UploadId": upload}
    part = s3.client.upload_part(**target, PartNumber=1, Body=b"whole")

    s3.client.complete_multipart_upload(**target, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})

    assert (folder / "welds/big").read_bytes() == b"whole"


@pytest.mark.parametrize("key", ["../up", "a//b", "dataset"])
def test_a_key_that_can_be_no_file_is_refused(s3: EmbeddedS3, folder: Path, key: str) -> None:
    with pytest.raises(ClientError, match="InvalidArgument"):
        s3.client.put_object(Bucket="welds", Key=key, Body=b"x")

    assert not (folder / "up").exists()


def test_a_disk_that_is_full_is_no_success(s3: EmbeddedS3, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(ClientError, match="ServiceUnavailable"):  # noqa: PT012
        patched.setattr("tempfile.NamedTemporaryFile", full)
        s3.client.put_object(Bucket="welds", Key="a", Body=b"x")


def test_what_a_killed_process_left_unfinished_is_cleared_away(folder: Path) -> None:
    left = folder / "welds/.tracemark-abc"
    left.write_text("half")

    with EmbeddedS3(folder, durable=True) as s3:
        listed = s3.client.list_objects_v2(Bucket="welds")["Contents"]

    assert ([entry["Key"] for entry in listed], left.exists()) == (["dataset/a b+ü.json"], False)


def asked(s3: EmbeddedS3, method: str, path: str, **headers: str) -> int:
    connection = HTTPConnection("127.0.0.1", int(s3.endpoint_url.rpartition(":")[2]))
    signed = "AWS4-HMAC-SHA256 Credential=any/20211101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0"
    connection.request(method, path, headers={"Authorization": signed, **headers})
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_a_web_site_in_a_browser_of_this_machine_reaches_no_object(
    s3: EmbeddedS3, folder: Path, method: str, headers: dict[str, str]
) -> None:
    status = asked(s3, method, "/welds/dataset/a%20b%2B%C3%BC.json", **headers)

    assert status == 403
    assert (folder / "welds/dataset/a b+ü.json").is_file()


def test_nothing_but_s3_answers(s3: EmbeddedS3) -> None:
    for path in ("/moto-api/reset", "/moto-api/", "/latest/meta-data/iam/security-credentials/"):
        asked(s3, "POST", path)

    assert asked(s3, "GET", "/moto-api/data.json") == 404
    assert s3.client.list_objects_v2(Bucket="welds")["KeyCount"] == 1


def test_the_services_own_folder_is_no_bucket(s3: EmbeddedS3, folder: Path) -> None:
    (folder / ".tracemark").mkdir()
    (folder / ".tracemark/state.db").write_text("jobs")

    made = asked(s3, "PUT", "/.tracemark", Authorization="")

    assert made == 200  # moto allows the name
    assert asked(s3, "PUT", "/.tracemark/state.db") == 400
    assert (folder / ".tracemark/state.db").read_text() == "jobs"


UNSAFE = ["../up", "a//b", "dataset", "x/../y"]


@pytest.mark.parametrize("key", UNSAFE)
def test_an_upload_in_parts_to_a_key_that_can_be_no_file_is_refused_at_its_beginning(s3: EmbeddedS3, key: str) -> None:
    with pytest.raises(ClientError, match="InvalidArgument"):
        s3.client.create_multipart_upload(Bucket="welds", Key=key)


@pytest.mark.parametrize("key", UNSAFE)
def test_an_upload_in_parts_refused_at_its_end_harms_no_later_one(s3: EmbeddedS3, folder: Path, key: str) -> None:
    ask(s3, "POST", f"/welds/{key}?uploadId=any", b"<CompleteMultipartUpload/>")
    test_an_object_put_together_from_parts_is_a_file(s3, folder)

    s3.client.put_object(Bucket="welds", Key="after", Body=b"x")
    s3.client.delete_objects(Bucket="welds", Delete={"Objects": [{"Key": "after"}]})

    assert not (folder / "welds/after").exists()


@pytest.mark.parametrize("query", ["partNumber=1", "partNumber=", "partNumber=1&x-id=PutObject"])
def test_an_object_written_with_the_number_of_a_part_is_a_file(s3: EmbeddedS3, folder: Path, query: str) -> None:
    status, _ = ask(s3, "PUT", f"/welds/numbered.txt?{query}", b"content")

    in_s3 = s3.client.list_objects_v2(Bucket="welds", Prefix="numbered").get("KeyCount")
    assert status // 100 == 2
    assert ((folder / "welds/numbered.txt").is_file(), in_s3) == (True, 1)


@pytest.mark.parametrize("name", ["page.html", "page.svg", "page.txt", "page"])
@pytest.mark.parametrize("query", ["", "?response-content-type=text/html"])
def test_no_object_runs_in_a_browser_with_the_cookies_of_the_portal(s3: EmbeddedS3, name: str, query: str) -> None:
    s3.client.put_object(Bucket="welds", Key=name, Body=b"<script>1</script>", ContentType="text/html")

    _, headers = ask(s3, "GET", f"/welds/{name}{query}")

    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def ask(s3: EmbeddedS3, method: str, path: str, body: bytes = b"") -> tuple[int, Message]:
    address = urlsplit(s3.endpoint_url)
    with closing(HTTPConnection(str(address.hostname), address.port)) as connection:
        keys = {"Authorization": "AWS4-HMAC-SHA256 Credential=embedded/20260101/eu-west-1/s3/aws4_request"}
        connection.request(method, path, body, keys)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers
