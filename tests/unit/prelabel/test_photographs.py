"""Photographs of items: shown as they are, or by a copy beside the charts that is made once."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from support.fakes import MemoryObjects, photograph

from tracemark.errors import InvalidImage, ObjectMissing, ObjectTooLarge
from tracemark.storage.s3uri import S3Uri
from tracemark_prelabel.photographs import Photographs, copy_of
from tracemark_prelabel.pictures import PictureLimits

IMAGE = S3Uri.parse("s3://welds/images/run 1/weld.1.tif")
COPY = S3Uri.parse("s3://welds/plots/run 1/weld.1.tif-shown.jpg")


def stored(data: bytes) -> MemoryObjects:
    store = MemoryObjects()
    store.put(str(IMAGE), data)
    return store


def test_what_browsers_show_is_not_copied() -> None:
    store = stored(photograph("JPEG"))

    assert Photographs(store).show(IMAGE).file == IMAGE
    assert list(store.objects) == [IMAGE]


def test_what_no_browser_shows_is_copied_beside_the_charts() -> None:
    store = stored(photograph("TIFF"))

    assert Photographs(store).show(IMAGE).file == COPY == copy_of(IMAGE)
    with Image.open(io.BytesIO(store.read(COPY, limit=10**6).data)) as made:
        assert made.format == "JPEG"


def test_a_copy_that_is_still_right_is_not_made_again_and_keeps_its_note() -> None:
    store = stored(photograph("TIFF", "I;16"))
    first = Photographs(store).show(IMAGE)
    made = store.objects[COPY]

    second = Photographs(store).show(IMAGE)

    assert second == first
    assert "are shown from black to white" in second.note
    assert store.objects[COPY] is made


def test_another_photograph_under_the_same_key_is_copied_anew() -> None:
    store = stored(photograph("TIFF"))
    Photographs(store).show(IMAGE)
    made = store.objects[COPY]
    store.put(str(IMAGE), photograph("TIFF", "L"))

    Photographs(store).show(IMAGE)

    assert store.objects[COPY] is not made


@pytest.mark.parametrize(
    ("data", "error"), [(b"", InvalidImage), (b"x" * 101, ObjectTooLarge), (ObjectMissing("gone"), ObjectMissing)]
)
def test_what_cannot_be_shown_is_refused_and_nothing_is_written(
    data: bytes | ObjectMissing, error: type[Exception]
) -> None:
    store = MemoryObjects()
    store.put(str(IMAGE), data)

    with pytest.raises(error):
        Photographs(store, PictureLimits(bytes=100)).show(IMAGE)
    assert list(store.objects) == [IMAGE]
