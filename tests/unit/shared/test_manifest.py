"""Input manifests: JSON Lines within Ground Truth's published limits."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.contract.manifest import DataObject, read_manifest
from tracemark.errors import InvalidDocument, InvalidUri
from tracemark.storage.s3uri import S3Uri

LINE = '{"source":"s3://bucket/dataset-1.json"}'


def _padded_to(characters: int) -> str:
    attributes = {f"a{index}": "x" * 15_000 for index in range(6)}
    line = json.dumps({"source": "text", **attributes, "last": ""})
    return line.replace('"last": ""', f'"last": "{"y" * (characters - len(line))}"')


def test_lines_become_objects_in_order() -> None:
    manifest = '{"source":"s3://bucket/1"}\n{"source-ref":"s3://bucket/2"}\n'

    found = [(item.index, item.id, item.uri) for item in read_manifest(manifest)]

    assert found == [(0, "0", S3Uri("bucket", "1")), (1, "1", S3Uri("bucket", "2"))]


@pytest.mark.parametrize(
    "manifest",
    [
        f"{LINE}\n{LINE}",
        f"{LINE}\n{LINE}\n",
        f"{LINE}\r\n{LINE}\r\n",
        f"{LINE}\r\n{LINE}",
        f"{LINE}\r\n{LINE}\n",
        f"\ufeff{LINE}\n{LINE}\n",
    ],
    ids=["no last line break", "LF", "CRLF", "CRLF without a last one", "mixed", "byte order mark"],
)
def test_line_ends_and_byte_order_mark_change_nothing(manifest: str) -> None:
    found = [item.to_json() for item in read_manifest(manifest)]

    assert found == [LINE, LINE]


@pytest.mark.parametrize("separator", ["\u2028", "\x85", "\x0b", "\x1e"], ids=ascii)
def test_only_line_feeds_end_a_line(separator: str) -> None:
    line = json.dumps({"source": f"a{separator}b"}, ensure_ascii=separator != "\u2028")

    found = [item.attributes["source"] for item in read_manifest(f"{line}\n")]

    assert found == [f"a{separator}b"]


def test_an_empty_manifest_has_no_objects() -> None:
    assert list(read_manifest("")) == []


@pytest.mark.parametrize(
    ("manifest", "line"),
    [
        (f"{LINE}\n\n{LINE}\n", 2),
        (f"\n{LINE}\n", 1),
        (f"{LINE}\n\n\n", 2),
        (f"{LINE}\r\n\r\n{LINE}", 2),
        (f"{LINE}\n ", 2),
    ],
    ids=["inside", "first", "two at the end", "inside, CRLF", "blank last line"],
)
def test_a_blank_line_is_refused_with_its_number(manifest: str, line: int) -> None:
    with pytest.raises(InvalidDocument, match=f"^jobs/a.manifest line {line}: this is not JSON"):
        list(read_manifest(manifest, "jobs/a.manifest"))


def test_the_lines_before_a_wrong_one_are_given() -> None:
    objects = read_manifest(f"{LINE}\nx\n")

    first = next(objects)

    assert first.to_json() == LINE


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("[]", "expected an object"),
        ('"s3://bucket/1"', "expected an object"),
        ("{}", "neither 'source' nor 'source-ref'"),
        ('{"Source":"s3://bucket/1"}', "neither 'source' nor 'source-ref'"),
        ('{"source":7}', "neither 'source' nor 'source-ref'"),
        ('{"source":null}', "neither 'source' nor 'source-ref'"),
        ('{"source-ref":{"s3Path":"s3://bucket/1"}}', "neither 'source' nor 'source-ref'"),
        ('{"source":"a","$id":1}', "the attribute name '$id' starts with '$'"),
        ('{"source":"a","weight":NaN}', "NaN is not a JSON number"),
        ('{"source":"a"', "this is not JSON"),
    ],
)
def test_a_wrong_line_is_refused_with_its_number_and_cause(line: str, cause: str) -> None:
    with pytest.raises(InvalidDocument) as refusal:
        list(read_manifest(f"{LINE}\n{line}\n"))

    assert str(refusal.value).startswith("manifest line 2: ")
    assert cause in str(refusal.value)


def test_a_dollar_inside_a_name_is_allowed() -> None:
    assert DataObject.parse('{"source":"a","price$":1}', 0).attributes["price$"] == 1


def test_a_line_of_100_000_characters_is_read() -> None:
    line = _padded_to(100_000)

    found = DataObject.parse(line, 0)

    assert (len(line), found.attributes["source"]) == (100_000, "text")


def test_a_line_of_one_character_more_is_refused() -> None:
    with pytest.raises(InvalidDocument, match=r"the line has 100,001 characters; expected at most 100,000"):
        DataObject.parse(_padded_to(100_001), 0)


@pytest.mark.parametrize("value", ["x" * 20_000, ["x" * 19_996]], ids=["text", "list"])
def test_an_attribute_of_20_000_characters_is_read(value: object) -> None:
    found = DataObject.parse(json.dumps({"source": "a", "note": value}), 0)

    assert found.attributes["note"] == value


@pytest.mark.parametrize("value", ["x" * 20_001, ["x" * 19_997]], ids=["text", "list"])
def test_an_attribute_of_one_character_more_is_refused(value: object) -> None:
    with pytest.raises(InvalidDocument, match=r"attribute 'note' has 20,001 characters; expected at most 20,000"):
        DataObject.parse(json.dumps({"source": "a", "note": value}), 0)


def test_a_manifest_of_a_million_objects_is_read() -> None:
    manifest = f"{LINE}\n" * 1_000_000

    first = next(read_manifest(manifest))

    assert first.index == 0


def test_a_manifest_of_one_object_more_is_refused_before_its_first() -> None:
    manifest = f"{LINE}\n" * 1_000_001

    with pytest.raises(InvalidDocument, match=r"the manifest has 1,000,001 lines; expected at most 1,000,000"):
        next(read_manifest(manifest))


@pytest.mark.parametrize(
    ("line", "uri"),
    [
        ('{"source":"s3://bucket/a b+c%2F.json"}', S3Uri("bucket", "a b+c%2F.json")),
        ('{"source-ref":"s3://bucket/1.png"}', S3Uri("bucket", "1.png")),
        ('{"source":"the text itself"}', None),
        ('{"source":"s3://bucket/1","source-ref":"s3://bucket/2"}', S3Uri("bucket", "1")),
        ('{"source":"text","source-ref":"s3://bucket/2"}', None),
    ],
)
def test_a_source_may_be_a_uri_or_text_and_a_source_ref_is_a_uri(line: str, uri: S3Uri | None) -> None:
    assert DataObject.parse(line, 0).uri == uri


@pytest.mark.parametrize("line", ['{"source-ref":"1.png"}', '{"source":"s3://bucket"}'])
def test_what_should_be_a_uri_and_is_none_is_refused(line: str) -> None:
    with pytest.raises(InvalidUri):
        _ = DataObject.parse(line, 0).uri


def test_a_line_is_written_as_it_was_read() -> None:
    line = '{"z":1,"source":"Schweißnaht 😀","a":[1.5,null,true,{"b":"\\n"}]}'

    assert DataObject.parse(line, 0).to_json() == line


@given(
    st.dictionaries(
        st.text().filter(lambda name: name[:1] != "$"), st.text(st.characters()) | st.floats(allow_nan=False)
    )
)
def test_any_line_that_is_read_can_be_written_and_read_again(attributes: dict[str, object]) -> None:
    try:
        item = DataObject.parse(json.dumps({**attributes, "source": "a"}), 0)
    except InvalidDocument:
        return

    written = item.to_json().encode("utf-8").decode("utf-8")

    assert DataObject.parse(written, 0) == item


def test_a_job_may_write_more_on_a_line_than_it_may_be_given() -> None:
    text = json.dumps({"source": "s3://welds/0.json", "weld": {"paint": "x" * 150_000}})

    (line,) = read_manifest(text, is_input=False)

    assert len(line.attributes["weld"]["paint"]) == 150_000
    with pytest.raises(InvalidDocument, match="characters"):
        list(read_manifest(text))


@pytest.mark.parametrize(
    "line",
    ['{"source": "a", "n": 1, "n": 2}', '{"source": "a", "inner": [{"n": 1, "n": 1}]}', '{"source":"a","source":"b"}'],
)
def test_a_key_that_stands_twice_is_refused_as_one_of_its_values_would_be_lost(line: str) -> None:
    with pytest.raises(InvalidDocument, match=r"manifest line 2.*key '(n|source)' stands twice"):
        list(read_manifest(f"{LINE}\n{line}\n"))
