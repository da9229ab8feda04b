"""The task input of one item: photographs, charts, recordings, categories, and the results of previous rounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tracemark.contract.categories import Categories
from tracemark.contract.dataset import Dataset, Log, Media
from tracemark.contract.plots import Plot, PlotResult
from tracemark.contract.previous_rounds import EARLIER_KEY, EarlierRound
from tracemark.document import Json
from tracemark_prelabel.photographs import Photograph

TRACE_KEY = "trace"


@dataclass(frozen=True, slots=True)
class Shown:
    """An item made ready: a photograph for each of its images and the charts of each of its logs, in their orders."""

    dataset: Dataset
    photographs: Sequence[Photograph]
    charts: Sequence[PlotResult]


def task_input(item: Shown, labels: Categories, previous: tuple[EarlierRound, ...] = ()) -> dict[str, Json]:
    """Return the task input.

    `image` and each channel by its key carry `file` and `title`, worded as in the tutorial; `channels` lists the same
    charts in profile order, so that one template serves every profile; `labels` are the categories in order. What an
    item does not have is left out: `image` without a photograph; `images` unless there are several, or one has a title
    of its own; `logs` unless there are several; `audio`, `video`, `notes`; `trace`, whose `file` a signal view looks
    into, unless the plotter wrote one (several logs have theirs in `logs`); and `earlier` for objects that previous
    rounds have not left to an adjudicator.
    """
    logs = _with_distinct_keys(item.charts)
    plots = [plot for log in logs for plot in log]
    several = len(logs) > 1
    found: dict[str, Json] = {
        **_first_image(item),
        **{plot.key: {"file": str(plot.file), "title": f" from file at {plot.file.key}"} for plot in plots},
        "labels": list(labels.names),
        "channels": [
            channel for log, of in zip(item.dataset.logs, logs, strict=True) for channel in _told(log, of, several)
        ],
        "images": _images(item),
        "logs": _logs(item, logs) if several else [],
        "audio": [_media(media) for media in item.dataset.audio],
        "video": [_media(media) for media in item.dataset.video],
        TRACE_KEY: {} if several else _trace(item.charts),
        "notes": list(_notes(item)),
        EARLIER_KEY: [each.to_json() for each in previous],
    }
    return {key: value for key, value in found.items() if value or key not in _LEFT_OUT_WHEN_EMPTY}


_LEFT_OUT_WHEN_EMPTY = frozenset({"images", "logs", "audio", "video", "notes", TRACE_KEY, EARLIER_KEY})


def _first_image(item: Shown) -> dict[str, Json]:
    if not item.photographs:
        return {}
    media = item.dataset.images[0]
    title = f" {media.title}" if media.title else f" from image at {media.file}"
    return {"image": {"file": str(item.photographs[0].file), "title": title}}


def _images(item: Shown) -> list[Json]:
    images = item.dataset.images
    if len(images) == 1 and not images[0].title:
        return []
    pairs = zip(images, item.photographs, strict=True)
    return [{"file": str(photograph.file), "title": media.name} for media, photograph in pairs]


def _media(media: Media) -> Json:
    return {"file": str(media.file), "title": media.name}


def _told(log: Log, plots: Sequence[Plot], several: bool) -> Iterator[Json]:
    for plot in plots:
        yield replace(plot, title=f"{log.name}: {plot.title}" if several else plot.title).to_json()


def _logs(item: Shown, plots: Sequence[Sequence[Plot]]) -> list[Json]:
    triples = zip(item.dataset.logs, plots, item.charts, strict=True)
    return [
        {
            "file": str(log.file),
            "title": log.name,
            "channels": [plot.key for plot in of],
            **({TRACE_KEY: str(result.trace)} if result.trace else {}),
        }
        for log, of, result in triples
    ]


def _trace(charts: Sequence[PlotResult]) -> dict[str, Json]:
    return {"file": str(charts[0].trace)} if charts and charts[0].trace else {}


def _with_distinct_keys(charts: Sequence[PlotResult]) -> list[list[Plot]]:
    """Return the charts of each log; a channel whose key an earlier log has gets the first free of `key_2`, `key_3`…"""
    taken: set[str] = set()
    found = []
    for result in charts:
        own = {plot.key for plot in result.plots}
        renamed = [replace(plot, key=_free(plot.key, taken, own)) for plot in result.plots]
        taken |= {plot.key for plot in renamed}
        found.append(renamed)
    return found


def _free(key: str, taken: set[str], own: set[str]) -> str:
    if key not in taken:
        return key
    candidates = (f"{key}_{number}" for number in range(2, len(taken) + len(own) + 3))
    return next(name for name in candidates if name not in taken and name not in own)


def _notes(item: Shown) -> Iterator[str]:
    yield from item.dataset.notes
    several = len(item.dataset.logs) > 1
    for media, photograph in zip(item.dataset.images, item.photographs, strict=True):
        if photograph.note:
            yield f"{media.name}: {photograph.note}"
    for log, result in zip(item.dataset.logs, item.charts, strict=True):
        for note in result.notes:
            yield f"{log.name}: {note}" if several else note
