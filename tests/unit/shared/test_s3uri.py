"""S3 URIs: one table of texts that are one and texts that are none, and the promises that hold for all."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.errors import InvalidUri
from tracemark.storage.s3uri import S3Prefix, S3Uri

Parts = tuple[str, str]

NO_STRING = "not a string"
NO_SCHEME = "does not begin with s3://"
NO_BUCKET = "is not a bucket name"
NO_KEY = "names no object"
CONTROL = "control character"
NO_UNICODE = "not valid Unicode"
TOO_LONG = "bytes"

# Text, then bucket and key, or the reason why it is refused.
TABLE: list[tuple[object, Parts | str]] = [
    # The key is opaque.
    ("s3://bucket/key", ("bucket", "key")),
    ("s3://bucket/a/b/c.csv", ("bucket", "a/b/c.csv")),
    ("s3://bucket/a b", ("bucket", "a b")),
    ("s3://bucket/ a", ("bucket", " a")),
    ("s3://bucket/a ", ("bucket", "a ")),
    ("s3://bucket/ ", ("bucket", " ")),
    ("s3://bucket/a+b", ("bucket", "a+b")),
    ("s3://bucket/a%2Fb", ("bucket", "a%2Fb")),
    ("s3://bucket/a%20b", ("bucket", "a%20b")),
    ("s3://bucket/%", ("bucket", "%")),
    ("s3://bucket/%zz", ("bucket", "%zz")),
    ("s3://bucket/Schweißnaht/溶接.csv", ("bucket", "Schweißnaht/溶接.csv")),
    ("s3://bucket/u\u0308", ("bucket", "u\u0308")),
    ("s3://bucket/ü", ("bucket", "ü")),
    ("s3://bucket/😀", ("bucket", "😀")),
    ("s3://bucket/iteration-1/2020-09-15_16:16:11.json", ("bucket", "iteration-1/2020-09-15_16:16:11.json")),
    ("s3://bucket//a", ("bucket", "/a")),
    ("s3://bucket/a//b", ("bucket", "a//b")),
    ("s3://bucket///", ("bucket", "//")),
    ("s3://bucket/a/", ("bucket", "a/")),
    ("s3://bucket/s3://bucket/key", ("bucket", "s3://bucket/key")),
    ("s3://bucket/../other/key", ("bucket", "../other/key")),
    ("s3://bucket/a/../b", ("bucket", "a/../b")),
    ("s3://bucket/./a", ("bucket", "./a")),
    ("s3://bucket/..", ("bucket", "..")),
    ("s3://bucket/a?b=c", ("bucket", "a?b=c")),
    ("s3://bucket/a#b", ("bucket", "a#b")),
    ("s3://bucket/user@host:80", ("bucket", "user@host:80")),
    ("s3://bucket/\"quoted\" 'twice'", ("bucket", "\"quoted\" 'twice'")),
    ("s3://bucket/a\\b", ("bucket", "a\\b")),
    ("s3://bucket/<a>&b", ("bucket", "<a>&b")),
    ("s3://bucket/a\u00a0b", ("bucket", "a\u00a0b")),
    ("s3://bucket/a\u2028b", ("bucket", "a\u2028b")),
    ("s3://bucket/\ufeffa", ("bucket", "\ufeffa")),
    ("s3://bucket/" + "k" * 1024, ("bucket", "k" * 1024)),
    ("s3://bucket/" + "ü" * 512, ("bucket", "ü" * 512)),
    # Bucket names.
    ("s3://abc/k", ("abc", "k")),
    ("s3://" + "b" * 63 + "/k", ("b" * 63, "k")),
    ("s3://123/k", ("123", "k")),
    ("s3://my.bucket.name/k", ("my.bucket.name", "k")),
    ("s3://my-bucket-1/k", ("my-bucket-1", "k")),
    ("s3://my--bucket/k", ("my--bucket", "k")),
    ("s3://iiot-custom-label-blog-bucket-unn4d0l4j0/a.csv", ("iiot-custom-label-blog-bucket-unn4d0l4j0", "a.csv")),
    ("s3://1.2.3/k", ("1.2.3", "k")),
    # Other schemes, or none.
    ("https://bucket.s3.amazonaws.com/key", NO_SCHEME),
    ("S3://bucket/key", NO_SCHEME),
    ("s3:/bucket/key", NO_SCHEME),
    ("s3//bucket/key", NO_SCHEME),
    ("s3a://bucket/key", NO_SCHEME),
    ("file:///etc/passwd", NO_SCHEME),
    ("arn:aws:s3:::bucket/key", NO_SCHEME),
    ("bucket/key", NO_SCHEME),
    ("/bucket/key", NO_SCHEME),
    (" s3://bucket/key", NO_SCHEME),
    ("\ufeffs3://bucket/key", NO_SCHEME),
    ("", NO_SCHEME),
    # No key.
    ("s3://bucket", NO_KEY),
    ("s3://bucket/", NO_KEY),
    # No bucket.
    ("s3://", NO_BUCKET),
    ("s3:///key", NO_BUCKET),
    ("s3://ab/key", NO_BUCKET),
    ("s3://" + "b" * 64 + "/key", NO_BUCKET),
    ("s3://Bucket/key", NO_BUCKET),
    ("s3://my_bucket/key", NO_BUCKET),
    ("s3://my bucket/key", NO_BUCKET),
    ("s3://-bucket/key", NO_BUCKET),
    ("s3://bucket-/key", NO_BUCKET),
    ("s3://.bucket/key", NO_BUCKET),
    ("s3://bucket./key", NO_BUCKET),
    ("s3://my..bucket/key", NO_BUCKET),
    ("s3://my.-bucket/key", NO_BUCKET),
    ("s3://my-.bucket/key", NO_BUCKET),
    ("s3://192.168.5.4/key", NO_BUCKET),
    ("s3://bücket/key", NO_BUCKET),
    ("s3://bucket٣/key", NO_BUCKET),
    ("s3://bucket:80/key", NO_BUCKET),
    ("s3://user@bucket/key", NO_BUCKET),
    ("s3://bucket\n/key", NO_BUCKET),
    ("s3://bucket?x/key", NO_BUCKET),
    ("s3://%62ucket/key", NO_BUCKET),
    ("s3://../key", NO_BUCKET),
    # Keys that no log and no page should have to show.
    ("s3://bucket/a\nb", CONTROL),
    ("s3://bucket/a\rb", CONTROL),
    ("s3://bucket/a\tb", CONTROL),
    ("s3://bucket/\x00", CONTROL),
    ("s3://bucket/\x1b[31m", CONTROL),
    ("s3://bucket/\x1f", CONTROL),
    ("s3://bucket/a\x7f", CONTROL),
    ("s3://bucket/a\x80", CONTROL),
    ("s3://bucket/a\x85b", CONTROL),
    ("s3://bucket/a\x9f", CONTROL),
    ("s3://bucket/key\n", CONTROL),
    ("s3://bucket/\ud800", NO_UNICODE),
    ("s3://bucket/a\udfffb", NO_UNICODE),
    ("s3://bucket/\ud83d\ude00", NO_UNICODE),
    ("s3://bucket/" + "k" * 1025, TOO_LONG),
    ("s3://bucket/" + "ü" * 512 + "k", TOO_LONG),
    ("s3://bucket/" + "😀" * 257, TOO_LONG),
    ("s3://bucket/" + "k" * 1_000_000, TOO_LONG),
    # No text at all.
    (None, NO_STRING),
    (7, NO_STRING),
    (True, NO_STRING),
    (b"s3://bucket/key", NO_STRING),
    (["s3://bucket/key"], NO_STRING),
    ({"s3Path": "s3://bucket/key"}, NO_STRING),
    (S3Uri("bucket", "key"), NO_STRING),
]

VALID = [(text, parts) for text, parts in TABLE if isinstance(parts, tuple)]
INVALID = [(text, reason) for text, reason in TABLE if isinstance(reason, str)]

keys = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, [*range(32), *range(127, 160)]))),
    min_size=1,
    max_size=200,
)


def _shown(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:50]}… ({len(text)})"


@pytest.mark.parametrize(("text", "parts"), VALID, ids=_shown)
def test_a_valid_text_is_split_at_the_first_slash_and_nothing_is_decoded(text: object, parts: Parts) -> None:
    uri = S3Uri.parse(text)

    assert (uri.bucket, uri.key) == parts


@pytest.mark.parametrize(("text", "parts"), VALID, ids=_shown)
def test_a_valid_text_comes_back_exactly(text: object, parts: Parts) -> None:
    uri = S3Uri.parse(text)

    assert str(uri) == text


@pytest.mark.parametrize(("text", "reason"), INVALID, ids=_shown)
def test_an_invalid_text_is_refused_with_its_reason(text: object, reason: str) -> None:
    with pytest.raises(InvalidUri, match=re.escape(reason)):
        S3Uri.parse(text)


@pytest.mark.parametrize(("text", "reason"), INVALID, ids=_shown)
def test_a_refusal_quotes_the_value_on_one_short_printable_line(text: object, reason: str) -> None:
    with pytest.raises(InvalidUri) as refusal:
        S3Uri.parse(text)

    message = str(refusal.value)
    assert message.startswith(repr(text)[:60])
    assert message.isprintable()
    assert len(message) < 500


@given(keys)
def test_any_printable_key_comes_back_exactly(key: str) -> None:
    text = f"s3://bucket/{key}"

    uri = S3Uri.parse(text)

    assert (str(uri), uri.key) == (text, key)


@given(st.text())
def test_any_text_is_a_uri_that_comes_back_or_is_refused(text: str) -> None:
    try:
        found = str(S3Uri.parse(text))
    except InvalidUri:
        return

    assert found == text


@pytest.mark.parametrize(
    ("text", "name"),
    [("s3://bucket/a/b.csv", "b.csv"), ("s3://bucket/b.csv", "b.csv"), ("s3://bucket/a/", "")],
)
def test_the_name_is_what_follows_the_last_slash(text: str, name: str) -> None:
    assert S3Uri.parse(text).name == name


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("s3://bucket", ("bucket", "")),
        ("s3://bucket/", ("bucket", "")),
        ("s3://bucket/plots", ("bucket", "plots/")),
        ("s3://bucket/plots/", ("bucket", "plots/")),
        ("s3://bucket/a b/ü", ("bucket", "a b/ü/")),
        ("s3://bucket//", ("bucket", "/")),
        ("s3://bucket/..", ("bucket", "../")),
    ],
)
def test_a_prefix_is_the_whole_bucket_or_ends_in_a_slash(text: str, parts: Parts) -> None:
    prefix = S3Prefix.parse(text)

    assert (prefix.bucket, prefix.key) == parts


@pytest.mark.parametrize(
    "text",
    ["", "s3://", "s3:///a", "https://bucket/", "s3://Bucket", "s3://bucket/\n", "s3://bucket/" + "k" * 1025, None, 1],
    ids=_shown,
)
def test_what_is_no_prefix_is_refused(text: object) -> None:
    with pytest.raises(InvalidUri, match="is no S3 URI"):
        S3Prefix.parse(text)


@pytest.mark.parametrize(
    ("prefix", "key", "text"),
    [
        ("s3://bucket", "a.png", "s3://bucket/a.png"),
        ("s3://bucket/plots", "a.png", "s3://bucket/plots/a.png"),
        ("s3://bucket/plots/", "/a.png", "s3://bucket/plots//a.png"),
        ("s3://bucket/plots", "../a.png", "s3://bucket/plots/../a.png"),
        ("s3://bucket/plots", "s3://other/a.png", "s3://bucket/plots/s3://other/a.png"),
    ],
)
def test_an_object_lies_below_its_prefix_whatever_its_key(prefix: str, key: str, text: str) -> None:
    found = S3Prefix.parse(prefix).object(key)

    assert str(found) == text


def test_an_object_whose_whole_key_is_too_long_is_refused() -> None:
    prefix = S3Prefix.parse("s3://bucket/plots")

    with pytest.raises(InvalidUri, match=r"1,025 bytes"):
        prefix.object("k" * 1019)


def test_an_object_without_any_key_is_refused() -> None:
    prefix = S3Prefix.parse("s3://bucket")

    with pytest.raises(InvalidUri, match=NO_KEY):
        prefix.object("")
