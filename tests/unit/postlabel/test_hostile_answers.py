"""Answers of every kind, spoilt at any place: what is wrong is left out and told, and costs nothing else."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from support.fakes import MemoryObjects

from tracemark.contract.postannotation import PostAnnotationRequest
from tracemark.document import Json, json_bytes
from tracemark.marks.mask import Mask, instances_json
from tracemark.marks.raster import Region, region_of
from tracemark.storage.s3uri import S3Uri
from tracemark_postlabel.consolidate import consolidate
from tracemark_postlabel.consolidation.ensemble import Ensemble
from tracemark_postlabel.settings import Settings

PAYLOAD = "s3://welds/output/Job/payload.json"
SIZE = {"width": 100, "height": 80}
Path = tuple[str | int, ...]

CELLS = np.array([[0, 1, 2], [0, 1, 2], [0, 0, 2]], dtype=np.uint8)
REGIONS = [each for each in (region_of("Pore", np.equal(CELLS, n)) for n in (1, 2)) if isinstance(each, Region)]
CORNERS = [{"x": 1, "y": 1}, {"x": 50, "y": 1}, {"x": 50, "y": 40}]
SPANS: Json = [
    {"label": "Pore", "channel": "current", "start": 1.5, "end": 9.0},
    {"label": "Crack", "channel": None, "start": 20.0, "end": 20.0},
]
KINDS: dict[str, Json] = {
    "choice": {"label": "Pore"},
    "several": {"labels": ["Pore", "Crack"]},
    "number": 3,
    "text": "near the crater",
    "toggle": {"on": True},
    "radio": {"a": True, "b": False},
    "spans": SPANS,
    "spans as text": json.dumps(SPANS),
    "boxes": {"boundingBoxes": [{"label": "Pore", "left": 1, "top": 2, "width": 30, "height": 20}]},
    "polygons": {"polygons": [{"label": "Pore", "vertices": CORNERS}]},
    "polylines": {"polylines": [{"label": "Pore", "vertices": CORNERS}]},
    "lines": {"lines": [{"label": "Pore", "vertices": CORNERS[:2]}]},
    "keypoints": {"keypoints": [{"label": "Pore", "x": 5, "y": 6}]},
    "entities": {"entities": [{"label": "Pore", "startOffset": 2, "endOffset": 6}]},
    "mask": dict(Mask(("Pore", "Crack"), CELLS).to_json()),
    "instances": dict(instances_json(REGIONS, CELLS.shape)),
}
SIZED = ("boxes", "polygons", "polylines", "lines", "keypoints")
for name in SIZED:
    KINDS[name] = {**KINDS[name], "inputImageProperties": SIZE}

nested: Json = 1
for _ in range(60):
    nested = [nested]
leaves: st.SearchStrategy[Json] = st.sampled_from(
    [
        *(float("nan"), float("inf"), float("-inf"), 1e308, -1e308, 1e-320, 10**400, 2**63, -5, 0, -0.0),
        *(None, True, False, "", "x" * 5_000, "\ud800", "\u202e\x00", "Pöre \U0001f600", "NaN"),
        *([], {}, nested, {"a": {"b": {}}}, [None], ["Pore"], {"label": None}),
        *("[{", '[{"label": "Pore", "start": 5, "end": 1}]', '[{"label": "Pore", "start": NaN, "end": 1}]'),
    ]
)
names = st.sampled_from(["label", "start", "__proto__", "", "\ud800", "x" * 300, "votes", "confidence", "problem"])


def places(value: Json, here: Path = ()) -> Iterator[Path]:
    """Yield the path of a value and of everything inside it."""
    yield here
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield from places(each, (*here, key))


def at(value: Json, path: Path) -> Json:
    return at(value[path[0]], path[1:]) if path else value


def put(value: Json, path: Path, new: Json) -> Json:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


@st.composite
def spoilt(draw: st.DrawFn, kind: str) -> Json:
    """Return an answer of a kind that is wrong in one or two places.

    A group of buttons with two pressed is none: who presses two tells that the page has boxes to check.
    """
    value = KINDS[kind]
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(list(places(value))))
        value = put(value, path, draw(others(at(value, path))))
    assume(kind != "radio" or not isinstance(value, dict) or sum(each is True for each in value.values()) < 2)
    return value


def others(value: Json) -> st.SearchStrategy[Json]:
    """Return what may stand in place of a value: anything, or the same repeated, renamed, turned or far away."""
    if isinstance(value, list) and value:
        return leaves | st.sampled_from([value * 2, value * 400, value[::-1], value[1:]])
    if isinstance(value, dict) and value:
        return leaves | st.builds(renamed, st.just(value), st.sampled_from(list(value)), names | st.none())
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9:
        return leaves | st.sampled_from([-value, value * 1e6, value + 1e9, str(value)])
    return leaves


def renamed(value: dict[str, Json], old: str, new: str | None) -> Json:
    rest = {key: each for key, each in value.items() if key != old}
    return rest if new is None else {**rest, new: value[old]}


def entry(object_id: str, fields: Sequence[Json], workers: Sequence[str]) -> Json:
    return {
        "datasetObjectId": object_id,
        "annotations": [
            {"workerId": worker, "annotationData": {"content": json.dumps({"field": value, "sure": "yes"})}}
            for worker, value in zip(workers, fields, strict=True)
        ],
    }


def contents(entries: Sequence[Json]) -> dict[str, Any]:
    """Return what is written of each object."""
    store = MemoryObjects()
    store.put(PAYLOAD, json.dumps(entries).encode())
    request = PostAnnotationRequest("", "Job", S3Uri.parse(PAYLOAD))
    found = consolidate(request, store, Settings(), Ensemble())  # type: ignore[arg-type]
    return {each.dataset_object_id: each.content["Job"] for each in found}


def good(kind: str) -> list[Json]:
    return [entry(str(number), [KINDS[kind]] * 3, ("anna", "ben", "cleo")) for number in range(2)]


of_every_kind = pytest.mark.parametrize("kind", sorted(KINDS))
quietly = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=20, deadline=None)


@of_every_kind
@quietly
@given(data=st.data())
def test_other_objects_stay_as_they_are_to_the_last_byte(kind: str, data: st.DataObject) -> None:
    bad = entry("bad", [data.draw(spoilt(kind))], ["eve"])

    found = contents([*good(kind), bad])

    assert json_bytes({key: found[key] for key in ("0", "1")}) == json_bytes(contents(good(kind)))


@of_every_kind
@quietly
@given(data=st.data())
def test_other_workers_are_still_heard_and_so_is_the_workers_other_field(kind: str, data: st.DataObject) -> None:
    answers = [KINDS[kind], KINDS[kind], data.draw(spoilt(kind))]
    bad = entry("bad", answers, ["anna", "ben", "eve"])

    found = contents([*good(kind), bad])["bad"]

    assert found["field"] is not None
    assert "yes" in (found.get("sure"), *found.get("comments", ()))
    json.dumps(found, allow_nan=False)


@of_every_kind
@quietly
@given(data=st.data(), chance=st.randoms(use_true_random=False))
def test_the_order_of_answers_decides_nothing_even_of_spoilt_ones(
    kind: str, data: st.DataObject, chance: random.Random
) -> None:
    workers = ["anna", "ben", "cleo", "eve"]
    answers = [KINDS[kind], *(data.draw(spoilt(kind)) for _ in range(3))]
    order = list(range(4))
    chance.shuffle(order)

    found = contents([entry("bad", [answers[n] for n in order], [workers[n] for n in order]), *good(kind)[::-1]])

    assert found == contents([*good(kind), entry("bad", answers, workers)])


@of_every_kind
@quietly
@given(data=st.data())
def test_what_is_left_out_is_told(kind: str, data: st.DataObject) -> None:
    value = data.draw(spoilt(kind))

    found = contents([entry("bad", [value], ["eve"]), *good(kind)])["bad"]

    assert found.get("field") is not None or value in (None, "") or found["problem"]


@of_every_kind
@pytest.mark.parametrize("other", [*sorted(KINDS), "nothing known"])
def test_an_answer_of_another_kind_costs_no_other(kind: str, other: str) -> None:
    strange = KINDS.get(other, {"odd": [1]})

    found = contents([*good(kind), entry("bad", [KINDS[kind], strange, KINDS[kind]], ["anna", "eve", "ben"])])

    assert found["0"] == contents(good(kind))["0"]
    assert found["bad"]["field"] is not None
