"""How far workers agree in what they painted: masks pixel by pixel, and the regions of each class or instance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from tracemark.agreement.alpha import Unit, alpha_by_class, nominal_alpha
from tracemark.agreement.overlap import OverlapAgreement, overlap_agreement
from tracemark.agreement.pixels import pixel_units
from tracemark.marks.mask import Mask
from tracemark.marks.raster import Region, region_of
from tracemark_groundtruth.finished.field_agreement import FieldAgreement


def agreement_of_masks(objects: Iterable[Mapping[str, Mask]]) -> FieldAgreement:
    """Return the agreement of masks: alpha of the pixels that anybody painted, overlap of each class's region.

    One object is in memory at a time. The masks of an object are of one size.
    """
    units, overlap, shared = Counter[Unit](), OverlapAgreement(), 0
    for masks in objects:
        if len(masks) > 1:
            shared += 1
            units.update(pixel_units(list(masks.values())))
            overlap += overlap_agreement([{worker: regions_of(mask) for worker, mask in masks.items()}])
    alphas = alpha_by_class(units)
    return FieldAgreement(shared, "nominal, of pixels", nominal_alpha(units), alphas, overlap=overlap)


def agreement_of_instances(objects: Iterable[Mapping[str, Sequence[Region]]]) -> FieldAgreement:
    """Return the agreement of painted instances: their overlap, one to one."""
    overlap, shared = OverlapAgreement(), 0
    for regions in objects:
        if len(regions) > 1:
            shared += 1
            overlap += overlap_agreement([regions])
    return FieldAgreement(shared, overlap=overlap)


def regions_of(mask: Mask) -> list[Region]:
    """Return what is painted in each class, as one region."""
    found = [region_of(name, np.equal(mask.pixels, place)) for place, name in enumerate(mask.labels, start=1)]
    return [region for region in found if region is not None]
