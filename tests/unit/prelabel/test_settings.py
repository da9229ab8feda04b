"""The pre-labeling function's environment."""

from __future__ import annotations

import pytest

from tracemark.errors import TracemarkError
from tracemark.profile.shipped import ShippedProfile
from tracemark.storage.s3uri import S3Uri
from tracemark_prelabel.pictures import PictureLimits
from tracemark_prelabel.prepare import OnBadItem
from tracemark_prelabel.settings import Settings


def test_nothing_has_to_be_set() -> None:
    found = Settings.parse({})

    assert found == Settings(OnBadItem.SKIP, None, None, None, None)


def test_every_variable_is_read() -> None:
    found = Settings.parse(
        {
            "ON_BAD_ITEM": "fail",
            "SENSOR_PROFILE": "robotic-weld",
            "LABEL_CATEGORIES": "s3://welds/labels.json",
            "PLOTTING_FUNCTION": "plotting",
            "ALLOWED_BUCKETS": "welds, more-welds",
            "MAX_IMAGE_BYTES": "1000",
            "MAX_IMAGE_PIXELS": "20",
        }
    )

    assert found == Settings(
        OnBadItem.FAIL,
        ShippedProfile("robotic-weld"),
        S3Uri("welds", "labels.json"),
        "plotting",
        frozenset({"welds", "more-welds"}),
        PictureLimits(bytes=1_000, pixels=20),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ON_BAD_ITEM", "ignore"),
        ("SENSOR_PROFILE", "no-such-profile"),
        ("LABEL_CATEGORIES", "labels.json"),
        ("ALLOWED_BUCKETS", "welds/key"),
        ("ALLOWED_BUCKETS", ","),
        ("MAX_IMAGE_BYTES", "many"),
        ("MAX_IMAGE_PIXELS", "0"),
    ],
)
def test_a_wrong_value_is_quoted(name: str, value: str) -> None:
    with pytest.raises(TracemarkError) as refused:
        Settings.parse({name: value})

    assert name in str(refused.value)
