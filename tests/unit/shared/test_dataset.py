"""Dataset documents: one sensor log, one photograph, and what overrides the function's defaults."""

from __future__ import annotations

import json

import pytest

from tracemark.contract.categories import Categories
from tracemark.contract.dataset import Dataset
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
    expected = Dataset(S3Uri("bucket", "sensor_data/weld.1.csv"), S3Uri("bucket", "images/weld.1.png"))

    assert _parsed(SEED) == expected


def test_profile_and_labels_are_read() -> None:
    found = _parsed({**SEED, "profile": {"s3Path": "s3://bucket/p.yaml"}, "labels": ["good", "bad"]})

    assert (found.profile, found.labels) == (S3Uri("bucket", "p.yaml"), Categories(("good", "bad")))


def test_null_profile_and_labels_mean_the_defaults() -> None:
    assert _parsed({**SEED, "profile": None, "labels": None}) == _parsed(SEED)


def test_further_keys_are_ignored() -> None:
    noisy = {**SEED, "operator": 7, "image": {**SEED["image"], "width": 3}}

    assert _parsed(noisy) == _parsed(SEED)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"sensor_data": None}, "key 'sensor_data' is missing"),
        ({"image": None}, "key 'image' is missing"),
        ({"image": {}}, "key 's3Path' is missing in 'image'"),
        ({"image": "s3://bucket/a.png"}, "key 'image' holds 's3://bucket/a.png'; expected an object"),
        ({"sensor_data": ["s3://bucket/a.csv"]}, "key 'sensor_data' holds ['s3://bucket/a.csv']; expected an object"),
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
