"""JSON documents: a refusal names the document and the key, and nothing but strict JSON is read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.document import Json, Node, read_json
from tracemark.errors import InvalidDocument, InvalidUri, TracemarkError
from tracemark.storage.s3uri import S3Prefix, S3Uri

SOURCE = "s3://bucket/dataset.json"

READERS: list[tuple[str, Callable[[Node], object], object, str]] = [
    ("mapping", lambda node: node.mapping(), [], "an object"),
    ("mapping of a string", lambda node: node.mapping(), "a", "an object"),
    ("get", lambda node: node.get("x"), 1, "an object"),
    ("item", lambda node: node["x"], "text", "an object"),
    ("items", lambda node: list(node.items()), {}, "a list"),
    ("items of a string", lambda node: list(node.items()), "ab", "a list"),
    ("text", lambda node: node.text(), 5, "a string"),
    ("text of null", lambda node: node.text(), None, "a string"),
    ("empty text", lambda node: node.text(), "", "a string that is not empty"),
    ("blank text", lambda node: node.text(), " \t", "a string that is not empty"),
    ("flag", lambda node: node.flag(), "true", "true or false"),
    ("flag of a number", lambda node: node.flag(), 1, "true or false"),
    ("integer below", lambda node: node.integer(0, 9), -1, "a whole number from 0 to 9"),
    ("integer above", lambda node: node.integer(0, 9), 10, "a whole number from 0 to 9"),
    ("integer of a float", lambda node: node.integer(0, 9), 1.0, "a whole number from 0 to 9"),
    ("integer of a flag", lambda node: node.integer(0, 9), True, "a whole number from 0 to 9"),
    ("integer of a string", lambda node: node.integer(0, 9), "1", "a whole number from 0 to 9"),
    ("number of a string", lambda node: node.number(), "1", "a number"),
    ("number of a flag", lambda node: node.number(), False, "a number"),
    ("number that is none", lambda node: node.number(), float("nan"), "a finite number"),
    ("number without end", lambda node: node.number(), float("inf"), "a finite number"),
    ("number beyond floats", lambda node: node.number(), 10**400, "a finite number"),
]


@pytest.mark.parametrize(("read", "value", "expected"), [row[1:] for row in READERS], ids=[row[0] for row in READERS])
def test_a_wrong_value_is_refused_with_document_key_value_and_expectation(
    read: Callable[[Node], object], value: object, expected: str
) -> None:
    node = Node(value, SOURCE, "image.size")

    with pytest.raises(InvalidDocument) as refusal:
        read(node)

    shown = repr(value)[:40]
    assert re.match(rf"{SOURCE}: key 'image.size' holds {re.escape(shown)}.*; expected {expected};", str(refusal.value))


def test_a_wrong_document_is_refused_as_a_whole() -> None:
    with pytest.raises(InvalidDocument, match=r"^d: the document holds 'x'; expected an object"):
        Node("x", "d").mapping()


def test_a_missing_key_is_named_with_the_keys_that_are_there() -> None:
    node = Node({"sensor_date": 1, "image": 2}, SOURCE)

    with pytest.raises(InvalidDocument, match=r"key 'sensor_data' is missing \(found 'sensor_date', 'image'\)"):
        node["sensor_data"]


def test_a_missing_key_is_named_with_the_place_it_is_missing_in() -> None:
    node = Node({"image": {}}, SOURCE)

    with pytest.raises(InvalidDocument, match=r"key 's3Path' is missing in 'image' \(found no keys\)"):
        node["image"]["s3Path"]


def test_null_counts_as_missing() -> None:
    node = Node({"image": None}, SOURCE)

    with pytest.raises(InvalidDocument, match="key 'image' is missing"):
        node["image"]


@pytest.mark.parametrize("document", [{"profile": None}, {}], ids=["null", "absent"])
def test_an_optional_key_that_is_not_there_is_none(document: dict[str, object]) -> None:
    assert Node(document, SOURCE).get("profile") is None


def test_false_and_zero_and_empty_text_are_there() -> None:
    node = Node({"flag": False, "number": 0, "text": ""}, SOURCE)

    found = [node[key].value for key in ("flag", "number", "text")]

    assert found == [False, 0, ""]


def test_a_place_in_a_list_is_named_by_its_position() -> None:
    node = Node({"annotations": [{"workerId": "a"}, {"workerId": 7}]}, SOURCE)

    with pytest.raises(InvalidDocument, match=r"key 'annotations\[1\]\.workerId' holds 7"):
        [entry["workerId"].text() for entry in node["annotations"].items()]


def test_a_list_of_texts_is_read_in_order() -> None:
    assert Node(["b", "a"], SOURCE).texts() == ("b", "a")


@pytest.mark.parametrize("value", [0, 9])
def test_a_whole_number_at_its_bounds_is_read(value: int) -> None:
    assert Node(value, SOURCE).integer(0, 9) == value


def test_a_number_may_be_whole() -> None:
    assert Node(-3, SOURCE).number() == -3.0


def test_uris_and_prefixes_are_read() -> None:
    node = Node({"file": "s3://bucket/a", "folder": "s3://bucket/b"}, SOURCE)

    found = (node["file"].uri(), node["folder"].prefix())

    assert found == (S3Uri("bucket", "a"), S3Prefix("bucket", "b/"))


@pytest.mark.parametrize("read", [Node.uri, Node.prefix], ids=["uri", "prefix"])
def test_a_bad_uri_is_refused_with_document_and_key(read: Callable[[Node], object]) -> None:
    node = Node({"image": {"s3Path": "https://bucket/a"}}, SOURCE)

    with pytest.raises(InvalidUri, match=f"^{SOURCE} key 'image.s3Path': 'https://bucket/a' is no S3 URI"):
        read(node["image"]["s3Path"])


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "line 1 column 1"),
        (b"{", "line 1 column 2"),
        (b'{"a": 1,\n "b": }', "line 2 column 7"),
        (b"{'a': 1}", "line 1 column 2"),
        (b'{"a": 1} x', "Extra data"),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b'{"a": Infinity}', "Infinity is not a JSON number"),
        (b'{"a": -Infinity}', "-Infinity is not a JSON number"),
        (b'{"a": 1e400}', "the number '1e400' is too large"),
        (b'{"a": ' + b"1" * 5_000 + b"}", "digits"),
        (b'{"a": "\n"}', "Invalid control character"),
        (b'{"a": "\xe4"}', "byte 7 is not UTF-8"),
        (b'\xff\xfe{\x00"\x00', "byte 0 is not UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 200_000, "nested too deeply"),
        ("\ufeff{}", "BOM"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_what_is_not_strict_json_is_refused_with_its_document_and_cause(data: bytes | str, cause: str) -> None:
    with pytest.raises(InvalidDocument, match=rf"^{SOURCE}: this is not JSON \(.*{re.escape(cause)}"):
        read_json(data, SOURCE)


def test_a_byte_order_mark_before_json_is_ignored() -> None:
    assert read_json(b'\xef\xbb\xbf{"a": 1}', SOURCE).value == {"a": 1}


def test_of_a_key_that_is_there_twice_the_last_counts() -> None:
    assert read_json(b'{"a": 1, "a": 2}', SOURCE)["a"].value == 2


@pytest.mark.parametrize("depth", [900, 970, 980, 985, 988, 989, 990, 991, 992, 995])
def test_a_wrong_value_of_any_depth_is_refused_and_never_exhausts_the_stack(depth: int) -> None:
    data = b'{"image":' + b"[" * depth + b"]" * depth + b"}"

    with pytest.raises(InvalidDocument):
        read_json(data, SOURCE)["image"].text()


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(json_values)
def test_any_json_is_read_as_it_was_written(value: object) -> None:
    assert read_json(json.dumps(value).encode(), SOURCE).value == value


@given(st.binary())
def test_any_bytes_are_a_document_or_an_error_that_names_it(data: bytes) -> None:
    try:
        message = read_json(data, SOURCE).source
    except TracemarkError as error:
        message = str(error)

    assert message.startswith(SOURCE)


@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"a": inner}, lambda inner: [1, {"b": inner}]])
@given(depth=st.integers(0, 40))
def test_nesting_is_bounded_where_a_bound_is_given(wrap: Callable[[Json], Json], depth: int) -> None:
    value: Json = 0
    for _ in range(depth):
        value = wrap(value)
    levels = depth * (2 if wrap(0) == [1, {"b": 0}] else 1)
    text = json.dumps(value)

    assert read_json(text, "request", depth=levels).value == value
    if levels:
        with pytest.raises(InvalidDocument, match="nested too deeply"):
            read_json(text, "request", depth=levels - 1)
