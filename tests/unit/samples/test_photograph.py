"""Photographs: their format, and what tells one kind of weld from another."""

import io
from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tracemark_samples.classes import WeldClass
from tracemark_samples.photograph import photograph

EVERY_KIND = pytest.mark.parametrize("kind", WeldClass, ids=lambda kind: kind.name.lower())
BLACK = 22
MOST_BYTES = 1_200_000


@pytest.fixture(scope="module")
def photographs() -> Mapping[WeldClass, bytes]:
    return {kind: photograph(kind, np.random.default_rng([9, 1])) for kind in WeldClass}


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def pixels(content: bytes) -> NDArray[np.float64]:
    return np.asarray(opened(content), dtype=np.float64)


def middle(content: bytes) -> NDArray[np.float64]:
    """The part in the middle of the bead, whatever its slant; all six beads cover it."""
    return pixels(content)[400:560, 200:1080]


def black(content: bytes) -> int:
    return int(np.count_nonzero(pixels(content).max(axis=2) < BLACK))


def coloured(content: bytes) -> int:
    """Pixels with a strong tint."""
    picture = pixels(content)
    return int(np.count_nonzero(picture.max(axis=2) - picture.min(axis=2) > 45))


def test_the_same_seed_gives_the_same_bytes(photographs: Mapping[WeldClass, bytes]) -> None:
    first = photographs[WeldClass.CONTAMINATION]

    second = photograph(WeldClass.CONTAMINATION, np.random.default_rng([9, 1]))

    assert first == second


def test_another_seed_gives_other_bytes(photographs: Mapping[WeldClass, bytes]) -> None:
    first = photographs[WeldClass.GOOD_WELD]

    second = photograph(WeldClass.GOOD_WELD, np.random.default_rng([9, 2]))

    assert first != second


@EVERY_KIND
def test_a_photograph_is_a_png(kind: WeldClass, photographs: Mapping[WeldClass, bytes]) -> None:
    content = photographs[kind]

    kind_of_file = opened(content).format

    assert kind_of_file == "PNG"


@EVERY_KIND
def test_a_photograph_measures_1280_by_960(kind: WeldClass, photographs: Mapping[WeldClass, bytes]) -> None:
    content = photographs[kind]

    size = opened(content).size

    assert size == (1280, 960)


@EVERY_KIND
def test_a_photograph_stays_below_1200_kilobytes(kind: WeldClass, photographs: Mapping[WeldClass, bytes]) -> None:
    content = photographs[kind]

    size = len(content)

    assert size < MOST_BYTES


def test_no_two_kinds_look_alike_even_from_the_same_seed(photographs: Mapping[WeldClass, bytes]) -> None:
    pictures = [middle(content) for content in photographs.values()]

    differences = [np.abs(one - other).mean() for one, other in combinations(pictures, 2)]

    assert min(differences) > 8


def test_burn_through_has_the_largest_black_area(photographs: Mapping[WeldClass, bytes]) -> None:
    areas = {kind: black(content) for kind, content in photographs.items()}

    darkest = max(areas, key=lambda kind: areas[kind])

    assert darkest is WeldClass.BURN_THROUGH


def test_a_good_weld_has_hardly_any_black(photographs: Mapping[WeldClass, bytes]) -> None:
    content = photographs[WeldClass.GOOD_WELD]

    area = black(content)

    assert area < 1000


def test_contamination_is_darker_in_places_than_a_good_weld(photographs: Mapping[WeldClass, bytes]) -> None:
    good = middle(photographs[WeldClass.GOOD_WELD])

    soiled = middle(photographs[WeldClass.CONTAMINATION])

    assert np.percentile(soiled, 2) < 0.75 * np.percentile(good, 2)


def test_lost_gas_leaves_the_bead_much_duller_than_a_good_weld(photographs: Mapping[WeldClass, bytes]) -> None:
    good = middle(photographs[WeldClass.GOOD_WELD])

    lost = middle(photographs[WeldClass.LACK_OF_SHIELDING_GAS])

    assert lost.mean() < 0.65 * good.mean()


@pytest.mark.parametrize("kind", [WeldClass.LACK_OF_FUSION, WeldClass.HIGH_TRAVEL_SPEED])
def test_a_cold_weld_has_less_heat_tint_than_a_good_weld(
    kind: WeldClass, photographs: Mapping[WeldClass, bytes]
) -> None:
    good = coloured(photographs[WeldClass.GOOD_WELD])

    cold = coloured(photographs[kind])

    assert cold < 0.5 * good


def test_lack_of_fusion_shows_a_black_gap(photographs: Mapping[WeldClass, bytes]) -> None:
    good = black(photographs[WeldClass.GOOD_WELD])

    unfused = black(photographs[WeldClass.LACK_OF_FUSION])

    assert unfused > good + 2000
