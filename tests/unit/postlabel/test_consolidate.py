"""One entry for every object of a payload, whatever its answers look like."""

from __future__ import annotations

import html
import json
import logging
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracemark.contract.postannotation import PostAnnotationRequest
from tracemark.document import Json
from tracemark.errors import (
    AccessDenied,
    InvalidConfiguration,
    InvalidDocument,
    ObjectMissing,
    ObjectTooLarge,
    TracemarkError,
)
from tracemark.storage.s3uri import S3Uri
from tracemark_postlabel.consolidate import consolidate
from tracemark_postlabel.consolidation.majority import Majority
from tracemark_postlabel.settings import Settings

if TYPE_CHECKING:
    from unit.postlabel.conftest import Consolidated, Stored

NAME = "WeldingClassification"
CATEGORIES = "s3://weld-bucket/labels.json"


def answer(label: Json, worker: str = "", name: str = NAME) -> Json:
    return raw(json.dumps({name: {"label": label}, "comment": ""}), worker)


def raw(content: Json, worker: str = "") -> Json:
    return {"workerId": worker, "annotationData": {"content": content}}


def entry(object_id: Json, *annotations: Json) -> Json:
    data = {"s3Uri": f"s3://weld-bucket/dataset/dataset-{object_id}.json"}
    return {"datasetObjectId": object_id, "dataObject": data, "annotations": list(annotations)}


def verdict(label: str, votes: dict[str, int], confidence: float, workers: int, **more: Any) -> dict[str, Any]:
    margin, agreement = ballot_figures(label, votes)
    figures = {"confidence": confidence, "margin": margin, "agreement": agreement, "method": "majority"}
    return {NAME: label, "votes": votes, **figures, "workers": workers, **more}


def ballot_figures(label: str, votes: dict[str, int]) -> tuple[float, float]:
    cast, others = sum(votes.values()), [count for name, count in votes.items() if name != label]
    pairs = cast * (cast - 1)
    agreeing = sum(count * (count - 1) for count in votes.values())
    return (
        round((votes.get(label, 0) - max(others, default=0)) / cast, 4) if cast else 0.0,
        round(agreeing / pairs, 4) if pairs else 0.0,
    )


def test_three_answers_become_one_verdict(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("Burn Through"), answer("Good Weld"), answer("Burn Through"))]

    found = consolidated(payload)

    assert found == {"0": verdict("Burn Through", {"Good Weld": 1, "Burn Through": 2}, 0.6667, 3)}


def test_votes_stand_in_category_order(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("Zinc"), answer("Arc"), answer("Burn Through"), answer("Good Weld"))]

    found = consolidated(payload)

    assert list(found["0"]["votes"]) == ["Good Weld", "Burn Through", "Arc", "Zinc"]


def test_a_tie_is_flagged(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("Contamination"), answer("Burn Through"))]

    found = consolidated(payload)

    votes = {"Burn Through": 1, "Contamination": 1}
    assert found == {"0": verdict("Burn Through", votes, 0.5, 2, tie=True)}


def test_answers_that_all_abstain_are_no_problem(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("Not sure"), answer("Not sure"))]

    found = consolidated(payload)

    assert found == {"0": verdict("Not sure", {}, 0.0, 2)}


def test_another_abstaining_label_can_be_set(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("Unclear"), answer("Unclear"), answer("Good Weld"))]

    found = consolidated(payload, ABSTAIN_LABEL="Unclear")

    assert found == {"0": verdict("Good Weld", {"Good Weld": 1}, 0.0, 3)}


def test_entries_come_in_payload_order(consolidated: Consolidated) -> None:
    payload = [entry(object_id, answer("Good Weld")) for object_id in ("10", "2", "0", "1")]

    found = consolidated(payload)

    assert list(found) == ["10", "2", "0", "1"]


def test_an_empty_payload_gets_an_empty_answer(consolidated: Consolidated) -> None:
    payload: list[Json] = []

    found = consolidated(payload)

    assert found == {}


@pytest.mark.parametrize(
    "annotations", [{"annotations": []}, {"annotations": None}, {}], ids=["empty", "null", "absent"]
)
def test_an_object_that_nobody_answered_gets_a_problem(annotations: Json, consolidated: Consolidated) -> None:
    payload = [{"datasetObjectId": "0", **annotations}]

    found = consolidated(payload)

    assert found == {"0": verdict("Not sure", {}, 0.0, 0, problem="nobody answered")}


@pytest.mark.parametrize("annotations", ["private.5666", 7, {"workerId": "private.5666"}])
def test_annotations_that_are_no_list_are_a_problem(annotations: Json, consolidated: Consolidated) -> None:
    payload = [{"datasetObjectId": "0", "annotations": annotations}]

    found = consolidated(payload)

    problem = "1 of 1 answers could not be used: its annotations are not a list"
    assert found == {"0": verdict("Not sure", {}, 0.0, 0, problem=problem)}


def test_an_unusable_answer_is_told_and_the_others_count(consolidated: Consolidated) -> None:
    payload = [entry("0", raw("{"), answer("Good Weld"), answer("Good Weld"))]

    found = consolidated(payload)

    problem = "1 of 3 answers could not be used: not JSON"
    assert found == {"0": verdict("Good Weld", {"Good Weld": 2}, 1.0, 2, problem=problem)}


def test_several_reasons_are_summed_up(consolidated: Consolidated) -> None:
    payload = [entry("0", raw(""), raw("{"), raw("["), answer("Good Weld"), raw('{"comment": {"label": 1}}'))]

    found = consolidated(payload)

    refused = "4 of 5 answers could not be used: not JSON (2), empty (1), no label under 'WeldingClassification' (1)"
    expected = f"{refused}; field 'comment': its answers are of no known kind; all are kept as they are"
    assert found["0"]["problem"] == expected


def test_a_problem_stays_short(consolidated: Consolidated) -> None:
    payload = [entry("0", *(answer("x" * 300 + str(index)) for index in range(100)))]

    found = consolidated(payload)

    assert len(found["0"]["problem"]) <= 500


def test_a_problem_names_no_worker(consolidated: Consolidated) -> None:
    worker = "private.eu-west-1.5666"
    payload = [entry("0", raw(7, worker), answer("", worker), answer("Good Weld", worker), {"workerId": worker})]

    found = consolidated(payload)

    assert worker not in str(found)


def test_the_last_answer_of_a_worker_counts(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("Good Weld", "w1"), answer("Burn Through", "w2"), answer("Burn Through", "w1"))]

    found = consolidated(payload)

    problem = "1 worker answered more than once, the last answer counts"
    assert found == {"0": verdict("Burn Through", {"Burn Through": 2}, 1.0, 2, problem=problem)}


def test_an_unusable_answer_does_not_replace_an_earlier_one(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("Good Weld", "w1"), raw("{", "w1"))]

    found = consolidated(payload)

    assert found["0"]["votes"] == {"Good Weld": 1}


def test_workers_without_an_id_are_workers_of_their_own(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("Good Weld", ""), answer("Good Weld", ""))]

    found = consolidated(payload)

    assert found == {"0": verdict("Good Weld", {"Good Weld": 2}, 1.0, 2)}


def test_an_object_listed_twice_gets_one_entry_with_the_answers_of_both(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("Good Weld", "w1")), entry("1"), entry(0, answer("Good Weld", "w2"))]

    found = consolidated(payload)

    problem = "the payload lists this object 2 times"
    assert found["0"] == verdict("Good Weld", {"Good Weld": 2}, 1.0, 2, problem=problem)


def test_the_same_entry_twice_does_not_double_its_votes(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("Good Weld", "")), entry("0", answer("Good Weld", ""))]

    found = consolidated(payload)

    assert found["0"]["votes"] == {"Good Weld": 1}


@pytest.mark.parametrize("bad", [None, 7, "4", [], {}, {"datasetObjectId": ""}, {"datasetObjectId": [4]}])
def test_an_entry_without_an_id_is_left_out(bad: Json, consolidated: Consolidated) -> None:
    payload = [bad, entry("1", answer("Good Weld"))]

    found = consolidated(payload)

    assert list(found) == ["1"]


def test_an_entry_without_an_id_is_logged(
    consolidated: Consolidated, payload_uri: str, caplog: pytest.LogCaptureFixture
) -> None:
    payload = [entry("1", answer("Good Weld")), {"annotations": []}]

    consolidated(payload)

    logged = [(record.levelname, vars(record)["payload"], vars(record)["entry"]) for record in caplog.records]
    assert logged == [("ERROR", payload_uri, "[1]")]


def test_nothing_of_an_answer_is_logged(consolidated: Consolidated, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    payload = [entry("0", answer("Secret", "private.5666"), raw("Secret", "private.5667")), {"annotations": []}]

    consolidated(payload)

    logged = " ".join(str(vars(record)) for record in caplog.records)
    assert not [word for word in ("Secret", "5666", "5667") if word in logged]


def test_a_category_outside_the_list_of_the_event_is_not_counted(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("Dog"), answer("Cat"), answer("Good Weld"), answer("Not sure"))]

    found = consolidated(payload, event={"labelCategories": ["Cat", "Dog"]})

    problem = "1 of 4 answers could not be used: unknown category 'Good Weld'"
    assert found == {"0": verdict("Cat", {"Cat": 1, "Dog": 1}, 0.5, 3, tie=True, problem=problem)}


def test_the_category_file_stands_in_for_the_list_of_the_event(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("Dog"), answer("Cat"), answer("Good Weld"))]
    files = {CATEGORIES: b'{"labels": [{"label": "Dog"}, {"label": "Cat"}]}'}

    found = consolidated(payload, files, LABEL_CATEGORIES=CATEGORIES)

    assert found["0"]["votes"] == {"Dog": 1, "Cat": 1}


def test_the_list_of_the_event_comes_before_the_category_file(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("Dog"), answer("Cat"))]

    found = consolidated(payload, event={"labelCategories": ["Cat", "Dog"]}, LABEL_CATEGORIES=CATEGORIES)

    assert found["0"][NAME] == "Cat"


@pytest.mark.parametrize("file", [ObjectMissing("gone"), b"", b"[]", b'{"labels": []}', b" " * 2_000_000])
def test_a_category_file_that_cannot_be_used_is_a_wrong_configuration(
    file: bytes | TracemarkError, consolidated: Consolidated
) -> None:
    files = {CATEGORIES: file}

    with pytest.raises(InvalidConfiguration) as caught:
        consolidated([], files, LABEL_CATEGORIES=CATEGORIES)

    assert str(caught.value).startswith(f"{CATEGORIES}: the file that LABEL_CATEGORIES names cannot be used")


@pytest.mark.parametrize("label", ["Slag &amp; Pores", "Slag & Pores"])
def test_an_escaped_label_is_the_category_it_stands_for(label: str, consolidated: Consolidated) -> None:
    payload = [entry("0", answer(label))]

    found = consolidated(payload, event={"labelCategories": ["Slag & Pores"]})

    assert found == {"0": verdict("Slag & Pores", {"Slag & Pores": 1}, 0.0, 1)}


def test_a_category_that_looks_escaped_is_taken_as_it_stands(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("R&amp;D"))]

    found = consolidated(payload, event={"labelCategories": ["R&D", "R&amp;D"]})

    assert found["0"][NAME] == "R&amp;D"


def test_an_escaped_label_is_unescaped_where_any_label_counts(consolidated: Consolidated) -> None:
    payload = [entry("0", raw(html.escape('{"WeldingClassification": {"label": "A &amp; B"}}')))]

    found = consolidated(payload)

    assert found["0"][NAME] == "A & B"


@pytest.mark.parametrize("label", ["", " ", "\ud800", "x" * 201])
def test_a_label_that_cannot_be_written_is_refused_even_where_any_counts(
    label: str, consolidated: Consolidated
) -> None:
    payload = [entry("0", answer(label))]

    found = consolidated(payload)

    assert json.dumps(found, ensure_ascii=False).encode().startswith(b'{"0": {"WeldingClassification": "Not sure"')


def test_other_spellings_of_the_abstaining_label_abstain_and_are_told(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("Not Sure"), answer("not sure"), answer("Not sure"), answer("Crack"))]

    found = consolidated(payload)

    problem = "2 of 4 answers spell 'Not sure' 'Not Sure', 'not sure'"
    assert found == {"0": verdict("Crack", {"Crack": 1}, 0.0, 4, problem=problem)}


def test_an_escaped_abstaining_label_is_no_other_spelling(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("Can&#39;t tell"), answer("can't tell"))]

    found = consolidated(payload, ABSTAIN_LABEL="Can't tell")

    problem = '1 of 2 answers spell "Can\'t tell" "can\'t tell"'
    assert found == {"0": verdict("Can't tell", {}, 0.0, 2, problem=problem)}


def test_the_classifier_name_comes_from_the_answers(consolidated: Consolidated) -> None:
    payload = [entry("0", answer("Duck", name="bird")), entry("1", raw("{"))]

    found = consolidated(payload)

    assert [content["bird"] for content in found.values()] == ["Duck", "Not sure"]


def test_the_classifier_name_can_be_set(consolidated: Consolidated) -> None:
    both = {"weld": {"label": "Good Weld"}, "bird": {"label": "Duck"}}
    payload = [entry("0", raw(both), raw({"weld": {"label": "Good Weld"}}))]

    found = consolidated(payload, CLASSIFIER_NAME="bird")

    assert found["0"]["bird"] == "Duck"


def test_an_answer_that_s3_refuses_raises(consolidated: Consolidated) -> None:
    uri = "s3://weld-bucket/answer.json"
    payload = [entry("0", {"workerId": "w1", "annotationData": {"s3Uri": uri}})]

    with pytest.raises(AccessDenied) as caught:
        consolidated(payload, {uri: AccessDenied("S3 refused", place=uri)})

    assert caught.value.place == uri


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        (b"", InvalidDocument),
        (b"{", InvalidDocument),
        (b"[NaN]", InvalidDocument),
        (b"\xff", InvalidDocument),
        (b"[" * 200_000, InvalidDocument),
        (b"null", InvalidDocument),
        (b'{"workerId": "private.5666"}', InvalidDocument),
        (b" " * 1_000_001, ObjectTooLarge),
        (ObjectMissing("gone"), ObjectMissing),
        (AccessDenied("denied"), AccessDenied),
    ],
)
def test_a_payload_that_cannot_be_read_raises(
    payload: bytes | TracemarkError, error: type[TracemarkError], payload_uri: str, stored: Stored
) -> None:
    request = PostAnnotationRequest("", "Job", S3Uri.parse(payload_uri))

    with pytest.raises(TracemarkError) as caught:
        consolidate(request, stored({payload_uri: payload}), Settings(max_payload_bytes=1_000_000), Majority())

    assert type(caught.value) is error


def test_a_payload_that_is_no_list_is_refused_without_quoting_it(payload_uri: str, stored: Stored) -> None:
    request = PostAnnotationRequest("", "Job", S3Uri.parse(payload_uri))
    store = stored({payload_uri: b'{"workerId": "private.5666"}'})

    with pytest.raises(InvalidDocument) as caught:
        consolidate(request, store, Settings(), Majority())

    assert "5666" not in str(caught.value)


hostile = st.one_of(
    st.none(),
    st.text(),
    st.integers(),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.text(), st.integers()),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from([NAME, "label"]), inner),
    ),
    st.sampled_from(["[" * 100_000, '{"a": NaN}', "9" * 5_000, "&quot;", "\ud800", '{"votes": {"label": "x"}}']),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(hostile, st.booleans())
def test_one_hostile_answer_changes_nothing_for_other_objects(
    consolidated: Consolidated, content: Json, whole: bool
) -> None:
    others = [entry("1", answer("Good Weld"), answer("Burn Through")), entry("2", answer("Not sure"))]
    bad = content if whole else raw(content, "w1")

    found = consolidated([entry("0", bad, answer("Good Weld")), *others])

    assert {key: found[key] for key in ("1", "2")} == consolidated(others)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.sampled_from(["Good Weld", "Zinc", "Arc", "Not sure", ""]), max_size=5), max_size=5),
    st.randoms(use_true_random=False),
)
def test_neither_the_order_of_objects_nor_of_answers_matters(
    consolidated: Consolidated, labels: list[list[str]], chance: random.Random
) -> None:
    payload = [entry(str(index), *map(answer, given)) for index, given in enumerate(labels)]
    shuffled = [entry(str(index), *map(answer, chance.sample(given, len(given)))) for index, given in enumerate(labels)]

    found = consolidated(chance.sample(shuffled, len(shuffled)))

    assert found == consolidated(payload)
