"""What the worker template sees of one item: photograph, charts, categories, and what earlier rounds came to."""

from __future__ import annotations

from tracemark.contract.categories import Categories
from tracemark.contract.plots import Plot
from tracemark.contract.previous_rounds import EARLIER_KEY, EarlierRound
from tracemark.document import Json
from tracemark.storage.s3uri import S3Uri

TRACE_KEY = "trace"


def task_input(
    image: S3Uri,
    plots: tuple[Plot, ...],
    labels: Categories,
    earlier: tuple[EarlierRound, ...] = (),
    notes: tuple[str, ...] = (),
    trace: S3Uri | None = None,
) -> dict[str, Json]:
    """Return the task input.

    `image` and each channel by its key carry `file` and `title`, worded as in the tutorial; `channels` lists the same
    charts in profile order, so that one template serves every profile; `labels` are the categories in order.
    `earlier` is there only for an object that earlier rounds of labeling have left to an adjudicator, `notes` only for
    a log to which something was done: time that went on over midnight, rows sorted or left out, gaps. `trace` carries
    the `file` that a signal view looks into; it is there only when the plotter writes one.
    """
    rounds = {EARLIER_KEY: [each.to_json() for each in earlier]} if earlier else {}
    signals = {TRACE_KEY: {"file": str(trace)}} if trace else {}
    return {
        "image": {"file": str(image), "title": f" from image at {image}"},
        **{plot.key: {"file": str(plot.file), "title": f" from file at {plot.file.key}"} for plot in plots},
        "labels": list(labels.names),
        "channels": [plot.to_json() for plot in plots],
        **signals,
        **({"notes": list(notes)} if notes else {}),
        **rounds,
    }
