"""Image files: which browsers show, what is made of the others, and which are refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from support.fakes import photograph

from tracemark.errors import DataError, InvalidImage, ObjectTooLarge
from tracemark_prelabel import pictures
from tracemark_prelabel.pictures import MAX_SIDE, PictureLimits, developed, unshowable

PLACE = "s3://welds/images/weld.1.png"
LIMITS = PictureLimits()
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"></svg>\n'
QUARTER_TURN = 6
ORIENTATION = 0x0112


def deep(kind: str, values: Any) -> bytes:
    sink = io.BytesIO()
    Image.fromarray(values).save(sink, kind)
    return sink.getvalue()


def heic() -> bytes:
    sink = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "red")).save(sink)
    return sink.getvalue()


def pages(count: int) -> bytes:
    sink = io.BytesIO()
    first, *others = (Image.new("L", (8, 8), 10 * number) for number in range(count))
    first.save(sink, "TIFF", save_all=True, append_images=others)
    return sink.getvalue()


def ramp(kind: str) -> bytes:
    return deep(kind, np.linspace(800, 3_100, 6_400).astype(np.uint16).reshape(80, 80))


def opened(data: bytes) -> Any:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"), ("GIF", "P"), ("WEBP", "RGB"),
     ("BMP", "RGB"), ("AVIF", "RGB")],
)  # fmt: skip
def test_what_browsers_show_is_shown_as_it_is(kind: str, mode: str) -> None:
    assert unshowable(photograph(kind, mode), PLACE, LIMITS) == ""


def test_a_drawing_in_svg_is_shown_as_it_is() -> None:
    assert unshowable(SVG, PLACE, LIMITS) == ""


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (photograph("TIFF"), "it is a TIFF file"),
        (photograph("TIFF", "CMYK"), "it is a TIFF file"),
        (photograph("JPEG2000"), "it is a JPEG2000 file"),
        (photograph("PPM"), "it is a PPM file"),
        (heic(), "it is a HEIF file"),
        (ramp("PNG"), "its values have 16 bits"),
    ],
    ids=["tiff", "cmyk", "jpeg 2000", "ppm", "heic", "16-bit png"],
)
def test_what_no_browser_shows_becomes_a_jpeg_of_the_same_size(data: bytes, reason: str) -> None:
    made = developed(data, PLACE, LIMITS)

    assert unshowable(data, PLACE, LIMITS) == reason
    assert (opened(made.jpeg).format, opened(made.jpeg).size) == ("JPEG", opened(data).size)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_spread_from_black_to_white_and_said(kind: str) -> None:
    made = developed(ramp(kind), PLACE, LIMITS)

    shown = np.asarray(opened(made.jpeg))
    assert (shown.min(), shown.max()) == (0, 255)
    assert abs(float(np.median(shown)) - 127) < 4
    assert made.note == "values from 811 to 3088 are shown from black to white"


def test_a_few_dead_pixels_do_not_decide_the_contrast() -> None:
    values = np.full((100, 100), 1_000, np.uint16)
    values[:, 50:], values[0, 0], values[0, 1] = 1_200, 65_535, 0

    shown = np.asarray(opened(developed(deep("PNG", values), PLACE, LIMITS).jpeg))

    assert (int(shown[50, 10]), int(shown[50, 90])) == (0, 255)


@pytest.mark.parametrize("value", [0, 1_000, 65_535])
def test_a_picture_of_one_value_is_shown(value: int) -> None:
    made = developed(deep("PNG", np.full((8, 8), value, np.uint16)), PLACE, LIMITS)

    assert np.ptp(np.asarray(opened(made.jpeg))) == 0


def test_numbers_that_are_none_are_black() -> None:
    values = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    values[0, 0] = np.nan

    assert np.asarray(opened(developed(deep("TIFF", values), PLACE, LIMITS).jpeg))[0, 0] < 40


@pytest.mark.parametrize("kind", ["TIFF", "JPEG2000"])
def test_what_is_made_stands_upright(kind: str) -> None:
    lying = Image.new("RGB", (40, 20))
    exif = lying.getexif()
    exif[ORIENTATION] = QUARTER_TURN
    sink = io.BytesIO()
    lying.save(sink, kind, exif=exif)
    turned = kind == "TIFF"  # Pillow writes no EXIF into JPEG 2000

    assert opened(developed(sink.getvalue(), PLACE, LIMITS).jpeg).size == ((20, 40) if turned else (40, 20))


def test_what_is_transparent_lies_on_white() -> None:
    data = photograph("TIFF", "RGBA")

    assert opened(developed(data, PLACE, LIMITS).jpeg).getpixel((0, 0)) == (255, 255, 255)


def test_of_several_pages_the_first_is_shown_and_said() -> None:
    made = developed(pages(3), PLACE, LIMITS)

    assert (opened(made.jpeg).getpixel((0, 0)), made.note) == (0, "page 1 of 3 is shown")


def test_a_huge_picture_is_made_smaller() -> None:
    made = developed(photograph("TIFF", "L", (MAX_SIDE + 800, 10)), PLACE, LIMITS)

    assert opened(made.jpeg).width == MAX_SIDE


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "empty"),
        (b"a photograph", "this is no image (it begins with b'a photog')"),
        (b"%PDF-1.7 and so on", "this is no image"),
        (photograph("JPEG", size=(400, 300))[:500], "damaged"),
        (photograph("PNG", size=(400, 300))[:-40], "damaged"),
        (photograph("PNG")[:30], "this is no image"),
        (photograph("TIFF")[:40], ""),
        (SVG[:60], "cut off"),
    ],
    ids=["empty", "text", "pdf", "cut jpeg", "cut png", "header only", "cut tiff", "cut svg"],
)
def test_what_cannot_be_read_to_its_end_is_refused_with_its_place(data: bytes, named: str) -> None:
    with pytest.raises(InvalidImage) as refused:
        unshowable(data, PLACE, LIMITS) and developed(data, PLACE, LIMITS)

    assert str(refused.value).startswith(PLACE)
    assert named in str(refused.value)


@pytest.mark.parametrize("show", [unshowable, developed])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(show: Callable[..., object]) -> None:
    with pytest.raises(ObjectTooLarge, match=r"at most 1,000 pixels.*MAX_IMAGE_PIXELS"):
        show(photograph("TIFF", "1", (200, 200)), PLACE, PictureLimits(pixels=1_000))


def test_a_decompression_bomb_is_refused_whatever_the_limit() -> None:
    with pytest.raises(ObjectTooLarge):
        unshowable(photograph("PNG", "1", (20_000, 20_000)), PLACE, PictureLimits(pixels=10**10))


def test_without_the_library_for_it_a_heic_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_readable", lambda with_heif: ("JPEG", "PNG"))

    with pytest.raises(InvalidImage, match="pip install pillow-heif"):
        unshowable(heic(), PLACE, LIMITS)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damage_anywhere_gives_a_picture_or_our_error(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([photograph("JPEG"), photograph("TIFF"), ramp("PNG"), photograph("GIF", "P")]))
    spoilt = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))

    with suppress(DataError):
        reason = unshowable(bytes(spoilt), PLACE, LIMITS)
        shown = developed(bytes(spoilt), PLACE, LIMITS).jpeg if reason else photograph("JPEG")
        assert unshowable(shown, PLACE, LIMITS) == ""
