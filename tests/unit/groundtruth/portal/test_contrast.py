"""The colours of portal and crowd elements, by the contrasts that WCAG 2.2 asks for at level AA."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PORTAL = "services/groundtruth/src/tracemark_groundtruth/web/portal/assets/portal.css"
ELEMENTS = "ui/styles.ts"
WHITE, PAGE = "#ffffff", "#f6f8fa"


def colours(file: Path) -> dict[str, str]:
    text = file.read_text(encoding="utf-8")
    return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", text)) | {"ink": "#1b2430"}


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("file", [PORTAL, ELEMENTS])
@pytest.mark.parametrize("name", ["ink", "quiet", "accent", "wrong"])
def test_texts_stand_out_from_every_ground(project: Path, file: str, name: str) -> None:
    found = colours(project / file)

    assert min(contrast(found[name], ground) for ground in (WHITE, PAGE, found["tint"])) >= 4.5


@pytest.mark.parametrize("file", [PORTAL, ELEMENTS])
def test_white_stands_out_from_a_primary_button(project: Path, file: str) -> None:
    assert contrast(WHITE, colours(project / file)["accent"]) >= 4.5


@pytest.mark.parametrize("file", [PORTAL, ELEMENTS])
@pytest.mark.parametrize("name", ["edge", "accent"])
def test_borders_and_focus_rings_stand_out(project: Path, file: str, name: str) -> None:
    found = colours(project / file)

    assert min(contrast(found[name], ground) for ground in (WHITE, PAGE, found["tint"])) >= 3


def test_black_on_white_has_the_contrast_of_the_definition() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)
