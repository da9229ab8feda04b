"""One worker's answer, in every shape in which it arrives, and in those that cannot be used."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING

import pytest

from tracemark.document import Json, Node
from tracemark.errors import AccessDenied, BucketNotAllowed, EnvironmentFault, StorageUnavailable, TracemarkError
from tracemark_postlabel.answers import Answer, Reading, UnusableAnswer, read_answer
from tracemark_postlabel.consolidation.ballot import WorkerId

if TYPE_CHECKING:
    from unit.postlabel.conftest import Stored

URI = "s3://weld-bucket/answers/1.json"
ANSWER = {"Weld": {"label": "Burn Through"}, "comment": "near the crater"}
READ = Answer(WorkerId("w1"), ANSWER)
LIMIT = 1_000


def annotated(content: Json) -> Json:
    return {"workerId": "w1", "annotationData": {"content": content}}


def read(annotation: Json, stored: Stored, lying: bytes | TracemarkError = b"") -> Reading:
    return read_answer(Node(annotation, "payload", "[0].annotations[0]"), stored({URI: lying}), LIMIT)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(ANSWER),
        ANSWER,
        html.escape(json.dumps(ANSWER)),
        "\n " + json.dumps(ANSWER, indent=2),
    ],
    ids=["string", "object", "escaped", "white space"],
)
def test_an_inline_answer_is_read(content: Json, stored: Stored) -> None:
    annotation = annotated(content)

    found = read(annotation, stored)

    assert found == READ


@pytest.mark.parametrize("key", ["s3Uri", "s3uri"])
def test_an_answer_in_s3_is_read_under_either_spelling(key: str, stored: Stored) -> None:
    annotation = {"workerId": "w1", "annotationData": {key: URI}}

    found = read(annotation, stored, json.dumps(ANSWER).encode("utf-8-sig"))

    assert found == READ


def test_an_escaped_label_inside_json_is_left_as_it_stands(stored: Stored) -> None:
    annotation = annotated('{"Weld": {"label": "Slag &amp; &quot;Pores&quot;"}}')

    found = read(annotation, stored)

    assert found == Answer(WorkerId("w1"), {"Weld": {"label": "Slag &amp; &quot;Pores&quot;"}})


@pytest.mark.parametrize("worker", [None, "", "  "])
def test_a_worker_without_an_id_has_no_name(worker: Json, stored: Stored) -> None:
    annotation = {**annotated(ANSWER), "workerId": worker}

    found = read(annotation, stored)

    assert found == Answer(WorkerId(""), READ.fields)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty"),
        (None, "no annotationData that can be read"),
        (" ", "empty"),
        ("{}", "empty"),
        ({}, "empty"),
        ([], "empty"),
        ("null", "empty"),
        ("{", "not JSON"),
        ("Burn Through", "not JSON"),
        ("&lt;b&gt;", "not JSON"),
        ('{"Weld": ' + "9" * 500 + "}" + "x", "not JSON"),
        ('"Burn Through"', "not an object"),
        ("[1]", "not an object"),
        ("7", "not an object"),
        (7, "not an object"),
        (True, "not an object"),
        (["Burn Through"], "not an object"),
        (json.dumps({"Weld": {"label": "x" * LIMIT}}), "too large"),
        ("ü" * (LIMIT // 2 + 1), "too large"),
        ("\ud800", "not JSON"),
    ],
)
def test_an_inline_answer_that_cannot_be_used_says_why(content: Json, reason: str, stored: Stored) -> None:
    annotation = annotated(content)

    found = read(annotation, stored)

    assert found == UnusableAnswer(reason)


@pytest.mark.parametrize("annotation", [None, 7, "w1", [], {}, {"workerId": "w1"}, {"annotationData": []}])
def test_an_annotation_without_data_cannot_be_used(annotation: Json, stored: Stored) -> None:
    expected = UnusableAnswer("no annotationData that can be read")

    found = read(annotation, stored)

    assert found == expected


def test_json_that_is_nested_too_deeply_cannot_be_used(stored: Stored) -> None:
    nested = Node(annotated("[" * 200_000), "payload")

    found = read_answer(nested, stored({}), 1_000_000)

    assert found == UnusableAnswer("nested too deeply")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e999", "9" * 401, "9" * 900])
@pytest.mark.parametrize("value", ["#", "[1, {}, #]", '{"boxes": [{"left": #}]}'])
def test_a_number_that_is_none_costs_its_field_and_nothing_else(number: str, value: str, stored: Stored) -> None:
    content = f'{{"Weld": {value.replace("#", number)}, "speed": 5, "size": 1e300}}'

    found = read(annotated(content), stored)

    assert isinstance(found, Answer)
    assert found.fields == {"speed": 5, "size": 1e300}
    assert found.problems == ("field 'Weld' is left out: it holds NaN or a number that is too large",)


def test_the_texts_of_an_answer_are_its_comments_but_for_those_that_were_chosen(stored: Stored) -> None:
    found = read(annotated({"steel": "S355", "remark": " near\nthe crater ", "empty": " ", "speed": 7}), stored)

    assert isinstance(found, Answer)
    assert found.comments(chosen={"steel"}) == ("near the crater",)


@pytest.mark.parametrize("text", ['[{"label": "Pore", "start": 1, "end": 2}]', '\n{"on": true}', "[]"])
def test_a_hidden_field_that_carries_marks_as_text_is_read_as_these(text: str, stored: Stored) -> None:
    found = read(annotated({"marks": text}), stored)

    assert isinstance(found, Answer)
    assert found.fields == {"marks": json.loads(text)}


@pytest.mark.parametrize("text", ["[1]", '{"a": 1}', "{", "[NaN]", "{curly} remark"])
def test_a_text_that_only_begins_like_marks_stays_a_text(text: str, stored: Stored) -> None:
    found = read(annotated({"remark": text}), stored)

    assert isinstance(found, Answer)
    assert found.fields == {"remark": text}


@pytest.mark.parametrize(
    "content",
    [
        '{"Weld": {"label": "Good Weld"}, "Weld": {"label": "Burn Through"}, "speed": 5}',
        '{"Weld": {"label": "Good Weld", "label": "Burn Through"}, "speed": 5}',
        '{"Weld": [{"start": 1, "start": 2}], "speed": 5}',
    ],
)
def test_a_name_that_stands_twice_costs_the_field_and_nothing_else(content: str, stored: Stored) -> None:
    found = read(annotated(content), stored)

    assert isinstance(found, Answer)
    assert found.fields == {"speed": 5}
    assert found.problems == ("field 'Weld' is left out: a name stands in it twice",)


@pytest.mark.parametrize("name", [" ", "x" * 201, "\\ud800"])
def test_a_field_whose_name_cannot_be_written_is_left_out(name: str, stored: Stored) -> None:
    found = read(annotated(f'{{"{name}": 1, "speed": 5}}'), stored)

    assert isinstance(found, Answer)
    assert (found.fields, found.problems) == ({"speed": 5}, ("a field whose name cannot be written is left out",))


def test_of_very_many_fields_the_first_are_kept_and_the_others_told(stored: Stored) -> None:
    found = read(annotated({str(number): 1 for number in range(121)}), stored)

    assert isinstance(found, Answer)
    assert list(found.fields) == [str(number) for number in range(100)]
    assert found.problems == ("21 of 121 fields left out: at most 100",)


@pytest.mark.parametrize(
    ("lying", "reason"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "not JSON"),
        (b"x" * (LIMIT + 1), "too large"),
        (BucketNotAllowed("no"), "its bucket is not on the allow-list"),
    ],
)
def test_an_answer_in_s3_that_cannot_be_used_says_why(
    lying: bytes | TracemarkError, reason: str, stored: Stored
) -> None:
    annotation = {"workerId": "w1", "annotationData": {"s3Uri": URI}}

    found = read(annotation, stored, lying)

    assert found == UnusableAnswer(reason)


def test_an_answer_whose_file_is_gone_cannot_be_used(stored: Stored) -> None:
    annotation = {"workerId": "w1", "annotationData": {"s3Uri": "s3://weld-bucket/gone.json"}}

    found = read(annotation, stored)

    assert found == UnusableAnswer("its file does not exist")


def test_an_answer_at_another_address_than_s3_cannot_be_used(stored: Stored) -> None:
    annotation = {"workerId": "w1", "annotationData": {"s3Uri": "https://example.com/1.json"}}

    found = read(annotation, stored)

    assert found == UnusableAnswer("its address is not an S3 URI")


@pytest.mark.parametrize("fault", [AccessDenied("denied"), StorageUnavailable("down")])
def test_a_fault_of_the_storage_is_raised(fault: EnvironmentFault, stored: Stored) -> None:
    annotation = {"workerId": "w1", "annotationData": {"s3Uri": URI}}

    with pytest.raises(EnvironmentFault) as caught:
        read(annotation, stored, fault)

    assert caught.value is fault


def test_the_text_of_an_answer_does_not_show_the_worker(stored: Stored) -> None:
    annotation = {**annotated(ANSWER), "workerId": "private.eu-west-1.5666"}

    text = repr(read(annotation, stored))

    assert "5666" not in text
