"""What holds for every kind of field: order, agreement, scale, names of classes, and hostile answers."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.fakes import MemoryObjects

from tracemark.contract.postannotation import PostAnnotationRequest
from tracemark.document import Json
from tracemark.marks.mark import Span
from tracemark.marks.mask import Mask
from tracemark.storage.s3uri import S3Uri
from tracemark_postlabel.consolidate import consolidate
from tracemark_postlabel.consolidation.weighted import Weighted
from tracemark_postlabel.fields.median import lower_median, weighted_median
from tracemark_postlabel.fields.outline import outline
from tracemark_postlabel.settings import Settings

PAYLOAD = "s3://welds/output/Job/payload.json"
CLASSES = ("Crack", "Pore")
WORKERS = ("anna", "ben", "cleo")

Given = list[list[Json]]
"""For each object, what each of the workers gave in the field."""
Field = st.SearchStrategy[Json]


def decided(given: Given, workers: Sequence[str] = WORKERS, chance: random.Random | None = None) -> list[Any]:
    """Return the content of each object, in their order; `chance` shuffles objects and answers before."""
    entries = [
        {
            "datasetObjectId": str(place),
            "annotations": [
                {"workerId": worker, "annotationData": {"content": {"field": value}}}
                for worker, value in zip(workers, values, strict=False)
            ],
        }
        for place, values in enumerate(given)
    ]
    if chance:
        chance.shuffle(entries)
        for entry in entries:
            chance.shuffle(entry["annotations"])  # type: ignore[arg-type]
    store = MemoryObjects()
    store.put(PAYLOAD, json.dumps(entries).encode())
    request = PostAnnotationRequest("", "Job", S3Uri.parse(PAYLOAD))
    found = consolidate(request, store, Settings(), Weighted())  # type: ignore[arg-type]
    contents = {annotation.dataset_object_id: annotation.content["Job"] for annotation in found}
    return [contents[str(place)] for place in range(len(given))]


whole = st.integers(0, 40).map(float)
sides = st.integers(4, 30).map(float)
labels = st.sampled_from(CLASSES)

spans = st.lists(
    st.builds(lambda label, start, size: Span(label, start, start + size, "current").to_json(), labels, whole, sides),
    max_size=4,
)
boxes = st.lists(
    st.fixed_dictionaries({"label": labels, "left": whole, "top": whole, "width": sides, "height": sides}), max_size=4
).map(lambda listed: {"boundingBoxes": listed, "inputImageProperties": {"width": 100, "height": 100}})
polygons = st.lists(
    st.builds(
        lambda label, x, y, wide, high: {
            "label": label,
            "vertices": [{"x": x + dx * wide, "y": y + dy * high} for dx, dy in ((0, 0), (1, 0), (1, 1), (0.5, 1.5))],
        },
        labels,
        whole,
        whole,
        sides,
        sides,
    ),
    max_size=3,
).map(lambda listed: {"polygons": listed})
keypoints = st.lists(st.fixed_dictionaries({"label": labels, "x": whole, "y": whole}), max_size=4).map(
    lambda listed: {"keypoints": listed, "inputImageProperties": {"width": 100, "height": 100}}
)
lines = st.lists(
    st.builds(
        lambda label, *ends: {"label": label, "vertices": [{"x": ends[0], "y": ends[1]}, {"x": ends[2], "y": ends[3]}]},
        labels,
        whole,
        whole,
        whole,
        whole,
    ),
    max_size=3,
).map(lambda listed: {"lines": listed, "inputImageProperties": {"width": 100, "height": 100}})
entities = st.lists(
    st.builds(
        lambda label, at, size: {"label": label, "startOffset": at, "endOffset": at + size},
        labels,
        st.integers(0, 40),
        st.integers(1, 9),
    ),
    max_size=4,
).map(lambda listed: {"entities": listed})
masks = st.lists(st.integers(0, 2), min_size=9, max_size=9).map(
    lambda cells: Mask(CLASSES, np.array(cells, dtype=np.uint8).reshape(3, 3)).to_json()
)
blobs = st.lists(st.tuples(st.integers(1, 2), *[st.integers(0, 7)] * 2, *[st.integers(1, 5)] * 2), max_size=4).map(
    lambda listed: Mask(CLASSES, blotted(listed)).to_json()
)


def blotted(listed: Sequence[tuple[int, ...]]) -> Any:
    pixels = np.zeros((8, 8), np.uint8)
    for place, top, left, height, width in listed:
        pixels[top : top + height, left : left + width] = place
    return pixels


KINDS: dict[str, Field] = {
    "several": st.lists(labels, unique=True).map(lambda found: {"labels": found}),
    "numbers": st.integers(-50, 50) | st.floats(-1e6, 1e6),
    "texts": st.sampled_from(["a", "b", "c "]),
    "toggles": st.booleans(),
    "spans": spans,
    "boxes": boxes,
    "polygons": polygons,
    "keypoints": keypoints,
    "lines": lines,
    "entities": entities,
    "masks": masks,
    "blobs": blobs,
}
of_every_kind = pytest.mark.parametrize("kind", sorted(KINDS))
quietly = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=25, deadline=None)


def jobs(kind: str, objects: int = 3) -> st.SearchStrategy[Given]:
    answers = st.lists(KINDS[kind], min_size=len(WORKERS), max_size=len(WORKERS))
    return st.lists(answers, min_size=1, max_size=objects)


@of_every_kind
@quietly
@given(data=st.data())
def test_neither_the_order_of_objects_nor_of_answers_matters(kind: str, data: st.DataObject) -> None:
    job = data.draw(jobs(kind))

    found = decided(job, chance=data.draw(st.randoms(use_true_random=False)))

    assert found == decided(job)


@of_every_kind
@quietly
@given(data=st.data())
def test_an_agreeing_answer_never_lowers_a_verdict(kind: str, data: st.DataObject) -> None:
    job = data.draw(jobs(kind))
    before = decided(job)[0]
    if before["field"] is None:
        return
    agreeing = as_answer(kind, before["field"])

    after = decided([[*job[0], agreeing], *job[1:]], (*WORKERS, "dora"))[0]

    # Where one mark overlaps two of another worker's, the new mark may join them otherwise and move an end a little.
    if kind in MARKED:
        assert standing(after["field"]) >= standing(agreeing)
    else:
        assert as_answer(kind, after["field"]) == agreeing
    assert after["confidence"] >= before["confidence"] - 2e-4


MARKED = ("spans", "boxes", "polygons", "keypoints", "lines", "entities")


def standing(value: Json) -> Counter[str]:
    """Return how many marks of each class there are."""
    lists = [value] if isinstance(value, list) else [each for each in value.values() if isinstance(each, list)]
    return Counter(mark["label"] for listed in lists for mark in listed)


def as_answer(kind: str, value: Json) -> Json:
    """Return a verdict as a worker would have to answer to agree with it."""
    if kind == "several":
        return {"labels": value}
    if isinstance(value, list):
        return [bare(mark) for mark in value]
    if not isinstance(value, dict):
        return value
    return {key: [bare(mark) for mark in each] if isinstance(each, list) else each for key, each in value.items()}


def bare(mark: Json) -> Json:
    return {key: value for key, value in mark.items() if key not in ("confidence", "votes", "labels", "tie")}


@pytest.mark.parametrize("kind", ["spans", "boxes", "polygons", "keypoints", "lines"])
@pytest.mark.parametrize("factor", [0.5, 8.0])
@quietly
@given(data=st.data())
def test_scaling_coordinates_commutes_with_consolidation(kind: str, factor: float, data: st.DataObject) -> None:
    job = data.draw(jobs(kind))

    found = decided(each(job, lambda value: scaled(value, factor)))

    expected = [scaled(content["field"], factor) for content in decided(job)]
    assert [content["field"] for content in found] == approximately(expected)


PLACES = {"start", "end", "left", "top", "width", "height", "x", "y"}


def scaled(value: Json, factor: float) -> Json:
    if isinstance(value, list):
        return [scaled(item, factor) for item in value]
    if isinstance(value, dict):
        return {key: item * factor if key in PLACES else scaled(item, factor) for key, item in value.items()}
    return value


def approximately(value: Json) -> Json:
    if isinstance(value, list):
        return [approximately(item) for item in value]
    if isinstance(value, dict):
        return {key: approximately(item) for key, item in value.items()}
    return pytest.approx(value, rel=1e-9) if isinstance(value, float) else value


def each(job: Given, change: Callable[[Json], Json]) -> Given:
    return [[change(value) for value in values] for values in job]


@pytest.mark.parametrize("kind", ["several", "spans", "boxes", "keypoints", "entities"])
@quietly
@given(data=st.data())
def test_relabeling_classes_commutes_with_consolidation(kind: str, data: st.DataObject) -> None:
    # In the same order of names: where nothing else tells two classes apart, their order does, and the tie is marked.
    names = {"Crack": "Spatter", "Pore": "Undercut"}
    job = data.draw(jobs(kind))

    found = decided(each(job, lambda value: relabeled(value, names)))

    assert found == [relabeled(content, names) for content in decided(job)]


def relabeled(value: Json, names: dict[str, str]) -> Json:
    text = json.dumps(value)
    for old, new in names.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    return json.loads(text)


hostile: st.SearchStrategy[Json] = st.sampled_from(
    [
        None,
        "",
        "x" * 300,
        7,
        {},
        [],
        {"field": None},
        {"field": {"odd": 1}},
        {"votes": {"label": "x"}},
        {"field": {"boundingBoxes": [{"label": "Pore", "left": 1e300, "top": 0, "width": 1, "height": 1}]}},
        {"field": [{"label": "Pore", "start": 5, "end": 1}]},
        {"field": {"polygons": [{"vertices": [1, 2]}]}},
        {"field": {"labels": ["\\ud800"]}},
        {"field": {"keypoints": [{}] * 2_000}},
        {"a" * 300: 1},
        {"field": {"labelMappings": {"Pore": {"color": "x"}}, "labeledImage": {"pngImageData": "AAAA"}}},
    ]
)


@of_every_kind
@quietly
@given(data=st.data())
def test_one_hostile_answer_leaves_other_objects_as_they_are(kind: str, data: st.DataObject) -> None:
    others = data.draw(jobs(kind, objects=2))
    entries = [
        {
            "datasetObjectId": str(place),
            "annotations": [
                {"workerId": worker, "annotationData": {"content": {"field": value}}}
                for worker, value in zip(WORKERS, values, strict=True)
            ],
        }
        for place, values in enumerate(others)
    ]
    answer = {"workerId": "eve", "annotationData": {"content": data.draw(hostile)}}
    bad = {"datasetObjectId": "bad", "annotations": [answer]}

    assert contents([*entries, bad])[:-1] == contents(entries)


def contents(entries: list[Json]) -> list[Json]:
    store = MemoryObjects()
    store.put(PAYLOAD, json.dumps(entries).encode())
    request = PostAnnotationRequest("", "Job", S3Uri.parse(PAYLOAD))
    found = consolidate(request, store, Settings(), Weighted())  # type: ignore[arg-type]
    return [annotation.content for annotation in found]


weighted_values = st.lists(st.tuples(st.integers(-9, 9).map(float), st.integers(1, 5).map(float)), min_size=1)


@given(weighted_values)
def test_no_value_has_a_smaller_weighted_distance_than_the_median(pairs: list[tuple[float, float]]) -> None:
    values, weights = zip(*pairs, strict=True)

    def distance(at: float) -> float:
        return sum(weight * abs(value - at) for value, weight in pairs)

    for middle in (weighted_median(values, weights), lower_median(values, weights)):
        assert distance(middle) == pytest.approx(min(map(distance, values)))
    assert lower_median(values, weights) in values


@given(weighted_values)
def test_an_answer_at_the_median_leaves_it_there(pairs: list[tuple[float, float]]) -> None:
    values, weights = zip(*pairs, strict=True)
    middle = weighted_median(values, weights)

    assert weighted_median([*values, middle], [*weights, 2.0]) == middle


@given(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=4, max_size=4))
def test_the_outline_encloses_as_many_cells_as_the_largest_region_and_its_holes(rows: list[list[bool]]) -> None:
    cells = np.array(rows)
    cells[1, 1] = True

    corners = outline(np.kron(cells, np.ones((8, 8), dtype=bool)))

    x, y = np.array(corners, dtype=float).T
    enclosed = abs(float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))) / 2
    assert enclosed % 64 == pytest.approx(0, abs=1e-6)
    assert 64 <= enclosed <= 64 * 16
