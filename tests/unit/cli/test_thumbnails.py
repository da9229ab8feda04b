"""Thumbnails: of a dataset document's photograph, of an image itself, and of what is none."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image
from support.fakes import MemoryObjects
from support.finished_jobs import item

from tracemark.storage.s3uri import S3Uri
from tracemark_cli.report.thumbnails import thumbnail


class Storage:
    """As much of a `JobStorage` as thumbnails need."""

    def __init__(self) -> None:
        self.objects = MemoryObjects()

    def read(self, uri: S3Uri, limit: int) -> bytes:
        return self.objects.read(uri, limit=limit).data


def picture(kind: str, size: tuple[int, int] = (2_000, 1_500), mode: str = "RGB") -> bytes:
    sink = io.BytesIO()
    Image.new(mode, size).save(sink, kind)
    return sink.getvalue()


def made(source: str, **objects: bytes) -> str:
    storage = Storage()
    for key, data in objects.items():
        storage.objects.put(f"s3://welds/{key}", data)
    return thumbnail(storage, item(0, {}, None, source=source))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("GIF", "P"), ("JPEG", "L")]
)
def test_an_image_becomes_a_small_jpeg(kind: str, mode: str) -> None:
    found = made("s3://welds/photo", photo=picture(kind, mode=mode))

    data = base64.b64decode(found.removeprefix("data:image/jpeg;base64,"))
    with Image.open(io.BytesIO(data)) as small:
        assert (small.format, small.size) == ("JPEG", (267, 200))


def test_the_photograph_of_a_dataset_document_is_shown() -> None:
    document = {"sensor_data": {"s3Path": "s3://welds/a.csv"}, "image": {"s3Path": "s3://welds/photo"}}

    found = made("s3://welds/0.json", **{"0.json": json.dumps(document).encode(), "photo": picture("PNG")})

    assert found.startswith("data:image/jpeg;base64,")


def marked(kind: str, orientation: int) -> bytes:
    """Return a picture whose stored pixels are white in the upper left corner and black elsewhere."""
    stored = Image.new("L", (64, 64))
    stored.paste(255, (0, 0, 32, 32))
    exif = stored.getexif()
    exif[0x0112] = orientation
    sink = io.BytesIO()
    stored.save(sink, kind, exif=exif)
    return sink.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "white"), [(1, (8, 8)), (3, (56, 56)), (6, (56, 8)), (8, (8, 56)), (2, (56, 8)), (5, (8, 8))]
)
def test_a_photograph_stands_as_the_camera_was_held(kind: str, orientation: int, white: tuple[int, int]) -> None:
    found = made("s3://welds/photo", photo=marked(kind, orientation))

    with Image.open(io.BytesIO(base64.b64decode(found.partition(",")[2]))) as small:
        grey = np.asarray(small.convert("L"))
    assert [(x, y) for x in (8, 56) for y in (8, 56) if grey[y, x] > 128] == [white]


@pytest.mark.parametrize(("kind", "mode"), [("TIFF", "RGB"), ("PNG", "I;16"), ("JPEG2000", "RGB"), ("TIFF", "CMYK")])
def test_what_no_browser_shows_has_a_thumbnail_all_the_same(kind: str, mode: str) -> None:
    assert made("s3://welds/photo", photo=picture(kind, mode=mode)).startswith("data:image/jpeg;base64,")


@pytest.mark.parametrize(
    ("source", "objects"),
    [
        ("a text to label", {}),
        ("s3://welds/gone.jpg", {}),
        ("s3://welds/0.json", {"0.json": b"{}"}),
        ("s3://welds/photo", {"photo": b"no picture"}),
        ("s3://welds/photo", {"photo": b""}),
        ("s3://welds/photo", {"photo": picture("JPEG")[:500]}),
        ("s3://welds/photo", {"photo": picture("PNG", (12_000, 12_000), "1")}),
    ],
    ids=["text", "missing", "wrong document", "no picture", "empty", "cut off", "bomb"],
)
def test_what_cannot_be_shown_is_left_out(source: str, objects: dict[str, bytes]) -> None:
    assert made(source, **objects) == ""
