"""The task input of one item: photograph, charts, categories, and the results of previous rounds."""

from __future__ import annotations

from tracemark.contract.categories import Categories
from tracemark.contract.plots import Plot
from tracemark.contract.previous_rounds import EARLIER_KEY, EarlierRound
from tracemark.document import Json
from tracemark.storage.s3uri import S3Uri


def task_input(
    image: S3Uri,
    plots: tuple[Plot, ...],
    labels: Categories,
    previous: tuple[EarlierRound, ...] = (),
    notes: tuple[str, ...] = (),
) -> dict[str, Json]:
    """Return the task input.

    `image` and each channel by its key carry `file` and `title`, worded as in the tutorial; `channels` lists the same
    charts in profile order, so that one template serves every profile; `labels` are the categories in order.
    The key `earlier` exists only for an object that previous rounds of labeling left to an adjudicator; `notes` only
    for a log that was changed while it was read: time carried on past midnight, rows sorted or left out, gaps.
    """
    rounds = {EARLIER_KEY: [each.to_json() for each in previous]} if previous else {}
    return {
        "image": {"file": str(image), "title": f" from image at {image}"},
        **{plot.key: {"file": str(plot.file), "title": f" from file at {plot.file.key}"} for plot in plots},
        "labels": list(labels.names),
        "channels": [plot.to_json() for plot in plots],
        **({"notes": list(notes)} if notes else {}),
        **rounds,
    }
