"""Dataset documents: one sensor log, one photograph, and what overrides the function's defaults."""

from __future__ import annotations

import json

import pytest

from tracemark.contract.categories import Categories
from tracemark.contract.dataset import MAX_FILES, Dataset, Log, Media
from tracemark.document import Json
from tracemark.errors import DataError, InvalidDocument, InvalidUri
from tracemark.storage.s3uri import S3Uri

SOURCE = "s3://bucket/dataset/dataset-1.json"
SEED: dict[str, Json] = {
    "sensor_data": {"s3Path": "s3://bucket/sensor_data/weld.1.csv"},
    "image": {"s3Path": "s3://bucket/images/weld.1.png"},
}


def _parsed(document: Json) -> Dataset:
    return Dataset.parse(json.dumps(document).encode(), SOURCE)


def test_the_seed_s_document_is_read() -> None:
    log, image = S3Uri("bucket", "sensor_data/weld.1.csv"), S3Uri("bucket", "images/weld.1.png")

    assert _parsed(SEED) == Dataset(logs=(Log(log),), images=(Media(image),))


def test_profile_and_labels_are_read() -> None:
    found = _parsed({**SEED, "profile": {"s3Path": "s3://bucket/p.yaml"}, "labels": ["good", "bad"]})

    assert (found.logs[0].profile, found.labels) == (S3Uri("bucket", "p.yaml"), Categories(("good", "bad")))


def test_an_item_may_have_several_of_everything() -> None:
    document = {
        "sensor_data": [
            {"s3Path": "s3://bucket/robot.csv", "title": "Robot", "offset": -1.5},
            {"s3Path": "s3://bucket/mic.csv", "profile": {"s3Path": "s3://bucket/mic.yaml"}},
        ],
        "image": [{"s3Path": "s3://bucket/a.jpg", "title": "Root"}, {"s3Path": "s3://bucket/b.jpg"}],
        "audio": {"s3Path": "s3://bucket/a.wav"},
        "video": [{"s3Path": "s3://bucket/a.mp4"}],
        "notes": "operator changed the nozzle",
        "profile": {"s3Path": "s3://bucket/p.yaml"},
    }

    assert _parsed(document) == Dataset(
        logs=(
            Log(S3Uri("bucket", "robot.csv"), "Robot", S3Uri("bucket", "p.yaml"), -1.5),
            Log(S3Uri("bucket", "mic.csv"), "", S3Uri("bucket", "mic.yaml")),
        ),
        images=(Media(S3Uri("bucket", "a.jpg"), "Root"), Media(S3Uri("bucket", "b.jpg"))),
        audio=(Media(S3Uri("bucket", "a.wav")),),
        video=(Media(S3Uri("bucket", "a.mp4")),),
        notes=("operator changed the nozzle",),
    )


@pytest.mark.parametrize("key", ["sensor_data", "image", "audio", "video"])
def test_one_thing_to_show_is_enough_and_a_list_of_one_is_that_one(key: str) -> None:
    alone = {"s3Path": "s3://bucket/x"}

    assert _parsed({key: [alone]}) == _parsed({key: alone})


def test_null_profile_and_labels_mean_the_defaults() -> None:
    assert _parsed({**SEED, "profile": None, "labels": None}) == _parsed(SEED)


def test_further_keys_are_ignored() -> None:
    noisy = {**SEED, "operator": 7, "image": {**SEED["image"], "width": 3}}

    assert _parsed(noisy) == _parsed(SEED)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (
            {"sensor_data": None, "image": None},
            "it names nothing to show; expected at least one of the keys sensor_data",
        ),
        ({"sensor_data": [], "image": []}, "it names nothing to show"),
        ({"image": {}}, "key 's3Path' is missing in 'image'"),
        ({"image": "s3://bucket/a.png"}, "key 'image' holds 's3://bucket/a.png'; expected an object"),
        ({"sensor_data": ["s3://bucket/a.csv"]}, "key 'sensor_data[0]' holds 's3://bucket/a.csv'; expected an object"),
        ({"sensor_data": [SEED["sensor_data"]] * 2}, "the log s3://bucket/sensor_data/weld.1.csv is listed twice"),
        ({"sensor_data": {**SEED["sensor_data"], "offset": "1 s"}}, "key 'sensor_data.offset' holds '1 s'"),
        ({"sensor_data": {**SEED["sensor_data"], "offset": 1e12}}, "key 'sensor_data.offset' holds 1000000000000.0"),
        ({"image": {**SEED["image"], "title": ""}}, "key 'image.title' holds ''"),
        ({"image": [SEED["image"]] * (MAX_FILES + 1)}, "key 'image' holds ["),
        ({"image": {**SEED["image"], "titel": "Root"}}, "the key 'titel' in 'image' is unknown; expected 'title'"),
        ({"images": [SEED["image"]]}, "the key 'images' is unknown; expected 'image', the nearest known key"),
        ({"imag": SEED["image"]}, "the key 'imag' is unknown; expected 'image'"),
        ({"notes": ["x" * 501]}, "key 'notes' holds ["),
        ({"profile": "welding"}, "key 'profile' holds 'welding'; expected an object"),
        ({"labels": "good"}, "key 'labels' holds 'good'; expected a list"),
        ({"labels": ["good", 7]}, "key 'labels[1]' holds 7; expected a string"),
        ({"labels": []}, "key 'labels' holds []; expected 1 to 1,000 category names"),
        ({"labels": ["good", "good"]}, "category 'good' is listed twice"),
    ],
)
def test_a_wrong_document_is_refused_with_its_key(change: dict[str, Json], cause: str) -> None:
    with pytest.raises(InvalidDocument) as refusal:
        _parsed({**SEED, **change})

    assert str(refusal.value).startswith(f"{SOURCE}: {cause}")


@pytest.mark.parametrize("value", ["weld.1.csv", "https://bucket/weld.1.csv", 7, "", {"Bucket": "b"}])
def test_a_path_that_is_no_uri_is_refused_with_its_key(value: Json) -> None:
    with pytest.raises(InvalidUri, match=f"^{SOURCE} key 'sensor_data.s3Path': "):
        _parsed({**SEED, "sensor_data": {"s3Path": value}})


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"time,current\n1,2\n", b"\x89PNG\r\n", b"\xff"], ids=ascii)
def test_what_is_no_json_object_is_refused_with_its_uri(data: bytes) -> None:
    with pytest.raises(DataError, match=f"^{SOURCE}: "):
        Dataset.parse(data, SOURCE)
